"""The evolution between two jumps, and what it adds up to until the next.

With B = −iH − Γ/2 a wait that began in the state t is ψ_t(τ) = e^{Bτ}|t⟩. What is
asked of waits are integrals over them, each the solution of a Lyapunov equation:

    X = ∫₀^∞ e^{−zτ} e^{Bτ} R e^{B†τ} dτ,      BX + XB† − zX = −R.

They come from the modes of B, or, where some of these all but coincide (an exceptional
point, such as critical damping), from its Schur form.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np
from scipy import linalg

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray
from spacewheat_sim.quantum.steady.dark_subspace import find_dark
from spacewheat_sim.quantum.steady.flows import Flows
from spacewheat_sim.quantum.steady.modal_waits import sum_pairs

# Error of the probability that a jump ever comes from which on modes are not used.
MISFIT = 1e-12
# Rounding of a double, and a rate in 1/s below all others.
ROUNDING, TINY = 2.0**-52, 1e-300


class NoJump(Protocol):
    """The no-jump evolution of N states, without what no jump ever leaves.

    Attributes:
        slowest: 2 max Re λ of B's eigenvalues in 1/s: how fast a wait can last.
        bright: Share of each state that a jump leaves sooner or later, (N,).
        doubt: The largest relative error of how long a mode lasts, roughly.
    """

    slowest: float
    bright: FloatArray
    doubt: float

    def times(self, z: complex, power: int = 0) -> ComplexArray | FloatArray:
        """Return M_it(z) = ∫ τ^p e^{−zτ} |⟨i|ψ_t(τ)⟩|² dτ, (N, N); real for real z."""

    def spent(self, starts: FloatArray, z: float, power: int = 0) -> FloatArray:
        """Return Σ_t f_t ∫ τ^p e^{−zτ} |⟨i|ψ_t(τ)⟩|² dτ of starts f (N,), (N,)."""

    def integral(self, start: ComplexArray, z: complex = 0.0) -> ComplexArray:
        """Return ∫ e^{−zτ} e^{Bτ} R e^{B†τ} dτ of R, (N, N)."""

    def adjoint_integral(self, end: ComplexArray, z: complex = 0.0) -> ComplexArray:
        """Return ∫ e^{−zτ} e^{B†τ} O e^{Bτ} dτ of O, (N, N)."""

    def survival(self, start: ComplexArray) -> Callable[[float], float]:
        """Return τ ↦ tr e^{Bτ} R e^{B†τ} of what a jump leaves sooner or later."""

    def share(self, start: ComplexArray) -> float:
        """Return tr PR, P on what a jump leaves sooner or later."""


class ModalNoJump:
    """B = V diag(λ) V⁻¹ on what jumps can leave."""

    def __init__(self, b: ComplexArray, basis: ComplexArray) -> None:
        """Find the modes of ``b`` (N, N) on the span of ``basis``, (N, m).

        Raises:
            LinAlgError: they coincide.
        """
        inner = basis.conj().T @ b @ basis
        values, vectors = np.linalg.eig(inner)
        self._vectors = np.ascontiguousarray(basis @ vectors)
        self._inverse = np.linalg.inv(vectors) @ basis.conj().T
        self.values, self.doubt = _with_own_decay(
            b, values, self._vectors, self._inverse
        )
        self.slowest = float(2 * np.max(self.values.real, initial=-np.inf))
        self.bright = np.asarray((np.abs(basis) ** 2).sum(axis=1))
        self._basis = basis

    def times(self, z: complex, power: int = 0) -> ComplexArray | FloatArray:
        """See :class:`NoJump`."""
        overlaps = math.factorial(power) * self._overlaps(z) ** (power + 1)
        if not np.imag(z):
            return sum_pairs(self._vectors, self._inverse, overlaps)
        hermitian = (overlaps + overlaps.conj().T) / 2
        rest = (overlaps - overlaps.conj().T) / 2j
        re = sum_pairs(self._vectors, self._inverse, hermitian)
        return np.asarray(re + 1j * sum_pairs(self._vectors, self._inverse, rest))

    def spent(self, starts: FloatArray, z: float, power: int = 0) -> FloatArray:
        """See :class:`NoJump`."""
        v, u = self._vectors, self._inverse
        inner = (u * starts) @ u.conj().T * self._overlaps(z) ** (power + 1)
        found = ((v @ inner) * v.conj()).sum(axis=1).real
        return np.asarray(math.factorial(power) * found)

    def integral(self, start: ComplexArray, z: complex = 0.0) -> ComplexArray:
        """See :class:`NoJump`."""
        v, u = self._vectors, self._inverse
        inner = u @ start @ u.conj().T
        return np.asarray(v @ (self._overlaps(z) * inner) @ v.conj().T)

    def adjoint_integral(self, end: ComplexArray, z: complex = 0.0) -> ComplexArray:
        """See :class:`NoJump`."""
        v, u = self._vectors, self._inverse
        inner = v.conj().T @ end @ v
        return np.asarray(u.conj().T @ (self._overlaps(z).T * inner) @ u)

    def survival(self, start: ComplexArray) -> Callable[[float], float]:
        """See :class:`NoJump`."""
        v, u = self._vectors, self._inverse
        weights = (u @ start @ u.conj().T) * (v.conj().T @ v).T

        def survival(time: float) -> float:
            powers = np.exp(self.values * time)
            return float((powers @ weights @ powers.conj()).real)

        return survival

    def share(self, start: ComplexArray) -> float:
        """See :class:`NoJump`."""
        return _share(self._basis, start)

    def _overlaps(self, z: complex) -> ComplexArray:
        """Return 1/(z − λ_a − λ_b*), (m, m)."""
        return np.asarray(1.0 / (z - self.values[:, None] - self.values.conj()))


class SchurNoJump:
    """B = QTQ† with T triangular, on what jumps can leave."""

    def __init__(self, b: ComplexArray, basis: ComplexArray) -> None:
        """Take B (N, N) on the span of ``basis``, (N, m)."""
        self._triangle, unitary = linalg.schur(
            basis.conj().T @ b @ basis, output="complex"
        )
        self._q = np.ascontiguousarray(basis @ unitary)
        slowest = np.min(np.abs(self._triangle.diagonal().real), initial=np.inf)
        self.doubt = ROUNDING * float(np.linalg.norm(b)) / max(float(slowest), TINY)
        self.slowest = float(
            2 * np.max(self._triangle.diagonal().real, initial=-np.inf)
        )
        self.bright = np.asarray((np.abs(basis) ** 2).sum(axis=1))
        self._basis = basis

    def times(self, z: complex, power: int = 0) -> ComplexArray | FloatArray:
        """See :class:`NoJump`."""
        n = self._q.shape[0]
        found = np.empty((n, n), dtype=np.complex128)
        for t in range(n):
            row = self._q[t].conj()
            inner = np.outer(row, row.conj())
            for _ in range(power + 1):
                inner = self._solve(inner, z)
            found[:, t] = np.einsum("ia,ab,ib->i", self._q, inner, self._q.conj())
        found *= math.factorial(power)
        return found if np.imag(z) else found.real.copy()

    def spent(self, starts: FloatArray, z: float, power: int = 0) -> FloatArray:
        """See :class:`NoJump`."""
        q = self._q
        inner = (q.conj().T * starts) @ q
        for _ in range(power + 1):
            inner = self._solve(inner, z)
        found = ((q @ inner) * q.conj()).sum(axis=1).real
        return np.asarray(math.factorial(power) * found)

    def integral(self, start: ComplexArray, z: complex = 0.0) -> ComplexArray:
        """See :class:`NoJump`."""
        q = self._q
        return np.asarray(q @ self._solve(q.conj().T @ start @ q, z) @ q.conj().T)

    def adjoint_integral(self, end: ComplexArray, z: complex = 0.0) -> ComplexArray:
        """See :class:`NoJump`."""
        q = self._q
        inner = q.conj().T @ end @ q
        return np.asarray(q @ self._solve(inner, z, adjoint=True) @ q.conj().T)

    def survival(self, start: ComplexArray) -> Callable[[float], float]:
        """See :class:`NoJump`."""
        inner = self._q.conj().T @ start @ self._q

        def survival(time: float) -> float:
            moved = linalg.expm(self._triangle * time)
            return float(np.sum((moved @ inner) * moved.conj()).real)

        return survival

    def share(self, start: ComplexArray) -> float:
        """See :class:`NoJump`."""
        return _share(self._basis, start)

    def _solve(
        self, right: ComplexArray, z: complex, *, adjoint: bool = False
    ) -> ComplexArray:
        """Solve TX + XT† − zX = −R, or T†X + XT − zX = −R."""
        t = self._triangle - (z / 2) * np.eye(len(self._triangle))
        other = self._triangle - (np.conj(z) / 2) * np.eye(len(self._triangle))
        # (T − z/2)X + X(T − z*/2)†: the second factor's shift is conjugated back.
        kinds = ("C", "N") if adjoint else ("N", "C")
        left, back = (other, t) if adjoint else (t, other)
        solved, scale, _ = linalg.lapack.ztrsyl(
            left, back, -right, trana=kinds[0], tranb=kinds[1]
        )
        return np.asarray(solved * scale)


def _with_own_decay(
    b: ComplexArray, values: ComplexArray, vectors: ComplexArray, inverse: ComplexArray
) -> tuple[ComplexArray, float]:
    """Return eigenvalues λ_a (m,) of B with the real parts that their vectors have.

    B + B† = −Γ is diagonal, so that Re λ_a = −Σ_i Γ_i |v_ia|²/2: beside large energies
    that has the digits of a small decay, which λ_a has lost, unless another eigenvalue
    is so near that v_a itself is not known. With e_a = |(B − λ_a)v_a| and its rounding,
    v_a has the error Σ_b≠a |v_b| (|u_b| e_a) / |λ_b − λ_a| to first order.

    Args:
        b: B, (N, N).
        values: λ, (m,).
        vectors: v_a of norm 1, (N, m).
        inverse: The rows u_b with u_b v_a = δ_ba, (m, N).

    Returns:
        λ, and the largest relative error of a real part, to first order.
    """
    if not values.size:
        return values, 0.0
    decay, size = -2 * b.diagonal().real, float(np.linalg.norm(b))
    gaps = np.abs(values[:, None] - values)
    np.fill_diagonal(gaps, np.inf)
    shares = np.abs(vectors)
    left = np.abs(b @ vectors - vectors * values)
    left += ROUNDING * (np.abs(b) @ shares + shares * np.abs(values))
    mixed = np.abs(inverse) @ left / np.maximum(gaps, TINY)
    own = decay @ shares**2 / -2
    errors = decay @ (shares * (shares @ mixed)) + ROUNDING * np.abs(own)
    found = np.where(errors < ROUNDING * size, own + 1j * values.imag, values)
    least = np.minimum(errors, ROUNDING * size)
    return found, float(np.max(least / np.maximum(np.abs(found.real), TINY)))


def _share(basis: ComplexArray, rho: ComplexArray) -> float:
    return float(np.sum(basis.conj() * (rho @ basis)).real)


def no_jump_matrix(flows: Flows) -> ComplexArray:
    """Return B = −iH − Γ/2 in 1/s, without an energy that all states share, (N, N)."""
    decay, _ = flows.decay_and_feed()
    energies = flows.hamiltonian.diagonal().real
    middle = energies.min() / 2 + energies.max() / 2
    b = -1j * flows.hamiltonian
    np.fill_diagonal(b, -decay / 2 - 1j * (energies - middle))
    return b


def find_no_jump(flows: Flows) -> NoJump:
    """Return the evolution between jumps, by modes where these are good enough.

    They are where the probability that a jump ever comes, Σ_i Γ_i M_it, is as it must
    be: the part of |t⟩ that is in no dark state.
    """
    b = no_jump_matrix(flows)
    decay, _ = flows.decay_and_feed()
    basis = _bright_basis(b, flows.hamiltonian, decay)
    try:
        found = ModalNoJump(b, basis)
    except np.linalg.LinAlgError:
        return SchurNoJump(b, basis)
    if basis.shape[1]:
        with np.errstate(all="ignore"):
            misfit = np.abs(decay @ found.times(0.0) - found.bright)
        if not misfit.max() <= MISFIT:
            return SchurNoJump(b, basis)
    return found


def _bright_basis(
    b: ComplexArray, hamiltonian: ComplexArray, decay: FloatArray
) -> ComplexArray:
    """Return an orthonormal basis (N, m) of what is orthogonal to all dark states.

    H maps dark states among themselves and no jump leaves them, so that B does not mix
    them with others. How many there are is decided exactly.
    """
    dark = find_dark(hamiltonian, decay > 0.0)
    one = np.eye(len(b), dtype=np.complex128)
    if not dark.dimension:
        return one
    calm, seen = np.flatnonzero(decay == 0.0), np.flatnonzero(decay > 0.0)
    basis = np.zeros((len(b), len(b) - dark.dimension), dtype=np.complex128)
    basis[:, : seen.size] = one[:, seen]
    leaks, inner = hamiltonian[np.ix_(seen, calm)], hamiltonian[np.ix_(calm, calm)]
    basis[calm, seen.size :] = _seen_rows(leaks, inner, dark.new_rows).conj().T
    return basis


def _seen_rows(
    leaks: ComplexArray, inner: ComplexArray, new_rows: BoolArray
) -> ComplexArray:
    """Return an orthonormal basis of the rows ⟨s|H^k on states that do not decay.

    Which are new is known exactly (:class:`DarkSubspace`); each loses twice what it has
    of those before, so that what is left is orthogonal to them to rounding.

    Args:
        leaks: ⟨s|H from the S decaying states to the M others, (S, M).
        inner: H among these, (M, M).
        new_rows: Which rows are new, (S + M,).
    """
    made = np.flatnonzero(new_rows)
    basis = np.zeros((made.size, len(inner)), dtype=np.complex128)
    for place, number in enumerate(made.tolist()):
        if number < len(leaks):
            row = leaks[number]
        else:
            row = basis[number - len(leaks)] @ inner
        for _ in range(2):
            row = row / np.linalg.norm(row)
            row = row - (row @ basis[:place].conj().T) @ basis[:place]
        basis[place] = row / np.linalg.norm(row)
    return basis
