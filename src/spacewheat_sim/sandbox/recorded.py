"""From a session log to a session that has all of its branches."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from spacewheat_sim.content.problems import ContentError
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import SessionLogError
from spacewheat_sim.engine.session.recorded import RecordedSession
from spacewheat_sim.engine.session.timeline.branch import Position
from spacewheat_sim.engine.world.content_text import text_of
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import UnknownNameError
from spacewheat_sim.sandbox.biome.session.replay import Replay
from spacewheat_sim.sandbox.biome.session.retelling import Retold, retell
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.biome.window_state import WindowState

Notice = Callable[[str], object]


def session_of(world: World, log: SessionLog | None, notice: Notice) -> BiomeSession:
    """Return a session that goes on with ``world``."""
    return BiomeSession(
        next(iter(world.biomes.values())),
        IconRegistry(world.icons),
        world=world,
        anew=_beginning(world),
        log=log,
        notice=notice,
    )


def continued_session(
    recorded: RecordedSession, log: SessionLog | None, notice: Notice
) -> tuple[BiomeSession, WindowState | None]:
    """Return the session of a log where the player left it, with all its branches.

    Those in worlds of other biomes, that were played beside the last one, stay in the
    log. It also returns how the window was set, if that is told.

    Raises:
        SessionLogError: a digest differs, or the log cannot be told again.
    """
    told = retell(recorded, partial(session_of, log=log, notice=notice), whole=False)
    if told.differs is not None:
        raise SessionLogError(
            f"{recorded.path} cannot be continued: its replay differs after tick "
            f"{told.differs:,}"
        )
    return told.session, _as_left(recorded, told)


def replayed_session(
    recorded: RecordedSession, log: SessionLog | None, notice: Notice
) -> BiomeSession:
    """Return a session that shows what a log tells, from its beginning.

    Whatever it has the log write is kept back until somebody acts.

    Raises:
        SessionLogError: the log cannot be told again.
    """
    if log is not None:
        log.hold()
    told = retell(recorded, partial(session_of, log=log, notice=notice), whole=True)
    session = told.session
    if told.differs is not None:
        notice(f"The digest after tick {told.differs:,} differs from the log's")
    session.show_replay(
        Replay(
            session.past,
            session.ticks,
            digests=told.equal,
            cut_short=recorded.cut_short,
            log=None if log is None else log.path,
            notice=notice,
        )
    )
    return session


def _as_left(recorded: RecordedSession, told: Retold) -> WindowState | None:
    """Bring a session to where its player left it; return how the window was set."""
    left, past = recorded.left, told.session.past
    if left is None or left.branch not in told.branches:
        return None
    state = WindowState.of_record(left.window)
    line = told.branches[left.branch]
    at = Position(left.tick, left.given)
    if left.is_last and line.holds(at) and (line, at) != (past.line, past.at):
        past.go_to(at, line)
    return state


def _beginning(world: World) -> Callable[[int], World] | None:
    """Return what makes the worlds in which attempts at its challenge begin.

    It is None where none is played, or one that is not here as it is played.
    """
    if world.attempt is None:
        return None
    played = world.attempt.challenge
    try:
        found = load_challenge(played.key)
    except (UnknownNameError, ContentError):
        return None
    return found.world if text_of(found.challenge) == text_of(played) else None
