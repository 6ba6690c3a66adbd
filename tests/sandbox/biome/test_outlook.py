from __future__ import annotations

import math
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from letter_measure import plain_canvas
from panel_checks import (
    BUILTIN,
    SIZES,
    click,
    click_text,
    drawn,
    overlapping,
    session_of,
    session_without_axes,
    sticking_out,
    texts,
)

from spacewheat_sim import load_biome
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.compile import compile_biome
from spacewheat_sim.engine.world.commands import ApplyGate, Collapse
from spacewheat_sim.quantum import states
from spacewheat_sim.sandbox.biome.inspector.effect import EffectColumn
from spacewheat_sim.sandbox.biome.inspector.numbers import icon_numbers
from spacewheat_sim.sandbox.biome.inspector.panel import InspectorPanel
from spacewheat_sim.sandbox.biome.outlook.desk import Desk, Question
from spacewheat_sim.sandbox.biome.outlook.elasticities import (
    WatchedElasticities,
    elasticities,
)
from spacewheat_sim.sandbox.biome.outlook.jumps import next_jumps, present_rates
from spacewheat_sim.sandbox.biome.outlook.panel import WAITING, NextPanel
from spacewheat_sim.sandbox.biome.outlook.settling import Settling, settling_time
from spacewheat_sim.sandbox.biome.screen import BiomeScreen
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session.edits import edit_icon, set_method
from spacewheat_sim.sandbox.biome.status import StatusBar
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Key
from spacewheat_sim.sandbox.shapes import Fill, Polyline

RICH = {
    "emoji": "🌾",
    "name": "Wheat",
    "self_energy": 1.0,
    "drivers": [{"shape": "cosine", "period": 20.0, "phase": 0.5, "amplitude": 2.0}],
    "couplings": {"🌙": 0.8, "☀": {"re": 0.3, "im": 0.4}},
    "transfers_to": {"🌙": 0.02},
    "transfers_from": {"☀": 0.03},
    "decay": {
        "rate": 0.1,
        "target": "🌙",
        "rhythm": {"shape": "cosine", "period": 8.0},
        "depth": 0.75,
    },
    "dephasing": 0.04,
}
MEADOW = Biome.model_validate(
    {
        "name": "Meadow",
        "emojis": ("☀", "🌙", "🌾"),
        "icons": (Icon.model_validate(RICH),),
        "initial": {"weights": {"☀": 1.0, "🌾": 0.5}},
    }
)
NOTHING_SHARED = IconRegistry((), BUILTIN.rhythms)


class Clock:
    seconds = 0.0

    def __call__(self):
        return self.seconds


def at_once(work):
    work()
    return lambda: None


def never(work):
    del work
    return lambda: None


def desk_at_once(clock=None):
    return Desk(at_once, clock or Clock())


def swap(rate, back, energy=(0.0, 0.0), drivers=()):
    """Return ☀ and 🌙 that become each other."""
    icons = [
        {"emoji": "☀", "name": "Sol", "transfers_to": {"🌙": rate}},
        {
            "emoji": "🌙",
            "name": "Luna",
            "transfers_to": {"☀": back},
            "self_energy": energy[1],
            "drivers": list(drivers),
        },
    ]
    return session_without_axes("☀", "🌙", icons=icons)


def next_panel(session, desk=None):
    inspected = []
    return NextPanel(session, desk or desk_at_once(), inspected.append), inspected


# --- the desk ---------------------------------------------------------------------


def test_a_question_is_asked_again_only_where_its_key_is_another():
    question, asked = Question(desk_at_once()), []

    def want(key):
        return question.want(key, lambda: lambda: asked.append(key) or f"of {key}")

    assert want("a") == "of a"
    assert want("a") == "of a"
    assert want("b") == "of b"
    assert asked == ["a", "b"]


