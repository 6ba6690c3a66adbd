"""Monte Carlo thermodynamics against exact values, by their own error bars."""

from __future__ import annotations

import math

import numpy as np
import pytest
from small_tori import bonds_of, check_coverage, states, weights_of

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.algorithms import (
    ALGORITHMS,
    LIVE_ALGORITHMS,
    RING_ALGORITHMS,
)
from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING, torus
from spacewheat_sim.statmech.ising.sampling import (
    monte_carlo_ring,
    monte_carlo_thermodynamics,
)
from spacewheat_sim.statmech.ising.statistics import BINS
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    MethodLimitError,
    Thermodynamics,
)

T_C = 1 / CRITICAL_COUPLING
SIGMAS = 5.0  # of 31 degrees of freedom: false alarm 2e-5 each

NAMES = ("energy", "magnetization", "susceptibility", "heat_capacity")


def measured(Lx, Ly, conditions, algorithm, sweeps, seed=0) -> Thermodynamics:
    rng = np.random.default_rng(seed)
    return monte_carlo_thermodynamics(
        Lx, Ly, conditions, algorithm=algorithm, sweeps=sweeps, rng=rng
    )


def values_of(found: Thermodynamics) -> dict[str, float]:
    return {name: getattr(found, name) for name in NAMES} | {
        name: found.extra[name] for name in ("abs_magnetization", "susceptibility_abs")
    }


def enumerated(spins: np.ndarray, bonds: np.ndarray, at: Conditions) -> dict:
    """The same numbers from the sum over all states."""
    N, beta = spins[0].size, 1 / at.T
    total = spins.sum(axis=(1, 2))
    energy = -at.J * bonds - at.h * total
    p = weights_of(-beta * energy)

    def variance(x: np.ndarray) -> float:
        return float(p @ x**2 - (p @ x) ** 2)

    return {
        "energy": p @ energy / N,
        "magnetization": p @ total / N,
        "susceptibility": beta / N * variance(total),
        "heat_capacity": beta**2 / N * variance(energy),
        "abs_magnetization": p @ abs(total) / N,
        "susceptibility_abs": beta / N * variance(abs(total)),
    }


def check_all(found: Thermodynamics, exact: dict) -> None:
    for name, value in values_of(found).items():
        error = found.errors[name]
        assert abs(value - exact[name]) <= SIGMAS * error + 1e-12, name
    assert found.free_energy is None


CONDITIONS = [
    Conditions(3.0),
    Conditions(1.8, h=0.3),
    Conditions(2.5, J=-1.0),
    Conditions(4.0, J=-1.0, h=-1.2),
    Conditions(2.0, J=0.0, h=0.7),
    Conditions(2.0, J=0.0),
]


CASES = [
    (name, Lx, Ly, at)
    for name in ALGORITHMS
    for Lx, Ly in [(2, 2), (4, 2), (3, 4), (1, 4)]
    for at in CONDITIONS
    if name != "wolff" or not (at.h or (at.J < 0 and (Lx % 2 or Ly % 2)))
]


@pytest.mark.parametrize(("algorithm", "Lx", "Ly", "at"), CASES, ids=repr)
def test_every_number_equals_the_sum_over_states(algorithm, Lx, Ly, at) -> None:
    spins = states(Ly, Lx)
    found = measured(Lx, Ly, at, algorithm, 16_000)
    check_all(found, enumerated(spins, bonds_of(spins), at))
    if algorithm != "swendsen_wang":  # which J < 0 in a field may catch
        assert found.extra["converged"] == 1.0


@pytest.mark.parametrize("algorithm", RING_ALGORITHMS)
@pytest.mark.parametrize("L", [1, 2, 3, 8])
@pytest.mark.parametrize("at", [CONDITIONS[1], CONDITIONS[2]], ids=repr)
def test_rings_equal_the_sum_over_states(algorithm, L, at) -> None:
    if algorithm == "wolff":
        at = Conditions(1.3)
    spins = states(1, L)
    bonds = (spins * np.roll(spins, -1, 2)).sum(axis=(1, 2)).astype(float)
    found = monte_carlo_ring(
        L, at, algorithm=algorithm, sweeps=16_000, rng=np.random.default_rng(3)
    )
    check_all(found, enumerated(spins, bonds, at))


def test_independent_rings_have_no_autocorrelation() -> None:
    found = monte_carlo_ring(
        50, Conditions(0.5), sweeps=4000, rng=np.random.default_rng(0)
    )
    assert found.extra["energy_time"] == pytest.approx(0.5, abs=0.1)


def test_magnetization_without_field_is_zero_by_symmetry() -> None:
    found = measured(16, 16, Conditions(1.5), "metropolis", 500)
    assert found.magnetization == 0.0
    assert found.errors["magnetization"] == 0.0
    m = found.extra["abs_magnetization"]
    # Ordered, M² = ⟨|M|⟩² nearly: χ is β N m².
    assert found.susceptibility == pytest.approx(256 * m * m / 1.5, rel=0.02)
    assert found.extra["susceptibility_abs"] < 0.1


def test_cluster_estimators_have_less_noise() -> None:
    at = Conditions(3.0)
    single, clusters, wolff = (
        measured(32, 32, at, name, 4000) for name in LIVE_ALGORITHMS
    )
    for found in (clusters, wolff):
        assert found.errors["susceptibility"] < 0.5 * single.errors["susceptibility"]


