"""Outcomes, channels and waiting times are distributed as quantum mechanics says.

Seeds are fixed. Each test below rejects at a p-value of 1e-4, so with 25 p-values in
this file a right program fails for fewer than 1 of 400 choices of the seeds.
"""

from __future__ import annotations

from collections import Counter

import dense_reference
import numpy as np
import pytest
from scipy.stats import chisquare, kstest

from spacewheat_sim import BathOperators, QuantumBath

REJECT = 1e-4
DRAWS = 4000
EMOJIS = "🌾💀🍂🍄"
KET = np.array([0.6, 0.3j, -0.5, 0.2 + 0.4j])
P = np.abs(KET) ** 2 / np.sum(np.abs(KET) ** 2)


def still_bath(method: str, seed: int = 0) -> QuantumBath:
    return QuantumBath(
        BathOperators.from_terms(EMOJIS, np.zeros((4, 4))), method, seed=seed
    )


@pytest.mark.parametrize("method", ["trajectory", "master", "spec"])
@pytest.mark.parametrize(
    ("kind", "strength", "expected"),
    [
        ("game", 0.5, {"💀": P[1] / (P[1] + P[3]), "🍄": P[3] / (P[1] + P[3])}),
        ("projective", None, {"💀": P[1], "🍄": P[3], None: P[0] + P[2]}),
        (
            "weak",
            0.6,
            {"💀": 0.5 + 0.3 * (P[1] - P[3]), "🍄": 0.5 - 0.3 * (P[1] - P[3])},
        ),
    ],
    ids=["game", "projective", "weak"],
)
def test_outcomes_follow_borns_rule(
    method: str, kind: str, strength: float | None, expected: dict[str | None, float]
) -> None:
    bath = still_bath(method, seed=12)
    counts: Counter[str | None] = Counter()
    for _ in range(DRAWS):
        bath.initialize_ket(KET)
        counts[bath.measure_axis("💀", "🍄", kind=kind, strength=strength)] += 1
    assert set(counts) == set(expected)
    observed = [counts[outcome] for outcome in expected]
    assert chisquare(observed, DRAWS * np.array([*expected.values()])).pvalue > REJECT


def test_outcomes_of_a_mixed_state_follow_borns_rule() -> None:
    rho = dense_reference.random_density_matrix(np.random.default_rng(4), 4)
    p = rho.diagonal().real
    bath = still_bath("master", seed=5)
    counts: Counter[str | None] = Counter()
    for _ in range(DRAWS):
        bath.initialize_density_matrix(rho)
        counts[bath.measure_axis("🌾", "🍂", kind="projective")] += 1
    expected = DRAWS * np.array([p[0], p[2], p[1] + p[3]])
    observed = [counts["🌾"], counts["🍂"], counts[None]]
    assert chisquare(observed, expected).pvalue > REJECT


def test_repeated_weak_measurements_collapse_with_borns_probabilities() -> None:
    bath = still_bath("trajectory", seed=3)
    ket = np.array([0.8, 0.6, 0, 0])
    ends: Counter[str] = Counter()
    for _ in range(1000):
        bath.initialize_ket(ket)
        for _ in range(60):
            bath.measure_axis("🌾", "💀", kind="weak", strength=0.6)
        assert max(bath.populations()) > 0.999
        ends[max(bath.probabilities(), key=bath.probability)] += 1
    assert chisquare([ends["🌾"], ends["💀"]], [640, 360]).pvalue > REJECT


def first_jumps(bath: QuantumBath, dt: float, count: int, start: str) -> list:
    """The first jump of each of ``count`` histories in steps of ``dt``."""
    events = []
    for _ in range(count):
        bath.initialize_emoji(start)
        jumps = ()
        while not jumps:
            jumps = bath.evolve(dt)
        events.append(jumps[0])
    return events


def test_channels_are_chosen_by_their_rates_and_populations() -> None:
    # H mixes a and b by hand-made phases only: from a fixed ket, the first jump's
    # channel has weight γ p_s; channels with one pair are told apart by their rates.
    rates = {("a", "c"): 0.9, ("a", "b"): 0.4, ("b", "c"): 0.7, ("b", "b"): 0.2}
    operators = BathOperators.from_terms(
        "abc", np.zeros((3, 3)), [(s, t, r) for (s, t), r in rates.items()]
    )
    bath = QuantumBath(operators, seed=8)
    counts: Counter[tuple[str, str]] = Counter()
    ket = np.array([np.sqrt(0.3), 1j * np.sqrt(0.7), 0])
    for _ in range(DRAWS):
        bath.initialize_ket(ket)
        first = bath.evolve(60.0)[0]
        counts[first.source, first.target] += 1
    # No-jump decay of a at 1.3 and of b at 0.9: each loses all that it holds, and
    # shares it by rate.
    expected = [
        DRAWS * {"a": 0.3 / 1.3, "b": 0.7 / 0.9}[s] * rate
        for (s, _), rate in rates.items()
    ]
    assert chisquare([counts[pair] for pair in rates], expected).pvalue > REJECT


