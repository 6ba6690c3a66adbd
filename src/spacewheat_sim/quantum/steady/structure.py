"""Where a bath can end, and how many steady states it has, decided exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray
from spacewheat_sim.quantum.steady.dark_subspace import find_dark
from spacewheat_sim.quantum.steady.kernels import modular


class Structure(NamedTuple):
    """What waits and jumps lead to, whatever the sizes of the numbers.

    The dark subspace is the largest that H maps into itself and that no jump leaves.
    Where a wait can get to from a landing is where some entry of B^k is not 0. Both are
    questions about products of H and Γ, and are answered for the numbers as they are
    given, not up to rounding: a decay of 1e-9 beside an energy of 1e9 is a decay.

    Attributes:
        steady_states: Number of independent operators ρ with dρ/dt = 0: one for each
            closed class of landings, and m² for each energy of the dark subspace that
            has m states (their populations and coherences).
        dark: Dimension of the dark subspace.
        recurrent: Whether each state is a landing of the first closed class, (N,).
        reaches: Whether a wait that began in t ever gets to i, [i, t], (N, N).
    """

    steady_states: int
    dark: int
    recurrent: BoolArray
    reaches: BoolArray


def find_structure(
    hamiltonian: ComplexArray, decay: FloatArray, feed: FloatArray
) -> Structure:
    """Decide the structure of a bath.

    Args:
        hamiltonian: H in rad/s, (N, N).
        decay: Γ in 1/s, (N,).
        feed: W_ts, the rate of jumps from s to t in 1/s, (N, N).
    """
    dark = find_dark(hamiltonian, decay > 0.0)
    reaches = find_reaches(hamiltonian, decay)
    classes = modular.closed_classes(reaches, feed, dark.bright)
    count = dark.operators + int(classes.max()) + 1
    return Structure(count, dark.dimension, classes == 0, reaches)


def find_reaches(hamiltonian: ComplexArray, decay: FloatArray) -> BoolArray:
    """Decide whether a wait that began in t ever gets to i, [i, t], (N, N)."""
    reaches = np.zeros(hamiltonian.shape, dtype=np.bool_)
    for p in modular.PRIMES:
        if not reaches.all():
            h = modular.residues(hamiltonian, p)
            modular.mark_resolvent(h, decay / 2, p, reaches)
    return reaches
