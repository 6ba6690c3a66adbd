"""Requests of the sandbox to the window."""

from __future__ import annotations

from dataclasses import dataclass

from spacewheat_sim.sandbox.sounds import Sound


@dataclass(frozen=True, slots=True)
class Screenshot:
    """Save the next frame as an image."""


@dataclass(frozen=True, slots=True)
class Photo:
    """Save what is shown alone, without panels and notices, four times as large."""


@dataclass(frozen=True, slots=True)
class Play:
    """Play a sound."""

    sound: Sound


@dataclass(frozen=True, slots=True)
class ToggleRecording:
    """Start recording, or stop and save."""


@dataclass(frozen=True, slots=True)
class ToggleFullscreen:
    """Switch between full screen and window."""


@dataclass(frozen=True, slots=True)
class Zoom:
    """Zoom in (above 0) or out by ``steps``; 0 resets."""

    steps: int


@dataclass(frozen=True, slots=True)
class Quit:
    """End the program."""


Effect = Screenshot | Photo | Play | ToggleRecording | ToggleFullscreen | Zoom | Quit
