"""Runs a simulation with a progress bar, and tells of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from spacewheat_sim.cli.output import write_json
from spacewheat_sim.cli.progress_bar import share_bar
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.interrupts import exit_code
from spacewheat_sim.lab.simulation.run import run_simulation
from spacewheat_sim.lab.simulation.simulation import SimulationPlan

BAR = 24  # characters of the longest bar in the summary


def run_and_report(
    compiled: CompiledBiome,
    plan: SimulationPlan,
    *,
    trajectories: int | None,
    out: Path,
    figures: bool,
    executor: str,
    as_json: bool,
) -> int:
    """Run ``plan``, write the bundle under ``out`` and report on stdout.

    The code of an interrupted run is that of the signal, 130 for Ctrl-C.
    """
    with share_bar("steps" if trajectories is None else "trajectories") as progress:
        done = run_simulation(
            compiled,
            plan,
            trajectories,
            out,
            figures=figures,
            executor=executor,
            tell=lambda line: sys.stderr.write(f"{line}\n"),
            progress=progress,
        )
    report = {
        "bundle": str(done.path),
        "status": done.status,
        "seed": plan.seed,
        "results": done.results,
    }
    if as_json:
        write_json(report)
    else:
        _summarize(compiled, plan, report, trajectories)
    if done.interrupt is None:
        return 0
    return exit_code(done.interrupt)


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
