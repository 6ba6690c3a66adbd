"""What a sweep costs beside its points: python benchmarks/sweeps.py [--quick].

The overhead is the time of a whole sweep, from the check of its names to its last file,
less what its quantities alone take for as many biomes that are compiled already. The
efficiency is the share of two processes' time that is spent in rows, from when both
have loaded the package.
"""

from __future__ import annotations

import pickle
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from case import Case
from measurement import Measurement
from timing import Effort

from spacewheat_sim import load_biome
from spacewheat_sim.engine.bath.ensemble.calls import Job, run_histories
from spacewheat_sim.engine.bath.ensemble.spread import (
    EVOLVED_TOGETHER,
    SECONDS,
    refuse,
)
from spacewheat_sim.engine.quantities.evaluate import evaluate
from spacewheat_sim.engine.quantities.histories import evaluate_histories
from spacewheat_sim.engine.quantities.problem import Problem, read_asked
from spacewheat_sim.executors.pool import Pool, open_pool
from spacewheat_sim.executors.runner import Runner
from spacewheat_sim.executors.schedule import Schedule
from spacewheat_sim.lab.bundle.files import write_rows
from spacewheat_sim.lab.sweep.journal import Journal
from spacewheat_sim.lab.sweep.rows import Row, deadly_row, open_job, run_rows
from spacewheat_sim.lab.sweep.source import Source, open_source
from spacewheat_sim.lab.sweep.spec import read_spec
from spacewheat_sim.lab.sweep.sweep import run_sweep
from spacewheat_sim.lab.sweep.table import columns, table_rows
from spacewheat_sim.quantum.ensembles.group_sums import GroupSums

QUANTITY = {"population": "🥚", "at": 1.0}
NAME = "sweep of a small biome"


def source(**more: Any) -> Source:
    return open_source(
        read_spec({"biome": "decay_chain", "measure": [QUANTITY], "seed": 0, **more})
    )


def timed(what: Source) -> tuple[float, int]:
    """Return the seconds of a whole sweep, and the bytes of its table.

    They are those of the processor, which other work on the machine does not stretch.
    """
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        done = run_sweep(what, Path(folder))
        seconds = time.process_time() - began
        return seconds, (done.path / "table.csv").stat().st_size


