"""What the sandbox asks the window to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Screenshot:
    """Save the next frame as an image."""


@dataclass(frozen=True, slots=True)
class ToggleRecording:
    """Begin recording, or end it and save."""


@dataclass(frozen=True, slots=True)
class ToggleFullscreen:
    """Fill the whole screen, or go back to a window."""


@dataclass(frozen=True, slots=True)
class Zoom:
    """Show everything larger (above 0) or smaller by ``steps``; 0 undoes zooming."""

    steps: int


@dataclass(frozen=True, slots=True)
class Quit:
    """End the program."""


Effect = Screenshot | ToggleRecording | ToggleFullscreen | Zoom | Quit
