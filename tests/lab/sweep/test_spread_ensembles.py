"""Ensembles on workers that die, and on the command line."""

from __future__ import annotations

import gc
import json
import multiprocessing
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from dask_cluster import Cluster

from spacewheat_sim import load_biome
from spacewheat_sim.cli import main
from spacewheat_sim.engine.bath.ensemble.ensemble import EnsembleResult
from spacewheat_sim.engine.bath.ensemble.run import EnsembleRun
from spacewheat_sim.executors.pool import opened_pool
from spacewheat_sim.lab.simulation.run import run_simulation
from spacewheat_sim.lab.simulation.simulation import SimulationPlan

COUNT = 20_000


def prepared() -> EnsembleRun:
    bath = load_biome("forest_small").bath(seed=0)
    return bath.prepare_ensemble(3.0, COUNT, 0.5, 3, first_passage=bath.emojis[1])


@pytest.fixture(scope="module")
def alone() -> EnsembleResult:
    """The ensemble of one process."""
    return prepared().complete()


def check_same(run: EnsembleRun, alone: EnsembleResult) -> None:
    found = run.result()
    assert found is not None
    assert found.runs[0].numbers == alone.runs[0].numbers
    for name in ("populations", "deviations", "jump_counts", "first_jumps"):
        assert np.array_equal(getattr(found, name), getattr(alone, name)), name


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.close()
    with warnings.catch_warnings():
        # Connections to what was killed are found open later.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def killing(kill: Callable[[], object]) -> Callable[[float], None]:
    """Return what calls ``kill`` once, in mid-run."""
    left = [kill]

    def tell(share: float) -> None:
        if left and 0.0 < share < 1.0:
            left.pop()()

    return tell


@pytest.mark.slow
def test_a_worker_of_dask_that_is_killed_costs_nothing_and_counts_nothing_twice(
    cluster: Cluster, alone: EnsembleResult
) -> None:
    run = prepared()
    with opened_pool(cluster.executor) as pool:
        run.run(killing(cluster.workers[0].kill), pool)
    assert cluster.workers[0].wait(5.0) == -9
    check_same(run, alone)


@pytest.mark.slow
def test_a_process_that_is_killed_costs_nothing_and_counts_nothing_twice(
    alone: EnsembleResult,
) -> None:
    run, told = prepared(), list[str]()

    def kill() -> None:
        multiprocessing.active_children()[0].kill()

    with opened_pool("processes:2") as pool:
        run.run(killing(kill), pool, told.append)
    assert any("lost" in line for line in told)
    check_same(run, alone)


WORDS = ["simulate", "forest_small", "--duration", "3", "--seed", "3", "--no-figures"]


@pytest.mark.slow
def test_bundles_have_the_same_bytes_whoever_ran_the_trajectories(
    tmp_path: Path,
) -> None:
    found = []
    for executor in ("serial", "processes:2"):
        out = tmp_path / executor.replace(":", "")
        words = [*WORDS, "--trajectories", "300", "--executor", executor]
        assert main([*words, "--out", str(out)]) == 0
        (folder,) = out.iterdir()
        names = "results.json", "table.csv", "biome.yaml"
        found.append([(folder / name).read_bytes() for name in names])
    assert found[0] == found[1]


@pytest.mark.slow
def test_a_request_to_stop_keeps_what_processes_had_finished(tmp_path: Path) -> None:
    def stop(share: float) -> None:
        if 0.0 < share < 1.0:
            raise KeyboardInterrupt

    run = run_simulation(
        load_biome("forest_small"),
        SimulationPlan(180, 1 / 60, 3),
        COUNT,
        tmp_path,
        figures=False,
        executor="processes:2",
        progress=stop,
    )
    assert run.status == "interrupted"
    assert 0 < run.results["trajectories"] < COUNT
    meta = json.loads((run.path / "meta.json").read_text(encoding="utf-8"))
    assert meta["parameters"]["trajectories"] == COUNT


def test_one_history_has_no_executor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*WORDS, "--executor", "processes", "--out", str(tmp_path)]) == 2
    assert "--executor is for --trajectories" in capsys.readouterr().err
    words = [*WORDS, "--trajectories", "9", "--executor", "proceses"]
    assert main([*words, "--out", str(tmp_path)]) == 2
    assert "--executor cannot be 'proceses'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
