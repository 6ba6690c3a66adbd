"""Superpositions that never jump."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from scipy.sparse.csgraph import connected_components

from spacewheat_sim.quantum.generator import Generator

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
IndexArray = NDArray[np.intp]

# Norm of a condition on states, against the sizes of what it is the sum of, that is
# rounding; and singular value of conditions of norm 1 that stands for none.
ROUNDING, SAME = 1e-14, 1e-9


class DarkStates(NamedTuple):
    """What never jumps within states that couplings connect.

    Attributes:
        states: The connected states, (S,).
        kets: Orthonormal basis of the dark kets on them, (S, D).
        energies: Their energies in rad/s, (D,).
        blur: By how much rounding may have moved these.
    """

    states: IndexArray
    kets: ComplexArray
    energies: FloatArray
    blur: float


def dark_states(generator: Generator) -> list[DarkStates]:
    """Return all |v⟩ with Γ e^{−iHt}|v⟩ = 0 for all t, by connected states of H."""
    hamiltonian = 1j * generator.no_jump_matrix()
    hamiltonian[np.diag_indices_from(hamiltonian)] = generator.static.energy
    count, label = connected_components(np.abs(hamiltonian) > 0.0, directed=False)
    found = []
    for part in range(count):
        states = np.flatnonzero(label == part)
        inside = hamiltonian[np.ix_(states, states)]
        kets = _dark_kets(inside, generator.decay[states] == 0.0)
        if kets.shape[1]:
            energies = np.linalg.eigvalsh(kets.conj().T @ inside @ kets)
            # A state by itself has the energy that was given.
            blur = ROUNDING * float(np.abs(inside).sum()) if states.size > 1 else 0.0
            frame = generator.frame[states[0]]
            found.append(DarkStates(states, kets, energies + frame, blur))
    return found


def count_steady(dark: list[DarkStates]) -> int:
    """Return how many |v⟩⟨w| of dark states do not turn: of equal energies."""
    return sum(
        int((np.abs(a.energies[:, None] - b.energies) <= a.blur + b.blur).sum())
        for a in dark
        for b in dark
    )


def _dark_kets(hamiltonian: ComplexArray, still: NDArray[np.bool_]) -> ComplexArray:
    """Return a basis of what H never takes out of the states without decay, (S, D).

    Those on the states that are ``still`` (S,) are cut down to what H takes to no
    other, and then to what it takes to such again, until all of it stays.
    """
    kept = np.eye(still.size, dtype=np.complex128)[:, still]
    leaks = np.where(still[:, None], 0.0, hamiltonian)
    within = np.where(still[:, None], hamiltonian, 0.0)
    while kept.shape[1]:
        moved = within @ kept
        beside = moved - kept @ (kept.conj().T @ moved)
        sizes = np.abs(within) @ np.abs(kept)
        conditions = np.vstack(
            (
                _conditions(leaks @ kept, np.abs(leaks) @ np.abs(kept)),
                _conditions(beside, sizes + np.abs(kept) @ (np.abs(kept.T) @ sizes)),
            )
        )
        if not len(conditions):
            break
        free = linalg.null_space(conditions, rcond=SAME)
        kept = np.linalg.qr(kept @ free)[0]
    return np.asarray(kept)


def _conditions(rows: ComplexArray, sizes: FloatArray) -> ComplexArray:
    """Return the rows that are more than rounding, each of norm 1."""
    norms = np.linalg.norm(rows, axis=1)
    counts = norms > ROUNDING * np.linalg.norm(sizes, axis=1)
    return np.asarray(rows[counts] / norms[counts, None])
