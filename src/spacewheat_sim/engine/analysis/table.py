"""Answers as small tables, in text and in notebooks."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from collections.abc import Sequence

Cell = str | float | int


class Tabular(ABC):
    """Something that prints as a small table."""

    @abstractmethod
    def table(self) -> tuple[str, Sequence[str], Sequence[Sequence[Cell]]]:
        """Return a title, the heads of the columns, and the rows."""

    def __str__(self) -> str:
        title, head, rows = self.table()
        return "\n".join((title, *plain_lines([head, *map(_words, rows)])))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return html_table(*self.table())


def html_table(title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Return a table as HTML, for notebooks."""
    cells = "".join(f"<th>{html.escape(word)}</th>" for word in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(w)}</td>" for w in _words(row)) + "</tr>"
        for row in rows
    )
    return (
        f"<table><caption>{html.escape(title)}</caption>"
        f"<thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"
    )


def shown_number(value: Cell) -> str:
    """Return a number with six digits, and text as it is."""
    # Adding 0 turns −0 to 0.
    return value if isinstance(value, str) else f"{value + 0.0:.6g}"


def plain_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines with aligned columns, whatever the width of emojis."""
    from rich.cells import cell_len

    count = max((len(row) for row in rows), default=0)
    widths = [
        max((cell_len(row[c]) for row in rows if c < len(row)), default=0)
        for c in range(count)
    ]
    return [
        "  ".join(
            word + " " * (width - cell_len(word))
            for word, width in zip(row, widths, strict=False)
        ).rstrip()
        for row in rows
    ]


def _words(row: Sequence[Cell]) -> list[str]:
    return [shown_number(cell) for cell in row]
