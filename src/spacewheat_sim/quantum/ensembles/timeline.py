"""Cuts the time of a run into pieces in which the drive is a polynomial."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.ensembles.inputs import Timeline
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels.series_bounds import (
    terms_suffice,
    trim,
)
from spacewheat_sim.quantum.stepping import MOST_TERMS, Stepper

# The largest ‖A‖h of a piece. It may be more than a single trajectory's: a step costs
# much beyond its terms.
LONGEST_PIECE = 10.0
# Output rows after which a piece ends at the latest: they cost more than a step.
PIECE_ROWS = 256
# Terms of the drive below this share of the generator's norm are lost to rounding.
NEGLIGIBLE = 1e-18
# Where the size of a series is looked at, beyond its step at x = 1.
RADII = np.linspace(1.5, 12.0, 22)


class Piece(NamedTuple):
    """A piece of time in which the drive is a polynomial.

    Attributes:
        end: Seconds since the start.
        series: The drive, Σ_j d_j xʲ in the fraction x, (R, J).
        bound: Upper bound on ‖A‖ with the drive.
    """

    end: float
    series: FloatArray
    bound: float


class Cuts(NamedTuple):
    """What a run's time is cut for.

    Attributes:
        generator: The static part of the equation of motion.
        drive: The driven part.
        time: Start in seconds.
        duration: Seconds to cover.
        stops: Times since the start at which something is measured, sorted, (Q,).
        outputs: Output times since the start, increasing from 0, (T,).
        tolerance: Error in populations allowed per second.
    """

    generator: Generator
    drive: Drive
    time: float
    duration: float
    stops: FloatArray
    outputs: FloatArray
    tolerance: float


def stretches(cuts: Cuts, most_pieces: int, most_rows: int) -> Iterator[Timeline]:
    """Yield a run's time, a stretch at a time: only one need be kept.

    The pieces are the same however they are divided into stretches.

    Args:
        cuts: What time is cut for.
        most_pieces: Largest number of pieces of a stretch.
        most_rows: Output rows after which a stretch ends.

    Raises:
        RunError: the drive is not finite somewhere.
    """
    begin, row, some = 0.0, 0, list[Piece]()
    for piece in _pieces(cuts):
        some.append(piece)
        last = int(np.searchsorted(cuts.outputs, piece.end, side="right"))
        is_full = len(some) == most_pieces or last - row >= most_rows
        if is_full or piece.end == cuts.duration:
            yield _timeline(begin, some, cuts.stops, (row, last))
            begin, row, some = piece.end, last, []


def _timeline(
    begin: float, pieces: list[Piece], stops: FloatArray, rows: tuple[int, int]
) -> Timeline:
    edges = np.array([begin, *(piece.end for piece in pieces)])
    series = np.stack([piece.series for piece in pieces])
    needed = np.flatnonzero(series.any(axis=(0, 1)))
    return Timeline(
        edges,
        np.ascontiguousarray(series[:, :, : 1 + max(needed, default=0)]),
        np.array([piece.bound for piece in pieces]),
        np.append(
            np.searchsorted(stops, edges, side="left"),
            np.searchsorted(stops, edges[-1], side="right"),
        ),
        rows,
    )


def _pieces(cuts: Cuts) -> Iterator[Piece]:
    """Yield the pieces of a run's time."""
    reach = Reach(LONGEST_PIECE, cuts.generator.ket_bound, weight=1.0)
    stepper = Stepper(cuts.drive, reach, cuts.tolerance)
    ends = [cuts.stops[cuts.stops > 0.0], cuts.outputs[PIECE_ROWS::PIECE_ROWS]]
    done = 0.0
    for stop in np.unique([*np.concatenate(ends), cuts.duration]).tolist():
        while done < stop:
            h, series, bound = _piece(cuts, stepper, cuts.time + done, stop - done)
            done = stop if h >= stop - done else done + h
            yield Piece(done, series, bound)


def _piece(
    cuts: Cuts, stepper: Stepper, time: float, h: float
) -> tuple[float, FloatArray, float]:
    """Return length, series (R, J) and bound of a piece of at most ``h`` seconds."""
    while True:
        h, series, largest = stepper.plan(time, h)
        if cuts.drive.is_static:
            return h, series, largest
        if not math.isfinite(largest):
            raise RunError(f"The drive is not finite at t = {time:g} s")
        bound, tolerance = cuts.generator.ket_bound, stepper.tolerance
        if terms_suffice(
            cuts.drive.rows, series, bound, h, tolerance, RADII, MOST_TERMS
        ):
            trim(series, NEGLIGIBLE * largest)
            return h, series, largest
        h = stepper.shorter(time, h, largest)
