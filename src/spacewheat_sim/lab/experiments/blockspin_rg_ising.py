"""Coarse-graining of the Ising model: where each coupling flows, and what stays."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from spacewheat_sim.lab.experiment import (
    Experiment,
    Grid,
    Memory,
    Outcome,
    Parameters,
    Streams,
    grid_values,
)

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

    from spacewheat_sim.statmech.rg.block_spin import FixedPoint
    from spacewheat_sim.statmech.rg.tower import Tower

COLUMNS = ("K", "K_prime", "K_prime_error", "h", "h_prime", "iteration")

LARGEST_BLOCK = 4
# Updates and rings for the exponent and the fixed points, per sweep of the flow.
CRITICAL_SHARE = 4
CHAIN_SHARE = 16

Method = Literal["exact", "monte_carlo", "migdal_kadanoff"]


class BlockSpinParameters(Parameters):
    """The lattice, the couplings to start from, and how to coarse-grain."""

    dimension: Literal[1, 2] = Field(2, description="chain (1) or square lattice (2)")
    L: int = Field(
        16, ge=4, le=1024, description="side of each sampled ring or torus, in spins"
    )
    b: int = Field(2, ge=2, le=64, description="scale: side of a block, in spins")
    K_grid: Grid = Field(
        (0.1, 1.0, 20),
        description="START STOP COUNT of the couplings J/T, not negative",
    )
    h: float = Field(
        0.0, ge=-100, le=100, description="field over temperature, in one dimension"
    )
    n_iter: int = Field(
        4, ge=1, le=100, description="steps from each coupling; K' starts the next"
    )
    method: Literal["auto", "exact", "monte_carlo", "migdal_kadanoff"] = Field(
        "auto", description="auto is exact for dimension 1, monte_carlo for 2"
    )
    sweeps: int = Field(
        10_000,
        ge=1000,
        le=1_000_000,
        description="cluster updates, or sampled rings, of each Monte Carlo step",
    )

    @property
    def resolved_method(self) -> Method:
        """The method that ``auto`` stands for."""
        if self.method == "auto":
            return "exact" if self.dimension == 1 else "monte_carlo"
        return self.method

    @model_validator(mode="after")
    def _method_fits(self) -> Self:
        method = self.resolved_method
        if min(self.K_grid[:2]) < 0.0:
            raise ValueError(
                f"--K_grid cannot go from {self.K_grid[0]:g} to {self.K_grid[1]:g}; "
                "allowed: couplings ≥ 0"
            )
        if self.dimension == 2 and method == "exact":
            raise ValueError(
                "--method exact cannot be used with --dimension 2: blocked spins in "
                "two dimensions interact in ways that no closed form gives; allowed: "
                "--method monte_carlo, the approximation --method migdal_kadanoff, or "
                "--dimension 1"
            )
        if self.h and (self.dimension == 2 or method == "migdal_kadanoff"):
            raise ValueError(
                f"--h cannot be {self.h:g} with --dimension {self.dimension} --method "
                f"{method}: neither moved bonds nor the exact torus know a field; "
                "allowed: --h 0, or --dimension 1 with --method exact or monte_carlo"
            )
        if method == "monte_carlo":
            self._check_blocks()
        return self

    def _check_blocks(self) -> None:
        most = self.L // 2 if self.dimension == 1 else LARGEST_BLOCK
        allowed = [b for b in range(2, min(most, self.L // 2) + 1) if self.L % b == 0]
        if self.b in allowed:
            return
        listed = ", ".join(map(str, allowed)) or f"none with --L {self.L}"
        raise ValueError(
            f"--b cannot be {self.b} with --L {self.L} --dimension {self.dimension} "
            "--method monte_carlo: it must divide --L into 2 or more blocks a side"
            + (f", of {most} spins a side at most" if self.dimension == 2 else "")
            + f"; allowed: {listed}"
        )


class _Point(NamedTuple):
    """One step of one flow: a row of the table."""

    K: float
    K_prime: float
    K_prime_error: float
    h: float
    h_prime: float
    iteration: int


class _Step(NamedTuple):
    """Where a coupling and a field go."""

    K: float
    error: float
    h: float


class _Mark(NamedTuple):
    """A finite, nontrivial fixed point for the figure."""

    K: float
    error: float
    label: str


class _Findings(NamedTuple):
    """Results of a road, and the fixed points for the figure."""

    results: dict[str, Any]
    marks: list[_Mark]


class _Road(NamedTuple):
    """A way to coarse-grain: one step, and what to find out besides the flow."""

    step: Callable[[float, float, np.random.Generator], _Step]
    findings: Callable[[list[_Point]], _Findings]


def run(parameters: BlockSpinParameters, streams: Streams) -> Outcome:
    """Iterate from every coupling, then find the fixed point and the exponent."""
    method = parameters.resolved_method
    road = _road(parameters, streams)
    start = perf_counter()
    points = _flow(parameters, streams, road)
    flowed = perf_counter()
    found = road.findings(points)
    done = perf_counter()
    results = {
        "method": method,
        **found.results,
        **_migdal_kadanoff_numbers(parameters.b),
    }
    return Outcome(
        results=results,
        columns=COLUMNS,
        rows=[list(point) for point in points],
        figures={"rg_flow": lambda: _figure(parameters, points, found)},
        timings={f"{method}_flow": flowed - start, f"{method}_exponent": done - flowed},
    )


def _flow(
    parameters: BlockSpinParameters, streams: Streams, road: _Road
) -> list[_Point]:
    """Return the steps of all flows, by iteration and then by where they started.

    Every step is taken on a lattice of side L at the coupling that the last one found,
    so that L bounds neither the number of steps nor their precision.
    """
    at = [(K, parameters.h) for K in grid_values(parameters.K_grid)]
    points = []
    for iteration in range(1, parameters.n_iter + 1):
        for flow, (K, h) in enumerate(at):
            step = road.step(K, h, streams.get("flow", flow, iteration))
            points.append(_Point(K, step.K, step.error, h, step.h, iteration))
            at[flow] = step.K, step.h
    return points


def _road(parameters: BlockSpinParameters, streams: Streams) -> _Road:
    if parameters.resolved_method == "migdal_kadanoff":
        return _by_moving_bonds(parameters)
    if parameters.dimension == 2:
        return _by_block_spins(parameters, streams)
    if parameters.resolved_method == "exact":
        return _by_decimation(parameters)
    return _by_sampled_chains(parameters, streams)


def _by_decimation(parameters: BlockSpinParameters) -> _Road:
    """One dimension, exactly."""
    from spacewheat_sim.statmech.rg import decimation

    b = parameters.b

    def step(K: float, h: float, _rng: np.random.Generator) -> _Step:
        if h == 0.0:
            return _Step(decimation.decimate(K, b), 0.0, 0.0)
        found = decimation.decimate_in_field(K, h, b)
        return _Step(found.K, 0.0, found.h)

    def findings(points: list[_Point]) -> _Findings:
        y_t = decimation.thermal_exponent(1.0, decimation.decimate(1.0, b), b)
        results = _exponent(y_t, 0.0, exact=1.0)
        if not parameters.h:
            by_matrix = [decimation.decimate_in_field(p.K, 0.0, b).K for p in points]
            pairs = zip(points, by_matrix, strict=True)
            worst = max(abs(p.K_prime - other) for p, other in pairs)
            results["largest_difference_from_transfer_matrix"] = worst
        return _Findings(results | _chain_fixed_points(), [])

    return _Road(step, findings)


def _by_sampled_chains(parameters: BlockSpinParameters, streams: Streams) -> _Road:
    """One dimension, from the kept spins of sampled rings."""
    from spacewheat_sim.statmech.rg import decimation
    from spacewheat_sim.statmech.rg.chain_blocking import blocked_chain

    L, b = parameters.L, parameters.b

    def step(K: float, h: float, rng: np.random.Generator) -> _Step:
        found = blocked_chain(K, h, L, b, parameters.sweeps, rng)
        return _Step(found.K.value, found.K.error, found.h.value)

    def findings(points: list[_Point]) -> _Findings:
        # About one broken bond to a ring: near the fixed point, yet well sampled.
        K = 0.5 * math.log(2.0 * L)
        samples = CHAIN_SHARE * parameters.sweeps
        new = blocked_chain(K, 0.0, L, b, samples, streams.get("exponent")).K
        y_t = decimation.thermal_exponent(K, new.value, b)
        u = decimation.scaling_field(new.value)
        error = new.error / (math.sinh(2.0 * new.value) * u * math.log(b))
        results = _exponent(y_t, error, exact=1.0)
        exact = [decimation.decimate_in_field(p.K, p.h, b).K for p in points]
        pairs = zip(points, exact, strict=True)
        results["largest_deviation_in_errors"] = max(
            abs(p.K_prime - K) / p.K_prime_error if p.K_prime_error else 0.0
            for p, K in pairs
        )
        return _Findings(results | _chain_fixed_points(), [])

    return _Road(step, findings)


def _by_moving_bonds(parameters: BlockSpinParameters) -> _Road:
    """Migdal–Kadanoff: in two dimensions an approximation in closed form."""
    from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING
    from spacewheat_sim.statmech.rg import decimation
    from spacewheat_sim.statmech.rg import migdal_kadanoff as moved

    b, d = parameters.b, parameters.dimension

    def step(K: float, h: float, _rng: np.random.Generator) -> _Step:
        return _Step(moved.migdal_kadanoff(K, b, d), 0.0, h)

    def findings(_points: list[_Point]) -> _Findings:
        if d == 1:  # no bonds to move: this is decimation
            y_t = decimation.thermal_exponent(1.0, decimation.decimate(1.0, b), b)
            return _Findings(_exponent(y_t, 0.0, exact=1.0) | _chain_fixed_points(), [])
        K = moved.fixed_point(b)
        results = _exponent(moved.thermal_exponent(b), 0.0, exact=1.0)
        results |= _critical_coupling(K, 0.0, CRITICAL_COUPLING)
        return _Findings(results, [_Mark(K, 0.0, "$K^*$")])

    return _Road(step, findings)


def _by_block_spins(parameters: BlockSpinParameters, streams: Streams) -> _Road:
    """Two dimensions, by the majority of sampled blocks."""
    from spacewheat_sim.statmech.rg.block_spin import block_step

    low_temperature_steps = 0

    def step(K: float, h: float, rng: np.random.Generator) -> _Step:
        nonlocal low_temperature_steps
        found = block_step(K, parameters.L, parameters.b, parameters.sweeps, rng)
        low_temperature_steps += found.route == "low_temperature"
        return _Step(found.K.value, found.K.error, h)

    def findings(_points: list[_Point]) -> _Findings:
        results, marks = _critical_findings(parameters, streams)
        results["low_temperature_steps"] = low_temperature_steps
        return _Findings(results, marks)

    return _Road(step, findings)


def _critical_findings(parameters: BlockSpinParameters, streams: Streams) -> _Findings:
    """Return what two lattices sampled at K_c say of the fixed point and exponent."""
    from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING
    from spacewheat_sim.statmech.ising.statistics import integrated_time
    from spacewheat_sim.statmech.rg.block_spin import fixed_points
    from spacewheat_sim.statmech.rg.linearized import thermal_exponent
    from spacewheat_sim.statmech.rg.tower import (
        blockings,
        sample_tower,
        trusted_level,
    )

    L, b = parameters.L, parameters.b
    level = trusted_level(L, b)
    levels = max(level, blockings(L, b))
    updates = CRITICAL_SHARE * parameters.sweeps
    large, small = (
        sample_tower(CRITICAL_COUPLING, side, b, n, updates, streams.get("tower", side))
        for side, n in ((L, levels), (L // b, levels - 1))
    )
    exponents = [thermal_exponent(large, n) for n in range(1, levels + 1)]
    chosen = exponents[level - 1]
    points = fixed_points(large, small, level)
    results = _critical_coupling(
        points[-1].K.value, points[-1].error, CRITICAL_COUPLING
    )
    results |= {
        "matching_level": level,
        **_flow_crossing(points[0]),
        **_exponent(chosen.value, chosen.error, exact=1.0),
        "y_t_level": level,
        "y_t_of_levels": [each.value for each in exponents],
        "y_t_errors_of_levels": [each.error for each in exponents],
        **_correlation_at_criticality(large),
        "autocorrelation_time": integrated_time(large.series[:, 0, 0]),
    }
    mark = _Mark(points[-1].K.value, points[-1].error, "$K^*$")
    return _Findings(results, [mark])


def _correlation_at_criticality(tower: Tower) -> dict[str, Any]:
    """Return ⟨σσ⟩ of nearest neighbors as sampled at K_c, and exactly."""
    from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING, torus
    from spacewheat_sim.statmech.ising.statistics import mean_estimate

    found = mean_estimate(tower.series[:, 0, 0] / (2 * tower.L**2))
    exact = torus(CRITICAL_COUPLING, tower.L, tower.L).correlation
    return {
        "critical_correlation": found.value,
        "critical_correlation_error": found.error,
        "critical_correlation_exact": exact,
    }


def _flow_crossing(point: FixedPoint) -> dict[str, Any]:
    """Return where K' = K in the table's flow, which truncation shifts off K_c."""
    return {
        "flow_crossing": point.K.value,
        "flow_crossing_error": point.error,
        "flow_crossing_statistical_error": point.K.error,
    }


def _critical_coupling(K: float, error: float, exact: float) -> dict[str, Any]:
    """Return the fixed points of a square lattice; a K of None is infinite."""
    return {
        "fixed_points": [
            {"K": 0.0, "stable": True},
            {"K": K, "stable": False},
            {"K": None, "stable": True},
        ],
        "critical_coupling": K,
        "critical_coupling_error": error,
        "critical_coupling_exact": exact,
        "critical_coupling_deviation": K - exact,
    }


def _chain_fixed_points() -> dict[str, Any]:
    """Return the fixed points of a chain; a K of None is infinite."""
    return {"fixed_points": [{"K": 0.0, "stable": True}, {"K": None, "stable": False}]}


def _exponent(value: float, error: float, *, exact: float) -> dict[str, Any]:
    return {
        "y_t": value,
        "y_t_error": error,
        "y_t_exact": exact,
        "y_t_deviation": value - exact,
    }


def _migdal_kadanoff_numbers(b: int) -> dict[str, Any]:
    from spacewheat_sim.statmech.rg import migdal_kadanoff

    return {
        "migdal_kadanoff_fixed_point": migdal_kadanoff.fixed_point(b),
        "migdal_kadanoff_y_t": migdal_kadanoff.thermal_exponent(b),
    }


def _figure(
    parameters: BlockSpinParameters, points: list[_Point], found: _Findings
) -> Figure:
    from spacewheat_sim.lab.figures.rg_flow import Curve, rg_flow_figure
    from spacewheat_sim.statmech.rg.decimation import decimate, decimate_in_field
    from spacewheat_sim.statmech.rg.migdal_kadanoff import migdal_kadanoff

    b, h = parameters.b, parameters.h
    if parameters.dimension == 2:
        exact = parameters.resolved_method == "migdal_kadanoff"
        curve = Curve("Migdal–Kadanoff", lambda K: migdal_kadanoff(K, b), exact)
    elif h == 0.0:
        curve = Curve("exact", lambda K: decimate(K, b), True)
    else:
        curve = Curve(
            f"exact at the starting h = {h:g}",
            lambda K: decimate_in_field(K, h, b).K,
            True,
        )
    return rg_flow_figure(
        [(p.iteration, p.K, p.K_prime, p.K_prime_error) for p in points],
        flows=len(grid_values(parameters.K_grid)),
        curve=curve,
        marks=found.marks,
        notes=_notes(found.results),
        subtitle=_subtitle(parameters),
    )


def _notes(results: dict[str, Any]) -> list[str]:
    """Return what the figure says beside the flow: exponent and exact answers."""
    from spacewheat_sim.lab.figures.rg_flow import with_error

    told = with_error(results["y_t"], results["y_t_error"])
    notes = [f"thermal exponent $y_t$ = {told}, exact {results['y_t_exact']:g}"]
    if "critical_coupling" in results:
        K = results["critical_coupling"]
        told = with_error(K, results["critical_coupling_error"])
        exact = results["critical_coupling_exact"]
        notes.insert(0, f"fixed point $K^*$ = {told}, exact $K_c$ = {exact:.5f}")
    if "flow_crossing" in results:
        K, error = results["flow_crossing"], results["flow_crossing_statistical_error"]
        notes.append(f"one step alone crosses at {with_error(K, error)}")
    return notes


def _subtitle(parameters: BlockSpinParameters) -> str:
    method = {
        "exact": "exact decimation",
        "monte_carlo": "majority of sampled blocks"
        if parameters.dimension == 2
        else f"1 in {parameters.b} spins of sampled rings",
        "migdal_kadanoff": "Migdal–Kadanoff, bonds moved first",
    }
    words = [
        "chain" if parameters.dimension == 1 else "square lattice",
        method[parameters.resolved_method],
        f"b = {parameters.b}",
    ]
    if parameters.resolved_method == "monte_carlo":
        unit = "rings" if parameters.dimension == 1 else "sweeps"
        words[2:] = [
            f"L = {parameters.L} → {parameters.L // parameters.b}",
            f"{parameters.sweeps:,} {unit} a step",
            "bars: standard errors",
        ]
    if parameters.h:
        words.append(f"h = {parameters.h:g}")
    return "   ·   ".join(words)


def _memory(parameters: BlockSpinParameters) -> Memory:
    if parameters.resolved_method != "monte_carlo":
        return Memory("couplings", 1, 0.0)
    if parameters.dimension == 1:
        # Spins, the kept ones and their products, and one site's random numbers.
        rings = CHAIN_SHARE * parameters.sweeps
        each = parameters.L + 24.0 * parameters.L / parameters.b + 40.0
        return Memory("sampled rings", rings, rings * each)
    updates = CRITICAL_SHARE * parameters.sweeps
    return Memory("sums over blocked lattices", updates, updates * 8.0 * 5 * 10 * 2)


EXPERIMENT = Experiment(
    name="blockspin_rg_ising",
    summary="Coarse-grain Ising chains and lattices: flow, fixed point, exponent.",
    parameters=BlockSpinParameters,
    run=run,
    memory=_memory,
)
