from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from letter_measure import plain_canvas
from panel_checks import (
    SIZES,
    click,
    click_text,
    drawn,
    overlapping,
    session_of,
    sticking_out,
    texts,
)

from spacewheat_sim.engine.session.timeline.branch import Branch, Position
from spacewheat_sim.engine.world.commands import Collapse, EditIcon, Harvest, Measure
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.event_log.panel import EventLogPanel
from spacewheat_sim.sandbox.biome.river import courses
from spacewheat_sim.sandbox.biome.river import fan as river_fan
from spacewheat_sim.sandbox.biome.river.chart import most_important
from spacewheat_sim.sandbox.biome.river.courses import Course, Courses
from spacewheat_sim.sandbox.biome.river.panel import RiverPanel
from spacewheat_sim.sandbox.biome.river.window import TimeWindow
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Alt, Key, Moved, Pressed, Released, Wheeled
from spacewheat_sim.sandbox.shapes import Disc, Emoji, Line, Polyline, Ring, Text
from spacewheat_sim.sandbox.widgets.button import Button
from spacewheat_sim.sandbox.widgets.slider import Scale, Slider

WIDE, HIGH = 1200, 150


def played(seconds, name="forest", seed=3):
    session = session_of(name, seed)
    for _ in range(round(seconds * 10)):
        session.advance(0.1)
    return session


def shown(session):
    """Return the river of a session, and its frame."""
    panel = RiverPanel(session)
    return panel, drawn(panel, session, WIDE, HIGH)


def of_kind(canvas, kind):
    return [shape for shape in canvas.shapes if isinstance(shape, kind)]


def drag(panel, session, start, end):
    """Drag from one time to another, and draw."""
    window = panel._window
    y = window.plot.center[1]
    panel.handle(Pressed(window.x(start), y))
    panel.handle(Moved(window.x(end), y))
    panel.handle(Released(window.x(end), y))
    return drawn(panel, session, WIDE, HIGH)


# --- what it shows --------------------------------------------------------------------


def test_planted_emojis_come_first_and_then_the_most_populated():
    session = session_of("forest")
    reading = session.reading()
    rows = np.zeros((2, 22))
    rows[:, 7], rows[:, 20] = 0.4, 0.6
    found = most_important(reading, rows)
    planted = [e for axis in reading.axes[::-1] for e in (axis.north, axis.south)]

    assert found[:6] == list(dict.fromkeys(planted))[:6]
    assert {reading.emojis[20], reading.emojis[7]} <= set(found)
    free = replace(reading, axes=())
    assert most_important(free, rows)[:2] == [reading.emojis[20], reading.emojis[7]]
    assert len(found) == len(most_important(free, rows)) == 8


def test_a_line_ends_at_the_playhead_at_the_population_of_now():
    session = played(5, "two_level")
    panel, canvas = shown(session)
    lines = of_kind(canvas, Polyline)
    window = panel._window
    assert {line.color for line in lines} == set(palette.SERIES[:2])
    ends = {line.points[-1] for line in lines}
    now = window.x(session.world.time)
    assert [x for x, _ in ends] == pytest.approx([now] * len(ends), abs=2.5)
    heights = sorted((window.plot.bottom - y) / window.plot.h for _, y in ends)
    found = set(np.round(heights, 1))
    assert found == set(np.round(session.bath.populations(), 1))


def test_a_frame_without_a_new_row_costs_no_new_picture():
    session = played(5)
    panel, first = shown(session)
    second = drawn(panel, session, WIDE, HIGH)
    lines = [of_kind(canvas, Polyline) for canvas in (first, second)]
    assert all(a is b for a, b in zip(*lines, strict=True))
    session.advance(0.2)
    assert of_kind(drawn(panel, session, WIDE, HIGH), Polyline) != lines[0]


def test_its_last_minute_is_the_players_at_any_speed():
    session = session_of("two_level")
    session.clock.speed = 8.0
    panel, _ = shown(session)
    assert panel._window.span == pytest.approx(480.0)
    panel.handle(Wheeled(*panel._window.plot.center, 1.0))
    drawn(panel, session, WIDE, HIGH)
    assert panel._window.span == pytest.approx(240.0)


def test_there_is_a_mark_for_what_was_done_and_a_click_on_it_goes_there():
    session = played(2)
    session.do(Collapse(session.name, "🌳"))
    digest = session.world.digest()
    for _ in range(10):
        session.advance(0.1)
    panel, canvas = shown(session)
    x = panel._window.x(2.0)
    marks = [disc for disc in of_kind(canvas, Disc) if abs(disc.x - x) < 1.0]
    assert [disc.color for disc in marks] == [palette.YELLOW]
    canvas.pointer = (x, panel._places.lane.center[1])
    panel.draw(canvas, Rect(0, 0, WIDE, HIGH), session.reading())
    assert "collapsed" in canvas.hint[0]

    click(panel, x, panel._places.lane.center[1])
    assert session.world.digest() == digest
    assert session.clock.paused


