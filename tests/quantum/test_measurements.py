"""Outcomes, probabilities and post-measurement states, without a draw."""

from __future__ import annotations

import dense_reference
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacewheat_sim import BathOperators, QuantumBath, SpacewheatError
from spacewheat_sim.errors import ImpossibleOutcomeError
from spacewheat_sim.quantum import measurement
from spacewheat_sim.quantum.measurement import AxisMeasurement

seeds = st.integers(0, 10**6)
EMOJIS = "🌾💀🍂🍄"
N = len(EMOJIS)


def bath_in(state: np.ndarray, seed: int = 0) -> QuantumBath:
    method = "trajectory" if state.ndim == 1 else "master"
    operators = BathOperators.from_terms(EMOJIS, np.zeros((N, N)))
    bath = QuantumBath(operators, method, seed=seed)
    if state.ndim == 1:
        bath.initialize_ket(state)
    else:
        bath.initialize_density_matrix(state)
    return bath


@given(seed=seeds, strength=st.floats(0, 1))
def test_kraus_operators_of_a_weak_measurement_sum_to_the_identity(
    seed: int, strength: float
) -> None:
    p = np.random.default_rng(seed).dirichlet(np.ones(N))
    branches = measurement.axis_branches(p, AxisMeasurement(2, 0, "weak", strength))
    total = sum(b.kraus**2 for b in branches)
    assert total == pytest.approx(np.ones(N), abs=1e-14)
    assert sum(b.probability for b in branches) == pytest.approx(1, abs=1e-14)
    plus = branches[0]
    assert plus.outcome == 2
    assert plus.kraus**2 == pytest.approx(
        [(1 - strength) / 2, 0.5, (1 + strength) / 2, 0.5]
    )


@given(seed=seeds)
def test_projectors_of_a_projective_measurement_sum_to_the_identity(seed: int) -> None:
    p = np.random.default_rng(seed).dirichlet(np.ones(N))
    branches = measurement.axis_branches(p, AxisMeasurement(1, 3, "projective", 1.0))
    assert np.array_equal(sum(b.kraus for b in branches), np.ones(N))
    assert all(np.array_equal(b.kraus, b.kraus**2) for b in branches)
    assert [b.outcome for b in branches] == [1, 3, None]
    assert [b.probability for b in branches] == pytest.approx(
        [p[1], p[3], p[0] + p[2]], abs=1e-15
    )


@given(seed=seeds)
def test_probabilities_of_a_game_measurement_are_shares_of_the_axis(seed: int) -> None:
    p = np.random.default_rng(seed).dirichlet(np.ones(N))
    north, south = measurement.axis_branches(p, AxisMeasurement(1, 3, "game", 0.5))
    assert (north.outcome, south.outcome) == (1, 3)
    assert north.probability == pytest.approx(p[1] / (p[1] + p[3]))
    assert south.probability == pytest.approx(p[3] / (p[1] + p[3]))
    assert list(north.kraus) == [0.95, 1.5, 0.95, 0.95]


@given(seed=seeds, kind=st.sampled_from(["game", "projective", "weak"]))
def test_a_ket_and_its_density_matrix_are_measured_alike(seed: int, kind: str) -> None:
    psi = dense_reference.random_ket(np.random.default_rng(seed), N)
    ket, rho = bath_in(psi, seed), bath_in(np.outer(psi, psi.conj()), seed)
    for _ in range(3):
        outcomes = [b.measure_axis("🌾", "🍂", kind=kind) for b in (ket, rho)]
        assert outcomes[0] == outcomes[1]
        assert np.abs(ket.density_matrix() - rho.density_matrix()).max() < 1e-13


@given(seed=seeds, strength=st.floats(0, 9.99))
def test_a_partial_collapse_of_a_mixed_state_is_k_rho_k(
    seed: int, strength: float
) -> None:
    rho = dense_reference.random_density_matrix(np.random.default_rng(seed), N)
    bath = bath_in(rho)
    bath.partial_collapse("💀", strength)
    k = np.diag([1 - strength / 10, 1 + strength, *[1 - strength / 10] * 2])
    expected = k @ rho @ k
    expected /= expected.trace()
    assert np.abs(bath.density_matrix() - expected).max() < 1e-13


@given(seed=seeds, strength=st.floats(0, 9.99))
def test_a_game_measurement_leaves_the_partly_collapsed_ket(
    seed: int, strength: float
) -> None:
    psi = dense_reference.random_ket(np.random.default_rng(seed), N)
    bath = bath_in(psi, seed)
    outcome = bath.measure_axis("🍂", "🍄", strength)
    expected = psi * (1 - strength / 10)
    i = EMOJIS.index(outcome)
    expected[i] = psi[i] * (1 + strength)
    expected /= np.linalg.norm(expected)
    assert np.abs(bath.amplitudes - expected).max() < 1e-14


def test_a_full_collapse_keeps_the_phase() -> None:
    bath = bath_in(np.array([0.6, 0.64j * np.exp(0.3j), 0.48, 0.0]))
    bath.full_collapse("💀")
    assert bath.amplitudes == pytest.approx([0, 1j * np.exp(0.3j), 0, 0], abs=1e-15)


