"""Convergence of tensor renormalization, and its conformal data."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from spacewheat_sim.lab.experiment import (
    MOST_POINTS,
    Experiment,
    Memory,
    Outcome,
    Parameters,
    Streams,
)

if TYPE_CHECKING:
    from spacewheat_sim.statmech.trg.coarse_graining import Scheme

CRITICAL_TEMPERATURE = 2.0 / math.log1p(math.sqrt(2.0))
SHOWN_DIMENSIONS = 8
COLUMNS = (
    "scheme",
    "chi_max",
    "L",
    "chi",
    "discarded_weight",
    "log_z_per_site",
    "log_z_per_site_exact",
    "error",
    "central_charge",
    *(f"x_{n}" for n in range(1, SHOWN_DIMENSIONS + 1)),
)

Row = tuple[Any, ...]


class ConvergenceParameters(Parameters):
    """Parameters of ``trg_convergence``."""

    L: int = Field(1024, ge=4, le=2**20, description="largest side, a power of two")
    T: float | None = Field(
        None, gt=0, description="temperature in units of J; by default the critical one"
    )
    chi_grid: tuple[int, int, int] = Field(
        (8, 32, 7), description="START STOP COUNT of chi_max, evenly spaced"
    )
    scheme: Literal["levin_nave", "bond_weighted", "both"] = Field(
        "both", description="plain, improved, or both"
    )


def chi_values(grid: tuple[int, int, int]) -> list[int]:
    """Return the values of chi_max, rounded to distinct integers.

    Raises:
        ArgumentError: the grid is empty, decreasing, or starts below 2.
    """
    from spacewheat_sim.errors import ArgumentError

    start, stop, count = grid
    if not (2 <= start <= stop and 1 <= count <= MOST_POINTS):
        raise ArgumentError(
            "--chi_grid must be START STOP COUNT with 2 ≤ START ≤ STOP and "
            f"1 ≤ COUNT ≤ {MOST_POINTS:,}, but is {start} {stop} {count}"
        )
    if count == 1:
        return [start]
    values = [round(start + (stop - start) * i / (count - 1)) for i in range(count)]
    return list(dict.fromkeys(values))


def run(parameters: ConvergenceParameters, streams: Streams) -> Outcome:
    """Compare ln Z per site with Kaufman's solution, for every size up to ``L``.

    At T_c, each tensor also gives central charge and scaling dimensions. A request to
    stop keeps the sizes so far.
    """
    from time import perf_counter

    from threadpoolctl import threadpool_limits

    from spacewheat_sim.statmech.trg.coarse_graining import SCHEMES

    chis = chi_values(parameters.chi_grid)
    exact = _exact(parameters)
    schemes = SCHEMES if parameters.scheme == "both" else (parameters.scheme,)
    rows: list[Row] = []
    timings = {}
    runs = [(scheme, chi_max) for scheme in schemes for chi_max in chis]
    interrupt = None
    try:
        for number, (scheme, chi_max) in enumerate(runs):
            start = perf_counter()
            with streams.progress.part(number, len(runs)), threadpool_limits(1, "blas"):
                _add_rows(parameters, scheme, chi_max, exact, rows)
            timings[f"{scheme}, chi_max {chi_max}"] = perf_counter() - start
    except KeyboardInterrupt as stop:
        if not rows:
            raise
        interrupt = stop
    figures = {"error": lambda: _error_figure(rows)}
    if _is_critical(parameters):
        figures["scaling"] = lambda: _scaling_figure(rows)
    results = _results(parameters, rows)
    return Outcome(results, COLUMNS, rows, figures, timings, interrupt)


def _temperature(parameters: ConvergenceParameters) -> float:
    return CRITICAL_TEMPERATURE if parameters.T is None else parameters.T


def _is_critical(parameters: ConvergenceParameters) -> bool:
    return abs(_temperature(parameters) - CRITICAL_TEMPERATURE) < 1e-9


def _exact(parameters: ConvergenceParameters) -> dict[int, float]:
    """Return the exact ln Z per site of each size."""
    from spacewheat_sim.statmech.ising import kaufman
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions, OwnUnits
    from spacewheat_sim.statmech.trg.torus import check_torus

    conditions = OwnUnits.of(Conditions(_temperature(parameters))).conditions
    check_torus({"L": parameters.L}, conditions, parameters.chi_grid[1])
    sizes = [2**n for n in range(2, parameters.L.bit_length())]
    return {
        L: kaufman.torus(conditions.beta, L, L).value / (L * L)
        for L in sizes
        if L <= parameters.L
    }


def _add_rows(
    parameters: ConvergenceParameters,
    scheme: Scheme,
    chi_max: int,
    exact: dict[int, float],
    rows: list[Row],
) -> None:
    """Add a row for each size, all from one flow."""
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions
    from spacewheat_sim.statmech.trg.flow import stoppable
    from spacewheat_sim.statmech.trg.scaling_dimensions import conformal_data
    from spacewheat_sim.statmech.trg.torus import squares

    conditions = Conditions(_temperature(parameters))
    for L, at, found in squares(conditions, parameters.L, chi_max, scheme):
        value = found.log_z.value / (L * L)
        conformal: list[float | None] = [None] * (1 + SHOWN_DIMENSIONS)
        if _is_critical(parameters):
            tensor = at.tensor
            data = stoppable(partial(conformal_data, tensor, SHOWN_DIMENSIONS), tensor)
            numbers = [data.central_charge, *data.dimensions]
            conformal[: len(numbers)] = numbers
        rows.append(
            (
                scheme,
                chi_max,
                L,
                found.smallest_chi,
                found.discarded_weight,
                value,
                exact[L],
                value - exact[L],
                *conformal,
            )
        )


def _results(parameters: ConvergenceParameters, rows: list[Row]) -> dict[str, Any]:
    """Return the numbers of the largest chi_max and size of all schemes.

    These are the requested ones, unless the run was stopped early.
    """
    schemes = {row[0] for row in rows}
    places = {(r[1], r[2]) for r in rows}
    known = {(r[0], r[1], r[2]) for r in rows}
    common = [p for p in places if all((s, *p) in known for s in schemes)]
    chi_max, L = max(common or places)
    last = {r[0]: r for r in rows if r[1:3] == (chi_max, L)}
    results: dict[str, Any] = {
        "T": _temperature(parameters),
        "L": L,
        "chi_max": chi_max,
        "log_z_per_site": {scheme: row[5] for scheme, row in last.items()},
        "log_z_per_site_exact": next(iter(last.values()))[6],
        "error": {scheme: row[7] for scheme, row in last.items()},
    }
    if len(last) == 2 and last["bond_weighted"][7] != 0.0:
        ratio = last["levin_nave"][7] / last["bond_weighted"][7]
        results["improvement"] = abs(ratio)
    if _is_critical(parameters):
        results |= _conformal_results(rows, chi_max)
    return results


def _conformal_results(rows: list[Row], chi_max: int) -> dict[str, Any]:
    """Return central charge and dimensions at L = 64, or the largest below.

    At this size, finite-size corrections are small, and truncation has not yet driven
    the tensor away from the fixed point.
    """
    from spacewheat_sim.statmech.trg.scaling_dimensions import (
        ISING_CENTRAL_CHARGE,
        ISING_DIMENSIONS,
    )

    size = max(row[2] for row in rows if row[1] == chi_max and row[2] <= 64)
    at = {row[0]: row for row in rows if row[1] == chi_max and row[2] == size}
    return {
        "scaling_L": size,
        "central_charge": {scheme: row[8] for scheme, row in at.items()},
        "central_charge_exact": ISING_CENTRAL_CHARGE,
        "scaling_dimensions": {scheme: list(row[9:]) for scheme, row in at.items()},
        "scaling_dimensions_exact": list(ISING_DIMENSIONS),
    }


def _error_figure(rows: list[Row]) -> Any:
    from spacewheat_sim.lab.figures.trg import error_figure

    return error_figure(rows)


def _scaling_figure(rows: list[Row]) -> Any:
    from spacewheat_sim.lab.figures.trg import scaling_figure

    return scaling_figure(rows)


def _memory(parameters: ConvergenceParameters) -> Memory:
    from spacewheat_sim.statmech.trg.torus import memory_needed, seconds_needed

    chis = chi_values(parameters.chi_grid)
    chi_max = chis[-1]
    needed = memory_needed(chi_max, derivatives=False)
    schemes = 2 if parameters.scheme == "both" else 1
    side = parameters.L
    seconds = [
        schemes * 2.0 * seconds_needed(side, chi, derivatives=False) for chi in chis
    ]
    return Memory("tensors of four legs", chi_max**4, needed, math.fsum(seconds) + 1.0)


EXPERIMENT = Experiment(
    name="trg_convergence",
    summary="Tensor renormalization against the exact torus, by chi_max and size.",
    parameters=ConvergenceParameters,
    run=run,
    memory=_memory,
)
