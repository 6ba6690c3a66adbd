from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ellipe, ellipeinc

from spacewheat_sim.sandbox.biome.oval.layout import oval_layout
from spacewheat_sim.sandbox.geometry import Rect

AREAS = [Rect(0, 0, 288, 160), Rect(12, 40, 560, 320), Rect(5, 5, 400, 700)]


def distances(places):
    way = places[:, None] - places
    return np.hypot(way[..., 0], way[..., 1])[np.triu_indices(len(places), 1)]


@pytest.mark.parametrize("count", [1, 6, 22, 40, 60])
def test_the_area_of_a_bubble_is_in_proportion_to_its_population(count):
    layout = oval_layout(count, AREAS[1])
    populations = np.linspace(0.3, 1.0, count)
    radii = layout.radii(populations)
    larger = radii > layout.smallest

    assert larger.any()
    assert np.allclose(
        radii[larger] ** 2 / populations[larger], layout.largest**2, rtol=1e-12
    )
    assert layout.radii(np.zeros(count)) == pytest.approx(layout.smallest)
    assert layout.smallest >= 5.0


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("count", range(2, 61))
def test_no_two_bubbles_ever_overlap(count, area):
    layout = oval_layout(count, area)
    shares = np.linspace(0.0, 1.0, 101)
    both = layout.radii(shares) + layout.radii(1.0 - shares)

    assert both.max() < distances(layout.places).min()


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("count", [1, 2, 6, 22, 26, 27, 60])
def test_even_a_bubble_that_holds_everything_stays_inside_with_its_label(count, area):
    layout = oval_layout(count, area)
    full = layout.radii(np.ones(count))
    edge = full[:, None] + layout.places * 0
    low, high = layout.places - edge, layout.places + edge
    if layout.labeled:
        room = np.array([15, 6])
        labels = layout.label_places(full)
        low, high = (
            np.minimum(low, labels - room),
            np.maximum(high, labels + room),
        )

    assert (low >= (area.x, area.y)).all()
    assert (high <= (area.right, area.bottom)).all()


@pytest.mark.parametrize(
    ("count", "rings"), [(2, 1), (26, 1), (27, 2), (52, 2), (60, 3)]
)
def test_many_bubbles_go_on_further_ellipses(count, rings):
    layout = oval_layout(count, AREAS[1])

    assert len(layout.rings) == rings
    assert len(layout.places) == count
    x, y = (layout.places - layout.middle).T
    on = [
        np.abs((2 * x / ring.w) ** 2 + (2 * y / ring.h) ** 2 - 1) < 1e-9
        for ring in layout.rings
    ]
    assert (np.sum(on, axis=0) == 1).all()
    assert (np.diff(np.argmax(on, axis=0)) >= 0).all()  # the outermost comes first


@pytest.mark.parametrize("count", [3, 8, 22])
def test_bubbles_part_their_ellipse_into_arcs_of_equal_length(count):
    layout = oval_layout(count, AREAS[1])
    (ring,) = layout.rings
    a, b = ring.w / 2, ring.h / 2
    m = 1 - (b / a) ** 2
    x, y = (layout.places - layout.middle).T
    # Arc length of (a sin t, b cos t) from t = 0 is a·E(t | 1 − b²/a²).
    t = np.unwrap(np.arctan2(x / a, -y / b))
    arcs = a * np.diff(ellipeinc(t, m))

    assert arcs == pytest.approx(4 * a * ellipe(m) / count, rel=1e-3)


def test_a_single_bubble_is_in_the_middle():
    layout = oval_layout(1, AREAS[1])

    assert layout.places[0] == pytest.approx(AREAS[1].center)


def test_a_point_finds_the_bubble_that_it_lies_in():
    layout = oval_layout(22, AREAS[1])
    radii = layout.radii(np.full(22, 1 / 22))
    for i, (x, y) in enumerate(layout.places):
        assert layout.bubble_at(x, y, radii) == i
        assert layout.bubble_at(x + 0.9 * radii[i], y, radii) == i
    assert layout.bubble_at(*layout.middle, radii) is None


def test_bubbles_are_as_large_as_their_neighbors_let_them():
    layout = oval_layout(22, AREAS[1])

    nearest = distances(layout.places).min()
    assert 0.8 < layout.largest * math.sqrt(2) / nearest < 1.0
