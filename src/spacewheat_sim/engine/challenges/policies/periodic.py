"""Policies that do one move again and again, at the period that earns most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.errors import ArgumentError

TRIALS = 24
MOST_PERIODS = 16
# Seeds of trials are other worlds than those in which a policy is scored.
TRIAL_NUMBERS = 1 << 40


@dataclass(frozen=True)
class Periodic:
    """Does a move in step ``first`` and every ``period`` steps from then on.

    Attributes:
        move: Its number.
        period: Steps from one to the next.
        first: Step in which it is done first.
        called: What is told of it.
    """

    move: int
    period: int
    first: int
    called: str

    @property
    def name(self) -> str:
        """Its name, with the period."""
        return self.called

    def choose(self, episode: Episode) -> int:
        """Return the move when it is its time, and 0, to wait, otherwise."""
        since = episode.steps_done - self.first
        is_time = since >= 0 and since % self.period == 0
        return self.move if is_time and episode.mask()[self.move] else 0


def wait_and_harvest(compiled: CompiledChallenge, seed: int) -> Periodic:
    """Return the harvest, and the period, that earn most.

    Raises:
        ArgumentError: the challenge has no act of harvest.
    """
    moves = compiled.challenge.moves
    harvests = [i for i, m in enumerate(moves) if m.act is not None and m.act.harvest]
    if not harvests:
        raise ArgumentError(
            f"The policy wait_and_harvest needs an act of harvest, which "
            f"{compiled.challenge.name} has not"
        )
    return best_periodic(compiled, harvests, seed, "wait_and_harvest")


def best_periodic(
    compiled: CompiledChallenge, moves: Iterable[int], seed: int, called: str
) -> Periodic:
    """Return which of ``moves`` earns most at which period, in trials of its own.

    Trials are attempts under ``seed`` with numbers that no run reaches, the same for
    every candidate.
    """
    challenge = compiled.challenge
    best: tuple[float, Periodic] | None = None
    for move in moves:
        for period in periods(challenge):
            for first in sorted({0, period - 1}):
                said = f"{called}, {challenge.moves[move]} every {period} steps"
                policy = Periodic(move, period, first, f"{said} from {first} on")
                mean = _mean_score(compiled, policy, seed)
                if best is None or mean > best[0]:
                    best = mean, policy
    assert best is not None  # noqa: S101 - there is a move and a period
    return best[1]


def periods(challenge: Challenge) -> list[int]:
    """Return which periods are tried: all small ones, then ever sparser ones."""
    found: list[int] = []
    period = 1
    while period <= challenge.steps and len(found) < MOST_PERIODS:
        found.append(period)
        period = max(period + 1, round(period * 1.3))
    return found


def _mean_score(compiled: CompiledChallenge, policy: Periodic, seed: int) -> float:
    total = 0.0
    for trial in range(TRIALS):
        episode = Episode(compiled, seed, TRIAL_NUMBERS + trial)
        while not episode.is_over:
            episode.step(policy.choose(episode))
        total += episode.score
    return total / TRIALS
