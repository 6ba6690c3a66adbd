"""Trajectories of a seed, run in any parts, by whoever: the same bits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_interrupted_ensembles import stiff_bath

from spacewheat_sim import BathOperators, QuantumBath, load_biome
from spacewheat_sim.engine.bath.ensemble.calls import (
    Job,
    run_histories,
    run_renewals,
    tabulated,
)
from spacewheat_sim.engine.bath.ensemble.ensemble import EnsembleResult
from spacewheat_sim.engine.bath.ensemble.measurements import ScheduledMeasurement
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.executors.pool import opened_pool
from spacewheat_sim.executors.serial import SerialExecutor
from spacewheat_sim.quantum.ensembles import deposit_sums
from spacewheat_sim.quantum.ensembles.deposit_sums import DepositSums
from spacewheat_sim.quantum.ensembles.group_sums import GroupSums
from spacewheat_sim.quantum.ensembles.groups import whole_groups

LOOK = ScheduledMeasurement(1.2, "☀", "🌙", kind="weak", strength=0.5)


class Case(NamedTuple):
    """An ensemble: how it is made, of how many trajectories, with what measured."""

    bath: Callable[[], QuantumBath]
    count: int
    measurements: tuple[ScheduledMeasurement, ...] = ()

    def run(self, executor: Executor | str | None = None) -> EnsembleResult:
        bath = self.bath()
        return bath.ensemble(
            3.0,
            self.count,
            dt=0.5,
            seed=3,
            first_passage=bath.emojis[1],
            measurements=self.measurements,
            executor=executor,
        )


def biome(name: str) -> Callable[[], QuantumBath]:
    return lambda: load_biome(name).bath(seed=0, method="trajectory")


def mixed_bath() -> QuantumBath:
    bath = load_biome("forest_small").bath(seed=0, method="master")
    bath.evolve(1.0)
    return bath


CASES = {
    "drawn from tables": Case(biome("decay_chain"), 3001),
    "evolved": Case(biome("forest_small"), 517),
    "from a mixed state": Case(mixed_bath, 203),
    "driven and measured": Case(biome("biotic_flux"), 203, (LOOK,)),
    "a register": Case(biome("qubit_farm"), 203),
    "one by one": Case(stiff_bath, 21),
}
WHAT = (
    "time",
    "populations",
    "deviations",
    "standard_error",
    "jump_counts",
    "first_jumps",
    "first_passages",
    "outcomes",
)


def check_same(found: EnsembleResult, whole: EnsembleResult) -> None:
    for name in WHAT:
        assert np.array_equal(getattr(found, name), getattr(whole, name)), name
    assert found.runs[0].numbers == whole.runs[0].numbers
    assert found.trajectories == whole.trajectories


def cuts(count: int, parts: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Return ``count`` numbers in so many parts, of any length, in any order."""
    ends = sorted((1 + rng.choice(count - 1, parts - 1, replace=False)).tolist())
    spans = list(pairwise([0, *ends, count]))
    return [spans[place] for place in rng.permutation(parts).tolist()]


