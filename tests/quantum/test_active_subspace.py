"""Active-subspace evolution against the full ket, within the bound that it reports."""

from __future__ import annotations

import time

import dense_reference
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from spacewheat_sim import BathOperators, QuantumBath


def line(n: int, coupling: float = 1.0, energies: float = 0.0) -> BathOperators:
    """A chain of n states, each coupled to its neighbors."""
    off = np.full(n - 1, coupling)
    matrix = sp.diags_array([off, off], offsets=[1, -1], shape=(n, n))
    if energies:
        matrix = matrix + sp.diags_array(energies * np.cos(np.arange(n)))
    return BathOperators.from_terms([f"s{i}" for i in range(n)], matrix)


def pair(
    operators: BathOperators, threshold: float, start: str
) -> tuple[QuantumBath, QuantumBath]:
    """The same bath, on all states and on the active ones."""
    baths = (
        QuantumBath(operators, seed=3),
        QuantumBath(operators, seed=3, active_threshold=threshold),
    )
    for bath in baths:
        bath.initialize_emoji(start)
    return baths


@pytest.mark.parametrize("threshold", [1e-2, 1e-4, 1e-8])
@pytest.mark.parametrize("dt", [1 / 60, 0.5])
def test_the_active_ket_is_within_the_reported_bound(
    threshold: float, dt: float
) -> None:
    full, active = pair(line(60, energies=0.7), threshold, "s30")
    for _ in range(20):
        full.evolve_many(dt, round(0.5 / dt))
        active.evolve_many(dt, round(0.5 / dt))
        gap = np.linalg.norm(full.amplitudes - active.amplitudes)
        assert gap <= active.neglected + 1e-9
    assert active.neglected > 0


@given(seed=st.integers(0, 10**6), threshold=st.sampled_from([1e-2, 1e-4, 1e-6]))
@settings(max_examples=25)
def test_random_sparse_systems_stay_within_the_bound(
    seed: int, threshold: float
) -> None:
    rng = np.random.default_rng(seed)
    n = 12
    h = dense_reference.random_hamiltonian(rng, n) * (rng.random((n, n)) < 0.2)
    h = h + h.conj().T
    full, active = pair(BathOperators.from_terms("abcdefghijkl", h), threshold, "a")
    for _ in range(40):
        full.evolve(0.1)
        active.evolve(0.1)
    gap = np.linalg.norm(full.amplitudes - active.amplitudes)
    assert gap <= active.neglected + 1e-9


def test_a_lower_threshold_leaves_less_out() -> None:
    errors = []
    for threshold in (1e-3, 1e-5, 1e-7, 1e-9):
        full, active = pair(line(40), threshold, "s20")
        full.evolve_many(0.05, 80)
        active.evolve_many(0.05, 80)
        errors.append(np.abs(full.populations() - active.populations()).max())
    assert errors[0] > errors[1] > errors[2] > errors[3]
    assert errors[-1] < 1e-5


@pytest.mark.parametrize("dt", [1 / 60, 1.0, 50.0])
@pytest.mark.parametrize("threshold", [1e-4, 1e-2])
def test_a_state_that_is_fed_slowly_fills_up_all_the_same(
    dt: float, threshold: float
) -> None:
    # P(b) = sin²(gt) with g = 0.01: full after 157 s, in whatever steps.
    operators = BathOperators.from_terms("ab", [[0, 0.01], [0.01, 0]])
    bath = QuantumBath(operators, seed=0, active_threshold=threshold)
    bath.initialize_emoji("a")
    for _ in range(round(150 / dt)):
        bath.evolve(dt)
    error = abs(bath.probability("b") - np.sin(0.01 * bath.time) ** 2)
    assert error <= 2 * bath.neglected + 1e-9
    assert error < 2 * np.sqrt(threshold)


def test_states_join_before_amplitude_reaches_them() -> None:
    operators = line(200)
    bath = QuantumBath(operators, seed=0, active_threshold=1e-6)
    bath.initialize_emoji("s100")
    series = bath._running.evolver.series
    sizes = []
    full = QuantumBath(operators, seed=0)
    full.initialize_emoji("s100")
    for _ in range(30):
        bath.evolve(0.5)
        full.evolve(0.5)
        active = set(series.active.tolist())
        holding = set(np.flatnonzero(full.populations() > 4e-6).tolist())
        assert holding <= active
        sizes.append(len(active))
    assert sizes[0] < 20
    assert sizes == sorted(sizes)


def test_jumps_are_those_of_the_full_ket() -> None:
    rng = np.random.default_rng(6)
    n = 10
    h = dense_reference.random_hamiltonian(rng, n) * (rng.random((n, n)) < 0.4)
    names = "abcdefghij"
    jumps = [
        (names[s], names[t], r) for s, t, r in dense_reference.random_jumps(rng, n, 8)
    ]
    operators = BathOperators.from_terms(names, h + h.conj().T, jumps)
    full, active = pair(operators, 1e-9, "a")
    events = [bath.evolve_many(0.1, 100).events for bath in (full, active)]
    assert len(events[0]) >= 3
    assert [(e.source, e.target) for e in events[0]] == [
        (e.source, e.target) for e in events[1]
    ]
    assert [e.time for e in events[0]] == pytest.approx(
        [e.time for e in events[1]], abs=1e-3
    )


def test_a_jump_lands_outside_the_active_set() -> None:
    operators = BathOperators.from_terms("abc", np.zeros((3, 3)), [("a", "c", 5.0)])
    bath = QuantumBath(operators, seed=1, active_threshold=1e-3)
    bath.initialize_emoji("a")
    bath.evolve(20.0)
    assert bath.probability("c") == 1.0
    assert bath.neglected == 0.0


def test_a_driver_acts_on_active_states_only_and_rightly() -> None:
    matrix = np.diag([1.0] * 9, 1) + np.diag([1.0] * 9, -1)
    operators = BathOperators.from_terms(
        "abcdefghij", matrix, (), [("b", 2.0, "cosine", 0.3, 0.0)]
    )
    full, active = pair(operators, 1e-10, "a")
    full.evolve_many(0.1, 40)
    active.evolve_many(0.1, 40)
    assert np.abs(full.populations() - active.populations()).max() < 1e-4
    gap = np.linalg.norm(full.amplitudes - active.amplitudes)
    assert gap <= active.neglected + 1e-9


def test_twenty_thousand_states_are_no_burden() -> None:
    n = 20_000
    rng = np.random.default_rng(0)
    rows = np.repeat(np.arange(n), 5)
    columns = rng.integers(0, n, rows.size)
    values = 0.1 * rng.normal(size=rows.size)
    matrix = sp.coo_array((values, (rows, columns)), shape=(n, n)).tocsr()
    operators = BathOperators.from_terms([f"s{i}" for i in range(n)], matrix + matrix.T)
    full, active = pair(operators, 1e-6, "s0")
    active.evolve(1 / 60)  # compiles
    full.evolve(1 / 60)
    begun = time.perf_counter()
    for _ in range(20):
        active.evolve(1 / 60)
        full.evolve(1 / 60)
    assert time.perf_counter() - begun < 10  # some 40 steps of a few ms each
    gap = np.linalg.norm(full.amplitudes - active.amplitudes)
    assert gap <= active.neglected + 1e-9
    assert active.populations().sum() == pytest.approx(1, abs=1e-12)
