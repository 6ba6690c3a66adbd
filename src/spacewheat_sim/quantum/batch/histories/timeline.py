"""Cuts the time of a run into pieces in which the drive is a polynomial."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.batch.histories.inputs import Timeline
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.trajectory import (
    MOST_TERMS,
    SERIES_SHARE,
    shorter_step,
)

FloatArray = NDArray[np.float64]

# The largest ‖A‖h of a piece. It may be more than a single trajectory's: a step costs
# much beyond its terms.
LONGEST_PIECE = 10.0
# Terms of the drive below this share of the generator's norm are lost to rounding.
NEGLIGIBLE = 1e-18
# Where the size of a series is looked at, beyond its step at x = 1.
RADII = np.linspace(1.5, 12.0, 22)


def cut(
    generator: Generator,
    drive: Drive,
    time: float,
    duration: float,
    stops: FloatArray,
    tolerance: float,
) -> Timeline:
    """Cut ``duration`` seconds from ``time`` on into pieces.

    Args:
        generator: The static part of the equation of motion.
        drive: The driven part.
        time: Start in seconds.
        duration: Seconds to cover.
        stops: Times since the start at which a piece must end, sorted, (Q,).
        tolerance: Error in populations allowed per second.
    """
    edges, pieces, bounds = [0.0], [], []
    for stop in [*np.unique(stops[stops > 0.0]).tolist(), duration]:
        while edges[-1] < stop:
            left = stop - edges[-1]
            h, series, bound = _piece(
                generator, drive, time + edges[-1], left, tolerance
            )
            edges.append(stop if h >= left else edges[-1] + h)
            pieces.append(series)
            bounds.append(bound)
    ends = np.array(edges)
    due = np.searchsorted(stops, ends, side="left")
    table = _trimmed(np.stack(pieces), min(bounds))
    return Timeline(ends, table, np.array(bounds), np.append(due, stops.size))


def _piece(
    generator: Generator, drive: Drive, time: float, left: float, tolerance: float
) -> tuple[float, FloatArray, float]:
    """Return length, series (R, J) and bound of a piece of at most ``left`` seconds."""
    reach = Reach(LONGEST_PIECE, generator.ket_bound, weight=1.0)
    if drive.is_static:
        longest = LONGEST_PIECE / max(generator.ket_bound, 1e-300)
        return min(left, longest), np.empty((0, 1)), generator.ket_bound
    h = left
    while True:
        h, series, bound = drive.series(time, h, reach, tolerance * SERIES_SHARE)
        if not math.isfinite(bound):
            raise RunError(f"The drive is not finite at t = {time:g} s")
        if _converges(generator.ket_bound, series, h, tolerance * SERIES_SHARE):
            return h, series, bound
        h = shorter_step(drive, h, bound, time)


def _converges(bound: float, series: FloatArray, h: float, tolerance: float) -> bool:
    """Return whether any ket's series over the piece has terms enough.

    Their norms are at most the coefficients of exp(h Σ_j e_j x^{j+1}/(j+1)), where e_j
    bounds the generator's j-th term; coefficient K is at most that function at x = r,
    over r^K, for every r > 0 (Cauchy).
    """
    norms = np.abs(series).max(axis=0)
    norms[0] += bound
    powers = np.arange(1, norms.size + 1)
    growth = h * (norms / powers) @ RADII[None, :] ** powers[:, None]
    terms = growth - MOST_TERMS * np.log(RADII)
    return bool(terms.min() <= math.log(tolerance * h))


def _trimmed(table: FloatArray, bound: float) -> FloatArray:
    """Return the pieces' series (P, R, J) without the last terms that all may spare."""
    largest = np.abs(table).max(axis=(0, 1), initial=0.0)
    needed = np.flatnonzero(largest > NEGLIGIBLE * bound)
    return np.ascontiguousarray(table[:, :, : 1 + max(needed, default=0)])
