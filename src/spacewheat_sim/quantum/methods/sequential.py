"""Many baths whose method cannot step them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray, IndexArray
from spacewheat_sim.quantum.evolution import ActiveSet, Evolver, Jump, JumpClock


class SequentialStates:
    """The :class:`StateBatch` of ``spec``, and of ``active_threshold``.

    Args:
        evolvers: One per bath; there may be none.
        dimension: Number of basis states N.

    Attributes:
        evolvers: One per bath.
    """

    def __init__(self, evolvers: list[Evolver], dimension: int) -> None:
        self.evolvers = evolvers
        self._dimension = dimension

    def get(self, which: IndexArray) -> ComplexArray:
        """Return the kets of the baths ``which``, (W, N)."""
        kets = [self.evolvers[b].state for b in which]
        return np.array(kets, dtype=np.complex128).reshape(-1, self._dimension)

    def put(self, which: IndexArray, states: ComplexArray) -> None:
        """Put ``states`` (W, N) in the place of those of ``which``."""
        for b, state in zip(which, states, strict=True):
            self.evolvers[b].state = state

    def clocks(self, which: IndexArray) -> FloatArray:
        """Return survival and threshold of the baths ``which``, (W, 2)."""
        return np.array([self.evolvers[b].clock for b in which])

    def put_clocks(self, which: IndexArray, clocks: FloatArray) -> None:
        """Set survival and threshold of the baths ``which``, (W, 2)."""
        for b, clock in zip(which, clocks.tolist(), strict=True):
            self.evolvers[b].clock = JumpClock(*clock)

    def active(self, which: IndexArray) -> tuple[ActiveSet, ...]:
        """Return the active sets of ``which``, W; none where all states are active."""
        found = (self.evolvers[b].active for b in which)
        return tuple(active for active in found if active is not None)

    def put_active(self, which: IndexArray, active: Sequence[ActiveSet | None]) -> None:
        """Set the active sets of ``which``, W; one that is None begins anew."""
        for b, each in zip(which, active, strict=True):
            self.evolvers[b].active = each

    def memory(self) -> list[Any]:
        """Return what :meth:`advance` changes, but for the random streams."""
        return [evolver.memory() for evolver in self.evolvers]

    def recall(self, memory: list[Any]) -> None:
        """Be as one was when :meth:`memory` was called."""
        for evolver, each in zip(self.evolvers, memory, strict=True):
            evolver.recall(each)

    def populations(self) -> FloatArray:
        """Return the populations, (B, N)."""
        return np.array([evolver.populations() for evolver in self.evolvers])

    def blocks(self, n: int, s: int) -> tuple[FloatArray, FloatArray, ComplexArray]:
        """Return p_n, p_s and ρ_ns of all baths, each (B,)."""
        blocks = [evolver.block(n, s) for evolver in self.evolvers]
        p_n, p_s, rho_ns = np.array(blocks, dtype=np.complex128).T
        return p_n.real, p_s.real, rho_ns

    def advance(
        self, time: float, duration: float, chosen: BoolArray
    ) -> list[tuple[int, Jump]]:
        """Evolve the ``chosen`` (B,) baths; return (bath, jump) in order of bath."""
        return [
            (b, jump)
            for b in np.flatnonzero(chosen).tolist()
            for jump in self.evolvers[b].advance(time, duration)
        ]
