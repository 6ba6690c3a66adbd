"""Methods to coarse-grain the Ising model: one step of each, and its findings."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from spacewheat_sim.lab.block_spin.critical import critical_findings
from spacewheat_sim.lab.block_spin.findings import (
    Findings,
    Mark,
    chain_fixed_points,
    critical_coupling,
    exponent,
)

if TYPE_CHECKING:
    import numpy as np

    from spacewheat_sim.lab.block_spin.parameters import BlockSpinParameters
    from spacewheat_sim.lab.experiment import Streams

CHAIN_SHARE = 16
"""Rings for the exponent and the fixed points, per ring of the flow."""


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
        results = exponent(y_t, 0.0, exact=1.0)
        if not parameters.h:
            by_matrix = [decimation.decimate_in_field(p.K, 0.0, b).K for p in points]
            pairs = zip(points, by_matrix, strict=True)
            worst = max(abs(p.K_prime - other) for p, other in pairs)
            results["largest_difference_from_transfer_matrix"] = worst
        return Findings(results | chain_fixed_points(), [])

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
        results = exponent(y_t, error, exact=1.0)
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
        return Findings(results | chain_fixed_points(), [])

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
            return Findings(exponent(y_t, 0.0, exact=1.0) | chain_fixed_points(), [])
        K = moved.fixed_point(b)
        # The error of moving bonds is not known: it is None, not 0.
        results = exponent(moved.thermal_exponent(b), None, exact=1.0)
        results |= critical_coupling(K, None, CRITICAL_COUPLING)
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
        results, marks = critical_findings(parameters, streams)
        results["low_temperature_steps"] = low_temperature_steps
        return Findings(results, marks)

    return CoarseGraining(step, findings)
