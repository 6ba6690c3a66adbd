"""Requests of the sandbox to the window."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Screenshot:
    """Save the next frame as an image."""


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


Effect = Screenshot | ToggleRecording | ToggleFullscreen | Zoom | Quit
