from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from letter_measure import plain_canvas
from panel_checks import SIZES, drawn, overlapping, session_of, sticking_out

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.strip import StripPanel, most_important
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Emoji, Polyline

AREA = Rect(0, 0, 400, 200)


def of_kind(canvas, kind):
    return [shape for shape in canvas.shapes if isinstance(shape, kind)]


def played(seconds, name="forest"):
    session = session_of(name)
    for _ in range(round(seconds * 10)):
        session.advance(0.1)
    return session


def test_planted_emojis_come_first_and_then_the_most_populated():
    session = session_of("forest")
    reading = session.reading()
    rows = np.zeros((2, 22))
    rows[:, 7], rows[:, 20] = 0.4, 0.6
    shown = most_important(reading, rows)
    planted = [e for axis in reading.axes for e in (axis.north, axis.south)]

    assert shown[: len(set(planted))] == list(dict.fromkeys(planted))
    free = replace(reading, axes=())
    assert most_important(free, rows)[:2] == [reading.emojis[20], reading.emojis[7]]
    assert len(shown) == len(most_important(free, rows)) == 8


def test_there_is_a_line_of_its_own_color_for_each_emoji_with_its_name():
    session = played(5)
    canvas = drawn(StripPanel(session), session, 400, 200)
    lines, names = of_kind(canvas, Polyline), of_kind(canvas, Emoji)

    assert len(names) == 8
    assert {line.color for line in lines} == set(palette.SERIES)


def test_lines_end_now_at_the_populations_of_the_last_row():
    session = played(5)
    canvas = drawn(StripPanel(session), session, 400, 200)
    lines = of_kind(canvas, Polyline)
    ends = sorted(line.points[-1][1] for line in lines)
    shown = most_important(session.reading(), session.history.rows)
    column = [session.bath.emojis.index(emoji) for emoji in shown]
    last = np.sort(session.history.rows[-1, column])[::-1]

    assert len({line.points[-1][0] for line in lines}) == 1
    slope = (ends[-1] - ends[0]) / (last[0] - last[-1])
    assert (np.array(ends) - ends[0]) / slope == pytest.approx(last[0] - last)


def test_an_emoji_keeps_its_color_while_it_is_shown():
    session = session_of("two_level")
    panel = StripPanel(session)

    def colors(first):
        rows = np.tile([first, 1 - first], (3, 1))
        panel._give_places(most_important(replace(session.reading(), axes=()), rows))
        return list(panel._places)

    assert colors(0.9) == colors(0.1)


def test_a_frame_without_a_new_row_costs_no_new_picture():
    session = played(5)
    panel = StripPanel(session)
    first, second = (drawn(panel, session, 400, 200) for _ in range(2))

    assert all(a is b for a, b in zip(first.shapes, second.shapes, strict=True))
    session.advance(0.2)
    assert drawn(panel, session, 400, 200).shapes != first.shapes


def test_a_restart_begins_an_empty_chart():
    session = played(5)
    panel = StripPanel(session)
    drawn(panel, session, 400, 200)
    session.restart()

    assert of_kind(drawn(panel, session, 400, 200), Polyline) == []


@pytest.mark.parametrize("size", [(300, 200), (285, 130), *SIZES])
@pytest.mark.parametrize("name", ["forest", "two_level", "kitchen"])
def test_no_text_lies_on_another_and_names_are_apart(name, size):
    session = played(3, name)
    canvas = plain_canvas(*size)
    area = Rect(0, 0, *size)
    StripPanel(session).draw(canvas, area, session.reading())
    names = sorted(of_kind(canvas, Emoji), key=lambda shape: shape.y)

    assert overlapping(canvas) == []
    assert sticking_out(canvas, area) == []
    heights = [shape.y for shape in names]
    assert np.diff(heights).min(initial=99.0) >= 12.0
    assert all(area.contains(shape.x + 7, shape.y) for shape in names)
