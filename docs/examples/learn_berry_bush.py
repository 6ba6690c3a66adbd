"""An agent learns when to harvest the berry bush.

Run it by ``python docs/examples/learn_berry_bush.py``.

Q-learning on a table, with 512 environments at once. Who sees jumps observes whole
numbers, so that a table is all it takes: the place of the last landing, its age in
steps, and how many harvests have found nothing since. What the steps that are left are
worth is learned from one step to the next,

    Q(s, a) ← Q(s, a) + α (r + max Q(s′, ·) − Q(s, a) − ρ),

less the mean reward ρ of a step, so that no future is discounted (Schwartz, 1993).
"""

from __future__ import annotations

import time

import gymnasium
import numpy as np

import spacewheat_sim.rl  # noqa: F401 - it registers the environments
from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.challenges.optimum import best_play

CHALLENGE = "berry_season"
ENVS, EPISODES, TRIALS = 512, 32, 4
AGES, ACTS = 60, 3  # older, and more, are taken for the last
EXPLORING = (0.3, 0.02)  # share of moves at random, first and last


def states(observed: np.ndarray) -> np.ndarray:
    """Return the row of the table of each observation, (B,)."""
    place, age, acts, _ = observed.T
    age, acts = np.minimum(age, AGES - 1), np.minimum(acts, ACTS - 1)
    return (place * AGES + age) * ACTS + acts


def learn(seed: int) -> np.ndarray:
    """Return the table of what moves are worth, (states, moves)."""
    envs = gymnasium.make_vec(
        "spacewheat_sim/Challenge-v0",
        num_envs=ENVS,
        challenge=CHALLENGE,
        autoreset_mode=gymnasium.vector.AutoresetMode.SAME_STEP,
    )
    places = int(envs.single_observation_space.nvec[0])
    moves = int(envs.single_action_space.n)
    table = np.zeros((places * AGES * ACTS, moves))
    seen = np.zeros_like(table)
    mean = 0.0
    rng = np.random.default_rng(seed)
    observed, _ = envs.reset(seed=seed)
    steps = EPISODES * load_challenge(CHALLENGE).challenge.steps
    for step in range(steps):
        now = states(observed)
        done = step / steps
        random = rng.random(ENVS) < EXPLORING[0] * (1 - done) + EXPLORING[1] * done
        best = table[now].argmax(axis=1)
        chosen = np.where(random, rng.integers(0, moves, ENVS), best)
        observed, rewards, over, _, _ = envs.step(chosen)
        best_ahead = table[states(observed)].max(axis=1)
        ahead = np.where(over, table[now].max(axis=1), best_ahead)
        errors = rewards - mean + ahead - table[now, chosen]
        # All environments that are in one state learn together.
        count = np.zeros_like(table)
        total = np.zeros_like(table)
        np.add.at(count, (now, chosen), 1.0)
        np.add.at(total, (now, chosen), errors)
        seen += count
        here = count > 0
        rate = 1.0 / np.maximum(seen[here] / count[here], 1.0) ** 0.6
        table[here] += rate * total[here] / count[here]
        mean += 0.01 * float(errors[~random].mean())
    return table


def mean_score(table: np.ndarray, seed: int) -> tuple[float, float]:
    """Return what the table's best moves score on average, and its standard error."""
    envs = gymnasium.make_vec(
        "spacewheat_sim/Challenge-v0",
        num_envs=ENVS * TRIALS,
        challenge=CHALLENGE,
        autoreset_mode=gymnasium.vector.AutoresetMode.DISABLED,
    )
    observed, info = envs.reset(seed=seed)
    over = np.zeros(1, dtype=bool)
    while not over.any():
        moves = table[states(observed)].argmax(axis=1)
        observed, _, over, _, info = envs.step(moves)
    scores = info["score"]
    return float(scores.mean()), float(scores.std() / np.sqrt(scores.size))


def main() -> None:
    """Learn, and print what was learned beside the best that can be."""
    begin = time.perf_counter()
    table = learn(seed=0)
    spent = time.perf_counter() - begin
    score, error = mean_score(table, seed=1_000_000)
    best = best_play(load_challenge(CHALLENGE)).value
    share = f"{score / best:.1%}"
    print(f"learned in {spent:.0f} s")
    print(f"score {score:.3f} ± {error:.3f}, the best is {best:.3f}: {share}")


if __name__ == "__main__":
    main()
