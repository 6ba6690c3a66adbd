"""The state of the Ising scene: a live lattice."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from spacewheat_sim import seeding
from spacewheat_sim.choices import DEFAULT_DT
from spacewheat_sim.engine.world.clock import Clock
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.sandbox.charts.history import History
from spacewheat_sim.sandbox.pace import Pace
from spacewheat_sim.statmech.exact.closed_forms import (
    exact_torus,
    spontaneous_magnetization,
)
from spacewheat_sim.statmech.ising.live import LiveLattice
from spacewheat_sim.statmech.ising.thermodynamics import Conditions
from spacewheat_sim.statmech.trg.torus import trg_thermodynamics

SWEEP = DEFAULT_DT
# Seconds of real time without a change before a slow reference is computed.
SETTLED = 0.25
TRG_CHI = 8


class Reference(NamedTuple):
    """The expected averages.

    Attributes:
        energy: E/N, or None if it is not known.
        magnetization: Size of M/N, or None.
        source: The method of the numbers.
    """

    energy: float | None
    magnetization: float | None
    source: str


NO_REFERENCE = Reference(None, None, "no reference in a field")
NOT_YET = Reference(None, None, "…")


class IsingState:
    """A torus of spins in a heat bath, one sweep a tick.

    Args:
        Lx: Columns.
        Ly: Rows.
        conditions: Initial temperature, coupling and field.
        algorithm: The algorithm of a sweep.
        seed: Root seed.

    Attributes:
        clock: Turns real time into sweeps.
        lattice: The spins.
        seed: Root seed.
        history: Magnetization and energy of the last minute.
        reference: Their expected values, updated shortly after a change.
    """

    def __init__(
        self, Lx: int, Ly: int, conditions: Conditions, algorithm: str, seed: int
    ) -> None:
        self.clock = Clock(SWEEP)
        self._pace = Pace()
        self.sides = (Lx, Ly)
        self.seed = seed
        self.reference = NOT_YET
        self._begin(conditions, algorithm)

    @property
    def time(self) -> float:
        """Seconds that the sweeps have taken at normal speed."""
        return self.lattice.sweeps * SWEEP

    @property
    def moving(self) -> bool:
        """Whether it changes by itself: it runs, or a reference is to be computed."""
        return not self.clock.paused or self.reference is NOT_YET

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds`` of real time."""
        self._pace.begin(real_seconds)
        self._sweep(self.clock.advance(real_seconds))
        if self.reference is NOT_YET:
            self._settling += real_seconds
            if self._settling >= SETTLED:
                self.reference = self._in_a_field()

    def step_once(self) -> None:
        """Pause, and take one sweep."""
        self.clock.step_once()
        self._sweep(self.clock.advance(0.0))

    def restart(self, *, new_seed: bool = False) -> None:
        """Restart under the present conditions."""
        if new_seed:
            self.seed = seeding.resolve_seed(None)
        self._begin(self.lattice.conditions, self.lattice.algorithm)

    def set_conditions(self, **changes: float) -> None:
        """Change T, J or h from the next sweep on.

        Raises:
            ArgumentError: the algorithm does not allow them; nothing has changed.
        """
        self.lattice.conditions = replace(self.lattice.conditions, **changes)
        self._refer()

    # --- inside -------------------------------------------------------------------

    def _begin(self, conditions: Conditions, algorithm: str) -> None:
        self.lattice = LiveLattice(
            *self.sides, conditions, algorithm=algorithm, seed=self.seed
        )
        self.history = History(2)
        self._note()
        self._refer()

    def _sweep(self, sweeps: int) -> None:
        for left in range(sweeps, 0, -1):
            self.lattice.step()
            self._note()
            if left > 1 and self._pace.spent:
                self.clock.hand_back(left - 1)
                break

    def _note(self) -> None:
        self.history.note(self.time, (self.lattice.magnetization, self.lattice.energy))

    def _refer(self) -> None:
        """Set the reference if it is fast to compute, or mark it as pending."""
        self._settling = 0.0
        conditions = self.lattice.conditions
        if conditions.h != 0.0:
            self.reference = NOT_YET
            return
        energy = None
        with suppress(ArgumentError):  # not available for a frustrated torus at low T
            energy = exact_torus(*self.sides, conditions).energy
        self.reference = Reference(
            energy,
            spontaneous_magnetization(conditions),
            "Kaufman (E), Yang (M)",
        )

    def _in_a_field(self) -> Reference:
        conditions = self.lattice.conditions
        try:
            found = trg_thermodynamics(
                *self.sides, conditions, chi_max=TRG_CHI, scheme="bond_weighted"
            )
        except ArgumentError:  # sides that are not powers of two
            return NO_REFERENCE
        if found.magnetization is None:
            return Reference(found.energy, None, "renormalization, χ = 8")
        return Reference(found.energy, found.magnetization, "renormalization, χ = 8")
