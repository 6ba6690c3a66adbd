"""The tables from which trajectories of an ensemble are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacewheat_sim import seeding
from spacewheat_sim.engine.bath.ensemble.start import EnsemblePlan

if TYPE_CHECKING:
    from spacewheat_sim.quantum.ensembles.tabulated import Renewals


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
