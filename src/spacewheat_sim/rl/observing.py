"""What agents observe of a challenge, by what it lets them see."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.engine.challenges.attempt import ROUNDING
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.engine.challenges.many.episodes import EpisodeBatch
from spacewheat_sim.rl.glance import (
    Axis,
    Glance,
    LastPlace,
    axis_of_many,
    axis_of_one,
    glance_at_many,
    glance_at_one,
    write_populations,
)

# The least and the largest that quantities can be; an energy, and a rate, is unbounded.
LIMITS = {
    "population": (0.0, 1.0),
    "coherence": (0.0, 1.0),
    "radius": (0.0, 1.0),
    "purity": (0.0, 1.0),
    "first": (0.0, 1.0),
    "information": (0.0, 2 * math.log(2)),
    "jumps": (0.0, math.inf),
}


class Observer:
    """Observations of a challenge.

    Where populations or axes may be seen, they are 32-bit floats: the populations in
    the order of the biome, or x, y, z and the radius of each axis that acts are on.
    Then the share of the time that is over, the share of the budget that is left if
    there is one, 1 once the hidden number was guessed if there is one, and each
    quantity of the goal so far.

    Where jumps may be seen, they are whole numbers: the emoji in which a jump or an act
    last left the bath, from 1 on, 0 before; whole steps since then; acts since then
    that have left it nowhere; steps done; and how many of the cheapest act the budget
    still pays for, if there is one.

    Args:
        compiled: The challenge.

    Attributes:
        space: The space of one observation.
    """

    space: spaces.Box | spaces.MultiDiscrete

    def __init__(self, compiled: CompiledChallenge) -> None:
        self._challenge = challenge = compiled.challenge
        self._emojis = len(compiled.biome.operators.emojis)
        self._dimension = compiled.biome.operators.dimension
        self._axes = axes_of(challenge)
        costs = [act.cost for act in challenge.acts if act.cost > 0.0]
        self._cheapest = min(costs) if costs and challenge.budget is not None else None
        if challenge.sees == "jumps":
            self.space = self._whole_numbers()
        else:
            self.space = self._floats()

    def of_many(self, many: EpisodeBatch) -> NDArray[Any]:
        """Return what is observed of many attempts, (B, …)."""
        glance = glance_at_many(many)
        if self._challenge.sees == "jumps":
            return self._counted(glance)
        found = self._empty(len(many))
        if self._challenge.sees == "populations":
            write_populations(many, found[:, : self._emojis])
        else:
            self._write_axes(found, [axis_of_many(many, a) for a in self._axes])
        return self._with_shares(found, glance)

    def of_one(self, episode: Episode, last: LastPlace) -> NDArray[Any]:
        """Return what is observed of one attempt, (…,)."""
        glance = glance_at_one(episode, last)
        if self._challenge.sees == "jumps":
            return np.asarray(self._counted(glance)[0])
        found = self._empty(1)
        if self._challenge.sees == "populations":
            (bath,) = episode.world.baths.values()
            found[0, : self._emojis] = bath.populations()
        else:
            self._write_axes(found, [axis_of_one(episode, a) for a in self._axes])
        return np.asarray(self._with_shares(found, glance)[0])

    def ages(self, glance: Glance) -> FloatArray:
        """Return how long ago a jump or an act last left each bath somewhere, in s."""
        return np.asarray(glance.steps * self._challenge.step - glance.since)

    def _empty(self, count: int) -> NDArray[np.float32]:
        return np.empty((count, *self.space.shape), dtype=np.float32)

    @staticmethod
    def _write_axes(out: NDArray[np.float32], axes: list[FloatArray]) -> None:
        for number, columns in enumerate(axes):
            out[:, 4 * number : 4 * number + 4] = columns

    def _with_shares(
        self, found: NDArray[np.float32], glance: Glance
    ) -> NDArray[np.float32]:
        """Return observations with all that is not of the bath written to them."""
        challenge = self._challenge
        by_populations = challenge.sees == "populations"
        column = self._emojis if by_populations else 4 * len(self._axes)
        found[:, column] = glance.steps / challenge.steps
        column += 1
        if challenge.budget is not None:
            left = 1.0 - glance.spent / (challenge.budget or 1.0)
            found[:, column] = np.clip(left, 0.0, 1.0)
            column += 1
        if challenge.hidden is not None:
            found[:, column] = glance.guessed
            column += 1
        found[:, column:] = glance.values
        return found

    def _counted(self, glance: Glance) -> NDArray[np.int64]:
        ages = np.floor(self.ages(glance) / self._challenge.step + ROUNDING)
        columns = [
            glance.place + 1,
            np.maximum(ages, 0.0).astype(np.int64),
            glance.acts_since,
            glance.steps,
        ]
        if self._cheapest is not None and self._challenge.budget is not None:
            left = self._challenge.budget - glance.spent + ROUNDING
            columns.append(np.maximum(left / self._cheapest, 0.0).astype(np.int64))
        return np.stack(columns, axis=1)

    def _whole_numbers(self) -> spaces.MultiDiscrete:
        steps = self._challenge.steps + 1
        sizes = [self._emojis + 1, steps, steps, steps]
        if self._cheapest is not None and self._challenge.budget is not None:
            sizes.append(int((self._challenge.budget + ROUNDING) / self._cheapest) + 1)
        return spaces.MultiDiscrete(sizes)

    def _floats(self) -> spaces.Box:
        challenge = self._challenge
        if challenge.sees == "populations":
            low, high = [0.0] * self._emojis, [1.0] * self._emojis
        else:
            low, high = [-1.0, -1.0, -1.0, 0.0], [1.0, 1.0, 1.0, 1.0]
            low, high = low * len(self._axes), high * len(self._axes)
        shares = 1 + (challenge.budget is not None) + (challenge.hidden is not None)
        low, high = [*low, *[0.0] * shares], [*high, *[1.0] * shares]
        for wanted in challenge.goal.quantities:
            least, most = LIMITS.get(wanted.kind, (-math.inf, math.inf))
            if wanted.kind == "entropy":
                least, most = 0.0, math.log(self._dimension)
            low.append(least)
            high.append(most)
        # Sums of squares may be above 1 in their last place.
        return spaces.Box(_rounded(low, -1), _rounded(high, 1), dtype=np.float32)


def axes_of(challenge: Challenge) -> list[Axis]:
    """Return the axes that the acts of a challenge are on, each once."""
    found: list[Axis] = []
    for act in challenge.acts:
        pairs = [act.axis, act.other]
        if act.kind in ("measure", "weak", "harvest"):
            pairs.append(act.subject)
        found += [(pair[0], pair[1]) for pair in pairs if pair is not None]
    return list(dict.fromkeys(found))


def _rounded(bounds: list[float], toward: int) -> NDArray[np.float32]:
    """Return bounds that are one 32-bit place wider, but for 0."""
    given = np.array(bounds, dtype=np.float32)
    wider = np.nextafter(given, np.float32(toward * np.inf))
    return np.where(given == 0.0, given, wider)