def test_a_click_where_the_mark_of_an_earlier_life_was_goes_to_no_event():
    session = played(2)
    session.do(Collapse(session.name, "🌳"))
    session.advance(0.1)
    panel, _ = shown(session)
    x, y = panel._window.x(2.0), panel._places.lane.center[1]
    assert panel._chart.marks.at(x) is not None
    session.restart()
    assert panel._chart.marks.at(x) is None
    assert panel.handle(Pressed(x, y))
    assert session.past.is_past is False


@pytest.mark.parametrize("size", [(300, 200), (948, 104), *SIZES])
@pytest.mark.parametrize("name", ["forest", "two_level", "kitchen"])
def test_no_text_lies_on_another_and_names_are_apart(name, size):
    session = played(3, name)
    session.past.go_to_time(1.0)
    session.do(Collapse(session.name, session.bath.emojis[0]))
    session.past.go_to_time(0.5)
    canvas = plain_canvas(*size)
    area = Rect(0, 0, *size)
    RiverPanel(session).draw(canvas, area, session.reading())
    names = sorted(of_kind(canvas, Emoji), key=lambda shape: shape.y)

    assert overlapping(canvas) == []
    assert sticking_out(canvas, area) == []
    assert np.diff([shape.y for shape in names]).min(initial=99.0) >= 12.0
    assert all(area.contains(shape.x + 7, shape.y) for shape in names)


# --- going back -----------------------------------------------------------------------


def test_dragging_the_playhead_shows_the_past_as_it_was():
    session, known = session_of("forest"), []
    for _ in range(300):
        known.append(session.world.digest())
        session.step_once()
    mean = session.reading().mean
    panel, _ = shown(session)
    canvas = drag(panel, session, 5.0, 2.0)
    tick = session.world.tick_count
    assert tick == pytest.approx(120, abs=3)
    assert session.world.digest() == known[tick]
    assert any("Run plays it again" in text for text in texts(canvas))
    assert session.reading().mean is not None

    panel.handle(Key("end"))
    np.testing.assert_allclose(session.reading().mean, mean, atol=1e-5)


def test_arrows_step_through_the_past_while_paused():
    session = played(2)
    panel, _ = shown(session)
    assert not panel.handle(Key("left"))
    session.clock.paused = True
    assert panel.handle(Key("left"))
    assert session.world.tick_count == 119
    panel.handle(Key("left", shift=True))
    panel.handle(Key("right"))
    assert session.world.tick_count == 60
    panel.handle(Key("home"))
    assert session.world.tick_count == 0
    assert session.world.plots


def test_undo_goes_to_before_an_act_and_redo_to_after_it():
    session = played(1)
    before = session.world.digest()
    session.do(Collapse(session.name, "🌳"))
    after = session.world.digest()
    for _ in range(10):
        session.advance(0.1)
    now = session.world.digest()
    panel, _ = shown(session)
    panel.handle(Key("z", ctrl=True))
    assert session.world.digest() == before
    panel.handle(Key("z", ctrl=True, shift=True))
    assert session.world.digest() == after
    panel.handle(Key("z", ctrl=True, shift=True))
    assert session.world.digest() == now


def test_a_pull_of_a_slider_is_undone_as_one():
    session = played(1)
    icon = next(iter(session.icons.values()))
    before = session.world.digest()
    for number in range(5):
        session.do(EditIcon(icon.model_copy(update={"self_energy": number + 1.0})))
        session.step_once()
    session.past.undo()
    assert session.world.digest() == before


def test_the_axes_that_a_world_began_with_are_not_undone():
    told = []
    session = played(1)
    session.past._notice = told.append
    session.past.undo()
    assert "nothing to undo" in told[-1]
    assert session.world.plots


def test_a_restart_is_undone_into_the_world_before_it():
    session = played(2)
    digest = session.world.digest()
    assert not of_kind(shown(session)[1], Ring)
    session.restart(new_seed=True)
    session.advance(0.5)
    panel, canvas = shown(session)
    (mark,) = of_kind(canvas, Ring)
    assert mark.x == pytest.approx(panel._window.x(0.0))
    session.past.undo()
    assert session.world.digest() == digest


