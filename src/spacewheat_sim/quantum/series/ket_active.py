"""No-jump evolution on the states of a large bath that can hold amplitude."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.arrays import FloatArray, Int32Array
from spacewheat_sim.quantum.drive import Drive, Reach
from spacewheat_sim.quantum.evolution import ActiveSet
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels import active_ket
from spacewheat_sim.quantum.kernels.taylor_ket import ket_crossing, ket_populations
from spacewheat_sim.quantum.stepping import (
    LARGEST_REACH,
    MOST_TERMS,
    Stepper,
)


class ActiveKetSeries:
    """A :class:`KetSeries` on the active states only.

    The active set S holds every state whose probability may exceed ``threshold``.
    Over a step the restricted ket obeys dψ/dt = P A ψ with P the projector on S, so
    the exact one differs by at most ∫ ‖(1 − P) A ψ‖ dt: the amplitude that flows out
    of S. That flow is expanded along with the ket. A state joins S before all that has
    flowed into it could lift it over the threshold; the step on which that happens is
    taken again with it. It leaves when it has risen and emptied again: one that is fed
    slowly has all the time it needs to rise.

    Attributes:
        neglected: Upper bound, in amplitude, on ‖ψ_exact − ψ‖ of the kets that are not
            normalized between jumps: of what the jump statistics can be off by. It
            sums up from the start of the history.
    """

    def __init__(
        self, generator: Generator, drive: Drive, tolerance: float, threshold: float
    ) -> None:
        """Allocate the work space; ``threshold`` is a probability."""
        n = generator.dimension
        self._generator = generator
        self.drive = drive
        self._threshold = threshold
        self._coefficients = np.zeros((MOST_TERMS + 1, n, 2))
        self._order = 0
        self._rows = np.zeros(0, dtype=np.int32)
        self._boundary = np.zeros(0, dtype=np.int32)
        self._outflow = np.zeros(n)
        self._fed = np.zeros(n)
        self._risen = np.zeros(n, dtype=bool)
        self._start = np.zeros((n, 2))
        self.end = np.zeros((n, 2))
        self.neglected = 0.0
        bound = generator.ket_bound
        # Short steps keep the set from growing by more than a few neighbors at once.
        longest = 1.0 / bound if bound else math.inf
        reach = Reach(LARGEST_REACH, bound, weight=1.0)
        self._stepper = Stepper(drive, reach, tolerance, longest)

    @property
    def active(self) -> Int32Array:
        """Indices of the active states of the last step, sorted."""
        return self._rows.copy()

    def memory(self) -> ActiveSet:
        """Return a copy of the active set."""
        return ActiveSet(
            self._rows.copy(), self._fed.copy(), self._risen.copy(), self.neglected
        )

    def recall(self, memory: ActiveSet | None) -> None:
        """Go on from a ``memory`` of a series of the same bath, or begin anew."""
        if memory is None:
            memory = ActiveSet.empty(self._fed.size)
        self._activate(memory.rows.copy())
        self._fed[:] = memory.fed
        self._risen[:] = memory.risen
        self.neglected = memory.neglected

    def begin(self) -> None:
        """Forget nothing: what is active is so across intervals."""

    def expand(self, psi: FloatArray, time: float, h: float) -> tuple[float, float]:
        """Expand from ``psi`` on the active set; see :class:`KetSeries`."""
        stepper = self._stepper
        self._drop_emptied(psi)
        while True:
            h, series, bound = stepper.plan(time, h)
            self._order, survival, neglected = active_ket.active_ket_step(
                self._generator.static,
                self._rows,
                self._boundary,
                self.drive.ket_rows,
                series,
                self._start,
                h,
                bound,
                stepper.tolerance * h,
                self._coefficients,
                self.end,
                self._outflow,
            )
            if self._order < 0:
                h = stepper.shorter(time, h, bound)
                continue
            fed = self._fed[self._boundary] + self._outflow[self._boundary]
            late = self._boundary[fed**2 > self._threshold / 4]
            if late.size == 0:
                break
            self._activate(np.union1d(self._rows, late).astype(np.int32))
        self._fed[self._boundary] = fed
        self.neglected += neglected
        return h, survival

    def crossing(self, target: float, out: FloatArray) -> float:
        """Return where the norm falls to ``target``; see :class:`KetSeries`."""
        return float(ket_crossing(self._coefficients, self._order, target, out))

    def populations(self, x: FloatArray, out: FloatArray) -> None:
        """Write populations inside the step; see :class:`KetSeries`."""
        ket_populations(self._coefficients, self._order, x, out)

    def _drop_emptied(self, psi: FloatArray) -> None:
        """Fit the active set to ``psi`` and keep ψ on it as the start of the step."""
        weights = psi[:, 0] ** 2 + psi[:, 1] ** 2
        inside = np.zeros(weights.size, dtype=bool)
        inside[self._rows] = True
        # What a start, a jump or a measurement has put in from outside is there whole;
        # what joined in order to be fed is not, and waits until it has risen.
        held = weights > self._threshold / 100
        self._risen |= np.where(inside, held, weights > 0.0)
        emptied = inside & self._risen & ~held
        kept = (inside | (weights > 0.0)) & ~emptied
        self._risen &= kept
        rows = np.flatnonzero(kept).astype(np.int32)
        if not np.array_equal(rows, self._rows):
            self._activate(rows)
        self.neglected += math.sqrt(math.fsum(weights[~kept].tolist()))
        self._start = np.where(kept[:, None], psi, 0.0)

    def _activate(self, rows: Int32Array) -> None:
        """Make ``rows`` the active set, and find the states next to it."""
        g = self._generator
        leaving = np.setdiff1d(self._rows, rows, assume_unique=True)
        self._coefficients[:, leaving] = 0.0
        self.end[leaving] = 0.0
        self._fed[rows] = 0.0
        self._rows = rows
        inside = np.zeros(g.dimension, dtype=np.bool_)
        inside[rows] = True
        self._boundary = active_ket.neighbors(g.static, rows, inside)