@pytest.mark.parametrize("kind", CASES)
def test_any_parts_in_any_order_add_up_to_the_same_bits(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, rng = CASES[kind], np.random.default_rng(7)
    whole = case.run()
    monkeypatch.setattr(deposit_sums, "SENT_BYTES", 1.0)  # a row at a time
    job = Job(kind, whole_plan(case))
    start = job.plan.start
    if kind == "drawn from tables":
        drawn = DepositSums(tabulated(job), job.plan.outputs)
        row = 0
        assert len(drawn.blocks) > 1
        for times in drawn.blocks:
            rows = range(row, row + times.size)
            for span in cuts(case.count, 5, rng):
                drawn.add(run_renewals(job, rows, *span).found)
            drawn.end_block()
            row = rows.stop
        found = drawn.total()
    else:
        channels = start.operators.generator.jumps.size
        sums = GroupSums(range(case.count), channels, len(start.measurements))
        for span in cuts(case.count, 5, rng):
            sums.add(run_histories(job, *span).found)
        found = sums.total()
    assert found is not None
    assert np.array_equal(np.maximum(found.populations.mean, 0.0), whole.populations)
    assert np.array_equal(found.populations.deviations, whole.deviations)
    assert np.array_equal(found.jump_counts, whole.jump_counts)
    assert np.array_equal(found.first_jumps, whole.first_jumps)
    assert np.array_equal(found.first_landings, whole.first_passages)
    assert np.array_equal(found.outcomes, whole.outcomes)


def whole_plan(case: Case) -> Any:
    bath = case.bath()
    return bath.prepare_ensemble(
        3.0,
        case.count,
        0.5,
        3,
        first_passage=bath.emojis[1],
        measurements=case.measurements,
    ).plan


@pytest.mark.parametrize("kind", CASES)
def test_an_executor_changes_no_bit(kind: str) -> None:
    whole = CASES[kind].run()
    check_same(CASES[kind].run(SerialExecutor()), whole)
    with ThreadPoolExecutor(3) as threads:
        check_same(CASES[kind].run(threads), whole)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_processes_change_no_bit(workers: int) -> None:
    with opened_pool(f"processes:{workers}") as pool:
        for case in CASES.values():
            check_same(case.run(pool.executor), case.run())


@given(st.integers(0, 2**40), st.integers(1, 10_000))
@settings(max_examples=200, deadline=None)
def test_whole_groups_cover_their_trajectories_and_none_has_its_other_half(
    first: int, count: int
) -> None:
    groups = list(whole_groups(range(first, first + count)))
    covered = first
    for begin, size in groups:
        assert begin == covered
        assert size & (size - 1) == 0
        assert begin % size == 0
        covered += size
    assert covered == first + count
    for (begin, size), (_, following) in pairwise(groups):
        assert size != following or begin % (2 * size) != 0


@pytest.mark.parametrize("kind", ["drawn from tables", "evolved"])
def test_what_ended_before_an_interrupt_is_kept(kind: str) -> None:
    case = CASES[kind]
    whole, bath = case.run(), case.bath()
    run = bath.prepare_ensemble(3.0, case.count, 0.5, 3, first_passage=bath.emojis[1])

    def stop(share: float) -> None:
        if share > 0.1:
            raise KeyboardInterrupt

    with opened_pool(SerialExecutor()) as pool, pytest.raises(KeyboardInterrupt):
        run.run(stop, pool)
    kept = run.result()
    assert kept is not None
    assert 0 < kept.trajectories < case.count
    numbers = np.concatenate([list(each) for each in kept.runs[0].numbers])
    assert np.array_equal(kept.first_jumps, whole.first_jumps[numbers])


class Breaking(SerialExecutor):
    """Breaks after two calls."""

    left = 2

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.left -= 1
        if self.left < 0:
            raise BrokenExecutor("gone")
        return super().submit(fn, *args, **kwargs)


def test_an_executor_that_breaks_is_an_error_and_keeps_what_ended() -> None:
    run = CASES["evolved"].bath().prepare_ensemble(3.0, 517, 0.5, 3)
    with opened_pool(Breaking()) as pool, pytest.raises(RunError, match="is broken"):
        run.run(pool=pool)
    kept = run.result()
    assert kept is not None
    assert 0 < kept.trajectories < 517


def test_a_function_that_cannot_be_sent_is_refused_before_anything_runs() -> None:
    drivers = [("A", lambda t: 0.1 * t)]
    hamiltonian = [[0, 0.2], [0.2, 0]]
    operators = BathOperators.from_terms("AB", hamiltonian, [("A", "B", 1)], drivers)
    bath = QuantumBath(operators, seed=0)
    bath.initialize_emoji("A")
    with pytest.raises(ArgumentError, match="functions of a module"):
        bath.ensemble(1.0, 10, seed=0, executor="processes:1")
    here = bath.ensemble(1.0, 10, seed=0)
    there = bath.ensemble(1.0, 10, seed=0, executor=SerialExecutor())
    assert np.array_equal(here.populations, there.populations)


@pytest.mark.parametrize("executor", ["proceses", "processes:0", "dask://nowhere"])
def test_an_executor_that_is_none_is_refused(executor: str) -> None:
    with pytest.raises(ArgumentError, match="--executor"):
        CASES["evolved"].run(executor)


def test_another_kind_of_object_is_no_executor() -> None:
    with pytest.raises(ArgumentError, match="`executor` must be an Executor"):
        CASES["evolved"].run(7)  # type: ignore[arg-type]  # that is the point
