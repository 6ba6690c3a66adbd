"""A finished attempt as a log of its own, and what became of it step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.recorded import GivenCommands
from spacewheat_sim.engine.session.replay import Began, Ticked, replay
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError


@dataclass(frozen=True)
class AttemptCourse:
    """What became of an attempt, at its beginning and after each of its K steps.

    Attributes:
        emojis: The emojis of its biome.
        times: Seconds, (K + 1,).
        scores: The score so far, as in :meth:`.Attempt.prospect`, (K + 1,).
        populations: (K + 1, N).
    """

    emojis: tuple[str, ...]
    times: FloatArray
    scores: FloatArray
    populations: FloatArray

    def score_at(self, step: int) -> float:
        """Return the score after ``step`` steps; after the last one it stays."""
        return float(self.scores[min(step, len(self.scores) - 1)])


def write_attempt(
    compiled: CompiledChallenge, seed: int, given: Sequence[GivenCommands], path: Path
) -> World:
    """Write the log of a whole attempt in which ``given`` was commanded.

    Returns:
        The world at its end.

    Raises:
        SessionWriteError: the log cannot be written.
    """
    world = compiled.world(seed)
    with SessionLog(path) as log:
        log.begin(world)
        for record in given:
            while world.tick_count < record.tick:
                log.tick(world)
            log.obey(world, record.commands)
        while world.tick_count < compiled.challenge.steps:
            log.tick(world)
        log.end(world)
    return world


def course_of(path: Path) -> AttemptCourse:
    """Return what became of the attempt in a log of one.

    Raises:
        SessionLogError: the log is damaged, or there is none.
        ArgumentError: it is of no challenge.
    """
    world: World | None = None
    times, scores, rows = [], [], []
    for step in replay(read_session(path)):
        if isinstance(step, Began):
            world = step.world
        if world is None or not isinstance(step, Began | Ticked):
            continue
        if world.attempt is None:
            raise ArgumentError(f"{path} is not the log of a challenge")
        (bath,) = world.baths.values()
        times.append(world.time)
        scores.append(world.attempt.prospect(world.inventory, bath))
        rows.append(bath.populations())
    assert world is not None  # noqa: S101 - every log begins with a world
    (bath,) = world.baths.values()
    return AttemptCourse(bath.emojis, np.array(times), np.array(scores), np.array(rows))
