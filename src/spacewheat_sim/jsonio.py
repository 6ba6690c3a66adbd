"""Canonical JSON, digests and writes that are whole or absent."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any


def canonical_json(value: Any) -> str:
    """Return ``value`` as compact JSON with sorted keys: equal values, equal text.

    Raises:
        ValueError: ``value`` holds a NaN or an infinity; write ``None`` instead.
    """
    return json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def pretty_json(value: Any) -> str:
    """Return ``value`` as indented JSON for people, ending in a newline."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def digest(data: bytes | str) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    raw = data.encode() if isinstance(data, str) else data
    return hashlib.sha256(raw).hexdigest()


def write_atomically(path: Path, data: bytes | str) -> None:
    """Write ``path`` so that a reader sees the old content or the new, never a part."""
    raw = data.encode() if isinstance(data, str) else data
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
