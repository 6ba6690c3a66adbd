"""A part of a report: a title, sentences, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from spacewheat_sim.engine.analysis.table import Cell, plain_lines
from spacewheat_sim.errors import SpacewheatError

# Digits that an author wants to see; `--json` has all.
DIGITS = 4


@dataclass(frozen=True)
class Section:
    """A part of a report.

    Attributes:
        title: What it is about.
        lines: Sentences.
        head: Heads of the table's columns; empty if there is no table.
        rows: The table.
    """

    title: str
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()

    def __str__(self) -> str:
        table = []
        if self.rows:
            shown = [[shown_cell(cell) for cell in row] for row in self.rows]
            table = [f"  {line}" for line in plain_lines([self.head, *shown])]
        return "\n".join((self.title, *(f"  {line}" for line in self.lines), *table))

    def record(self) -> dict[str, Any]:
        """Return it as plain data."""
        keys = [key or "emoji" for key in self.head]
        rows = [dict(zip(keys, row, strict=True)) for row in self.rows]
        return {"title": self.title, "lines": list(self.lines), "rows": rows}


def shown_cell(cell: Cell) -> str:
    """Return a number with four digits, and text as it is."""
    return cell if isinstance(cell, str) else f"{cell:.{DIGITS}g}"


def listed(words: Sequence[str]) -> str:
    """Return words as a sentence lists them.

    Example:
        >>> listed("abc"), listed("ab"), listed("a")
        ('a, b and c', 'a and b', 'a')
    """
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def first_sentence(error: SpacewheatError) -> str:
    """Return what an error says, up to where it tells what to call instead."""
    return str(error).partition(":")[0].partition(";")[0]
