"""The density of states against a plain sum over states, and what follows from it."""

from __future__ import annotations

import math
import warnings

import numba
import numpy as np
import pytest

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.exact.enumeration import enumerate_ring, enumerate_torus
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, MethodLimitError


def counted_plainly(height, width, *, ring=False):
    """{(B, M): states} of every configuration, one numpy row each."""
    sites = height * width
    bits = (np.arange(2**sites)[:, None] >> np.arange(sites)) & 1
    spins = (2 * bits - 1).reshape(-1, height, width)
    neighbors = np.roll(spins, -1, 2) + (0 if ring else np.roll(spins, -1, 1))
    B = np.sum(spins * neighbors, axis=(1, 2))
    pairs, counts = np.unique(
        np.stack([B, spins.sum(axis=(1, 2))]), axis=1, return_counts=True
    )
    return dict(zip(zip(*pairs.tolist(), strict=True), counts.tolist(), strict=True))


def as_mapping(density):
    rows, columns = np.nonzero(density.counts)
    return {
        (int(density.bond_sums[i]), int(density.magnetizations[j])): int(
            density.counts[i, j]
        )
        for i, j in zip(rows, columns, strict=True)
    }


@pytest.mark.parametrize(
    "sides", [(1, 1), (1, 2), (2, 1), (1, 3), (2, 2), (2, 3), (3, 3), (4, 3), (4, 4)]
)
def test_torus_is_counted_as_by_hand(sides):
    Lx, Ly = sides

    assert counted_plainly(Ly, Lx) == as_mapping(enumerate_torus(Lx, Ly))


@pytest.mark.parametrize("L", [1, 2, 3, 4, 9])
def test_ring_is_counted_as_by_hand(L):
    assert counted_plainly(1, L, ring=True) == as_mapping(enumerate_ring(L))


def test_partition_function_of_two_by_two():
    found = enumerate_torus(2, 2).thermodynamics(Conditions(T=1.0))

    assert math.exp(-4 * found.free_energy) == pytest.approx(
        2 * math.exp(8) + 12 + 2 * math.exp(-8), rel=1e-14
    )
    assert math.exp(-4 * found.free_energy) == pytest.approx(5973.9166, abs=1e-4)


def test_counts_do_not_depend_on_the_number_of_threads():
    both = enumerate_torus(4, 5).counts
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        one = enumerate_torus(4, 5).counts
    finally:
        numba.set_num_threads(before)

    assert np.array_equal(both, one)
    assert both.sum() == 2**20
    assert np.array_equal(both, both[:, ::-1])


def test_counts_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        enumerate_ring(3).counts[0, 0] = 1


@pytest.mark.parametrize("h", [0.0, 1e-9, 0.3, -2.0, 50.0])
@pytest.mark.parametrize("T", [0.05, 1.0, 10.0])
def test_moments_are_those_of_the_plain_sum(T, h):
    density = enumerate_torus(3, 3)
    levels = np.array([(*key, count) for key, count in as_mapping(density).items()])
    B, M, g = levels.astype(np.longdouble).T
    # Counted from aligned spins: a weak field would be lost beside 18 bonds.
    energy = 18 - B - np.longdouble(h) * M
    weights = g * np.exp(-(energy - energy.min()) / np.longdouble(T))
    share = weights / weights.sum()
    mean, m = share @ energy, share @ M
    found = density.thermodynamics(Conditions(T=T, h=h))

    assert found.energy == pytest.approx(float((mean - 18) / 9), rel=1e-13)
    assert found.magnetization == pytest.approx(float(m / 9), rel=1e-8, abs=1e-19)
    assert found.heat_capacity == pytest.approx(
        float(share @ (energy - mean) ** 2 / (9 * T * T)), rel=1e-10, abs=1e-34
    )
    assert found.susceptibility == pytest.approx(
        float(share @ (M - m) ** 2 / (9 * T)), rel=1e-10, abs=1e-34
    )


def test_small_field_keeps_all_digits_of_the_magnetization():
    density = enumerate_torus(4, 4)
    linear = density.thermodynamics(Conditions(T=3.0)).susceptibility

    found = density.thermodynamics(Conditions(T=3.0, h=1e-12)).magnetization

    assert found == pytest.approx(linear * 1e-12, rel=1e-12)
    reversed_ = density.thermodynamics(Conditions(T=3.0, h=-1e-12)).magnetization
    assert reversed_ == -found


@pytest.mark.parametrize("h", [0.0, 50.0, -50.0])
def test_extreme_conditions_give_no_warning(h):
    density = enumerate_torus(4, 5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = density.thermodynamics(Conditions(T=0.05, h=h))

    assert found.energy == pytest.approx(-2.0 - abs(h), rel=1e-15)
    assert found.magnetization == (math.copysign(1.0, h) if h else 0.0)
    assert found.heat_capacity >= 0.0


def test_too_many_spins_are_refused_with_their_cost():
    with pytest.raises(MethodLimitError, match=r"2\^49 states.*10\^5.8 s.*'exact'"):
        enumerate_torus(7, 7)
    with pytest.raises(MethodLimitError, match=r"'transfer_matrix'"):
        enumerate_ring(10**9)


@pytest.mark.parametrize("sides", [(0, 3), (3, -1)])
def test_no_torus_without_sites(sides):
    with pytest.raises(ArgumentError, match="sides of at least 1"):
        enumerate_torus(*sides)
    with pytest.raises(ArgumentError, match="at least 1"):
        enumerate_ring(0)
