"""Runs what a bundle holds again and compares the results."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.bundle.files import BIOME
from spacewheat_sim.lab.bundle.reading import ReadBundle, read_bundle
from spacewheat_sim.lab.comparison import Verdict, compare
from spacewheat_sim.lab.experiment import Tolerance
from spacewheat_sim.lab.experiments import get_experiment
from spacewheat_sim.lab.run_experiment import Run, checked_parameters, run_experiment


@dataclass(frozen=True)
class How:
    """How a bundle is run again, which changes nothing of what comes of it.

    Attributes:
        executor: Where the rows of a sweep or the trajectories of an ensemble run:
            ``serial``, ``processes[:N]``, ``dask`` or ``dask://ADDRESS``.
        tell: Called with notices.
        progress: Called with the share that is done.
    """

    executor: str = "serial"
    tell: Callable[[str], object] = lambda _line: None
    progress: Callable[[float], object] = lambda _share: None


def rerun(path: Path, how: How = How()) -> Verdict:
    """Run what a bundle holds again, from nothing but the bundle, and compare.

    Of a sweep, the table is compared, and the bundles of its rows where it has any.

    Raises:
        ArgumentError: the bundle is damaged, has no results, is of another kind, or
            is of a run that no executor takes.
        RunError: nobody answers at the executor's address.
        KeyboardInterrupt: the run was asked to stop.
    """
    bundle = read_bundle(path)
    run_again = {
        "experiment": _experiment,
        "simulation": _simulation,
        "sweep": _sweep,
    }[bundle.kind]
    with tempfile.TemporaryDirectory() as name:
        again, tolerance = run_again(bundle, Path(name), how)
        if again.interrupt is not None:
            raise again.interrupt
        # A row that has failed one of two times has a bundle of one of them alone, and
        # the tables differ.
        both = [name for name in bundle.compared if (again.path / name).exists()]
        return compare(again.path, bundle.folder, tolerance, both)


def _experiment(bundle: ReadBundle, out: Path, how: How) -> tuple[Run, Tolerance]:
    _check_spread(how, "An experiment")
    experiment = get_experiment(bundle.name)
    parameters = checked_parameters(experiment, bundle.parameters)
    again = run_experiment(
        experiment, parameters, bundle.seed, out, figures=False, progress=how.progress
    )
    return again, experiment.tolerance


def _simulation(bundle: ReadBundle, out: Path, how: How) -> tuple[Run, Tolerance]:
    """Run the biome that the bundle holds; no other content is looked at."""
    from spacewheat_sim.lab.simulation.content import read_composed
    from spacewheat_sim.lab.simulation.parameters import read_parameters
    from spacewheat_sim.lab.simulation.run import run_simulation

    parameters = read_parameters(bundle.parameters)
    if parameters.trajectories is None:
        _check_spread(how, "One history")
    compiled = read_composed(bundle.folder / BIOME, parameters.biome)
    again = run_simulation(
        compiled,
        parameters.plan(bundle.seed),
        parameters.trajectories,
        out,
        figures=False,
        executor=how.executor,
        tell=how.tell,
        progress=how.progress,
    )
    return again, Tolerance()


def _sweep(bundle: ReadBundle, out: Path, how: How) -> tuple[Run, Tolerance]:
    """Run all rows of the sweep with the content that the bundle holds."""
    from spacewheat_sim.lab.sweep.source import bundled_source
    from spacewheat_sim.lab.sweep.sweep import Progress, Settings, run_sweep

    meta = {"parameters": bundle.parameters, "seed": bundle.seed}
    source = bundled_source(bundle.folder, meta)
    spec = source.spec
    if spec.keep == "figures":  # which are not compared
        source = replace(source, spec=replace(spec, keep="recordings"))

    def tell_share(progress: Progress) -> None:
        how.progress((progress.done + progress.failed) / progress.rows)

    settings = Settings(how.executor, tell=how.tell, progress=tell_share)
    again = run_sweep(source, out, settings)
    name = spec.experiment
    return again, get_experiment(name).tolerance if name else Tolerance()


def _check_spread(how: How, what: str) -> None:
    if how.executor != "serial":
        raise ArgumentError(
            f"{what} runs in one process; --executor is for sweeps, and for simulations"
            " with trajectories"
        )
