"""The number of spheres side by side, their size, and the parts of their cells."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from spacewheat_sim.sandbox.biome.sphere import BlochSphere
from spacewheat_sim.sandbox.geometry import Rect

GAP = 6.0
PADDING = 5.0
NUMBERS = 18.0
BUTTONS = 22.0
SMALLEST, LARGEST = 19.0, 110.0
SLACK = 12.0
LEAST_WIDTH = 112.0
# A cell of this width has room for words on its buttons.
WORDY = 204.0
# A lower cell shows its buttons only while the pointer is on it.
ROOMY = 184.0
WIDEST_NUMBERS = 190.0


class Grid(NamedTuple):
    """Equal cells, row by row."""

    columns: int
    rows: int
    width: float
    height: float

    def cell(self, number: int, area: Rect) -> Rect:
        """Return the place of a cell in an area with the same origin as the grid."""
        row, column = divmod(number, self.columns)
        return Rect(
            area.x + column * (self.width + GAP),
            area.y + row * (self.height + GAP),
            self.width,
            self.height,
        )

    @property
    def full_height(self) -> float:
        """Height of all rows."""
        return self.rows * (self.height + GAP) - GAP


class CellParts(NamedTuple):
    """The parts of a cell.

    Attributes:
        sphere: The sphere in the middle of its globe.
        pole: Size of the emojis at its poles.
        globe: Sphere and poles.
        roomy: Whether there is room for numbers and buttons at once.
        numbers: The numbers, in the place of the buttons if there is not.
        row: The part of that which numbers take.
        buttons: The buttons.
    """

    sphere: BlochSphere
    pole: float
    globe: Rect
    roomy: bool
    numbers: Rect
    row: Rect
    buttons: Rect


@lru_cache(maxsize=128)
def cell_parts(rect: Rect) -> CellParts:
    """Return the parts of a cell at ``rect``, which stay while nothing scrolls."""
    roomy = rect.h >= ROOMY
    buttons, rest = rect.inset(PADDING).cut_bottom(BUTTONS if roomy else NUMBERS)
    numbers, globe = rest.cut_bottom(NUMBERS) if roomy else (buttons, rest)
    (x, _), half = numbers.center, min(numbers.w, WIDEST_NUMBERS) / 2
    return CellParts(
        sphere=BlochSphere(*globe.center, sphere_radius(rect.w, rect.h)),
        pole=pole_size(rect.h),
        globe=globe,
        roomy=roomy,
        numbers=numbers,
        row=numbers._replace(x=x - half, w=2 * half),
        buttons=buttons,
    )


def pole_size(height: float) -> float:
    """Return the size of the emojis at the poles in a cell of ``height``."""
    return 20.0 if height >= ROOMY else 16.0


def sphere_radius(width: float, height: float) -> float:
    """Return the radius of the sphere that fits a cell."""
    free = height - _around(height)
    return min((width - 4 * PADDING) / 2, free / 2, LARGEST)


@lru_cache(maxsize=16)
def grid_of(count: int, area: Rect, scroll_bar: float) -> Grid:
    """Return the grid with the largest spheres for ``count`` axes in ``area``.

    If they would be too small to read, the grid is taller than the area; if there is
    more room than they need, it is lower.
    """
    fitting = (_fill(columns, count, area) for columns in range(1, count + 1))
    grids = [grid for grid in fitting if grid.width >= LEAST_WIDTH]
    best = max(grids, key=_merit, default=None)
    if best is not None and _radius(best) >= SMALLEST:
        needed = 2 * _radius(best) + _around(best.height) + SLACK
        return best._replace(height=min(best.height, needed))
    room = area.w - scroll_bar
    columns = min(count, max(1, int((room + GAP) / (LEAST_WIDTH + GAP))))
    width = (room - GAP * (columns - 1)) / columns
    rows = math.ceil(count / columns)
    return Grid(columns, rows, width, 2 * SMALLEST + _around(0.0))


def _around(height: float) -> float:
    """Return the height in a cell of everything except the sphere."""
    buttons = BUTTONS if height >= ROOMY else 0.0
    return 2.32 * pole_size(height) + NUMBERS + buttons + 2 * PADDING


def _radius(grid: Grid) -> float:
    return sphere_radius(grid.width, grid.height)


def _merit(grid: Grid) -> float:
    """Return the merit of a grid: large spheres, and words on the buttons."""
    return _radius(grid) * (1.2 if grid.width >= WORDY else 1.0)


def _fill(columns: int, count: int, area: Rect) -> Grid:
    rows = math.ceil(count / columns)
    return Grid(
        columns,
        rows,
        (area.w - GAP * (columns - 1)) / columns,
        (area.h - GAP * (rows - 1)) / rows,
    )
