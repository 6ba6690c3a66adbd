from __future__ import annotations

import pytest
from letter_measure import plain_canvas
from panel_checks import (
    SIZES,
    click_text,
    drawn,
    overlapping,
    session_of,
    session_without_axes,
    sticking_out,
    texts,
)

from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.world.commands import Collapse, Measure, Plant
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.event_log.panel import EventLogPanel
from spacewheat_sim.sandbox.biome.session.edits import edit_icon
from spacewheat_sim.sandbox.biome.session.happenings import EVENTS_KEPT
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Wheeled
from spacewheat_sim.sandbox.shapes import Disc, Fill, Text

EMPTY = ("☀", "🌙", "🌾")


def quiet():
    """Return a session in which nothing happens by itself."""
    return session_without_axes(*EMPTY, initial={"emoji": "☀"})


def jump(session, time, source="☀", target="🌙"):
    event = Jumped(time, source, target, source)
    session.events.append(WorldEvent(int(time * 60), event, session.name))


def many_jumps(session, count):
    for number in range(count):
        jump(session, number, *(EMPTY[:2] if number % 2 else EMPTY[1:]))


def times(canvas):
    return [s.text for s in canvas.shapes if isinstance(s, Text) and s.align == "right"]


def test_an_empty_log_says_so():
    session = quiet()

    assert texts(drawn(EventLogPanel(session), session)) == [
        "What happened",
        "Nothing has happened yet.",
    ]


def test_the_newest_event_is_the_last_and_each_has_time_kind_and_text():
    session = quiet()
    panel = EventLogPanel(session)
    session.plant("☀", "🌙")
    jump(session, 1.25)

    canvas = drawn(panel, session)
    assert texts(canvas) == [
        "What happened",
        "0.00", "plant", "☀/🌙 planted", "1.25", "jump", "☀ became 🌙",
    ]  # fmt: skip
    marks = [shape.color for shape in canvas.shapes if isinstance(shape, Disc)]
    assert len(set(marks)) == 2


def test_a_refused_command_stands_out_with_its_whole_reason():
    session = quiet()
    panel = EventLogPanel(session)
    session.do(Plant(session.name, 1, "☀", "☀"), Measure("nowhere"))
    reasons = [event.event.reason for event in session.events]

    canvas = drawn(panel, session, 280, 160)

    shown = " ".join(texts(canvas))
    for reason in reasons:
        for word in reason.split():
            assert word in shown
    grounds = [s for s in canvas.shapes if isinstance(s, Fill)][1:]
    assert len(grounds) == 2
    assert all(ground.color != palette.PANEL for ground in grounds)
    wide = drawn(panel, session, 900, 160)
    assert texts(wide).count("refused") == 2


def test_the_same_again_counts_and_takes_no_new_line():
    session = quiet()
    panel = EventLogPanel(session)
    drawn(panel, session)
    for time in (1.0, 2.0, 3.0):
        jump(session, time)
        drawn(panel, session)
    jump(session, 4.0, "☀", "🌾")

    assert texts(drawn(panel, session)) == [
        "What happened",
        "3.00", "jump", "☀ became 🌙  ×3", "4.00", "jump", "☀ became 🌾",
    ]  # fmt: skip


def test_what_is_above_a_restart_is_faint_and_is_not_counted_on():
    session = session_of("forest_small")
    panel = EventLogPanel(session)
    session.restart()
    canvas = drawn(panel, session)
    rows = [s for s in canvas.shapes if isinstance(s, Text)]
    (restart,) = [s for s in rows if s.text == "restarted with the same seed, 3"]
    planted = [s for s in rows if s.text.endswith("planted")]
    assert planted
    for row in planted:
        assert (row.color == palette.FAINT) is (row.y < restart.y)
    assert {row.y < restart.y for row in planted} == {True, False}


def test_long_lines_are_shortened():
    session = quiet()
    panel = EventLogPanel(session)
    jump(session, 1.0, "a very long word " * 9)

    canvas = drawn(panel, session, 280, 160)
    assert texts(canvas)[-1].endswith("…")
    assert sticking_out(canvas, canvas.area) == []


