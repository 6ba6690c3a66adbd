"""Thermodynamics of the Ising model over temperatures, by one method or by all."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.experiment import Outcome, grid_values
from spacewheat_sim.lab.progress import Progress

if TYPE_CHECKING:
    from spacewheat_sim.statmech.ising.thermodynamics import (
        Conditions,
        Thermodynamics,
    )

QUANTITIES = (
    "free_energy",
    "energy",
    "magnetization",
    "susceptibility",
    "heat_capacity",
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

Method = Callable[["Conditions", int], "Thermodynamics"]
"""A method at given conditions; the number is that of the temperature."""


@dataclass(frozen=True)
class Comparison:
    """What to compute.

    Attributes:
        temperatures: In order.
        J: Coupling.
        h: Field.
        methods: By name, in the order in which they are shown.
        chosen: One of the names, or ``all``.
        exact: Gives what is exact at given conditions; None where nothing is known.
        title: Of the figures.
        progress: Hears how far the run is.
    """

    temperatures: tuple[float, ...]
    J: float
    h: float
    methods: Mapping[str, Method]
    chosen: str
    exact: Callable[[Conditions], Thermodynamics]
    title: str
    progress: Progress = field(default_factory=Progress)


@dataclass(frozen=True)
class Point:
    """One method at one temperature, beside the exact answer."""

    T: float
    method: str
    found: Thermodynamics
    exact: Thermodynamics

    def record(self) -> dict[str, Any]:
        """Return the numbers by name, each with its exact value and its error."""
        record: dict[str, Any] = {}
        for name in QUANTITIES:
            record[name] = getattr(self.found, name)
            record[f"{name}_exact"] = getattr(self.exact, name)
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


def chosen_temperatures(
    T: float | None, grid: tuple[float, float, int] | None, usual: float
) -> tuple[float, ...]:
    """Return the temperatures of ``--T`` or ``--T_grid``.

    Raises:
        ArgumentError: both are given, or one is not above 0.
    """
    if T is not None and grid is not None:
        raise ArgumentError("--T and --T_grid say the same thing; give one")
    values = (T or usual,) if grid is None else tuple(grid_values(grid))
    if not all(value > 0.0 for value in values):
        raise ArgumentError(f"--T_grid must stay above 0, but is {grid}")
    return values


def compare(comparison: Comparison) -> Outcome:
    """Compute all points; of ``all`` methods those that can, the others with reasons.

    A request to stop ends it with the points that are there, and what a method had
    found of the last one.

    Raises:
        MethodLimitError: the one chosen method cannot do it.
    """
    names = [comparison.chosen]
    if comparison.chosen == "all":
        names = list(comparison.methods)
    points: list[Point] = []
    skipped: dict[str, str] = {}
    timings: dict[str, float] = {}
    interrupt = None
    try:
        exact = [_exact_at(comparison, T) for T in comparison.temperatures]
        for number, name in enumerate(names):
            began = time.perf_counter()
            try:
                with comparison.progress.part(number, len(names)):
                    _add_points(comparison, name, exact, points)
            except ArgumentError as error:
                if comparison.chosen != "all":
                    raise
                points[:] = [point for point in points if point.method != name]
                skipped[name] = str(error)
                continue
            timings[name] = time.perf_counter() - began
    except KeyboardInterrupt as stop:
        if not points:
            raise
        interrupt = getattr(stop, "reason", stop)
    figures = {
        "quantities": lambda: _quantities(comparison, points),
        "errors": lambda: _errors(comparison, points),
        "cost": lambda: _cost(comparison, timings),
    }
    return Outcome(
        _results(comparison, points, skipped),
        COLUMNS,
        [point.row() for point in points],
        figures,
        timings,
        interrupt,
    )


def _conditions(comparison: Comparison, T: float) -> Conditions:
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions

    return Conditions(T, comparison.J, comparison.h)


def _exact_at(comparison: Comparison, T: float) -> Thermodynamics:
    return comparison.exact(_conditions(comparison, T))


def _add_points(
    comparison: Comparison,
    name: str,
    exact: list[Thermodynamics],
    points: list[Point],
) -> None:
    """Add the points of one method, also what it had found of one that was stopped."""
    method = comparison.methods[name]
    count = len(comparison.temperatures)
    for number, T in enumerate(comparison.temperatures):
        try:
            with comparison.progress.part(number, count):
                found = method(_conditions(comparison, T), number)
        except KeyboardInterrupt as stop:
            if (begun := getattr(stop, "found", None)) is not None:
                points.append(Point(T, name, begun, exact[number]))
            raise
        points.append(Point(T, name, found, exact[number]))


def _results(
    comparison: Comparison, points: list[Point], skipped: dict[str, str]
) -> dict[str, Any]:
    """Return numbers for one temperature, or lists over several; by method for all."""
    by_method: dict[str, dict[str, Any]] = {}
    for point in points:
        record = point.record()
        if len(comparison.temperatures) == 1:
            by_method[point.method] = record
            continue
        lists = by_method.setdefault(point.method, {"T": []})
        lists["T"].append(point.T)
        for name, value in record.items():
            lists.setdefault(name, []).append(value)
    if comparison.chosen == "all":
        return {**by_method, "skipped": skipped}
    return by_method.get(comparison.chosen, {})


def _quantities(comparison: Comparison, points: list[Point]) -> Any:
    from spacewheat_sim.lab.figures.thermodynamics import quantities_figure

    low, high = min(comparison.temperatures), max(comparison.temperatures)
    if low == high:
        low, high = 0.5 * low, 1.5 * high
    around = [low + (high - low) * i / 120 for i in range(121)]
    curve = [(T, _exact_at(comparison, T)) for T in around]
    return quantities_figure(_marks(points), curve, title=comparison.title)


def _errors(comparison: Comparison, points: list[Point]) -> Any:
    from spacewheat_sim.lab.figures.thermodynamics import errors_figure

    return errors_figure(_marks(points), title=f"{comparison.title}: errors")


def _cost(comparison: Comparison, timings: dict[str, float]) -> Any:
    from spacewheat_sim.lab.figures.thermodynamics import cost_figure

    count = len(comparison.temperatures)
    return cost_figure(timings, count, title=f"{comparison.title}: cost")


def _marks(points: list[Point]) -> list[tuple[str, float, Any, Any]]:
    return [(point.method, point.T, point.found, point.exact) for point in points]
