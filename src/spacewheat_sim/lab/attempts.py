"""Attempts of a policy at a challenge, shared out to the workers of a pool."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import NoReturn

from spacewheat_sim.engine.challenges.compiled import CompiledChallenge, load_challenge
from spacewheat_sim.engine.challenges.play import (
    PlayedEpisodes,
    log_name,
    play,
)
from spacewheat_sim.engine.challenges.policies.policy import Policy
from spacewheat_sim.engine.challenges.policies.table import make_policy
from spacewheat_sim.errors import RunError
from spacewheat_sim.executors.pool import opened_pool
from spacewheat_sim.executors.runner import TRIES, Runner
from spacewheat_sim.executors.schedule import Schedule
from spacewheat_sim.version import __version__


@dataclass(frozen=True)
class _Part:
    """Attempts from number ``first`` on, the seconds they took, and whose they are."""

    first: int
    played: PlayedEpisodes
    seconds: float
    version: str


def play_by_pool(
    executor: str,
    challenge: str | Path,
    policy: str,
    episodes: int,
    seed: int,
    logs: Path | None = None,
    on_episode: Callable[[int], object] = lambda _done: None,
    tell: Callable[[str], object] = lambda _line: None,
) -> PlayedEpisodes:
    """Return how attempts of a policy end: the same whoever plays them.

    What a worker had not finished when it was lost is played again.

    Args:
        executor: ``serial``, ``processes[:N]``, ``dask`` or ``dask://HOST:PORT``.
        challenge: Name or file, which all workers must be able to read.
        policy: Name of the policy.
        episodes: How many attempts, at least 1.
        seed: Root of all randomness.
        logs: A folder in which a session log of each attempt is written.
        on_episode: Called with the number of those done.
        tell: Called with notices of workers that were lost.

    Raises:
        ArgumentError: there is no such executor.
        RunError: the workers are gone, die of an attempt, or cannot write a log; a
            log of an attempt exists.
    """
    folder = None if logs is None else logs.resolve()
    if folder is not None:
        _check_free(folder, load_challenge(challenge), seed, episodes)
    work = partial(_play_part, str(challenge), policy, seed, folder)
    parts: list[_Part] = []
    with opened_pool(executor) as pool:
        schedule = Schedule([range(episodes)], episodes, together=1)
        done = 0
        for part in Runner(pool, work, schedule, _refuse, tell).run():
            parts.append(part)
            done += len(part.played.results)
            on_episode(done)
    parts.sort(key=lambda part: part.first)
    results = tuple(result for part in parts for result in part.played.results)
    return PlayedEpisodes(parts[0].played.policy, results)


def _check_free(
    logs: Path, compiled: CompiledChallenge, seed: int, episodes: int
) -> None:
    """Raise if a log of an attempt is there: none that another run wrote is lost."""
    for number in range(episodes):
        file = logs / log_name(compiled, seed, number)
        if file.exists():
            raise RunError(f"Cannot write the session log {file}: it exists")


def _play_part(
    challenge: str, policy: str, seed: int, logs: Path | None, first: int, stop: int
) -> _Part:
    begun = time.perf_counter()
    compiled, player = _opened(challenge, policy, seed)
    if logs is not None:
        for number in range(first, stop):
            # Of a worker that was lost while it played this one.
            (logs / log_name(compiled, seed, number)).unlink(missing_ok=True)
    played = play(compiled, player, stop - first, seed, logs, first=first)
    return _Part(first, played, time.perf_counter() - begun, __version__)


@lru_cache(maxsize=1)
def _opened(challenge: str, policy: str, seed: int) -> tuple[CompiledChallenge, Policy]:
    """Return a challenge and who plays it, once in each worker."""
    compiled = load_challenge(challenge)
    return compiled, make_policy(policy, compiled, seed)


def _refuse(number: int) -> NoReturn:
    """Raise, since attempt ``number`` kills its workers."""
    raise RunError(f"Attempt {number:,} has killed its worker, {TRIES} times")
