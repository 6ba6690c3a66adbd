"""What a player set once and for all, kept in a file of the user's folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import platformdirs

from spacewheat_sim.errors import os_reason
from spacewheat_sim.jsonio import pretty_json
from spacewheat_sim.private_files import read_private, write_private

LARGEST = 2**16  # bytes of a file of settings
SOUNDS, STEPS = "sounds", "first_steps_done"


class Settings:
    """Sounds, and the first steps that were taken.

    Without a file, or with one that cannot be read, everything is as it was at first;
    what cannot be written lasts until the window closes.

    Args:
        path: The file, or None to keep nothing.
        notice: Shows the player a line of text: the file cannot be read or written.

    Attributes:
        path: As given.
        notice: As given.
    """

    def __init__(
        self, path: Path | None = None, notice: Callable[[str], object] = print
    ) -> None:
        self.path = path
        self.notice = notice
        self._sounds = False
        self._steps: tuple[str, ...] = ()
        if path is not None and path.exists():
            self._read(path)

    @property
    def sounds(self) -> bool:
        """Whether events are heard."""
        return self._sounds

    @property
    def steps(self) -> tuple[str, ...]:
        """The first steps that were taken."""
        return self._steps

    def set_sounds(self, on: bool) -> None:
        """Let events be heard, or not."""
        self._sounds = on
        self._write()

    def take_step(self, step: str) -> None:
        """Note that a first step was taken."""
        if step not in self._steps:
            self._steps = (*self._steps, step)
            self._write()

    def forget_steps(self) -> None:
        """Show the first steps again."""
        self._steps = ()
        self._write()

    def _read(self, path: Path) -> None:
        try:
            found = json.loads(read_private(path, LARGEST).decode("utf-8"))
            sounds, steps = found[SOUNDS], found[STEPS]
            if not isinstance(sounds, bool) or not isinstance(steps, list):
                raise TypeError("a value is of a wrong type")
            if not all(isinstance(step, str) for step in steps):
                raise TypeError("a step is no text")
        except OSError as error:
            self.notice(f"The settings in {path} cannot be read: {os_reason(error)}")
        except (ValueError, TypeError, KeyError, RecursionError):
            self.notice(f"The settings in {path} are damaged; the usual ones are used")
        else:
            self._sounds, self._steps = sounds, tuple(steps)

    def _write(self) -> None:
        if self.path is None:
            return
        content = pretty_json({SOUNDS: self._sounds, STEPS: list(self._steps)})
        try:
            write_private(self.path, content.encode("utf-8"))
        except OSError as error:
            self.notice(
                f"The settings cannot be kept in {self.path}: {os_reason(error)}"
            )


def settings_path() -> Path:
    """Return the file of the user's settings."""
    return platformdirs.user_config_path("spacewheat_sim") / "sandbox.json"
