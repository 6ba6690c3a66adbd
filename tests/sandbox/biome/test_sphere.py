from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from letter_measure import plain_canvas

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.sphere import BlochSphere
from spacewheat_sim.sandbox.shapes import Disc, Emoji, Globe, Line, Ring, Trail

SPHERE = BlochSphere(100.0, 80.0, 50.0)
NORTH, SOUTH, X, Y = (0, 0, 1), (0, 0, -1), (1, 0, 0), (0, 1, 0)

angles = st.floats(0.0, 2 * math.pi)


def drawn(kind, add):
    canvas = plain_canvas()
    add(canvas)
    return [shape for shape in canvas.shapes if isinstance(shape, kind)]


def arm(bloch, weight=1.0):
    """Return the line of the vector itself, which is the boldest."""
    lines = drawn(Line, lambda c: SPHERE.draw_vector(c, bloch, weight=weight))
    return max(lines, key=lambda line: line.width)


def test_north_is_straight_up_and_south_straight_down():
    (nx, ny), (sx, sy) = SPHERE.place(NORTH), SPHERE.place(SOUTH)

    assert nx == sx == 100.0
    assert ny < 80.0 < sy
    assert 80.0 - ny == pytest.approx(sy - 80.0)
    assert 80.0 - ny > 0.9 * 50.0


def test_x_and_y_are_told_apart():
    (xx, xy), (yx, yy) = SPHERE.place(X), SPHERE.place(Y)

    assert xx < 100.0 < yx
    assert min(xy, yy) > 80.0  # both on the near side, seen from above
    assert math.dist((xx, xy), (yx, yy)) > 50.0


def test_the_center_is_the_maximally_mixed_state():
    assert SPHERE.place((0, 0, 0)) == (100.0, 80.0)


@given(angles, angles, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_the_vector_is_the_shorter_the_more_mixed_the_state(theta, phi, a, b):
    direction = (
        math.sin(theta) * math.cos(phi),
        math.sin(theta) * math.sin(phi),
        math.cos(theta),
    )
    x, y = SPHERE.place(direction)
    full = math.dist((x, y), (100.0, 80.0))
    for share in (a, b):
        line = arm(tuple(share * part for part in direction))
        length = math.dist((line.x0, line.y0), (line.x1, line.y1))
        assert length == pytest.approx(share * full, abs=1e-9)


@given(angles, angles)
def test_nothing_reaches_beyond_the_globe(theta, phi):
    point = SPHERE.place(
        (
            math.sin(theta) * math.cos(phi),
            math.sin(theta) * math.sin(phi),
            math.cos(theta),
        )
    )
    assert math.dist(point, (100.0, 80.0)) <= 50.0 * (1 + 1e-12)


def test_the_vector_ends_where_its_place_is_and_is_bolder_with_more_behind_it():
    faint, bold = arm((0.6, 0.0, 0.8), 0.1), arm((0.6, 0.0, 0.8), 0.9)

    assert (bold.x0, bold.y0) == (100.0, 80.0)
    assert (bold.x1, bold.y1) == SPHERE.place((0.6, 0.0, 0.8))
    assert bold.width > faint.width
    assert bold.color != faint.color


def test_a_tip_on_the_far_side_is_a_ring_and_on_the_near_side_a_disc():
    near = drawn((Disc, Ring), lambda c: SPHERE.draw_vector(c, X))
    far = drawn((Disc, Ring), lambda c: SPHERE.draw_vector(c, (-1, 0, 0)))

    assert [type(shape) for shape in near] == [Disc]
    assert [type(shape) for shape in far] == [Disc, Ring]  # hollow: ground and rim
    assert far[0].color == palette.PANEL != near[0].color


def test_a_trail_runs_from_the_oldest_to_the_newest():
    way = np.array([X, (0.0, 0.6, 0.8), NORTH])
    (trail,) = drawn(Trail, lambda c: SPHERE.draw_trail(c, way))

    assert list(trail.points) == [pytest.approx(SPHERE.place(b)) for b in way]


def test_a_leap_that_cannot_be_seen_is_not_drawn():
    assert drawn(Line, lambda c: SPHERE.draw_leap(c, NORTH, NORTH, 1.0)) == []
    (leap,) = drawn(Line, lambda c: SPHERE.draw_leap(c, NORTH, SOUTH, 0.4))
    assert (leap.x0, leap.y0, leap.x1, leap.y1) == (
        *SPHERE.place(NORTH),
        *SPHERE.place(SOUTH),
    )
    assert leap.alpha == 0.4


def test_the_globe_is_where_the_vectors_are():
    (globe,) = drawn(Globe, SPHERE.draw_globe)

    assert (globe.x, globe.y, globe.r) == SPHERE


@pytest.mark.parametrize("z", [-1.0, -0.5, 0.0, 0.5, 1.0])
def test_the_likelier_pole_is_the_more_opaque_and_none_vanishes(z):
    north, south = drawn(Emoji, lambda c: SPHERE.draw_poles(c, "☀", "🌙", z, size=20.0))

    assert (north.emoji, south.emoji) == ("☀", "🌙")
    assert north.y + 10.0 <= SPHERE.y - SPHERE.r
    assert south.y - 10.0 >= SPHERE.y + SPHERE.r
    assert (north.alpha > south.alpha) == (z > 0)
    assert min(north.alpha, south.alpha) >= 0.3
    assert max(north.alpha, south.alpha) <= 1.0
    if z == 1.0:
        assert north.alpha == 1.0
