"""What is shown saves itself, in case of a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spacewheat_sim.engine.world.saves import Saved, remove_save, save_world
from spacewheat_sim.errors import SpacewheatError

EVERY = 60.0  # s of real time


class Autosave:
    """Saves a world or a scene once a minute of real time.

    Args:
        shown: Returns what to save.
        file: Where; None saves nothing.
        notice: Shows the player a line of text.
    """

    def __init__(
        self,
        shown: Callable[[], Saved],
        file: Path | None,
        notice: Callable[[str], object],
    ) -> None:
        self._shown, self._file, self._notice = shown, file, notice
        self._since = 0.0

    def advance(self, real_seconds: float) -> bool:
        """Let real time pass; return whether a minute was over, and it was saved."""
        self._since += real_seconds
        if self._file is None or self._since < EVERY:
            return False
        self._since = 0.0
        try:
            save_world(self._shown(), self._file)
        except SpacewheatError as error:
            self._file = None
            self._notice(f"{error}; the session continues without saves of its own")
            return False
        return True

    def forget(self) -> None:
        """Remove what was saved: the session came to its end."""
        if self._file is not None:
            remove_save(self._file)
