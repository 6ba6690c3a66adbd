"""A part of a bath that H connects, and what waits for a jump in it add up to."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray, IndexArray
from spacewheat_sim.quantum.steady.dark_subspace import find_dark
from spacewheat_sim.quantum.steady.structure import find_reaches

ROUNDING = 2.0**-53
# Multiples of it, 2⁶⁴ times the golden section, have a highest bit as good as random.
MIXER = np.uint64(0x9E3779B97F4A7C15)


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


def nudged(part: Part) -> Part | None:
    """Return a part with every coupling and energy changed by about a rounding.

    Equal numbers are changed alike, as they are equal on purpose. Energies change by
    what they differ from the middle one: a constant added to all says nothing. The
    answer is None where some state would then never decay.
    """
    h = part.hamiltonian
    energies = h.diagonal().real
    middle = np.sort(energies)[(part.size - 1) // 2]
    changed = h.real * _factors(h.real) + 1j * (h.imag * _factors(h.imag))
    np.fill_diagonal(changed, (energies - middle) * _factors(energies))
    if find_dark(changed, part.decay > 0.0).dimension:
        return None
    reaches = find_reaches(changed, part.decay)[:, part.starts]
    return part._replace(hamiltonian=changed, reaches=reaches)


def _factors(values: FloatArray) -> FloatArray:
    """Return 1 ± a rounding or two, the same for equal sizes."""
    integers = (np.frexp(np.abs(values))[0] * 2.0**53).astype(np.uint64)
    is_up = (integers * MIXER) >> np.uint64(63) == 1
    return np.where(is_up, 1.0 + 2 * ROUNDING, 1.0 - 2 * ROUNDING)
