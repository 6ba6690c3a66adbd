"""Decimation of chains and moved bonds, against closed forms and sampled chains."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from scipy.stats import binom

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.ring import couplings_of_averages, sample_rings
from spacewheat_sim.statmech.rg import decimation, migdal_kadanoff
from spacewheat_sim.statmech.rg.chain_blocking import (
    blocked_chain,
    low_temperature_chain,
)
from spacewheat_sim.statmech.rg.decimation import decimate, decimate_in_field

COUPLINGS = [1e-8, 1e-3, 0.1, 0.4999, 0.5, 0.7, 1.0, 3.0, 9.0, 11.0, 30.0, 200.0]


def many_digits(K: float, b: int) -> float:
    """artanh(tanh^b K) with 400 digits."""
    with localcontext() as context:
        context.prec = 400
        grown = (2 * Decimal(K)).exp()
        power = ((grown - 1) / (grown + 1)) ** b
        return float(((1 + power) / (1 - power)).ln() / 2)


@pytest.mark.parametrize("b", [1, 2, 3, 7, 64])
def test_decimation_is_the_closed_form_at_any_coupling(b: int) -> None:
    for K in COUPLINGS:
        exact = many_digits(K, b)
        assert decimate(K, b) == pytest.approx(exact, rel=2e-14, abs=1e-300)
        assert pytest.approx(exact, abs=1e-12) == decimate_in_field(K, 0.0, b).K


def test_steps_compose() -> None:
    for K in COUPLINGS:
        assert decimate(decimate(K, 2), 3) == pytest.approx(decimate(K, 6), rel=1e-13)
    once = decimate_in_field(0.7, 0.3, 6)
    half = decimate_in_field(0.7, 0.3, 2)
    twice = decimate_in_field(half.K, half.h, 3)
    assert (twice.K, twice.h) == pytest.approx((once.K, once.h), abs=1e-13)
    assert 3 * half.constant + twice.constant == pytest.approx(once.constant, abs=1e-12)


def test_antiferromagnet_turns_with_the_parity_of_the_scale() -> None:
    assert decimate(-0.6, 2) == decimate(0.6, 2)
    assert decimate(-0.6, 3) == -decimate(0.6, 3)
    assert pytest.approx(decimate(-0.6, 3)) == decimate_in_field(-0.6, 0.0, 3).K


@pytest.mark.parametrize(
    ("K", "h"), [(0.5, 0.2), (1.3, -0.7), (1e-6, 0.5), (-0.4, 0.3), (0.0, 0.4)]
)
@pytest.mark.parametrize("b", [2, 3, 5])
def test_field_follows_from_the_power_of_the_matrix(K: float, h: float, b: int) -> None:
    V = np.exp([[K + h, -K], [-K, K - h]])
    W = np.linalg.matrix_power(V, b)
    found = decimate_in_field(K, h, b)
    rebuilt = np.exp(
        found.constant
        + np.array([[found.K + found.h, -found.K], [-found.K, found.K - found.h]])
    )
    np.testing.assert_allclose(rebuilt, W, rtol=1e-13)


def test_partition_function_survives_decimation_in_a_field() -> None:
    spins = np.array(np.meshgrid(*[[1, -1]] * 6)).reshape(6, -1)

    def log_Z(K: float, h: float, N: int) -> float:
        chain = np.unique(spins[:N].T, axis=0).T
        bonds = (chain * np.roll(chain, -1, 0)).sum(axis=0)
        return float(np.log(np.exp(K * bonds + h * chain.sum(axis=0)).sum()))

    found = decimate_in_field(0.8, 0.3, 2)
    blocked = 3 * found.constant + log_Z(found.K, found.h, 3)
    assert blocked == pytest.approx(log_Z(0.8, 0.3, 6), abs=1e-13)


def test_small_couplings_keep_their_digits_in_a_field() -> None:
    # For K → 0 and b = 2, K' = K²/cosh² h.
    found = decimate_in_field(1e-9, 0.5, 2)
    assert pytest.approx(1e-18 / math.cosh(0.5) ** 2, rel=1e-8) == found.K


def test_neither_strong_fields_nor_strong_couplings_overflow() -> None:
    for K, h in ((500.0, 0.0), (0.5, 900.0), (800.0, -800.0)):
        found = decimate_in_field(K, h, 5)
        assert all(map(math.isfinite, (found.K, found.h, found.constant)))


def test_slope_is_that_of_the_step() -> None:
    for K in (0.1, 0.6, 2.0):
        step = 1e-5
        slope = (decimate(K + step, 3) - decimate(K - step, 3)) / (2 * step)
        assert decimation.decimate_slope(K, 3) == pytest.approx(slope, rel=1e-8)
    assert decimation.decimate_slope(0.0, 2) == 0.0
    assert decimation.decimate_slope(600.0, 2) == pytest.approx(1.0)


@pytest.mark.parametrize("K", [0.05, 0.5, 1.0, 8.0])
@pytest.mark.parametrize("b", [2, 3])
def test_thermal_exponent_of_the_chain_is_one(K: float, b: int) -> None:
    found = decimation.thermal_exponent(K, decimate(K, b), b)
    assert found == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(("K", "h", "b"), [(0.3, 0.0, 0), (math.nan, 0.0, 2)])
def test_impossible_steps_are_refused(K: float, h: float, b: int) -> None:
    with pytest.raises(ArgumentError, match="must be"):
        decimate(K, b)
    with pytest.raises(ArgumentError, match="must be"):
        decimate_in_field(K, h, b)


def test_infinite_field_is_refused() -> None:
    with pytest.raises(ArgumentError, match="`h` must be finite"):
        decimate_in_field(0.3, math.inf, 2)


def test_rings_are_sampled_from_their_distribution() -> None:
    K, h, N, count = 0.6, 0.3, 5, 200_000
    rings = sample_rings(K, h, N, count, np.random.default_rng(0)).astype(int)
    codes = ((1 - rings) // 2 * 2 ** np.arange(N)).sum(axis=1)
    spins = 1 - 2 * ((np.arange(2**N)[:, None] >> np.arange(N)) & 1)
    energy = K * (spins * np.roll(spins, -1, 1)).sum(axis=1) + h * spins.sum(axis=1)
    expected = np.exp(energy)
    expected *= count / expected.sum()
    square = ((np.bincount(codes, minlength=2**N) - expected) ** 2 / expected).sum()
    # χ² with 31 degrees of freedom exceeds 80 with probability 4e-6.
    assert square < 80


@pytest.mark.parametrize(
    ("K", "h", "L", "b"),
    [(0.3, 0.0, 16, 2), (1.0, 0.0, 12, 3), (0.8, 0.1, 16, 2), (0.2, -0.5, 8, 4)],
)
def test_blocked_chains_are_covered_by_their_error_bars(
    K: float, h: float, L: int, b: int
) -> None:
    exact = decimate_in_field(K, h, b)
    steps = [
        blocked_chain(K, h, L, b, 2000, np.random.default_rng(seed))
        for seed in range(300)
    ]
    pulls = [[(s.K.value - exact.K) / s.K.error for s in steps]]
    if h:
        pulls.append([(s.h.value - exact.h) / s.h.error for s in steps])
    for each in pulls:
        for sigmas, expected in ((1.0, 0.68269), (2.0, 0.95450)):
            inside = int((np.abs(each) < sigmas).sum())
            # Either side is left with probability 5e-5 by a true coverage.
            low, high = binom.ppf([5e-5, 1 - 5e-5], len(steps), expected)
            assert low <= inside <= high


def test_chain_that_cannot_be_blocked_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ArgumentError, match="must divide"):
        blocked_chain(0.3, 0.0, 16, 3, 100, rng)
    with pytest.raises(ArgumentError, match="no broken bond"):
        couplings_of_averages(1.0, 0.0, 8)


RARE = [
    (2.0, 0.0, 16, 2),
    (3.0, 0.0, 12, 3),
    (20.0, 0.0, 16, 4),
    (1.0, 0.3, 16, 2),
    (2.0, -1.0, 12, 3),
    (1.5, 0.01, 16, 2),
    (0.2, 1.5, 16, 2),
    (0.0, 3.0, 16, 2),
    (0.5, 20.0, 8, 2),
]


@pytest.mark.parametrize(("K", "h", "L", "b"), RARE)
def test_chains_are_covered_or_unknown_where_walls_are_rare(
    K: float, h: float, L: int, b: int
) -> None:
    exact = decimate_in_field(K, h, b)
    for seed in range(200):
        step = blocked_chain(K, h, L, b, 1000, np.random.default_rng(seed))
        if step.method == "unknown":
            assert math.isnan(step.K.value)
            assert step.K.error == math.inf
            continue
        # Five errors: a Gaussian false alarm of 2e-4 in all of these.
        assert abs(step.K.value - exact.K) <= 5 * step.K.error
        assert abs(step.h.value - exact.h) <= 5 * step.h.error + 1e-14


@pytest.mark.parametrize("h", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("b", [2, 3, 5])
def test_leading_term_of_a_cold_chain_is_off_by_less_than_its_error(
    b: int, h: float
) -> None:
    for K in (h * b / 2 + 1.0, h * b / 2 + 2.0, 10.0, 100.0):
        exact = decimate_in_field(K, h, b)
        step = low_temperature_chain(K, h, b)
        assert step.method == "low_temperature"
        assert abs(step.K.value - exact.K) <= step.K.error
        assert abs(step.h.value - exact.h) <= step.h.error
    assert low_temperature_chain(0.1, h, b).method == "unknown"


def test_moved_bonds_have_the_known_fixed_point_and_exponent() -> None:
    # Bonds moved first, d = 2, b = 2: K' = ½ ln cosh 4K.
    K = migdal_kadanoff.fixed_point(2)
    assert pytest.approx(0.3047, abs=5e-5) == K
    assert 0.5 * math.log(math.cosh(4 * K)) == pytest.approx(K, abs=1e-14)
    slope = 2 * math.tanh(4 * K)
    assert migdal_kadanoff.thermal_exponent(2) == pytest.approx(math.log2(slope))
    assert migdal_kadanoff.thermal_exponent(2) == pytest.approx(0.7472, abs=5e-5)


@pytest.mark.parametrize(("b", "dimension"), [(2, 2), (3, 2), (64, 2), (2, 3), (2, 4)])
def test_moved_bonds_stand_still_at_their_fixed_point(b: int, dimension: int) -> None:
    K = migdal_kadanoff.fixed_point(b, dimension)
    assert migdal_kadanoff.migdal_kadanoff(K, b, dimension) == pytest.approx(K)
    below = migdal_kadanoff.migdal_kadanoff(0.9 * K, b, dimension)
    above = migdal_kadanoff.migdal_kadanoff(1.1 * K, b, dimension)
    assert below < 0.9 * K
    assert above > 1.1 * K


def test_one_dimension_has_no_bonds_to_move() -> None:
    assert migdal_kadanoff.migdal_kadanoff(0.6, 3, 1) == decimate(0.6, 3)
    with pytest.raises(ArgumentError, match="two or more dimensions"):
        migdal_kadanoff.fixed_point(2, 1)
