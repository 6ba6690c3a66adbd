"""The state of the Ising scene: a live lattice."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.choices import DEFAULT_DT
from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real
from spacewheat_sim.sandbox.charts.history import History
from spacewheat_sim.statmech.exact.closed_forms import (
    exact_torus,
    spontaneous_magnetization,
)
from spacewheat_sim.statmech.exact.density_of_states import DensityOfStates
from spacewheat_sim.statmech.exact.enumeration import enumerate_torus
from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING
from spacewheat_sim.statmech.ising.live import LiveLattice
from spacewheat_sim.statmech.ising.thermodynamics import Conditions
from spacewheat_sim.statmech.trg.torus import trg_thermodynamics

SWEEP = DEFAULT_DT
# Seconds of real time without a change before a slow reference is computed.
SETTLED = 0.25
TRG_CHI = 8
USUAL_TEMPERATURE = 2.0
MOST_COUNTED = 16  # sites of a lattice whose states are counted one by one
MOST_SITES = 2**24  # of a lattice that can be watched


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

    Its parameters are ``T``, ``J``, ``h`` and ``algorithm``.

    Args:
        Lx: Columns.
        Ly: Rows.
        conditions: Initial temperature, coupling and field.
        algorithm: The algorithm of a sweep.
        seed: Root seed.

    Attributes:
        lattice: The spins.
        seed: Root seed.
        history: Magnetization and energy of the last minute.
        reference: Their expected values, updated shortly after a change.

    Raises:
        ArgumentError: there are more sites than can be watched.
    """

    starts_paused = False

    def __init__(
        self, Lx: int, Ly: int, conditions: Conditions, algorithm: str, seed: int
    ) -> None:
        if Lx * Ly > MOST_SITES:
            raise ArgumentError(
                f"A lattice to watch has at most {MOST_SITES:,} sites, but "
                f"{Lx:,} × {Ly:,} are {Lx * Ly:,}; `spacewheat lab run` samples it"
            )
        self.sides = (Lx, Ly)
        self.seed = seed
        self.reference = NOT_YET
        self._begin(conditions, algorithm)

    @classmethod
    def of(cls, scenario: Scenario, seed: int) -> Self:
        """Return the lattice of the parameters of ``ising_2d``."""
        from spacewheat_sim.lab.experiments.ising_2d import TorusParameters
        from spacewheat_sim.lab.ising.comparison import chosen_temperatures

        at = TorusParameters.model_validate(dict(scenario.parameters))
        temperatures = chosen_temperatures(at.T, at.T_grid, USUAL_TEMPERATURE)
        T = _most_telling(temperatures, at.J)
        return cls(at.Lx, at.Ly, Conditions(T=T, J=at.J, h=at.h), "metropolis", seed)

    @property
    def time(self) -> float:
        """Seconds that the sweeps have taken at normal speed."""
        return self.lattice.sweeps * SWEEP

    @property
    def is_refining(self) -> bool:
        """Whether a reference is to be computed."""
        return self.reference is NOT_YET

    def tick(self) -> None:
        """Take one sweep."""
        self.lattice.step()
        self._note()

    def refine(self, real_seconds: float) -> None:
        """Compute the reference once the conditions have settled."""
        if self.reference is NOT_YET:
            self._settling += real_seconds
            if self._settling >= SETTLED:
                self.reference = self._in_a_field()

    def restart(self, seed: int) -> None:
        """Restart under the present conditions."""
        self.seed = seed
        self._begin(self.lattice.conditions, self.lattice.algorithm)

    def set(self, name: str, value: float | str) -> None:
        """Change a parameter from the next sweep on.

        Raises:
            ArgumentError: the algorithm does not allow it; nothing has changed.
        """
        if name == "algorithm":
            self.lattice.algorithm = str(value)
            return
        if name not in ("T", "J", "h"):
            raise ArgumentError(f"A lattice has no parameter {name!r} to set")
        self.lattice.conditions = replace(
            self.lattice.conditions, **{name: real(value)}
        )
        self._refer()

    def get(self, name: str) -> float | str:
        """Return a parameter."""
        lattice = self.lattice
        if name == "algorithm":
            return lattice.algorithm
        return {"T": self._at.T, "J": self._at.J, "h": self._at.h}[name]

    def document(self) -> dict[str, Any]:
        """Return all that its history depends on, as JSON-ready data."""
        lattice = self.lattice
        bits = np.packbits(lattice.spins > 0).tobytes()
        return {
            **{name: self.get(name) for name in ("T", "J", "h", "algorithm")},
            "generator": list(lattice.words),
            "spins": base64.b64encode(bits).decode(),
            "sweeps": lattice.sweeps,
        }

    def put_back(self, document: Mapping[str, Any]) -> None:
        """Go on from the :meth:`document` of another lattice of these sides."""
        at = Conditions(*(real(document[name]) for name in ("T", "J", "h")))
        self._begin(at, document["algorithm"])
        spins = _spins(document["spins"], self.lattice.spins.shape)
        self.lattice.put_back(spins, document["generator"], int(document["sweeps"]))
        self.history = History(2)
        self._note()

    # --- inside -------------------------------------------------------------------

    @property
    def _at(self) -> Conditions:
        return self.lattice.conditions

    def _begin(self, conditions: Conditions, algorithm: str) -> None:
        self.lattice = LiveLattice(
            *self.sides, conditions, algorithm=algorithm, seed=self.seed
        )
        self.history = History(2)
        self._note()
        self._refer()

    def _note(self) -> None:
        if self.history.is_due(self.time):
            row = self.lattice.magnetization, self.lattice.energy
            self.history.note(self.time, row)

    def _refer(self) -> None:
        """Set the reference if it is fast to compute, or mark it as pending."""
        self._settling = 0.0
        conditions = self._at
        if self.sides[0] * self.sides[1] <= MOST_COUNTED:
            self.reference = _counted(*self.sides, conditions)
            return
        if conditions.h != 0.0:
            self.reference = NOT_YET
            return
        energy = None
        with suppress(ArgumentError):  # not available for a frustrated torus at low T
            energy = exact_torus(*self.sides, conditions).energy
        self.reference = Reference(
            energy,
            spontaneous_magnetization(conditions),
            "Kaufman E, Yang M (N → ∞)",
        )

    def _in_a_field(self) -> Reference:
        try:
            found = trg_thermodynamics(
                *self.sides, self._at, chi_max=TRG_CHI, scheme="bond_weighted"
            )
        except ArgumentError:  # sides that are not powers of two
            return NO_REFERENCE
        return Reference(found.energy, found.magnetization, "renormalization, χ = 8")


