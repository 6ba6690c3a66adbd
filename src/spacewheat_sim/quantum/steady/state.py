"""The steady state of a static bath."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.squaring.density import MOST_STATES
from spacewheat_sim.quantum.steady.dark import count_steady, dark_states
from spacewheat_sim.quantum.steady.landings import UndecidedError, steady_by_landings
from spacewheat_sim.quantum.steady.parts import closed_parts, part_of
from spacewheat_sim.quantum.steady.projector import projector

ComplexArray = NDArray[np.complex128]
IndexArray = NDArray[np.intp]

# N up to which squaring takes a millisecond or a few.
SMALL = 5


def steady_state(generator: Generator) -> ComplexArray:
    """Return the one density matrix (N, N) with Lρ = 0.

    What is steady lies on superpositions that never jump, and on parts that couplings
    and jumps connect and nothing leaves: which there are follows from the terms, not
    from their sizes. A part in which everything jumps at last has one steady state. It
    is found by squaring, which loses no digits, or from N = 6 on by the chain of
    landings, which is faster, where that can tell.

    Raises:
        ArgumentError: there are several; the message says how many independent
            operators X there are with LX = 0.
        RunError: double precision cannot tell.
    """
    dark = dark_states(generator)
    is_dark = np.zeros(generator.dimension, dtype=bool)
    for part in dark:
        is_dark[part.states] = True
    closed = closed_parts(generator)
    mixed = [states for states in closed if is_dark[states].any()]
    found = count_steady(dark) + len(closed) - len(mixed)
    rho = np.zeros((generator.dimension,) * 2, dtype=np.complex128)
    if mixed and found == 1:
        # What jumps beside a dark state may end in it, or not.
        found, rho[np.ix_(mixed[0], mixed[0])] = _beside_dark(generator, mixed[0])
    elif found == 1 and dark:
        ket = dark[0].kets[:, 0]
        rho[np.ix_(dark[0].states, dark[0].states)] = np.outer(ket, ket.conj())
    elif found == 1:
        states = closed[0]
        rho[np.ix_(states, states)] = _connected(part_of(generator, states))
    if found > 1:
        raise _not_unique(found)
    return rho


def _beside_dark(generator: Generator, states: IndexArray) -> tuple[int, ComplexArray]:
    """Return the number of steady states of a part with a dark one, and one of them."""
    if states.size > MOST_STATES:
        raise RunError(
            "The steady state could not be found: one superposition of this bath never "
            f"jumps, and with more than {MOST_STATES} connected emojis it is not known "
            "whether all others end in it"
        )
    return projector(part_of(generator, states), is_unique=False)


def _connected(part: Generator) -> ComplexArray:
    """Return the steady state of a closed part in which everything jumps, (S, S)."""
    if part.dimension > SMALL:
        try:
            return steady_by_landings(part)
        except UndecidedError:
            if part.dimension > MOST_STATES:
                raise
    return projector(part, is_unique=True)[1]


def _not_unique(count: int) -> ArgumentError:
    return ArgumentError(
        f"This bath has no unique steady state: {count} independent ones were found. "
        "Without jumps, or with several parts that jumps do not connect, where it ends "
        "depends on where it starts"
    )
