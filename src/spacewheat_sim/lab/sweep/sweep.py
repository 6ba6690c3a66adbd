"""Runs a sweep, or goes on with one, and writes its bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from spacewheat_sim.errors import RunError, os_reason
from spacewheat_sim.executors.pool import Pool, check_pool, opened_pool
from spacewheat_sim.executors.runner import Runner
from spacewheat_sim.executors.schedule import Schedule
from spacewheat_sim.interrupts import uninterrupted
from spacewheat_sim.jsonio import write_atomically
from spacewheat_sim.lab.bundle.bundle import Bundle
from spacewheat_sim.lab.bundle.files import JOURNAL
from spacewheat_sim.lab.bundle.unfinished import settle_unfinished
from spacewheat_sim.lab.run_experiment import Run
from spacewheat_sim.lab.sweep.journal import Journal
from spacewheat_sim.lab.sweep.point_bundles import PointBundles
from spacewheat_sim.lab.sweep.rows import Job, deadly_row, open_job, run_rows
from spacewheat_sim.lab.sweep.source import Source
from spacewheat_sim.lab.sweep.table import columns, quantity_names, table_rows


@dataclass(frozen=True)
class Progress:
    """How far a sweep is, in rows."""

    done: int
    failed: int
    rows: int


@dataclass(frozen=True)
class Settings:
    """How a sweep is run, which changes nothing of what it finds.

    Attributes:
        executor: Where: ``serial``, ``processes[:N]``, ``dask`` or ``dask://ADDRESS``.
        fail_fast: Whether the first point that fails ends it.
        tell: Called with notices.
        progress: Called with how far it is.
    """

    executor: str = "serial"
    fail_fast: bool = False
    tell: Callable[[str], object] = lambda _line: None
    progress: Callable[[Progress], object] = lambda _progress: None


def run_sweep(source: Source, out: Path, settings: Settings = Settings()) -> Run:
    """Run a sweep and write its bundle under ``out``.

    Raises:
        ArgumentError, UnknownNameError: something that the sweep names is not there.
        RunError: the bundle cannot be written, or nobody answers.
    """
    job = source.job
    open_job(job)  # checks all names before anything is started
    check_pool(settings.executor)
    if source.notice:
        settings.tell(source.notice)
    for line in settle_unfinished(out):
        settings.tell(line)
    results: dict[str, Any] = {}  # of one that is stopped before its first point
    with opened_pool(settings.executor) as pool:
        spec = source.spec
        with Bundle(out, f"sweep_{spec.name}", source.meta) as bundle:
            _begin(bundle.folder, source.files)
            results = _go(bundle, job, pool, settings)
    return Run(bundle.path, bundle.status, spec.seed, results, bundle.interrupt)


def go_on(source: Source, folder: Path, settings: Settings = Settings()) -> Run:
    """Go on with the sweep in ``folder``: finished rows stay, failed ones run again.

    Raises:
        RunError: the bundle cannot be written, another process goes on with it, or
            nobody answers.
    """
    check_pool(settings.executor)
    job, results = source.job, dict[str, Any]()
    with (
        opened_pool(settings.executor) as pool,
        Bundle.reopened(folder, source.meta) as bundle,
    ):
        results = _go(bundle, job, pool, settings)
    seed = source.spec.seed
    return Run(bundle.path, bundle.status, seed, results, bundle.interrupt)


def _go(bundle: Bundle, job: Job, pool: Pool, settings: Settings) -> dict[str, Any]:
    """Run what is not finished; write results and table of what is."""
    spec, subject = open_job(job)
    journal = Journal(bundle.folder / JOURNAL, spec.grid.rows)
    try:
        with bundle.timed("run"):
            try:
                _run(bundle, job, pool, journal, settings)
            except KeyboardInterrupt as request:
                bundle.stop(request)
        names = quantity_names(subject, journal)
        results = {
            "points": spec.grid.points,
            "replicates": spec.grid.replicates,
            "rows": journal.done,
            "failed": journal.failed,
            "parameters": list(spec.set),
            "quantities": names,
        }
        is_whole = journal.done == spec.grid.rows
        if not is_whole and bundle.stopped_in is None:
            bundle.status = "partial"
        with bundle.writing():
            bundle.write_results(results)
            rows = table_rows(spec.grid, subject, journal, names)
            bundle.write_table(columns(spec.grid, names), rows)
        if is_whole:
            (bundle.folder / JOURNAL).unlink()
        return results
    finally:
        with suppress(RunError):
            journal.close()


def _run(
    bundle: Bundle, job: Job, pool: Pool, journal: Journal, settings: Settings
) -> None:
    spec, subject = open_job(job)
    rows, left = spec.grid.rows, spec.grid.rows - journal.done
    bundles = PointBundles(bundle.folder, spec, subject)
    schedule = Schedule(journal.todo(), left, subject.together)
    settings.progress(Progress(journal.done, 0, rows))
    work = partial(run_rows, job)
    for batch in Runner(pool, work, schedule, deadly_row, settings.tell).run():
        found = batch.rows
        for row in found:
            bundles.write(row)
        journal.add(found)
        settings.progress(Progress(journal.done, journal.failed, rows))
        if settings.fail_fast and journal.failed:
            failed = next(row for row in found if row.values is None)
            settings.tell(f"note: stopped at the first failure: {failed.error}")
            return


@uninterrupted
def _begin(folder: Path, files: Mapping[str, str]) -> None:
    """Write what a bundle begins with, without all of which none can go on with it."""
    for name, text in files.items():
        _write(folder / name, text)


def _write(path: Path, text: str) -> None:
    try:
        write_atomically(path, text)
    except OSError as error:
        raise RunError(f"Cannot write {path}: {os_reason(error)}") from error
