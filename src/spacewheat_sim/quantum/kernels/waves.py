"""Compiled loops of cosines, as values and as power series over a step."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.arithmetic.kernels.elementary import sine_cosine
from spacewheat_sim.quantum.arithmetic.kernels.exact_products import two_product


@njit(error_model="numpy")
def wave_angle(frequency, time, high, low):
    """Return 2π frac(ft + φ/2π), with φ/2π = ``high`` + ``low`` in turns.

    The product ft is taken exactly before whole turns are dropped: after a billion of
    them the angle still has all its digits.
    """
    product, rest = two_product(frequency, time)
    share = (product - np.rint(product)) + (rest + low) + high
    return 2.0 * np.pi * (share - np.rint(share))


@njit(error_model="numpy")
def wave_values(amplitude, frequency, high, low, times, out):
    """Write a cos(2πft + φ) at each of ``times`` (T,) in seconds to ``out``, (T,)."""
    for i in range(times.size):
        angle = wave_angle(frequency, times[i], high, low)
        out[i] = amplitude * sine_cosine(angle)[1]


@njit(error_model="numpy")
def wave_series(rows, amplitude, frequency, high, low, time, h, series):
    """Write the series of Σ a cos(2πf(t + xh) + φ) per driven row to ``series``.

    Args:
        rows: Row of ``series`` that each of D cosines belongs to, (D,).
        amplitude: a in rad/s, (D,).
        frequency: f in Hz, (D,).
        high: φ/2π in turns, (D,).
        low: What rounding has left of it, (D,).
        time: Start t of the step in seconds.
        h: Length of the step in seconds.
        series: Receives the series in x, (R, J).
    """
    series[:, :] = 0.0
    for d in range(rows.size):
        angle = wave_angle(frequency[d], time, high[d], low[d])
        sine, cosine = sine_cosine(angle)
        reach = 2.0 * np.pi * frequency[d] * h
        factor = amplitude[d]
        for j in range(series.shape[1]):
            # The derivatives of cosine run through cos, −sin, −cos, sin.
            turn = j % 4
            if turn == 0:
                series[rows[d], j] += factor * cosine
            elif turn == 1:
                series[rows[d], j] -= factor * sine
            elif turn == 2:
                series[rows[d], j] -= factor * cosine
            else:
                series[rows[d], j] += factor * sine
            factor *= reach / (j + 1)
