"""A comparison of methods on an Ising model, and a point of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spacewheat_sim.lab.experiment import Memory
from spacewheat_sim.lab.ising.references import QUANTITIES, Method
from spacewheat_sim.lab.progress import Progress

if TYPE_CHECKING:
    from spacewheat_sim.statmech.ising.thermodynamics import (
        Conditions,
        Thermodynamics,
    )

COLUMNS = (
    "T",
    "method",
    *QUANTITIES,
    "susceptibility_abs",
    *(f"{name}_exact" for name in QUANTITIES),
    *(f"{name}_error" for name in QUANTITIES),
    "susceptibility_abs_error",
    "abs_magnetization",
    "abs_magnetization_error",
    "converged",
    "algorithm",
)


@dataclass(frozen=True)
class Comparison:
    """The request for a comparison.

    Attributes:
        temperatures: In order.
        J: Coupling.
        h: Field.
        methods: Methods by name, in the order of the figures.
        chosen: One of the names, or ``all``.
        needs: Estimates the resources of a method at given conditions.
        title: Title of the figures.
        progress: Called with the share of the run that is done.
        critical_temperature: That of the infinite lattice, if it applies.
    """

    temperatures: tuple[float, ...]
    J: float
    h: float
    methods: Mapping[str, Method]
    chosen: str
    needs: Callable[[str, Conditions], Memory]
    title: str
    progress: Progress = field(default_factory=Progress)
    critical_temperature: float | None = None

    def seconds(self, name: str, conditions: Conditions) -> float:
        """Estimate the time of a method, infinite if it cannot run."""
        return self.needs(name, conditions).seconds or 0.0


@dataclass(frozen=True)
class Point:
    """One method at one temperature, with the exact values.

    Attributes:
        T: The temperature.
        number: Number of the temperature.
        method: The method's name.
        found: Its result.
        exact: The result of other methods, None until it is known.
    """

    T: float
    number: int
    method: str
    found: Thermodynamics
    exact: Thermodynamics | None = None

    @property
    def has_difference(self) -> bool:
        """Whether one of the numbers has an exact value."""
        return any(
            getattr(self.found, name) is not None
            and getattr(self.exact, name, None) is not None
            for name in QUANTITIES
        )

    def record(self) -> dict[str, Any]:
        """Return the numbers by name, each with its exact value and its error."""
        record: dict[str, Any] = {}
        for name in QUANTITIES:
            record[name] = getattr(self.found, name)
            record[f"{name}_exact"] = getattr(self.exact, name, None)
            if name in self.found.errors:
                record[f"{name}_error"] = self.found.errors[name]
        for name, value in self.found.extra.items():
            record[name] = value
            if name in self.found.errors:
                record[f"{name}_error"] = self.found.errors[name]
        if self.found.algorithm is not None:
            record["algorithm"] = self.found.algorithm
        return record

    def row(self) -> tuple[Any, ...]:
        """Return the row of the table."""
        record = self.record()
        return (self.T, self.method, *(record.get(name) for name in COLUMNS[2:]))
