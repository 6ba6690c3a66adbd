"""Bundles of single rows, as files that travel with their results."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.lab.experiment import Experiment
from spacewheat_sim.lab.run_experiment import Run, run_experiment
from spacewheat_sim.lab.simulation.run import run_simulation
from spacewheat_sim.lab.simulation.simulation import SimulationPlan

Files = dict[str, bytes]
"""Content by path inside the bundle."""


def simulation_files(
    compiled: CompiledBiome, plan: SimulationPlan, *, figures: bool
) -> Files:
    """Run a simulation; return its bundle."""
    return _caught(
        lambda out: run_simulation(compiled, plan, None, out, figures=figures)
    )


def experiment_files(
    experiment: Experiment[Any], parameters: Any, seed: int, *, figures: bool
) -> tuple[Run, Files]:
    """Run an experiment; return the run and its bundle."""
    runs: list[Run] = []

    def make(out: Path) -> Run:
        runs.append(run_experiment(experiment, parameters, seed, out, figures=figures))
        return runs[0]

    files = _caught(make)
    return runs[0], files


def _caught(make: Callable[[Path], Run]) -> Files:
    """Return the files of a bundle that is made in a folder of its own.

    A worker may be on a machine that shares no disk with the sweep.
    """
    with tempfile.TemporaryDirectory() as name:
        done = make(Path(name))
        if done.interrupt is not None:
            raise done.interrupt
        paths = (path for path in sorted(done.path.rglob("*")) if path.is_file())
        return {
            path.relative_to(done.path).as_posix(): path.read_bytes() for path in paths
        }
