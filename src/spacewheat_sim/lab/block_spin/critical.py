"""Fixed point and exponent of the square lattice, from blocks sampled at K_c."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spacewheat_sim.lab.block_spin.findings import (
    Findings,
    Mark,
    critical_coupling,
    exponent,
)

if TYPE_CHECKING:
    from spacewheat_sim.lab.block_spin.parameters import BlockSpinParameters
    from spacewheat_sim.lab.experiment import Streams
    from spacewheat_sim.statmech.rg.block_spin import FixedPoint
    from spacewheat_sim.statmech.rg.tower import Pair, Tower

CRITICAL_SHARE = 4
"""Updates for the exponent and the fixed points, per sweep of the flow."""


def critical_findings(parameters: BlockSpinParameters, streams: Streams) -> Findings:
    """Return fixed point and exponent from two lattices sampled at K_c.

    If they can be blocked only once, two more lattices give the change by a second
    blocking.
    """
    from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING
    from spacewheat_sim.statmech.ising.statistics import integrated_time
    from spacewheat_sim.statmech.rg import linearized
    from spacewheat_sim.statmech.rg.block_spin import fixed_points
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
    chosen = linearized.exponent(pair, level, companions)
    of_levels = [
        linearized.thermal_exponent(pair.large, n) for n in range(1, levels + 1)
    ]
    points = fixed_points(pair, level, companions)
    best = points[-1]
    results = critical_coupling(best.K.value, best.error, CRITICAL_COUPLING)
    results |= {
        "critical_coupling_statistical_error": best.K.error,
        "critical_coupling_truncation": best.truncation,
        "matching_level": level,
        **_flow_crossing(points[0]),
        **exponent(chosen.found.value, chosen.error, exact=1.0),
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