@pytest.mark.parametrize("dt", [1 / 240, 0.1, 1.0, 40.0])
def test_waiting_times_of_a_decay_are_exponential(dt: float) -> None:
    rate = 2.5
    operators = BathOperators.from_terms("ab", np.zeros((2, 2)), [("a", "b", rate)])
    count = 400 if dt < 0.05 else DRAWS
    events = first_jumps(QuantumBath(operators, seed=9), dt, count, "a")
    times = [event.time for event in events]
    assert kstest(times, "expon", args=(0, 1 / rate)).pvalue > REJECT
    on_the_grid = [abs(t / dt - round(t / dt)) < 1e-9 for t in times]
    assert not any(on_the_grid)


@pytest.mark.parametrize("dt", [1 / 60, 1.0])
@pytest.mark.parametrize("driven", [False, True], ids=["static", "driven"])
def test_waiting_times_of_a_coherent_decay_follow_the_survival(
    dt: float, driven: bool
) -> None:
    g, rate = 1.4, 0.9
    drivers = [("b", 2.0, "cosine", 0.3, 0.5)] if driven else []
    operators = BathOperators.from_terms(
        "abc", [[0, g, 0], [g, 0, 0], [0, 0, 0]], [("b", "c", rate)], drivers
    )
    count = 600 if dt < 0.1 else DRAWS
    events = first_jumps(QuantumBath(operators, seed=10), dt, count, "a")
    times = np.array([event.time for event in events])

    grid = np.linspace(0, times.max() + 1, 4001)
    survival = no_jump_survival(g, rate, driven, grid)

    def distribution(t: np.ndarray) -> np.ndarray:
        return 1 - np.interp(t, grid, survival)

    assert kstest(times, distribution).pvalue > REJECT


def no_jump_survival(
    g: float, rate: float, driven: bool, grid: np.ndarray
) -> np.ndarray:
    """‖ψ̃(t)‖² of the pair by scipy."""
    from scipy.integrate import solve_ivp

    def slope(t: float, psi: np.ndarray) -> np.ndarray:
        energy = 2.0 * np.cos(2 * np.pi * 0.3 * t + 0.5) if driven else 0.0
        a, b = psi
        return np.array([-1j * g * b, -1j * (g * a + energy * b) - rate / 2 * b])

    solution = solve_ivp(
        slope,
        (0, grid[-1]),
        np.array([1, 0], dtype=complex),
        t_eval=grid,
        rtol=1e-10,
        atol=1e-12,
    )
    return np.sum(np.abs(solution.y) ** 2, axis=0)


def test_jumps_of_a_cycle_make_a_poisson_process_inside_one_step() -> None:
    operators = BathOperators.from_terms(
        "ab", np.zeros((2, 2)), [("a", "b", 3.0), ("b", "a", 3.0)]
    )
    bath = QuantumBath(operators, seed=11)
    bath.initialize_emoji("a")
    jumps = bath.evolve(1000.0)
    times = np.array([0.0, *(jump.time for jump in jumps)])
    gaps = np.diff(times)
    assert len(jumps) > 2500
    assert np.all(gaps > 0)
    assert kstest(gaps, "expon", args=(0, 1 / 3)).pvalue > REJECT
    assert [j.source for j in jumps[:4]] == ["a", "b", "a", "b"]


def test_a_measurement_between_steps_keeps_the_waiting_times_right() -> None:
    # Looking at an axis that the ket is not on must not restart or bias the clock.
    rate = 1.7
    operators = BathOperators.from_terms("abcd", np.zeros((4, 4)), [("a", "b", rate)])
    bath = QuantumBath(operators, seed=13)
    times = []
    for _ in range(1500):
        bath.initialize_emoji("a")
        jumps = ()
        while not jumps:
            jumps = bath.evolve(0.2)
            bath.measure_axis("c", "d", kind="projective")
            bath.measure_axis("a", "d", kind="weak", strength=0.3)
        times.append(jumps[0].time)
    assert kstest(times, "expon", args=(0, 1 / rate)).pvalue > REJECT


def test_different_seeds_give_independent_histories() -> None:
    operators = BathOperators.from_terms("ab", np.zeros((2, 2)), [("a", "b", 1.0)])
    times = []
    for seed in range(1500):
        bath = QuantumBath(operators, seed=seed)
        bath.initialize_emoji("a")
        times.append(bath.evolve(60.0)[0].time)
    assert kstest(times, "expon").pvalue > REJECT
