"""Runs a bundle's experiment or simulation again and compares the results."""

from __future__ import annotations

import tempfile
from pathlib import Path

from spacewheat_sim.lab.bundle.files import BIOME
from spacewheat_sim.lab.bundle.reading import ReadBundle, read_bundle
from spacewheat_sim.lab.comparison import Verdict, compare
from spacewheat_sim.lab.experiment import Tolerance
from spacewheat_sim.lab.experiments import get_experiment
from spacewheat_sim.lab.run_experiment import Run, checked_parameters, run_experiment


def rerun(path: Path) -> Verdict:
    """Run what a bundle holds again, from nothing but the bundle, and compare.

    Raises:
        ArgumentError: the bundle is damaged, has no results, or is of another kind.
        KeyboardInterrupt: the run was asked to stop.
    """
    bundle = read_bundle(path)
    with tempfile.TemporaryDirectory() as name:
        if bundle.kind == "experiment":
            again, tolerance = _experiment(bundle, Path(name))
        else:
            again, tolerance = _simulation(bundle, Path(name)), Tolerance()
        if again.interrupt is not None:
            raise again.interrupt
        return compare(again.path, bundle.folder, tolerance, bundle.compared)


def _experiment(bundle: ReadBundle, out: Path) -> tuple[Run, Tolerance]:
    experiment = get_experiment(bundle.name)
    parameters = checked_parameters(experiment, bundle.parameters)
    again = run_experiment(experiment, parameters, bundle.seed, out, figures=False)
    return again, experiment.tolerance


def _simulation(bundle: ReadBundle, out: Path) -> Run:
    """Run the biome that the bundle holds; no other content is looked at."""
    from spacewheat_sim.lab.simulation.content import read_composed
    from spacewheat_sim.lab.simulation.parameters import read_parameters
    from spacewheat_sim.lab.simulation.run import run_simulation

    parameters = read_parameters(bundle.parameters)
    compiled = read_composed(bundle.folder / BIOME, parameters.biome)
    plan = parameters.plan(bundle.seed)
    return run_simulation(compiled, plan, parameters.trajectories, out, figures=False)
