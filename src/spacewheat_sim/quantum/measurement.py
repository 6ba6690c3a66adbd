"""Measurements of an axis: outcomes, probabilities and post-measurement states.

Nothing here draws a random number. Every Kraus operator in use is diagonal in the
basis states, so it is kept as its diagonal (N,). An emoji of levels is one of them; of
a register it is the pole of an axis, and in half of them.
"""

from __future__ import annotations

import math
from typing import NamedTuple, get_args

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.choices import MeasurementKind
from spacewheat_sim.errors import ArgumentError, ImpossibleOutcomeError
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum.arithmetic.kernels.products import kept_densities, kept_kets
from spacewheat_sim.quantum.axis import SMALLEST_SHARE
from spacewheat_sim.quantum.limits import IMPOSSIBLE
from spacewheat_sim.quantum.register.layout import emoji_states, summed

# From this strength on, 1 − k/10 would turn the others' sign.
STRENGTH_LIMIT = 10.0


class Branch(NamedTuple):
    """One outcome of a measurement: an emoji's index, or None for neither pole."""

    outcome: int | None
    probability: float
    kraus: FloatArray


class AxisMeasurement(NamedTuple):
    """A measurement of the axis from emoji ``south`` to emoji ``north``.

    Attributes:
        north: Index of the emoji at the north pole.
        south: Index of the emoji at the south pole.
        kind: Which measurement; see :func:`axis_kraus`.
        strength: k in [0, 10) for game, κ in [0, 1] for weak; projective has none.
        time: When it is made, in seconds.
        qubits: The layout; see :mod:`spacewheat_sim.quantum.register.layout`.
    """

    north: int
    south: int
    kind: MeasurementKind
    strength: float
    time: float = 0.0
    qubits: int = 0


def check_kind(kind: object) -> None:
    """Raise :class:`ArgumentError` unless ``kind`` is that of a measurement."""
    if not isinstance(kind, str) or kind not in get_args(MeasurementKind):
        raise ArgumentError(
            f"Argument `kind` must be one of {', '.join(get_args(MeasurementKind))}, "
            f"but is {shown(kind)}"
        )


def checked_strength(strength: object, name: str = "strength") -> float:
    """Return the ``strength`` of a partial collapse if it is in [0, 10)."""
    number = real(strength)
    if not 0.0 <= number < STRENGTH_LIMIT:
        raise ArgumentError(
            f"Argument `{name}` of a partial collapse must be in [0, 10), but is "
            f"{shown(strength)}"
        )
    return number


def checked_sharpness(strength: object) -> float:
    """Return the ``strength`` κ of a weak measurement if it is in [0, 1]."""
    number = real(strength)
    if not 0.0 <= number <= 1.0:
        raise ArgumentError(
            "Argument `strength` of a weak measurement must be in [0, 1], but is "
            f"{shown(strength)}"
        )
    return number


def partial_collapse_kraus(
    n: int, states: int | IndexArray, strength: float
) -> FloatArray:
    """Return the diagonal that multiplies ``states`` by 1 + k, the rest by 1 − k/10.

    Raises:
        ArgumentError: ``strength`` is not in [0, 10).
    """
    amount = checked_strength(strength)
    kraus = np.full(n, 1.0 - amount / 10.0)
    kraus[states] = 1.0 + amount
    return kraus


def projector(n: int, states: int | IndexArray) -> FloatArray:
    """Return the diagonal of Σ |i⟩⟨i| over ``states``."""
    kraus = np.zeros(n)
    kraus[states] = 1.0
    return kraus


def axis_kraus(
    n: int, what: AxisMeasurement
) -> tuple[tuple[int | None, ...], FloatArray]:
    """Return the outcomes of ``what`` in ``n`` states, and Kraus diagonals, (O, n).

    game: the partial collapses toward north and toward south.

    projective: the projectors P_n, P_s and the rest.

    weak: K_± = √((1±κ)/2) P_n + √((1∓κ)/2) P_s + √½ (rest), which sum to the identity
    as Σ K†K.

    P_e is |e⟩⟨e|, or in a register the projector on a pole, ⊗ 1 on the other axes.

    Raises:
        ArgumentError: unknown kind, or a strength out of its range.
    """
    kind, strength = what.kind, what.strength
    check_kind(kind)
    outcomes = what.north, what.south
    north, south = (emoji_states(pole, what.qubits) for pole in outcomes)
    if kind == "game":
        toward = [partial_collapse_kraus(n, pole, strength) for pole in (north, south)]
        return outcomes, np.array(toward)
    if kind == "projective":
        poles = [projector(n, north), projector(n, south)]
        return (*outcomes, None), np.array([*poles, 1.0 - poles[0] - poles[1]])
    return outcomes, _weak_kraus(n, north, south, checked_sharpness(strength))


