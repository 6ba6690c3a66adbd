"""The density matrix as a grid of emojis."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import ComplexArray, IndexArray
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.state.picture import matrix_picture
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Outline, Picture

TITLE = 16.0
# A cell is at least this large: beyond it the least populated emojis are left out.
LEAST_CELL = 8
LARGEST_CELL = 40
MOST_EMOJI = 18.0
EMOJI_ROOM = 20.0


class Cell(NamedTuple):
    """An entry of the matrix.

    Attributes:
        row: Number of the emoji of the row, in the basis.
        column: Number of that of the column.
        place: Where it is drawn.
    """

    row: int
    column: int
    place: Rect


class MatrixGrid:
    """A grid of one density matrix, with emojis along two edges."""

    def __init__(self) -> None:
        self._chosen: IndexArray = np.arange(0)
        self._grid = Rect(0.0, 0.0, 0.0, 0.0)
        self._cell = 1
        self._pixels: NDArray[np.uint8] | None = None
        self._key: object = None

    def draw(
        self,
        canvas: Canvas,
        area: Rect,
        title: str,
        emojis: tuple[str, ...],
        rho: ComplexArray,
        *,
        largest: float,
        version: object,
    ) -> None:
        """Add it inside ``area``.

        Args:
            canvas: The frame.
            area: Its place.
            title: What it is of.
            emojis: The basis, N.
            rho: The density matrix, (N, N).
            largest: The size that fills a cell.
            version: The picture is made anew when this changes.
        """
        head, field = area.cut_top(TITLE)
        side = min(field.w, field.h) - EMOJI_ROOM
        count = max(1, min(len(emojis), int(side) // LEAST_CELL))
        key = version, area, count
        if key != self._key or self._pixels is None:
            self._key = key
            populations = rho.diagonal().real
            ranked = np.argsort(-populations, kind="stable")[:count]
            self._chosen = np.sort(ranked)
            self._cell = max(1, min(LARGEST_CELL, int(side) // count))
            part = rho[np.ix_(self._chosen, self._chosen)]
            self._pixels = matrix_picture(part, self._cell, largest)
        edge = float(self._cell * count)
        self._grid = Rect(field.x + EMOJI_ROOM, field.y + EMOJI_ROOM, edge, edge)
        if count < len(emojis):
            title = f"{title}, {count} of {len(emojis)}"
        canvas.text(
            head.x, head.center[1], title, size=SMALL, color=palette.DIM, width=head.w
        )
        canvas.add(
            Picture(self._grid, self._pixels),
            Outline(self._grid.inset(-1.0), palette.GRID),
        )
        self._draw_emojis(canvas, emojis)

    def cell_at(self, x: float, y: float) -> Cell | None:
        """Return the entry at a point."""
        grid, count = self._grid, len(self._chosen)
        if not count or not grid.contains(x, y):
            return None
        column, row = int((x - grid.x) / self._cell), int((y - grid.y) / self._cell)
        if not (row < count and column < count):
            return None
        size = float(self._cell)
        place = Rect(grid.x + column * size, grid.y + row * size, size, size)
        return Cell(int(self._chosen[row]), int(self._chosen[column]), place)

    def _draw_emojis(self, canvas: Canvas, emojis: tuple[str, ...]) -> None:
        size = min(MOST_EMOJI, float(self._cell))
        half, grid = EMOJI_ROOM / 2, self._grid
        for place, number in enumerate(self._chosen.tolist()):
            along = (place + 0.5) * self._cell
            canvas.emoji(grid.x + along, grid.y - half, size, emojis[number])
            canvas.emoji(grid.x - half, grid.y + along, size, emojis[number])