def test_patience_waits_until_the_key_rests_and_an_interval_between_answers():
    clock = Clock()
    desk = desk_at_once(clock)
    patient, regular = Question(desk, patience=1.0), Question(desk, interval=1.0)
    for tenth in range(20):
        clock.seconds = 0.1 * tenth
        key = min(tenth, 5)
        patient.want(key, lambda key=key: lambda: (key, clock.seconds))
        regular.want(tenth, lambda tenth=tenth: lambda: tenth)
    assert patient.answer == (5, pytest.approx(1.5))
    assert regular.answer == 10
    assert not regular.is_fresh


def test_the_desk_does_one_thing_at_a_time_and_the_frame_does_not_wait():
    goes, desk = threading.Event(), Desk()
    first, second = Question(desk), Question(desk)
    assert first.want(1, lambda: lambda: goes.wait(30)) is None
    assert second.want(1, lambda: lambda: "second") is None
    before = desk.moment
    goes.set()
    desk.finish()
    assert first.answer is True
    assert desk.moment != before
    second.want(1, lambda: lambda: "second")
    desk.finish()
    assert second.answer == "second"


def test_what_a_work_raises_is_raised_where_it_is_seen():
    desk = desk_at_once()
    question = Question(desk)
    question.want(1, lambda: lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        question.want(1, lambda: lambda: 1)


def test_a_window_at_rest_is_told_when_patience_is_over():
    clock = Clock()
    desk = desk_at_once(clock)
    question = Question(desk, patience=1.0)
    question.want("key", lambda: lambda: "answer")
    resting = desk.moment
    clock.seconds = 1.0
    assert desk.moment != resting
    question.want("key", lambda: lambda: "answer")
    answered = desk.moment
    clock.seconds = 9.0
    assert desk.moment == answered


# --- next -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["harbor", "kitchen"])
def test_what_comes_next_is_the_forecast_of_the_bath(name):
    session = session_of(name)
    session.advance(0.5)
    bath = session.bath
    found, expected = (
        next_jumps(bath.operators, bath.density_matrix(), bath.time),
        bath.forecast(),
    )
    assert [row.share for row in found.rows] == [
        c.probability for c in expected.channels if c.probability >= 5e-4
    ]
    assert found.median == expected.median
    middle = np.interp(found.median, found.times, found.come)
    assert middle == pytest.approx(0.5, abs=2e-3)
    assert found.come[0] == pytest.approx(0.0, abs=1e-9)


def test_of_two_rates_the_shares_and_the_median_are_known():
    icons = [
        {"emoji": "🥚", "name": "Egg", "transfers_to": {"🐣": 0.3}},
        {"emoji": "🐔", "name": "Hen", "transfers_from": {"🥚": 0.1}},
        {"emoji": "🐣", "name": "Chick"},
    ]
    start = {"weights": {"🥚": 1.0}}
    session = session_without_axes("🥚", "🐣", "🐔", icons=icons, initial=start)
    panel, inspected = next_panel(session)
    canvas = drawn(panel, session)
    found = texts(canvas)
    assert f"half of the time before {math.log(2) / 0.4:.1f} s" in found[0]
    assert found.index("🥚 Egg becomes 🐣 Chick") + 1 == found.index("75%")
    assert found.index("🐔 Hen takes 🥚 Egg") + 1 == found.index("25%")
    bars = [s for s in canvas.shapes if isinstance(s, Fill) and s.rect.h == 4.0]
    widths = [bar.rect.w for bar in bars[1::2]]
    assert widths[0] / widths[1] == pytest.approx(3.0)
    click_text(panel, canvas, "🐔 Hen takes 🥚 Egg")
    assert inspected == ["🐔"]


def test_decay_and_dephasing_are_told_by_their_own_words():
    icon = {"emoji": "☀", "name": "Sol", "dephasing": 0.2}
    icon["decay"] = {"rate": 0.2, "target": "🌙"}
    start = {"weights": {"☀": 1.0}}
    session = session_without_axes("☀", "🌙", icons=[icon], initial=start)
    panel, _ = next_panel(session)
    found = texts(drawn(panel, session))
    assert {"☀ Sol decays to 🌙", "☀ Sol loses its phase"} <= set(found)


def test_nothing_and_nothing_for_a_long_time_are_said_as_such():
    quiet = swap(0.001, 0.001)
    panel, _ = next_panel(quiet)
    wait = f"{math.log(2) / 0.001 / 60:.0f} min"
    assert texts(drawn(panel, quiet))[0] == (
        f"Nothing for a long time: half of the time before {wait}"
    )
    still = session_without_axes("☀", "🌙")
    panel, _ = next_panel(still)
    assert texts(drawn(panel, still)) == ["Nothing here ever jumps."]


def test_a_trap_is_told_with_how_likely_it_is():
    icon = {"emoji": "☀", "name": "Sol", "transfers_to": {"🌙": 0.5}}
    start = {"weights": {"☀": 3.0, "🌙": 1.0}}
    session = session_without_axes("☀", "🌙", icons=[icon], initial=start)
    panel, _ = next_panel(session)
    assert "With 25% none ever comes." in texts(drawn(panel, session))


def test_the_average_has_a_forecast_and_the_rule_of_spec_says_why_not():
    average = session_of("harbor")
    set_method(average, "master")
    panel, _ = next_panel(average)
    found = texts(drawn(panel, average))
    assert "Of a history that begins at this average." in found
    assert found[0].startswith("The next jump: half of the time before")
    set_method(average, "spec")
    assert "spec has no jumps" in " ".join(texts(drawn(panel, average)))


def test_a_register_shows_how_often_each_jump_comes_now():
    session = session_of("fading_twins")
    session.do(ApplyGate(session.name, "X", session.bath.operators.axes[0]))
    bath = session.bath
    found = present_rates(bath)
    populations = states.populations(bath.state)
    rates = bath.operators.jump_rates(populations[None], [bath.time])[0]
    shares = sorted((rates / rates.sum()).tolist(), reverse=True)
    assert [row.share for row in found.rows] == [s for s in shares if s >= 5e-4]
    panel, _ = next_panel(session)
    assert "Of a register no forecast is known" in " ".join(
        texts(drawn(panel, session))
    )


def test_until_the_first_forecast_the_page_says_that_it_is_worked_out():
    session = session_of("harbor")
    panel, _ = next_panel(session, Desk(never))
    assert texts(drawn(panel, session)) == [WAITING]


def test_a_forecast_is_renewed_some_times_a_second():
    session, clock, made = session_of("harbor"), Clock(), []
    panel, _ = next_panel(session, desk_at_once(clock))
    for frame in range(60):
        clock.seconds = frame / 60
        session.step_once()
        found = panel._found(session.reading())
        made.append(found)
    assert len({id(found) for found in made}) == 4
    clock.seconds += 1.0
    last = panel._found(session.reading())
    assert panel._found(session.reading()) is last
    bath = session.bath
    assert last.median == bath.forecast().median


def test_an_act_in_a_paused_world_has_another_forecast():
    session, clock = session_of("kitchen"), Clock()
    panel, _ = next_panel(session, desk_at_once(clock))
    session.step_once()
    before = panel._found(session.reading())
    session.do(Collapse(session.name, "🍞"))
    clock.seconds = 1.0
    after = panel._found(session.reading())
    assert after.median == session.bath.forecast().median
    assert after.rows != before.rows


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["forest", "harbor", "kitchen", "qubit_farm"])
def test_no_text_of_the_page_lies_on_another(name, size):
    session = session_of(name)
    session.advance(0.2)
    panel, _ = next_panel(session)
    area = Rect(0, 0, *size)
    for method in ("trajectory", "master"):
        set_method(session, method)
        canvas = plain_canvas(*size)
        panel.draw(canvas, area, session.reading())
        assert overlapping(canvas) == []
        assert sticking_out(canvas, area) == []


