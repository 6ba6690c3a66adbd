from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from letter_measure import plain_canvas, pointed_canvas
from panel_checks import (
    SIZES,
    drawn,
    overlapping,
    session_without_axes,
    sticking_out,
    texts,
)

from spacewheat_sim.assets.atlas import atlas_emojis
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.bars import BarsPanel, scale_top
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Emoji, Fill, Line

MEADOW = ("🌾", "🐇", "🐺", "🍂")
AREA = Rect(0, 0, 400, 200)
POPULATIONS = np.array([0.6, 0.3, 0.1, 0.0])


def of_kind(canvas, kind):
    return [shape for shape in canvas.shapes if isinstance(shape, kind)]


def bars(canvas, color=palette.SKY):
    return [fill.rect for fill in of_kind(canvas, Fill) if fill.color == color]


def meadow(mean, populations=POPULATIONS):
    session = session_without_axes(*MEADOW)
    reading = replace(session.reading(), populations=populations, mean=mean)
    panel = BarsPanel(Selection())
    canvas = plain_canvas()
    panel.draw(canvas, AREA, reading)
    return canvas


def test_bars_stand_in_basis_order_as_high_as_the_populations():
    found = bars(meadow(mean=None))
    heights = np.array([bar.h for bar in found])

    assert [bar.x for bar in found] == sorted(bar.x for bar in found)
    assert heights / heights[0] == pytest.approx(POPULATIONS / POPULATIONS[0])
    assert len({round(bar.bottom, 6) for bar in found}) == 1


def test_each_bar_stands_over_its_emoji():
    canvas = meadow(mean=None)

    for bar, tick in zip(bars(canvas), of_kind(canvas, Emoji), strict=True):
        assert bar.center[0] == pytest.approx(tick.x)
        assert tick.y - tick.size / 2 >= bar.bottom
    assert [tick.emoji for tick in of_kind(canvas, Emoji)] == list(MEADOW)


def test_the_height_of_a_marker_is_the_mean():
    mean = np.array([0.1, 0.25, 0.2, 0.3])
    canvas = meadow(mean=mean, populations=mean[::-1])  # the scale ends at 50%
    markers = [line for line in of_kind(canvas, Line) if line.width == 2.0]
    first = bars(canvas)[0]

    scale = first.h / 0.3
    heights = np.array([first.bottom - marker.y0 for marker in markers])
    assert heights / scale == pytest.approx(mean)


def test_the_end_of_the_scale_is_said_in_percent():
    canvas = meadow(mean=None)
    high = max(of_kind(canvas, Line), key=lambda line: -line.y0)
    first = bars(canvas)[0]

    assert [text for text in texts(canvas) if "%" in text] == ["0%", "50%", "100%"]
    assert first.h / (first.bottom - high.y0) == pytest.approx(0.6)


def test_the_scale_grows_at_once_and_shrinks_late():
    tops = [1.0]
    for largest in (0.2, 0.17, 0.1, 0.06, 0.11, 0.6):
        tops.append(scale_top(tops[-1], largest))

    assert tops[1:] == [0.5, 0.25, 0.25, 0.1, 0.25, 1.0]


def test_the_pointer_on_a_bar_points_at_its_emoji_everywhere():
    session = session_without_axes(*MEADOW)
    selection = Selection()
    panel = BarsPanel(selection)
    wolf = bars(drawn(panel, session, 400, 200))[2]

    def under(*pointer):
        canvas = pointed_canvas(*pointer, 400, 200)
        return panel.emoji_under(canvas, canvas.area, MEADOW)

    selection.hovered = under(wolf.center[0], 60)
    assert selection.hovered == "🐺"
    canvas = drawn(panel, session, 400, 200)
    assert bars(canvas, palette.WHITE) == [wolf]
    assert texts(canvas)[-1] == "25%"
    assert under(1000, 1000) is None


@pytest.mark.parametrize("size", [(300, 200), (285, 130), *SIZES])
@pytest.mark.parametrize("count", [1, 22, 60])
def test_emojis_and_numbers_never_overlap(count, size):
    known = [emoji for emoji in atlas_emojis() if emoji != "🌾"]
    session = session_without_axes(*known[: count - 1], "🌾")
    selection = Selection()
    selection.hovered = "🌾"
    canvas = drawn(BarsPanel(selection), session, *size)
    ticks = of_kind(canvas, Emoji)

    assert overlapping(canvas) == []
    assert sticking_out(canvas, Rect(0, 0, *size)) == []
    assert all(9.0 <= tick.size <= 20.0 for tick in ticks)
    for number, one in enumerate(ticks):
        for other in ticks[:number]:
            apart = max(abs(one.x - other.x), abs(one.y - other.y))
            assert apart >= 0.99 * max(one.size, other.size)
    assert all(tick.y + tick.size / 2 <= size[1] for tick in ticks)


def test_sixty_emojis_all_have_a_tick_where_the_window_is_usual():
    session = session_without_axes(*atlas_emojis()[:60])
    canvas = drawn(BarsPanel(Selection()), session, 380, 165)

    assert len(of_kind(canvas, Emoji)) == 60
