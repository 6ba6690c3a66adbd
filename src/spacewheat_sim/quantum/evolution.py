"""What evolves a state: the interfaces of series and methods, jumps and their clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from spacewheat_sim.arrays import (
    BoolArray,
    ComplexArray,
    FloatArray,
    IndexArray,
    Int32Array,
)
from spacewheat_sim.quantum.drive import Drive


class Jump(NamedTuple):
    """A quantum jump through ``channel`` at ``time`` in seconds."""

    time: float
    channel: int


class JumpClock(NamedTuple):
    """How much of the ket has survived since the last jump, and when it ends.

    ``survival`` falls from 1; at ``threshold``, drawn when first needed (0 until
    then), the next jump happens.
    """

    survival: float
    threshold: float


FRESH_CLOCK = JumpClock(1.0, 0.0)


@dataclass(frozen=True)
class ActiveSet:
    """The active states of a large bath, and what is known of the others.

    Attributes:
        rows: Indices of the active states, (S,).
        fed: Amplitude that has flowed toward each inactive state, (N,).
        risen: Whether each active state has held anything yet, (N,).
        neglected: Bound on the amplitude left out so far.
    """

    rows: Int32Array
    fed: FloatArray
    risen: BoolArray
    neglected: float

    @classmethod
    def empty(cls, n: int) -> ActiveSet:
        """Return the beginning: none of ``n`` states is active yet."""
        return cls(np.empty(0, np.int32), np.zeros(n), np.zeros(n, np.bool_), 0.0)


class UniformSource(Protocol):
    """A random stream, as a trajectory needs it; numpy's generators are such."""

    def random(self) -> float:
        """Return the next uniform number in [0, 1)."""


class KetSeries(Protocol):
    """The no-jump evolution over one step, known at every time inside it.

    Attributes:
        drive: What changes with time.
        end: The normalized ket at the end of the step, (N, 2).
    """

    drive: Drive
    end: FloatArray

    def begin(self) -> None:
        """Forget what the steps of earlier intervals have shown."""

    def expand(self, psi: FloatArray, time: float, h: float) -> tuple[float, float]:
        """Expand from ``psi`` (N, 2); return the step taken, ≤ h, and ‖ψ‖² at its end.

        The normalized ket at the end is left in ``end`` (N, 2).
        """

    def crossing(self, target: float, out: FloatArray) -> float:
        """Return the x where ‖ψ(x)‖² falls to ``target``; write ψ(x) to ``out``."""

    def populations(self, x: FloatArray, out: FloatArray) -> None:
        """Write the normalized populations at ``x`` (T,) to ``out`` (T, N)."""

    def memory(self) -> ActiveSet | None:
        """Return a copy of the active set; None where all states are active."""

    def recall(self, memory: ActiveSet | None) -> None:
        """Go on from what :meth:`memory` has returned, or begin anew from None."""


class Evolver(Protocol):
    """Holds a bath's state and advances it.

    Attributes:
        state: Ket (N,) or density matrix (N, N); reading it makes a copy.
        clock: When the bath jumps next; a fresh one where the method has no jumps.
        active: The active set, a copy; None where all states are active.
    """

    state: ComplexArray
    clock: JumpClock
    active: ActiveSet | None

    def populations(self) -> FloatArray:
        """Return the populations, (N,)."""

    def block(self, n: int, s: int) -> tuple[float, float, complex]:
        """Return p_n, p_s and ρ_ns."""

    def memory(self) -> Any:
        """Return what :meth:`advance` changes, but for the random stream."""

    def recall(self, memory: Any) -> None:
        """Be as one was when :meth:`memory` was called."""

    def advance(
        self,
        time: float,
        dt: float,
        steps: int = 1,
        offsets: FloatArray | None = None,
        out: FloatArray | None = None,
    ) -> list[Jump]:
        """Evolve from ``time`` by ``steps`` · ``dt`` seconds; return the jumps.

        Where it raises the state may have moved: see :meth:`recall`.

        Args:
            time: Present time in seconds.
            dt: Length of a step in seconds.
            steps: Number of steps.
            offsets: Sorted output times after ``time``, in (0, steps · dt], (T,).
            out: Receives the populations at them, all of them, (T, N); those of the
                poles of a register, (T, 2n).
        """


class StateBatch(Protocol):
    """Holds the states of B baths of the same operators and clock, and advances them.

    Nothing that is computed for one bath depends on the others.
    """

    def get(self, which: IndexArray) -> ComplexArray:
        """Return kets (W, N) or density matrices (W, N, N) of ``which``, a copy."""

    def put(self, which: IndexArray, states: ComplexArray) -> None:
        """Put ``states`` in the place of those of ``which``."""

    def clocks(self, which: IndexArray) -> FloatArray:
        """Return survival and threshold of the baths ``which``, (W, 2)."""

    def put_clocks(self, which: IndexArray, clocks: FloatArray) -> None:
        """Set survival and threshold of the baths ``which``, (W, 2), if they jump."""

    def active(self, which: IndexArray) -> tuple[ActiveSet, ...]:
        """Return the active sets of ``which``, W; none where all states are active."""

    def put_active(self, which: IndexArray, active: Sequence[ActiveSet | None]) -> None:
        """Set the active sets of ``which``, W; one that is None begins anew."""

    def populations(self) -> FloatArray:
        """Return the populations, (B, N)."""

    def blocks(self, n: int, s: int) -> tuple[FloatArray, FloatArray, ComplexArray]:
        """Return p_n, p_s and ρ_ns of all baths, each (B,)."""

    def memory(self) -> Any:
        """Return a copy of what :meth:`advance` changes, but for the random streams."""

    def recall(self, memory: Any) -> None:
        """Be as one was when :meth:`memory` was called."""

    def advance(
        self, time: float, duration: float, chosen: BoolArray
    ) -> list[tuple[int, Jump]]:
        """Evolve the ``chosen`` (B,) baths; return (bath, jump) in order of bath.

        Where it raises, some may have moved: see :meth:`recall`.
        """
