"""Measurements of an axis: outcomes, probabilities and post-measurement states.

Nothing here draws a random number. Every Kraus operator in use is diagonal in the
basis of emojis, so it is kept as its diagonal (N,).
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import ArgumentError, ImpossibleOutcomeError
from spacewheat_sim.quantum.axis import SMALLEST_SHARE

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
MeasurementKind = Literal["game", "projective", "weak"]

# Probabilities below this are rounding, not physics.
IMPOSSIBLE = 1e-30
# From this strength on, 1 − k/10 would turn the others' sign.
STRENGTH_LIMIT = 10.0


class Branch(NamedTuple):
    """One outcome of a measurement: a state's index, or None for neither pole."""

    outcome: int | None
    probability: float
    kraus: FloatArray


def checked_strength(strength: float) -> float:
    """Return the ``strength`` of a partial collapse if it is in [0, 10)."""
    if not 0.0 <= strength < STRENGTH_LIMIT:
        raise ArgumentError(
            "Argument `strength` of a partial collapse must be in [0, 10), "
            f"but is {strength!r}"
        )
    return strength


def partial_collapse_kraus(n: int, state: int, strength: float) -> FloatArray:
    """Return the diagonal that multiplies ``state`` by 1 + k and the rest by 1 − k/10.

    Raises:
        ArgumentError: ``strength`` is not in [0, 10).
    """
    checked_strength(strength)
    kraus = np.full(n, 1.0 - strength / 10.0)
    kraus[state] = 1.0 + strength
    return kraus


def projector(n: int, *states: int) -> FloatArray:
    """Return the diagonal of Σ |i⟩⟨i| over ``states``."""
    kraus = np.zeros(n)
    kraus[list(states)] = 1.0
    return kraus


def axis_branches(
    populations: FloatArray,
    north: int,
    south: int,
    kind: MeasurementKind,
    strength: float,
) -> tuple[Branch, ...]:
    """Return the outcomes of measuring an axis, with probabilities and Kraus operators.

    game: north with p_n / (p_n + p_s), else south, then the partial collapse toward
    it; no branch at all where p_n + p_s < 1e-10.

    projective: the projectors |n⟩⟨n|, |s⟩⟨s| and the rest.

    weak: K_± = √((1±κ)/2) |n⟩⟨n| + √((1∓κ)/2) |s⟩⟨s| + √½ (rest), which sum to the
    identity as Σ K†K.

    Args:
        populations: ρ_ii, (N,).
        north: Index of the north pole.
        south: Index of the south pole.
        kind: Which measurement.
        strength: k in [0, 10) for game, κ in [0, 1] for weak; projective has none.

    Raises:
        ArgumentError: unknown kind, or a strength out of its range.
    """
    n = populations.size
    p_n, p_s = float(populations[north]), float(populations[south])
    if kind == "game":
        toward_north = partial_collapse_kraus(n, north, strength)
        toward_south = partial_collapse_kraus(n, south, strength)
        if p_n + p_s < SMALLEST_SHARE:
            return ()
        share = p_n / (p_n + p_s)
        return (
            Branch(north, share, toward_north),
            Branch(south, 1.0 - share, toward_south),
        )
    if kind == "projective":
        rest = 1.0 - projector(n, north, south)
        return (
            Branch(north, p_n, projector(n, north)),
            Branch(south, p_s, projector(n, south)),
            Branch(None, max(0.0, 1.0 - p_n - p_s), rest),
        )
    if kind == "weak":
        return _weak_branches(populations, north, south, strength)
    raise ArgumentError(
        f"Argument `kind` must be one of {', '.join(get_args(MeasurementKind))}, "
        f"but is {kind!r}"
    )


def _weak_branches(
    populations: FloatArray, north: int, south: int, strength: float
) -> tuple[Branch, Branch]:
    if not 0.0 <= strength <= 1.0:
        raise ArgumentError(
            "Argument `strength` of a weak measurement must be in [0, 1], "
            f"but is {strength!r}"
        )
    branches = []
    for outcome, sign in ((north, 1.0), (south, -1.0)):
        kraus = np.full(populations.size, math.sqrt(0.5))
        kraus[north] = math.sqrt((1.0 + sign * strength) / 2)
        kraus[south] = math.sqrt((1.0 - sign * strength) / 2)
        branches.append(Branch(outcome, float(kraus**2 @ populations), kraus))
    return branches[0], branches[1]


def choose(branches: tuple[Branch, ...], uniform: float) -> Branch:
    """Return the branch that a uniform number in [0, 1) selects."""
    draw = uniform * sum(branch.probability for branch in branches)
    for branch in branches:
        draw -= branch.probability
        if draw < 0.0:
            return branch
    return max(branches, key=lambda branch: branch.probability)


def apply_diagonal(state: ComplexArray, kraus: FloatArray) -> ComplexArray:
    """Return Kψ/‖Kψ‖ for a ket (N,), or KρK/tr for a density matrix (N, N).

    Raises:
        ImpossibleOutcomeError: the state has no amplitude where K keeps any.
    """
    if state.ndim == 1:
        psi = kraus * state
        weight = float(np.vdot(psi, psi).real)
        if weight < IMPOSSIBLE:
            raise ImpossibleOutcomeError("The outcome has probability 0")
        return np.asarray(psi / math.sqrt(weight))
    rho = kraus[:, None] * state * kraus
    weight = float(rho.trace().real)
    if weight < IMPOSSIBLE:
        raise ImpossibleOutcomeError("The outcome has probability 0")
    return np.asarray(rho / weight)