def points(count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure points with operators of their own."""
    del effort  # thousands of points are an average already
    timed(source(set={"🥚.decay.rate": "0.1:0.5:9"}))
    seconds, size = timed(source(set={"🥚.decay.rate": f"0.1:0.5:{count}"}))
    asked, problem = [read_asked(QUANTITY)], Problem.of(load_biome("decay_chain"))
    began = time.process_time()
    for _ in range(count):
        evaluate(problem, asked)
    alone = time.process_time() - began
    rest = {"symbol": "points", "size": count}
    each = [1e3 * seconds / count]
    over = [1e3 * (seconds - alone) / count]
    yield Measurement.of(NAME, "a point, in all", "ms", each, **rest)
    yield Measurement.of(NAME, "overhead of a point", "ms", over, bar=3.0, **rest)
    yield Measurement.of(NAME, "table, a row", "bytes", [size / count], **rest)


def batch(count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure replicates, which run as batches."""
    del effort
    timed(source(seeds=300))
    seconds, _ = timed(source(seeds=count))
    began = time.process_time()
    evaluate_histories(
        load_biome("decay_chain"), [read_asked(QUANTITY)], 0, 0, count, 1 / 60
    )
    alone = time.process_time() - began
    rest = {"symbol": "replicates", "size": count}
    each = [1e3 * seconds / count]
    over = [1e3 * (seconds - alone) / count]
    yield Measurement.of(NAME, "a replicate, in all", "ms", each, **rest)
    yield Measurement.of(NAME, "overhead of a replicate", "ms", over, bar=0.3, **rest)


def memory(count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure what the peak of memory grows by, a row."""
    del effort
    timed(source(seeds=300))
    peaks = []
    for rows in (count, 4 * count):
        tracemalloc.start()
        timed(source(seeds=rows))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    grown = (peaks[1] - peaks[0]) / (3 * count)
    yield Measurement.of(
        NAME,
        "memory of the parent, a row",
        "bytes",
        [grown],
        bar=32.0,
        symbol="rows",
        size=4 * count,
        note=f"peak {peaks[0] / 1e6:.1f} and {peaks[1] / 1e6:.1f} MB",
    )


def warm(pool: Pool, job: Any) -> None:
    """Let all workers load the package and compile."""
    futures = [pool.executor.submit(run_rows, job, i, i + 1) for i in range(16)]
    for future in futures:
        future.result()


class Watched(Schedule):
    """A schedule that keeps the seconds of its calls."""

    def __init__(self, *given: Any) -> None:
        """Cut work as any schedule."""
        super().__init__(*given)
        self.spent: list[float] = []

    def learn(self, units: int, seconds: float) -> None:
        """Keep the seconds of a call, too."""
        self.spent.append(seconds)
        super().learn(units, seconds)


def efficiency(count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure how busy two processes are with points of 0.1 s and more."""
    del effort
    given = {
        "experiment": "ising_2d",
        "set": {"T": f"2.0:2.6:{count}"},
        "fixed": {"Lx": 16, "Ly": 16, "method": "monte_carlo", "sweeps": 20_000},
        "seed": 0,
    }
    job = open_source(read_spec(given)).job
    pool = open_pool("processes:2")
    try:
        warm(pool, job)
        began = time.perf_counter()
        watched = Watched([range(count)], count, 1)
        for _ in Runner(pool, partial(run_rows, job), watched, deadly_row).run():
            pass
        wall = time.perf_counter() - began
    finally:
        pool.close(wait=False)
    yield Measurement.of(
        "sweep of ising_2d",
        "efficiency of two processes",
        "%",
        [100 * sum(watched.spent) / (2 * wall)],
        sense="higher",
        bar=85.0,
        symbol="points",
        size=count,
        note=f"{sum(watched.spent) / count:.2f} s a point",
    )


def split(count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure how busy two processes are with the trajectories of one seed."""
    del effort
    bath = load_biome("forest").bath(seed=0)
    plan = bath.prepare_ensemble(60.0, count, 1.0, 0).plan
    work = partial(run_histories, Job("forest", plan))
    sums = GroupSums(range(count), plan.start.operators.generator.jumps.size, 0)
    schedule = Watched([range(count)], count, EVOLVED_TOGETHER, SECONDS)
    pool = open_pool("processes:2")
    try:
        for call in [pool.executor.submit(work, 0, 64) for _ in range(16)]:
            call.result()  # both have loaded the package
        began = time.perf_counter()
        for answer in Runner(pool, work, schedule, refuse).run():
            sums.add(answer.found)
        wall = time.perf_counter() - began
    finally:
        pool.close(wait=False)
    yield Measurement.of(
        "ensemble of the forest",
        "efficiency of two processes",
        "%",
        [100 * sum(schedule.spent) / (2 * wall)],
        sense="higher",
        bar=85.0,
        symbol="trajectories",
        size=count,
        note=f"{len(schedule.spent)} calls",
    )


def messages(executor: str, count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure what this process spends on calls of a row each.

    Dask's scheduler for workers of this machine runs in it, too.
    """
    del effort
    job = source(seeds=count).job
    pool = open_pool(executor)
    try:
        warm(pool, job)
        began = time.process_time()
        futures = [pool.executor.submit(run_rows, job, i, i + 1) for i in range(count)]
        batches = [future.result() for future in futures]
        spent = time.process_time() - began
    finally:
        pool.close(wait=False)
    rest: dict[str, Any] = {"symbol": "calls", "size": count}
    each = [1e3 * spent / count]
    yield Measurement.of("a call of one row", f"{executor}, parent", "ms", each, **rest)
    if executor == "dask":
        sent = [len(pickle.dumps((run_rows, job, 0, 1)))]
        back = [len(pickle.dumps(batches[0]))]
        yield Measurement.of("a call of one row", "sent", "bytes", sent, **rest)
        yield Measurement.of("a call of one row", "returned", "bytes", back, **rest)


def merge(count: int, effort: Effort) -> Iterator[Measurement]:
    """Measure the journal of rows, and the table that is made from it."""
    del effort
    what = source(seeds=count)
    spec, subject = open_job(what.job)
    name = subject.names[0]
    rest: dict[str, Any] = {"symbol": "rows", "size": count}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        journal = Journal(path, count)
        began = time.process_time()
        for start in range(0, count, 100):
            journal.add([Row(i, {name: i / 7}) for i in range(start, start + 100)])
        written = time.process_time() - began
        size = path.stat().st_size / count
        began = time.process_time()
        with (Path(folder) / "table.csv").open("w") as file:
            rows = table_rows(spec.grid, subject, journal, [name])
            write_rows(file, columns(spec.grid, [name]), rows)
        merged = time.process_time() - began
        began = time.process_time()
        Journal(path, count).close()
        read = time.process_time() - began
        journal.close()
    for by, seconds in (("written", written), ("read", read), ("to table", merged)):
        figure = [1e6 * seconds / count]
        yield Measurement.of("journal of a sweep", f"{by}, a row", "µs", figure, **rest)
    yield Measurement.of("journal of a sweep", "a row", "bytes", [size], **rest)


CASES = (
    Case("merge", partial(merge, 100_000)),
    Case("10,000 points", partial(points, 10_000), is_quick=False),
    Case("1,000 points", partial(points, 1_000)),
    Case("10,000 replicates", partial(batch, 10_000)),
    Case("memory", partial(memory, 10_000), is_quick=False),
    Case("two processes", partial(efficiency, 60), cores=2, is_quick=False),
    Case("split ensemble", partial(split, 100_000), cores=2, is_quick=False),
    Case(
        "calls, processes",
        partial(messages, "processes:2", 1_000),
        cores=2,
        is_quick=False,
    ),
    Case("calls, dask", partial(messages, "dask", 1_000), cores=2, is_quick=False),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("sweeps",)))
