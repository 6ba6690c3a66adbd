"""Runs rows of a sweep in whatever process this is, and says what came of each."""

from __future__ import annotations

import json
import re
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from spacewheat_sim.executors.runner import TRIES
from spacewheat_sim.interrupts import raise_lost
from spacewheat_sim.lab.sweep.bundles import Files
from spacewheat_sim.lab.sweep.spec import SweepSpec, read_spec
from spacewheat_sim.version import __version__

_FOLDERS = re.compile(r'(File ")[^"]*?([^/\\"]+[/\\][^/\\"]+")')


@dataclass(frozen=True)
class Job:
    """A sweep as it is sent to whoever runs rows of it.

    Attributes:
        spec: Its parameters and seed, as JSON.
        content: The biome's content, as JSON; empty for an experiment.
    """

    spec: str
    content: str


@dataclass(frozen=True)
class Row:
    """What came of a row.

    Attributes:
        number: Its number, that of the point times the replicates plus the replicate.
        values: Its quantities; None if it failed.
        error: Why it failed, in a sentence.
        traceback: Where it failed.
        files: Its bundle, if one was asked for.
    """

    number: int
    values: dict[str, float | None] | None
    error: str = ""
    traceback: str = ""
    files: Files = field(default_factory=dict)


@dataclass(frozen=True)
class Batch:
    """Rows that were run together, the seconds they took, and by which version."""

    rows: list[Row]
    seconds: float
    version: str


class Subject(Protocol):
    """What is swept."""

    together: int
    names: tuple[str, ...]

    def seed(self, values: Mapping[str, Any], replicate: int) -> int:
        """Return the seed that a replicate of a point runs with."""

    def rows(
        self, values: Mapping[str, Any], replicates: Sequence[int]
    ) -> list[tuple[dict[str, float | None], Files]]:
        """Return the quantities and the bundle of each replicate of a point."""


@lru_cache(maxsize=4)
def open_job(job: Job) -> tuple[SweepSpec, Subject]:
    """Return a sweep and what it sweeps, read once in each process."""
    spec = read_spec(json.loads(job.spec))
    if spec.experiment:
        from spacewheat_sim.lab.sweep.experiment import ExperimentSweep

        return spec, ExperimentSweep(spec)
    from spacewheat_sim.lab.sweep.biome import BiomeSweep
    from spacewheat_sim.lab.sweep.content import read_content

    return spec, BiomeSweep(spec, read_content(job.content))


def run_rows(job: Job, start: int, stop: int) -> Batch:
    """Run the rows ``start`` to ``stop`` − 1, those of a point together."""
    began = time.perf_counter()
    spec, subject = open_job(job)
    grid, rows = spec.grid, []
    while start < stop:
        point, first = divmod(start, grid.replicates)
        last = min(grid.replicates, first + stop - start)
        rows += _of_point(subject, grid.point(point), range(first, last), start)
        start += last - first
    return Batch(rows, time.perf_counter() - began, __version__)


def deadly_row(number: int) -> Batch:
    """Return what a row comes to that kills its workers."""
    said = f"its worker died, {TRIES} times"
    return Batch([Row(number, None, said, said)], 0.0, __version__)


def _of_point(
    subject: Subject, values: Mapping[str, Any], replicates: range, number: int
) -> list[Row]:
    try:
        found = subject.rows(values, replicates)
    except Exception as error:
        raise_lost(error)
        trace = _FOLDERS.sub(r"\1…/\2", traceback.format_exc())
        said = f"{type(error).__name__}: {error}"
        return [Row(number + i, None, said, trace) for i in range(len(replicates))]
    return [
        Row(number + i, numbers, files=files)
        for i, (numbers, files) in enumerate(found)
    ]
