from __future__ import annotations

import math

import pytest
from letter_measure import plain_canvas
from panel_checks import (
    BUILTIN,
    SIZES,
    click,
    click_text,
    drawn,
    overlapping,
    plant_many,
    session_of,
    session_without_axes,
    sticking_out,
    texts,
)

from spacewheat_sim.engine.bath.events import Measured
from spacewheat_sim.engine.world.commands import Collapse, Remove
from spacewheat_sim.engine.world.events import Harvested, Removed
from spacewheat_sim.sandbox.biome.axes.panel import AxesPanel
from spacewheat_sim.sandbox.biome.screen import BiomeScreen
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Key, Pressed, Wheeled
from spacewheat_sim.sandbox.shapes import Emoji, Globe, Glow, Line, Outline, Trail

ROOM = (900, 700)


def axes_of(session):
    panel = AxesPanel(session)
    session.listeners.append(panel.note)
    return panel


def happenings(session, kind):
    return [event for event in session.events if isinstance(event.event, kind)]


def shapes(canvas, kind):
    return [shape for shape in canvas.shapes if isinstance(shape, kind)]


def test_without_an_axis_it_says_how_to_plant_one():
    session = session_without_axes("☀", "🌙")
    canvas = drawn(axes_of(session), session)

    assert "plant an axis" in " ".join(texts(canvas))


def test_a_press_on_an_axis_that_went_since_it_was_drawn_does_nothing():
    session = session_of("forest")
    panel = axes_of(session)
    drawn(panel, session, *ROOM)
    plot = panel.chosen
    place = panel._places[plot]
    session.do(Remove(plot))

    assert not panel.handle(Key("f2"))
    chosen = panel.chosen
    assert panel.handle(Pressed(*place.center))
    assert panel.chosen == chosen
    assert plot not in session.world.plots
    assert panel.chosen in session.world.plots


def test_each_planted_axis_has_a_sphere_with_its_poles():
    session = session_of("forest")
    canvas = drawn(axes_of(session), session, *ROOM)

    emojis = [shape.emoji for shape in shapes(canvas, Emoji)]
    assert len(shapes(canvas, Globe)) == len(session.world.plots) == 4
    assert emojis == [
        e for p in session.world.plots.values() for e in (p.north, p.south)
    ]


def test_the_numbers_are_degrees_and_the_root_of_the_share():
    session = session_without_axes(
        "☀", "🌙", "🌾", "💀", initial={"weights": {"☀": 0.75, "🌙": 0.25}}
    )
    session.plant("☀", "🌙")
    session.plant("🌾", "☀")
    found = texts(drawn(axes_of(session), session, *ROOM))

    # p_n = 3/4 of an axis that holds all: θ = 2 arccos √(3/4) = 60°
    assert found[:3] == ["θ 60°", "φ 0°", "r 1.00"]
    # the north pole is empty: θ = 180°, and the axis holds 3/4
    assert [t for t in found if t[:2] in ("θ ", "φ ", "r ")][3:6] == [
        "θ 180°",
        "φ 0°",
        "r 0.87",
    ]


def test_an_axis_that_holds_nothing_says_so():
    session = session_without_axes("☀", "🌙", "🌾", initial={"emoji": "🌾"})
    session.plant("☀", "🌙")
    canvas = drawn(axes_of(session), session, *ROOM)

    assert "empty" in texts(canvas)
    assert not [text for text in texts(canvas) if text.startswith("θ")]


def test_the_trail_ends_at_the_tip():
    session = session_of("two_level")
    session.plant("🌕", "🌑")
    for _ in range(20):
        session.advance(1 / 60)
    canvas = drawn(axes_of(session), session, *ROOM)

    trail = shapes(canvas, Trail)[0]
    tip = max(shapes(canvas, Line), key=lambda line: line.width)
    assert len(trail.points) == 20
    assert trail.points[-1] == pytest.approx((tip.x1, tip.y1))
    assert math.dist(trail.points[0], trail.points[-1]) > 5.0


@pytest.mark.parametrize(
    ("kind", "strength"), [("game", 0.3), ("weak", 0.9), ("projective", None)]
)
def test_measure_makes_one_measurement_of_the_sessions_kind(kind, strength):
    session = session_of("forest")
    session.measuring.kind = kind
    if strength is not None:
        session.measuring.strengths[kind] = strength
    panel = axes_of(session)

    click_text(panel, drawn(panel, session, *ROOM), "measure", 2)

    (event,) = happenings(session, Measured)
    assert event.plot == 3
    assert event.event.kind == kind
    if strength is not None:
        assert event.event.strength == strength


def test_harvest_fills_the_inventory_and_frees_the_plot():
    session = session_of("forest")
    axis = session.world.plots[2]
    session.world.obey([Collapse(axis.biome, axis.north)])
    panel = axes_of(session)

    click_text(panel, drawn(panel, session, *ROOM), "harvest", 1)

    (event,) = happenings(session, Harvested)
    assert event.plot == 2
    assert dict(session.world.inventory) == {event.event.outcome: event.event.amount}
    assert list(session.world.plots) == [1, 3, 4]


