"""Runs a simulation and writes its bundle."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacewheat_sim.engine.bath.ensemble.ensemble import EnsembleResult
from spacewheat_sim.engine.bath.ensemble.run import EnsembleRun
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.errors import RunError, SpacewheatError
from spacewheat_sim.executors.pool import Pool, check_pool, opened_pool
from spacewheat_sim.lab.bundle.bundle import Bundle
from spacewheat_sim.lab.bundle.unfinished import settle_unfinished
from spacewheat_sim.lab.memory import WORTH_SAYING, memory_notice
from spacewheat_sim.lab.run_experiment import Run
from spacewheat_sim.lab.simulation.bundle import write_ensemble, write_run
from spacewheat_sim.lab.simulation.content import content_digest
from spacewheat_sim.lab.simulation.parameters import parameters
from spacewheat_sim.lab.simulation.simulation import (
    SimulationPlan,
    SimulationRun,
    averaged_memory,
    prepare_ensemble,
    recorded_memory,
)

if TYPE_CHECKING:
    from spacewheat_sim.lab.simulation.figures import Figures

Tell = Callable[[str], object]
Progress = Callable[[float], object]


def run_simulation(
    compiled: CompiledBiome,
    plan: SimulationPlan,
    trajectories: int | None,
    out: Path,
    *,
    figures: bool = True,
    executor: str = "serial",
    tell: Tell = lambda _line: None,
    progress: Progress = lambda _share: None,
) -> Run:
    """Run ``plan`` and write the bundle under ``out``.

    An interrupted run keeps what it has, marked ``interrupted``.

    Args:
        compiled: The biome.
        plan: What to run.
        trajectories: How many to average; None follows one history.
        out: Folder that the bundle goes into.
        figures: Whether figures are drawn.
        executor: Where trajectories run, which changes nothing of what they show:
            ``serial``, ``processes[:N]``, ``dask`` or ``dask://ADDRESS``.
        tell: Called with notices: what does not act, memory, killed runs.
        progress: Called with the share of the run that is done.

    Raises:
        ArgumentError, UnknownNameError: the plan does not fit the biome.
        RunError: the bundle cannot be written, or nobody answers.
    """
    check_pool(executor)
    run = SimulationRun.prepare(compiled, plan)
    notice = _memory_notice(compiled, plan, trajectories)
    if trajectories is not None:
        ensemble = prepare_ensemble(compiled, plan, trajectories)
    for line in (compiled.notice, notice):
        if line:
            tell(line)
    for line in settle_unfinished(out):
        tell(line)
    results: dict[str, Any] = {}
    found: EnsembleResult | None = None
    name, meta = _name(compiled), _meta(compiled, plan, trajectories)
    with _workers(executor) as pool, Bundle(out, name, meta) as bundle:
        if trajectories is None:
            _follow(run, bundle, progress)
            results = write_run(bundle, run)
        else:
            _average(ensemble, bundle, pool, tell, progress)
            found = ensemble.result()
            if found is not None:
                results = write_ensemble(bundle, compiled, found)
        if figures and bundle.status == "complete":
            bundle.draw(_figures(run, found))
    return Run(bundle.path, bundle.status, plan.seed, results, bundle.interrupt)


def _name(compiled: CompiledBiome) -> str:
    return compiled.biome.key or compiled.biome.name


def _meta(
    compiled: CompiledBiome, plan: SimulationPlan, trajectories: int | None
) -> dict[str, Any]:
    """Return what ``meta.json`` begins with."""
    return {
        "kind": "simulation",
        "parameters": parameters(compiled, plan, trajectories),
        "seed": plan.seed,
        "content_digest": content_digest(compiled),
    }


def _memory_notice(
    compiled: CompiledBiome, plan: SimulationPlan, trajectories: int | None
) -> str:
    """Return what memory the run takes, in a line; empty where it is not much."""
    if trajectories is None:
        memory = recorded_memory(compiled, plan)
    else:
        memory = averaged_memory(compiled, plan, trajectories)
    notice = memory_notice(memory)
    return notice if memory.bytes > WORTH_SAYING else ""


def _figures(run: SimulationRun, ensemble: EnsembleResult | None) -> Figures:
    """Return what draws one history, or the ensemble where there is one."""
    from spacewheat_sim.lab.simulation.figures import ensemble_figures, run_figures

    if ensemble is None:
        return run_figures(run)
    return ensemble_figures(run.compiled, ensemble)


def _follow(run: SimulationRun, bundle: Bundle, progress: Progress) -> None:
    """Run one history; what stops it is noted, and what there is by then is kept."""
    done = 0

    def advance(steps: int) -> None:
        nonlocal done
        done += steps
        progress(done / run.plan.steps)

    with bundle.timed("evolution"):
        try:
            run.run(advance)
        except KeyboardInterrupt as request:
            bundle.stop(request)
        except SpacewheatError as error:
            if run.bath.time == 0.0:
                raise  # nothing has happened that would be worth keeping
            bundle.stop(error)


def _workers(executor: str) -> AbstractContextManager[Pool | None]:
    """Open a pool of other processes; None is for threads of this one."""
    return nullcontext() if executor == "serial" else opened_pool(executor)


def _average(
    ensemble: EnsembleRun,
    bundle: Bundle,
    pool: Pool | None,
    tell: Tell,
    progress: Progress,
) -> None:
    """Run trajectories; what stops them is noted, and those that have ended stay."""
    with bundle.timed("evolution"):
        try:
            ensemble.run(progress, pool, tell)
        except KeyboardInterrupt as request:
            bundle.stop(request)
        except RunError as error:
            if ensemble.result() is None:
                raise  # there is nothing that would be worth keeping
            bundle.stop(error)
