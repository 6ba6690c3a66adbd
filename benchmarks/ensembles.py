"""Ensembles that are evolved, not drawn from tables: benchmarks/ensembles.py.

Driven and measured biomes, baths too large for tables, and what must not change: the
master equation's populations and every bit on one thread or two. 20 s with 21 output
times, on two cores. Random baths beside the peers, and those drawn from tables, are in
trajectories.py.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numba
import numpy as np
from case import Case
from measurement import Measurement
from problems import random_bath
from timing import Effort

from spacewheat_sim import QuantumBath, load_biome
from spacewheat_sim.engine.bath.ensemble.measurements import ScheduledMeasurement

DURATION, INTERVAL = 20.0, 1.0
CORES = 2
UNIT = "trajectories/s"
# Populations that hardly any trajectory reaches have no normal distribution.
RARE = 1e-3
KILOBYTES_PER_MEGABYTE = 1024


def forest() -> QuantumBath:
    """Return the authored biome of 22 emojis, one of them driven."""
    return load_biome("forest").bath(seed=0)


def random_states(states: int, driven: int = 0) -> QuantumBath:
    """Return a random bath in its first basis state."""
    problem = random_bath(states, driven=driven)
    bath = QuantumBath(problem.operators(), seed=0)
    bath.initialize_emoji(problem.emojis[0])
    return bath


def every_second() -> Sequence[ScheduledMeasurement]:
    """Return a weak measurement of one axis of the forest at each whole second."""
    return [
        ScheduledMeasurement(second, "🐺", "🐇", "weak", 0.5)
        for second in np.arange(1.0, DURATION).tolist()
    ]


def rate(
    name: str,
    make: Callable[[], QuantumBath],
    count: int,
    bar: float | None,
    effort: Effort,
    measurements: Sequence[ScheduledMeasurement] = (),
) -> Iterator[Measurement]:
    """Measure how many trajectories are evolved in a second."""
    bath = make()
    seconds = []
    for seed in range(min(5, effort.repeats) + 1):
        start = time.perf_counter()
        result = bath.ensemble(
            DURATION, count, INTERVAL, seed, measurements=measurements
        )
        seconds.append(time.perf_counter() - start)
    jumps = result.jump_counts.sum() / count
    yield Measurement.timed(
        name,
        "ensemble",
        UNIT,
        seconds[1:],  # the first one compiles
        count,
        symbol="N",
        size=len(bath.emojis),
        bar=bar,
        note=f"{jumps:.1f} jumps each",
    )


def large(states: int, count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure time and memory of a static bath whose tables would be too large."""
    del effort  # once is long enough
    bath = random_states(states)
    bath.ensemble(DURATION, 16, INTERVAL, 0)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    bath.ensemble(DURATION, count, INTERVAL, 1)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    name, size = f"{count:,} trajectories, static", {"symbol": "N", "size": states}
    yield Measurement.timed(name, "ensemble", "s", [seconds], **size)
    for by, kilobytes in (("added by the ensemble", peak - before), ("in all", peak)):
        yield Measurement.of(
            name,
            f"peak memory, {by}",
            "MB",
            [kilobytes / KILOBYTES_PER_MEGABYTE],
            **size,
            bar=1024.0,
        )


def agreement(count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure the largest deviation from the master equation in standard errors."""
    del effort  # the number of trajectories sets it
    exact = load_biome("forest").bath(method="master").evolve_many(INTERVAL, 20)
    usual = exact.populations[1:] > RARE
    largest = []
    for seed in range(3):
        found = forest().ensemble(DURATION, count, INTERVAL, seed)
        z = (found.populations - exact.populations)[1:] / found.standard_error[1:]
        largest.append(float(np.abs(z[usual]).max()))
    yield Measurement.of(
        "driven forest against the master equation",
        "largest deviation",
        "std. err.",
        largest,
        symbol="count",
        size=count,
        bar=4.5,
        note=f"{usual.sum()} populations",
    )


def threads(effort: Effort) -> Iterator[Measurement]:
    """Measure how many numbers differ between a run on one thread and one on two."""
    del effort  # it is counted, not timed
    for name, bath in (("forest, driven", forest()), ("static", random_states(22))):
        results = []
        for count in (1, CORES):
            numba.set_num_threads(count)
            results.append(bath.ensemble(DURATION, 2000, INTERVAL, 5))
        one, two = (
            np.concatenate([each.populations.ravel(), each.first_jumps])
            for each in results
        )
        yield Measurement.of(
            f"one thread and two, {name}",
            "numbers that differ",
            "",
            [float(np.count_nonzero(one != two))],
            bar=0.0,
        )


CASES = (
    Case("forest", partial(rate, "forest, driven", forest, 20_000, 20_000), CORES),
    Case(
        "3 driven",
        partial(rate, "3 driven", partial(random_states, 22, 3), 20_000, 20_000),
        CORES,
    ),
    Case(
        "22 driven",
        partial(rate, "22 driven", partial(random_states, 22, 22), 10_000, None),
        CORES,
        is_quick=False,
    ),
    Case(
        "measured forest",
        partial(
            rate,
            "forest, driven, 19 measurements",
            forest,
            20_000,
            None,
            measurements=every_second(),
        ),
        CORES,
    ),
    Case("N = 1000", partial(large, 1000, 10_000), CORES, is_quick=False),
    Case("agreement", partial(agreement, 300_000), CORES, is_quick=False),
    Case("threads", threads, CORES),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("ensembles",)))
