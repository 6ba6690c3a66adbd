"""Narrow features of drivers are felt by every method, whatever dt."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import dense_reference
import numpy as np
import pytest

from spacewheat_sim import BathBatch, BathOperators, QuantumBath
from spacewheat_sim.errors import ArgumentError

COUPLING = 0.05


def train(time: float) -> float:
    return 50.0 if time % 10.0 < 0.02 else 0.0


def kick(time: float) -> float:
    return (
        math.pi
        / (0.01 * math.sqrt(2 * math.pi))
        * math.exp(-(((time - 5.3) / 0.01) ** 2) / 2)
    )


@cache
def after_the_train(duration: float) -> float:
    """Return the population of B by exponentials between the edges."""
    rho = np.diag([1.0, 0.0]).astype(complex)
    edges = {0.0, duration}
    for k in range(round(duration / 10)):
        edges |= {10.0 * k, 10.0 * k + 0.02}
    for start, end in pairwise(sorted(edges)):
        h = np.array([[train((start + end) / 2), COUPLING], [COUPLING, 0.0]])
        rho = dense_reference.evolved(h.astype(complex), (), rho, end - start)
    return float(rho[1, 1].real)


@cache
def after_the_kick(duration: float) -> float:
    """Return the population of B by scipy's integrator in short steps."""
    rho = dense_reference.integrated(
        lambda t: np.array([[kick(t), COUPLING], [COUPLING, 0.0]], dtype=complex),
        (),
        np.diag([1.0, 0.0]).astype(complex),
        duration,
        longest=0.002,
    )
    return float(rho[1, 1].real)


FEATURES = {"train": (train, 100.0, 0.198418), "kick": (kick, 20.0, 0.205106)}


def operators(driver: Callable[[float], float]) -> BathOperators:
    return BathOperators.from_terms(
        "AB", [[0, COUPLING], [COUPLING, 0]], drivers=[("A", driver)]
    )


def population_of_b(
    function: Callable[[float], float], duration: float, dt: float, method: str
) -> float:
    steps = round(duration / dt)
    if method == "batch":
        batch = BathBatch(operators(function), 3, seed=0)
        batch.initialize_emoji("A")
        for _ in range(steps):
            batch.evolve(dt)
        return float(batch.populations()[2, 1])
    method = "master" if method == "master" else "trajectory"
    bath = QuantumBath(operators(function), method, seed=0)
    bath.initialize_emoji("A")
    if method == "loop":
        for _ in range(steps):
            bath.evolve(dt)
        return bath.probability("B")
    if method == "ensemble":
        return float(bath.ensemble(duration, 8, dt=dt, seed=0).populations[-1, 1])
    return float(bath.evolve_many(dt, steps).populations[-1, 1])


@pytest.mark.parametrize("method", ["many", "loop", "master", "ensemble", "batch"])
@pytest.mark.parametrize("dt", [1 / 60, 0.5, 20.0])
@pytest.mark.parametrize("feature", FEATURES)
def test_every_method_feels_narrow_features(
    feature: str, dt: float, method: str
) -> None:
    function, duration, rounded = FEATURES[feature]
    exact = (after_the_train if feature == "train" else after_the_kick)(duration)
    assert exact == pytest.approx(rounded, abs=5e-7)
    found = population_of_b(function, duration, dt, method)
    assert found == pytest.approx(exact, abs=2e-9)


@pytest.mark.parametrize("on", [3.0, 40.0, 400.0])
@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_a_smooth_half_turn_is_felt_however_late_in_a_step(
    on: float, method: str
) -> None:
    def window(time: float) -> float:
        rise = (math.erf((time - on) / 0.2) + 1) / 2
        return rise * (1 - (math.erf((time - on - math.pi) / 0.2) + 1) / 2)

    bath = QuantumBath(
        BathOperators.from_terms("AB", np.zeros((2, 2)), drivers=[("A", window)]),
        method,
        seed=0,
    )
    bath.evolve(2 * on + 4)
    assert bath.project_onto_axis("A", "B").bloch[0] == pytest.approx(-1, abs=1e-9)


def test_max_step_says_how_narrow_a_feature_may_be() -> None:
    def blink(time: float) -> float:
        return math.pi / 1e-4 if 7.0 <= time < 7.0001 else 0.0

    def bloch_x(max_step: float) -> float:
        bath = QuantumBath(
            BathOperators.from_terms("AB", np.zeros((2, 2)), drivers=[("A", blink)]),
            max_step=max_step,
        )
        bath.evolve(20.0)
        return bath.project_onto_axis("A", "B").bloch[0]

    assert bloch_x(1e-4) == pytest.approx(-1, abs=1e-9)
    assert bloch_x(0.5) == pytest.approx(1, abs=1e-9)  # not promised to be found


@pytest.mark.parametrize("max_step", [0.0, -1.0, math.nan, math.inf, "soon", None])
def test_max_step_must_be_a_finite_time_above_zero(max_step: object) -> None:
    for make in (QuantumBath, lambda ops, **how: BathBatch(ops, 2, **how)):
        with pytest.raises(ArgumentError, match="`max_step`"):
            make(operators(kick), max_step=max_step)


def test_max_step_is_not_for_spec() -> None:
    with pytest.raises(ArgumentError, match=r"`max_step`.*'spec'"):
        QuantumBath(operators(kick), "spec", max_step=0.1)


@pytest.mark.parametrize("dt", [1 / 60, 0.1, 1 / 3, 0.7])
def test_a_function_may_be_known_to_the_end_of_the_run_only(dt: float) -> None:
    end = 40 * dt

    def table(time: float) -> float:
        if not 0.0 <= time <= end:
            raise LookupError(time)
        return time * time

    terms = BathOperators.from_terms("AB", [[0, 0.8], [0.8, 0]], drivers=[("A", table)])
    for method in ("trajectory", "master"):
        bath = QuantumBath(terms, method, seed=0)
        bath.evolve_many(dt, 17)
        bath.evolve_many(dt, 22)
        bath.evolve(dt)
        assert bath.time == end
    batch = BathBatch(terms, 2, seed=0)
    for _ in range(40):
        batch.evolve(dt)
    QuantumBath(terms, seed=0).ensemble(end, 3, dt=end)


def test_histories_of_an_ensemble_feel_what_the_ensemble_feels() -> None:
    def gate(time: float) -> float:
        return 300.0 if 4.0 <= time < 4.006 else 0.0

    terms = BathOperators.from_terms(
        "AB", [[0, 0.8], [0.8, 0]], [("B", "A", 0.4)], [("A", gate)]
    )
    bath = QuantumBath(terms, seed=0, max_step=0.005)
    bath.initialize_emoji("A")
    result = bath.ensemble(12.0, 40, dt=6.0, seed=3)
    for number in range(40):
        told = result.history(number)
        first = told[0].time if told else math.inf
        assert result.first_jumps[number] == pytest.approx(first, abs=1e-8)
    batch = BathBatch(terms, 40, seed=3, max_step=0.005)
    batch.initialize_emoji("A")
    for _ in range(2):
        batch.evolve(6.0)
    means = batch.populations().mean(axis=0)
    assert means == pytest.approx(result.populations[-1], abs=1e-9)
