"""The table of a run, by columns, as the page shows it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from spacewheat_sim.errors import ArgumentError

# Rows of a history that the page keeps: more than a screen has columns of pixels.
MOST_ROWS = 1_200
# No table of an experiment or of a sweep has more points on a screen.
MOST_POINTS = 50_000
TIME = "time"  # the first column of whatever happens in time
LARGEST_WHOLE = 2**53  # up to here a double holds every whole number


@dataclass(frozen=True)
class Column:
    """A column: numbers, NaN where there is none, or words.

    Attributes:
        name: As in the first line of ``table.csv``.
        numbers: Its values, if all that are there are numbers; else empty.
        words: Its values as text, if some are no numbers; else empty.
    """

    name: str
    numbers: tuple[float, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table by columns.

    Attributes:
        columns: In the order of the file.
        rows: Number of rows kept.
        of: Number of rows in the file.
    """

    columns: tuple[Column, ...]
    rows: int
    of: int

    @property
    def is_course(self) -> bool:
        """Whether its rows are times."""
        first = self.columns[0] if self.columns else Column("")
        return first.name == TIME and bool(first.numbers)


def read_table(
    text: str, event_times: Sequence[float] = (), words: Collection[str] = ()
) -> Table:
    """Return the table in ``text``; a long history is thinned.

    A history, whose first column is ``time``, keeps at most about 1,200 rows, evenly
    chosen, and the rows right before and after each of ``event_times``, so that no jump
    is smoothed. Columns named in ``words`` are words even if all look like numbers, and
    so are whole numbers that no double holds, such as seeds.

    Raises:
        ArgumentError: it is no table, it has no header, or a row has another number of
            cells.
    """
    try:
        rows = list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise ArgumentError(f"it is not a table ({error})") from None
    if not rows:
        raise ArgumentError("the table is empty")
    names, body = rows[0], rows[1:]
    odd = next((k for k, row in enumerate(body) if len(row) != len(names)), None)
    if odd is not None:
        raise ArgumentError(
            f"row {odd + 2} of the table has {len(body[odd])} cells, but its header "
            f"has {len(names)}"
        )
    kept = body
    if names and names[0] == TIME:
        kept = [body[k] for k in _kept(body, event_times)]
    kept = kept[:MOST_POINTS]
    cells = list(zip(*kept, strict=True)) or [()] * len(names)
    columns = (
        Column(name, words=values) if name in words else _column(name, values)
        for name, values in zip(names, cells, strict=True)
    )
    return Table(tuple(columns), len(kept), len(body))


def _column(name: str, cells: Sequence[str]) -> Column:
    numbers = tuple(map(_number, cells))
    pairs = zip(numbers, cells, strict=True)
    if any(cell and not _is_held(value, cell) for value, cell in pairs):
        return Column(name, words=tuple(cells))
    return Column(name, numbers=numbers)


def _is_held(value: float, cell: str) -> bool:
    """Whether ``value`` says what the cell does."""
    if math.isnan(value):
        return False
    return abs(value) <= LARGEST_WHOLE or not cell.lstrip("-").isdigit()


def _number(cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _kept(body: Sequence[Sequence[str]], event_times: Sequence[float]) -> list[int]:
    """Return the rows to keep of a history, in order."""
    stride = math.ceil(len(body) / MOST_ROWS)
    kept = set(range(0, len(body), stride or 1))
    if body:
        kept.add(len(body) - 1)
    times = [_number(row[0]) for row in body]
    events = sorted(event_times)[:MOST_ROWS]
    k = 0
    for event in events:
        while k < len(times) and times[k] < event:
            k += 1
        kept.update(j for j in (k - 1, k) if 0 <= j < len(times))
    return sorted(kept)
