"""The steady state where a jump leaves a bath in many states, as in a register.

No chain of landings exists then. The null vector of L is found from its matrix while
that is small, and beyond by a Krylov method that never forms it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import linalg

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.long_call import interruptible
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels import squaring
from spacewheat_sim.quantum.series.density_squared import (
    MOST_STATES,
    SquaredDensity,
    liouvillian,
)

# Largest D whose L is formed, D² × D².
MOST_DENSE = 32
# Least accuracy of populations that is given out.
WANTED = 1e-9
# Times of the slowest rate after which a bath has settled: e⁻⁵⁰ is below rounding.
SETTLED = 50.0
# Of the Krylov method: directions kept, rounds, and the residual that ends it, in
# units of the largest rate.
DIRECTIONS, ROUNDS, RESIDUAL = 60, 12, 1e-13
# Two starts whose solutions differ by so much have found two steady states.
DIFFERENT = 1e-6


def null_state(generator: Generator) -> ComplexArray:
    """Return the one density matrix (D, D) with Lρ = 0.

    Raises:
        ArgumentError: there are several.
        RunError: it is not known to 1e-9.
    """
    n = generator.dimension
    vector = _dense(generator) if n <= MOST_DENSE else _iterated(generator)
    rho = unpacked(vector, n)
    return np.asarray(rho / rho.trace().real)


def packed(rho: ComplexArray) -> FloatArray:
    """Return a Hermitian matrix (D, D) as the kernels pack it, (D²,)."""
    out = np.empty(rho.size)
    re, im = np.ascontiguousarray(rho.real), np.ascontiguousarray(rho.imag)
    squaring.pack(re, im, out)
    return out


def unpacked(vector: FloatArray, n: int) -> ComplexArray:
    """Return the matrix (D, D) of D = ``n`` that :func:`packed` is of."""
    re, im = np.empty((2, n, n))
    squaring.unpack(np.ascontiguousarray(vector), re, im)
    return np.asarray(re + 1j * im)


def not_unique(count: int | None, fastest: float | None = None) -> ArgumentError:
    """Return the error that says how many steady states there are, if it is known.

    ``fastest`` is the size of L in 1/s, where what is slow beside it may be missed.
    """
    found = "several" if count is None else f"{count} independent ones"
    missed = ""
    if fastest is not None:
        missed = (
            f"; beside the fastest rate of {fastest:.3g} /s those of less than about "
            f"{1e-14 * fastest:.1g} /s would not be seen"
        )
    return ArgumentError(
        f"This bath has no unique steady state: {found} were found, "
        "counting coherences. Without jumps, or with several parts that jumps do not "
        f"connect, where it ends depends on where it starts{missed}"
    )


def _dense(generator: Generator) -> FloatArray:
    """Return the null vector of L (D²,) by its singular values."""
    n = generator.dimension
    matrix = liouvillian(generator)
    _, sizes, rows = interruptible(lambda: np.linalg.svd(matrix))
    rounding = float(np.finfo(np.float64).eps) * float(sizes[0])
    count = int((sizes <= 4.0 * n * rounding).sum())
    if count > 1:
        raise not_unique(count, sizes[0])
    if rounding <= WANTED * float(sizes[-2]):
        return np.asarray(rows[-1])
    if n > MOST_STATES:
        raise _unknown(rounding / float(sizes[-2]))
    return _settled(generator, SETTLED / float(sizes[-2]))


def _settled(generator: Generator, time: float) -> FloatArray:
    """Return where a stiff bath is after so long, packed (D²,).

    Powers of a propagator keep slow rates beside fast ones, where a decomposition of L
    loses them. It has settled if it is in the same state at another time.
    """
    n = generator.dimension
    series = SquaredDensity(generator, WANTED)
    found = []
    for share in (1.0, 1.3):
        re, im = np.eye(n) / n, np.zeros((n, n))
        if not series.advance(re, im, 0.0, share * time):
            raise _unknown(WANTED * time)
        found.append(re + 1j * im)
    apart = float(np.abs(found[0] - found[1]).max())
    if apart > WANTED:
        raise _unknown(apart)
    return packed(found[0])


def _iterated(generator: Generator) -> FloatArray:
    """Return the null vector of L (D²,) by GMRES from two starts.

    (L − c |1/D⟩⟨tr|) ρ = −c 1/D has the steady state as its only solution where that is
    unique; else what a start has of another is kept. The no-jump part of L is inverted
    exactly as a preconditioner, through the modes of B = −iH − Γ/2.
    """
    n = generator.dimension
    scale = float(generator.decay.max())
    diagonal = np.arange(n) * (n + 1)
    mixed = np.zeros(n * n)
    mixed[diagonal] = 1.0 / n

    def apply(vector: FloatArray) -> FloatArray:
        out = np.empty(n * n)
        squaring.apply_liouvillian(generator.static, generator.feed, vector, out)
        return np.asarray(out - scale * vector[diagonal].sum() * mixed)

    size = (n * n, n * n)
    operator = linalg.LinearOperator(size, apply, dtype=np.float64)
    inverse = _no_jump_inverse(generator, 1e-3 * scale)
    found = []
    for seed in (1, 2):
        start = _random_state(n, np.random.default_rng(seed))
        vector, _ = linalg.gmres(
            operator,
            -scale * mixed,
            x0=start,
            M=linalg.LinearOperator(size, inverse, dtype=np.float64),
            rtol=0.0,
            atol=RESIDUAL * scale / n,
            restart=DIRECTIONS,
            maxiter=ROUNDS,
        )
        found.append(vector / vector[diagonal].sum())
    apart = float(np.abs(found[0] - found[1]).max())
    left = float(np.abs(apply(found[0]) + scale * mixed).max())
    if apart > DIFFERENT and left <= WANTED * scale:
        raise not_unique(None)
    if apart > WANTED:
        raise _unknown(apart)
    return np.asarray(found[0])


def _no_jump_inverse(
    generator: Generator, shift: float
) -> Callable[[FloatArray], FloatArray]:
    """Return what solves BX + XB† − shift·X = Y for packed Y."""
    n = generator.dimension
    values, modes = np.linalg.eig(generator.no_jump_matrix())
    back = np.linalg.inv(modes)
    sums = values[:, None] + values.conj() - shift

    def solve(vector: FloatArray) -> FloatArray:
        given = back @ unpacked(vector, n) @ back.conj().T
        return packed(modes @ (given / sums) @ modes.conj().T)

    return solve


def _random_state(n: int, rng: np.random.Generator) -> FloatArray:
    """Return a random packed density matrix."""
    psi = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    rho = psi @ psi.conj().T
    rho /= rho.trace().real
    return packed(rho)


def _unknown(error: float) -> RunError:
    return RunError(
        f"The steady state is known to {error:.2g} only, and {WANTED:g} is asked for: "
        "rates or energies are too far apart for double precision; evolve the bath "
        "for a long time instead"
    )
