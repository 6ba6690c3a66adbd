"""What no jump ever leaves, decided exactly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import BoolArray, ComplexArray
from spacewheat_sim.quantum.steady.kernels import modular
from spacewheat_sim.quantum.steady.kernels.multiplicities import count_commuting


class DarkSubspace(NamedTuple):
    """The largest subspace that H maps into itself and that no jump leaves.

    Attributes:
        dimension: Its dimension D.
        operators: How many independent operators on it commute with H.
        bright: Which states have no part in it, (N,).
        new_rows: Which of the rows ⟨s|H^k that it is orthogonal to were new, in the
            order of ``modular.observable_rows``.
    """

    dimension: int
    operators: int
    bright: BoolArray
    new_rows: BoolArray


def find_dark(hamiltonian: ComplexArray, decaying: BoolArray) -> DarkSubspace:
    """Decide what decay can never see.

    What is not 0 modulo a prime is not 0, but what is may be so by chance: so the prime
    that sees more is right, and of two that see as much the one with fewer operators.
    """
    if decaying.all():
        return DarkSubspace(0, 0, decaying, np.zeros(0, dtype=np.bool_))
    found = [_modulo(hamiltonian, decaying, modular.PRIMES[0])]
    if found[0].dimension:
        found += [_modulo(hamiltonian, decaying, p) for p in modular.PRIMES[1:]]
    return min(found, key=lambda own: (own.dimension, own.operators))


def _modulo(
    hamiltonian: ComplexArray, decaying: BoolArray, p: np.uint64
) -> DarkSubspace:
    calm, seen = np.flatnonzero(~decaying), np.flatnonzero(decaying)
    h = modular.residues(hamiltonian, p)
    inner = h[np.ix_(calm, calm)]
    basis, pivots, new_rows = modular.observable_rows(inner, h[np.ix_(seen, calm)], p)
    bright = decaying.copy()
    bright[calm] = ~modular.unseen(basis, pivots, p)
    dimension = int((pivots < 0).sum())
    operators = 0
    if dimension:
        own = modular.dark_hamiltonian(inner, basis, pivots, p)
        operators = int(count_commuting(own, p))
    return DarkSubspace(dimension, operators, bright, new_rows)
