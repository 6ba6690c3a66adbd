"""Many baths whose method cannot step them together."""

from __future__ import annotations

from typing import Any

import numpy as np

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray, IndexArray
from spacewheat_sim.quantum.evolution import FRESH_CLOCK, Evolver, Jump, JumpClock
from spacewheat_sim.quantum.methods.trajectory import Trajectory


class SequentialStates:
    """The :class:`StateBatch` of ``spec``, and of ``active_threshold``.

    Attributes:
        evolvers: One per bath.
    """

    def __init__(self, evolvers: list[Evolver]) -> None:
        self.evolvers = evolvers

    def get(self, which: IndexArray) -> ComplexArray:
        """Return the kets of the baths ``which``, (W, N)."""
        return np.array([self.evolvers[b].state for b in which])

    def put(self, which: IndexArray, states: ComplexArray) -> None:
        """Put ``states`` (W, N) in the place of those of ``which``."""
        for b, state in zip(which, states, strict=True):
            self.evolvers[b].state = state

    def clocks(self, which: IndexArray) -> FloatArray:
        """Return survival and threshold of the baths ``which``, (W, 2)."""
        evolvers = (self.evolvers[b] for b in which)
        return np.array([getattr(e, "clock", FRESH_CLOCK) for e in evolvers])

    def put_clocks(self, which: IndexArray, clocks: FloatArray) -> None:
        """Set survival and threshold of those of ``which`` that jump, (W, 2)."""
        for b, clock in zip(which, clocks.tolist(), strict=True):
            evolver = self.evolvers[b]
            if isinstance(evolver, Trajectory):
                evolver.clock = JumpClock(*clock)

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
