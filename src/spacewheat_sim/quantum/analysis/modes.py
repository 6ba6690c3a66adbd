"""The slowest modes of L: how a bath settles."""

from __future__ import annotations

import numpy as np
from scipy.sparse import linalg as sparse_linalg

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.analysis.settling import lasting_modes, settled
from spacewheat_sim.quantum.analysis.static_bath import StaticBath

# Up to this many states L is written out, a real matrix of N² × N².
LARGEST_DENSE = 24
# Eigenvalues found around one point, and the most points.
AROUND = 12
MOST_POINTS = 200


def slowest_modes(
    bath: StaticBath, count: int
) -> tuple[ComplexArray, ComplexArray, float]:
    """Return the ``count`` eigenvalues of L with the largest real parts, and their X.

    LX = λX, sorted by falling real part; X has norm 1, but for λ = 0 trace 1 where it
    has one. Of few states L is written out in real numbers; of more, Arnoldi's method
    finds the eigenvalues nearest to points that cover the strip where they can be, by
    the resolvent.

    There, eigenvalues that coincide to 1e-7 are given once.

    Returns:
        λ in 1/s (K,), X (K, N, N), and 1/|Re λ| in s of the slowest that decays; see
        :func:`spacewheat_sim.quantum.analysis.settling.settled`.

    Raises:
        RunError: too many points would be needed, or the resolvent is not known.
    """
    count = min(count, bath.size**2)
    if bath.size <= LARGEST_DENSE:
        values, states = _dense(bath)
    else:
        least = min(lasting_modes(bath) + 1, bath.size**2)
        values, states = _sparse(bath, max(count, least))
    values, states, settling = settled(bath, values, states)
    order = _slowest_first(values)[:count]
    values, states = values[order], states[order]
    for number, state in enumerate(states):
        trace = state.trace()
        scale = np.linalg.norm(state)
        if abs(trace) > 1e-6 * scale and abs(values[number]) < 1e-6 * abs(bath.b).max():
            scale = trace
        states[number] = state / scale
    return values, states, settling


def _dense(bath: StaticBath) -> tuple[ComplexArray, ComplexArray]:
    values, vectors = np.linalg.eig(written_out(bath))
    states = [unpacked(column, bath.size) for column in vectors.T]
    return values.astype(np.complex128), np.array(states)


def _sparse(bath: StaticBath, count: int) -> tuple[ComplexArray, ComplexArray]:
    """Return modes from discs that cover all imaginary parts which L can have.

    Around a point with positive real part all eigenvalues within the radius of the
    farthest one found are known. Points follow each other along the imaginary axis
    until the discs leave no gap in the strip of the slowest ``count``.
    """
    highest = float(np.ptp(bath.flows.hamiltonian.diagonal().real)) + 2 * float(
        np.abs(bath.flows.hamiltonian - np.diag(bath.flows.hamiltonian.diagonal()))
        .sum(axis=1)
        .max()
    )
    ahead = 1e-3 * highest + 1e-9
    values: list[complex] = []
    states: list[ComplexArray] = []
    height = 0.0
    for _ in range(MOST_POINTS):
        found, vectors = _around(bath, ahead + 1j * height)
        radius = float(np.abs(found - (ahead + 1j * height)).max())
        for value, state in zip(found, vectors, strict=True):
            _keep(value, state, values, states)
        depth = ahead - sorted((v.real for v in values), reverse=True)[:count][-1]
        if radius > depth:
            height += 1.6 * float(np.sqrt(radius**2 - depth**2))
        else:
            height += 0.5 * radius
        if height > highest:
            break
    else:
        raise RunError(
            f"The slowest modes are not known: {MOST_POINTS} points do not cover all "
            f"frequencies up to {highest:.3g} rad/s; ask for fewer modes"
        )
    order = _slowest_first(np.array(values))[:count]
    return np.array(values)[order], np.array(states)[order]


def _around(bath: StaticBath, z: complex) -> tuple[ComplexArray, ComplexArray]:
    n = bath.size
    resolvent = bath.resolvent(z)
    operator = sparse_linalg.LinearOperator(
        (n * n, n * n),
        matvec=lambda v: resolvent.solve(v.reshape(n, n)).ravel(),
        dtype=np.complex128,
    )
    start = np.cos(np.arange(n * n) ** 2 % 97)  # something in all directions
    values, vectors = sparse_linalg.eigs(
        operator, k=AROUND, which="LM", v0=start.astype(np.complex128), tol=1e-12
    )
    return z - 1.0 / values, vectors.T.reshape(-1, n, n)


def _keep(
    value: complex,
    state: ComplexArray,
    values: list[complex],
    states: list[ComplexArray],
) -> None:
    """Add an eigenvalue and its conjugate, unless they are known."""
    for own, matrix in ((value, state), (np.conj(value), state.conj().T)):
        near = 1e-7 * (1.0 + abs(own))
        if all(abs(own - known) > near for known in values):
            values.append(complex(own))
            states.append(matrix)


def _slowest_first(values: ComplexArray) -> IndexArray:
    """Return the order of falling real part, conjugate pairs together."""
    rounded = np.round(values.real / max(np.abs(values).max(), 1e-300), 10)
    return np.lexsort((-values.imag, np.abs(values.imag), -rounded))


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