def pulls(L, T, algorithm, sweeps, seeds) -> dict[str, np.ndarray]:
    """Deviations from Kaufman in standard errors."""
    exact = torus(1 / T, L, L)
    energy, heat = -exact.first / exact.sites, exact.heat_capacity(1 / T)
    runs = [measured(L, L, Conditions(T), algorithm, sweeps, s) for s in range(seeds)]
    e = [(each.energy - energy) / each.errors["energy"] for each in runs]
    C = [(each.heat_capacity - heat) / each.errors["heat_capacity"] for each in runs]
    return {"energy": np.array(e), "heat_capacity": np.array(C)}


@pytest.mark.parametrize("L", [16, pytest.param(32, marks=pytest.mark.slow)])
@pytest.mark.parametrize("algorithm", ["swendsen_wang", "wolff"])
def test_critical_lattice_is_covered_by_its_error_bars(algorithm, L) -> None:
    for found in pulls(L, T_C, algorithm, 1600, 80).values():
        check_coverage(found, BINS)


@pytest.mark.parametrize("T", [2.0, pytest.param(2.6, marks=pytest.mark.slow)])
def test_large_metropolis_lattice_is_covered_by_its_error_bars(T) -> None:
    for found in pulls(128, T, "metropolis", 3200, 60).values():
        check_coverage(found, BINS)


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", LIVE_ALGORITHMS)
@pytest.mark.parametrize("T", [2.0, 2.6])
def test_small_lattice_is_covered_by_its_error_bars(algorithm, T) -> None:
    for found in pulls(32, T, algorithm, 1600, 150).values():
        check_coverage(found, BINS)


@pytest.mark.slow
@pytest.mark.parametrize("algorithm", ["swendsen_wang", "wolff"])
@pytest.mark.parametrize("T", [2.0, T_C, 2.6])
def test_large_lattice_is_covered_by_its_error_bars(algorithm, T) -> None:
    for found in pulls(128, T, algorithm, 640 if T != T_C else 1280, 30).values():
        check_coverage(found, BINS)


@pytest.mark.slow
def test_variances_and_cluster_estimates_are_covered_by_their_error_bars() -> None:
    at = Conditions(2.8, h=0.1)
    spins = states(3, 4)
    exact = enumerated(spins, bonds_of(spins), at)
    # So many sweeps that no move of a spin is rare.
    runs = [measured(4, 3, at, "swendsen_wang", 12_800, seed) for seed in range(200)]
    for name, value in exact.items():
        found = [(values_of(each)[name] - value) / each.errors[name] for each in runs]
        check_coverage(np.array(found), BINS)


def test_clusters_decorrelate_faster_than_single_spins_at_criticality() -> None:
    single, *clusters = (
        measured(32, 32, Conditions(T_C), name, 16_000) for name in LIVE_ALGORITHMS
    )
    for found in clusters:
        assert found.extra["energy_time"] < 8
        assert single.extra["energy_time"] > 2 * found.extra["energy_time"]
        magnetic = found.extra["magnetization_time"]
        assert single.extra["magnetization_time"] > 5 * magnetic


def test_a_run_too_short_for_its_correlations_says_so() -> None:
    found = measured(128, 128, Conditions(T_C), "metropolis", 320)
    assert found.extra["converged"] == 0.0


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_equal_generators_give_equal_results(algorithm) -> None:
    first, second, other = (
        measured(16, 12, Conditions(2.3), algorithm, 200, seed) for seed in (1, 1, 2)
    )
    assert first == second
    assert first != other


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_extreme_temperatures_and_fields_neither_overflow_nor_warn(algorithm) -> None:
    for T in (1e-6, 0.05, 1e9):
        found = measured(8, 8, Conditions(T), algorithm, 64)
        assert all(math.isfinite(value) for value in values_of(found).values())
    assert measured(8, 8, Conditions(0.05), algorithm, 64).energy == -2.0
    if algorithm != "wolff":
        found = measured(8, 8, Conditions(0.05, h=-50.0), algorithm, 64)
        assert found.magnetization == -1.0
        assert found.energy == -52.0


def test_transposed_lattices_are_the_same() -> None:
    first = measured(128, 6, Conditions(2.6), "metropolis", 400)
    assert measured(6, 128, Conditions(2.6), "metropolis", 400) == first


@pytest.mark.parametrize(
    ("size", "at", "algorithm", "who"),
    [
        ((4, 4), Conditions(2.0, h=0.1), "wolff", "metropolis and swendsen_wang"),
        ((3, 4), Conditions(2.0, J=-1.0), "wolff", "metropolis and swendsen_wang"),
        ((2**15, 2**15), Conditions(2.0), "metropolis", "closed forms"),
    ],
)
def test_what_a_method_cannot_do_is_refused_with_what_can(
    size, at, algorithm, who
) -> None:
    with pytest.raises(MethodLimitError, match=who):
        measured(*size, at, algorithm, 100)


@pytest.mark.parametrize(
    ("size", "at", "algorithm", "sweeps", "why"),
    [
        ((4, 0), Conditions(2.0), "wolff", 100, "sides of at least 1"),
        ((4, 4), Conditions(2.0), "heat_bath", 100, "must be one of auto, metropolis"),
        ((4, 4), Conditions(2.0), "wolff", 63, "at least 64"),
        ((4, 4), Conditions(1e-300, J=1e10), "metropolis", 100, "J/T must be finite"),
        ((4, 4), Conditions(1e-300, h=1e10), "metropolis", 100, "h/T must be finite"),
    ],
)
def test_bad_input_is_refused(size, at, algorithm, sweeps, why) -> None:
    with pytest.raises(ArgumentError, match=why):
        measured(*size, at, algorithm, sweeps)
