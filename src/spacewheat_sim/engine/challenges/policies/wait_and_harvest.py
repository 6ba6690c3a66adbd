"""A policy that harvests again and again, at the period that earns most."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spacewheat_sim import seeding
from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.content.challenge.act import Act
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.bath.batch import BathBatch
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.errors import ArgumentError

TRIALS = 96
MOST_PERIODS = 14


@dataclass(frozen=True)
class Periodic:
    """Does a move in step ``first``, and every ``period`` steps from then on.

    Attributes:
        move: Its number.
        period: Steps from one to the next.
        first: Step in which it is done first.
        name: What is told of it.
    """

    move: int
    period: int
    first: int
    name: str

    def choose(self, episode: Episode) -> int:
        """Return the move when it is its time, and 0, to wait, otherwise."""
        since = episode.steps_done - self.first
        is_time = since >= 0 and since % self.period == 0
        return self.move if is_time and episode.mask()[self.move] else 0


def wait_and_harvest(compiled: CompiledChallenge, seed: int) -> Periodic:
    """Return the harvest, its period and its first step that earn most.

    They are found on trials of their own, in worlds that no attempt is in: what is left
    to chance in the choice is told by no score.

    Raises:
        ArgumentError: the challenge has no act of harvest.
    """
    challenge = compiled.challenge
    tried = list(schedules(challenge))
    best = -math.inf, Periodic(0, 1, 0, "")
    for move, act in enumerate(each.act for each in challenge.moves):
        if act is None or act.harvest is None:
            continue
        earned = _earned(compiled, act, np.array(tried), seed)
        top = int(np.argmax(earned))
        if earned[top] > best[0]:
            period, first = tried[top]
            said = f"wait_and_harvest: {act} every {period} steps from {first} on"
            best = float(earned[top]), Periodic(move, period, first, said)
    if best[1].move == 0:
        raise ArgumentError(
            f"The policy wait_and_harvest needs an act of harvest, which "
            f"{challenge.name} has not; random plays every challenge"
        )
    return best[1]


def schedules(challenge: Challenge) -> Iterator[tuple[int, int]]:
    """Yield which periods and first steps are tried: ever sparser ones."""
    period = 1
    for _ in range(MOST_PERIODS):
        if period > challenge.steps:
            return
        yield from ((period, first) for first in sorted({0, period - 1, period // 2}))
        period = max(period + 1, round(period * 1.3))


def _earned(
    compiled: CompiledChallenge, act: Act, tried: IntArray, seed: int
) -> FloatArray:
    """Return what a harvest earns on the mean of some trials, less its cost, (S,).

    All are tried side by side, each in baths of its own; ``tried`` has the period and
    the first step of each, (S, 2).
    """
    challenge = compiled.challenge
    period, first = np.repeat(tried, TRIALS, axis=0).T
    batch = _batch(compiled, period.size, seed)
    worth = _worth(compiled)
    most = challenge.steps
    if challenge.budget is not None and act.cost > 0.0:
        most = math.floor(challenge.budget / act.cost + 1e-9)
    earned, done = np.zeros(period.size), np.zeros(period.size, dtype=np.int64)
    for step in range(challenge.steps):
        due = (step >= first) & ((step - first) % period == 0) & (done < most)
        if due.any():
            taken = batch.harvest(*act.subject, mask=due)
            earned[due] += [worth.get(emoji, 0.0) for emoji in taken[due]]
            done += due
        batch.evolve(challenge.step)
    mean: FloatArray = (earned - act.cost * done).reshape(-1, TRIALS).mean(axis=1)
    return mean


def _batch(compiled: CompiledChallenge, count: int, seed: int) -> BathBatch:
    """Return baths that begin as attempts do, under streams of their own."""
    biome = compiled.biome
    own = int(seeding.stream(seed, "policy", "trials").integers(1 << 62))
    batch = BathBatch(biome.operators, count, seed=own, **vars(biome.options()))
    batch.initialize_ket(biome.bath(seed=0, method="trajectory").amplitudes)
    return batch


def _worth(compiled: CompiledChallenge) -> dict[str, float]:
    """Return what one harvested of each emoji is worth, as a batch calls it."""
    biome = compiled.biome
    icons = resolve_icons(biome.biome, biome.registry)
    worth = {}
    for emoji in biome.emojis:
        key = canonical_emoji(emoji)
        if key in compiled.challenge.goal.harvested:
            worth[emoji] = icons[key].value if key in icons else 1.0
    return worth
