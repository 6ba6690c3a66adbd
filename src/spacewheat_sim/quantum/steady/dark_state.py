"""The one dark state that a bath ends in: no jump ever leaves it."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray, IndexArray
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.steady.dark_subspace import find_dark
from spacewheat_sim.quantum.steady.decimals import (
    LARGEST_EXTENDED,
    Pair,
    decimals,
    product,
    with_enough_digits,
)
from spacewheat_sim.quantum.steady.flows import connected

ROUNDING = 2.0**-53
# Amplitudes below this are as good as 0.
SMALLEST = 1e-300
# Error of a population.
ACCURACY = 1e-9


def dark_state(
    hamiltonian: ComplexArray, decay: FloatArray
) -> tuple[IndexArray, ComplexArray]:
    """Return the states of the part that has the one dark state, and ρ on them.

    Raises:
        RunError: it is not known to 1e-9.
    """
    for states in connected(hamiltonian):
        h, own_decay = hamiltonian[states][:, states], decay[states]
        dark = find_dark(h, own_decay > 0.0)
        if dark.dimension:
            if states.size <= LARGEST_EXTENDED:
                ket = _exact(h, own_decay > 0.0, dark.new_rows)
            else:
                ket = _modal(h, own_decay)
            return states, np.outer(ket, ket.conj())
    raise AssertionError("a bath whose dark subspace is in none of its parts")


def _exact(
    hamiltonian: ComplexArray, decaying: BoolArray, new_rows: BoolArray
) -> ComplexArray:
    """Return the ket (n,) of the one dark state, right to the rounding of the result.

    It is what ⟨s|H^k is orthogonal to for all decaying s and all k. Which of these rows
    are new is decided modulo primes (``modular``), so that no size is taken for zero.

    """

    def find() -> ComplexArray | None:
        rows = _rows(hamiltonian, decaying, new_rows)
        return None if rows is None else _orthogonal(*rows)

    def agree(ket: ComplexArray, before: ComplexArray) -> bool:
        gap = np.abs(ket - before)
        return bool((gap <= 4 * ROUNDING * np.abs(ket) + SMALLEST).all())

    ket = np.zeros(decaying.size, dtype=np.complex128)
    ket[~decaying] = with_enough_digits(find, agree)
    return ket


def _modal(hamiltonian: ComplexArray, decay: FloatArray) -> ComplexArray:
    """Return the ket (n,) of the one dark state from doubles.

    It is the null vector of B − λ, B = −iH − Γ/2, for the eigenvalue λ that does not
    decay. No other state comes nearer to that than the second singular value.

    Raises:
        RunError: that is too near.
    """
    b = -1j * hamiltonian - np.diag(decay / 2)
    values = np.linalg.eigvals(b)
    slowest = values[np.argmax(values.real)].imag
    _, singular, right = np.linalg.svd(b - 1j * slowest * np.eye(decay.size))
    error = decay.size * ROUNDING * singular[0] + singular[-1]
    if not 2 * error <= ACCURACY * singular[-2]:
        raise RunError(
            "The dark state that this bath ends in is not known to 1e-9: among these "
            f"{decay.size} states, which couplings connect, another is left too slowly "
            "for double precision"
        )
    return np.asarray(right[-1].conj())


def _rows(
    hamiltonian: ComplexArray, decaying: BoolArray, new_rows: BoolArray
) -> tuple[list[Pair], list[int]] | None:
    """Return an echelon basis of the new rows, each 1 at its pivot, and the pivots.

    None says that the present digits do not tell the rows apart.
    """
    re, im = decimals(hamiltonian.real), decimals(hamiltonian.imag)
    calm, seen = np.flatnonzero(~decaying), np.flatnonzero(decaying)
    inner = np.ix_(calm, calm)
    basis: list[Pair] = []
    pivots: list[int] = []
    for made in np.flatnonzero(new_rows).tolist():
        if made < seen.size:
            row = re[seen[made], calm], im[seen[made], calm]
        else:
            row = product(basis[made - seen.size], (re[inner], im[inner]))
        for other, pivot in zip(basis, pivots, strict=True):
            row = _without(row, other, pivot)
        sizes = row[0] * row[0] + row[1] * row[1]
        pivot = int(np.argmax(sizes))
        if not sizes[pivot]:
            return None
        scale_re, scale_im = row[0][pivot] / sizes[pivot], -row[1][pivot] / sizes[pivot]
        basis.append(
            (
                row[0] * scale_re - row[1] * scale_im,
                row[0] * scale_im + row[1] * scale_re,
            )
        )
        pivots.append(pivot)
    return basis, pivots


def _without(row: Pair, other: Pair, pivot: int) -> Pair:
    """Return a row with as much of another taken out as it has at its pivot."""
    re, im = row[0][pivot], row[1][pivot]
    return (
        row[0] - (re * other[0] - im * other[1]),
        row[1] - (re * other[1] + im * other[0]),
    )


def _orthogonal(basis: list[Pair], pivots: list[int]) -> ComplexArray:
    """Return the normalized v (n,) with Σ_j row_j v_j = 0 for n − 1 rows."""
    n = len(pivots) + 1
    re, im = decimals(np.zeros(n)), decimals(np.zeros(n))
    free = (set(range(n)) - set(pivots)).pop()
    re[free] += 1
    for row, pivot in zip(reversed(basis), reversed(pivots), strict=True):
        product_re, product_im = product(row, (re, im))
        re[pivot], im[pivot] = -product_re, -product_im
    norm = (re @ re + im @ im).sqrt()
    return np.asarray((re / norm).astype(float) + 1j * (im / norm).astype(float))
