"""ln Z of a 2^a × 2^b torus by tensor renormalization, and its exact derivatives.

The squares of four spins are renormalized two steps at a time, each pair of steps
halving both sides, until the shorter side is 2. The 2 × m lattice of tensors that
remains, m = 2 · longer/shorter, is contracted exactly as tr M^m, with M the transfer
matrix of a ring of two tensors: so a rectangle costs a few matrix squares more than a
square, and a 4 × 4 torus is exact. Tori with a side of 2 become a 1 × m lattice, and
those with a side of 1 are rings of spins.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    MethodLimitError,
    Thermodynamics,
    from_log_z,
    in_own_units,
)
from spacewheat_sim.statmech.trg.coarse_graining import Scheme, check_scheme
from spacewheat_sim.statmech.trg.duals import ScalarJet
from spacewheat_sim.statmech.trg.flow import Renormalized, flow, stoppable
from spacewheat_sim.statmech.trg.initial_tensor import SPINS, boltzmann
from spacewheat_sim.statmech.trg.transfer import log_trace_of_power, transfer_matrix

LARGEST_SIDE = 2**30
LARGEST_CHI = 96

LEAST_VARIANCE = 1e-18
"""Of E or M per site, in units of energy: what is below may be rounding."""


@dataclass(frozen=True)
class LogPartition:
    """What renormalization found.

    Attributes:
        log_z: ln Z, with directions β and h if derivatives were asked for.
        smallest_chi: Smallest dimension among the steps that discarded something, or
            the largest dimension of all if none did.
        discarded_weight: Largest Σ d² discarded in one step, of a total of 1.
    """

    log_z: ScalarJet
    smallest_chi: int
    discarded_weight: float


def log_partition(
    Lx: int,
    Ly: int,
    conditions: Conditions,
    *,
    chi_max: int = 32,
    scheme: Scheme = "levin_nave",
    derivatives: bool = True,
) -> LogPartition:
    """Return ln Z of the Lx × Ly torus.

    Args:
        Lx: A power of two.
        Ly: A power of two.
        conditions: T, J and h.
        chi_max: Largest dimension of a leg.
        scheme: ``"levin_nave"`` or ``"bond_weighted"``.
        derivatives: Whether to propagate the first and second derivatives in β and h.

    Raises:
        ArgumentError: ``chi_max`` is below 2, or J/T or h/T is beyond the floats.
        MethodLimitError: a side is no power of two, or too long; ``chi_max`` is too
            large for the memory, or so small that every cut would split a multiplet.
        UnknownNameError: there is no such ``scheme``.
    """
    check_torus({"Lx": Lx, "Ly": Ly}, conditions, chi_max)
    check_scheme(scheme)
    short, long = sorted((Lx, Ly))
    if short == 1:
        return LogPartition(_ring(long, conditions, derivatives), 2, 0.0)
    # A tensor of s steps covers a square of side 2^{(s+1)/2}; two make up the shorter
    # side at the end.
    last = 1 if short == 2 else 2 * (short.bit_length() - 1) - 3
    width = 1 if short == 2 else 2
    # More threads would gain little and make the last bits depend on their number.
    with threadpool_limits(1, "blas"):
        for at in flow(conditions, chi_max, scheme, derivatives=derivatives):
            if at.steps == last:
                break
        return _contracted(at, width, width * (long // short))


def squares(
    conditions: Conditions, largest: int, chi_max: int, scheme: Scheme
) -> Iterator[tuple[int, Renormalized, LogPartition]]:
    """Yield L, a tensor of (L/2)² spins and ln Z of the L × L torus for L = 4, 8, ….

    All come from one flow, without derivatives.

    Args:
        conditions: T, J and h.
        largest: Last L, a power of two.
        chi_max: Largest dimension of a leg.
        scheme: One of `SCHEMES`.

    Raises:
        SpacewheatError: as `log_partition`.
    """
    check_torus({"largest": largest}, conditions, chi_max)
    check_scheme(scheme)
    for at in flow(conditions, chi_max, scheme, derivatives=False):
        L = 2 ** ((at.steps + 3) // 2)
        if largest < L:
            return
        if at.steps % 2:
            yield L, at, _contracted(at, 2, 2)


def _contracted(at: Renormalized, width: int, length: int) -> LogPartition:
    """Return ln Z of a width × length lattice of tensors, contracted exactly."""

    def contract() -> ScalarJet:
        return log_trace_of_power(transfer_matrix(at.tensor, width), length)

    log_trace = stoppable(contract, at.tensor)
    lossy = [cut.dimension for cut in at.cuts if cut.discards]
    return LogPartition(
        log_trace + at.log_scale.times(float(width * length)),
        min(lossy) if lossy else max(cut.dimension for cut in at.cuts),
        max(cut.discarded_weight for cut in at.cuts),
    )


def trg_thermodynamics(
    Lx: int,
    Ly: int,
    conditions: Conditions,
    *,
    chi_max: int = 32,
    scheme: Scheme = "levin_nave",
) -> Thermodynamics:
    """Return the thermodynamics of the Lx × Ly torus; see `log_partition`.

    ``extra`` holds ``smallest_chi`` and ``discarded_weight``. A C or χ so small, when
    it is cold, that rounding may be all of it is None; m has an absolute error of 1e-15
    or so, which is all of it in a field that far below T.
    """

    def solve(at: Conditions) -> Thermodynamics:
        found = log_partition(Lx, Ly, at, chi_max=chi_max, scheme=scheme)
        return _thermodynamics(Lx, Ly, at, found)

    return in_own_units(conditions, solve)


def _thermodynamics(
    Lx: int, Ly: int, conditions: Conditions, found: LogPartition
) -> Thermodynamics:
    log_z = found.log_z
    sites, reach = Lx * Ly, (2.0 * abs(conditions.J) + abs(conditions.h))
    energy_variance = _without_rounding(log_z.second[0], sites * reach**2)
    moment_variance = _without_rounding(log_z.second[1], sites * conditions.beta**2)
    result = from_log_z(
        sites,
        conditions,
        log_z.value,
        log_z.first[0],
        energy_variance,
        # Without field rounding is all that there is.
        log_z.first[1] if conditions.h else 0.0,
        moment_variance,
    )
    extra = {
        "smallest_chi": float(found.smallest_chi),
        "discarded_weight": found.discarded_weight,
    }
    # β² may be no float.
    beta = conditions.beta
    spread = (energy_variance, moment_variance / beta / beta)
    lost = [abs(each) < LEAST_VARIANCE * sites for each in spread]
    if min(Lx, Ly) == 1 or conditions.J == conditions.h == 0.0:
        lost = [False, False]  # no tensors were renormalized, or it is 0
    return replace(
        result,
        heat_capacity=None if lost[0] else result.heat_capacity,
        susceptibility=None if lost[1] else result.susceptibility,
        extra=extra,
    )


def _without_rounding(variance: float, scale: float) -> float:
    """Return 0 for a variance that is negative by rounding of ``scale`` alone."""
    return 0.0 if -1e-12 * scale < variance < 0.0 else variance


def reached_dimension(side: int, chi_max: int) -> int:
    """Return the largest dimension of a leg on a torus of that shorter ``side``.

    Legs of dimension 2 square theirs with each of its steps.
    """
    steps = max(1, 2 * (side.bit_length() - 1) - 3)
    return min(chi_max, 1 << (1 << min(steps, 9)))


def memory_needed(chi_max: int, *, derivatives: bool) -> float:
    """Return the bytes that a run allocates at most, as measured: some χ⁴ arrays."""
    # Beyond 10^70 they are too many, whatever their number.
    chi = float(min(chi_max, 10**70))
    return (32.0 if derivatives else 7.0) * 8.0 * chi**4


def seconds_needed(side: int, chi_max: int, *, derivatives: bool) -> float:
    """Estimate the time of a torus of that shorter ``side``, infinite where refused."""
    if chi_max > LARGEST_CHI:
        return math.inf
    doublings = max(1, side.bit_length() - 2)
    if derivatives:
        return 0.6 * doublings * math.pow(chi_max / 32.0, 5.5)
    return 0.08 * doublings * math.pow(chi_max / 32.0, 4.5)


def check_torus(sides: Mapping[str, int], conditions: Conditions, chi_max: int) -> None:
    """Refuse what tensor renormalization cannot do.

    Args:
        sides: Sides by the names that messages should use.
        conditions: T, J and h.
        chi_max: Largest dimension of a leg.

    Raises:
        ArgumentError: as `log_partition`.
        MethodLimitError: likewise.
    """
    for name, side in sides.items():
        if side < 1:
            raise ArgumentError(f"Argument `{name}` must be at least 1, but is {side}")
        if side & (side - 1):
            low = 1 << (side.bit_length() - 1)
            near = low if side - low <= 2 * low - side else 2 * low
            raise MethodLimitError(
                f"Argument `{name}` must be a power of two for tensor renormalization, "
                f"but is {side}; the nearest is {near}. Enumeration and the transfer "
                "matrix take any small side, the exact sum without field any side, "
                "Monte Carlo both"
            )
        if side > LARGEST_SIDE:
            raise MethodLimitError(
                f"Argument `{name}` must be at most {LARGEST_SIDE}, but is {side}; "
                "take the exact infinite lattice"
            )
    if chi_max < 2:
        raise ArgumentError(f"Argument `chi_max` must be at least 2, but is {chi_max}")
    if chi_max > LARGEST_CHI:
        gigabytes = 1e-9 * memory_needed(chi_max, derivatives=False)
        size = f"{gigabytes:.0f}" if gigabytes < 1e6 else "over a million"
        raise MethodLimitError(
            f"Argument `chi_max` must be at most {LARGEST_CHI}, but is {chi_max}: it "
            f"would take {size} GB; the exact sum without field needs none"
        )
    beta = conditions.beta
    for name, ratio in (("J", beta * conditions.J), ("h", beta * conditions.h)):
        if not abs(ratio) < math.inf:
            raise ArgumentError(f"Argument `{name}`/T must be finite, but is {ratio!r}")


def _ring(length: int, conditions: Conditions, derivatives: bool) -> ScalarJet:
    """Return ln Z of a 1 × length torus: each spin is coupled to itself as well."""
    here, there = np.meshgrid(SPINS, SPINS, indexing="ij")
    matrix, log_scale = boltzmann(
        here * there + 1.0, 0.5 * (here + there), conditions, derivatives
    )
    return log_trace_of_power(matrix, length) + log_scale.times(float(length))
