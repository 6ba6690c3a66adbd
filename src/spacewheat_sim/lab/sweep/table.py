"""The table of a sweep, written row by row from its journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from spacewheat_sim.lab.sweep.grid import Grid
from spacewheat_sim.lab.sweep.journal import Journal
from spacewheat_sim.lab.sweep.point import point_name
from spacewheat_sim.lab.sweep.rows import Subject


def quantity_names(subject: Subject, journal: Journal) -> list[str]:
    """Return the names of all quantities, in the order in which rows first have them.

    That order is of the rows, not of when they were finished.
    """
    names = dict.fromkeys(subject.names)
    if not names:
        for record in journal.records():
            names |= dict.fromkeys(record.get("values", ()))
    return list(names)


def table_rows(
    grid: Grid, subject: Subject, journal: Journal, names: Sequence[str]
) -> Iterator[list[Any]]:
    """Yield the cells of each row that has ended, in the order of the points."""
    for record in journal.records():
        point, replicate = divmod(record["row"], grid.replicates)
        values = grid.point(point)
        found = record.get("values")
        yield [
            point_name(values),
            *values.values(),
            replicate,
            subject.seed(values, replicate),
            "failed" if found is None else "complete",
            *((found or {}).get(name) for name in names),
        ]


def columns(grid: Grid, names: Sequence[str]) -> list[str]:
    """Return the names of the table's columns."""
    return [*grid.columns, *names]
