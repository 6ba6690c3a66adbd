"""Thermodynamics of the Ising model over temperatures, by one method or by all."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.experiment import Memory, Outcome, grid_values
from spacewheat_sim.lab.ising.points import COLUMNS, Comparison, Point
from spacewheat_sim.lab.ising.references import (
    METHODS,
    References,
)
from spacewheat_sim.lab.memory import fits, memory_notice

if TYPE_CHECKING:
    from spacewheat_sim.statmech.ising.thermodynamics import (
        Conditions,
    )


def chosen_temperatures(
    T: float | None, grid: tuple[float, float, int] | None, usual: float
) -> tuple[float, ...]:
    """Return the temperatures of ``--T`` or ``--T_grid``.

    Raises:
        ArgumentError: both are given, or one is not above 0.
    """
    if T is not None and grid is not None:
        raise ArgumentError("--T and --T_grid exclude each other; give one")
    values = (T or usual,) if grid is None else tuple(grid_values(grid))
    if not all(value > 0.0 for value in values):
        raise ArgumentError(f"--T_grid must stay above 0, but is {grid}")
    return values


def chosen_conditions(parameters: Any, usual: float) -> list[Conditions]:
    """Return the conditions at each temperature of an experiment's ``parameters``."""
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions

    temperatures = chosen_temperatures(parameters.T, parameters.T_grid, usual)
    return [Conditions(T, parameters.J, parameters.h) for T in temperatures]


def chosen_names(methods: Iterable[str], chosen: str) -> list[str]:
    """Return the methods of ``all``, or the single one."""
    return list(methods) if chosen == "all" else [chosen]


def all_needs(
    needs: Callable[[str, Conditions], Memory],
    names: Sequence[str],
    conditions: Sequence[Conditions],
) -> Memory:
    """Return the resources of all methods in turn, without those that do not fit."""
    at = [needs(name, conditions[0]) for name in names]
    able = [n for n in at if fits(n) and n.seconds != math.inf] or at
    seconds = [needs(name, each).seconds for name in names for each in conditions]
    total = math.fsum(s for s in seconds if s is not None and s < math.inf)
    largest = max(able, key=lambda need: need.bytes)
    return replace(largest, seconds=total)


def compare(comparison: Comparison) -> Outcome:
    """Compute all points; with ``all``, methods that fail are listed with reasons.

    A request to stop keeps the points so far, and what a method had found of the last
    one.

    Raises:
        MethodLimitError: the one chosen method fails at every point.
    """
    from spacewheat_sim.lab.ising import figures as ising_figures

    names = chosen_names(comparison.methods, comparison.chosen)
    references = References(
        comparison.methods, comparison.seconds, len(comparison.temperatures)
    )
    points: list[Point] = []
    skipped: dict[str, str] = {}
    timings: dict[str, float] = {}
    interrupt = None
    try:
        for number, name in enumerate(names):
            began = time.perf_counter()
            with comparison.progress.part(number, len(names)):
                _add_points(comparison, name, points, skipped)
            timings[name] = time.perf_counter() - began
        points = _with_references(comparison, references, points, search=True)
    except KeyboardInterrupt as stop:
        if not points:
            raise
        interrupt = getattr(stop, "reason", stop)
        points = _with_references(comparison, references, points, search=False)
    figures = {
        "quantities": lambda: ising_figures.quantities(comparison, points),
        "errors": lambda: ising_figures.errors(comparison, points),
        "cost": lambda: ising_figures.cost(comparison, timings),
    }
    if not any(point.has_difference for point in points):
        del figures["errors"]
    return Outcome(
        _results(comparison, points, skipped),
        COLUMNS,
        [point.row() for point in points],
        figures,
        {p.method: timings[p.method] for p in points if p.method in timings},
        interrupt,
    )


def _conditions(comparison: Comparison, T: float) -> Conditions:
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions

    return Conditions(T, comparison.J, comparison.h)


def _add_points(
    comparison: Comparison, name: str, points: list[Point], skipped: dict[str, str]
) -> None:
    """Add the points of one method, including the results so far of a stopped one.

    A temperature at which it fails does not affect the others.
    """
    from spacewheat_sim.statmech.ising.thermodynamics import OwnUnits

    count = len(comparison.temperatures)
    refusals: list[tuple[float, ArgumentError]] = []
    for number, T in enumerate(comparison.temperatures):
        conditions = _conditions(comparison, T)
        units = OwnUnits.of(conditions)
        try:
            memory_notice(comparison.needs(name, conditions))
            with comparison.progress.part(number, count):
                found = comparison.methods[name](units.conditions, number)
        except ArgumentError as error:
            refusals.append((T, error))
            continue
        except KeyboardInterrupt as stop:
            if (begun := getattr(stop, "found", None)) is not None:
                points.append(Point(T, number, name, units.restored(begun)))
            raise
        points.append(Point(T, number, name, units.restored(found)))
    if not refusals:
        return
    T, reason = refusals[0]
    if len(refusals) < count:
        more = f" and {len(refusals) - 1} more" if len(refusals) > 1 else ""
        skipped[name] = f"at T = {T:g}{more}: {reason}"
    elif comparison.chosen == "all":
        skipped[name] = str(reason)
    else:
        raise reason


def _with_references(
    comparison: Comparison, references: References, points: list[Point], *, search: bool
) -> list[Point]:
    """Return the points with the exact values of other methods, if there are any."""
    for point in points:
        if point.method in METHODS:
            references.found[point.method, point.number] = point.found
    exact = [
        references.of(
            point.method, _conditions(comparison, point.T), point.number, search=search
        )
        for point in points
    ]
    return [replace(p, exact=e) for p, e in zip(points, exact, strict=True)]


def _results(
    comparison: Comparison, points: list[Point], skipped: dict[str, str]
) -> dict[str, Any]:
    """Return numbers for one temperature, or lists for several; by method if all."""
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
    found = by_method
    if comparison.chosen != "all":
        found = by_method.get(comparison.chosen, {})
    return {**found, "skipped": skipped} if skipped else found
