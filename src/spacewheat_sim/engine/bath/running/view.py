"""One bath's place among many whose states are kept side by side."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.evolution import ActiveSet, Jump, JumpClock, StateBatch


class BathView:
    """Holds a bath's state as an :class:`Evolver` does, but is advanced by the batch.

    Args:
        batch: The states of all.
        place: Which of them this is.
    """

    __slots__ = ("_batch", "_place")

    def __init__(self, batch: StateBatch, place: int) -> None:
        self._batch = batch
        self._place = place

    @property
    def state(self) -> ComplexArray:
        """The ket (N,) or density matrix (N, N), a copy."""
        return np.asarray(self._batch.get(self._which)[0])

    @state.setter
    def state(self, state: ComplexArray) -> None:
        self._batch.put(self._which, state[None])

    @property
    def clock(self) -> JumpClock:
        """When the bath jumps next."""
        return JumpClock(*self._batch.clocks(self._which)[0].tolist())

    @clock.setter
    def clock(self, clock: JumpClock) -> None:
        self._batch.put_clocks(self._which, np.array([clock]))

    @property
    def active(self) -> ActiveSet | None:
        """The active set, a copy; None where all states are active."""
        return next(iter(self._batch.active(self._which)), None)

    @active.setter
    def active(self, active: ActiveSet | None) -> None:
        self._batch.put_active(self._which, (active,))

    def memory(self) -> tuple[ComplexArray, JumpClock, ActiveSet | None]:
        """Return a copy of the bath's place."""
        return self.state, self.clock, self.active

    def recall(self, memory: tuple[ComplexArray, JumpClock, ActiveSet | None]) -> None:
        """Be as one was when :meth:`memory` was called."""
        self.state, self.clock, self.active = memory

    def populations(self) -> FloatArray:
        """Return the populations, (N,)."""
        return states.populations(self.state)

    def block(self, n: int, s: int) -> tuple[float, float, complex]:
        """Return p_n, p_s and ρ_ns."""
        state = self.state
        if state.ndim == 2:
            p_n, p_s = state[n, n].real, state[s, s].real
            return float(p_n), float(p_s), complex(state[n, s])
        north, south = complex(state[n]), complex(state[s])
        return states.ket_block(north, south)

    def advance(self, *_: object) -> list[Jump]:
        """Refuse to leave the others behind."""
        raise ArgumentError(
            "A bath of a world goes on with its world only: use World.tick"
        )

    @property
    def _which(self) -> IndexArray:
        return np.array([self._place])
