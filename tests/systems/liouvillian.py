"""The master equation of a small bath in as many digits as its scales need."""

from __future__ import annotations

from collections.abc import Sequence

import mpmath as mp
import numpy as np
from numpy.typing import NDArray

JumpTerms = Sequence[tuple[int, int, float]]


def exact_populations(
    hamiltonian: object, jumps: JumpTerms, rho: object, time: float
) -> NDArray[np.float64]:
    """Return ρ_ii(t) of dρ/dt = −i[H, ρ] + Σ γ (ρ_ss |t⟩⟨t| − ½{|s⟩⟨s|, ρ}), (N,).

    The Liouvillian is written out from its definition as a matrix (N², N²) on rows of
    ρ, and exponentiated by scaling and squaring in 60 digits and more.
    """
    h = np.asarray(hamiltonian)
    n = len(h)
    with mp.workdps(60):
        matrix = mp.matrix(n * n, n * n)
        for i in range(n):
            for j in range(n):
                for k in range(n):
                    matrix[i * n + j, k * n + j] -= 1j * mp.mpmathify(h[i, k])
                    matrix[i * n + j, i * n + k] += 1j * mp.mpmathify(h[k, j])
        for s, t, rate in jumps:
            matrix[t * n + t, s * n + s] += mp.mpf(rate)
            for i in range(n):
                matrix[s * n + i, s * n + i] -= mp.mpf(rate) / 2
                matrix[i * n + s, i * n + s] -= mp.mpf(rate) / 2
        reach = mp.mnorm(matrix, 1) * mp.mpf(time)
        squarings = max(0, int(mp.ceil(mp.log(reach + 1, 2)))) + 2
    with mp.workdps(60 + squarings // 3):
        matrix *= mp.mpf(time) / mp.mpf(2) ** squarings
        propagator, term = mp.eye(n * n), mp.eye(n * n)
        for k in range(1, 50):
            term = term * matrix / k
            propagator += term
        for _ in range(squarings):
            propagator *= propagator
        start = mp.matrix([mp.mpmathify(x) for x in np.asarray(rho).ravel()])
        end = propagator * start
        return np.array([float(mp.re(end[i * n + i])) for i in range(n)])
