"""The file of a run: what ``suite.py`` writes, and others read."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from measurement import Measurement

SCHEMA = "spacewheat-benchmarks-1"


class NotARunError(Exception):
    """A file that no run of the suite wrote."""


@dataclass(frozen=True)
class Run:
    """A run that was read back.

    Attributes:
        path: The file.
        machine: Processor, versions, commit and date.
        is_quick: Whether it was a look only.
        measurements: Of all cases.
    """

    path: Path
    machine: dict[str, Any]
    is_quick: bool
    measurements: list[Measurement]


def read_run(path: Path) -> Run:
    """Return the run in a file.

    Raises:
        NotARunError: If the file cannot be read, or is not of this schema.
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotARunError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        raise NotARunError(f"{path}: not JSON: {error}") from None
    found = report.get("schema") if isinstance(report, dict) else None
    if found != SCHEMA:
        wanted = f"wanted a run of benchmarks/suite.py, schema {SCHEMA!r}"
        raise NotARunError(f"{path}: schema is {found!r}; {wanted}")
    try:
        rows = [row for case in report["cases"] for row in case["measurements"]]
        measurements = read_measurements(rows)
        return Run(path, report["machine"], report["quick"], measurements)
    except (KeyError, TypeError) as error:
        raise NotARunError(f"{path}: a run with a part missing: {error}") from None


def read_measurements(rows: list[dict[str, Any]]) -> list[Measurement]:
    """Return the measurements that ``as_json`` wrote."""
    names = [field.name for field in fields(Measurement)]
    return [Measurement(**{name: row[name] for name in names}) for row in rows]
