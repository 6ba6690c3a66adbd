"""Labels are pushed apart as little as possible, and never reordered."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from spacewheat_sim.lab.figures.label_spread import spread_labels

wishes = st.lists(st.floats(-50, 150), min_size=1, max_size=60)


@given(wanted=wishes)
def test_labels_are_apart_within_bounds_and_in_order(wanted):
    gap = 1.5
    places = spread_labels(wanted, gap=gap, low=0.0, high=100.0)
    order = np.argsort(wanted, kind="stable")
    assert np.all(np.diff(places[order]) >= gap - 1e-9)
    assert places.min() >= -1e-9
    assert places.max() <= 100 + 1e-9


@given(wanted=wishes)
def test_too_little_room_is_shared_evenly(wanted):
    places = np.sort(spread_labels(wanted, gap=1000.0, low=0.0, high=10.0))
    assert places[0] >= 0
    assert places[-1] <= 10 + 1e-9
    if len(wanted) > 1:
        np.testing.assert_allclose(np.diff(places), 10 / (len(wanted) - 1))


def test_labels_with_room_stay_where_they_want_to_be():
    wanted = [9.0, 1.0, 5.0]
    np.testing.assert_allclose(
        spread_labels(wanted, gap=2.0, low=0.0, high=10.0), wanted
    )


def test_equal_wishes_keep_their_order_and_center():
    places = spread_labels([5.0, 5.0, 5.0], gap=1.0, low=0.0, high=10.0)
    np.testing.assert_allclose(places, [4.0, 5.0, 6.0])


def test_no_labels_give_no_places():
    assert spread_labels([], gap=1.0, low=0.0, high=1.0).shape == (0,)


@pytest.mark.parametrize("seed", range(5))
def test_no_other_places_are_nearer(seed):
    wanted = np.sort(np.random.default_rng(seed).uniform(-1, 6, 5))
    places = spread_labels(wanted, gap=1.0, low=0.0, high=6.0)
    best = minimize(
        lambda y: np.sum((y - wanted) ** 2),
        np.linspace(0.0, 6.0, 5),
        bounds=[(0.0, 6.0)] * 5,
        constraints={"type": "ineq", "fun": lambda y: np.diff(y) - 1.0},
    )
    assert np.sum((places - wanted) ** 2) <= best.fun + 1e-5
