"""A part of a bath that H connects, and what waits for a jump in it add up to."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray, IndexArray


class Part(NamedTuple):
    """States that H connects to each other and to no others.

    Attributes:
        states: Which of the bath's states, (n,).
        starts: Which of these n are landings, (c,).
        hamiltonian: H among them in rad/s, (n, n).
        decay: Γ in 1/s, (n,).
        reaches: Whether a wait from landing t ever gets to i, (n, c).
    """

    states: IndexArray
    starts: IndexArray
    hamiltonian: ComplexArray
    decay: FloatArray
    reaches: BoolArray

    @property
    def size(self) -> int:
        """The number of its states."""
        return int(self.states.size)


class Waits(NamedTuple):
    """What the waits for a jump from each landing of a part add up to.

    ψ_t(τ) = e^{Bτ}|t⟩, B = −iH − Γ/2, and X_t = ∫|ψ_t(τ)⟩⟨ψ_t(τ)| dτ.

    Attributes:
        times: M_it = (X_t)_ii, the mean time in s that is spent in i, (n, c).
        errors: Bounds on the errors of M, (n, c).
        density: Returns Σ_t f_t X_t (n, n) for landing rates f (c,).
    """

    times: FloatArray
    errors: FloatArray
    density: Callable[[FloatArray], ComplexArray]