def test_acting_in_the_past_begins_a_branch_and_tab_swaps_them():
    session = played(3)
    old = session.world.digest()
    panel, _ = shown(session)
    drag(panel, session, 3.0, 1.0)
    session.do(Collapse(session.name, "🌳"))
    session.clock.paused = False
    for _ in range(20):
        session.advance(0.1)
    new = session.world.digest()
    canvas = drawn(panel, session, WIDE, HIGH)
    assert "2 of 2" in texts(canvas)
    faint = {palette.mix(palette.PANEL, color, 0.5) for color in palette.SERIES}
    assert faint & {line.color for line in of_kind(canvas, Polyline)}

    panel.handle(Key("tab"))
    panel.handle(Key("end"))
    assert session.world.digest() == old
    panel.handle(Key("tab"))
    panel.handle(Key("end"))
    assert session.world.digest() == new


def test_the_past_plays_again_until_the_present_and_on():
    session, other = played(3), played(3)
    session.past.go_to_time(1.0)
    heard = []
    session.listeners.append(heard.append)
    session.clock.paused = False
    events = list(session.events)
    for _ in range(30):
        session.advance(0.1)
    for _ in range(10):
        other.advance(0.1)
    assert session.world.digest() == other.world.digest()
    assert list(session.events) == list(other.events)
    assert [e for e in heard if e in events] == [
        e for e in events if e.event.time > 1.0
    ]


def test_branch_goes_on_without_what_was_done():
    session = played(1)
    session.do(Collapse(session.name, "🌳"))
    session.advance(0.5)
    panel, canvas = shown(session)
    panel.handle(Key("z", ctrl=True))
    click_text(panel, drawn(panel, session, WIDE, HIGH), "Branch")
    session.advance(1.0)
    assert session.world.digest() == played(2).world.digest()
    assert "Branch" not in texts(canvas)


def test_a_row_of_the_log_leads_to_its_moment_and_later_ones_are_faint():
    session = played(1)
    session.do(Collapse(session.name, "🌳"))
    digest = session.world.digest()
    session.advance(0.2)
    session.do(Collapse(session.name, "🌲"))
    log = EventLogPanel(session)
    first, second = (
        next(text for text in texts(drawn(log, session)) if emoji in text)
        for emoji in ("🌳", "🌲")
    )
    click_text(log, drawn(log, session), first)
    assert session.world.digest() == digest
    colors = {s.text: s.color for s in of_kind(drawn(log, session), Text)}
    assert colors[first] != colors[second] == palette.FAINT


# --- the populations of the past ------------------------------------------------------


def test_rows_of_a_branch_follow_those_of_its_parent():
    kept = Courses()
    trunk = Branch(1, None, Position(0, 0), end=60)
    twig = trunk.leave(Position(30, 0), 2)
    for branch, ticks in ((trunk, range(0, 61, 6)), (twig, range(30, 91, 6))):
        course = kept.begin(branch, ("🌾",))
        for tick in ticks:
            course.add(tick / 60, tick, ("🌾",), np.array([float(branch.number)]))
    times, ticks, values = kept.along(twig, ["🌾", "💀"], 0.0, 2.0)
    assert times == pytest.approx(ticks / 60)
    assert (np.diff(ticks) >= 0).all()
    assert values[:, 0].tolist() == [1.0] * 6 + [2.0] * 11
    assert not values[:, 1].any()


def test_emojis_that_join_were_not_there_before():
    course = Course(("🌾",))
    course.add(0.0, 0, ("🌾",), np.array([1.0]))
    course.add(0.1, 6, ("💀", "🌾"), np.array([0.25, 0.75]))
    course.add(0.2, 12, ("💀",), np.array([1.0]))
    values = course.values(["🌾", "💀"], slice(None))
    assert values.tolist() == [[1.0, 0.0], [0.75, 0.25], [0.0, 1.0]]


def test_a_long_course_keeps_every_other_row(monkeypatch):
    monkeypatch.setattr(courses, "MOST_ROWS", 100)
    course = Course(("🌾",))
    for n in range(1000):
        course.add(float(n), n, ("🌾",), np.array([n / 1000]))
    assert len(course) <= 100
    assert course.times[0] == 0.0
    assert course.times[-1] == 999.0
    assert course.values(["🌾"], slice(None))[:, 0] == pytest.approx(
        course.times / 1000
    )


@pytest.mark.parametrize("span", [0.9, 7.5, 60.0, 480.0, 3840.0, 1e5])
def test_the_labels_of_time_are_apart_and_inside(span):
    window = TimeWindow(Rect(40.0, 0.0, 1000.0, 50.0), 12.3, span)
    labels = window.labels()
    places = [window.x(time) for time in labels]
    assert len(labels) >= 2 or span < 1.0
    assert np.diff(places).min(initial=999.0) >= 89.0
    assert all(40.0 <= place <= 1040.0 for place in places)
    assert window.time(window.x(20.0)) == pytest.approx(20.0)


