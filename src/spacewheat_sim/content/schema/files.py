"""The files with schemas that lie beside content, and the line that names them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.schema.conditions import Schema
from spacewheat_sim.content.schema.schema import FileKind, Known, file_schema
from spacewheat_sim.content.starting_files import FileKind as StartingKind
from spacewheat_sim.content.starting_files import write_new, write_starting_file
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.interrupts import uninterrupted

# Editors that speak to the YAML language server look for it in comments.
MARK = "# yaml-language-server: $schema="


def known_names(
    registry: IconRegistry, experiments: Mapping[str, Schema] | None = None
) -> Known:
    """Return what an editor can offer: emojis with icons, rhythms, experiments."""
    emojis = {icon.emoji: icon.name for icon in registry}
    return Known(emojis, registry.rhythms, experiments or {})


def schema_name(kind: FileKind) -> str:
    """Return the name of the file with the schema of a kind."""
    return f"{kind}.schema.json"


def modeline(kind: FileKind) -> str:
    """Return the line that tells an editor of the schema beside a file."""
    return f"{MARK}{schema_name(kind)}\n"


def schema_text(schema: Schema) -> str:
    """Return a schema as the text of its file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def builtin_schema_text(kind: FileKind) -> str:
    """Return the schema of a kind, which offers the built-in names, as a text."""
    known = known_names(IconRegistry.builtin())
    return schema_text(file_schema(kind, known))


def write_with_schema(kind: StartingKind, target: Path) -> Path:
    """Write a file to start from and the schema beside it, or neither of them.

    A schema that is there already stays.

    Args:
        kind: As in :func:`write_starting_file`.
        target: As there.

    Returns:
        The path of the file.

    Raises:
        ArgumentError: As there.
        RunError: One of them cannot be written.
    """
    of: FileKind = "biome" if kind == "register" else kind
    # This takes a while, and is not in the way of who asks it to stop.
    return _write_both(kind, target, schema_name(of), builtin_schema_text(of))


@uninterrupted
def _write_both(kind: StartingKind, target: Path, name: str, schema: str) -> Path:
    path = write_starting_file(kind, target)
    try:
        with suppress(ArgumentError):  # it is there
            write_new(path.with_name(name), schema)
    except RunError:
        path.unlink(missing_ok=True)  # it names a schema that is not there
        raise
    return path
