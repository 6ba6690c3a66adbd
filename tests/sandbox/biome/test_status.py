from __future__ import annotations

import pytest
from panel_checks import drawn, overlapping, session_of, sticking_out, texts

from spacewheat_sim.sandbox.biome.session.edits import set_method
from spacewheat_sim.sandbox.biome.status import IMPORTANCE, StatusBar
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Text
from spacewheat_sim.sandbox.words.number_text import step_text

HEIGHT = 24


class StoppedClock:
    seconds = 0.0

    def __call__(self):
        return self.seconds


def bar_of(session, clock=None):
    return StatusBar(session, lambda: 59.7, lambda: 40.0, clock or StoppedClock())


def shown(session, width=1500):
    return texts(drawn(bar_of(session), session, width, HEIGHT))


def value_after(found, name):
    return found[found.index(name) + 1]


def test_the_numbers_of_the_world_are_all_there():
    session = session_of("forest", seed=41)
    for _ in range(30):
        session.advance(1 / 60)
    found = shown(session)

    assert value_after(found, "time") == "0.50 s"
    assert value_after(found, "tick") == "30"
    assert value_after(found, "dt") == "1/60 s"
    assert value_after(found, "norm") == "1.000000"
    assert value_after(found, "purity") == "1.0000"
    assert value_after(found, "entropy") == "0.000 nats"
    assert value_after(found, "seed") == "41"
    assert value_after(found, "fps") == "60"
    assert value_after(found, "settles") == "40 s"
    assert {"trajectory", "1×"} <= set(found)


@pytest.mark.parametrize(("speed", "text"), [(1 / 8, "1/8×"), (64.0, "64×")])
def test_the_speed_is_told_unless_the_clock_is_paused(speed, text):
    session = session_of("two_level")
    session.clock.speed = speed
    assert text in shown(session)

    session.clock.paused = True
    assert "PAUSED" in shown(session)
    assert text not in shown(session)


def test_a_mixed_state_has_entropy():
    session = session_of("forest")
    set_method(session, "master")
    session.advance(4.0)
    found = shown(session)

    assert float(value_after(found, "purity")) < 0.99
    assert float(value_after(found, "entropy").split()[0]) > 0.01


def test_numbers_are_renewed_four_times_a_second():
    session, clock = session_of("two_level"), StoppedClock()
    bar = bar_of(session, clock)
    times = []
    for frame in range(61):
        clock.seconds = frame / 60
        times.append(value_after(texts(drawn(bar, session, 1500, HEIGHT)), "time"))
        session.advance(1 / 60)

    assert len(set(times)) == 5
    assert times[-1] == "1.00 s"


def test_a_single_step_is_seen_at_once():
    session = session_of("two_level")
    bar = bar_of(session)
    session.clock.paused = True
    drawn(bar, session, 1500, HEIGHT)
    session.step_once()

    assert value_after(texts(drawn(bar, session, 1500, HEIGHT)), "tick") == "1"


@pytest.mark.parametrize("width", [60, 300, 480, 640, 960, 1280])
def test_numbers_never_overlap_and_the_least_important_go_first(width):
    session = session_of("forest", seed=2**63)
    session.advance(3.0)
    canvas = drawn(bar_of(session), session, width, HEIGHT)
    found = texts(canvas)

    assert overlapping(canvas) == []
    assert sticking_out(canvas, Rect(0, 0, width, HEIGHT)) == []
    there = [name in found for name in IMPORTANCE if name not in ("speed", "method")]
    assert there == sorted(there, reverse=True)


def test_the_smallest_window_shows_all_that_a_player_needs():
    found = shown(session_of("forest"), 950)

    assert {"time", "fps", "purity", "entropy", "norm", "tick"} <= set(found)


def test_the_line_stands_still_while_its_numbers_change():
    session = session_of("forest")
    bar = bar_of(session)
    session.clock.paused = True

    def places():
        canvas = drawn(bar, session, 1500, HEIGHT)
        return [s.x for s in canvas.shapes if isinstance(s, Text)]

    before = places()
    for _ in range(200):
        session.step_once()
    assert places() == before


@pytest.mark.parametrize(
    ("dt", "text"),
    [(1 / 60, "1/60 s"), (1 / 240, "1/240 s"), (1.0, "1 s"), (0.3, "0.3 s")],
)
def test_the_length_of_a_tick_is_a_part_of_a_second_where_it_is_one(dt, text):
    assert step_text(dt) == text
