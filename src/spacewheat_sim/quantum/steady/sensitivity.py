"""Whether the digits of the numbers given decide a steady state."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.steady.dark_subspace import find_dark
from spacewheat_sim.quantum.steady.part import Part
from spacewheat_sim.quantum.steady.structure import find_reaches

ROUNDING = 2.0**-53
# Multiples of it, 2⁶⁴ times the golden section, have a highest bit as good as random.
MIXER = np.uint64(0x9E3779B97F4A7C15)


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
