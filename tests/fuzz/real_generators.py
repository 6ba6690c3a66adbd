"""The equations of motion as real matrices whose entries are sums of exact inputs.

A density matrix is the real vector (ρ_ii; Re ρ_ij; Im ρ_ij for i < j) of length N², a
ket (Re ψ; Im ψ) of length 2N. Both generators are linear in the numbers of the bath, so
that digits of those numbers give digits of the matrices.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
from fixed_point import Digits, carried, from_fractions
from plain_bath import PlainBath

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray


def pairs(n: int) -> tuple[IndexArray, IndexArray]:
    """Return i and j of the N (N − 1)/2 coherences, i < j."""
    return np.triu_indices(n, 1)


def to_vector(rho: ComplexArray) -> FloatArray:
    """Return the real vector (N²,) of a density matrix (N, N)."""
    i, j = pairs(rho.shape[0])
    return np.concatenate((rho.diagonal().real, rho[i, j].real, rho[i, j].imag))


def to_matrix(vector: FloatArray, n: int) -> ComplexArray:
    """Return the density matrix (N, N) of a real vector (N²,)."""
    i, j = pairs(n)
    rho = np.diag(vector[:n]).astype(complex)
    rho[i, j] = vector[n : n + i.size] + 1j * vector[n + i.size :]
    rho[j, i] = rho[i, j].conj()
    return rho


def inputs(bath: PlainBath) -> list[Fraction]:
    """Return E_i − E_0, Re and Im of H_ij (i < j), Γ_i and W_ts exactly, as one list.

    Every energy is measured from the first: a constant added to all changes nothing.
    """
    n = bath.size
    h = bath.hamiltonian
    energies = [Fraction(x) for x in h.diagonal().real.tolist()]
    values = [energy - energies[0] for energy in energies]
    i, j = pairs(n)
    values += [Fraction(x) for x in h[i, j].real.tolist()]
    values += [Fraction(x) for x in h[i, j].imag.tolist()]
    decay = [Fraction(0)] * n
    feed = [Fraction(0)] * (n * n)
    for source, target, rate in bath.jumps:
        decay[source] += Fraction(rate)
        feed[target * n + source] += Fraction(rate)
    return values + decay + feed


@cache
def density_tensor(n: int) -> FloatArray:
    """Return twice the Liouvillian of each input alone, whole numbers, (Q, N², N²)."""
    return _tensor(n, _liouvillian, n * n)


@cache
def ket_tensor(n: int) -> FloatArray:
    """Return twice −iH − Γ/2 of each input alone, whole numbers, (Q, 2N, 2N)."""
    return _tensor(n, _effective, 2 * n)


def _tensor(n, slope, size):
    i, j = pairs(n)
    count = n + 2 * i.size + n + n * n
    tensor = np.empty((count, size, size))
    for q in range(count):
        unit = np.zeros(count)
        unit[q] = 1.0
        h = np.diag(unit[:n]).astype(complex)
        h[i, j] = unit[n : n + i.size] + 1j * unit[n + i.size : n + 2 * i.size]
        h[j, i] = h[i, j].conj()
        rest = unit[n + 2 * i.size :]
        decay, feed = rest[:n], rest[n:].reshape(n, n)
        for column in range(size):
            vector = np.zeros(size)
            vector[column] = 1.0
            tensor[q, :, column] = 2 * slope(h, decay, feed, vector)
    return tensor


def _liouvillian(
    h: ComplexArray, decay: FloatArray, feed: FloatArray, vector: FloatArray
) -> FloatArray:
    rho = to_matrix(vector, decay.size)
    b = -1j * h - np.diag(decay / 2)
    change = b @ rho
    change = change + change.conj().T + np.diag(feed @ rho.diagonal())
    return to_vector(change)


def _effective(
    h: ComplexArray, decay: FloatArray, _: FloatArray, vector: FloatArray
) -> FloatArray:
    n = decay.size
    change = (-1j * h - np.diag(decay / 2)) @ (vector[:n] + 1j * vector[n:])
    return np.concatenate((change.real, change.imag))


def as_floats(bath: PlainBath, tensor: FloatArray) -> FloatArray:
    """Return the generator in 1/s, rounded once per entry or so, (M, M).

    What dephasing takes from a population it gives back: the sums cancel, so that each
    number is added with what its own rounding has left.
    """
    exact = inputs(bath)
    high = [float(x) for x in exact]
    low = [float(x - Fraction(y)) for x, y in zip(exact, high, strict=True)]
    whole = np.tensordot(np.array(high), tensor, axes=1)
    return (whole + np.tensordot(np.array(low), tensor, axes=1)) / 2


def as_digits(
    bath: PlainBath, tensor: FloatArray, seconds: Fraction, digits: int
) -> Digits:
    """Return the generator times ``seconds``, which makes it small, (K, M, M)."""
    scaled = [x * (seconds / 2) for x in inputs(bath)]
    return carried(np.tensordot(from_fractions(scaled, digits), tensor, axes=1))
