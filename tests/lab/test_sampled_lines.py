"""Curves of figures are sampled until they are smooth, or say that they are not."""

import math

import numpy as np
import pytest

from spacewheat_sim.lab.sampled_lines import sampled_lines


def schottky(T):
    """Return the heat capacity of two levels, which peaks near T = 0.42."""
    x = min(1.0 / T, 700.0)
    return {"C": x * x * math.exp(-x) / (1 + math.exp(-x)) ** 2}


@pytest.mark.parametrize("high", [2.0, 30.0, 1e3, 1e6])
def test_a_peak_in_a_small_part_of_a_wide_range_is_found(high):
    line = sampled_lines(schottky, 0.05, high, most=241)["C"]
    assert max(line.y) == pytest.approx(0.4392, abs=0.005)
    assert len(line.x) <= 241
    assert all(line.joined)


def test_straight_lines_between_the_points_of_a_line_lie_on_it():
    line = sampled_lines(schottky, 0.05, 3.0, most=241)["C"]
    x = np.linspace(0.05, 3.0, 5000)
    exact = np.array([schottky(T)["C"] for T in x])
    assert np.abs(np.interp(x, line.x, line.y) - exact).max() < 0.005 * max(line.y)


def test_too_few_points_are_not_joined():
    line = sampled_lines(lambda x: {"y": math.sin(40 * x)}, 1.0, 2.0, most=20)["y"]
    assert len(line.x) == 20
    assert not all(line.joined)


def test_a_constant_up_to_rounding_needs_no_further_points():
    calls = []

    def flat(x):
        calls.append(x)
        return {"y": 1.0 + 2e-16 * (len(calls) % 3)}

    line = sampled_lines(flat, 1.0, 2.0, most=241)["y"]
    assert len(calls) <= 25
    assert all(line.joined)


def test_what_is_nowhere_known_has_no_line():
    found = sampled_lines(lambda x: {"y": None, "z": x}, 1.0, 2.0, most=25)
    assert set(found) == {"z"}


def test_what_is_unknown_somewhere_leaves_a_gap():
    line = sampled_lines(lambda x: {"y": x if x > 1.5 else None}, 1.0, 2.0, most=25)[
        "y"
    ]
    assert math.isnan(line.y[0])
    assert line.y[-1] == 2.0
