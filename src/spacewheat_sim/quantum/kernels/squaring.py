"""Compiled loops of repeated squaring.

A propagator P = e^{Gτ} is kept as M = P − 1: a slow rate then stands by itself, and is
not rounded against the 1 on the diagonal. Shapes: generators and propagators (n, n),
real for density matrices and complex for kets.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.kernels.density_terms import add_feed, density_product


@njit(error_model="numpy")
def add_product(a, b, out):
    """Add the product of ``a`` and ``b`` to ``out``, (n, n) each; skips zeros of a."""
    n = a.shape[0]
    for i in range(n):
        row = out[i]
        for k in range(n):
            factor = a[i, k]
            if factor != 0.0:
                other = b[k]
                for j in range(n):
                    row[j] += factor * other[j]


@njit(error_model="numpy")
def base_propagator(generator, tau, terms, out):
    """Write e^{Gτ} − 1 = Σ_{k ≥ 1} (Gτ)ᵏ/k!, ``terms`` of it, to ``out`` (n, n)."""
    term = generator * tau
    out[:] = term
    for k in range(2, terms + 1):
        following = np.zeros_like(term)
        add_product(generator, term, following)
        term = following * (tau / k)
        out += term


@njit(error_model="numpy")
def doubled(propagator):
    """Return P² − 1 = 2M + M² of P = 1 + M, (n, n)."""
    out = 2.0 * propagator
    add_product(propagator, propagator, out)
    return out


@njit(error_model="numpy")
def keep_trace(propagator, populations):
    """Have every column of M leave the trace as it is, in place.

    What rounding has added to Σ_i M_ic over the ``populations`` i is taken from what
    stays of a population c, and of a coherence from the largest entry: a small one,
    which may be all of a slow flow, is left alone.
    """
    is_population = np.zeros(propagator.shape[0], dtype=np.bool_)
    is_population[populations] = True
    for c in range(propagator.shape[0]):
        total = 0.0
        place = populations[0]
        for i in populations:
            total += propagator[i, c]
            if abs(propagator[i, c]) > abs(propagator[place, c]):
                place = i
        propagator[c if is_population[c] else place, c] -= total


@njit(error_model="numpy")
def base_loss(generator, decay, tau, terms, out):
    """Write D(τ) = ∫₀^τ e^{A†s} Γ e^{As} ds to ``out`` (n, n), A the generator.

    D(τ) = Σ_k X_k τ^{k+1}/(k+1)! with X_0 = Γ and X_{k+1} = A†X_k + X_k A.
    """
    n = decay.size
    adjoint = np.ascontiguousarray(np.conj(generator.T))
    term = np.zeros((n, n), dtype=np.complex128)
    for i in range(n):
        term[i, i] = decay[i] * tau
    out[:] = term
    for k in range(1, terms):
        following = np.zeros((n, n), dtype=np.complex128)
        add_product(adjoint, term, following)
        add_product(term, generator, following)
        term = following * (tau / (k + 1))
        out += term


@njit(error_model="numpy")
def doubled_loss(loss, propagator):
    """Return D(2τ) = D(τ) + P†D(τ)P with P = 1 + M, (n, n)."""
    moved = loss.copy()
    add_product(loss, propagator, moved)
    out = loss + moved
    add_product(np.ascontiguousarray(np.conj(propagator.T)), moved, out)
    return out


@njit(error_model="numpy")
def step_vector(propagator, vector):
    """Add M times a vector to it, in place, (n,)."""
    moved = np.zeros_like(vector)
    for i in range(vector.size):
        total = moved[i]
        for j in range(vector.size):
            total += propagator[i, j] * vector[j]
        moved[i] = total
    vector += moved


@njit(error_model="numpy")
def normalize(psi):
    """Divide a ket (n,) by its norm, in place; return the square of that."""
    square = 0.0
    for i in range(psi.size):
        square += psi[i].real ** 2 + psi[i].imag ** 2
    psi /= np.sqrt(square)
    return square


@njit(error_model="numpy")
def survival(loss, propagator, psi):
    """Return ‖Pψ‖² = 1 − ψ†Dψ of a normalized ket (n,), whichever is more accurate."""
    lost = 0.0
    left = 0.0
    for i in range(psi.size):
        fed = 0.0j
        moved = psi[i]
        for j in range(psi.size):
            fed += loss[i, j] * psi[j]
            moved += propagator[i, j] * psi[j]
        lost += psi[i].real * fed.real + psi[i].imag * fed.imag
        left += moved.real**2 + moved.imag**2
    return 1.0 - lost if lost < 0.5 else left


@njit(error_model="numpy")
def pack(re, im, out):
    """Write a Hermitian matrix (N, L) to ``out`` (N²,): Re below, Im above."""
    n = re.shape[0]
    for i in range(n):
        for j in range(n):
            out[i * n + j] = re[i, j] if j <= i else im[i, j]


@njit(error_model="numpy")
def unpack(vector, re, im):
    """Write what :func:`pack` wrote back to a matrix (N, L)."""
    n = re.shape[0]
    for i in range(n):
        re[i, i] = vector[i * n + i]
        im[i, i] = 0.0
        for j in range(i):
            re[i, j] = vector[i * n + j]
            re[j, i] = re[i, j]
            im[j, i] = vector[j * n + i]
            im[i, j] = -im[j, i]


@njit(error_model="numpy")
def step_rest(generator, tau, terms, vector):
    """Advance a vector (n,) by ``tau``, less than a base step, in place."""
    term = vector.copy()
    for k in range(1, terms + 1):
        following = np.zeros_like(term)
        for i in range(term.size):
            total = following[i]
            for j in range(term.size):
                total += generator[i, j] * term[j]
            following[i] = total * (tau / k)
        term = following
        vector += term


@njit(error_model="numpy")
def apply_liouvillian(static, feed, vector, out):
    """Write Lρ of a packed density matrix ``vector`` (N²,) to ``out`` (N²,).

    What jumps put in is below the diagonal of a product X alone: what is above it is
    taken from there.
    """
    n = static[4].size
    re = np.zeros((n, n))
    im = np.zeros((n, n))
    prod_re = np.empty((n, n))
    prod_im = np.empty((n, n))
    populations = np.empty(n)
    unpack(vector, re, im)
    for i in range(n):
        populations[i] = re[i, i]
    density_product(static, re, im, prod_re, prod_im)
    add_feed(feed, populations, re, im, prod_re, prod_im)
    pack(prod_re + prod_re.T, prod_im - prod_im.T, out)


@njit(error_model="numpy")
def liouvillian(static, feed, out):
    """Write L as a real matrix on packed density matrices to ``out`` (N², N²)."""
    n = static[4].size
    vector = np.zeros(n * n)
    column = np.zeros(n * n)
    for c in range(n * n):
        vector[:] = 0.0
        vector[c] = 1.0
        apply_liouvillian(static, feed, vector, column)
        out[:, c] = column
