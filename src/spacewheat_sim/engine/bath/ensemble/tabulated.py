"""An ensemble whose trajectories are drawn from tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from spacewheat_sim import seeding
from spacewheat_sim.engine.bath.ensemble.start import EnsemblePlan

if TYPE_CHECKING:
    from spacewheat_sim.quantum.ensembles.sums import TrajectorySums
    from spacewheat_sim.quantum.ensembles.tabulated import RenewalRun


class TabulatedTrajectories:
    """Trajectories that run through tables of the no-jump evolution."""

    def __init__(self, plan: EnsemblePlan) -> None:
        self._plan = plan
        self._process: RenewalRun | None = None

    def run(self, tell: Callable[[float], object]) -> None:
        """Make the tables, and run all; ``tell`` hears the share that is done."""
        from spacewheat_sim.quantum.ensembles.tables import build_tables
        from spacewheat_sim.quantum.ensembles.tabulated import RenewalRun

        start, outputs, trajectories, target = self._plan
        tables = build_tables(
            start.operators.generator,
            start.operators.hamiltonian.toarray(),
            start.kets,
            start.duration,
            start.tolerance,
        )
        self._process = RenewalRun(
            tables,
            start.operators.generator,
            start.weights,
            outputs,
            start.duration,
            seeding.trajectory_key(start.seed),
            trajectories,
            target,
        )
        self._process.run(tell)

    def sums(self) -> TrajectorySums | None:
        """Return the sums over those that have come to their end; None if none has."""
        return None if self._process is None else self._process.sums()
