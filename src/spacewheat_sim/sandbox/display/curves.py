"""Outlines of circle, sphere and arrow."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.sandbox.charts.sphere import project

CORNERS = 96
# Length of an arrow's head and half its width, in widths of the shaft, and the least
# size in logical pixels; a short arrow is only a head.
HEAD_LENGTH, HEAD_HALF, LEAST_WIDTH = 3.6, 1.7, 1.8


def _circle() -> FloatArray:
    angle = np.linspace(0.0, 2 * np.pi, CORNERS + 1)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _great_circles() -> tuple[FloatArray, ...]:
    """Return the projections of the equator and two meridians of the unit sphere."""
    circles = (
        [(c, s, 0.0) for c, s in CIRCLE],
        [(c, 0.0, s) for c, s in CIRCLE],
        [(0.0, c, s) for c, s in CIRCLE],
    )
    return tuple(
        np.array([project(*point)[:2] for point in circle]) for circle in circles
    )


def arrow_outline(
    x0: float, y0: float, x1: float, y1: float, width: float
) -> FloatArray:
    """Return the outline (7, 2) of an arrow with its tip at (x1, y1)."""
    length = math.hypot(x1 - x0, y1 - y0)
    if not length:
        return np.zeros((0, 2))
    head = min(HEAD_LENGTH * max(width, LEAST_WIDTH), length)
    half = HEAD_HALF * head / HEAD_LENGTH
    shaft = min(width / 2, half)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    nx, ny = x1 - head * ux, y1 - head * uy
    return np.array(
        [
            (x0 - shaft * uy, y0 + shaft * ux),
            (nx - shaft * uy, ny + shaft * ux),
            (nx - half * uy, ny + half * ux),
            (x1, y1),
            (nx + half * uy, ny - half * ux),
            (nx + shaft * uy, ny - shaft * ux),
            (x0 + shaft * uy, y0 - shaft * ux),
        ]
    )


CIRCLE = _circle()
GREAT_CIRCLES = _great_circles()
