"""What a session keeps on disk beside its log: a quick save, and one every minute."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spacewheat_sim.engine.world.saves import load_world, save_world
from spacewheat_sim.errors import SpacewheatError
from spacewheat_sim.sandbox.autosave import Autosave
from spacewheat_sim.sandbox.biome.session.session import BiomeSession


class Saves:
    """Saves a session and loads it again.

    Args:
        session: The session.
        quick: File of the quick save.
        autosave: File that is written every minute of real time, or None.
        notice: Shows the player a line of text.
    """

    def __init__(
        self,
        session: BiomeSession,
        quick: Path,
        autosave: Path | None,
        notice: Callable[[str], object],
    ) -> None:
        self._session = session
        self._quick = quick
        self._autosave = Autosave(lambda: session.world, autosave, notice)
        self._notice = notice

    def save(self) -> None:
        """Save the world to the file of the quick save."""
        try:
            save_world(self._session.world, self._quick)
        except SpacewheatError as error:
            self._notice(str(error))
        else:
            self._notice(f"Saved to {self._quick}; F9 loads it")

    def load(self) -> None:
        """Go on with the world of the quick save."""
        if self._session.replay is not None:
            self._notice("This is a replay, into which nothing can be loaded")
            return
        try:
            loaded = load_world(self._quick)
        except SpacewheatError as error:
            self._notice(f"{error}; F6 saves one")
            return
        self._session.go_on_with(loaded.world, f"loaded {loaded.path}")
        damage = f"; {loaded.damage}" if loaded.damage else ""
        waits = "" if loaded.world.attempt is None else "; Space goes on"
        self._notice(f"Loaded {loaded.path}{waits}{damage}")

    def advance(self, real_seconds: float) -> bool:
        """Let real time pass; return whether a minute was over, and the world saved."""
        is_replay = self._session.replay is not None
        return not is_replay and self._autosave.advance(real_seconds)

    def forget(self) -> None:
        """Remove what was saved by itself: the session came to its end."""
        self._autosave.forget()
