"""What an agent may be shown of attempts, of one as of many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import BoolArray, FloatArray, IntArray
from spacewheat_sim.engine.bath.events import Harvested, Jumped, Measured
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.engine.challenges.many.episodes import EpisodeBatch
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.quantum.axis import AxisProjections

Axis = tuple[str, str]


@dataclass(frozen=True)
class Glance:
    """Where B attempts are at one moment.

    Attributes:
        steps: How many steps each has done, (B,).
        spent: What its acts have cost, (B,).
        guessed: Whether the number was guessed, (B,).
        values: What each quantity of the goal is so far, (B, Q).
        place: Emoji in which a jump or an act last left the bath, −1 before, (B,).
        since: When that was, in s, (B,).
        acts_since: Acts that have left it nowhere since, (B,).
    """

    steps: IntArray
    spent: FloatArray
    guessed: BoolArray
    values: FloatArray
    place: IntArray
    since: FloatArray
    acts_since: IntArray


def glance_at_many(many: EpisodeBatch) -> Glance:
    """Return where many attempts are."""
    at = many.standings
    return Glance(
        at.steps,
        at.spent,
        ~np.isnan(at.guess),
        many.values(),
        at.place,
        at.since,
        at.acts_since,
    )


class LastPlace:
    """Where a jump or an act last left the bath of one attempt.

    Attributes:
        place: Number of the emoji, −1 before.
        since: When, in s.
        acts_since: Acts that have left it nowhere since.
    """

    def __init__(self) -> None:
        self.place, self.since, self.acts_since = -1, 0.0, 0

    def see(self, episode: Episode, acts: int, events: tuple[WorldEvent, ...]) -> None:
        """Take note of a step with so many ``acts`` and these ``events``."""
        (bath,) = episode.world.baths.values()
        operators = bath.operators
        self.acts_since += acts
        for event in events:
            what, found = event.event, None
            if isinstance(what, Jumped):
                found = operators.index(what.target)
            elif isinstance(what, Harvested) and what.outcome is not None:
                found = operators.ground(operators.index(what.north))
            elif isinstance(what, Measured) and what.kind == "projective":
                found = None if what.outcome is None else operators.index(what.outcome)
            if found is not None and isinstance(what, Jumped | Harvested | Measured):
                self.place, self.since, self.acts_since = found, what.time, 0


def glance_at_one(episode: Episode, last: LastPlace) -> Glance:
    """Return where one attempt is, with arrays of one row."""
    attempt = episode.attempt
    values = [0.0 if value is None else value for _, value, _ in attempt.quantities]
    return Glance(
        np.array([episode.steps_done]),
        np.array([attempt.standing.spent]),
        np.array([attempt.standing.guess is not None]),
        np.array([values], dtype=np.float64),
        np.array([last.place]),
        np.array([last.since]),
        np.array([last.acts_since]),
    )


def write_populations(many: EpisodeBatch, out: NDArray[np.float32]) -> None:
    """Write the probability of each emoji in each attempt to ``out``, (B, E)."""
    parts = many.contents
    if len(parts) == 1:
        parts[0][0].batch.write_populations(out)
        return
    for content, own in parts:
        out[own] = content.batch.populations()[own]


def axis_of_many(many: EpisodeBatch, axis: Axis) -> FloatArray:
    """Return x, y, z and the radius of an axis in each attempt, (B, 4)."""
    found = np.empty((len(many), 4))
    for content, own in many.contents:
        found[own] = _columns(content.batch.project_onto_axis(*axis))[own]
    return found


def axis_of_one(episode: Episode, axis: Axis) -> FloatArray:
    """Return x, y, z and the radius of an axis in one attempt, (1, 4)."""
    (name,) = episode.world.baths
    return _columns(episode.world.project(name, *axis))


def _columns(seen: AxisProjections) -> FloatArray:
    return np.concatenate((seen.bloch, seen.radius[:, None]), axis=1)
