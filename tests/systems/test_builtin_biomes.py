"""Every built-in biome, whatever the step, by two methods."""

from __future__ import annotations

import dense_reference
import numpy as np
import pytest
from dense_reference import BIOMES, dense_biome

from spacewheat_sim import QuantumBath, load_biome
from spacewheat_sim.engine.bath.operators import BathOperators

STEPS = (1 / 240, 1 / 60, 1 / 10, 1.0)

each_biome = pytest.mark.parametrize("name", BIOMES)
each_duration = pytest.mark.parametrize(
    "duration", [10.0, pytest.param(60.0, marks=pytest.mark.slow)]
)


def no_jump_bath(name: str) -> QuantumBath:
    """The biome's coherent part as a ket, which no jump breaks."""
    operators = load_biome(name).operators
    energies = [d for d in operators.drive.drivers if d.quantity == "energy"]
    bath = QuantumBath(
        BathOperators(operators.emojis, operators.hamiltonian, (), energies),
        "trajectory",
        seed=0,
    )
    bath.initialize_ket(load_biome(name).bath(seed=0, method="trajectory").amplitudes)
    return bath


def populations_after(
    bath: QuantumBath, duration: float, dt: float, *, one_call: bool
) -> np.ndarray:
    steps = round(duration / dt)
    if one_call:
        bath.evolve_many(dt, steps)
    else:
        for _ in range(steps):
            bath.evolve(dt)
    assert bath.time == pytest.approx(duration, abs=1e-9)
    return bath.populations()


@each_duration
@each_biome
def test_master_does_not_depend_on_the_step(name: str, duration: float) -> None:
    biome = load_biome(name)
    results = np.array(
        [
            populations_after(
                biome.bath(seed=0, method="master"), duration, dt, one_call=one_call
            )
            for dt in STEPS
            for one_call in (True, False)
        ]
    )
    assert np.ptp(results, axis=0).max() < 1e-10  # the bar is 1e-7


@each_duration
@each_biome
def test_a_ket_does_not_depend_on_the_step(name: str, duration: float) -> None:
    results = np.array(
        [
            populations_after(no_jump_bath(name), duration, dt, one_call=one_call)
            for dt in STEPS
            for one_call in (True, False)
        ]
    )
    assert np.ptp(results, axis=0).max() < 1e-9 * duration


@each_biome
def test_a_trajectory_jumps_at_the_same_moments_whatever_the_step(name: str) -> None:
    histories = []
    biome = load_biome(name)
    for dt in STEPS:
        bath = biome.bath(seed=4, method="trajectory")
        events = []
        for _ in range(round(60.0 / dt)):
            events += bath.evolve(dt)
        histories.append([(e.source, e.target, e.icon) for e in events])
        histories[-1].append([e.time for e in events])
    *first, times = histories[0]
    for *jumps, other_times in histories[1:]:
        assert jumps == first
        assert other_times == pytest.approx(times, abs=1e-6)


@each_biome
def test_operators_are_those_added_up_by_hand(name: str) -> None:
    dense = dense_biome(name)
    operators = load_biome(name).operators
    assert np.array_equal(operators.hamiltonian.toarray(), dense.hamiltonian)
    assert dense.jumps == tuple(
        (jump.source, jump.target, jump.rate) for jump in operators.jumps
    )
    for time in (0.0, 3.3, 17.9):
        assert np.allclose(
            operators.hamiltonian_at(time).toarray(),
            dense.hamiltonian_at(time),
            rtol=0,
            atol=1e-14,
        )


@pytest.mark.parametrize("name", [name for name in BIOMES if name != "forest"])
def test_master_agrees_with_scipy(name: str) -> None:
    bath = load_biome(name).bath(seed=0, method="master")
    dense = dense_biome(name)
    start = bath.density_matrix()
    bath.evolve_many(1 / 60, 1200)
    if dense.is_static:
        exact = dense_reference.evolved(dense.hamiltonian, dense.jumps, start, 20.0)
    else:
        exact = dense_reference.integrated_biome(dense, start, 20.0)
    assert np.abs(bath.density_matrix() - exact).max() < 1e-10


def test_master_agrees_with_scipy_in_the_forest() -> None:
    bath = load_biome("forest").bath(seed=0, method="master")
    dense = dense_biome("forest")
    start = bath.density_matrix()
    bath.evolve(5.0)
    exact = dense_reference.integrated(dense.hamiltonian_at, dense.jumps, start, 5.0)
    assert np.abs(bath.density_matrix() - exact).max() < 1e-10


@each_biome
def test_the_mean_of_trajectories_agrees_with_master(name: str) -> None:
    biome = load_biome(name)
    result = biome.bath(seed=0).ensemble(30.0, 1500, dt=5.0, seed=11)
    exact = biome.bath(seed=0, method="master").evolve_many(5.0, 6).populations
    entries = result.populations.size
    # Bonferroni over the entries of this biome, at a false-alarm rate of 1 in 10,000
    # seeds each; the floor stands for entries that cannot yet have been reached.
    bound = two_sided_bound(1e-4 / entries)
    error = np.maximum(result.standard_error, 2e-4)
    assert np.abs((result.populations - exact) / error).max() < bound


def two_sided_bound(rate: float) -> float:
    from scipy.stats import norm

    return float(norm.isf(rate / 2))


def test_the_mean_of_trajectories_agrees_from_a_mixed_state_at_a_later_time() -> None:
    biome = load_biome("kitchen")
    mixed = biome.bath(seed=0, method="master")
    mixed.evolve(7.3)
    result = mixed.ensemble(20.0, 4000, dt=2.5, seed=3)
    exact = mixed.evolve_many(2.5, 8).populations
    assert result.time == pytest.approx(7.3 + 2.5 * np.arange(9))
    # False-alarm rate 1e-4 after Bonferroni.
    bound = two_sided_bound(1e-4 / exact.size)
    error = np.maximum(result.standard_error, 1e-4)
    assert np.abs((result.populations - exact) / error).max() < bound


def test_the_mean_agrees_where_many_jumps_fall_into_one_step() -> None:
    rng = np.random.default_rng(5)
    jumps = [("a", "b", 28.0), ("b", "c", 16.0), ("c", "a", 20.0), ("b", "b", 8.0)]
    h = 5 * dense_reference.random_hamiltonian(rng, 3)
    operators = BathOperators.from_terms(
        "abc", h, jumps, [("a", 6.0, "cosine", 1.5, 0.4)]
    )
    bath = QuantumBath(operators, seed=0)
    result = bath.ensemble(2.0, 1500, dt=2.0, seed=2)
    assert result.jump_counts.sum() > 10 * 1500  # per step of 2 s
    master = QuantumBath(operators, "master")
    exact = master.evolve_many(2.0, 1).populations
    # Six entries, |z| > 4.5: false-alarm rate 4e-5.
    error = np.maximum(result.standard_error, 1e-9)
    assert np.abs((result.populations - exact) / error).max() < 4.5
