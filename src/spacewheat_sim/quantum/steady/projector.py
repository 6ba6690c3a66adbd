"""The projector on all that is steady, by squaring a resolvent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.squaring import kernels

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

# ‖L‖u of the first resolvent, and the terms of its series: 4^-60 is 1e-36.
BASE, TERMS = 0.25, 60
# Another first resolvent, with which rounding takes another way, and the largest
# difference of the two in populations and coherences.
OTHER_BASE, SURE = 0.175, 1e-10
# Squarings are looked at for their end only beyond this many of the slowest time scale
# that L has an entry for; slower ones, made of several, double with each squaring.
SLOWEST = 100.0
# Change of an entry, against the sizes of what it is the sum of, that is rounding.
ROUNDING = 1e-13
# The same for each base step, where it adds up.
GROWTH = 1e-15
MOST_SQUARINGS = 1000
# Deviation of the projector's trace from a whole number, and of its columns from each
# other, that is rounding.
WHOLE = 1e-6


def projector(generator: Generator, *, is_unique: bool) -> tuple[int, ComplexArray]:
    """Return the number of independent X with LX = 0, and one of them, (N, N).

    R = (1 − uL)⁻¹ is the state at a time drawn from an exponential distribution of
    mean u, so R^{2ᵏ} keeps what is steady and wears away all else, oscillations too.
    It tends to the projector P on the null space of L, whose trace is the dimension.
    Kept as M = R − 1 with the trace held, it loses no slow rate beside a fast one.

    Args:
        generator: L.
        is_unique: Whether the trace is all that L conserves. Anything else that it
            does would be lost to rounding in the end, as 2ᵏ: squaring then stops where
            only rounding goes on.

    Raises:
        RunError: rounding leaves open how many there are.
    """
    n = generator.dimension
    populations = np.arange(n) * (n + 1)
    liouvillian = _in_one_frame(generator)
    if not liouvillian.any():
        return n * n, np.eye(n, dtype=np.complex128) / n
    growth = 0.0 if is_unique else GROWTH
    limit, other = (
        _limit(liouvillian, populations, base, growth) + np.eye(n * n)
        for base in (BASE, OTHER_BASE)
    )
    trace = float(np.trace(limit))
    columns = limit[:, populations]
    gap = float(np.abs(columns - other[:, populations]).max())
    off = float(np.ptp(columns, axis=1).max()) if is_unique else trace % 1.0
    if not (gap <= SURE and min(off, 1.0 - off) <= WHOLE):
        raise RunError(
            "The steady state could not be found in double precision: the rates and "
            "energies lie too far apart to tell what is steady from what is slow"
        )
    re, im = np.empty((2, n, n))
    kernels.unpack(np.ascontiguousarray(columns[:, 0]), re, im)
    return round(trace), np.asarray((re + 1j * im) / np.trace(re))


def _in_one_frame(generator: Generator) -> FloatArray:
    """Return L as a real matrix on packed density matrices, (N², N²), of all of H."""
    n = generator.dimension
    out = np.empty((n * n, n * n))
    kernels.liouvillian(generator.static, generator.feed, out)
    for i in range(n):
        for j in range(i):
            # dρ_ij/dt = −i(F_i − F_j) ρ_ij, with Im ρ_ij = −Im ρ_ji kept above.
            turn = generator.frame[i] - generator.frame[j]
            out[i * n + j, j * n + i] -= turn
            out[j * n + i, i * n + j] += turn
    return out


def _limit(
    liouvillian: FloatArray,
    populations: NDArray[np.intp],
    base: float,
    growth: float,
) -> FloatArray:
    """Return the limit of R^{2ᵏ} − 1, (N², N²)."""
    time = base / float(np.abs(liouvillian).sum(axis=0).max())
    least = float(np.abs(liouvillian[liouvillian != 0.0]).min())
    power = np.empty_like(liouvillian)
    kernels.base_resolvent(liouvillian, time, TERMS, power)
    kernels.keep_trace(power, populations)
    for k in range(1, MOST_SQUARINGS):
        following = kernels.doubled(power)
        kernels.keep_trace(following, populations)
        share = max(ROUNDING, growth * 2.0**k)
        is_late = time * 2.0**k * least > SLOWEST
        if is_late and kernels.is_settled(power, following, share):
            break
        power = following
    return np.asarray(following)
