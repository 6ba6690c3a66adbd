"""Error bars of correlated series: autocorrelation time, binning, jackknife."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import ArgumentError

BINS = 32
"""Bins of an error bar, which is then itself known to 1/√(2 · 31) = 13 %."""

RARE_EVENTS = 100.0
"""Events of a kind that a run has to hold for their own scatter to tell their error."""

FEWEST_EVENTS = 30.0
"""Events of a kind that a run has to hold to have measured what they make."""


@dataclass(frozen=True)
class Estimate:
    """A number and its standard error."""

    value: float
    error: float


def rare_share(expected: float) -> float:
    """Return which part of the variance of rare events a run's scatter may miss.

    A run that should hold ``expected`` events of a kind may hold none, and its scatter
    then tells nothing of them. Their variance, where it is known from their rate, is
    added in full if few are expected and not if many are: 1/(1 + (expected/100)²).
    """
    return 1.0 / (1.0 + (expected / RARE_EVENTS) ** 2)


def scaled(estimate: Estimate, factor: float) -> Estimate:
    """Return ``factor`` times an estimate."""
    return Estimate(factor * estimate.value, abs(factor) * estimate.error)


def distance(one: Estimate, other: Estimate) -> float:
    """Return √(d² + σ²) of two estimates d apart, σ the error of d.

    An upper estimate of how far their means are apart, which chance cannot make vanish.
    """
    return math.hypot(one.value - other.value, one.error, other.error)


def integrated_time(series: FloatArray, *, window: float = 6.0) -> float:
    """Return τ_int = ½ + Σ_{t ≥ 1} ρ(t) of a stationary series (n,).

    The variance of the mean is 2 τ_int/n times that of one entry; independent entries
    have τ_int = ½. The sum stops at the first t ≥ ``window`` · τ_int (Madras and Sokal,
    Journal of Statistical Physics 50, 109, 1988). A constant series has ½.

    Raises:
        ArgumentError: fewer than 4 entries.
    """
    n = series.size
    if n < 4:
        raise ArgumentError(f"Argument `series` must have 4 entries or more, not {n}")
    if series.min() == series.max():
        return 0.5
    centered = series - series.mean()
    spectrum = np.abs(np.fft.rfft(centered, 2 * n)) ** 2
    covariance = np.fft.irfft(spectrum)[:n] / np.arange(n, 0, -1)
    if covariance[0] <= 0.0:
        return 0.5
    times = np.cumsum(covariance / covariance[0]) - 0.5
    reached = np.flatnonzero(np.arange(n) >= window * times)
    return max(0.5, float(times[reached[0] if reached.size else -1]))


def bin_means(series: FloatArray, bins: int = BINS) -> FloatArray:
    """Return the means of ``bins`` consecutive stretches of equal length.

    Shape (n, …) → (bins, …); the first n mod ``bins`` entries are left out, because
    those are nearest to the start.

    Raises:
        ArgumentError: fewer than 2 bins, or fewer entries than bins.
    """
    length = series.shape[0] // bins if bins > 1 else 0
    if length < 1:
        raise ArgumentError(
            f"A series of {series.shape[0]} entries cannot be cut into {bins} bins"
        )
    kept = series[series.shape[0] - bins * length :]
    return np.asarray(kept.reshape(bins, length, *series.shape[1:]).mean(axis=1))


def shown_share(time: float, length: int, bins: int = BINS) -> float:
    """Return which share of its mean's variance the bins of a series show.

    A bin of ℓ entries has the variance 2τ φ(ℓ)/ℓ times that of one entry. Where the
    correlations fall as ρ^t, and τ = (1 + ρ)/(2 (1 − ρ)),

        φ(ℓ) = 1 − ρ (1 − ρ^ℓ)/(τ ℓ (1 − ρ)²) ≈ 1 − τ/ℓ,

    and n bins, whose own mean scatters too, show (n φ(ℓ)/φ(n ℓ) − 1)/(n − 1) of the
    variance of all: 1 of independent entries, 0.8 where a bin is 5 τ long.

    Args:
        time: τ, ½ or more.
        length: ℓ.
        bins: n, 2 or more.
    """
    rho = (2.0 * time - 1.0) / (2.0 * time + 1.0)

    def phi(entries: int) -> float:
        return 1.0 - rho * (1.0 - rho**entries) / (time * entries * (1.0 - rho) ** 2)

    return (bins * phi(length) / phi(bins * length) - 1.0) / (bins - 1)


def mean_estimate(
    series: FloatArray, bins: int = BINS, time: float | None = None
) -> Estimate:
    """Return the mean of a correlated series (n,) with its error from bins.

    What the bins do not show of it, :func:`shown_share`, is made up for. Honest where a
    bin is some times longer than the autocorrelation time.

    Args:
        series: (n,), of 4 entries or more.
        bins: How many, 2 or more.
        time: Its τ_int; None to measure it.
    """
    means = bin_means(series, bins)
    raw = Estimate(float(means.mean()), float(means.std(ddof=1) / np.sqrt(bins)))
    return with_unshown(raw, series, bins, time)


def with_unshown(
    estimate: Estimate, series: FloatArray, bins: int, time: float | None = None
) -> Estimate:
    """Return an estimate whose error makes up for what bins of ``series`` do not show.

    Args:
        estimate: With the error of the bins.
        series: What it is a mean of, to first order in its deviations, (n,).
        bins: How many, 2 or more.
        time: τ_int of the series; None to measure it.
    """
    tau = integrated_time(series) if time is None else time
    share = shown_share(tau, series.size // bins, bins)
    return Estimate(estimate.value, estimate.error / math.sqrt(share))


def jackknife(estimator: Callable[[FloatArray], float], bins: FloatArray) -> Estimate:
    """Return a function of means, with its error from leaving out one bin at a time.

        error² = (n − 1)/n Σ_i (f_i − f̄)²

    Args:
        estimator: Takes the mean over bins, of the shape of one bin.
        bins: Bin means, (n, …).
    """
    n = bins.shape[0]
    total = bins.sum(axis=0)
    left_out = np.array([estimator((total - each) / (n - 1)) for each in bins])
    spread = np.sum((left_out - left_out.mean()) ** 2)
    return Estimate(float(estimator(total / n)), float(np.sqrt((n - 1) / n * spread)))
