"""Elementary functions against 60 digits, and at the ends of their ranges."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import mpmath
import numpy as np
import pytest

from spacewheat_sim.quantum.arithmetic.kernels import elementary

Points = list[tuple[float, ...]]


def worst(
    found: Callable[..., float], exact: Callable[..., Any], points: Iterable[Any]
) -> float:
    """Return the largest error in units of the last place of the right value."""
    errors = []
    with mpmath.workdps(60):
        for point in points:
            right = exact(*map(mpmath.mpf, point))
            off = abs(mpmath.mpf(found(*point)) - right)
            errors.append(float(off / math.ulp(float(right))))
    return max(errors)


def uniform(low: float, high: float) -> Points:
    numbers = np.random.default_rng(0).uniform(low, high, 500).tolist()
    return [(x,) for x in numbers]


def sine(x: float) -> float:
    return float(elementary.sine_cosine(x)[0])


def cosine(x: float) -> float:
    return float(elementary.sine_cosine(x)[1])


@pytest.mark.parametrize("reach", [0.5, 700.0, 744.0])
def test_the_exponential_is_right_to_the_last_place(reach: float) -> None:
    points = uniform(-reach, min(reach, 709.0))
    assert worst(elementary.exponential, mpmath.exp, points) < 1.0


@pytest.mark.parametrize("spread", [1e-12, 1e-3, 0.5, 300.0])
def test_the_logarithm_is_right_to_the_last_place(spread: float) -> None:
    points = [(math.exp(x),) for (x,) in uniform(-spread, spread) if math.exp(x) != 1.0]
    assert worst(elementary.logarithm, mpmath.log, points) < 1.0


@pytest.mark.parametrize("reach", [0.7, 10.0, 1e6, 2.0**50])
def test_sine_and_cosine_are_right_to_the_last_place(reach: float) -> None:
    for found, exact in ((sine, mpmath.sin), (cosine, mpmath.cos)):
        assert worst(found, exact, uniform(-reach, reach)) < 1.0


def test_sine_and_cosine_are_right_next_to_their_zeros() -> None:
    points = [(k * math.pi / 2,) for k in (1, 2, 3, 355, 10**6, 10**14)]
    for found, exact in ((sine, mpmath.sin), (cosine, mpmath.cos)):
        assert worst(found, exact, points) < 1.0


@pytest.mark.parametrize("octaves", [0, 20, 1000])
def test_the_angle_of_a_point_is_right_to_two_last_places(octaves: int) -> None:
    rng = np.random.default_rng(1)
    scales = 2.0 ** rng.integers(-octaves, octaves + 1, (500, 2))
    points = (rng.normal(size=(500, 2)) * scales).tolist()
    assert worst(elementary.angle, mpmath.atan2, points) < 2.0


@pytest.mark.parametrize("reach", [1e-300, 1e-9, 0.3, 30.0])
def test_the_exponential_less_one_keeps_its_digits(reach: float) -> None:
    points = uniform(-reach, reach)
    assert worst(elementary.exponential_less_one, mpmath.expm1, points) < 3.0


def test_ends_of_ranges() -> None:
    exponential, logarithm = elementary.exponential, elementary.logarithm
    assert exponential(0.0) == 1.0
    assert exponential(-math.inf) == exponential(-800.0) == 0.0
    assert exponential(math.inf) == exponential(710.0) == math.inf
    assert exponential(-745.0) == 5e-324
    assert logarithm(0.0) == -math.inf
    assert logarithm(math.inf) == math.inf
    assert logarithm(1.0) == 0.0
    assert logarithm(5e-324) == pytest.approx(-744.4400719213812, rel=1e-15)
    assert math.isnan(exponential(math.nan))
    assert math.isnan(logarithm(-1.0))
    assert math.isnan(logarithm(math.nan))
    for angle in (math.inf, math.nan, 2.0**51):
        assert all(map(math.isnan, elementary.sine_cosine(angle)))
    assert elementary.sine_cosine(0.0) == (0.0, 1.0)


def test_the_axes_have_exact_angles() -> None:
    assert elementary.angle(0.0, 0.0) == 0.0
    assert elementary.angle(0.0, 1.0) == 0.0
    assert elementary.angle(1.0, 0.0) == math.pi / 2
    assert elementary.angle(0.0, -1.0) == math.pi
    assert elementary.angle(-1.0, 0.0) == -math.pi / 2
    assert elementary.angle(1.0, 1.0) == math.pi / 4


def test_a_modulus_neither_overflows_nor_vanishes() -> None:
    for scale in (1e-320, 1e-200, 1.0, 1e307):
        found = elementary.modulus(complex(3 * scale, -4 * scale))
        assert found == pytest.approx(5 * scale, rel=1e-3 if scale < 1e-300 else 1e-15)
    assert elementary.modulus(0j) == 0.0
    assert elementary.modulus(complex(math.inf, 1.0)) == math.inf
