"""The score that a session log proves: its commands are given again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge, load_challenge
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.recorded import Chapter, RecordedSession
from spacewheat_sim.engine.session.replay import Began, Compared, Turned, replay
from spacewheat_sim.engine.world.content_text import text_of
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError, SpacewheatError, UnknownNameError
from spacewheat_sim.exit_codes import DIFFERENT


class NoAttemptError(ArgumentError):
    """A session log is of no challenge."""


class NotProvenError(SpacewheatError):
    """A log does not prove its score: it tells what did not happen so."""

    exit_code = DIFFERENT


@dataclass(frozen=True)
class ProvenScore:
    """What a log proves.

    Attributes:
        path: The log.
        challenge: Key of the challenge.
        score: The score that its commands earn.
        stars: How many it earns; 0 where it was not brought to its end.
        is_reached: Whether all that the goal asks for is so.
        is_over: Whether all steps were done.
        steps: How many were.
        acts: How many acts were done.
        spent: What they have cost.
        seed: Root seed of the world.
    """

    path: str
    challenge: str
    score: float
    stars: int
    is_reached: bool
    is_over: bool
    steps: int
    acts: int
    spent: float
    seed: int

    @property
    def rank(self) -> tuple[bool, bool, float]:
        """What the better of two has more of: an end, the goal reached, the score."""
        return self.is_over, self.is_reached, self.score


def prove(path: str | Path, given: CompiledChallenge | None = None) -> ProvenScore:
    """Return the score of the best attempt in a log, from its commands alone.

    The world must begin as the challenge begins, seed for seed, and go on as the log's
    digests say; the challenge is the one that goes by its name here and now. Of the
    attempts of one session, each a chapter, those that were brought to their end come
    first, then those that reach the goal; one that begins elsewhere, as from a save,
    proves nothing.

    Args:
        path: The log.
        given: The challenge, where it is not found by its name.

    Raises:
        SessionLogError: the log is missing or damaged.
        NoAttemptError: it is of no challenge.
        NotProvenError: it begins otherwise, or a digest differs; the message names the
            first tick that does.
    """
    session = read_session(path)
    found: list[ProvenScore] = []
    refused: list[NotProvenError] = []
    for chapter in session.chapters:
        if chapter.is_scene:
            continue
        world = chapter.world()
        if world.attempt is None:
            continue
        try:
            _check_beginning(path, chapter, world, given)
        except NotProvenError as error:
            refused.append(error)
            continue
        alone = RecordedSession(session.path, (chapter,), session.cut_short)
        found.append(_proven(path, _replayed(alone)))
    if found:
        return max(found, key=lambda one: one.rank)
    if refused:
        raise refused[0]
    raise NoAttemptError(f"{path} is not the log of a challenge")


def _replayed(session: RecordedSession) -> World:
    """Return the world at the end of a session of one chapter.

    Raises:
        NotProvenError: a digest differs.
    """
    (chapter,) = session.chapters
    world, equal_until = chapter.world(), chapter.start
    for step in replay(session):
        match step:
            case Began():
                world = step.world
            case Turned():
                raise NotProvenError(
                    f"{session.path} proves no score: its past was returned to at tick "
                    f"{step.turn.tick:,}, and a challenge goes one way"
                )
            case Compared(equal=False):
                raise NotProvenError(
                    f"{session.path} proves no score: its digest differs at tick "
                    f"{step.tick:,} (equal up to tick {equal_until:,}); it was edited"
                    f"{_versions(chapter)}"
                )
            case Compared():
                equal_until = step.tick
    return world


def prove_all(folder: Path) -> tuple[list[ProvenScore], dict[str, str]]:
    """Return the scores that the logs of a folder prove, the best of each first.

    Returns:
        The scores, by challenge; and of each log that proves none why, by its path.
        Logs of no challenge are left out.
    """
    found, refused = [], {}
    for file in sorted(folder.glob("*.jsonl")):
        try:
            found.append(prove(file))
        except NoAttemptError:
            continue
        except SpacewheatError as error:
            refused[str(file)] = str(error)
    found.sort(key=lambda one: one.rank, reverse=True)  # of equal ones by their paths
    found.sort(key=lambda one: one.challenge)
    return found, refused


def _check_beginning(
    path: str | Path, chapter: Chapter, world: World, given: CompiledChallenge | None
) -> None:
    """Refuse a log that does not begin as its challenge does.

    Raises:
        NotProvenError: it is at another challenge, or begins otherwise.
    """
    played = _challenge(world)
    compiled = _known(path, played.key) if given is None else given
    if text_of(compiled.challenge) != text_of(played):
        raise NotProvenError(
            f"{path} proves no score: its challenge {played.key or played.name} is not "
            f"the one that goes by this name{_versions(chapter)}"
        )
    (bath,) = world.baths
    number = _number(bath, compiled.bath_name())
    expected = None if number is None else compiled.world(world.seed, number)
    if expected is None or expected.snapshot() != world.snapshot():
        raise NotProvenError(
            f"{path} proves no score: it differs at tick 0, where it does not begin as "
            f"the challenge does{_versions(chapter)}"
        )


def _known(path: str | Path, key: str) -> CompiledChallenge:
    """Return the challenge that goes by a name.

    Raises:
        NotProvenError: there is none; the message says how to name it.
    """
    try:
        return load_challenge(key)
    except UnknownNameError:
        raise NotProvenError(
            f"{path} proves no score here: its challenge {key!r} is not known. If it "
            "is your own, name its file with --challenge, or its pack with --pack"
        ) from None


def _challenge(world: World) -> Challenge:
    assert world.attempt is not None  # noqa: S101 - it was looked at before
    return world.attempt.challenge


def _number(bath: str, first: str) -> int | None:
    """Return which attempt a bath is of, None if it is of none."""
    if bath == first:
        return 0
    found = re.fullmatch(re.escape(first) + r"-([1-9]\d{0,17})", bath)
    return None if found is None or found[1] == "1" else int(found[1]) - 1


def _versions(chapter: Chapter) -> str:
    from spacewheat_sim import __version__

    if chapter.version == __version__:
        return ""
    return f" (recorded by version {chapter.version}, replayed by {__version__})"


def _proven(path: str | Path, world: World) -> ProvenScore:
    attempt = world.attempt
    assert attempt is not None  # noqa: S101 - it was looked at before
    challenge, score = attempt.challenge, attempt.score(world.inventory)
    is_over = world.tick_count >= challenge.steps
    return ProvenScore(
        str(path),
        challenge.key or challenge.name,
        score,
        attempt.stars(world.inventory) if is_over else 0,
        attempt.is_reached(world.inventory),
        is_over,
        min(world.tick_count, challenge.steps),
        attempt.standing.acts,
        attempt.standing.spent,
        world.seed,
    )
