"""Populations of a static bath after times that a series would take minutes over."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.series.density_squared import SquaredDensity, worth_reach

KNOWN = 1e-11
"""The largest error of a population."""
# ‖L‖t of a series that takes a second.
LONG = 1e5


def long_run(
    generator: Generator, rho: ComplexArray, times: FloatArray
) -> FloatArray | None:
    """Return the populations of e^{Lt} ρ by powers of e^{Lh}, (T, N).

    The answer is None where a series takes no second, or where two sets of powers
    differ by more than :data:`KNOWN`.

    Args:
        generator: H and the jumps.
        rho: Hermitian, of trace 1, (N, N).
        times: In s, sorted, not negative, (T,).
    """
    last = float(times.max(initial=0.0))
    if generator.density_bound * last <= max(LONG, worth_reach(generator)):
        return None
    squared = SquaredDensity(generator, KNOWN / max(last, 1.0))
    if squared.advance(rho.real.copy(), rho.imag.copy(), 0.0, last) == 0.0:
        return None
    found = np.empty((times.size, generator.dimension))
    squared.populations(times, found)
    return found
