"""The Ising model's thermodynamics by Monte Carlo, with honest error bars.

A run starts in the state of lowest energy, discards :data:`DISCARDED` of its sweeps on
top of those asked for, and then measures after every sweep. Errors come from 32 bins:
of a mean directly, of χ and C by jackknife.

Without field every configuration is averaged with its mirror image, so ⟨M⟩ = 0 exactly
and χ = β⟨M²⟩/N, also where a run would not turn the whole lattice over in its lifetime.
What it would be around one of two ordered states is ``susceptibility_abs``, with ⟨|M|⟩.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.monte_carlo import IsingLattice
from spacewheat_sim.statmech.ising.ring import sample_rings
from spacewheat_sim.statmech.ising.statistics import (
    BINS,
    Estimate,
    bin_means,
    integrated_time,
    jackknife,
    mean_estimate,
    scaled,
)
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    MethodLimitError,
    Thermodynamics,
)
from spacewheat_sim.statmech.multispin.lattice import MultispinLattice, fits

FloatArray = NDArray[np.float64]

ALGORITHMS = ("metropolis", "swendsen_wang", "wolff")
"""Metropolis and Swendsen–Wang can do any field, Wolff none."""

RING_ALGORITHMS = ("sequential", *ALGORITHMS)
"""``sequential`` draws independent rings, spin by spin, without a Markov chain."""

DISCARDED = 0.2
"""Sweeps discarded at the start, as a share of those measured."""

FEWEST_DISCARDED = 100

LONGEST_TIME = 5.0
"""A bin must be longer than this times the autocorrelation time to be trusted."""

LARGEST_DRIFT = 5.0
"""First and last third of a series in equilibrium differ by fewer standard errors."""

LARGEST_LATTICE = 2**28
"""Sites; each takes 1 to 13 bytes."""


def monte_carlo_thermodynamics(
    Lx: int,
    Ly: int,
    conditions: Conditions,
    *,
    algorithm: str = "swendsen_wang",
    sweeps: int = 10_000,
    rng: np.random.Generator,
) -> Thermodynamics:
    """Measure the Lx × Ly torus; ``free_energy`` is None, since sampling has no ln Z.

    A sweep tries as many spins as there are (``metropolis``: 64 at a time where a side
    is a multiple of 128 and the other is even), or updates all clusters
    (``swendsen_wang``), or as many clusters as turn about one lattice of spins
    (``wolff``; the number is settled before measuring). The cluster
    algorithms estimate χ by the clusters, which have less noise. At J = h = 0 every
    algorithm draws independent spins.

    ``errors`` has the standard errors of e, m, χ, C and of the first two below;
    ``extra`` has

    - ``abs_magnetization``: ⟨|M|⟩/N, and ``susceptibility_abs``: χ with it for ⟨M⟩;
    - ``energy_time`` and ``magnetization_time``: integrated autocorrelation times in
      sweeps, of E, and of M (of M² without field); independent sweeps have ½;
    - ``converged``: 1 where bins are longer than 5 of these times and the energy does
      not drift; else 0, and the errors are too small.

    In a field, ``metropolis`` also chooses after every sweep between the configuration
    and its mirror image. A run that is caught in any other metastable state, such as
    stripes, cannot know it: prefer a cluster algorithm at low temperature.

    Raises:
        MethodLimitError: ``wolff`` in a field, or for J < 0 with an odd side; more than
            2²⁸ sites. Names what can.
        ArgumentError: an unknown algorithm, a side below 1, too few sweeps, or J/T or
            h/T not finite.
    """
    K, h = weights_of(conditions)
    _check_run(Lx, Ly, sweeps)
    check_algorithm(algorithm, Lx, Ly, conditions, ALGORITHMS)
    measure = _sampler(algorithm, Lx, Ly, K, h, rng)
    measure(_discarded(sweeps))
    series = measure(sweeps)
    return _summary(series, Lx * Ly, conditions)


def monte_carlo_ring(
    L: int,
    conditions: Conditions,
    *,
    algorithm: str = "sequential",
    sweeps: int = 10_000,
    rng: np.random.Generator,
) -> Thermodynamics:
    """Measure a ring of L spins, which has L bonds; else as the torus.

    ``sequential`` counts an independent ring as a sweep.

    Raises:
        MethodLimitError: as :func:`monte_carlo_thermodynamics`; ``wolff`` at J < 0.
        ArgumentError: as :func:`monte_carlo_thermodynamics`.
    """
    K, h = weights_of(conditions)
    _check_run(L, 1, sweeps)
    check_algorithm(algorithm, L, 1, conditions, RING_ALGORITHMS)
    if algorithm == "sequential":
        return _summary(_sample_ring(K, h, L, sweeps, rng), L, conditions)
    measure = _sampler(algorithm, L, 1, K, h, rng)
    measure(_discarded(sweeps))
    series = measure(sweeps)
    series[:, 0] -= L  # a torus of height 1 couples each spin to itself as well
    return _summary(series, L, conditions)


def weights_of(conditions: Conditions) -> tuple[float, float]:
    """Return J/T and h/T.

    Raises:
        ArgumentError: one of them is not finite.
    """
    K, h = conditions.J / conditions.T, conditions.h / conditions.T
    for name, value in (("J/T", K), ("h/T", h)):
        if not math.isfinite(value):
            raise ArgumentError(f"{name} must be finite, but is {value!r}")
    return K, h


def check_algorithm(
    algorithm: str, Lx: int, Ly: int, conditions: Conditions, known: tuple[str, ...]
) -> None:
    """Refuse an algorithm that is unknown, or cannot do these conditions.

    Raises:
        MethodLimitError: ``wolff`` in a field, or for J < 0 with an odd side.
        ArgumentError: ``algorithm`` is not among those ``known``.
    """
    if algorithm not in known:
        raise ArgumentError(
            f"Argument `algorithm` must be one of {', '.join(known)}, but is "
            f"{algorithm!r}"
        )
    if algorithm == "wolff" and conditions.h != 0.0:
        raise MethodLimitError(
            "Wolff clusters turn over at no cost, which a field forbids; metropolis "
            "and swendsen_wang take one"
        )
    if algorithm == "wolff" and conditions.J < 0.0 and (Lx % 2 or Ly % 2):
        raise MethodLimitError(
            f"Wolff clusters need even sides where J is negative, not {Lx} × {Ly}; "
            "metropolis and swendsen_wang take odd ones"
        )


def _check_run(Lx: int, Ly: int, sweeps: int) -> None:
    if Lx < 1 or Ly < 1:
        raise ArgumentError(f"A lattice must have sides of at least 1, not {Lx} × {Ly}")
    if Lx * Ly > LARGEST_LATTICE:
        raise MethodLimitError(
            f"Monte Carlo holds at most 2^28 = {LARGEST_LATTICE} spins, not "
            f"{Lx} × {Ly} = {Lx * Ly}; the closed forms take any size"
        )
    if sweeps < 2 * BINS:
        raise ArgumentError(
            f"Argument `sweeps` must be at least {2 * BINS}, two for each of {BINS} "
            f"bins, but is {sweeps}"
        )


def _discarded(sweeps: int) -> int:
    return max(FEWEST_DISCARDED, math.ceil(DISCARDED * sweeps))


def _sampler(
    algorithm: str, Lx: int, Ly: int, K: float, h: float, rng: np.random.Generator
) -> Callable[[int], FloatArray]:
    """Return what measures so many sweeps, (sweeps, 4): see ``kernels.MEASURED``."""
    if K == 0.0 and h == 0.0:
        # Nothing ever stops the others from turning a spin, so they never mix; these
        # are independent spins.
        algorithm = "swendsen_wang"
    if algorithm == "metropolis" and (fits(Lx, Ly) or fits(Ly, Lx)):
        width, height = (Lx, Ly) if fits(Lx, Ly) else (Ly, Lx)
        words = MultispinLattice(K, width, height, rng, h=h)
        words.spins = ground_state(width, height, K, h)
        return lambda sweeps: _without_clusters(words.sample(sweeps), h)
    lattice = IsingLattice(K, Lx, Ly, rng)
    lattice.spins[:] = ground_state(Lx, Ly, K, h)
    if algorithm == "metropolis":
        return lambda sweeps: lattice.measure_metropolis(sweeps, h)
    if algorithm == "swendsen_wang":
        return lambda sweeps: lattice.measure_swendsen_wang(sweeps, h)
    # Counting turned spins up to a sweep would prefer the moments after large clusters.
    lattice.swendsen_wang(FEWEST_DISCARDED)
    clusters = max(1, round(Lx * Ly / np.mean([lattice.wolff() for _ in range(200)])))
    return lambda sweeps: lattice.measure_wolff(sweeps, clusters)


def ground_state(width: int, height: int, K: float, h: float) -> NDArray[np.int8]:
    """Return a state of low energy, (height, width): uniform, or alternating if lower.

    The alternating one gains 2|K| a site for K < 0, the uniform one |h|.
    """
    spins = np.full((height, width), -1 if h < 0.0 else 1, dtype=np.int8)
    if 4.0 * K + abs(h) < 0.0:
        y, x = np.indices((height, width))
        spins[(x + y) % 2 == 1] *= -1
    return spins


def _without_clusters(pairs: FloatArray, h: float) -> FloatArray:
    """Return the series (sweeps, 4) of Σ σσ and Σ σ, (sweeps, 2).

    A configuration and its mirror image together have ⟨M⟩ = M tanh(hM).
    """
    bonds, spins = pairs.T
    return np.column_stack([bonds, spins, spins * np.tanh(h * spins), spins**2])


def _sample_ring(
    K: float, h: float, L: int, count: int, rng: np.random.Generator
) -> FloatArray:
    """Return the series of ``count`` independent rings, drawn in chunks."""
    chunk = max(1, 2**24 // L)
    pairs = np.empty((count, 2))
    for first in range(0, count, chunk):
        rings = sample_rings(K, h, L, min(chunk, count - first), rng)
        part = pairs[first : first + chunk]
        part[:, 0] = (rings * np.roll(rings, -1, axis=1)).sum(axis=1, dtype=np.int64)
        part[:, 1] = rings.sum(axis=1, dtype=np.int64)
    return _without_clusters(pairs, h)


def _summary(series: FloatArray, sites: int, conditions: Conditions) -> Thermodynamics:
    """Return what a series (sweeps, 4) of one lattice or ring implies."""
    beta, h = conditions.beta, conditions.h
    bonds, spins, mean_spins, square = series.T
    energies = -conditions.J * bonds - h * spins
    found = {
        "energy": scaled(mean_estimate(energies), 1.0 / sites),
        "magnetization": Estimate(0.0, 0.0),
        "susceptibility": scaled(mean_estimate(square), beta / sites),
        "heat_capacity": scaled(_variance(energies), beta * beta / sites),
        "abs_magnetization": scaled(mean_estimate(np.abs(spins)), 1.0 / sites),
        "susceptibility_abs": scaled(_variance(np.abs(spins)), beta / sites),
    }
    if h != 0.0:
        found["magnetization"] = scaled(mean_estimate(mean_spins), 1.0 / sites)
        excess = _variance(mean_spins, square)
        found["susceptibility"] = scaled(excess, beta / sites)
    extra = {
        name: found[name].value for name in ("abs_magnetization", "susceptibility_abs")
    }
    return Thermodynamics(
        free_energy=None,
        energy=found["energy"].value,
        magnetization=found["magnetization"].value,
        susceptibility=found["susceptibility"].value,
        heat_capacity=found["heat_capacity"].value,
        extra=extra | _diagnosis(energies, spins if h else spins**2),
        errors={name: each.error for name, each in found.items()},
    )


def _diagnosis(energies: FloatArray, order: FloatArray) -> dict[str, float]:
    """Return the autocorrelation times, and whether the errors can be trusted."""
    times = integrated_time(energies), integrated_time(order)
    enough = energies.size / BINS >= LONGEST_TIME * max(times)
    bins = bin_means(energies)
    first, last = bins[: BINS // 3], bins[-(BINS // 3) :]
    spread = math.sqrt((first.var(ddof=1) + last.var(ddof=1)) / (BINS // 3))
    steady = abs(first.mean() - last.mean()) <= LARGEST_DRIFT * spread
    return {
        "energy_time": times[0],
        "magnetization_time": times[1],
        "converged": float(enough and steady),
    }


def _variance(values: FloatArray, squares: FloatArray | None = None) -> Estimate:
    """Return ⟨x²⟩ − ⟨x⟩², with its error by jackknife.

    The square of a mean is too large by the mean's variance, which is added back.

    Args:
        values: The series x, (n,).
        squares: The series of x², (n,), where it is not just that.
    """
    middle = values.mean()
    shifted = values - middle
    if squares is None:
        second = shifted**2
    else:
        second = squares - 2.0 * middle * values + middle**2
    bins = bin_means(np.column_stack([shifted, second]))
    found = jackknife(lambda mean: float(mean[1] - mean[0] ** 2), bins)
    return Estimate(found.value + mean_estimate(values).error ** 2, found.error)
