"""Runs a sweep with a progress bar, and tells what came of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from spacewheat_sim.cli.notices import tell_line
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.cli.sweeps.glance import first_failure, first_rows
from spacewheat_sim.cli.sweeps.how import How
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.exit_codes import DONE, FAILED_POINTS
from spacewheat_sim.interrupts import exit_code
from spacewheat_sim.lab.sweep.resume import open_unfinished
from spacewheat_sim.lab.sweep.source import Source, open_source
from spacewheat_sim.lab.sweep.spec import SweepSpec, read_spec
from spacewheat_sim.lab.sweep.sweep import Progress, Settings, go_on, run_sweep


def sweep_and_report(given: Mapping[str, Any] | None, how: How) -> int:
    """Run the sweep ``given``, or go on with ``how.resume``; report on stdout.

    Args:
        given: Keys of a sweep; None takes the one to go on with as it is.
        how: How to run it.
    """
    source = _unfinished(given, how) if how.resume is not None else _new(given, how)
    with sweep_bar(source.spec) as progress:
        settings = Settings(how.executor, how.fail_fast, tell_line, progress)
        if how.resume is not None:
            done = go_on(source, how.resume, settings)
        else:
            done = run_sweep(source, how.out, settings)
    report = {
        "bundle": str(done.path),
        "status": done.status,
        "seed": done.seed,
        "results": done.results,
    }
    if how.json:
        write_json(report)
    else:
        _summarize(source.spec, report)
    if done.interrupt is not None:
        return exit_code(done.interrupt)
    return DONE if done.status == "complete" else FAILED_POINTS


def _new(given: Mapping[str, Any] | None, how: How) -> Source:
    if how.force:
        raise ArgumentError("--force is for --resume DIR")
    if given is None:
        raise ArgumentError("What is to be swept? Name a biome, or --resume DIR")
    return open_source(read_spec(given))


def _unfinished(given: Mapping[str, Any] | None, how: How) -> Source:
    """Return the sweep to go on with, if it is the one that was given."""
    assert how.resume is not None  # noqa: S101 - the caller has looked
    given = given or {}
    if given.keys() <= {"biome", "experiment", "seed"}:
        source = open_unfinished(how.resume, force=how.force)
        words = [str(given[key]) for key in ("biome", "experiment") if key in given]
        name = Path(words[0]).stem if words else source.spec.name
        if name != source.spec.name:
            raise ArgumentError(
                f"{how.resume} is of another sweep: it is of {source.spec.name}, not "
                f"of {name}"
            )
    else:
        expected = open_source(read_spec({"seed": 0, **given}))
        source = open_unfinished(how.resume, expected, force=how.force)
    if given.get("seed") not in (None, source.spec.seed):
        raise ArgumentError(
            f"{how.resume} is of another sweep: its seed is {source.spec.seed}, not "
            f"{given['seed']}"
        )
    return source


@contextmanager
def sweep_bar(spec: SweepSpec) -> Iterator[Callable[[Progress], object]]:
    """Show rows, their rate and the time left on a terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _progress: None
        return
    from rich import progress as rich

    columns = (
        rich.TextColumn("{task.completed:,.0f} of {task.total:,.0f} rows"),
        rich.BarColumn(),
        rich.TextColumn("{task.fields[rate]}{task.fields[failed]}"),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(spec.name, total=spec.grid.rows, rate="", failed="")

        def tell(progress: Progress) -> None:
            speed = bar.tasks[0].speed
            bar.update(
                task,
                completed=progress.done + progress.failed,
                rate=f"{speed:,.3g}/s" if speed else "",
                failed=f", {progress.failed:,} failed" if progress.failed else "",
            )

        yield tell


def _summarize(spec: SweepSpec, report: Mapping[str, Any]) -> None:
    results, write = report["results"], sys.stdout.write
    if not results:
        write(f"{spec.name}: interrupted before there was a result\n")
        write(f"\nBundle: {report['bundle']}\n")
        return
    times = results["replicates"]
    of = f" times {times:,}" if times > 1 else ""
    points = results["points"]
    write(
        f"{spec.name}: {points:,} point{'s' * (points != 1)}{of}, "
        f"seed {report['seed']}: {report['status']}\n"
    )
    if report["status"] != "complete":
        left = points * times - results["rows"] - results["failed"]
        write(
            f"  {results['rows']:,} rows done, {results['failed']:,} failed, "
            f"{left:,} left; --resume {report['bundle']} goes on\n"
        )
    bundle = Path(report["bundle"])
    write("".join(f"  {line}\n" for line in first_rows(bundle / "table.csv")))
    if results["failed"]:
        write(f"  the first failure: {first_failure(bundle)}\n")
    write(f"\nBundle: {bundle}\n")