def test_the_curve_is_left_out_where_rows_would_not_fit():
    session = session_of("forest")
    panel, _ = next_panel(session)
    curves = [
        [s for s in drawn(panel, session, 384, h).shapes if isinstance(s, Polyline)]
        for h in (150, 400)
    ]
    assert [len(found) for found in curves] == [0, 1]


def screen_of(name):
    session = session_of(name)
    return BiomeScreen(
        session,
        session.biome,
        BUILTIN,
        key=name,
        saves=SimpleNamespace(save=print, load=print),
        frame_rate=lambda: 0.0,
        notice=print,
    )


def on_screen(screen):
    canvas = plain_canvas()
    screen.draw(canvas, canvas.area)
    return canvas


def test_n_shows_the_page_and_a_row_leads_to_the_icon_that_declares_it():
    screen = screen_of("berry_bush")
    assert screen.handle(Key("n"))
    on_screen(screen)
    for _ in range(3):  # the settling time may come first
        screen.step_frame()
        canvas = on_screen(screen)
    row = screen._pages._pages["next"]._places[0][0]
    assert any("becomes" in text for text in texts(canvas))
    icon = screen._pages._pages["next"]._places[0][1]
    click(screen, row.x + 5.0, row.y + 5.0)
    assert screen._selection.inspected == icon
    assert "Save as YAML" in texts(on_screen(screen))


