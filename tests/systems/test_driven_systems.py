"""Driven systems against scipy, however strong, weak, fast or abrupt the drive."""

from __future__ import annotations

import math
from itertools import pairwise

import dense_reference
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacewheat_sim import BathOperators, QuantumBath

G, RATE = 0.8, 0.3


def operators(*driver: object) -> BathOperators:
    return BathOperators.from_terms(
        "ab", [[0, G], [G, 0]], [("a", "b", RATE)], [("a", *driver)]
    )


def exact(energy, duration: float, jumps, longest: float = math.inf) -> np.ndarray:
    start = np.full((2, 2), 0.5, dtype=complex)
    coupling = np.array([[0, G], [G, 0]], dtype=complex)
    return dense_reference.integrated(
        lambda t: coupling + np.diag([energy(t), 0.0]),
        jumps,
        start,
        duration,
        longest=longest,
    )


@given(
    amplitude=st.sampled_from([1e-5, 0.01, 0.5, 4.0, 60.0]),
    frequency=st.sampled_from([0.001, 0.05, 0.16, 0.5, 3.0]),
    phase=st.floats(0, 6),
    dt=st.sampled_from([1 / 60, 0.25, 1.0]),
)
@settings(max_examples=25)
def test_a_driven_pair_follows_scipy(
    amplitude: float, frequency: float, phase: float, dt: float
) -> None:
    bath = QuantumBath(
        operators(amplitude, "cosine", frequency, phase), "master", seed=0
    )
    for _ in range(round(1.0 / dt)):
        bath.evolve(dt)
    rho = exact(
        lambda t: amplitude * math.cos(2 * math.pi * frequency * t + phase),
        1.0,
        [(0, 1, RATE)],
    )
    assert np.abs(bath.density_matrix() - rho).max() < 2e-9


@given(
    amplitude=st.sampled_from([1e-3, 0.5, 8.0]),
    width=st.floats(0.02, 2.0),
    centre=st.floats(0.0, 2.0),
)
@settings(max_examples=15)
def test_a_bump_of_a_function_follows_scipy(
    amplitude: float, width: float, centre: float
) -> None:
    def energy(t: float) -> float:
        return amplitude * math.exp(-(((t - centre) / width) ** 2))

    bath = QuantumBath(operators(energy), "master", seed=0)
    for _ in range(40):
        bath.evolve(0.05)
    rho = exact(energy, 2.0, [(0, 1, RATE)], longest=0.01)
    assert np.abs(bath.density_matrix() - rho).max() < 4e-9


@pytest.mark.parametrize("dt", [1 / 60, 0.3, 3.0])
def test_a_pulse_is_split_at_its_edges(dt: float) -> None:
    frequency, phase, amplitude = 0.7, 1.1, 5.0
    bath = QuantumBath(
        operators(amplitude, "pulse", frequency, phase), "master", seed=0
    )
    bath.evolve_many(dt, round(3.0 / dt))
    # Piecewise constant: a product of dense exponentials between the edges.
    half = 0.5 / frequency
    first = half - (phase / (2 * math.pi)) / frequency
    edges = [0.0, *(first + k * half for k in range(-3, 9)), 3.0]
    edges = sorted(t for t in edges if 0.0 <= t <= 3.0)
    rho = np.full((2, 2), 0.5, dtype=complex)
    for start, end in pairwise(edges):
        middle = frequency * (start + end) / 2 + phase / (2 * math.pi)
        energy = amplitude if middle % 1.0 < 0.5 else 0.0
        h = np.array([[energy, G], [G, 0]], dtype=complex)
        rho = dense_reference.evolved(h, [(0, 1, RATE)], rho, end - start)
    assert np.abs(bath.density_matrix() - rho).max() < 1e-11


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_a_jump_of_a_function_far_from_the_start_is_met(method: str) -> None:
    edge = 900.3
    bath = QuantumBath(
        BathOperators.from_terms(
            "ab", np.zeros((2, 2)), (), [("a", lambda t: 0.7 if t < edge else 0.0)]
        ),
        method,
        seed=0,
    )
    bath.evolve_many(1.0, 1000)
    phase = bath.project_onto_axis("b", "a").phi
    assert math.remainder(phase - 0.7 * edge, 2 * math.pi) == pytest.approx(0, abs=1e-7)


def test_drivers_of_one_emoji_add_up() -> None:
    drivers = [
        ("a", 0.5, "cosine", 0.3, 0.0),
        ("a", lambda t: 0.2 * t),
        ("a", 0.2, "pulse", 0.25, 0.0),
    ]
    bath = QuantumBath(
        BathOperators.from_terms("ab", np.diag([0.4, 0.0]), (), drivers), "trajectory"
    )
    bath.evolve(3.0)
    w = 2 * math.pi * 0.3
    expected = 0.4 * 3 + 0.5 * math.sin(3 * w) / w + 0.1 * 9 + 0.2 * 2
    phase = bath.project_onto_axis("b", "a").phi
    assert math.remainder(phase - expected, 2 * math.pi) == pytest.approx(0, abs=1e-9)


def test_a_function_that_is_not_finite_is_named() -> None:
    bath = QuantumBath(operators(lambda t: math.inf if t > 0.5 else 0.0), "master")
    with pytest.raises(ValueError, match=r"finite energy.*inf"):
        bath.evolve(1.0)
