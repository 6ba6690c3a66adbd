"""Baths for tests of steady states, and random ones of all kinds and scales."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spacewheat_sim import BathOperators, QuantumBath
from spacewheat_sim.arrays import ComplexArray, FloatArray

JumpTerms = list[tuple[int, int, float]]

# Decades over which numbers are spread evenly.
SPREADS = ((-9, 9), (-9, 9), (-3, 3), (-9, 0), (-1, 1))


def bath_of(h: object, jumps: Sequence[tuple[int, int, float]]) -> QuantumBath:
    matrix = np.asarray(h)
    names = [f"e{i}" for i in range(len(matrix))]
    terms = [(names[s], names[t], rate) for s, t, rate in jumps]
    return QuantumBath(BathOperators.from_terms(names, matrix, terms), "master", seed=0)


def populations_of(h: object, jumps: Sequence[tuple[int, int, float]]) -> list[float]:
    return bath_of(h, jumps).steady_state().diagonal().real.tolist()


def couplings(n: int, *terms: tuple[int, int, complex]) -> ComplexArray:
    """H with H_ij = z and H_ji = z* for each (i, j, z)."""
    h = np.zeros((n, n), dtype=np.complex128)
    for i, j, z in terms:
        h[i, j], h[j, i] = z, np.conj(z)
    return h


def ring(n: int, coupling: object, rates: object) -> QuantumBath:
    strengths, speeds = np.broadcast_to(coupling, n), np.broadcast_to(rates, n)
    h = couplings(n, *[(i, (i + 1) % n, strengths[i]) for i in range(n)])
    return bath_of(h, [(i, (i + 1) % n, speeds[i]) for i in range(n)])


def random_bath(seed: int, most: int) -> tuple[ComplexArray, JumpTerms]:
    """H and jumps of up to ``most`` states: sparse or not, with or without structure.

    Energies differ, vanish, are all equal or fall into two levels, and may have a
    constant on top; couplings may all have one size; a state may be left by no jump.
    """
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, most + 1))
    low, high = SPREADS[rng.integers(len(SPREADS))]

    def sizes(*shape: int) -> FloatArray:
        return np.asarray(10.0 ** rng.uniform(low, high, shape))

    phases = rng.choice([1, -1, 1j, np.exp(1j)], (n, n))
    present = rng.random((n, n)) < rng.choice([0.2, 0.5, 1.0])
    h = np.triu(phases * present * (sizes(n, n) if rng.random() < 0.8 else 0.5), 1)
    energies = (
        sizes(n) * rng.choice([1, -1], n),
        np.zeros(n),
        np.full(n, sizes(1)),
        sizes(2)[rng.integers(2, size=n)],
    )[rng.integers(4)]
    constant = sizes(1) if rng.random() < 0.3 else 0.0
    absorbing = int(rng.integers(n)) if rng.random() < 0.3 else -1
    pairs = rng.integers(0, n, (int(rng.integers(2 * n + 1)), 2)).tolist()
    if rng.random() < 0.3:
        pairs += [(i, (i + 1) % n) for i in range(n)]
    jumps = [(s, t, float(sizes())) for s, t in pairs if s != absorbing]
    return h + h.conj().T + np.diag(energies + constant), jumps


def interfering_bath(seed: int) -> tuple[ComplexArray, JumpTerms]:
    """H and jumps of a few values that paths add to zero with, exactly or nearly."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    size = rng.choice([1.0, 0.5, 0.1, 0.3])
    values = rng.choice([size, -size, 1j * size, 1e-3, 1e3, 0.0], (n, n))
    h = np.triu(values, 1)
    levels = (0.0, 0.0, size, -size, 1e9, 0.1 + 0.2, 0.3)
    energies = rng.choice(levels, n) + rng.choice([0.0, 1e6, -1e9])
    pairs = rng.integers(0, n, (int(rng.integers(n + 2)), 2)).tolist()
    calm = rng.random() < 0.5
    scale = 10.0 ** rng.choice([0, 0, 0, -150, 120])
    jumps = [
        (s, t, float(rng.choice([1.0, 1e-3, 0.1, 1e6]) * scale))
        for s, t in pairs
        if not calm or s < max(1, n - 2)
    ]
    return (h + h.conj().T + np.diag(energies)) * scale, jumps
