"""The null space of a small Liouvillian in rational numbers: no rounding anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

JumpTerms = Sequence[tuple[int, int, float]]


def stationary(
    hamiltonian: object, jumps: JumpTerms
) -> tuple[int, NDArray[np.complex128] | None]:
    """Return how many independent ρ have dρ/dt = 0, and the one where it is unique.

    dρ/dt = −i[H, ρ] + Σ γ (ρ_ss |t⟩⟨t| − ½{|s⟩⟨s|, ρ}) is written out from that as a
    real matrix (N², N²) on populations and real and imaginary parts of coherences. The
    doubles in H and γ are taken as the rational numbers they are.
    """
    h = np.asarray(hamiltonian, dtype=complex)
    n = len(h)
    columns = [_slope(h, jumps, unit) for unit in _hermitian_units(n)]
    rows = [[column[r] for column in columns] for r in range(n * n)]
    echelon, pivots = _echelon([_integers(row) for row in rows])
    free = [c for c in range(n * n) if c not in pivots]
    if len(free) > 1:
        return len(free), None
    vector = [Fraction(0)] * (n * n)
    vector[free[0]] = Fraction(1)
    for row, pivot in zip(reversed(echelon), reversed(pivots), strict=True):
        known = sum(
            (
                a * x
                for c, (a, x) in enumerate(zip(row, vector, strict=True))
                if c != pivot
            ),
            start=Fraction(0),
        )
        vector[pivot] = -known / row[pivot]
    trace = sum(vector[:n])
    rho = np.zeros((n, n), dtype=complex)
    for k, (i, j, imaginary) in enumerate(_places(n)):
        value = float(vector[k] / trace) * (1j if imaginary else 1.0)
        rho[i, j] += value
        if i != j:
            rho[j, i] += np.conj(value)
    return 1, rho


def _places(n: int) -> list[tuple[int, int, bool]]:
    """The entry of ρ that each unknown is of, and whether it is the imaginary part."""
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    return [(i, i, False) for i in range(n)] + [
        (i, j, part) for i, j in pairs for part in (False, True)
    ]


Exact = dict[tuple[int, int], tuple[Fraction, Fraction]]


def _hermitian_units(n: int) -> list[Exact]:
    one, zero = Fraction(1), Fraction(0)
    units: list[Exact] = []
    for i, j, imaginary in _places(n):
        value = (zero, one) if imaginary else (one, zero)
        unit = {(i, j): value}
        if i != j:
            unit[j, i] = (value[0], -value[1])
        units.append(unit)
    return units


def _slope(h: NDArray[np.complex128], jumps: JumpTerms, rho: Exact) -> list[Fraction]:
    """dρ/dt of a sparse ρ, as the numbers that ``_places`` lists."""
    n = len(h)
    re = [[Fraction(0)] * n for _ in range(n)]
    im = [[Fraction(0)] * n for _ in range(n)]
    for (i, j), (x, y) in rho.items():
        for k in range(n):
            if h[k, i]:  # −i H_ki ρ_ij to (k, j)
                a, b = Fraction(h[k, i].real), Fraction(h[k, i].imag)
                re[k][j] += a * y + b * x
                im[k][j] += b * y - a * x
            if h[j, k]:  # +i ρ_ij H_jk to (i, k)
                a, b = Fraction(h[j, k].real), Fraction(h[j, k].imag)
                re[i][k] -= a * y + b * x
                im[i][k] -= b * y - a * x
        for s, t, rate in jumps:
            g = Fraction(rate)
            if i == s:
                re[i][j] -= g * x / 2
                im[i][j] -= g * y / 2
            if j == s:
                re[i][j] -= g * x / 2
                im[i][j] -= g * y / 2
            if i == s == j:
                re[t][t] += g * x
    return [(im if part else re)[i][j] for i, j, part in _places(n)]


def _integers(row: list[Fraction]) -> list[int]:
    scale = lcm(*(x.denominator for x in row))
    return [int(x * scale) for x in row]


def _echelon(rows: list[list[int]]) -> tuple[list[list[int]], list[int]]:
    """Eliminate without fractions (Bareiss); return the rows left and their pivots."""
    echelon, pivots, last = [], [], 1
    for column in range(len(rows[0])):
        pivot = next((r for r in rows if r[column]), None)
        if pivot is None:
            continue
        rows = [
            [
                (pivot[column] * a - row[column] * b) // last
                for a, b in zip(row, pivot, strict=True)
            ]
            for row in rows
            if row is not pivot
        ]
        last = pivot[column]
        echelon.append(pivot)
        pivots.append(column)
    return echelon, pivots
