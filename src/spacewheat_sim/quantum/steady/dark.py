"""The one dark state that a bath ends in: no jump ever leaves it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.steady.extended import (
    FIRST_DIGITS,
    LARGEST_EXTENDED,
    MOST_DIGITS,
    SMALLEST,
    Numbers,
    Pair,
    decimals,
    precision,
)
from spacewheat_sim.quantum.steady.flows import Flows, connected
from spacewheat_sim.quantum.steady.modular import kernels

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
BoolArray = NDArray[np.bool_]

IndexArray = NDArray[np.intp]

ROUNDING = 2.0**-53
# Error of a population.
ACCURACY = 1e-9


def dark_state(flows: Flows) -> tuple[IndexArray, ComplexArray]:
    """Return the states of the part that has the one dark state, and ρ on them.

    Raises:
        RunError: it is not known to 1e-9.
    """
    decay = flows.decay()
    for states in connected(flows.hamiltonian):
        h, own_decay = flows.hamiltonian[np.ix_(states, states)], decay[states]
        dark, _, _, new_rows = kernels.dark_counts(h, own_decay > 0.0)
        if dark:
            if states.size <= LARGEST_EXTENDED:
                ket = _exact(h, own_decay > 0.0, new_rows)
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

    Raises:
        RunError: not even ``MOST_DIGITS`` digits suffice.
    """
    found = np.zeros(decaying.size, dtype=np.complex128)
    before: ComplexArray | None = None
    digits = FIRST_DIGITS
    while digits <= MOST_DIGITS:
        with precision(digits):
            rows = _rows(hamiltonian, decaying, new_rows)
            ket = None if rows is None else _orthogonal(*rows)
        if ket is not None and before is not None and _agree(ket, before):
            found[~decaying] = ket
            return found
        before = ket
        digits *= 2
    raise RunError(
        f"The dark state needs numbers of more than {MOST_DIGITS} digits: the energies "
        f"of these {decaying.size} connected states lie too far apart"
    )


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


def _agree(ket: ComplexArray, before: ComplexArray) -> bool:
    gap = np.abs(ket - before)
    return bool((gap <= 4 * ROUNDING * np.abs(ket) + SMALLEST).all())


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
            row = _times(*basis[made - seen.size], re[inner], im[inner])
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


def _times(re: Numbers, im: Numbers, right_re: Numbers, right_im: Numbers) -> Pair:
    return re @ right_re - im @ right_im, re @ right_im + im @ right_re


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
        re[pivot], im[pivot] = -(row[0] @ re - row[1] @ im), -(row[0] @ im + row[1] @ re)
    norm = (re @ re + im @ im).sqrt()
    return np.asarray((re / norm).astype(float) + 1j * (im / norm).astype(float))
