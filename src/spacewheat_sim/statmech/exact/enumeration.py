"""The exact density of states of small rings and tori, state by state in Gray order."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from spacewheat_sim.arrays import IntArray
from spacewheat_sim.long_call import parts
from spacewheat_sim.statmech.exact.density_of_states import DensityOfStates
from spacewheat_sim.statmech.exact.transfer_chain import check_length
from spacewheat_sim.statmech.exact.transfer_torus import check_sides
from spacewheat_sim.statmech.ising.thermodynamics import MethodLimitError
from spacewheat_sim.workers import Workers

LARGEST_SITES = 36
"""Spins that are still counted: 2³⁵ states, a minute or two on two cores."""

STATES_PER_SECOND = 8e8
"""About what two cores count, mirror images included; for estimates only."""

# At least 2^8 chunks, for any number of threads, of at most 2^23 states: some
# hundredths of a second.
_LEAST_CHUNK_BITS = 8
_MOST_BITS_INSIDE = 23
# Spins from which on counting takes some milliseconds, and is shared by threads.
_WORTH_THREADS = 22


def enumerate_ring(
    L: int, progress: Callable[[float], None] = lambda _share: None
) -> DensityOfStates:
    """Count the states of a ring of L spins; see :func:`enumerate_torus`."""
    check_length(L)
    _refuse_large(L, f"a ring of {L} spins", "'transfer_matrix' or 'exact'")
    sites = np.arange(L)
    return _count([(sites, (sites + 1) % L)], L, progress)


def enumerate_torus(
    Lx: int, Ly: int, progress: Callable[[float], None] = lambda _share: None
) -> DensityOfStates:
    """Count the states of an Lx × Ly torus by bond sum and magnetization.

    One spin flips per state, in Gray order, and the counts are kept incrementally in
    integers. The spin flip M → −M halves the work; two cores count about
    :data:`STATES_PER_SECOND`. The result does not depend on the number of threads.
    ``progress`` is told the share that is done, some times a second.

    Raises:
        ArgumentError: a side is below 1.
        MethodLimitError: more than :data:`LARGEST_SITES` spins.
    """
    check_sides(Lx, Ly)
    able = "'transfer_matrix' (one side up to 12), 'exact' (h = 0), 'trg'"
    _refuse_large(Lx * Ly, f"a {Lx} × {Ly} torus", able + " or 'monte_carlo'")
    grid = np.arange(Lx * Ly).reshape(Ly, Lx)
    ends = [np.roll(grid, -1, axis=axis).ravel() for axis in (0, 1)]
    return _count([(grid.ravel(), end) for end in ends], Lx * Ly, progress)


def seconds_needed(sites: int) -> float:
    """Estimate the time of counting, for at most :data:`LARGEST_SITES` spins."""
    return 2.0**sites / STATES_PER_SECOND


def _refuse_large(sites: int, system: str, able: str) -> None:
    if sites > LARGEST_SITES:
        # The estimate is a power of ten: the number itself may not fit a float, nor the
        # number of sites.
        decades = math.log10(2.0) * min(sites, 10**300) - math.log10(STATES_PER_SECOND)
        seconds = f"{decades:.1f}" if decades < 1e6 else f"{decades:.1g}"
        raise MethodLimitError(
            f"Enumeration of {system} would visit 2^{sites} states, in about "
            f"10^{seconds} s; at most 2^{LARGEST_SITES} are visited; use method "
            f"{able}"
        )


def _count(
    bonds: list[tuple[IntArray, IntArray]],
    sites: int,
    progress: Callable[[float], None],
) -> DensityOfStates:
    """Count the states of ``sites`` spins joined by the bonds (from, to)."""
    # Compiled code is loaded only where states are counted.
    from spacewheat_sim.statmech.exact import kernels

    multiplicity = np.zeros((sites, sites), dtype=np.int64)
    for start, end in bonds:
        np.add.at(multiplicity, (start, end), 1)
        np.add.at(multiplicity, (end, start), 1)
    loops = int(np.trace(multiplicity)) // 2
    np.fill_diagonal(multiplicity, 0)
    powers = np.uint64(1) << np.arange(sites, dtype=np.uint64)
    once = ((multiplicity > 0) * powers).sum(axis=1, dtype=np.uint64)
    twice = ((multiplicity > 1) * powers).sum(axis=1, dtype=np.uint64)
    degrees = multiplicity.sum(axis=1)
    joined = int(degrees.sum()) // 2
    bits = min(max(_LEAST_CHUNK_BITS, sites - 1 - _MOST_BITS_INSIDE), sites - 1)
    chunks = 1 << bits
    at_once = chunks if sites - 1 <= _MOST_BITS_INSIDE else kernels.threads()
    threads = kernels.threads() if sites > _WORTH_THREADS else 1
    total, workers = np.zeros((joined + 1) * (sites + 1), dtype=np.int64), Workers()
    for first, last in parts(chunks, at_once):
        counts = np.zeros((last - first, total.size), dtype=np.int64)
        given = (once, twice, degrees, bits, first, counts)
        work = partial(kernels.count_states, *given)
        workers.share(work, last - first, threads)
        total += counts.sum(axis=0)
        progress(last / chunks)
    workers.end()
    half = total.reshape(joined + 1, sites + 1)
    # A spin bound to itself is never broken: rows for those bonds stay empty.
    both = np.zeros((joined + loops + 1, sites + 1), dtype=np.int64)
    both[: joined + 1] = half + half[:, ::-1]
    both.setflags(write=False)
    return DensityOfStates(sites, joined + loops, both)
