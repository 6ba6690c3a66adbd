"""How fast trajectories are averaged, and how fast many baths step together.

    python benchmarks/ensembles.py [--quick]

Uses all cores, since ensembles and batches do. Ensembles: random baths, 4 couplings and
2 jumps per state, 20 s with 21 output times; the populations are compared with the
master equation in standard errors. Batches: `forest`, which is driven, one tick of 1/60
s with one axis projected for every bath.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from problems import random_bath
from timing import FULL, QUICK, Effort, Timing, measure

from spacewheat_sim import BathBatch, QuantumBath, load_biome
from spacewheat_sim.engine.operators import BathOperators
from spacewheat_sim.quantum.renewal.tables import build_tables

DURATION, ROWS = 20.0, 20
# Populations that hardly any trajectory reaches have no normal distribution.
RARE = 1e-3


def main() -> None:
    """Run all cases and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer, shorter repeats")
    quick = parser.parse_args().quick
    effort = QUICK if quick else FULL
    for states, count, bar in ((22, 1_000_000, 1_000_000), (128, 200_000, 250_000)):
        static_ensemble(states, count // (10 if quick else 1), bar)
    driven_ensemble(200 if quick else 1000)
    for count, method in ((10_000, "trajectory"), (1_000, "master")):
        ticks(count, method, effort)
    agreement(1_000_000 if quick else 10_000_000)


def random_operators(states: int) -> BathOperators:
    """Return the operators of a random static bath."""
    problem = random_bath(states)
    return BathOperators.from_terms(
        problem.emojis, problem.hamiltonian, problem.jumps, problem.drivers
    )


def static_ensemble(states: int, count: int, bar: int) -> None:
    """Print the seconds of the tables and the trajectories a second after them."""
    operators = random_operators(states)
    bath = QuantumBath(operators, seed=0)
    bath.initialize_emoji(operators.emojis[0])
    hamiltonian = operators.hamiltonian.toarray()

    def tables() -> None:
        build_tables(
            operators.generator, hamiltonian, bath.amplitudes[None], DURATION, 1e-9
        )

    building = measure(tables, Effort(repeats=5, seconds=0.0)).median
    bath.ensemble(DURATION, 1000, dt=DURATION / ROWS, seed=0)
    rates = []
    for seed in range(5):
        start = time.perf_counter()
        result = bath.ensemble(DURATION, count, dt=DURATION / ROWS, seed=seed)
        rates.append(count / (time.perf_counter() - start - building))
    jumps = result.jump_counts.sum() / count
    print(
        f"ensemble, N = {states}, static: {np.median(rates):,.0f} trajectories/s after "
        f"tables (bar {bar:,}), {jumps:.1f} jumps each; tables {building:.3f} s"
    )


def driven_ensemble(count: int) -> None:
    """Print the trajectories a second of a driven biome."""
    bath = load_biome("forest").bath(seed=0)
    bath.ensemble(DURATION, 10, dt=DURATION / ROWS, seed=0)
    start = time.perf_counter()
    bath.ensemble(DURATION, count, dt=DURATION / ROWS, seed=1)
    rate = count / (time.perf_counter() - start)
    print(f"ensemble, forest, driven: {rate:,.0f} trajectories/s (bar 20,000)")


def ticks(count: int, method: str, effort: Effort) -> None:
    """Print the milliseconds of a tick of many forests."""
    batch = BathBatch(load_biome("forest").operators, count, method, seed=0)  # type: ignore[arg-type]

    def tick() -> None:
        batch.evolve(1 / 60)
        batch.project_onto_axis("🐺", "🐇")

    timing: Timing = measure(tick, effort)
    low, high = (1e3 * value for value in timing.quartiles)
    print(
        f"batch of {count:,} forests, {method}: {1e3 * timing.median:.1f} "
        f"[{low:.1f}, {high:.1f}] ms a tick (bar 16 for a world of them)"
    )


def agreement(count: int) -> None:
    """Print the largest deviation from the master equation in standard errors."""
    operators = random_operators(22)
    bath = QuantumBath(operators, "master", seed=0)
    bath.initialize_emoji(operators.emojis[0])
    result = bath.ensemble(DURATION, count, dt=DURATION / ROWS, seed=7)
    exact = bath.evolve_many(DURATION / ROWS, ROWS).populations
    z = (result.populations - exact)[1:] / result.standard_error[1:]
    print(
        f"{count:,} trajectories against master, N = 22: largest deviation "
        f"{np.abs(z[exact[1:] > RARE]).max():.1f} standard errors of "
        f"{(exact[1:] > RARE).sum()} populations, root mean square "
        f"{np.sqrt(np.mean(z[exact[1:] > RARE] ** 2)):.2f}"
    )


if __name__ == "__main__":
    main()
