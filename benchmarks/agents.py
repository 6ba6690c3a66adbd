"""Environments of challenges: python benchmarks/agents.py [--quick].

10,000 forests (22 states, driven) as one vector environment, at steps of 1/60 s, on two
cores. In every step each environment does a move drawn at random (to wait, to harvest,
to measure), all are observed, rewarded, and reset in the step after their last; 61
calls are an episode of 60 steps and its reset. Beside it, in turn, the bare tick: as
many baths of a ``BathBatch`` evolved by the same time and nothing else; and
``SyncVectorEnv`` over single environments of the same challenge.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
from case import Case
from gymnasium.vector import SyncVectorEnv
from measurement import Measurement
from problems import DT
from timing import Effort

import spacewheat_sim.rl  # noqa: F401 - it registers the environment
from spacewheat_sim import load_biome
from spacewheat_sim.content.challenge.act import Act
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.challenge.goal import Goal
from spacewheat_sim.engine.bath.batch import BathBatch
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.rl.vector_env import ChallengeVectorEnv

CORES, ENVS, SINGLE = 2, 10_000, 64
ENV_ID = "spacewheat_sim/Challenge-v0"
STEPS_BAR, TICK_BAR, SYNC_BAR = 1e6, 1.5, 50.0
CALLS = 61  # of an episode of 60 steps, and its reset


def forest() -> CompiledChallenge:
    """Return a challenge of a second in the forest, with steps of a tick."""
    acts = (
        Act(harvest=("🐇", "🐺"), cost=0.1),
        Act(measure=("🐇", "🌿"), cost=0.01),
    )
    goal = Goal.model_validate({"harvested": {"🐇": 1}})
    challenge = Challenge(
        name="forest",
        biome="forest",
        seconds=1.0,
        step=DT,
        acts=acts,
        goal=goal,
        stars=(1, 2, 3),
    )
    return CompiledChallenge(challenge, load_biome("forest"))


def vector(effort: Effort) -> Iterator[Measurement]:
    """Measure steps of many environments, the bare tick, and SyncVectorEnv."""
    challenge = forest()
    env: ChallengeVectorEnv = gymnasium.make_vec(  # type: ignore[assignment]
        ENV_ID, num_envs=ENVS, challenge=challenge
    )
    env.reset(seed=0)
    moves = np.random.default_rng(0).integers(0, 3, (CALLS, ENVS))
    batch = BathBatch(challenge.biome.operators, ENVS, seed=0)
    ours, bare = [], []
    _episode(env, moves)
    for _ in range(max(2, effort.repeats)):
        ours.append(_episode(env, moves))
        bare.append(_ticks(batch))
    name, steps = f"{ENVS:,} forests, a step of 1/60 s", ENVS * CALLS
    yield Measurement.timed(
        name, "vector environment", "steps/s", ours, steps, bar=STEPS_BAR
    )
    yield Measurement.timed(name, "bare tick", "steps/s", bare, steps)
    ratios = [own / tick for own, tick in zip(ours, bare, strict=True)]
    yield Measurement.of(name, "in bare ticks", "", ratios, bar=TICK_BAR)
    single = [lambda: gymnasium.make(ENV_ID, challenge=challenge)] * SINGLE
    peer = SyncVectorEnv(single)
    peer.reset(seed=0)
    alone = [_episode(peer, moves[:, :SINGLE]) for _ in range(2)]
    yield Measurement.timed(
        name, "SyncVectorEnv", "steps/s", alone, SINGLE * CALLS, is_peer=True
    )
    per_step = min(alone) / SINGLE
    times = [per_step / (own / ENVS) for own in ours]
    yield Measurement.of(
        name, "times SyncVectorEnv", "", times, sense="higher", bar=SYNC_BAR
    )


def _episode(env: Any, moves: np.ndarray) -> float:
    """Return how many seconds an episode and its reset take."""
    begin = time.perf_counter()
    for row in moves:
        env.step(row)
    return time.perf_counter() - begin


def _ticks(batch: BathBatch) -> float:
    """Return how many seconds as many bare ticks take."""
    begin = time.perf_counter()
    for _ in range(CALLS):
        batch.evolve(DT)
    return time.perf_counter() - begin


CASES = (Case("vector environment", vector, CORES),)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("agents",)))
