"""L of few states as a real matrix of N² × N²."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.analysis.static_bath import StaticBath


def written_out(bath: StaticBath) -> FloatArray:
    """Return L on packed Hermitian matrices, (N², N²)."""
    n = bath.size
    columns = np.empty((n * n, n * n))
    for place, unit in enumerate(np.eye(n * n)):
        x = unpacked(unit.astype(np.complex128), n)
        product = bath.b @ x
        fed = np.diag(bath.feed @ x.diagonal())
        columns[:, place] = packed(product + product.conj().T + fed)
    return columns


def packed(x: ComplexArray) -> FloatArray:
    """Return a Hermitian matrix as its diagonal, and Re and Im below it, (N²,)."""
    lower = x[np.tril_indices(len(x), -1)]
    return np.concatenate((x.diagonal().real, lower.real, lower.imag))


def unpacked(vector: ComplexArray, n: int) -> ComplexArray:
    """Return the matrix of a vector (N²,): Hermitian if it is real, (N, N)."""
    rows, columns = np.tril_indices(n, -1)
    re, im = vector[n : n + rows.size], vector[n + rows.size :]
    x = np.zeros((n, n), dtype=np.complex128)
    x[np.diag_indices(n)] = vector[:n]
    x[rows, columns], x[columns, rows] = re + 1j * im, re - 1j * im
    return x


def inner_weights(n: int) -> FloatArray:
    """Return w with tr XY = Σ w x y of packed Hermitian X and Y, (N²,)."""
    return np.concatenate((np.ones(n), np.full(n * n - n, 2.0)))
