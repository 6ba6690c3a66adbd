"""Attempts of a policy at a challenge, shared out to the workers of a pool."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Future, as_completed
from pathlib import Path

from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.challenges.play import PlayedEpisodes, play
from spacewheat_sim.engine.challenges.policies.table import make_policy
from spacewheat_sim.errors import RunError
from spacewheat_sim.executors.pool import opened_pool

# Parts for each worker, so that one that is slow holds up none for long.
PARTS = 4


def play_by_pool(
    executor: str,
    challenge: str | Path,
    policy: str,
    episodes: int,
    seed: int,
    logs: Path | None = None,
    on_episode: Callable[[int], object] = lambda _done: None,
) -> PlayedEpisodes:
    """Return how attempts of a policy end: the same whoever plays them.

    Args:
        executor: ``serial``, ``processes[:N]``, ``dask`` or ``dask://HOST:PORT``.
        challenge: Name or file, which all workers must be able to read.
        policy: Name of the policy.
        episodes: How many attempts, at least 1.
        seed: Root of all randomness.
        logs: A folder in which a session log of each attempt is written.
        on_episode: Called with the number of those done.

    Raises:
        ArgumentError: there is no such executor.
        RunError: a worker was lost, or a log cannot be written.
    """
    folder = None if logs is None else logs.resolve()
    with opened_pool(executor) as pool:
        size = math.ceil(episodes / (PARTS * pool.workers))
        parts: dict[Future[PlayedEpisodes], int] = {}
        for first in range(0, episodes, size):
            count = min(size, episodes - first)
            part = str(challenge), policy, seed, first, count, folder
            parts[pool.executor.submit(_play_part, *part)] = count
        done = 0
        for future in as_completed(parts):
            if pool.is_lost(future.exception()):
                raise RunError("A worker was lost while it played; play again")
            future.result()
            done += parts[future]
            on_episode(done)
        played = [future.result() for future in parts]
    results = tuple(result for part in played for result in part.results)
    return PlayedEpisodes(played[0].policy, results)


def _play_part(
    challenge: str, policy: str, seed: int, first: int, count: int, logs: Path | None
) -> PlayedEpisodes:
    compiled = load_challenge(challenge)
    player = make_policy(policy, compiled, seed)
    return play(compiled, player, count, seed, logs, first=first)