def test_it_follows_the_events_until_it_is_scrolled_up_and_again_after_a_click():
    session = quiet()
    panel = EventLogPanel(session)
    many_jumps(session, 40)

    assert times(drawn(panel, session, 512, 160))[-1] == "39.00"
    assert panel.handle(Wheeled(100, 80, 2))
    before = drawn(panel, session, 512, 160)
    assert times(before)[-1] == "33.00"
    jump(session, 40.0, "🌙", "☀")
    jump(session, 41.0, "🌾", "☀")
    after = drawn(panel, session, 512, 160)
    assert times(after) == times(before)

    click_text(panel, after, "▾ 8 newer")
    assert times(drawn(panel, session, 512, 160))[-1] == "41.00"


def test_the_wheel_ends_at_the_oldest_and_at_the_newest_event():
    session = quiet()
    panel = EventLogPanel(session)
    many_jumps(session, 40)
    drawn(panel, session, 512, 160)

    panel.handle(Wheeled(100, 80, 100))
    assert times(drawn(panel, session, 512, 160))[0] == "0.00"
    panel.handle(Wheeled(100, 80, -100))
    assert times(drawn(panel, session, 512, 160))[-1] == "39.00"
    assert not panel.handle(Wheeled(600, 80, 1))


def test_of_very_many_events_the_last_are_kept_and_few_are_built():
    session = quiet()
    panel = EventLogPanel(session)
    many_jumps(session, 20)
    drawn(panel, session)
    many_jumps(session, 3 * EVENTS_KEPT)

    canvas = drawn(panel, session, 512, 160)
    assert times(canvas)[-1] == f"{3 * EVENTS_KEPT - 1:.2f}"
    assert len(canvas.shapes) < 60


@pytest.mark.parametrize("size", [*SIZES, (200, 60)])
@pytest.mark.parametrize("scrolled", [0, 1])
def test_texts_neither_overlap_nor_leave_the_panel(size, scrolled):
    session = session_of("forest")
    panel = EventLogPanel(session)
    many_jumps(session, 20)
    session.do(Collapse(session.name, "🐋"), Measure("nowhere"))
    edit_icon(session, session.icons["🐺"])
    drawn(panel, session, *size)
    panel.handle(Wheeled(50, 30, scrolled))

    canvas = drawn(panel, session, *size)
    assert overlapping(canvas) == []
    assert sticking_out(canvas, canvas.area) == []


def test_a_reason_that_is_higher_than_the_log_is_shortened():
    session = quiet()
    panel = EventLogPanel(session)
    many_jumps(session, 5)
    session.do(Measure("nowhere, " * 20))
    for height in (92, 60, 40):
        canvas = drawn(panel, session, 254, height)
        rows = [s for s in canvas.shapes if isinstance(s, Text) and s.x > 40]
        heading = 24 if "What happened" in texts(canvas) else 0
        assert all(heading < row.y - 6 and row.y + 6 < height for row in rows), height
        assert any(row.text.endswith("…") for row in rows)
    grounds = [s.rect for s in canvas.shapes if isinstance(s, Fill)][1:]
    assert all(ground.y >= 0 and ground.bottom <= height for ground in grounds)


def test_it_fits_no_room_at_all():
    session = session_of("forest")
    panel = EventLogPanel(session)
    for w, h in ((0, 0), (40, 20)):
        canvas = plain_canvas()
        panel.draw(canvas, Rect(10, 10, w, h), session.reading())
        assert sticking_out(canvas, canvas.area) == []


def test_a_log_that_shows_all_of_its_events_is_not_scrolled():
    session = quiet()
    panel = EventLogPanel(session)
    many_jumps(session, 3)
    before = drawn(panel, session)
    panel.handle(Wheeled(50, 30, 2.0))
    assert drawn(panel, session).shapes == before.shapes
