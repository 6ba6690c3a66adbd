"""The best finished run of each challenge, kept as its log in the user's folder."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge, load_challenge
from spacewheat_sim.engine.challenges.course import (
    AttemptCourse,
    course_of,
    write_attempt,
)
from spacewheat_sim.engine.challenges.scoring import ProvenScore, prove
from spacewheat_sim.engine.session.recorded import GivenCommands
from spacewheat_sim.engine.world.content_text import text_of
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import SpacewheatError, os_reason
from spacewheat_sim.file_locks import one_at_a_time, remove_left

FULL, EMPTY, MOST = "★", "☆", 3


@dataclass(frozen=True)
class BestRun:
    """A finished run.

    Attributes:
        proven: What its log proves.
        course: What became of it.
    """

    proven: ProvenScore
    course: AttemptCourse


class BestRuns:
    """Keeps logs of finished runs; what one has earned is proved by its replay.

    Args:
        folder: Where they are, or None to keep nothing.
        notice: Shows the player a line of text.
    """

    def __init__(
        self, folder: Path | None = None, notice: Callable[[str], object] = print
    ) -> None:
        self._folder = folder
        self.notice = notice
        self._proven: dict[str, ProvenScore | None] = {}
        self._named: dict[str, str] = {}

    def stars(self, key: str) -> str:
        """Return what was earned in the challenge that ``key`` opens, as ★★☆.

        It is "" where no run was finished, or where that is not proved yet.
        """
        proven = self._proven.get(self._named.get(key, ""))
        return "" if proven is None else star_text(proven.stars)

    def prove_all(self, keys: Sequence[str]) -> None:
        """Prove what was earned in the challenges that ``keys`` open."""
        for key in keys if _is_there(self._folder) else ():
            try:
                compiled = load_challenge(key)
            except SpacewheatError:
                continue  # whoever opens it is told why
            name = self._named[key] = _name(compiled.challenge)
            if name not in self._proven:
                self._proven[name] = self._prove(compiled)

    def best(self, compiled: CompiledChallenge) -> BestRun | None:
        """Return the best finished run of a challenge, or None."""
        proven = self._prove(compiled)
        self._proven[_name(compiled.challenge)] = proven
        if proven is None:
            return None
        try:
            return BestRun(proven, course_of(self._path(compiled.challenge)))
        except SpacewheatError:
            return None  # it has gone meanwhile

    def keep(
        self, compiled: CompiledChallenge, world: World, given: Sequence[GivenCommands]
    ) -> bool:
        """Keep a finished run if it is the best; return whether it is.

        Of two windows in which a run ends at once, one waits for the other.

        Args:
            compiled: The challenge.
            world: The world at the end of the run.
            given: All that was commanded in it.
        """
        if self._folder is None or world.attempt is None:
            return False
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with one_at_a_time(self._folder):
                return self._keep(compiled, world, given)
        except (OSError, SpacewheatError) as error:
            why = os_reason(error) if isinstance(error, OSError) else str(error)
            self.notice(f"This run cannot be kept as the best: {why}")
            return False

    def _keep(
        self, compiled: CompiledChallenge, world: World, given: Sequence[GivenCommands]
    ) -> bool:
        path, attempt = self._path(compiled.challenge), world.attempt
        assert attempt is not None  # noqa: S101 - whoever asks has looked
        for left in remove_left(path.parent, f".*-{glob.escape(path.name)}"):
            self.notice(f"Removed {left}, which was left half written")
        before = self._prove(compiled)
        had = world.inventory
        rank = True, attempt.is_reached(had), attempt.score(had)
        if before is not None and before.rank >= rank:
            return False
        fresh = path.with_name(f".{os.getpid()}-{path.name}")
        try:
            fresh.unlink(missing_ok=True)
            again = write_attempt(compiled, world.seed, given, fresh)
            if again.digest() != world.digest():
                return False  # it began elsewhere, as from a save: nothing is proved
            fresh.replace(path)
        finally:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
        return True

    def _prove(self, compiled: CompiledChallenge) -> ProvenScore | None:
        """Return what the log of the best run proves; None if there is none."""
        if self._folder is None:
            return None
        path = self._path(compiled.challenge)
        if not _is_there(path):
            return None
        try:
            proven = prove(path, compiled)
        except SpacewheatError as error:
            self.notice(f"The best run of {compiled.challenge.name} is none: {error}")
            return None
        return proven if proven.is_over else None

    def _path(self, challenge: Challenge) -> Path:
        assert self._folder is not None  # noqa: S101 - whoever asks has looked
        return self._folder / f"{_name(challenge)}.jsonl"


def star_text(stars: int) -> str:
    """Return earned stars as ★★☆."""
    return FULL * stars + EMPTY * (MOST - stars)


def best_runs_folder() -> Path:
    """Return where the user's best runs are kept."""
    return platformdirs.user_data_path("spacewheat_sim") / "best_runs"


def _is_there(path: Path | None) -> bool:
    """Return whether something is there, as far as this user may know."""
    # A path has an error for a folder that is closed to us, and for names too long.
    return path is not None and os.path.exists(path)  # noqa: PTH110


def _name(challenge: Challenge) -> str:
    """Return what the log is called: another challenge of this name has another."""
    digest = hashlib.sha256(text_of(challenge).encode()).hexdigest()
    return f"{challenge.key or 'challenge'}-{digest[:12]}"