def test_a_screen_at_rest_is_drawn_again_once_an_answer_is_there():
    screen = screen_of("berry_bush")
    screen.session.clock.paused = True
    screen.handle(Key("n"))
    before = screen.moment
    on_screen(screen)
    screen._desk.finish()
    assert screen.moment != before


def test_the_world_does_not_depend_on_what_is_asked():
    digests = []
    for key in ("a", "n", "i"):
        screen = screen_of("kitchen")
        screen._selection.inspected = "🍞"
        screen.handle(Key(key))
        for _ in range(40):
            screen.step_frame()
            on_screen(screen)
        digests.append(screen.session.world.digest())
    assert len(set(digests)) == 1


# --- how fast it settles ----------------------------------------------------------


def test_two_that_become_each_other_settle_at_the_rate_of_their_coherence():
    session = swap(0.3, 0.1)
    assert settling_time(session.bath.operators) == pytest.approx(2 / 0.4)
    # A swinging energy turns the coherence and does not shrink it.
    day = {"shape": "cosine", "period": 4.0, "amplitude": 0.7}
    driven = swap(0.3, 0.1, drivers=[day])
    assert not driven.bath.operators.drive.is_static
    assert settling_time(driven.bath.operators) == pytest.approx(2 / 0.4, rel=1e-6)


def test_what_swings_forever_and_what_is_not_known():
    assert settling_time(load_biome("two_level").operators) == math.inf
    assert settling_time(load_biome("three_bells").operators) is None
    assert settling_time(load_biome("forest").operators) is None


def test_the_status_line_tells_it_once_the_numbers_rest():
    session, clock = swap(0.3, 0.1), Clock()
    settling = Settling(session, desk_at_once(clock))
    bar = StatusBar(session, lambda: 60.0, settling.time, clock)
    assert "settles" not in texts(drawn(bar, session, 1500, 24))
    clock.seconds = 1.0
    found = texts(drawn(bar, session, 1500, 24))
    assert found[found.index("settles") + 1] == "5 s"
    edit_icon(session, session.icons["☀"].with_("transfers_to.🌙", 0.9))
    clock.seconds = 1.3
    assert "settles" not in texts(drawn(bar, session, 1500, 24))
    clock.seconds = 2.0
    found = texts(drawn(bar, session, 1500, 24))
    assert found[found.index("settles") + 1] == "2 s"


# --- what a number does -----------------------------------------------------------


@pytest.mark.parametrize("watched", ["🌾", "☀"])
def test_elasticities_are_those_of_differences(watched):
    (icon,) = MEADOW.icons
    found = elasticities(MEADOW, NOTHING_SHARED, "🌾", watched)
    labels = {emoji: emoji for emoji in MEADOW.emojis}

    def value(number, x):
        changed = MEADOW.model_copy(update={"icons": (number.write(icon, x),)})
        return elasticities(changed, NOTHING_SHARED, "🌾", watched).value

    numbers = list(icon_numbers(icon, labels))
    assert len(numbers) == 14
    for number in numbers:
        x, h = number.read(icon), 1e-4
        if x == 0.0:
            continue
        up, down = (value(number, x * (1 + sign * h)) for sign in (1, -1))
        expected = math.log(up / down) / (2 * h)
        got = found.of(number.moves(icon))
        assert got == pytest.approx(expected, abs=1e-5), number.label


