"""Decimation of the Ising chain by Monte Carlo: what the kept spins of samples say.

Where too few of the samples show a kind of neighbors that K' and h' depend on, they do
not say it. There the leading term at low temperature does, unless the field is so
strong that it is not the leading one; then K' and h' are unknown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.ring import (
    couplings_of_averages,
    ring_averages,
    sample_rings,
)
from spacewheat_sim.statmech.ising.statistics import Estimate

FEWEST_RINGS = 30
"""Rings that have to show a kind of neighbors.

K' and h' are sums of the logarithms of their numbers, which so many know to 18 %.
"""

LARGEST_NEGLECTED = 0.5
"""Of the leading term, relative to it."""

ROUNDING = 1e-15


@dataclass(frozen=True)
class ChainStep:
    """The coarser chain's coupling and field.

    Attributes:
        K: K' with its error.
        h: h' with its error.
        method: How they were found; where unknown, both are NaN with infinite errors.
    """

    K: Estimate
    h: Estimate
    method: Literal["monte_carlo", "low_temperature", "unknown"]


UNKNOWN = ChainStep(
    Estimate(math.nan, math.inf), Estimate(math.nan, math.inf), "unknown"
)


def blocked_chain(
    K: float, h: float, L: int, b: int, samples: int, rng: np.random.Generator
) -> ChainStep:
    """Return K' and h' that reproduce the averages of every b-th spin of a ring.

    ``samples`` independent rings of L spins are drawn; ⟨ss'⟩ and ⟨s⟩ of the kept spins
    are those of a ring of L/b spins at exactly one (K', h'). Without field, ⟨s⟩ is
    known to be 0 and h' is 0. Errors: the samples' covariance Σ through the inverse
    map with slopes D is D⁻¹ Σ D⁻ᵀ. They hold where each kind of neighbors, equal and
    unequal, in a field also both up and both down, is in 30 rings or more.

    Raises:
        ArgumentError: b does not divide L into at least 2 spins.
    """
    if b < 2 or L % b or L // b < 2:
        raise ArgumentError(
            f"Argument `b` must divide the {L} spins of the ring into 2 or more parts, "
            f"but is {b}"
        )
    kept = sample_rings(K, h, L, samples, rng)[:, ::b]
    if _rarest_kind(kept, h != 0.0) < FEWEST_RINGS:
        return low_temperature_chain(K, h, b)
    N = L // b
    pairs = np.mean(kept * np.roll(kept, -1, axis=1), axis=1)
    means = np.mean(kept, axis=1) if h != 0.0 else np.zeros(samples)
    observed = np.stack([pairs, means])
    new_K, new_h = couplings_of_averages(float(pairs.mean()), float(means.mean()), N)
    covariance = np.cov(observed) / samples
    inverse = np.linalg.inv(ring_averages(new_K, new_h, N)[1])
    errors = np.sqrt(np.diag(inverse @ covariance @ inverse.T))
    return ChainStep(
        Estimate(new_K, float(errors[0])),
        Estimate(new_h, float(errors[1])),
        "monte_carlo",
    )


def low_temperature_chain(K: float, h: float, b: int) -> ChainStep:
    """Return the leading term of K' and h' where walls between up and down are rare.

        K' = K − ½ ln(sinh(b|h|)/sinh|h|),   h' = b h,   at h = 0 K' = K − ½ ln b,

    from the paths with the fewest walls in V^b of :mod:`rg.decimation`. The error is
    half of the largest relative weight of the next ones,
    Σ_{ℓ < b} (b − ℓ) e^{−4K + 2|h|ℓ}.
    """
    size = abs(h)
    lengths = np.arange(1, b)
    logs = np.log(b - lengths) + 2.0 * size * lengths - 4.0 * K
    top = float(logs.max())
    # Compared as logarithms, which do not overflow.
    if top + math.log(b) > math.log(LARGEST_NEGLECTED):
        return UNKNOWN
    neglected = float(np.exp(logs).sum())
    log_ways = math.log(b)
    if size > 0.0:
        log_ways = (b - 1) * size + math.log(
            math.expm1(-2.0 * b * size) / math.expm1(-2.0 * size)
        )
    new = K - 0.5 * log_ways
    error = 0.5 * neglected + ROUNDING * max(1.0, K, b * size)
    field = Estimate(b * h, error if h else 0.0)
    return ChainStep(Estimate(new, error), field, "low_temperature")


def _rarest_kind(kept: NDArray[np.int8], field: bool) -> int:
    """Return how many rings (samples, N) show the rarest kind of neighbors."""
    follows = np.roll(kept, -1, axis=1)
    equal = kept == follows
    kinds = [equal, ~equal]
    if field:
        kinds = [~equal, equal & (kept > 0), equal & (kept < 0)]
    return min(int(np.count_nonzero(kind.any(axis=1))) for kind in kinds)
