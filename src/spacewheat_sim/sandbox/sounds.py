"""The sound of each event, as a wave: two tones that fade, no recordings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.engine.bath.events import (
    Collapsed,
    Gated,
    Harvested,
    Jumped,
    Measured,
)
from spacewheat_sim.engine.world.events import Event, Planted, Refused, Removed

RATE = 44_100  # samples a second
LOUDEST = 0.25
# The first samples rise, so that nothing clicks.
RISE = 0.004


@dataclass(frozen=True, slots=True)
class Sound:
    """A tone that glides to another while it fades.

    Attributes:
        begin: Frequency at the beginning in Hz.
        end: Frequency at the end.
        seconds: Its length.
        second: Loudness of the octave above, 0 … 1.
    """

    begin: float
    end: float
    seconds: float
    second: float = 0.3


SOUNDS: dict[type[Event], Sound] = {
    Planted: Sound(330.0, 440.0, 0.18),
    Removed: Sound(440.0, 330.0, 0.18),
    Measured: Sound(660.0, 660.0, 0.25, 0.5),
    Collapsed: Sound(520.0, 130.0, 0.30),
    Harvested: Sound(523.25, 783.99, 0.35, 0.5),
    Gated: Sound(392.0, 392.0, 0.15, 0.8),
    Jumped: Sound(880.0, 698.46, 0.08, 0.1),
    Refused: Sound(150.0, 110.0, 0.20, 0.6),
}


def sound_of(event: Event) -> Sound | None:
    """Return the sound of an event, or None for one that is silent.

    A harvest that took nothing is silent.
    """
    if isinstance(event, Harvested) and event.outcome is None:
        return None
    return SOUNDS.get(type(event))


def wave(sound: Sound) -> NDArray[np.int16]:
    """Return the samples of a sound, (T,), one channel, ``RATE`` a second."""
    t = np.arange(int(sound.seconds * RATE)) / RATE
    share = t / sound.seconds
    # The phase is the integral of a frequency that goes from begin to end.
    turns = t * (sound.begin + (sound.end - sound.begin) * share / 2)
    tone = np.sin(2 * np.pi * turns) + sound.second * np.sin(4 * np.pi * turns)
    shape = np.minimum(t / RISE, 1.0) * (1.0 - share) ** 2
    loudness = LOUDEST / (1.0 + sound.second)
    return np.asarray(np.rint(32767 * loudness * shape * tone), dtype=np.int16)
