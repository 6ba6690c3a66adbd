"""Runs a bundle's experiment again and compares the results."""

from __future__ import annotations

import tempfile
from pathlib import Path

from spacewheat_sim.lab.bundle.reading import read_experiment
from spacewheat_sim.lab.comparison import Verdict, compare
from spacewheat_sim.lab.experiments import get_experiment
from spacewheat_sim.lab.run_experiment import checked_parameters, run_experiment


def rerun(path: Path) -> Verdict:
    """Run a bundle's experiment again, from its metadata, and compare.

    Raises:
        ArgumentError: the bundle is damaged, has no results, or is not of the lab.
        KeyboardInterrupt: the run was asked to stop.
    """
    bundle = read_experiment(path)
    experiment = get_experiment(bundle.experiment)
    parameters = checked_parameters(experiment, bundle.parameters)
    with tempfile.TemporaryDirectory() as name:
        again = run_experiment(
            experiment, parameters, bundle.seed, Path(name), figures=False
        )
        if again.interrupt is not None:
            raise again.interrupt
        return compare(again.path, bundle.folder, experiment.tolerance)
