"""Coarse-graining of the Ising model: the flow of couplings, and fixed points."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING, Any

from spacewheat_sim.lab.block_spin.coarse_graining import (
    CHAIN_SHARE,
    CoarseGraining,
    Point,
    Step,
    choose_method,
)
from spacewheat_sim.lab.block_spin.critical import CRITICAL_SHARE
from spacewheat_sim.lab.block_spin.findings import Findings, migdal_kadanoff_numbers
from spacewheat_sim.lab.block_spin.parameters import BlockSpinParameters
from spacewheat_sim.lab.experiment import (
    Experiment,
    Memory,
    Outcome,
    Streams,
    grid_values,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLUMNS = (
    "K",
    "K_prime",
    "K_prime_error",
    "h",
    "h_prime",
    "iteration",
    "h_prime_error",
)


def run(parameters: BlockSpinParameters, streams: Streams) -> Outcome:
    """Iterate from every coupling, then find the fixed point and the exponent.

    A request to stop keeps the steps so far.
    """
    method = parameters.resolved_method
    coarse_graining = choose_method(parameters, streams)
    moved = migdal_kadanoff_numbers(parameters.b)
    timings: dict[str, float] = {}
    points: list[Point] = []
    found, interrupt = Findings({}, []), None
    start = perf_counter()
    try:
        with streams.progress.part(0, 2):
            _follow_flows(parameters, streams, coarse_graining, points)
        timings[f"{method}_flow"] = perf_counter() - start
        start = perf_counter()
        with streams.progress.part(1, 2):
            found = coarse_graining.findings(points)
        timings[f"{method}_exponent"] = perf_counter() - start
    except KeyboardInterrupt as stop:
        if not points:
            raise
        interrupt = stop
    return Outcome(
        results={"method": method, **found.results, **moved},
        columns=COLUMNS,
        rows=[list(point) for point in points],
        figures=_figures(parameters, points, found),
        timings=timings,
        interrupt=interrupt,
    )


def _follow_flows(
    parameters: BlockSpinParameters,
    streams: Streams,
    coarse_graining: CoarseGraining,
    points: list[Point],
) -> None:
    """Add the steps of all flows, by iteration and then by initial coupling.

    Every step uses a lattice of side L at the coupling of the last step, so that L
    limits neither the number of steps nor their precision. After an unknown coupling,
    all others of its flow are unknown.
    """
    at = [(K, parameters.h) for K in grid_values(parameters.K_grid)]
    count = parameters.n_iter * len(at)
    for iteration in range(1, parameters.n_iter + 1):
        for flow, (K, h) in enumerate(at):
            step = Step(math.nan, math.inf, math.nan, math.inf)
            with streams.progress.part(len(points), count):
                if math.isfinite(K):
                    rng = streams.get("flow", flow, iteration)
                    step = coarse_graining.step(K, h, rng)
            points.append(
                Point(K, step.K, step.error, h, step.h, iteration, step.h_error)
            )
            at[flow] = step.K, step.h


def _figures(
    parameters: BlockSpinParameters, points: list[Point], found: Findings
) -> dict[str, Callable[[], Figure]]:
    """Return the figure of the flows that are known to the last step, if any."""
    flows = len(grid_values(parameters.K_grid))
    last = points[-flows:]
    known = [n for n, point in enumerate(last) if math.isfinite(point.K_prime)]
    drawn = [point for n, point in enumerate(points) if n % flows in known]
    if not known or not found.results:
        return {}
    return {"rg_flow": lambda: _figure(parameters, drawn, len(known), found)}


def _figure(
    parameters: BlockSpinParameters, points: list[Point], flows: int, found: Findings
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
        flows=flows,
        curve=curve,
        marks=found.marks,
        notes=_notes(found.results, len(grid_values(parameters.K_grid)) - flows),
        subtitle=_subtitle(parameters),
    )


def _notes(results: dict[str, Any], unknown: int) -> list[str]:
    """Return the notes of the figure: exponent and exact answers.

    Args:
        results: The results.
        unknown: Number of flows that are not drawn.
    """
    from spacewheat_sim.lab.figures.measured import with_error

    value = with_error(results["y_t"], results["y_t_error"] or 0.0)
    notes = [f"thermal exponent $y_t$ = {value}, exact {results['y_t_exact']:g}"]
    if "critical_coupling" in results:
        K = results["critical_coupling"]
        value = with_error(K, results["critical_coupling_error"] or 0.0)
        exact = results["critical_coupling_exact"]
        notes.insert(0, f"fixed point $K^*$ = {value}, exact $K_c$ = {exact:.5f}")
    if "flow_crossing" in results:
        K, error = results["flow_crossing"], results["flow_crossing_statistical_error"]
        notes.append(f"one step has K′ = K at {with_error(K, error)}")
    if unknown:
        flows = "flows are" if unknown > 1 else "flow is"
        notes.append(f"{unknown} {flows} not known to the last step and not drawn")
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
            f"{parameters.sweeps:,} {unit} per step",
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
    return Memory("sums over blocked lattices", updates, updates * 8.0 * 5 * 10 * 3)


EXPERIMENT = Experiment(
    name="blockspin_rg_ising",
    summary="Coarse-grain Ising chains and lattices: flow, fixed point, exponent.",
    parameters=BlockSpinParameters,
    run=run,
    memory=_memory,
)
