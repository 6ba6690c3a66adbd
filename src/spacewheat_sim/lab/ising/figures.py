"""The figures of an Ising comparison: quantities, errors and cost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from spacewheat_sim.lab.ising.references import (
    METHODS,
    QUANTITIES,
    SECONDS_TO_CHECK,
    References,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from spacewheat_sim.lab.figures.methods import Mark
    from spacewheat_sim.lab.figures.thermodynamics import InfiniteLattice
    from spacewheat_sim.lab.ising.points import Comparison, Point
    from spacewheat_sim.lab.sampled_lines import SampledLine

FEWEST_POINTS, MOST_POINTS = 12, 241
"""Most points of an exact line, for a few seconds of computation."""

ONLY_COUNTED = ("abs_magnetization", "susceptibility_abs")
"""Quantities that only enumeration gives exactly."""


def quantities(comparison: Comparison, points: Sequence[Point]) -> Figure:
    """Draw the results of all methods, with the exact lines."""
    from spacewheat_sim.lab.figures import thermodynamics
    from spacewheat_sim.lab.figures.methods import temperature_range

    low, high = temperature_range(comparison.temperatures)
    return thermodynamics.quantities_figure(
        _marks(points),
        _exact_lines(comparison, low, high),
        _infinite_lattice(comparison, low, high),
        in_field=comparison.h != 0.0,
        title=comparison.title,
    )


def errors(comparison: Comparison, points: Sequence[Point]) -> Figure:
    """Draw the error of each method."""
    from spacewheat_sim.lab.figures.thermodynamics_errors import errors_figure

    title = f"{comparison.title}: errors"
    return errors_figure(_marks(points), in_field=comparison.h != 0.0, title=title)


def cost(comparison: Comparison, timings: Mapping[str, float]) -> Figure:
    """Draw the time of each method."""
    from spacewheat_sim.lab.figures.thermodynamics_errors import cost_figure

    count = len(comparison.temperatures)
    return cost_figure(timings, count, title=f"{comparison.title}: cost")


def _marks(points: Sequence[Point]) -> list[Mark]:
    from spacewheat_sim.lab.figures.methods import Mark

    return [Mark(point.method, point.T, point.found, point.exact) for point in points]


def _exact_lines(
    comparison: Comparison, low: float, high: float
) -> dict[str, SampledLine]:
    """Return exact curves between two temperatures, by the methods that are fast."""
    from spacewheat_sim.lab.sampled_lines import sampled_lines
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions

    coldest = Conditions(low, comparison.J, comparison.h)
    seconds = {name: comparison.seconds(name, coldest) for name in METHODS}
    quick = [n for n in METHODS if seconds[n] * FEWEST_POINTS < SECONDS_TO_CHECK]
    if not quick:
        return {}
    slowest = max(seconds[name] for name in quick)
    most = min(MOST_POINTS, SECONDS_TO_CHECK / max(slowest, 1e-6))
    methods = {name: comparison.methods[name] for name in quick}
    exact = References(methods, comparison.seconds, 1)
    asked = 0

    def at(T: float) -> dict[str, Any]:
        nonlocal asked
        asked += 1
        conditions = Conditions(T, comparison.J, comparison.h)
        found = exact.of(None, conditions, asked, search=True)
        values = {name: getattr(found, name) for name in QUANTITIES}
        counted = exact.found.get(("enumeration", asked))
        if counted is not None:
            values |= {name: counted.extra.get(name) for name in ONLY_COUNTED}
        return values

    return sampled_lines(at, low, high, most=max(FEWEST_POINTS, int(most)))


def _infinite_lattice(
    comparison: Comparison, low: float, high: float
) -> InfiniteLattice | None:
    """Return T_c of the infinite lattice and, for J > 0, its magnetization."""
    from spacewheat_sim.lab.figures.thermodynamics import InfiniteLattice
    from spacewheat_sim.statmech.exact.closed_forms import spontaneous_magnetization
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions

    critical = comparison.critical_temperature
    if critical is None:
        return None
    if comparison.J < 0.0:
        return InfiniteLattice(critical)
    temperatures = [low + (high - low) * i / 400 for i in range(401)]
    if low < critical < high:
        # |m| falls as (1 − T/T_c)^(1/8), steeply near T_c.
        steps = [0.5 ** (i / 2) for i in range(100)]
        temperatures += [critical - (critical - low) * step for step in steps]
        temperatures += [critical]
    temperatures = sorted(temperatures)
    order = [
        spontaneous_magnetization(Conditions(T, comparison.J)) for T in temperatures
    ]
    return InfiniteLattice(critical, temperatures, order)


def critical_temperature(J: float, h: float, Lx: int, Ly: int) -> float | None:
    """Return T_c = 2|J| / ln(1 + √2) of the infinite lattice, if it applies.

    None in a field, for J < 0 on a torus that frustrates the order, and for sides below
    3, which have double bonds or couple spins to themselves.
    """
    from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING

    frustrated = J < 0.0 and (Lx % 2 == 1 or Ly % 2 == 1)
    if h != 0.0 or J == 0.0 or frustrated or min(Lx, Ly) < 3:
        return None
    critical = abs(J) / CRITICAL_COUPLING
    return critical if math.isfinite(critical) else None
