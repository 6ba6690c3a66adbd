"""Many attempts of a policy at a challenge, and what they come to."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.episode import Episode, EpisodeResult
from spacewheat_sim.engine.challenges.policies.policy import Policy
from spacewheat_sim.engine.session.log import SessionLog


@dataclass(frozen=True)
class PlayedEpisodes:
    """The attempts of a policy.

    Attributes:
        policy: What the policy is called, with what it has found out.
        results: How each ended, in order.
    """

    policy: str
    results: tuple[EpisodeResult, ...]

    @property
    def mean(self) -> float:
        """The mean score."""
        return math.fsum(each.score for each in self.results) / len(self.results)

    @property
    def standard_error(self) -> float | None:
        """Of the mean; None of a single attempt."""
        count = len(self.results)
        if count < 2:
            return None
        mean = self.mean
        spread = math.fsum((each.score - mean) ** 2 for each in self.results)
        return math.sqrt(spread / (count - 1) / count)

    @property
    def best(self) -> float:
        """The best score."""
        return max(each.score for each in self.results)

    def share_of_stars(self) -> tuple[float, float, float]:
        """Return which share of the attempts earned at least 1, 2 and 3 stars."""
        stars = [each.stars for each in self.results]
        one, two, three = (sum(s >= n for s in stars) / len(stars) for n in (1, 2, 3))
        return one, two, three


def play(
    compiled: CompiledChallenge,
    policy: Policy,
    episodes: int,
    seed: int,
    logs: Path | None = None,
    *,
    first: int = 0,
    on_episode: Callable[[int], object] | None = None,
) -> PlayedEpisodes:
    """Return how ``episodes`` attempts of a policy under one seed end.

    Args:
        compiled: What is played.
        policy: Who plays.
        episodes: How many attempts, at least 1; number n is the same alone or among
            others.
        seed: Root of the worlds' streams.
        logs: A folder in which a session log of each attempt is written.
        first: Number of the first of them.
        on_episode: Called after each with the number of those done.

    Raises:
        SessionWriteError: a log cannot be written.
    """
    results = []
    for number in range(first, first + episodes):
        if logs is None:
            results.append(attempt(Episode(compiled, seed, number), policy))
        else:
            with SessionLog(logs / log_name(compiled, seed, number)) as log:
                episode = Episode(compiled, seed, number, log)
                results.append(attempt(episode, policy))
                log.end(episode.world)
        if on_episode is not None:
            on_episode(number - first + 1)
    return PlayedEpisodes(policy.name, tuple(results))


def log_name(compiled: CompiledChallenge, seed: int, number: int) -> str:
    """Return the name of the log of attempt ``number``."""
    return f"{compiled.challenge.key}-{seed}-{number}.jsonl"


def attempt(episode: Episode, policy: Policy) -> EpisodeResult:
    """Play an episode to its end, and return how it ended."""
    while not episode.is_over:
        episode.step(policy.choose(episode))
    return episode.result()
