"""Error bars of series whose correlations are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter
from small_tori import check_coverage

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.statistics import (
    BINS,
    bin_means,
    integrated_time,
    jackknife,
    mean_estimate,
    shown_share,
)


def autoregressive(rho: float, n: int, seed: int) -> np.ndarray:
    """A series with correlations ρ^t, so τ_int = (1 + ρ)/(2 (1 − ρ))."""
    noise = np.random.default_rng(seed).standard_normal(n)
    return np.asarray(lfilter([1.0], [1.0, -rho], noise))


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_integrated_time_of_a_known_process(rho: float) -> None:
    found = integrated_time(autoregressive(rho, 200_000, 0))
    assert found == pytest.approx((1 + rho) / (2 * (1 - rho)), rel=0.06)


def test_constant_series_has_no_error_and_the_shortest_time() -> None:
    assert integrated_time(np.ones(100)) == 0.5
    assert mean_estimate(np.ones(100)).error == 0.0


def test_binned_error_agrees_with_the_autocorrelation_time() -> None:
    series = autoregressive(0.8, 320_000, 1)
    variance = 2 * integrated_time(series) * series.var() / series.size
    # The binned error is known to 13 %; four of these.
    assert mean_estimate(series).error == pytest.approx(np.sqrt(variance), rel=0.52)


def test_mean_of_a_correlated_series_is_covered_by_its_error_bar() -> None:
    found = [mean_estimate(autoregressive(0.7, 6400, seed)) for seed in range(600)]
    check_coverage(np.array([each.value / each.error for each in found]), BINS)


def test_mean_is_covered_where_bins_are_only_five_times_long() -> None:
    # τ = 4.5; the bins alone, 11 % too small, would cover 2 % less than they claim.
    found = [mean_estimate(autoregressive(0.8, 736, seed)) for seed in range(4000)]
    check_coverage(np.array([each.value / each.error for each in found]), BINS)


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.9, 0.999])
@pytest.mark.parametrize(("bins", "length"), [(2, 5), (8, 1), (8, 30)])
def test_bins_show_the_share_that_covariances_give(rho, bins, length) -> None:
    at = np.arange(bins * length)
    covariance = rho ** np.abs(at[:, None] - at)
    whole = covariance.mean()
    of_bins = covariance.reshape(bins, length, bins, length).mean(axis=(1, 3))
    between = (np.trace(of_bins) - bins * whole) / (bins - 1)
    share = shown_share((1 + rho) / (2 * (1 - rho)), length, bins)
    assert share == pytest.approx(between / bins / whole, rel=1e-9)


def test_independent_entries_show_all() -> None:
    assert shown_share(0.5, 1) == shown_share(0.5, 100) == 1.0
    assert shown_share(1.0, 5, 10**6) == pytest.approx(
        1.0 - 0.75 / 5 * (1 - 3.0**-5), rel=1e-5
    )


def test_jackknife_of_the_mean_is_the_standard_error() -> None:
    bins = bin_means(autoregressive(0.3, 3200, 2))
    found = jackknife(float, bins)
    assert found.value == pytest.approx(bins.mean(), rel=1e-12)
    assert found.error == pytest.approx(bins.std(ddof=1) / np.sqrt(BINS), rel=1e-9)


def test_function_of_means_is_covered_by_its_jackknife_error() -> None:
    pulls = []
    for seed in range(600):
        pair = 2.0 + np.random.default_rng(seed).standard_normal((3200, 2))
        found = jackknife(lambda mean: float(mean[0] / mean[1]), bin_means(pair))
        pulls.append((found.value - 1.0) / found.error)
    check_coverage(np.array(pulls), BINS)


def test_bins_leave_out_the_start() -> None:
    assert bin_means(np.arange(7.0), 3).tolist() == [1.5, 3.5, 5.5]


def test_short_series_are_refused() -> None:
    with pytest.raises(ArgumentError, match="cannot be cut into 32 bins"):
        mean_estimate(np.ones(31))
    with pytest.raises(ArgumentError, match="4 entries or more"):
        integrated_time(np.ones(3))