@lru_cache(maxsize=16)
def _states(Lx: int, Ly: int) -> DensityOfStates:
    return enumerate_torus(Lx, Ly)


def _counted(Lx: int, Ly: int, conditions: Conditions) -> Reference:
    """Return the averages of all states; without a field, that of |M|."""
    found = _states(Lx, Ly).thermodynamics(conditions)
    size = found.extra["abs_magnetization"]
    magnetization = found.magnetization if conditions.h else size
    return Reference(found.energy, magnetization, f"all 2^{Lx * Ly} states")


def _most_telling(temperatures: Sequence[float], J: float) -> float:
    """Return the temperature that is closest to the critical one of a large lattice.

    There order and heat are even; far below it nothing moves, far above all is noise.
    """
    critical = abs(J) / CRITICAL_COUPLING
    return min(temperatures, key=lambda T: abs(T - critical))


def _spins(text: str, shape: tuple[int, ...]) -> NDArray[np.int8]:
    """Return the spins whose signs a text holds, one bit each.

    Raises:
        ArgumentError: they are not as many as there are sites.
    """
    sites = int(np.prod(shape))
    try:
        bits = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        bits = b""
    if len(bits) != -(-sites // 8):
        raise ArgumentError(f"`spins` must hold the signs of {sites:,} sites")
    up = np.unpackbits(np.frombuffer(bits, dtype=np.uint8), count=sites)
    return (2 * up.astype(np.int8) - 1).reshape(shape)
