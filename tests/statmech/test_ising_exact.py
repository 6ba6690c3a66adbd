"""The exact torus and the exact ring against the sum over all states."""

from __future__ import annotations

import math

import numpy as np
import pytest
from small_tori import bond_moments, states

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.kaufman import (
    CRITICAL_COUPLING,
    coupling_of_correlation,
    infinite_correlation,
    torus,
)
from spacewheat_sim.statmech.ising.ring import couplings_of_averages, ring_averages

TORI = [(2, 2), (2, 3), (3, 3), (3, 4), (4, 4), (1, 4), (2, 5), (5, 3)]
COUPLINGS = [0.0, 1e-9, 0.1, 0.3, CRITICAL_COUPLING, CRITICAL_COUPLING + 1e-9, 0.5, 1.0]


@pytest.mark.parametrize(("Lx", "Ly"), TORI)
def test_torus_equals_the_sum_over_states(Lx, Ly) -> None:
    for K in COUPLINGS:
        found = torus(K, Lx, Ly)
        value, first, second = bond_moments(K, Lx, Ly)
        assert found.value == pytest.approx(value, rel=1e-13)
        assert found.first == pytest.approx(first, rel=1e-12, abs=1e-13)
        assert found.second == pytest.approx(second, rel=1e-11)


@pytest.mark.parametrize(("Lx", "Ly"), [(2, 2), (4, 4), (2, 4), (3, 4), (3, 3)])
def test_torus_of_negative_coupling(Lx, Ly) -> None:
    for K in (-1e-6, -0.2, -CRITICAL_COUPLING):
        found = torus(K, Lx, Ly)
        value, first, second = bond_moments(K, Lx, Ly)
        assert found.value == pytest.approx(value, rel=1e-12)
        assert found.first == pytest.approx(first, rel=1e-11)
        assert found.second == pytest.approx(second, rel=1e-10)


def test_even_torus_of_strong_antiferromagnet_mirrors_the_ferromagnet() -> None:
    for K in (0.6, 3.0, 50.0):
        up, down = torus(K, 6, 4), torus(-K, 6, 4)
        assert down.value == pytest.approx(up.value, rel=1e-14)
        assert down.first == pytest.approx(-up.first, rel=1e-14)


def test_frustrated_torus_is_refused() -> None:
    with pytest.raises(ArgumentError, match="frustrated"):
        torus(-1.0, 3, 4)


@pytest.mark.parametrize("K", [math.nan, math.inf])
def test_coupling_must_be_finite(K) -> None:
    with pytest.raises(ArgumentError, match="finite"):
        torus(K, 4, 4)


def test_empty_torus_is_refused() -> None:
    with pytest.raises(ArgumentError, match="sides of at least 1"):
        torus(0.3, 0, 4)


def test_known_partition_function_of_two_by_two() -> None:
    assert math.exp(torus(1.0, 2, 2).value) == pytest.approx(5973.9166, abs=5e-5)


def test_neither_size_nor_coupling_overflows() -> None:
    for K in (1e-12, 0.1, CRITICAL_COUPLING, 5.0, 19.9, 20.1, 1000.0):
        for side in (2, 100, 1024):
            found = torus(K, side, side)
            assert math.isfinite(found.value)
            assert found.second >= 0.0
            assert found.correlation <= 1.0 + 1e-15


def test_derivatives_are_those_of_the_value() -> None:
    for K in (0.2, CRITICAL_COUPLING, 0.7):
        step = 1e-3
        ahead, here, back = (torus(K + s * step, 24, 17) for s in (1, 0, -1))
        slope = (ahead.value - back.value) / (2 * step)
        bend = (ahead.first - back.first) / (2 * step)
        assert here.first == pytest.approx(slope, rel=3e-3)
        assert here.second == pytest.approx(bend, rel=3e-3)


def test_large_torus_approaches_the_infinite_lattice() -> None:
    for K in (0.2, 0.38, 0.5, 1.0, -0.3):
        limit = infinite_correlation(K)
        assert torus(K, 256, 256).correlation == pytest.approx(limit, rel=1e-12)
    assert infinite_correlation(CRITICAL_COUPLING) == pytest.approx(
        math.sqrt(0.5), abs=1e-12
    )
    assert infinite_correlation(0.0) == 0.0


def test_finite_size_at_criticality_falls_as_one_over_the_side() -> None:
    gaps = [
        torus(CRITICAL_COUPLING, L, L).correlation - math.sqrt(0.5) for L in (64, 128)
    ]
    assert gaps[0] / gaps[1] == pytest.approx(2.0, rel=1e-3)


@pytest.mark.parametrize("side", [2, 3, 8, 32, 100])
def test_coupling_is_found_from_the_correlation(side) -> None:
    for K in (0.0, 1e-7, 0.1, CRITICAL_COUPLING, 0.9, -0.3):
        at = torus(K, side, side)
        found = coupling_of_correlation(at.correlation, side, side)
        assert found == pytest.approx(K, abs=1e-15 + 1e-15 / at.correlation_slope)


@pytest.mark.parametrize("correlation", [1.0, 1.5, -1.0])
def test_impossible_correlations_are_refused(correlation) -> None:
    with pytest.raises(ArgumentError, match="No finite coupling"):
        coupling_of_correlation(correlation, 4, 4)


def enumerated_ring(K, h, N):
    spins = states(1, N)[:, 0]
    pairs = (spins * np.roll(spins, -1, 1)).sum(axis=1)
    total = spins.sum(axis=1)
    weights = np.exp(K * pairs + h * total - N * (abs(K) + abs(h)))
    weights /= weights.sum()
    return np.array([weights @ pairs, weights @ total]) / N


@pytest.mark.parametrize(("K", "h"), [(0.3, 0.0), (1.0, 0.2), (-0.5, 0.7), (0.0, 1.0)])
@pytest.mark.parametrize("N", [2, 3, 8])
def test_ring_averages_equal_the_sum_over_states(K, h, N) -> None:
    found, _ = ring_averages(K, h, N)
    np.testing.assert_allclose(found, enumerated_ring(K, h, N), atol=1e-14)


def test_ring_slopes_are_those_of_the_averages() -> None:
    _, slopes = ring_averages(0.4, 0.3, 6)
    step = 1e-5
    for column, (dK, dh) in enumerate([(step, 0.0), (0.0, step)]):
        ahead = ring_averages(0.4 + dK, 0.3 + dh, 6)[0]
        back = ring_averages(0.4 - dK, 0.3 - dh, 6)[0]
        np.testing.assert_allclose(
            slopes[:, column], (ahead - back) / (2 * step), atol=1e-9
        )


@pytest.mark.parametrize(
    ("K", "h"), [(0.3, 0.2), (3.0, 0.01), (2.0, 0.0), (0.2, 3.0), (-0.4, 0.5)]
)
def test_ring_couplings_are_found_from_the_averages(K, h) -> None:
    correlation, magnetization = ring_averages(K, h, 8)[0]
    found = couplings_of_averages(correlation, magnetization, 8)
    assert found == pytest.approx((K, h), abs=1e-10)


def test_ring_without_broken_bonds_has_no_finite_coupling() -> None:
    with pytest.raises(ArgumentError, match="no broken bond"):
        couplings_of_averages(1.0, 0.0, 8)
