"""Rectangles, in logical pixels, y downward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Rect(NamedTuple):
    """A rectangle by its upper left corner and its size."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """X of the right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Y of the lower edge."""
        return self.y + self.h

    @property
    def center(self) -> tuple[float, float]:
        """The point in the middle."""
        return self.x + self.w / 2, self.y + self.h / 2

    def contains(self, x: float, y: float) -> bool:
        """Return whether a point lies inside; the right and lower edges do not."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def inset(self, dx: float, dy: float | None = None) -> Rect:
        """Return the rectangle without a margin on every side."""
        dy = dx if dy is None else dy
        return Rect(
            self.x + dx,
            self.y + dy,
            max(0.0, self.w - 2 * dx),
            max(0.0, self.h - 2 * dy),
        )

    def cut_top(self, height: float, gap: float = 0.0) -> tuple[Rect, Rect]:
        """Return a strip of ``height`` at the top, and the rest below a gap."""
        height = min(height, self.h)
        rest = max(0.0, self.h - height - gap)
        return (
            Rect(self.x, self.y, self.w, height),
            Rect(self.x, self.bottom - rest, self.w, rest),
        )

    def cut_bottom(self, height: float, gap: float = 0.0) -> tuple[Rect, Rect]:
        """Return a strip of ``height`` at the bottom, and the rest above a gap."""
        height = min(height, self.h)
        rest = max(0.0, self.h - height - gap)
        return (
            Rect(self.x, self.bottom - height, self.w, height),
            Rect(self.x, self.y, self.w, rest),
        )

    def cut_left(self, width: float, gap: float = 0.0) -> tuple[Rect, Rect]:
        """Return a strip of ``width`` at the left, and the rest right of a gap."""
        width = min(width, self.w)
        rest = max(0.0, self.w - width - gap)
        return (
            Rect(self.x, self.y, width, self.h),
            Rect(self.right - rest, self.y, rest, self.h),
        )

    def cut_right(self, width: float, gap: float = 0.0) -> tuple[Rect, Rect]:
        """Return a strip of ``width`` at the right, and the rest left of a gap."""
        width = min(width, self.w)
        rest = max(0.0, self.w - width - gap)
        return (
            Rect(self.right - width, self.y, width, self.h),
            Rect(self.x, self.y, rest, self.h),
        )

    def columns(self, weights: Sequence[float], gap: float = 0.0) -> list[Rect]:
        """Return adjacent columns whose widths are proportional to ``weights``."""
        free = max(0.0, self.w - gap * (len(weights) - 1))
        total, x, parts = sum(weights), self.x, []
        for weight in weights:
            width = free * weight / total
            parts.append(Rect(x, self.y, width, self.h))
            x += width + gap
        return parts

    def grid(self, columns: int, rows: int, gap: float = 0.0) -> list[Rect]:
        """Return equal cells, row by row."""
        w = max(0.0, (self.w - gap * (columns - 1)) / columns)
        h = max(0.0, (self.h - gap * (rows - 1)) / rows)
        return [
            Rect(self.x + column * (w + gap), self.y + row * (h + gap), w, h)
            for row in range(rows)
            for column in range(columns)
        ]
