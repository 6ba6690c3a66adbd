"""Decimation of the Ising chain by Monte Carlo: what the kept spins of samples say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.ring import (
    couplings_of_averages,
    ring_averages,
    sample_rings,
)
from spacewheat_sim.statmech.ising.statistics import Estimate


@dataclass(frozen=True)
class ChainStep:
    """The coarser chain's coupling and field, as estimated from samples."""

    K: Estimate
    h: Estimate


def blocked_chain(
    K: float, h: float, L: int, b: int, samples: int, rng: np.random.Generator
) -> ChainStep:
    """Return K' and h' that reproduce the averages of every b-th spin of a ring.

    ``samples`` independent rings of L spins are drawn; ⟨ss'⟩ and ⟨s⟩ of the kept spins
    are those of a ring of L/b spins at exactly one (K', h'). Without field, ⟨s⟩ is
    known to be 0 and h' is 0. Errors: the samples' covariance Σ through the inverse
    map with slopes D is D⁻¹ Σ D⁻ᵀ.

    Raises:
        ArgumentError: b does not divide L into at least 2 spins, or no bond is broken.
    """
    if b < 2 or L % b or L // b < 2:
        raise ArgumentError(
            f"Argument `b` must divide the {L} spins of the ring into 2 or more parts, "
            f"but is {b}"
        )
    kept = sample_rings(K, h, L, samples, rng)[:, ::b].astype(np.float64)
    N = L // b
    pairs = np.mean(kept * np.roll(kept, -1, axis=1), axis=1)
    means = np.mean(kept, axis=1) if h != 0.0 else np.zeros(samples)
    observed = np.stack([pairs, means])
    new_K, new_h = couplings_of_averages(float(pairs.mean()), float(means.mean()), N)
    covariance = np.cov(observed) / samples
    inverse = np.linalg.inv(ring_averages(new_K, new_h, N)[1])
    errors = np.sqrt(np.diag(inverse @ covariance @ inverse.T))
    return ChainStep(
        Estimate(new_K, float(errors[0])), Estimate(new_h, float(errors[1]))
    )
