from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from letter_measure import plain_canvas
from panel_checks import overlapping, sticking_out, texts

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.charts.strip_chart import (
    POINTS,
    Series,
    draw_strip,
    spread,
    thinned,
)
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Line, Polyline

AREA = Rect(10, 20, 400, 160)
TIMES = np.arange(0.0, 60.0, 0.1)


def chart(*series, times=TIMES, area=AREA, **how):
    canvas = plain_canvas()
    draw_strip(canvas, area, times, series, span=60.0, **how)
    return canvas


def of_kind(canvas, kind):
    return [shape for shape in canvas.shapes if isinstance(shape, kind)]


def test_the_line_rises_with_the_values():
    up = Series("up", TIMES / 60, palette.SKY)
    canvas = chart(up, limits=(0.0, 1.0))
    (line,) = of_kind(canvas, Polyline)
    (x0, y0), (x1, y1) = line.points[0], line.points[-1]
    low, *_, high = sorted(
        {s.y0 for s in of_kind(canvas, Line) if s.y0 == s.y1 and s.x1 - s.x0 > 50},
        reverse=True,
    )

    assert x1 > x0
    assert y0 == pytest.approx(low, abs=1.0)
    assert y1 == pytest.approx(high, abs=1.0)
    steps = np.diff(np.array(line.points), axis=0)
    assert steps[:, 1] / steps[:, 0] == pytest.approx((y1 - y0) / (x1 - x0), rel=1e-6)


def test_limits_hold_all_lines_and_their_exact_values():
    canvas = chart(
        Series("m", np.full(600, 0.5), palette.SKY, exact=0.8),
        Series("e", np.full(600, -1.5), palette.ORANGE, exact=-1.4),
    )
    dashes = [s for s in of_kind(canvas, Line) if s.x1 - s.x0 == pytest.approx(5.0)]

    assert len({dash.y0 for dash in dashes}) == 2
    assert all(AREA.y <= dash.y0 <= AREA.bottom for dash in dashes)


def test_a_line_is_right_where_its_exact_value_is():
    line = Series("m", np.full(600, 0.8), palette.SKY, exact=0.8)
    canvas = chart(line, limits=(0.0, 1.0))
    (drawn,) = of_kind(canvas, Polyline)
    dashes = [s for s in of_kind(canvas, Line) if s.x1 - s.x0 == pytest.approx(5.0)]

    assert dashes[0].y0 == pytest.approx(drawn.points[0][1])


def test_a_value_that_is_not_finite_leaves_a_gap():
    values = np.linspace(0.0, 1.0, 600)
    values[300:310] = math.nan
    lines = of_kind(chart(Series("x", values, palette.SKY)), Polyline)

    assert len(lines) == 2
    assert all(math.isfinite(y) for line in lines for _, y in line.points)


def test_what_is_older_than_the_chart_is_not_drawn():
    times = np.arange(0.0, 200.0, 0.5)
    canvas = chart(Series("x", times, palette.SKY), times=times)
    (line,) = of_kind(canvas, Polyline)
    scale = min(s.x0 for s in of_kind(canvas, Line))

    assert line.points[0][0] >= scale - 0.5


def test_thinned_lines_stand_still_as_time_goes_on():
    longer = np.arange(0.0, 90.0, 0.1)
    earlier = longer[thinned(longer[:850], 60.0)]
    later = longer[thinned(longer, 60.0)]
    both = (earlier > 31.0) & (earlier < 84.0)

    assert len(later) <= POINTS + 1
    assert set(earlier[both]) <= set(later)
    assert later[-1] == longer[-1]


@given(
    st.lists(st.floats(0.0, 100.0), min_size=1, max_size=12),
    st.floats(1.0, 8.0),
)
def test_spread_places_are_apart_in_order_and_inside(wanted, gap):
    places = spread(wanted, gap, 0.0, 100.0)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])

    assert all(-1e-9 <= place <= 100.0 + 1e-9 for place in places)
    assert all(places[b] - places[a] >= gap - 1e-9 for a, b in pairwise(order))


def test_names_that_have_room_stay_where_their_lines_end():
    assert spread([10.0, 40.0, 90.0], 12.0, 0.0, 100.0) == [10.0, 40.0, 90.0]


@pytest.mark.parametrize("size", [(300, 200), (200, 100), (900, 90), (150, 130)])
@pytest.mark.parametrize("count", [1, 3, 8])
def test_no_text_lies_on_another(count, size):
    area = Rect(5, 5, *size)
    series = [
        Series(f"a quantity {i}", np.full(600, 0.001 * i), color, exact=0.002)
        for i, color in enumerate(palette.SERIES[:count])
    ]
    canvas = chart(*series, area=area)

    assert overlapping(canvas) == []
    assert sticking_out(canvas, area) == []


def test_no_rows_and_no_lines_are_drawn_as_an_empty_chart():
    empty = np.empty(0)
    canvas = chart(Series("x", empty, palette.SKY), times=empty)

    assert of_kind(canvas, Polyline) == []
    assert "now" in texts(canvas)
    assert "now" in texts(chart(times=empty))
