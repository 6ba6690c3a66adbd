from __future__ import annotations

import itertools

import numpy as np
import pytest
from panel_checks import session_of

from spacewheat_sim.engine.bath.events import Harvested
from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.effects import Play
from spacewheat_sim.sandbox.screens import Screens
from spacewheat_sim.sandbox.sounds import RATE, SOUNDS, sound_of, wave


@pytest.mark.parametrize("sound", SOUNDS.values())
def test_a_sound_is_short_not_loud_and_begins_and_ends_in_silence(sound):
    samples = wave(sound)
    assert samples.dtype == np.int16
    assert len(samples) <= 0.4 * RATE
    assert 0.1 < np.abs(samples).max() / 32767 <= 0.25
    assert samples[0] == 0
    assert abs(int(samples[-1])) < 5
    assert np.abs(np.diff(samples.astype(int))).max() < 5000  # it does not click


def test_each_event_has_a_sound_of_its_own():
    for one, other in itertools.combinations(SOUNDS.values(), 2):
        assert one != other


def test_a_tone_has_the_frequency_that_it_says():
    sound = next(s for s in SOUNDS.values() if s.begin == s.end == 660.0)
    spectrum = np.abs(np.fft.rfft(wave(sound).astype(float)))
    peak = int(spectrum.argmax()) * RATE / len(wave(sound))
    assert peak == pytest.approx(660.0, abs=2 / sound.seconds)


def test_a_harvest_of_nothing_is_silent():
    assert sound_of(Harvested(0.0, "a", "b", None, 0.0)) is None
    assert sound_of(Harvested(0.0, "a", "b", "a", 1.0)) is not None


def test_sounds_are_off_until_a_player_wants_them_and_one_an_event_a_frame():
    screens = Screens(seed=7)
    app = App(screens.catalog, screens.open, "forest_small")
    session = app.screen.session
    session.plant(*session.bath.emojis[:2])
    assert app.effects == []
    app.settings.set_sounds(True)
    for _ in range(3):
        (planted,) = session.plant(*session.bath.emojis[:2])
    assert app.effects == [Play(sound_of(planted.event))]
    assert session_of("forest_small").listeners == []