def _weak_kraus(
    n: int, north: IndexArray, south: IndexArray, sharpness: float
) -> FloatArray:
    kraus = np.full((2, n), math.sqrt(0.5))
    kraus[0, north] = kraus[1, south] = math.sqrt((1.0 + sharpness) / 2)
    kraus[0, south] = kraus[1, north] = math.sqrt((1.0 - sharpness) / 2)
    return kraus


def axis_probabilities(
    populations: FloatArray, what: AxisMeasurement, kraus: FloatArray
) -> FloatArray:
    """Return the probability of each outcome of :func:`axis_kraus`, (…, O).

    Tr K†Kρ, or 0 where that is below 1e-30; for game, which is no quantum instrument,
    p_n / (p_n + p_s) and the rest of 1, or 0 for both where p_n + p_s < 1e-10.

    Args:
        populations: ρ_ii, (…, N).
        what: Which measurement.
        kraus: Its Kraus diagonals, (O, N).
    """
    if what.kind != "game":
        weights = populations[..., None, :] * kraus**2
        probabilities = np.add.accumulate(weights, axis=-1)[..., -1]
        return np.where(probabilities < IMPOSSIBLE, 0.0, probabilities)
    north, south = (
        summed(populations[..., emoji_states(pole, what.qubits)])
        for pole in (what.north, what.south)
    )
    total = north + south
    there = total >= SMALLEST_SHARE
    share = np.where(there, north, 0.0) / np.where(there, total, 1.0)
    return np.stack((share, np.where(there, 1.0 - share, 0.0)), axis=-1)


def axis_branches(populations: FloatArray, what: AxisMeasurement) -> tuple[Branch, ...]:
    """Return the outcomes of ``what``, of one state with ``populations`` (N,).

    There is none for a game measurement where p_n + p_s < 1e-10.
    """
    outcomes, kraus = axis_kraus(populations.size, what)
    probabilities = axis_probabilities(populations, what, kraus)
    if not probabilities.any():
        return ()
    return tuple(map(Branch, outcomes, probabilities.tolist(), kraus))


def choose(branches: tuple[Branch, ...], uniform: float) -> Branch:
    """Return the branch that a uniform number in [0, 1) selects."""
    probabilities = np.array([branch.probability for branch in branches])
    return branches[int(choose_outcomes(probabilities, np.array(uniform)))]


def choose_outcomes(probabilities: FloatArray, uniform: FloatArray) -> IndexArray:
    """Return the outcome that each uniform number in [0, 1) selects.

    Args:
        probabilities: Of each outcome, summing to about 1, (…, O).
        uniform: Numbers in [0, 1), (…).

    Returns:
        Index of an outcome of positive probability, (…).
    """
    cumulative = np.cumsum(probabilities, axis=-1)
    draw = (uniform * cumulative[..., -1])[..., None]
    # An outcome of probability 0 has an empty interval; rounding at the very end of
    # the last one falls back on the likeliest.
    chosen = np.argmax(cumulative > draw, axis=-1)
    fallen = ~(cumulative > draw).any(axis=-1)
    return np.asarray(np.where(fallen, np.argmax(probabilities, axis=-1), chosen))


def apply_diagonal(state: ComplexArray, kraus: FloatArray) -> ComplexArray:
    """Return Kψ/‖Kψ‖ for a ket (N,), or KρK/tr for a density matrix (N, N).

    Raises:
        ImpossibleOutcomeError: the state has no amplitude where K keeps any.
    """
    return np.asarray(apply_diagonals(state[None], kraus[None])[0])


def apply_diagonals(states: ComplexArray, kraus: FloatArray) -> ComplexArray:
    """Return :func:`apply_diagonal` of kets (W, N) or matrices (W, N, N).

    ``kraus`` is (W, N).
    """
    kept = np.empty_like(states)
    keep = kept_kets if states.ndim == 2 else kept_densities
    if keep(kraus, states, kept) < IMPOSSIBLE:
        raise ImpossibleOutcomeError("The outcome has probability 0")
    return kept
