"""Runs as rows of numbers that can be found again in other runs."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import read_file
from spacewheat_sim.lab.bundle.files import LARGEST_PART, POINT, RESULTS, TABLE
from spacewheat_sim.lab.bundle.reading import check_files, open_meta, read_json
from spacewheat_sim.lab.experiment import Tolerance

KINDS = ("experiment", "simulation", "sweep")
# What a sweep's table has beside parameters and quantities; its seeds follow from both.
_IDLE = (POINT, "replicate", "seed", "status")
Row = Mapping[str, Any]
KEY_DIGITS = 12


@dataclass(frozen=True)
class ComparedRun:
    """A run, as far as it is compared.

    Attributes:
        folder: Its bundle.
        kind: ``experiment``, ``simulation`` or ``sweep``.
        name: Of the experiment or the biome.
        parameters: What it was run with: parameters, seed and version.
        rows: Its numbers by what they are of: results, and each row of its table.
    """

    folder: Path
    kind: str
    name: str
    parameters: Row
    rows: Mapping[str, Row]

    @property
    def tolerance(self) -> Tolerance:
        """What two of its numbers may differ by and still be equal."""
        if self.kind == "experiment":
            from spacewheat_sim.lab.experiments import get_experiment

            return get_experiment(self.name).tolerance
        return Tolerance()


def read_run(path: Path) -> ComparedRun:
    """Return the run in a bundle, whatever of it there is.

    Raises:
        ArgumentError: there is no bundle, it was changed, or it has no results.
    """
    meta = open_meta(path)
    kind = meta.data.get("kind")
    if kind not in KINDS:
        raise ArgumentError(f"{meta.file} is from a {kind!r}, not a run of {KINDS}")
    check_files(meta, (RESULTS, TABLE))
    folder, results = meta.file.parent, read_json(meta.file.parent / RESULTS)
    parameters = meta.data.get("parameters")
    if not isinstance(parameters, Mapping):
        raise ArgumentError(f"{meta.file}: `parameters` must be a mapping")
    if not isinstance(results, Mapping):
        raise ArgumentError(f"{folder / RESULTS} must be a mapping")
    versions = meta.data.get("versions")
    version = versions.get("spacewheat_sim") if isinstance(versions, Mapping) else None
    facts = {
        **dict(_leaves(parameters)),
        "seed": meta.data.get("seed"),
        "version": version,
        "content_digest": meta.data.get("content_digest"),
    }
    header, cells = _table(folder / TABLE)
    if kind == "sweep":
        swept = results.get("parameters", [])
        if not isinstance(swept, list) or any(x not in header for x in swept):
            raise ArgumentError(f"{folder / RESULTS} is not that of a sweep")
        rows = _of_sweep(header, cells, swept)
    else:
        # Lists that are columns of the table, too, are compared there.
        own = {k: v for k, v in results.items() if not _is_column(v, len(cells))}
        rows = {RESULTS: dict(_leaves(own)), **_of_table(header, cells)}
    return ComparedRun(folder, kind, str(meta.data.get("name")), facts, rows)


def _of_sweep(
    header: Sequence[str], cells: Sequence[Sequence[Any]], swept: Sequence[str]
) -> dict[str, Row]:
    """Return rows by the values of their point, and their replicate."""
    rows = [dict(zip(header, line, strict=True)) for line in cells]
    points = [
        ", ".join(
            [
                *(f"{name} = {_key(row[name])}" for name in swept),
                f"replicate {_key(row.get('replicate'))}",
            ]
        )
        for row in rows
    ]
    found: dict[str, Row] = {}
    for key, row in zip(_told_apart(points), rows, strict=True):
        # A row that failed differs from one that did not.
        idle = [name for name in (*_IDLE, *swept) if row.get(name) != "failed"]
        found[key] = {name: x for name, x in row.items() if name not in idle}
    return found


def _told_apart(keys: Sequence[str]) -> list[str]:
    """Return keys of which each is there once: second and third ones are numbered."""
    seen: Counter[str] = Counter()
    found = []
    for key in keys:
        seen[key] += 1
        found.append(f"{key} ({seen[key]})" if seen[key] > 1 else key)
    return found


def _of_table(header: Sequence[str], cells: Sequence[Sequence[Any]]) -> dict[str, Row]:
    """Return rows by their first cell, or by their number where cells repeat."""
    keys = [_key(line[0]) for line in cells if line]
    is_key = len(set(keys)) == len(cells)
    if not is_key:
        keys = [f"row {number}" for number in range(1, len(cells) + 1)]
    name = f"{header[0]} = " if is_key else ""
    return {
        f"{TABLE} {name}{key}": dict(zip(header, line, strict=True))
        for key, line in zip(keys, cells, strict=True)
    }


def _key(cell: Any) -> str:
    """Return what a row is found by: 0.7 for 0.7000000000000001, as sums of dt give."""
    return f"{cell:.{KEY_DIGITS}g}" if isinstance(cell, float) else str(cell)


def _table(file: Path) -> tuple[list[str], list[list[Any]]]:
    """Return the header of a table, and its cells as numbers where they are."""
    try:
        text = read_file(file, LARGEST_PART).decode("utf-8")
        lines = list(csv.reader(text.splitlines()))
    except ArgumentError:
        raise
    except (ValueError, csv.Error) as error:
        raise ArgumentError(f"{file} is damaged: it is not a table ({error})") from None
    if not lines or any(len(line) != len(lines[0]) for line in lines):
        raise ArgumentError(f"{file} is damaged: its rows are not equally long")
    return lines[0], [[_cell(cell) for cell in line] for line in lines[1:]]


def _cell(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text or None


def _is_column(value: Any, rows: int) -> bool:
    return isinstance(value, list) and len(value) == rows > 1


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each plain value of a tree by its path."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(x, dict | list) for x in value):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{path}.{number}")
    elif isinstance(value, list) and value and path:
        yield from ((f"{path}.{number}", inner) for number, inner in enumerate(value))
    else:
        yield path, value
