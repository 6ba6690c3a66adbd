"""What a series of configurations implies, with its errors, and whether to trust it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.statmech.excitations.moves import (
    Moves,
    are_made,
    unseen_share,
    unseen_variances,
)
from spacewheat_sim.statmech.ising.statistics import (
    BINS,
    FEWEST_EVENTS,
    Estimate,
    bin_means,
    integrated_time,
    jackknife,
    mean_estimate,
    scaled,
    with_unshown,
)
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, Thermodynamics

FROZEN = 1e60
"""Largest J/T or h/T that is used: far below, every turn is certain or impossible."""

LONGEST_TIME = 5.0
"""A bin must be longer than this times the autocorrelation time to be trusted."""

LARGEST_DRIFT = 5.0
"""First and last third of a series in equilibrium differ by fewer standard errors."""

LARGEST_RATIO = 12.0
"""Variance of chain means over that which their bins explain, F of 3 and 28 degrees.

Chains in one equilibrium exceed it with probability 3e−5.
"""

FEWEST_ARRIVALS = 20
"""Replicas of parallel tempering that have to come from the hottest temperature."""

LARGEST_UNSEEN = 0.5
"""Share that moves too rare for the run may have in what it measures."""


@dataclass(frozen=True)
class Recorded:
    """What a run recorded.

    Attributes:
        series: Of all chains, one after the other, (sweeps, 4): Σ σσ, Σ σ and the
            estimates of ⟨Σ σ⟩ and ⟨(Σ σ)²⟩ of ``sums.MEASURED``.
        chains: How many chains, of equal length.
        moves: The rare moves of its mean configuration.
        excited_time: Autocorrelation time of a rare excitation.
        arrivals: Of parallel tempering; None for other algorithms.
        is_whole: Whether it came to its end.
    """

    series: FloatArray
    chains: int
    moves: Moves
    excited_time: float
    arrivals: int | None = None
    is_whole: bool = True


def summary(
    recorded: Recorded, sites: int, conditions: Conditions, algorithm: str
) -> Thermodynamics:
    """Return the thermodynamics of a lattice or ring from what was recorded."""
    T, field = conditions.T, conditions.h != 0.0
    # In units of the larger of J and h, a power of two: no scale overflows, and whole
    # numbers stay whole.
    unit = _power_of_two(max(abs(conditions.J), abs(conditions.h)))
    bonds, spins = recorded.series[:, 0], recorded.series[:, 1]
    energies = -(conditions.J / unit) * bonds - (conditions.h / unit) * spins
    times = integrated_time(energies), integrated_time(spins if field else spins**2)
    seen = _seen(recorded.series, energies * min(unit / T, FROZEN), field)
    independent = energies.size / (2.0 * max(*times, recorded.excited_time))
    stuck = _disagree(recorded, energies)
    stuck |= not are_made(recorded.moves, independent, _variances(seen, 0.0))
    bins: tuple[int, float | None] = BINS, None
    if stuck:
        # Each chain has seen one part of the states at best, and is one entry.
        independent, bins = float(recorded.chains), (max(2, recorded.chains), 0.5)
    found = _found(recorded.series, energies, field, *bins)
    unseen = unseen_variances(recorded.moves, independent, field)
    final = _per_site(found, unseen, sites, T, unit)
    least = FEWEST_EVENTS * energies.size / independent
    share = unseen_share(recorded.moves, independent, _variances(seen, least))
    trusted = (
        recorded.is_whole
        and not stuck
        and share <= LARGEST_UNSEEN
        and energies.size / BINS >= LONGEST_TIME * max(times)
        and _is_steady(energies)
        and (recorded.arrivals is None or recorded.arrivals >= FEWEST_ARRIVALS)
    )
    extra = {
        "abs_magnetization": final["abs_magnetization"].value,
        "susceptibility_abs": final["susceptibility_abs"].value,
        "energy_time": times[0],
        "magnetization_time": times[1],
        "unseen_share": share,
        "converged": float(trusted),
    }
    return Thermodynamics(
        free_energy=None,
        energy=final["energy"].value,
        magnetization=final["magnetization"].value,
        susceptibility=final["susceptibility"].value,
        heat_capacity=final["heat_capacity"].value,
        extra=extra,
        errors={name: each.error for name, each in final.items()},
        algorithm=algorithm,
    )


def _power_of_two(largest: float) -> float:
    """Return the largest power of two up to ``largest``, or 1 for 0."""
    return math.ldexp(1.0, math.frexp(largest)[1] - 1) if largest > 0.0 else 1.0


def _per_site(
    found: Mapping[str, Estimate],
    unseen: Mapping[str, float],
    sites: int,
    T: float,
    unit: float,
) -> dict[str, Estimate]:
    """Return the quantities per site, their errors with those of what was not seen.

    Args:
        found: Of the lattice, energies in units of ``unit``.
        unseen: Squared errors of the lattice, energies in units of T.
        sites: N.
        T: Temperature.
        unit: Of energy.
    """
    N = float(sites)
    # The factors of what was found, one after the other, and what was not seen.
    table = {
        "energy": ((unit / N,), "energy", T / N),
        "magnetization": ((1.0 / N,), "spins", 1.0 / N),
        "susceptibility": ((1.0 / N, 1.0 / T), "var_spins", 1.0 / N / T),
        "heat_capacity": ((unit / T, unit / T, 1.0 / N), "var_energy", 1.0 / N),
        "abs_magnetization": ((1.0 / N,), "size", 1.0 / N),
        "susceptibility_abs": ((1.0 / N, 1.0 / T), "var_size", 1.0 / N / T),
    }
    if "square" in unseen:
        table["susceptibility"] = ((1.0 / N, 1.0 / T), "square", 1.0 / N / T)
    final = {}
    for name, (factors, cause, factor) in table.items():
        each = found[name]
        for by in factors:
            each = scaled(each, by)
        missed = math.sqrt(unseen.get(cause, 0.0)) * factor
        final[name] = Estimate(each.value, math.hypot(each.error, missed))
    return final


def _seen(
    series: FloatArray, energies: FloatArray, field: bool
) -> dict[str, FloatArray]:
    """Return the series of E/T, |Σ σ|, and Σ σ or without field (Σ σ)²."""
    spins = series[:, 1]
    size = np.abs(spins)
    other = {"spins": spins} if field else {"square": size**2}
    return {"energy": energies, "size": size} | other


def _variances(seen: Mapping[str, FloatArray], least: float) -> dict[str, float]:
    """Return the variances of series, 0 for those of fewer than ``least`` events.

    As many make a variance v as n v²/⟨(x − ⟨x⟩)⁴⟩: of an event of probability p this is
    n p, and of Gaussian numbers n/3.
    """
    found = {}
    for name, each in seen.items():
        squares = (each - each.mean()) ** 2
        variance, fourth = float(squares.mean()), float((squares**2).mean())
        # Rounding must not look like scatter.
        scatters = each.min() < each.max() and fourth > 0.0
        events = each.size * variance**2 / fourth if scatters else 0.0
        found[name] = variance if events >= least else 0.0
    return found


def _found(
    series: FloatArray, energies: FloatArray, field: bool, bins: int, time: float | None
) -> dict[str, Estimate]:
    """Return E, Σ σ, its variance, that of E, |Σ σ| and its variance."""
    spins, mean_spins, square = series[:, 1], series[:, 2], series[:, 3]
    size = np.abs(spins)
    found = {
        "energy": mean_estimate(energies, bins, time),
        "magnetization": Estimate(0.0, 0.0),
        "susceptibility": mean_estimate(square, bins, time),
        "heat_capacity": _variance(energies, None, bins, time),
        "abs_magnetization": mean_estimate(size, bins, time),
        "susceptibility_abs": _variance(size, None, bins, time),
    }
    if field:
        found["magnetization"] = mean_estimate(mean_spins, bins, time)
        found["susceptibility"] = _variance(mean_spins, square, bins, time)
    return found


def _disagree(recorded: Recorded, energies: FloatArray) -> bool:
    """Return whether the chains are in different equilibria.

    The means of chains scatter no more than their own bins explain, unless each is
    caught somewhere (Gelman and Rubin, Statistical Science 7, 457, 1992).
    """
    chains = recorded.chains
    if chains == 1:
        return False
    spins = recorded.series[:, 1]
    for series in (energies, np.abs(spins), spins**2):
        bins = bin_means(series).reshape(chains, -1)
        between = bins.mean(axis=1).var(ddof=1) * bins.shape[1]
        within = bins.var(axis=1, ddof=1).mean()
        # Rounding of a constant must not look like a difference.
        least = (1e-12 * np.abs(series).max()) ** 2
        if between > LARGEST_RATIO * max(within, least):
            return True
    return False


def _is_steady(energies: FloatArray) -> bool:
    """Return whether the energy does not drift."""
    bins = bin_means(energies)
    first, last = bins[: BINS // 3], bins[-(BINS // 3) :]
    spread = math.sqrt((first.var(ddof=1) + last.var(ddof=1)) / (BINS // 3))
    rounding = 1e-12 * float(np.abs(energies).max())
    drift = abs(float(first.mean() - last.mean()))
    return drift <= LARGEST_DRIFT * spread + rounding


def _variance(
    values: FloatArray, squares: FloatArray | None, bins: int, time: float | None
) -> Estimate:
    """Return ⟨x²⟩ − ⟨x⟩², with its error by jackknife.

    The square of a mean is too large by the mean's variance, which is added back.

    Args:
        values: The series x, (n,).
        squares: The series of x², (n,), where it is not just that.
        bins: Bins of the jackknife.
        time: Autocorrelation time of its entries; None to measure it.
    """
    middle = values.mean()
    shifted = values - middle
    if squares is None:
        second = shifted**2
    else:
        second = squares - 2.0 * middle * values + middle**2
    means = bin_means(np.column_stack([shifted, second]), bins)
    found = jackknife(lambda mean: float(mean[1] - mean[0] ** 2), means)
    found = with_unshown(found, second, bins, time)
    own = mean_estimate(values, bins, time).error
    return Estimate(found.value + own**2, found.error)
