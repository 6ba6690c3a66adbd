"""Runs a simulation with a progress bar, writes its bundle, and tells of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from spacewheat_sim.cli.notices import tell_notice
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.cli.progress_bar import share_bar
from spacewheat_sim.engine.bath.ensemble.ensemble import EnsembleResult
from spacewheat_sim.engine.bath.ensemble.run import EnsembleRun
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.errors import SpacewheatError
from spacewheat_sim.interrupts import exit_code
from spacewheat_sim.lab.bundle.bundle import Bundle
from spacewheat_sim.lab.bundle.unfinished import settle_unfinished
from spacewheat_sim.lab.memory import WORTH_SAYING, memory_notice
from spacewheat_sim.lab.simulation.bundle import (
    content_digest,
    parameters,
    write_ensemble,
    write_run,
)
from spacewheat_sim.lab.simulation.simulation import (
    SimulationPlan,
    SimulationRun,
    averaged_memory,
    prepare_ensemble,
    recorded_memory,
)
from spacewheat_sim.long_call import leave_behind

if TYPE_CHECKING:
    from spacewheat_sim.lab.simulation.figures import Figures

BAR = 24  # characters of the longest bar in the summary


def run_and_report(
    compiled: CompiledBiome,
    plan: SimulationPlan,
    *,
    trajectories: int | None,
    out: Path,
    figures: bool,
    as_json: bool,
) -> int:
    """Run ``plan``, write the bundle under ``out`` and report on stdout.

    An interrupted run keeps what it has, marked ``interrupted``; the code is that of
    the signal, 130 for Ctrl-C.
    """
    run = SimulationRun.prepare(compiled, plan)
    if trajectories is None:
        memory = recorded_memory(compiled, plan)
    else:
        memory = averaged_memory(compiled, plan, trajectories)
    notice = memory_notice(memory)
    if trajectories is not None:
        ensemble = prepare_ensemble(compiled, plan, trajectories)
    tell_notice(compiled, notice if memory.bytes > WORTH_SAYING else "")
    meta = {
        "kind": "simulation",
        "parameters": parameters(compiled, plan, trajectories),
        "seed": plan.seed,
        "content_digest": content_digest(compiled),
    }
    for line in settle_unfinished(out):
        sys.stderr.write(f"{line}\n")
    results: dict[str, Any] = {}
    found: EnsembleResult | None = None
    with Bundle(out, compiled.biome.key or compiled.biome.name, meta) as bundle:
        if trajectories is None:
            _follow(run, bundle)
            results = write_run(bundle, run)
        else:
            _average(ensemble, bundle)
            found = ensemble.result()
            if found is not None:
                results = write_ensemble(bundle, compiled, found)
        if figures and bundle.status == "complete":
            bundle.draw(_figures(run, found))
    report = {
        "bundle": str(bundle.path),
        "status": bundle.status,
        "seed": plan.seed,
        "results": results,
    }
    if as_json:
        write_json(report)
    else:
        _summarize(compiled, plan, report, trajectories)
    if bundle.interrupt is None:
        return 0
    code = exit_code(bundle.interrupt)
    leave_behind(code)
    return code


def _figures(run: SimulationRun, ensemble: EnsembleResult | None) -> Figures:
    """Return what draws one history, or the ensemble where there is one."""
    from spacewheat_sim.lab.simulation.figures import ensemble_figures, run_figures

    if ensemble is None:
        return run_figures(run)
    return ensemble_figures(run.compiled, ensemble)


def _follow(run: SimulationRun, bundle: Bundle) -> None:
    """Run one history; what stops it is noted, and what there is by then is kept."""
    with bundle.timed("evolution"), _progress(run.plan.steps) as advance:
        try:
            run.run(advance)
        except KeyboardInterrupt as request:
            bundle.stop(request)
        except SpacewheatError as error:
            if run.bath.time == 0.0:
                raise  # nothing has happened that would be worth keeping
            bundle.stop(error)


def _average(ensemble: EnsembleRun, bundle: Bundle) -> None:
    """Run trajectories; a request to stop is noted, and those that have ended stay."""
    with bundle.timed("evolution"), share_bar("trajectories") as tell:
        try:
            ensemble.run(tell)
        except KeyboardInterrupt as request:
            bundle.stop(request)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on stderr if it is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _steps: None
        return
    columns = (
        TextColumn("{task.completed:>9,.0f} of {task.total:,.0f} steps"),
        BarColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("steps", total=total)
        yield lambda steps: progress.advance(task, steps)


def _summarize(
    compiled: CompiledBiome,
    plan: SimulationPlan,
    report: dict[str, Any],
    wanted: int | None,
) -> None:
    results, write = report["results"], sys.stdout.write
    if not results:
        write(f"{compiled.biome.name}: interrupted before there was a result\n")
        write(f"\nBundle: {report['bundle']}\n")
        return
    what = f"method {plan.method or compiled.biome.evolution.method}"
    if "trajectories" in results:
        done = results["trajectories"]
        of = "" if done == wanted else f" of {wanted:,}"
        what = f"{done:,}{of} trajectories"
    interrupted = ", interrupted" if report["status"] == "interrupted" else ""
    write(
        f"{compiled.biome.name}: {len(compiled.emojis)} emojis, {results['time']:g} s "
        f"in steps of {plan.dt:.4g} s, {what}, seed {plan.seed}{interrupted}\n\n"
    )
    for emoji, population in sorted(
        results["populations"].items(), key=lambda item: -item[1]
    ):
        bar = "█" * round(BAR * population)
        write(f"  {emoji}  {population:8.4f}  {bar}\n")
    jumps = results.get("jumps_by_kind") or results.get("jumps_per_trajectory") or {}
    if jumps:
        unit = "" if "jumps_by_kind" in results else " per trajectory"
        write(f"\nQuantum jumps{unit}:\n")
        for name, count in sorted(jumps.items(), key=lambda item: -item[1]):
            write(f"  {count:6.4g}  {name}\n")
    for event in results.get("events", ()):
        outcome = event.get("outcome", event.get("emoji"))
        write(f"\n  {event['time']:g} s  {event['event']}: {outcome or 'neither'}")
    if results.get("events"):
        write("\n")
    write(f"\nBundle: {report['bundle']}\n")
