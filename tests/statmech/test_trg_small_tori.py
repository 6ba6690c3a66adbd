"""Tensor renormalization of tori that can be summed state by state."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest

from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.statmech.exact.transfer_torus import torus_thermodynamics
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    MethodLimitError,
    Thermodynamics,
)
from spacewheat_sim.statmech.trg.coarse_graining import SCHEMES
from spacewheat_sim.statmech.trg.torus import log_partition, trg_thermodynamics

NAMES = (
    "free_energy",
    "energy",
    "magnetization",
    "susceptibility",
    "heat_capacity",
)
TORI = ((1, 1), (1, 2), (8, 1), (2, 2), (2, 4), (8, 2), (4, 4))
CONDITIONS = (
    Conditions(2.27),
    Conditions(0.7),
    Conditions(1.0, 1.0, 0.3),
    Conditions(3.0, -1.0, 0.7),
    Conditions(2.0, -1.0),
    Conditions(1.5, 0.0, -0.4),
    Conditions(10.0, 0.5, 2.0),
)


@functools.cache
def bonds_and_spins(Lx: int, Ly: int) -> tuple[np.ndarray, np.ndarray]:
    """Return Σ σσ and Σ σ of every state, (2^N,) each."""
    bits = (np.arange(2 ** (Lx * Ly))[:, None] >> np.arange(Lx * Ly)) & 1
    spins = 1.0 - 2.0 * bits.reshape(-1, Ly, Lx)
    bonds = spins * (np.roll(spins, -1, axis=1) + np.roll(spins, -1, axis=2))
    return bonds.sum(axis=(1, 2)), spins.sum(axis=(1, 2))


def summed(Lx: int, Ly: int, at: Conditions) -> dict[str, float]:
    """Return the thermodynamics by summing over all states."""
    bonds, spins = bonds_and_spins(Lx, Ly)
    energy = -at.J * bonds - at.h * spins
    lowest = energy.min()
    weights = np.exp(-at.beta * (energy - lowest))
    Z, N = weights.sum(), Lx * Ly
    weights /= Z
    mean, moment = weights @ energy, weights @ spins
    numbers = (
        lowest - math.log(Z) / at.beta,
        mean,
        moment,
        at.beta * (weights @ (spins - moment) ** 2),
        at.beta**2 * (weights @ (energy - mean) ** 2),
    )
    return {name: number / N for name, number in zip(NAMES, numbers, strict=True)}


def numbers(found: Thermodynamics) -> dict[str, float]:
    return {name: getattr(found, name) for name in NAMES}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("at", CONDITIONS, ids=str)
@pytest.mark.parametrize(("Lx", "Ly"), TORI)
def test_small_tori_are_exact(Lx: int, Ly: int, at: Conditions, scheme: str) -> None:
    found = trg_thermodynamics(Lx, Ly, at, chi_max=32, scheme=scheme)

    assert numbers(found) == pytest.approx(summed(Lx, Ly, at), rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_two_by_two_has_double_bonds(scheme: str) -> None:
    found = log_partition(2, 2, Conditions(1.0), scheme=scheme, derivatives=False)

    assert math.exp(found.log_z.value) == pytest.approx(
        2 * math.exp(8) + 12 + 2 * math.exp(-8), rel=1e-14
    )


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("sides", [(4, 16), (16, 4)])
def test_rectangles_are_contracted_exactly(sides: tuple[int, int], scheme: str) -> None:
    """A strip of four is exact at chi_max 4, and its free energy is that of Kaufman."""
    from spacewheat_sim.statmech.ising import kaufman

    found = log_partition(*sides, Conditions(2.5), chi_max=4, scheme=scheme)
    exact = kaufman.torus(0.4, *sides)

    assert found.log_z.value == pytest.approx(exact.value, rel=1e-13)
    assert found.log_z.first[0] == pytest.approx(exact.first, rel=1e-11)
    assert found.log_z.second[0] == pytest.approx(exact.second, rel=1e-10)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "at",
    [
        Conditions(0.05),
        Conditions(0.05, -1.0),
        Conditions(0.05, -1.0, 50.0),
        Conditions(0.05, 1.0, 50.0),
        Conditions(1.0, 1.0, -50.0),
        Conditions(1e8),
        Conditions(1.0, 1e-300, 0.5),
    ],
    ids=str,
)
def test_extremes_neither_overflow_nor_warn(at: Conditions, scheme: str) -> None:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = trg_thermodynamics(64, 64, at, chi_max=8, scheme=scheme)

    # Where it is so cold that rounding may be all of it, a number is unknown.
    known = [n for n in numbers(found).values() if n is not None]
    assert all(math.isfinite(number) for number in known)
    assert found.heat_capacity is None or found.heat_capacity > 1e-18
    assert found.susceptibility is None or found.susceptibility > 1e-18
    if abs(at.h) == 50.0:
        ground = -abs(at.h) - 2.0 * at.J
        assert found.free_energy == pytest.approx(ground, rel=1e-12)


@pytest.mark.parametrize("h", [0.0, 0.5, 4.0])
@pytest.mark.parametrize("J", [1.0, -1.0])
@pytest.mark.parametrize("T", [0.01, 0.05, 0.1, 0.3, 0.5])
def test_cold_variances_are_right_or_unknown(T: float, J: float, h: float) -> None:
    at = Conditions(T, J, h)
    found = trg_thermodynamics(8, 8, at, chi_max=16)
    exact = torus_thermodynamics(8, 8, at)

    for name in ("heat_capacity", "susceptibility"):
        value = getattr(found, name)
        if value is not None:
            assert value == pytest.approx(getattr(exact, name), rel=1e-4, abs=0.0)


def test_same_bits_every_time() -> None:
    first, second = (
        trg_thermodynamics(64, 64, Conditions(2.3), chi_max=12) for _ in range(2)
    )

    assert first == second


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Lx": 0}, "`Lx` must be at least 1, but is 0"),
        ({"Ly": 6}, r"power of two .* but is 6; the nearest is 4\. Enumeration"),
        ({"Ly": 1000}, "the nearest is 1024"),
        ({"Lx": 2**31}, "at most 1073741824.* infinite lattice"),
        ({"chi_max": 1}, "`chi_max` must be at least 2, but is 1"),
        ({"chi_max": 500}, "at most 96, but is 500: it would take 3500 GB"),
        ({"conditions": Conditions(1e-300, 1e300)}, "`T` must be at least 1e-150"),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_refused(changes: dict, message: str) -> None:
    arguments = {"Lx": 4, "Ly": 4, "conditions": Conditions(2.0), **changes}

    with pytest.raises(ArgumentError, match=message):
        trg_thermodynamics(**arguments)


def test_sides_that_are_no_powers_are_limits_of_the_method() -> None:
    with pytest.raises(MethodLimitError):
        trg_thermodynamics(3, 4, Conditions(2.0))


def test_an_unknown_scheme_is_named() -> None:
    with pytest.raises(UnknownNameError, match="bond_weighted"):
        trg_thermodynamics(4, 4, Conditions(2.0), scheme="bond_weigthed")
