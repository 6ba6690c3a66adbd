"""What a player set once and for all, kept in a file of the user's folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from spacewheat_sim.errors import os_reason
from spacewheat_sim.file_locks import one_at_a_time
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
        self._seen: bytes | None = None  # what the file held when it was looked at
        self._read()

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
        with self._changing():
            self._sounds = on

    def take_step(self, step: str) -> None:
        """Note that a first step was taken."""
        if step not in self._steps:
            with self._changing():
                self._steps = tuple(dict.fromkeys((*self._steps, step)))

    def forget_steps(self) -> None:
        """Show the first steps again."""
        with self._changing():
            self._steps = ()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Write what is changed inside, of what other windows have left."""
        if self.path is None:
            yield
            return
        with one_at_a_time(self.path.parent):
            self._read()
            yield
            self._write(self.path)

    def _read(self) -> None:
        """Take what the file says, if somebody else has written it."""
        if self.path is None:
            return
        try:
            content = read_private(self.path, LARGEST)
            if content != self._seen:
                self._seen = content
                self._sounds, self._steps = _parsed(content)
        except (FileNotFoundError, NotADirectoryError):
            pass  # there is none yet
        except OSError as error:
            self._tell(f"The settings in {self.path} cannot be read", error)
        except (ValueError, TypeError, KeyError, RecursionError):
            self.notice(
                f"The settings in {self.path} are damaged; the usual ones are used"
            )

    def _write(self, path: Path) -> None:
        settings = {SOUNDS: self._sounds, STEPS: list(self._steps)}
        content = pretty_json(settings).encode("utf-8")
        try:
            write_private(path, content)
            self._seen = content
        except OSError as error:
            self._tell(f"The settings cannot be kept in {path}", error)

    def _tell(self, what: str, error: OSError) -> None:
        self.notice(f"{what}: {os_reason(error)}")


def _parsed(content: bytes) -> tuple[bool, tuple[str, ...]]:
    """Return the sounds and the steps that a file holds.

    Raises:
        ValueError, TypeError, KeyError, RecursionError: it holds something else.
    """
    found = json.loads(content.decode("utf-8"))
    sounds, steps = found[SOUNDS], found[STEPS]
    if not isinstance(sounds, bool) or not isinstance(steps, list):
        raise TypeError("a value is of a wrong type")
    if not all(isinstance(step, str) for step in steps):
        raise TypeError("a step is no text")
    return sounds, tuple(steps)


def settings_path() -> Path:
    """Return the file of the user's settings."""
    return platformdirs.user_config_path("spacewheat_sim") / "sandbox.json"