@given(seed=seeds)
def test_a_weak_measurement_of_strength_zero_disturbs_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for state in (
        dense_reference.random_ket(rng, N),
        dense_reference.random_density_matrix(rng, N),
    ):
        bath = bath_in(state, seed)
        bath.measure_axis("🌾", "🍂", kind="weak", strength=0.0)
        assert np.abs(bath.state - state).max() < 1e-14


@given(seed=seeds, strength=st.floats(1e-6, 1e-3))
def test_a_weak_measurement_disturbs_in_proportion_to_its_strength(
    seed: int, strength: float
) -> None:
    psi = dense_reference.random_ket(np.random.default_rng(seed), N)
    bath = bath_in(psi, seed)
    bath.measure_axis("🌾", "🍂", kind="weak", strength=strength)
    assert np.abs(bath.amplitudes - psi).max() < strength


@given(seed=seeds)
def test_a_weak_measurement_of_strength_one_is_projective_on_the_axis(
    seed: int,
) -> None:
    psi = dense_reference.random_ket(np.random.default_rng(seed), N)
    psi[[1, 3]] = 0
    bath = bath_in(psi, seed)
    outcome = bath.measure_axis("🌾", "🍂", kind="weak", strength=1.0)
    assert bath.probability(outcome) == pytest.approx(1, abs=1e-14)


@given(seed=seeds, kind=st.sampled_from(["projective", "weak"]))
def test_measuring_without_reading_only_dephases(seed: int, kind: str) -> None:
    rho = dense_reference.random_density_matrix(np.random.default_rng(seed), N)
    strength = 0.7
    branches = measurement.axis_branches(
        rho.diagonal().real, AxisMeasurement(0, 2, kind, strength)
    )
    mean = sum(
        b.probability * measurement.apply_diagonal(rho, b.kraus) for b in branches
    )
    # Coherence n–s: projective 0, weak √(1 − κ²); with the rest: projective 0, weak
    # (√(1 + κ) + √(1 − κ))/2; inside the rest, and on the diagonal, nothing changes.
    root = np.sqrt(1 - strength**2)
    cross = (np.sqrt(1 + strength) + np.sqrt(1 - strength)) / 2
    axis, rest = (0.0, 0.0) if kind == "projective" else (root, cross)
    factor = np.array(
        [
            [1, rest, axis, rest],
            [rest, 1, rest, 1],
            [axis, rest, 1, rest],
            [rest, 1, rest, 1],
        ]
    )
    assert np.abs(mean - factor * rho).max() < 1e-14


def test_a_projective_measurement_may_find_neither_pole() -> None:
    bath = bath_in(np.array([0, 0, 0.6, 0.8j]))
    assert bath.measure_axis("🌾", "💀", kind="projective") is None
    assert bath.amplitudes == pytest.approx([0, 0, 0.6, 0.8j], abs=1e-15)


def test_a_game_measurement_of_an_empty_axis_changes_nothing() -> None:
    bath = bath_in(np.array([1e-6, 0, 0.6, 0.8j]))
    before = bath.amplitudes
    assert bath.measure_axis("🌾", "💀") is None
    assert np.array_equal(bath.amplitudes, before)


@pytest.mark.parametrize("strength", [-0.1, 10.0, float("nan"), float("inf")])
def test_a_strength_out_of_range_is_refused(strength: float) -> None:
    bath = bath_in(np.full(N, 0.5))
    shown = repr(strength)
    with pytest.raises(SpacewheatError, match=shown):
        bath.partial_collapse("🌾", strength)
    with pytest.raises(SpacewheatError, match=shown):
        bath.measure_axis("🌾", "💀", strength)
    with pytest.raises(SpacewheatError, match=shown):
        bath.measure_axis("🌾", "💀", kind="weak", strength=strength)
    assert np.array_equal(bath.amplitudes, np.full(N, 0.5))


def test_the_error_for_a_bad_kind_names_it() -> None:
    bath = bath_in(np.full(N, 0.5))
    with pytest.raises(SpacewheatError, match="strong"):
        bath.measure_axis("🌾", "💀", kind="strong")
    with pytest.raises(SpacewheatError, match="projective"):
        bath.measure_axis("🌾", "💀", kind="projective", strength=0.3)


@pytest.mark.parametrize("mixed", [False, True])
def test_collapsing_onto_what_is_not_there_is_refused(mixed: bool) -> None:
    psi = np.array([1.0, 0, 0, 0])
    bath = bath_in(np.outer(psi, psi) if mixed else psi)
    for collapse in (
        lambda: bath.full_collapse("🍄"),
        lambda: bath.partial_collapse("🍄", 0.5),
    ):
        with pytest.raises(ImpossibleOutcomeError, match="🍄"):
            collapse()
    with pytest.raises(SpacewheatError, match="🦄"):
        bath.full_collapse("🦄")
    assert bath.probability("🌾") == 1.0
