"""Norm, trace, Hermiticity and positivity after a million steps."""

from __future__ import annotations

import dense_reference
import numpy as np
import pytest
from dense_reference import BIOMES
from hypothesis import given
from hypothesis import strategies as st

from spacewheat_sim import BathOperators, QuantumBath, load_biome

MILLION = 1_000_000
EPSILON = 1e-12


def assert_physical(bath: QuantumBath) -> None:
    rho = bath.density_matrix()
    assert np.array_equal(rho, rho.conj().T) or bath.method != "master"
    assert abs(rho.trace().real - 1) < EPSILON
    assert abs(rho.trace().imag) < EPSILON
    assert np.linalg.eigvalsh(rho)[0] > -EPSILON
    assert bath.observables()["norm"] == pytest.approx(1, abs=EPSILON)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["trajectory", "master"])
@pytest.mark.parametrize("name", BIOMES)
def test_a_state_stays_physical_over_a_million_steps(name: str, method: str) -> None:
    bath = load_biome(name).bath(seed=1, method=method)
    recording = bath.evolve_many(1 / 60, MILLION, record_every=MILLION // 1000)
    assert_physical(bath)
    assert recording.populations.min() > -EPSILON
    assert np.abs(recording.populations.sum(axis=1) - 1).max() < EPSILON


@pytest.mark.slow
@pytest.mark.parametrize("name", BIOMES)
def test_spec_stays_normalized_over_many_steps(name: str) -> None:
    bath = load_biome(name).bath(seed=1, method="spec")
    # Its steps are slow, and alike in all biomes: a million in one of them.
    bath.evolve_many(1 / 60, MILLION if name == "biotic_flux" else MILLION // 50)
    assert_physical(bath)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "method"),
    [("kitchen", "master"), ("biotic_flux", "trajectory"), ("biotic_flux", "master")],
)
def test_a_state_stays_physical_over_single_steps(name: str, method: str) -> None:
    bath = load_biome(name).bath(seed=1, method=method)
    for _ in range(MILLION // 10):
        bath.evolve(1 / 60)
    assert_physical(bath)
    assert bath.time == pytest.approx(MILLION / 600, abs=1e-9)


@pytest.mark.parametrize("method", ["trajectory", "master", "spec"])
@pytest.mark.parametrize("name", BIOMES)
def test_a_state_stays_physical_over_two_thousand_steps(name: str, method: str) -> None:
    bath = load_biome(name).bath(seed=1, method=method)
    for _ in range(2000):
        bath.evolve(1 / 60)
    assert_physical(bath)


@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 6),
    dt=st.sampled_from([1e-6, 1 / 60, 0.5, 7.0]),
    scale=st.sampled_from([1e-8, 1.0, 50.0]),
)
def test_any_system_keeps_trace_and_positivity(
    seed: int, n: int, dt: float, scale: float
) -> None:
    rng = np.random.default_rng(seed)
    emojis = "abcdef"[:n]
    jumps = [
        (emojis[s], emojis[t], scale * rate)
        for s, t, rate in dense_reference.random_jumps(rng, n, 2 * n)
    ]
    operators = BathOperators.from_terms(
        emojis, scale * dense_reference.random_hamiltonian(rng, n), jumps
    )
    start = dense_reference.random_density_matrix(rng, n)
    bath = QuantumBath(operators, "master")
    bath.initialize_density_matrix(start)
    for _ in range(5):
        bath.evolve(dt)
    assert_physical(bath)


@given(seed=st.integers(0, 10**6), n=st.integers(2, 5))
def test_random_systems_follow_the_dense_liouvillian(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    emojis = "abcde"[:n]
    h = dense_reference.random_hamiltonian(rng, n)
    jumps = dense_reference.random_jumps(rng, n, 2 * n)
    start = dense_reference.random_density_matrix(rng, n)
    operators = BathOperators.from_terms(
        emojis, h, [(emojis[s], emojis[t], rate) for s, t, rate in jumps]
    )
    bath = QuantumBath(operators, "master")
    bath.initialize_density_matrix(start)
    bath.evolve(3.0)
    exact = dense_reference.evolved(h, jumps, start, 3.0)
    assert np.abs(bath.density_matrix() - exact).max() < 1e-11
