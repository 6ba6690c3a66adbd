"""Which modes of L never decay, and the digits of those that decay slowly."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.analysis.static_bath import StaticBath
from spacewheat_sim.quantum.steady.dark_subspace import find_dark

# As shares of the largest eigenvalue: below which one is looked for again by the
# inverse of L; the smallest decay that doubles tell from none without it; and what they
# may lose of one.
SLOW, TOLD, LOST = 1e-3, 1e-9, 1e-12
# Most modes that are looked for again, and how often the inverse is applied.
MOST, TURNS = 12, 3
# Errors of waits, and of the probability that one ends, with which the inverse is used:
# its residual corrects them.
USABLE = 1e-3
# Share of a direction below which it is one of those before.
SAME = 1e-10


def lasting_modes(bath: StaticBath) -> int:
    """Return how many modes of L have Re λ = 0, decided exactly.

    They are |a⟩⟨b| of all pairs of states of the dark subspace, and a steady state of
    each closed class of landings.
    """
    dark = find_dark(bath.flows.hamiltonian, bath.decay > 0.0)
    classes = bath.structure.steady_states - dark.operators
    return dark.dimension**2 + classes


def settled(
    bath: StaticBath, values: ComplexArray, states: ComplexArray
) -> tuple[ComplexArray, ComplexArray, float]:
    """Return modes with the digits of slow decays, and 1/|Re λ| of the slowest.

    Eigenvalues are known to a rounding of the largest. Where one steady state is all
    that lasts, L has an inverse on traceless matrices, by which slow modes get digits
    of their own.

    Args:
        bath: The bath.
        values: λ in 1/s, of all modes or of the slowest, (K,).
        states: X, (K, N, N).

    Returns:
        λ (K,) and X (K, N, N), those that last first and with Re λ = 0; and a time in
        s, ∞ where no mode decays, NaN where the slowest decay is not told from none.
    """
    lasting = lasting_modes(bath)
    size = 2 * float(np.abs(bath.b).max()) + float(bath.decay.max())
    known = 0
    if lasting == 1 and values.size > 1 and _has_inverse(bath):
        try:
            values, states, known = _by_inverse(bath, values, states, size)
        except RunError:
            order = np.argsort(-values.real, kind="stable")
            values, states = values[order], states[order]
    else:
        order = np.argsort(-values.real, kind="stable")
        values, states = values[order], states[order]
    if values.size <= lasting:
        return values, states, math.inf
    decays = -values[lasting:].real
    slowest = float(decays[:known].min(initial=math.inf))
    rest = float(decays[known:].min(initial=math.inf))
    if not rest >= min(slowest + LOST * size, TOLD * size):
        return values, states, math.nan
    values[:lasting].real = 0.0
    return values, states, 1.0 / min(slowest, rest)


def _has_inverse(bath: StaticBath) -> bool:
    """Return whether each wait ends in a jump, and doubles see that it does."""
    if bath.structure.dark or not bath.no_jump.doubt <= USABLE:
        return False
    ends = bath.decay @ np.real(bath.no_jump.times(0.0))
    return bool((np.abs(ends - 1.0) <= USABLE).all())


def _by_inverse(
    bath: StaticBath, values: ComplexArray, states: ComplexArray, size: float
) -> tuple[ComplexArray, ComplexArray, int]:
    """Return the modes, the steady one first, and how many slow ones follow it.

    A subspace that −L⁻¹ is applied to turns toward the slowest modes; the smallest of
    its eigenvalues are known to a rounding of the largest, as those of L are, and each
    mode is taken from where it has more digits.
    """
    n, steady = bath.size, bath.steady
    order = np.argsort(np.abs(values), kind="stable")
    values, states = values[order], states[order]
    near = states[: MOST + 1][np.abs(values[: MOST + 1]) < SLOW * size]
    resolvent = bath.resolvent(0.0)

    def inverse(columns: ComplexArray) -> ComplexArray:
        moved = [resolvent.solve(x.reshape(n, n)).ravel() for x in columns.T]
        return np.array(moved).T

    traceless = np.array([x - x.trace() * steady for x in near])
    basis = _orthonormal(traceless.reshape(-1, n * n).T)
    for _ in range(TURNS):
        basis = _orthonormal(inverse(basis)) if basis.size else basis
    values[0], states[0] = 0.0, steady
    if not basis.size:
        return values, states, 0
    times, vectors = np.linalg.eig(basis.conj().T @ inverse(basis))
    order = np.argsort(-np.abs(times), kind="stable")
    found = -1.0 / times[order]
    better = np.abs(found) ** 2 < size * np.abs(found[0])
    count = min(int(np.cumprod(better).sum()), len(near) - 1)
    values[1 : 1 + count] = found[:count]
    chosen = (basis @ vectors[:, order[:count]]).T
    states[1 : 1 + count] = chosen.reshape(-1, n, n)
    return values, states, count


def _orthonormal(columns: ComplexArray) -> ComplexArray:
    """Return an orthonormal basis (M, m) of the span of columns (M, k)."""
    sizes = np.linalg.norm(columns, axis=0)
    columns = columns[:, sizes > 0.0] / sizes[sizes > 0.0]
    left, singular, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(left[:, singular > SAME])
