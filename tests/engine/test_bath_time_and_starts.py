"""Where a bath starts, how its clock counts, what a recording holds."""

from __future__ import annotations

import numpy as np
import pytest

from spacewheat_sim import BathOperators, QuantumBath, load_biome

METHODS = ("trajectory", "master", "spec")


def bath(method: str = "trajectory") -> QuantumBath:
    operators = BathOperators.from_terms(
        "🌾💀🍂", np.zeros((3, 3)), [("🌾", "💀", 0.1)]
    )
    return QuantumBath(operators, method, seed=0)


@pytest.mark.parametrize("method", METHODS)
def test_every_start_sets_the_time_to_zero_and_the_state(method: str) -> None:
    here = bath(method)
    starts = [
        (here.initialize_uniform, [1 / 3] * 3),
        (lambda: here.initialize_weighted({"🌾": 3, "🍂": 1}), [0.75, 0, 0.25]),
        (lambda: here.initialize_emoji("💀"), [0, 1, 0]),
        (lambda: here.initialize_ket([3j, 4, 0]), [0.36, 0.64, 0]),
    ]
    for start, populations in starts:
        here.evolve(0.5)
        assert here.time > 0
        start()
        assert here.time == 0.0
        assert here.populations() == pytest.approx(populations, abs=1e-15)


def test_a_weighted_start_has_real_amplitudes() -> None:
    here = bath()
    here.initialize_weighted({"🌾": 1e-200, "💀": 3e-200})
    assert here.amplitudes == pytest.approx([0.5, 0.75**0.5, 0], abs=1e-15)


def test_a_mixed_start_is_kept_as_it_is() -> None:
    rho = np.diag([0.5, 0.3, 0.2]).astype(complex)
    here = bath("master")
    here.initialize_density_matrix(2 * rho)
    assert np.allclose(here.density_matrix(), rho, rtol=0, atol=1e-15)
    assert here.observables()["purity"] == pytest.approx(0.38)
    assert here.observables()["entropy"] == pytest.approx(
        -sum(p * np.log(p) for p in (0.5, 0.3, 0.2))
    )


@pytest.mark.parametrize("method", METHODS)
def test_a_recording_starts_with_the_state_before_the_first_step(method: str) -> None:
    here = bath(method)
    here.evolve(0.25)
    before = here.populations()
    recording = here.evolve_many(0.1, 10, record_every=3)
    assert recording.time == pytest.approx([0.25, 0.55, 0.85, 1.15])
    assert recording.populations.shape == (4, 3)
    assert np.array_equal(recording.populations[0], before)
    assert here.time == pytest.approx(1.25)


@pytest.mark.parametrize("method", METHODS)
def test_no_steps_change_nothing(method: str) -> None:
    here = bath(method)
    before = here.state
    recording = here.evolve_many(0.1, 0)
    assert recording.populations.shape == (1, 3)
    assert here.time == 0.0
    assert np.array_equal(here.state, before)


def test_a_million_steps_lose_no_second() -> None:
    here = QuantumBath(BathOperators.from_terms("ab", np.zeros((2, 2))), seed=0)
    for _ in range(1000):
        here.evolve_many(1 / 60, 1000)
    assert here.time == pytest.approx(1_000_000 / 60, abs=1e-11)


def test_what_a_bath_returns_is_a_copy() -> None:
    for method in METHODS:
        here = bath(method)
        before = here.state
        here.state[...] = 0
        here.populations()[...] = 0
        here.density_matrix()[...] = 0
        assert np.array_equal(here.state, before)


def test_energy_is_the_expectation_of_the_hamiltonian_now() -> None:
    operators = BathOperators.from_terms(
        "ab", [[1.0, 0.5], [0.5, 0.0]], (), [("b", 2.0, "cosine", 0.25, 0.0)]
    )
    here = QuantumBath(operators, "master")
    here.initialize_emoji("b")
    assert here.observables()["energy"] == pytest.approx(2.0)
    here.initialize_uniform()
    assert here.observables()["energy"] == pytest.approx(0.5 + 1.0 + 0.5)


def test_energy_is_conserved_without_jumps_and_drivers() -> None:
    here = load_biome("two_level").bath(seed=0)
    before = here.observables()["energy"]
    here.evolve_many(1 / 60, 10_000)
    assert here.observables()["energy"] == pytest.approx(before, abs=1e-8)


def test_an_ensemble_leaves_the_bath_alone_and_tells_its_times() -> None:
    here = load_biome("decay_chain").bath(seed=0)
    here.evolve(1.5)
    before, time = here.state, here.time
    state = here.rng.bit_generator.state
    result = here.ensemble(5.0, 10, dt=2.0, seed=4)
    assert result.time == pytest.approx([1.5, 3.5, 5.5])
    assert result.populations.shape == result.standard_error.shape == (3, 4)
    assert np.array_equal(here.state, before)
    assert here.time == time
    assert here.rng.bit_generator.state == state
    assert result.populations[0] == pytest.approx(here.populations())


def test_the_standard_error_is_that_of_the_mean() -> None:
    here = load_biome("decay_chain").bath(seed=0)
    here.initialize_emoji("🥚")
    result = here.ensemble(2.0, 400, dt=2.0, seed=4)
    p = result.populations[1]
    # Every trajectory of a chain is in one state: a binomial's error.
    expected = np.sqrt(p * (1 - p) / 399)
    seen = np.sqrt(result.deviations[1] / (400 * 399))
    assert seen == pytest.approx(expected, rel=1e-9)
    # What 400 trajectories have not shown adds to it.
    assert (result.standard_error[1] >= seen).all()


def test_other_operators_take_over_the_state() -> None:
    here = bath("master")
    here.initialize_emoji("🌾")
    here.evolve(1.0)
    p = here.probability("🌾")
    here.replace_operators(BathOperators.from_terms("🌾💀🍂", np.zeros((3, 3))))
    here.evolve(5.0)
    assert here.probability("🌾") == p
    assert here.time == pytest.approx(6.0)