def test_remove_frees_the_plot_and_leaves_the_state():
    session = session_of("forest")
    panel = axes_of(session)
    before = session.bath.state.copy()

    click_text(panel, drawn(panel, session, *ROOM), "remove", 0)

    assert [event.plot for event in happenings(session, Removed)] == [1]
    assert (session.bath.state == before).all()


@pytest.mark.parametrize(
    ("key", "kind"), [("m", Measured), ("h", Harvested), ("x", Removed)]
)
def test_keys_act_on_the_chosen_axis_only(key, kind):
    session = session_of("forest")
    panel = axes_of(session)
    told = []
    session.notice = told.append
    canvas = drawn(panel, session, *ROOM)
    panel.handle(Key("escape"))
    assert panel.handle(Key(key))
    assert happenings(session, kind) == []
    assert "No axis is chosen" in told[-1]
    globe = shapes(canvas, Globe)[1]

    assert click(panel, globe.x, globe.y)
    assert panel.handle(Key(key))

    assert [event.plot for event in happenings(session, kind)] == [2]


@pytest.mark.parametrize("key", ["m", "h", "x", "left"])
def test_a_key_says_why_it_cannot_act_where_there_is_no_axis(key):
    session = session_without_axes("☀", "🌙")
    told = []
    session.notice = told.append

    assert axes_of(session).handle(Key(key))
    assert told == ["Click two bubbles to plant an axis: first north, then south."]


def test_a_planted_axis_is_the_chosen_one_even_where_it_is_not_drawn():
    session = session_of("forest")
    panel = axes_of(session)
    (planted,) = session.plant(*session.bath.emojis[:2])
    panel.handle(Key("m"))

    assert [event.plot for event in happenings(session, Measured)] == [planted.plot]


def test_where_the_chosen_axis_goes_its_neighbor_is_chosen():
    session = session_of("forest")
    panel = axes_of(session)
    for _ in tuple(session.world.plots):
        panel.handle(Key("x"))

    assert [event.plot for event in happenings(session, Removed)] == [1, 2, 3, 4]


def test_arrow_keys_move_the_choice_over_the_grid():
    session = session_of("forest")
    panel = axes_of(session)

    def chosen():
        canvas = drawn(panel, session, *ROOM)
        places = [s.rect for s in shapes(canvas, Outline) if s.width == 2.0]
        globes = shapes(canvas, Globe)
        return [i for p in places for i, g in enumerate(globes) if p.contains(g.x, g.y)]

    assert chosen() == [0]
    panel.handle(Key("escape"))
    assert chosen() == []
    for key, place in (("right", 0), ("right", 1), ("down", 3), ("left", 2), ("up", 0)):
        assert panel.handle(Key(key))
        assert chosen() == [place]
    panel.handle(Key("up"))
    assert chosen() == [0]
    assert panel.handle(Key("escape"))
    assert chosen() == []


def test_a_collapse_flashes_and_every_axis_leaps_until_it_has_faded():
    session = session_of("forest")
    panel = axes_of(session)
    still = drawn(panel, session, *ROOM)
    session.do(Collapse(session.name, "🌿"))

    panel.advance(0.1)
    fresh = drawn(panel, session, *ROOM)
    panel.advance(0.3)
    stale = drawn(panel, session, *ROOM)
    panel.advance(0.2)
    gone = drawn(panel, session, *ROOM)

    def leaps(canvas):
        return [s for s in shapes(canvas, Line) if s.alpha < 1.0]

    assert leaps(still) == leaps(gone) == []
    assert len(shapes(fresh, Glow)) == 1
    assert 0.0 < leaps(stale)[0].alpha < leaps(fresh)[0].alpha < 1.0
    assert len(leaps(fresh)) == 4  # three hold nothing any more: to the center


def test_a_leap_leads_from_the_old_tip_to_the_new():
    session = session_without_axes("☀", "🌙")
    session.plant("☀", "🌙")
    session.measuring.kind = "projective"
    panel = axes_of(session)
    before = drawn(panel, session, *ROOM)
    click_text(panel, before, "measure")
    panel.advance(0.1)
    after = drawn(panel, session, *ROOM)

    (leap,) = [s for s in shapes(after, Line) if s.alpha < 1.0]
    old, new = (
        max(
            (s for s in shapes(canvas, Line) if s.alpha == 1.0),
            key=lambda line: line.width,
        )
        for canvas in (before, after)
    )
    assert (leap.x0, leap.y0) == (old.x1, old.y1)
    assert (leap.x1, leap.y1) == (new.x1, new.y1)


