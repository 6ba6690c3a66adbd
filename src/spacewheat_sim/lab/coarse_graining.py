"""Methods to coarse-grain the Ising model: one step of each, and its findings."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    from spacewheat_sim.lab.block_spin_parameters import BlockSpinParameters
    from spacewheat_sim.lab.experiment import Streams
    from spacewheat_sim.statmech.rg.block_spin import FixedPoint
    from spacewheat_sim.statmech.rg.tower import Pair, Tower

# Updates and rings for the exponent and the fixed points, per sweep of the flow.
CRITICAL_SHARE = 4
CHAIN_SHARE = 16


class Point(NamedTuple):
    """One step of one flow: a row of the table."""

    K: float
    K_prime: float
    K_prime_error: float
    h: float
    h_prime: float
    iteration: int
    h_prime_error: float


class Step(NamedTuple):
    """The coupling and field after one step; NaN if samples are insufficient."""

    K: float
    error: float
    h: float
    h_error: float = 0.0


class Mark(NamedTuple):
    """A finite, nontrivial fixed point for the figure."""

    K: float
    error: float
    label: str


class Findings(NamedTuple):
    """Results of a method, and the fixed points for the figure."""

    results: dict[str, Any]
    marks: list[Mark]


class CoarseGraining(NamedTuple):
    """A method to coarse-grain: one step, and further findings."""

    step: Callable[[float, float, np.random.Generator], Step]
    findings: Callable[[list[Point]], Findings]


def choose_method(parameters: BlockSpinParameters, streams: Streams) -> CoarseGraining:
    """Return the method of coarse-graining in ``parameters``."""
    if parameters.resolved_method == "migdal_kadanoff":
        return _by_moving_bonds(parameters)
    if parameters.dimension == 2:
        return _by_block_spins(parameters, streams)
    if parameters.resolved_method == "exact":
        return _by_decimation(parameters)
    return _by_sampled_chains(parameters, streams)


def _by_decimation(parameters: BlockSpinParameters) -> CoarseGraining:
    """One dimension, exactly."""
    from spacewheat_sim.statmech.rg import decimation

    b = parameters.b

    def step(K: float, h: float, _rng: np.random.Generator) -> Step:
        if h == 0.0:
            return Step(decimation.decimate(K, b), 0.0, 0.0)
        found = decimation.decimate_in_field(K, h, b)
        return Step(found.K, 0.0, found.h)

    def findings(points: list[Point]) -> Findings:
        y_t = decimation.thermal_exponent(1.0, decimation.decimate(1.0, b), b)
        results = _exponent(y_t, 0.0, exact=1.0)
        if not parameters.h:
            by_matrix = [decimation.decimate_in_field(p.K, 0.0, b).K for p in points]
            pairs = zip(points, by_matrix, strict=True)
            worst = max(abs(p.K_prime - other) for p, other in pairs)
            results["largest_difference_from_transfer_matrix"] = worst
        return Findings(results | _chain_fixed_points(), [])

    return CoarseGraining(step, findings)


def _by_sampled_chains(
    parameters: BlockSpinParameters, streams: Streams
) -> CoarseGraining:
    """One dimension, from the kept spins of sampled rings."""
    from spacewheat_sim.statmech.rg import decimation
    from spacewheat_sim.statmech.rg.chain_blocking import blocked_chain

    L, b = parameters.L, parameters.b
    counts: Counter[str] = Counter()

    def step(K: float, h: float, rng: np.random.Generator) -> Step:
        found = blocked_chain(K, h, L, b, parameters.sweeps, rng)
        counts[found.method] += 1
        return Step(found.K.value, found.K.error, found.h.value, found.h.error)

    def findings(points: list[Point]) -> Findings:
        # About one broken bond per ring: near the fixed point, but well sampled.
        K = 0.5 * math.log(2.0 * L)
        samples = CHAIN_SHARE * parameters.sweeps
        new = blocked_chain(K, 0.0, L, b, samples, streams.get("exponent")).K
        y_t = decimation.thermal_exponent(K, new.value, b)
        u = decimation.scaling_field(new.value)
        error = new.error / (math.sinh(2.0 * new.value) * u * math.log(b))
        results = _exponent(y_t, error, exact=1.0)
        known = [p for p in points if math.isfinite(p.K_prime)]
        exact = [decimation.decimate_in_field(p.K, p.h, b).K for p in known]
        results["largest_deviation_in_errors"] = max(
            (
                abs(p.K_prime - K) / p.K_prime_error
                for p, K in zip(known, exact, strict=True)
            ),
            default=None,
        )
        results["low_temperature_steps"] = counts["low_temperature"]
        results["unknown_steps"] = counts["unknown"]
        return Findings(results | _chain_fixed_points(), [])

    return CoarseGraining(step, findings)


def _by_moving_bonds(parameters: BlockSpinParameters) -> CoarseGraining:
    """Migdal–Kadanoff: in two dimensions an approximation in closed form."""
    from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING
    from spacewheat_sim.statmech.rg import decimation
    from spacewheat_sim.statmech.rg import migdal_kadanoff as moved

    b, d = parameters.b, parameters.dimension

    def step(K: float, h: float, _rng: np.random.Generator) -> Step:
        return Step(moved.migdal_kadanoff(K, b, d), 0.0, h)

    def findings(_points: list[Point]) -> Findings:
        if d == 1:  # no bonds to move: this is decimation
            y_t = decimation.thermal_exponent(1.0, decimation.decimate(1.0, b), b)
            return Findings(_exponent(y_t, 0.0, exact=1.0) | _chain_fixed_points(), [])
        K = moved.fixed_point(b)
        # The error of moving bonds is not known: it is None, not 0.
        results = _exponent(moved.thermal_exponent(b), None, exact=1.0)
        results |= _critical_coupling(K, None, CRITICAL_COUPLING)
        return Findings(results, [Mark(K, 0.0, "$K^*$")])

    return CoarseGraining(step, findings)


def _by_block_spins(
    parameters: BlockSpinParameters, streams: Streams
) -> CoarseGraining:
    """Two dimensions, by the majority of sampled blocks."""
    from spacewheat_sim.statmech.rg.block_spin import block_step

    low_temperature_steps = 0

    def step(K: float, h: float, rng: np.random.Generator) -> Step:
        nonlocal low_temperature_steps
        found = block_step(
            K, parameters.L, parameters.b, parameters.sweeps, rng, streams.progress
        )
        low_temperature_steps += found.method == "low_temperature"
        return Step(found.K.value, found.K.error, h)

    def findings(_points: list[Point]) -> Findings:
        results, marks = _critical_findings(parameters, streams)
        results["low_temperature_steps"] = low_temperature_steps
        return Findings(results, marks)

    return CoarseGraining(step, findings)


def _critical_findings(parameters: BlockSpinParameters, streams: Streams) -> Findings:
    """Return fixed point and exponent from two lattices sampled at K_c.

    If they can be blocked only once, two more lattices give the change by a second
    blocking.
    """
    from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING
    from spacewheat_sim.statmech.ising.statistics import integrated_time
    from spacewheat_sim.statmech.rg.block_spin import fixed_points
    from spacewheat_sim.statmech.rg.linearized import exponent, thermal_exponent
    from spacewheat_sim.statmech.rg.tower import (
        blockings,
        companion_side,
        trusted_level,
    )

    L, b = parameters.L, parameters.b
    level = trusted_level(L, b)
    levels = max(level, blockings(L, b))
    with streams.progress.part(0, 2):
        pair = _pair(parameters, streams, "tower", L, levels)
    companions = None
    if level == 1:
        with streams.progress.part(1, 2):
            side = b * companion_side(L, b)
            companions = _pair(parameters, streams, "companion", side, 2)
    chosen = exponent(pair, level, companions)
    of_levels = [thermal_exponent(pair.large, n) for n in range(1, levels + 1)]
    points = fixed_points(pair, level, companions)
    best = points[-1]
    results = _critical_coupling(best.K.value, best.error, CRITICAL_COUPLING)
    results |= {
        "critical_coupling_statistical_error": best.K.error,
        "critical_coupling_truncation": best.truncation,
        "matching_level": level,
        **_flow_crossing(points[0]),
        **_exponent(chosen.found.value, chosen.error, exact=1.0),
        "y_t_statistical_error": chosen.found.error,
        "y_t_truncation": chosen.truncation,
        "y_t_level": level,
        "y_t_of_levels": [each.value for each in of_levels],
        "y_t_statistical_errors_of_levels": [each.error for each in of_levels],
        **_correlation_at_criticality(pair.large),
        "autocorrelation_time": integrated_time(pair.large.series[:, 0, 0]),
    }
    return Findings(results, [Mark(best.K.value, best.error, "$K^*$")])


def _pair(
    parameters: BlockSpinParameters, streams: Streams, name: str, side: int, levels: int
) -> Pair:
    """Return towers of a lattice and of one b times smaller, sampled at K_c."""
    from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING
    from spacewheat_sim.statmech.rg.tower import Pair, sample_tower

    b, updates = parameters.b, CRITICAL_SHARE * parameters.sweeps
    towers: list[Tower] = []
    for number, (L, n) in enumerate([(side, levels), (side // b, levels - 1)]):
        rng = streams.get(name, L)
        with streams.progress.part(number, 2):
            towers.append(
                sample_tower(CRITICAL_COUPLING, L, b, n, updates, rng, streams.progress)
            )
    return Pair(*towers)


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
    """Return where K' = K in the flow, which truncation shifts away from K_c."""
    return {
        "flow_crossing": point.K.value,
        "flow_crossing_error": point.error,
        "flow_crossing_statistical_error": point.K.error,
    }


def _critical_coupling(K: float, error: float | None, exact: float) -> dict[str, Any]:
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


def _exponent(value: float, error: float | None, *, exact: float) -> dict[str, Any]:
    return {
        "y_t": value,
        "y_t_error": error,
        "y_t_exact": exact,
        "y_t_deviation": value - exact,
    }


def migdal_kadanoff_numbers(b: int) -> dict[str, Any]:
    """Return the fixed point and the exponent of Migdal and Kadanoff."""
    from spacewheat_sim.statmech.rg import migdal_kadanoff

    return {
        "migdal_kadanoff_fixed_point": migdal_kadanoff.fixed_point(b),
        "migdal_kadanoff_y_t": migdal_kadanoff.thermal_exponent(b),
    }
