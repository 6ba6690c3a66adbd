"""The optimum of challenges, by another way: value iteration over ages on a grid.

In these biomes what is known is always the last landing and its age, and whatever a
harvest finds, it leaves one emoji. So the best play is found on a grid of ages: waiting
is a renewal equation, by the trapezoidal rule, whose error falls with the square of the
spacing; two spacings give the limit.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.linalg as sl

from spacewheat_sim.engine.challenges.compiled import CompiledChallenge, load_challenge
from spacewheat_sim.engine.challenges.optimum import best_play


class Grid:
    """What becomes of each emoji at ages k·h, without a harvest, up to the next jump.

    Attributes:
        populations: Of emoji e, k steps of h after landing on j, without a jump since;
            (N, A, N).
        left: The probability that there was none, (N, A).
        density: That of the next jump from j to l at that age, (N, N, A).
    """

    def __init__(self, compiled: CompiledChallenge, nodes: int) -> None:
        operators, challenge = compiled.biome.operators, compiled.challenge
        n, ages = len(operators.emojis), challenge.steps * nodes + 1
        self.h, self.nodes = challenge.step / nodes, nodes
        jumps = [(j.source, j.target, j.rate) for j in operators.jumps]
        out = np.zeros(n)
        for source, _, rate in jumps:
            out[source] += rate
        generator = -1j * operators.hamiltonian.toarray() - np.diag(out) / 2
        step = sl.expm(generator * self.h)
        self.kets = np.zeros((n, ages, n), dtype=complex)
        self.kets[:, 0] = np.eye(n)
        for age in range(1, ages):
            self.kets[:, age] = self.kets[:, age - 1] @ step.T
        self.populations = np.abs(self.kets) ** 2
        self.left = self.populations.sum(axis=-1)
        self.density = np.zeros((n, n, ages))
        for source, target, rate in jumps:
            self.density[:, target] += rate * self.populations[:, :, source]

    def landed(self, value: np.ndarray) -> np.ndarray:
        """Return what it is worth to land u before a step's end, (N, nodes + 1)."""
        h, f = self.h, self.density
        found = np.zeros((len(f), self.nodes + 1))
        found[:, 0] = value[:, 0]
        for q in range(1, self.nodes + 1):
            known = self.left[:, q] * value[:, q] + h / 2 * f[:, :, q] @ found[:, 0]
            for u in range(1, q):
                known += h * f[:, :, u] @ found[:, q - u]
            found[:, q] = np.linalg.solve(np.eye(len(f)) - h / 2 * f[:, :, 0], known)
        return found

    def waited(self, value: np.ndarray, landed: np.ndarray) -> np.ndarray:
        """Return what a step of waiting is worth at each age that it ends within."""
        found = np.zeros_like(value)
        last = value.shape[1] - self.nodes
        weights = np.full(self.nodes + 1, self.h)
        weights[[0, -1]] /= 2
        for j, density in enumerate(self.density):
            worth = self.left[j, self.nodes :] * value[j, self.nodes :]
            for target, each in enumerate(density):
                kernel = weights * landed[target, ::-1]
                worth = worth + np.correlate(each, kernel, "valid")
            found[j, :last] = worth / self.left[j, :last]
        return found


def best_on_a_grid(compiled: CompiledChallenge, nodes: int) -> float:
    """Return the mean score of the best play of a challenge with one harvest."""
    (act,), operators = compiled.challenge.acts, compiled.biome.operators
    grid = Grid(compiled, nodes)
    north, south = (operators.index(pole) for pole in act.subject)
    ground = operators.ground(north)
    assert not set(compiled.challenge.goal.harvested) - {act.subject[0]}
    elsewhere = grid.kets.copy()
    elsewhere[:, :, [north, south]] = 0.0
    stays = (np.abs(elsewhere) ** 2).sum(axis=-1) / grid.left
    stands = np.abs(elsewhere).argmax(axis=-1)  # one emoji, where there is any
    taken = grid.populations[:, :, north] / grid.left
    found = taken + grid.populations[:, :, south] / grid.left
    value = np.zeros_like(taken)
    for _ in range(compiled.challenge.steps):
        landed = grid.landed(value)
        after = landed[:, -1]
        harvested = taken - act.cost + found * after[ground] + stays * after[stands]
        value = np.maximum(grid.waited(value, landed), harvested)
    start = int(np.abs(compiled.biome.bath(0).state).argmax())
    return float(value[start, 0])


@pytest.mark.parametrize(
    ("name", "steps", "nodes"),
    [
        ("first_harvest", 40, 2),
        ("hen_house", 30, 16),
        ("berry_season", 20, 16),
        pytest.param("hen_house", 120, 16, marks=pytest.mark.slow),
        pytest.param("berry_season", 240, 16, marks=pytest.mark.slow),
    ],
)
def test_the_optimum_is_that_of_a_grid_of_ages(
    name: str, steps: int, nodes: int
) -> None:
    compiled = load_challenge(name)
    seconds = steps * compiled.challenge.step
    short = compiled.challenge.model_copy(update={"seconds": seconds})
    compiled = replace(compiled, challenge=short)
    best = best_play(compiled)
    coarse, fine = (best_on_a_grid(compiled, n) for n in (nodes, 2 * nodes))
    limit = fine + (fine - coarse) / 3
    tolerance = abs(fine - coarse) / 3 + 1e-9
    assert best.value == pytest.approx(limit, abs=tolerance)
    assert best.bound == pytest.approx(limit, abs=tolerance)