def test_a_harvested_axis_stays_in_sight_for_a_moment_and_cannot_be_touched():
    session = session_of("forest")
    axis = session.world.plots[2]
    session.world.obey([Collapse(axis.biome, axis.north)])
    panel = axes_of(session)
    click_text(panel, drawn(panel, session, *ROOM), "harvest", 1)

    canvas = drawn(panel, session, *ROOM)
    (event,) = happenings(session, Harvested)
    outcome, amount = event.event.outcome, event.event.amount
    assert f"{outcome} harvested: {amount:g}" in texts(canvas)
    assert len(shapes(canvas, Globe)) == 4
    assert texts(canvas).count("measure") == 3
    panel.advance(2.0)
    assert len(shapes(drawn(panel, session, *ROOM), Globe)) == 3


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [1, 2, 5, 12, 30])
def test_texts_neither_overlap_nor_leave_the_panel(size, count):
    session = session_of("forest")
    for plot in list(session.world.plots)[count:]:
        session.do(Remove(plot))
    plant_many(session, count)
    panel = axes_of(session)
    for pointer in (None, (60, 60)):
        canvas = drawn(panel, session, *size, pointer=pointer)
        assert overlapping(canvas) == []
        assert sticking_out(canvas, canvas.area) == []


@pytest.mark.parametrize("size", [(384, 300), (512, 420), (1280, 170)])
def test_the_spheres_stand_apart_inside_the_panel(size):
    session = session_of("forest")
    plant_many(session, 12)
    globes = shapes(drawn(axes_of(session), session, *size), Globe)

    for i, one in enumerate(globes):
        assert one.r >= 19.0
        assert one.r <= one.x <= size[0] - one.r
        for other in globes[:i]:
            assert math.dist((one.x, one.y), (other.x, other.y)) > one.r + other.r


def test_more_axes_than_fit_are_scrolled_to_by_wheel_and_by_keys():
    session = session_of("forest")
    plant_many(session, 30)
    panel = axes_of(session)

    def first_globe():
        canvas = drawn(panel, session, 280, 160)
        return canvas, shapes(canvas, Globe)

    _, top = first_globe()
    assert panel.handle(Wheeled(100, 80, -1))
    _, scrolled = first_globe()
    assert scrolled[0].y < top[0].y
    panel.handle(Key("left"))  # the last axis
    first_globe()
    canvas, _ = first_globe()
    outline = [s.rect for s in shapes(canvas, Outline) if s.width == 2.0]
    assert len(outline) == 1
    assert outline[0].y >= 0
    assert outline[0].bottom <= 160


def test_no_axis_moves_under_the_hand_until_the_pointer_leaves():
    session = session_of("forest")
    panel = axes_of(session)
    canvas = drawn(panel, session, *ROOM, pointer=(60, 60))
    before = [(g.x, g.y) for g in shapes(canvas, Globe)]
    session.do(Remove(1))
    canvas = drawn(panel, session, *ROOM, pointer=(60, 60))
    assert [(g.x, g.y) for g in shapes(canvas, Globe)] == before[1:]
    assert not click(panel, *before[0])

    canvas = drawn(panel, session, *ROOM)
    assert before[0] in [(g.x, g.y) for g in shapes(canvas, Globe)]


def test_planting_moves_no_bubble():
    session = session_of("forest")
    screen = BiomeScreen(
        session,
        session.biome,
        BUILTIN,
        key="forest",
        saves=None,
        frame_rate=lambda: 0.0,
        notice=print,
    )

    def bubbles():
        canvas = plain_canvas()
        screen.draw(canvas, canvas.area)
        faces = [s for s in shapes(canvas, Emoji) if s.x < 760 and s.y < 500]
        return [(s.emoji, s.x, s.y) for s in faces]

    before = bubbles()
    session.plant(*session.bath.emojis[:2])
    assert bubbles() == before


def test_a_place_where_an_axis_was_can_be_clicked():
    session = session_without_axes("☀", "🌙")
    session.plant("☀", "🌙")
    panel = axes_of(session)
    canvas = drawn(panel, session, *ROOM)
    click_text(panel, canvas, "remove")
    assert click(panel, 450, 350)  # not drawn again yet
    drawn(panel, session, *ROOM)

    assert not click(panel, 450, 350)
    assert panel.handle(Key("m"))
    assert happenings(session, Measured) == []


def test_a_low_cell_shows_its_buttons_only_under_the_pointer():
    session = session_of("forest")
    plant_many(session, 12)
    panel = axes_of(session)
    assert "M" not in texts(drawn(panel, session))

    canvas = drawn(panel, session, pointer=(60, 60))
    assert texts(canvas).count("M") == 1
    click_text(panel, canvas, "M")
    assert [event.plot for event in happenings(session, Measured)] == [1]


def test_emojis_without_a_picture_are_drawn_all_the_same():
    session = session_without_axes("🫌", "🫍")
    session.plant("🫌", "🫍")
    canvas = drawn(axes_of(session), session, *ROOM)

    assert len(shapes(canvas, Globe)) == 1


def test_it_fits_no_room_at_all():
    session = session_of("forest")
    panel = axes_of(session)
    for w, h in ((0, 0), (40, 20)):
        canvas = plain_canvas()
        panel.draw(canvas, Rect(10, 10, w, h), session.reading())
        assert sticking_out(canvas, canvas.area) == []
