"""The exact values for a method's numbers, from the best other method.

Enumeration, transfer matrix and closed form are accurate to rounding wherever they run.
None of them is its own reference, and an approximate method is never a reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from spacewheat_sim.errors import ArgumentError

if TYPE_CHECKING:
    from spacewheat_sim.statmech.ising.thermodynamics import (
        Conditions,
        Thermodynamics,
    )

METHODS = ("enumeration", "transfer_matrix", "exact")
"""Exact methods; the first that has a number gives it."""

QUANTITIES = (
    "free_energy",
    "energy",
    "magnetization",
    "susceptibility",
    "heat_capacity",
)

SECONDS_TO_CHECK = 3.0
"""Estimated seconds for all references of a run beyond its own methods."""

Method = Callable[["Conditions", int], "Thermodynamics"]
"""A method at given conditions; the number is that of the temperature."""


@dataclass(frozen=True)
class References:
    """Exact numbers for other methods' points.

    Attributes:
        methods: The methods of the run, some of which are references.
        seconds: Estimates a method's time at given conditions, infinite if it cannot
            run.
        points: Number of temperatures.
        found: Results by name of the method and number of the temperature.
    """

    methods: Mapping[str, Method]
    seconds: Callable[[str, Conditions], float]
    points: int
    found: dict[tuple[str, int], Thermodynamics] = field(default_factory=dict)

    def left_out(self, name: str, conditions: Conditions) -> bool:
        """Return whether a method is too slow to run only as a reference."""
        return self.seconds(name, conditions) * self.points > SECONDS_TO_CHECK

    def of(
        self, method: str | None, conditions: Conditions, number: int, *, search: bool
    ) -> Thermodynamics:
        """Return the exact values at a point, None for unknown numbers.

        Args:
            method: Method of the point, which is not its own reference.
            conditions: Conditions of the point.
            number: Number of its temperature.
            search: Whether to run a method that has not run yet, if it is fast.
        """
        from spacewheat_sim.statmech.ising.thermodynamics import Thermodynamics

        exact = Thermodynamics(None, None, None, None, None)
        for name in METHODS:
            if name == method or name not in self.methods:
                continue
            if search and (name, number) not in self.found:
                self._go(name, conditions, number)
            other = self.found.get((name, number))
            for quantity in QUANTITIES:
                if other is not None and getattr(exact, quantity) is None:
                    exact = replace(exact, **{quantity: getattr(other, quantity)})
            if all(getattr(exact, quantity) is not None for quantity in QUANTITIES):
                break
        return exact

    def _go(self, name: str, conditions: Conditions, number: int) -> None:
        if not self.left_out(name, conditions):
            with suppress(ArgumentError):
                self.found[name, number] = self.methods[name](conditions, number)
