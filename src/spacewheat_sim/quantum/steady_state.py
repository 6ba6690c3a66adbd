"""The steady state of a static bath, from the renewal equation of its jumps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.generator import Generator

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

# Decay rates, relative to the largest rate or energy, below which a mode never decays.
DARK = 1e-10
# Singular values below which the renewal equation has a further solution.
SINGULAR = 1e-10


def steady_state(generator: Generator, hamiltonian: ComplexArray) -> ComplexArray:
    """Return the one density matrix (N, N) with dρ/dt = 0.

    A jump leaves the bath in a basis state, so with B = −iH − Γ/2 a steady ρ obeys the
    Lyapunov equation Bρ + ρB† = −diag(f), f = W p, p = diag ρ. Its solution is linear
    in f, ρ = Σ_t f_t X_t with BX_t + X_tB† = −|t⟩⟨t|, and f is the fixed point of the
    Markov chain "from one landing of a jump to the next", f = W M f with M_it =
    (X_t)_ii. States that no jump ever leaves (dark states) are split off beforehand.

    Args:
        generator: The jumps.
        hamiltonian: H, dense, (N, N), static.

    Raises:
        ArgumentError: there are several steady states; the message says how many
            independent ones were found.
    """
    n = generator.dimension
    b = -1j * hamiltonian - np.diag(generator.decay / 2)
    scale = max(float(np.abs(b).max()), np.finfo(float).tiny)
    dark = _dark_subspace(b, DARK * scale)
    if dark.shape[1] > 1:
        raise _not_unique(dark.shape[1])
    if n == 1:
        return np.ones((1, 1), dtype=np.complex128)
    weights = _landing_weights(b, dark)
    feed = np.zeros((n, n))
    np.add.at(
        feed, (generator.jump_targets, generator.jump_sources), generator.jump_rates
    )
    chain = feed @ weights.real.diagonal(axis1=1, axis2=2).T
    _, singular, right = np.linalg.svd(chain - np.eye(n))
    solutions = int((singular < SINGULAR).sum())
    if dark.shape[1] + solutions != 1:
        raise _not_unique(dark.shape[1] + solutions)
    if dark.shape[1] == 1:
        return np.asarray(dark @ dark.conj().T)
    landings = np.abs(right[-1].real)
    rho = np.tensordot(landings, weights, axes=1)
    rho = (rho + rho.conj().T) / 2
    return np.asarray(rho / rho.trace().real)


def _dark_subspace(b: ComplexArray, threshold: float) -> ComplexArray:
    """Return an orthonormal basis (N, D) of the modes of B that never decay."""
    _, vectors, dark = linalg.schur(  # type: ignore[call-overload] # stubs lack sort
        b, output="complex", sort=lambda z: z.real > -threshold
    )
    return np.asarray(vectors[:, :dark])


def _landing_weights(b: ComplexArray, dark: ComplexArray) -> ComplexArray:
    """Return X_t = ∫ e^{Bτ}|t⟩⟨t|e^{B†τ} dτ off the dark modes, (N, N, N) over t."""
    n = b.shape[0]
    q = linalg.null_space(dark.conj().T) if dark.shape[1] else np.eye(n)
    triangle, vectors = linalg.schur(q.conj().T @ b @ q, output="complex")
    basis = q @ vectors
    weights = np.zeros((n, n, n), dtype=np.complex128)
    trsyl = linalg.lapack.ztrsyl
    for t in range(n):
        start = np.outer(basis[t].conj(), basis[t])
        solved, scale, _ = trsyl(triangle, triangle, -start, tranb="C")
        weights[t] = basis @ (solved / scale) @ basis.conj().T
    return weights


def _not_unique(count: int) -> ArgumentError:
    if count == 0:
        return ArgumentError(
            "The steady state could not be found: some state decays too slowly for "
            "double precision"
        )
    return ArgumentError(
        f"This bath has no unique steady state: {count} independent ones were found. "
        "Without jumps, or with several parts that jumps do not connect, where it "
        "ends depends on where it starts"
    )
