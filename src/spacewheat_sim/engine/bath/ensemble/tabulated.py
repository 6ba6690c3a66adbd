"""An ensemble whose trajectories are drawn from tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from spacewheat_sim import seeding
from spacewheat_sim.engine.bath.ensemble.start import EnsemblePlan

if TYPE_CHECKING:
    from spacewheat_sim.quantum.ensembles.sums import TrajectorySums
    from spacewheat_sim.quantum.ensembles.tabulated import RenewalRun, Renewals


class TabulatedTrajectories:
    """Trajectories that run through tables of the no-jump evolution."""

    def __init__(self, plan: EnsemblePlan) -> None:
        self._plan = plan
        self._process: RenewalRun | None = None

    def run(self, tell: Callable[[float], object]) -> None:
        """Make the tables, and run all; ``tell`` hears the share that is done."""
        from spacewheat_sim.quantum.ensembles.tabulated import RenewalRun

        self._process = RenewalRun(renewals(self._plan), self._plan.outputs)
        self._process.run(tell)

    def sums(self) -> TrajectorySums | None:
        """Return the sums over those that have come to their end; None if none has."""
        return None if self._process is None else self._process.sums()


def renewals(plan: EnsemblePlan) -> Renewals:
    """Make the tables of ``plan``."""
    from spacewheat_sim.quantum.ensembles.tables import build_tables
    from spacewheat_sim.quantum.ensembles.tabulated import Renewals

    start = plan.start
    tables = build_tables(
        start.operators.generator,
        start.operators.hamiltonian.toarray(),
        start.kets,
        start.duration,
        start.tolerance,
    )
    return Renewals(
        tables,
        start.operators.generator,
        start.weights,
        start.duration,
        seeding.trajectory_key(start.seed),
        plan.trajectories,
        plan.target,
    )
