"""Time in cells, over each of which a series says what a drive does.

A bath that repeats has those of one period, and a static one a single cell.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.analysis.limit_cycle import common_period
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.stepping import Elapsed, Stepper, check_cost

# ‖B‖h of a cell: a series of a ket over it loses no digit.
REACH = 2.0
# Share of a series below which its terms are rounding.
UNSEEN = 1e-18
# Error of a drive's series, in rad/s.
TOLERANCE = 1e-11


class Cells(NamedTuple):
    """Consecutive stretches of time.

    Attributes:
        begin: When the first begins, in s.
        lengths: In s, (C,).
        series: Σ_q d_q xᵠ of each row that a ket feels, in the fraction x, (C, R, J).
        bounds: On ‖B‖ in 1/s, (C,).
        repeats: Whether the first follows the last.
    """

    begin: float
    lengths: FloatArray
    series: FloatArray
    bounds: FloatArray
    repeats: bool

    @property
    def begins(self) -> FloatArray:
        """When each begins, and the last ends, in s, (C + 1,)."""
        return self.begin + np.concatenate(([0.0], np.cumsum(self.lengths)))

    def places(self, times: FloatArray) -> tuple[IntArray, FloatArray]:
        """Return the cell of each of ``times`` (T,) in s, and how long after it began.

        A period is the last of ``begins``.
        """
        edges = self.begins
        inside = times
        if self.repeats:
            inside = np.mod(times, edges[-1]) if self.series.shape[1] else 0.0 * times
        after = np.searchsorted(edges, inside, side="right").astype(np.int64)
        cells = np.clip(after - 1, 0, self.lengths.size - 1)
        return cells, np.maximum(inside - edges[cells], 0.0)


def find_period(drive: Drive) -> float | None:
    """Return after how many s a drive repeats, if it does."""
    try:
        return common_period(drive.drivers)
    except ArgumentError:
        return None


def cells_of(generator: Generator, drive: Drive, begin: float, end: float) -> Cells:
    """Return the cells of a bath from ``begin`` to ``end`` s, or those of a period.

    Raises:
        RunError: so many are needed that it would not end.
    """
    bound = generator.ket_bound
    if drive.is_static:
        length = REACH / bound if bound else max(end, 1.0)
        return Cells(
            0.0, np.array([length]), np.empty((1, 0, 1)), np.array([bound]), True
        )
    period = find_period(drive)
    if period is not None:
        begin, end = 0.0, period
    check_cost(bound, end - begin)
    stepper = Stepper(drive, Reach(REACH, bound, weight=1.0), TOLERANCE)
    elapsed = Elapsed(end - begin)
    lengths, series, bounds = [], [], []
    while elapsed.done < end - begin:
        h, own, norm = stepper.plan(begin + elapsed.done, elapsed.left())
        lengths.append(h)
        series.append(own[: drive.rows.kets])
        bounds.append(norm)
        elapsed.add(h)
    return Cells(
        begin,
        np.array(lengths),
        _trimmed(np.array(series)),
        np.array(bounds),
        period is not None,
    )


def _trimmed(series: FloatArray) -> FloatArray:
    """Return series (C, R, J) without the last terms that no double would show."""
    sizes = np.abs(series).max(axis=(0, 1))
    seen = np.flatnonzero(sizes > UNSEEN * sizes.max(initial=0.0))
    count = int(seen[-1]) + 1 if seen.size else 1
    return np.ascontiguousarray(series[:, :, :count])
