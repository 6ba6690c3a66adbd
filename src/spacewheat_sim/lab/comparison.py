"""Compares the results of two runs."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from spacewheat_sim.errors import ArgumentError, os_reason
from spacewheat_sim.jsonio import read_file
from spacewheat_sim.lab.bundle.files import (
    EVENTS,
    LARGEST_PART,
    POINT,
    RESULTS,
    TABLE,
    file_hash,
)
from spacewheat_sim.lab.bundle.reading import read_json
from spacewheat_sim.lab.experiment import Tolerance

LONGEST_SHOWN = 60

Judgment = Literal["identical", "equal", "different"]


@dataclass(frozen=True)
class Verdict:
    """The result of comparing two bundles.

    Attributes:
        judgment: ``identical`` in every byte, ``equal`` within the tolerance, or
            ``different``.
        worst: The largest difference, as text; empty if identical.
    """

    judgment: Judgment
    worst: str = ""


class _Shape:
    """A part whose counterpart has another structure."""

    def __init__(self, outline: str) -> None:
        self._outline = outline

    @classmethod
    def of(cls, parts: Sequence[Any], what: str) -> Self:
        """Return the shape of so many parts."""
        return cls(f"{len(parts)} {what}")

    def __repr__(self) -> str:
        return self._outline


def compare(
    found: Path,
    expected: Path,
    tolerance: Tolerance,
    names: Sequence[str] = (RESULTS, TABLE),
) -> Verdict:
    """Compare the files ``names`` of two bundles, of which none is of figures.

    A number that is not finite is never equal, because no run writes one.

    Args:
        found: The folder of one bundle.
        expected: The folder of the other.
        tolerance: What two numbers may differ by and still be equal.
        names: Files named ``results.json``, ``table.csv`` or ``events.jsonl``, by their
            paths in either folder.

    Raises:
        ArgumentError: a file is missing, or is neither JSON nor a table.
    """
    if all(_same_bytes(found / name, expected / name) for name in names):
        return Verdict("identical")
    worst, most = "", -1.0
    for name in names:
        for place, a, b in _pairs(found / name, expected / name):
            over = excess(a, b, tolerance)
            if over > most:
                worst = f"{name}{place}: {_shown(a)} instead of {_shown(b)}"
                most = over
    return Verdict("different" if most > 1.0 else "equal", worst)


def _shown(value: Any) -> str:
    text = str(value) if isinstance(value, float | int) else repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"


def _same_bytes(one: Path, other: Path) -> bool:
    try:
        return file_hash(one) == file_hash(other)
    except OSError as error:
        where = error.filename or f"{one} or {other}"
        raise ArgumentError(f"Cannot read {where}: {os_reason(error)}") from None


def excess(a: Any, b: Any, tolerance: Tolerance) -> float:
    """Return |a − b| as a multiple of the tolerance; infinite for other types."""
    x, y = _number(a), _number(b)
    if x is None or y is None:
        return 0.0 if type(a) is type(b) and a == b else math.inf
    if not (math.isfinite(x) and math.isfinite(y)):
        return math.inf
    if x == y:
        return 0.0
    allowed = tolerance.absolute + tolerance.relative * abs(y)
    return abs(x - y) / allowed if allowed else math.inf


def _number(value: Any) -> float | None:
    """Return a number of JSON as a float, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _cell(text: str) -> Any:
    """Return a cell of a table as a number if it is one."""
    try:
        return float(text)
    except ValueError:
        return text


def _pairs(found: Path, expected: Path) -> Iterator[tuple[str, Any, Any]]:
    """Yield each place of two files, of one name, with both values."""
    if expected.name == TABLE:
        yield from _cells(_rows(found), _rows(expected))
    elif expected.name == EVENTS:
        yield from _leaves("", _events(found), _events(expected))
    else:
        yield from _leaves("", read_json(found), read_json(expected))


def _cells(
    rows: list[list[str]], old_rows: list[list[str]]
) -> Iterator[tuple[str, Any, Any]]:
    """Yield each cell of two tables with both values."""
    if len(rows) != len(old_rows):
        yield "", _Shape(f"{len(rows) - 1} rows"), _Shape(f"{len(old_rows) - 1} rows")
        return
    header = rows[0] if rows else []
    for number, (row, old) in enumerate(zip(rows, old_rows, strict=True)):
        place = f" row {number}"
        if not len(row) == len(old) == len(header):
            yield place, _Shape.of(row, "cells"), _Shape.of(old, "cells")
            continue
        for column, a, b in zip(header, row, old, strict=True):
            where, is_word = f"{place}, column {column}", number == 0 or column == POINT
            yield (where, a, b) if is_word else (where, _cell(a), _cell(b))


def _leaves(place: str, a: Any, b: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield each place of two trees; trees of different shapes differ as a whole."""
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        for key in a:
            yield from _leaves(f"{place} {key}", a[key], b[key])
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (left, right) in enumerate(zip(a, b, strict=True)):
            yield from _leaves(f"{place}[{i}]", left, right)
    elif isinstance(a, dict | list) or isinstance(b, dict | list):
        yield place, _Shape(_outline(a)), _Shape(_outline(b))
    else:
        yield place, a, b


def _outline(value: Any) -> str:
    """Return a short description of a tree that is not compared further."""
    if isinstance(value, dict):
        return f"the keys {', '.join(map(repr, value)) or 'none'}"
    return f"{len(value)} values" if isinstance(value, list) else repr(value)


def _events(file: Path) -> list[Any]:
    try:
        lines = read_file(file, LARGEST_PART).decode("utf-8").splitlines()
        return [json.loads(line) for line in lines]
    except ArgumentError:
        raise
    except (ValueError, RecursionError):
        raise ArgumentError(f"{file} is damaged: it is not JSON Lines") from None


def _rows(file: Path) -> list[list[str]]:
    try:
        text = read_file(file, LARGEST_PART).decode("utf-8")
        return list(csv.reader(text.splitlines()))
    except ArgumentError:
        raise
    except (ValueError, csv.Error) as error:
        raise ArgumentError(f"{file} is damaged: it is not a table ({error})") from None
