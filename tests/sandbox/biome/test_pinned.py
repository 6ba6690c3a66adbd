from __future__ import annotations

import pytest
from letter_measure import plain_canvas
from panel_checks import SIZES, click_text, drawn, overlapping, session_of, texts

from spacewheat_sim.content.files import read_biome
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.engine.world.commands import Collapse
from spacewheat_sim.sandbox.biome.pinned.differences import (
    population_differences,
    set_differences,
)
from spacewheat_sim.sandbox.biome.pinned.panel import PinPanel
from spacewheat_sim.sandbox.biome.pinned.pin import Pin
from spacewheat_sim.sandbox.biome.session.edits import edit_icon, set_method
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.geometry import Rect

SUN = "☀"


def wait(session, pin, seconds):
    for _ in range(round(seconds * 10)):
        session.advance(0.1)
        pin.keep_up()


def pinned(name="biotic_flux", log=None):
    """Return a session with B pinned at 1 s, and an edit and a collapse of A."""
    registry = IconRegistry.builtin()
    session = BiomeSession(read_biome(name, registry), registry, seed=3, log=log)
    pin = Pin(session)
    wait(session, pin, 1.0)
    pin.pin()
    icon = session.icons[SUN]
    edit_icon(session, icon.model_copy(update={"self_energy": 2.0}))
    wait(session, pin, 0.5)
    session.do(Collapse(session.name, SUN))
    wait(session, pin, 0.5)
    return session, pin


def test_b_goes_on_as_a_would_have():
    session, pin = pinned()
    alone = session_of("biotic_flux")
    wait(alone, pin, 2.0)
    assert pin.other.world.digest() == alone.world.digest()
    assert session.world.digest() != alone.world.digest()
    assert session.world.time == pin.other.world.time


def test_a_swap_brings_b_to_the_front_and_back():
    session, pin = pinned()
    a, b = session.world.digest(), pin.other.world.digest()
    pin.swap()
    assert (session.world.digest(), pin.other.world.digest()) == (b, a)
    assert not session.past.is_past
    pin.swap()
    assert (session.world.digest(), pin.other.world.digest()) == (a, b)
    assert len(session.past.timeline.branches) == 2
    wait(session, pin, 0.5)
    session.do(Collapse(session.name, "🌙"))
    a, b = session.world.digest(), pin.other.world.digest()
    pin.swap()
    assert (session.world.digest(), pin.other.world.digest()) == (b, a)


def test_both_are_on_one_clock_in_the_past_too():
    session, pin = pinned()
    seen = {}
    for time in (1.2, 1.7, 0.4, 1.2):
        session.past.go_to_time(time)
        pin.keep_up()
        tick = max(session.world.tick_count, 60)
        assert pin.other.world.tick_count == tick
        digest = pin.other.world.digest()
        assert seen.setdefault(tick, digest) == digest


def test_keeping_b_forgets_a_in_front_but_not_in_the_past():
    session, pin = pinned()
    a, b = session.world.digest(), pin.other.world.digest()
    pin.keep_other()
    assert pin.other is None
    assert session.world.digest() == b
    session.past.swap()
    session.past.go_to_end()
    assert session.world.digest() == a


def test_the_log_has_both_and_replays(tmp_path):
    log = SessionLog(tmp_path / "a.jsonl")
    session, pin = pinned(log=log)
    pin.swap()
    wait(session, pin, 1.0)
    pin.swap()
    digest = session.world.digest()
    session.past.timeline.end()
    replayed = replay_session(read_session(log.path))
    assert replayed.difference is None
    assert not replayed.cut_short
    assert session.world.digest() == digest


def test_the_numbers_that_differ_are_listed():
    session, pin = pinned()
    made = set_differences(session, pin.other)
    assert made == [("☀ energy, rad/s", "2", f"{made[0].second}")]
    come = population_differences(session, pin.other)
    assert come
    assert come[0].first.endswith("%")
    assert set_differences(session, session) == []
    assert population_differences(session, session) == []
    set_method(session, "master")
    assert ("method", "master", "trajectory") in set_differences(session, pin.other)


def test_the_page_pins_swaps_and_keeps():
    session = session_of("biotic_flux")
    pin = Pin(session)
    page = PinPanel(session, pin)
    click_text(page, drawn(page, session), "Pin B")
    assert pin.other is not None
    assert "No number differs by now: what you do to A shows here." in texts(
        drawn(page, session)
    )
    session.do(Collapse(session.name, SUN))
    assert "What came of it" in texts(drawn(page, session))
    click_text(page, drawn(page, session), "Swap")
    assert len(session.past.timeline.branches) == 2
    click_text(page, drawn(page, session), "Keep A")
    assert pin.other is None


@pytest.mark.parametrize("size", SIZES)
def test_no_text_lies_on_another(size):
    session, pin = pinned()
    canvas = plain_canvas(*size)
    PinPanel(session, pin).draw(canvas, Rect(0, 0, *size), session.reading())
    assert overlapping(canvas) == []
