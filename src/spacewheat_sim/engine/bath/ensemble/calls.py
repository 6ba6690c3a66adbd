"""Trajectories of an ensemble as calls that any process may run."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from spacewheat_sim.engine.bath.ensemble.methods import evolved, is_stiff
from spacewheat_sim.engine.bath.ensemble.single import SingleTrajectories
from spacewheat_sim.engine.bath.ensemble.start import EnsemblePlan
from spacewheat_sim.engine.bath.ensemble.tabulated import renewals
from spacewheat_sim.quantum.ensembles.deposit_sums import Deposited, deposited
from spacewheat_sim.quantum.ensembles.group_sums import Shown
from spacewheat_sim.quantum.ensembles.tabulated import Renewals
from spacewheat_sim.version import __version__

T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """An ensemble as it is sent to whoever runs trajectories of it.

    Attributes:
        name: Its name, by which a process knows it again.
        plan: What is to be run.
    """

    name: str
    plan: EnsemblePlan = field(compare=False)


class Answer(NamedTuple, Generic[T]):
    """What came of trajectories, the seconds they took, and by which version."""

    found: T
    seconds: float
    version: str


def run_histories(job: Job, start: int, stop: int) -> Answer[Shown]:
    """Run trajectories ``start`` … ``stop − 1`` in this thread, by their kets."""
    began, numbers = time.perf_counter(), range(start, stop)
    if is_stiff(job.plan):
        lone = SingleTrajectories(job.plan, numbers)
        lone.run(_nobody)
        shown = lone.shown()
    else:
        together = evolved(job.plan, numbers)
        together.run(_nobody, threads=1)
        shown = together.shown()
    return Answer(shown, time.perf_counter() - began, __version__)


def run_renewals(job: Job, rows: range, start: int, stop: int) -> Answer[Deposited]:
    """Run trajectories ``start`` … ``stop − 1`` in this thread, for some ``rows``."""
    began = time.perf_counter()
    times = job.plan.outputs[rows.start : rows.stop]
    found = deposited(tabulated(job), range(start, stop), times)
    return Answer(found, time.perf_counter() - began, __version__)


@lru_cache(maxsize=1)
def tabulated(job: Job) -> Renewals:
    """Return the tables of an ensemble, made once in each process."""
    return renewals(job.plan)


def _nobody(_share: float) -> None:
    """Hear how far they are."""