def test_the_playhead_is_a_line_at_the_present_time():
    session = played(5)
    panel, canvas = shown(session)
    x = panel._window.x(session.world.time)
    heads = [
        s for s in of_kind(canvas, Line) if s.x0 == s.x1 == pytest.approx(x, abs=3)
    ]
    assert heads


# --- the fan --------------------------------------------------------------------------


def fanned(session, act):
    """Return the river while Alt is held over something that does ``act``."""
    panel = RiverPanel(session)
    panel.handle(Alt(True))
    canvas = plain_canvas(WIDE, HIGH)
    canvas.would = act
    panel.draw(canvas, Rect(0, 0, WIDE, HIGH), session.reading())
    return panel, canvas


def test_alt_fans_out_what_may_come_and_does_nothing():
    session = played(2)
    digest = session.world.digest()
    panel, canvas = fanned(session, lambda: [Measure(1)])
    threads = [line for line in of_kind(canvas, Polyline) if line.alpha < 1.0]
    assert len(threads) == 2 * 64
    x = panel._window.x(2.0)
    assert all(line.points[0][0] == pytest.approx(x, abs=0.2) for line in threads)
    reach = panel._window.x(12.0)
    assert all(line.points[-1][0] == pytest.approx(reach, abs=0.2) for line in threads)
    assert session.world.digest() == digest

    panel.handle(Alt(False))
    canvas = drawn(panel, session, WIDE, HIGH)
    assert not [line for line in of_kind(canvas, Polyline) if line.alpha < 1.0]


def test_a_fan_is_made_once_for_one_act(monkeypatch):
    made = []
    session = played(1)
    fan_out = river_fan.fan_out
    monkeypatch.setattr(
        river_fan, "fan_out", lambda *given: made.append(given) or fan_out(*given)
    )
    panel, canvas = fanned(session, lambda: [Measure(1)])
    for act in ([Measure(1)], [Measure(1)], [Harvest(1)]):
        canvas.would = lambda act=act: act
        panel.draw(canvas, Rect(0, 0, WIDE, HIGH), session.reading())
    assert len(made) == 2


def test_an_act_that_would_be_refused_has_a_reason_in_place_of_a_fan():
    session = played(1)
    _, canvas = fanned(session, lambda: [Harvest(99)])
    assert any("99" in text for text in texts(canvas))
    assert not [line for line in of_kind(canvas, Polyline) if line.alpha < 1.0]


def test_buttons_and_sliders_tell_what_a_press_would_do():
    session = played(1)
    canvas = plain_canvas(300, 40)
    button = Button("M", list, would=lambda: [Measure(1)])
    slider = Slider("x", Scale(0.0, 2.0), lambda: 0.0, list, would=lambda v: [v])
    for widget, act in ((button, [Measure(1)]), (slider, None)):
        canvas.would = None
        canvas.pointer = 150.0, 20.0
        widget.draw(canvas, Rect(0, 0, 300, 40))
        assert act is None or canvas.would() == act
    (value,) = canvas.would()
    track = slider._track
    assert value == pytest.approx(2.0 * (150.0 - track.x) / track.w)
    canvas.would, canvas.pointer = None, (-1.0, 5.0)
    button.draw(canvas, Rect(0, 0, 300, 40))
    assert canvas.would is None
    assert session.world.tick_count == 60


def test_a_press_on_what_is_still_to_come_does_not_stop_the_world():
    """It did, and nothing said why; the playhead itself can be taken hold of."""
    session = played(3.0)
    panel, _ = shown(session)
    window, y = panel._window, panel._window.plot.center[1]
    session.clock.paused = False
    panel.handle(Pressed(window.x(30.0), y))
    panel.handle(Released(window.x(30.0), y))
    panel.advance()
    assert not session.clock.paused
    assert not session.past.is_past
    canvas = plain_canvas(WIDE, HIGH)
    canvas.pointer = window.x(30.0), y
    panel.draw(canvas, Rect(0, 0, WIDE, HIGH), session.reading())
    assert canvas.hint[0] == "30.0 s: still to come"

    drag(panel, session, 3.05, 1.0)
    panel.advance()
    assert session.past.is_past
    panel.handle(Pressed(window.x(30.0), y))  # from the past it leads to the end
    panel.handle(Released(window.x(30.0), y))
    panel.advance()
    assert not session.past.is_past
