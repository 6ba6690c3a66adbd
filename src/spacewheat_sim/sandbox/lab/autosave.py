"""A scene saved by itself, in case of a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spacewheat_sim.engine.world.saves import remove_save, save_world
from spacewheat_sim.errors import SpacewheatError
from spacewheat_sim.sandbox.biome.saves import AUTOSAVE_SECONDS
from spacewheat_sim.sandbox.lab.recorded import RecordedScene


class Autosave:
    """Saves a scene once a minute of real time.

    Args:
        scene: The scene.
        file: Where.
        notice: Shows the player a line of text.
    """

    def __init__(
        self, scene: RecordedScene, file: Path, notice: Callable[[str], object]
    ) -> None:
        self._scene = scene
        self._file: Path | None = file
        self._notice = notice
        self._since = 0.0

    def advance(self, real_seconds: float) -> None:
        """Let real time pass."""
        self._since += real_seconds
        if self._file is None or self._since < AUTOSAVE_SECONDS:
            return
        self._since = 0.0
        try:
            save_world(self._scene, self._file)
        except SpacewheatError as error:
            self._file = None
            self._notice(f"{error}; the session continues without saves of its own")

    def forget(self) -> None:
        """Remove what was saved: the session came to its end."""
        if self._file is not None:
            remove_save(self._file)