def test_every_slider_moves_numbers_that_are_known():
    registry = BUILTIN
    for name in ("forest_small", "kitchen", "tidal_pool"):
        compiled = load_biome(name)
        labels = {key: key for key in compiled.biome.emoji_keys}
        session = session_of(name)
        for key, icon in session.icons.items():
            known = set(compile_biome(compiled.biome, registry).numbers)
            for number in icon_numbers(icon, labels):
                assert {f"{key}.{path}" for path in number.moves(icon)} <= known


def column(session, watched=lambda: None, clock=None):
    clock = clock or Clock()
    effects = EffectColumn(WatchedElasticities(session, desk_at_once(clock), watched))
    selection = Selection()
    panel = InspectorPanel(session, selection, print, effects=effects)
    return panel, selection, clock


def test_beside_each_slider_stands_what_a_percent_of_it_does():
    session = swap(0.3, 0.1)
    panel, selection, clock = column(session)
    selection.inspected = "☀"
    assert "…" in texts(drawn(panel, session))
    clock.seconds = 1.0
    found = texts(drawn(panel, session))
    assert "1% more moves ☀ by" in found
    known = elasticities(session.biome, session.world.registry(), "☀", "☀")
    size = known.of({"transfers_to.🌙": 0.3})
    assert size < -0.3
    assert f"−{abs(size):.2f}%" in found
    assert "—" in found  # of an energy of 0


def test_what_is_watched_is_the_north_of_the_chosen_axis():
    session = swap(0.3, 0.1)
    panel, selection, clock = column(session, lambda: "🌙")
    selection.inspected = "☀"
    drawn(panel, session)
    clock.seconds = 1.0
    found = texts(drawn(panel, session))
    assert "1% more moves 🌙 by" in found
    assert any(text.startswith("+0.") and text.endswith("%") for text in found)


def test_what_cannot_be_known_says_so():
    still = session_without_axes("☀", "🌙", initial={"weights": {"🌙": 1.0}})
    found = elasticities(still.biome, still.world.registry(), "☀", "☀")
    assert found.problem == "This icon has no numbers"
    icon = {"emoji": "☀", "name": "Sol", "self_energy": 1.0}
    empty = session_without_axes(
        "☀", "🌙", icons=[icon], initial={"weights": {"🌙": 1.0}}
    )
    found = elasticities(empty.biome, empty.world.registry(), "☀", "☀")
    assert math.isnan(found.of({"self_energy": 1.0}))  # of nothing, no percent


@pytest.mark.parametrize("size", [size for size in SIZES if size[1] > 200])
@pytest.mark.parametrize("emoji", ["🐺", "🌿", "☀"])
def test_no_text_of_the_sliders_lies_on_another(emoji, size):
    session = session_of("forest_small")
    panel, selection, clock = column(session)
    selection.inspected = emoji
    area = Rect(0, 0, *size)
    for seconds in (0.0, 1.0):
        clock.seconds = seconds
        canvas = plain_canvas(*size)
        panel.draw(canvas, area, session.reading())
        assert overlapping(canvas) == []
        assert sticking_out(canvas, area) == []


def test_an_answer_about_an_emoji_that_has_left_is_not_shown():
    session = swap(0.3, 0.2)
    panel, _ = next_panel(session)
    assert any("Luna" in text for text in texts(drawn(panel, session)))
    session.play(MEADOW.model_copy(update={"emojis": ("☀", "🌾")}), NOTHING_SHARED)
    assert texts(drawn(panel, session)) == [WAITING]  # asked again a moment later
