"""Compiled loops of Faber series; shapes as in those of Taylor series.

A series is Σ_k a_k(t) F_k ρ with the Faber polynomials of an ellipse. With s = 1/ρ_E
and κ = q/ρ_E of the ellipse (see :class:`.ellipse.Ellipse`),

    F_1 = s (L − d),   F_2 = s (L − d) F_1 − 2κ,   F_{k+1} = s (L − d) F_k − κ F_{k−1}.

``shape`` is that of the ellipse: ρ_E, q and its greatest real part.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.arithmetic.kernels.elementary import (
    exponential,
    sine_cosine,
)
from spacewheat_sim.quantum.kernels.density_terms import (
    add_feed,
    density_product,
    mirror_below,
    next_density_term,
)
from spacewheat_sim.quantum.kernels.taylor_ket import (
    is_zero,
    ket_product,
    real_ket_product,
)

TIMES = 64  # outputs worked on side by side
# Numbers of the downward recursion are scaled back before they overflow.
LARGE = 1e200
GUARD = 20  # terms above the last one wanted, where the recursion starts


@njit(error_model="numpy")
def faber_coefficients(shape, times, out):
    """Write the coefficients a_k of e^{tL} at each of ``times`` (T,) to ``out`` (K, T).

    They belong to e^{td} exp(αw + β/w) with α = t·capacity and β = t·skew, so that
    k a_k = α a_{k−1} − β a_{k+1}: taken downward, a stable recursion (J. C. P. Miller).
    At w = 1 the sum Σ a_k (1 + κᵏ), with a_0 once, is e^{t·edge}. K must exceed all
    terms that count. The times are worked on side by side.
    """
    capacity, skew, edge = shape
    last = out.shape[0] - 1
    ratio = skew / capacity
    inverse = 1.0 / (capacity * times)
    above = np.zeros(times.size)
    value = np.full(times.size, 1e-280)
    total = np.zeros(times.size)
    turned = np.zeros(times.size)  # Σ a_k κᵏ, by Horner's rule on the way down
    for k in range(last + GUARD, -1, -1):
        if k <= last:
            out[k] = value
        for t in range(times.size):
            total[t] += value[t]
            turned[t] = turned[t] * ratio + value[t]
            below = k * inverse[t] * value[t] + ratio * above[t]
            above[t] = value[t]
            value[t] = below
        largest = 0.0
        for t in range(times.size):
            largest = max(largest, abs(value[t]))
        if largest > LARGE:
            scale_back(value, above, total, turned, out[min(k, last + 1) :])
    for t in range(times.size):
        value[t] = exponential(times[t] * edge) / (total[t] + turned[t] - out[0, t])
    for k in range(last + 1):
        for t in range(times.size):
            out[k, t] *= value[t]


@njit(error_model="numpy")
def scale_back(value, above, total, turned, out):
    """Divide what has grown beyond LARGE by it, with all that was built on it."""
    for t in range(value.size):
        if abs(value[t]) > LARGE:
            value[t] /= LARGE
            above[t] /= LARGE
            total[t] /= LARGE
            turned[t] /= LARGE
            out[:, t] /= LARGE


@njit(error_model="numpy")
def settling(coefficients):
    """Return the number of the largest coefficient: from there on they fall."""
    return np.argmax(np.abs(coefficients))


@njit(error_model="numpy")
def begin_faber(rho_re, rho_im, coefficient, work, diagonal):
    """Let the series begin with its first term, F_0 ρ = ρ; return ‖ρ‖²."""
    square = 0.0
    for i in range(rho_re.shape[0]):
        diagonal[i] = rho_re[i, i]
        for j in range(rho_re.shape[1]):
            square += rho_re[i, j] ** 2 + rho_im[i, j] ** 2
            work[0, i, j] = rho_re[i, j]
            work[1, i, j] = rho_im[i, j]
            work[4, i, j] = 0.0
            work[5, i, j] = 0.0
            rho_re[i, j] *= coefficient
            rho_im[i, j] *= coefficient
    return square


@njit(error_model="numpy")
def density_faber(
    static,
    feed,
    shape,
    coefficients,
    neglected,
    largest,
    rho_re,
    rho_im,
    work,
    diagonals,
):
    """Advance a density matrix over an interval by its Faber series, in place.

    Args:
        static: H and Γ/2 + d/2, so that Bρ + (Bρ)† is the generator less its center d.
        feed: What jumps put in, a :class:`Feed`.
        shape: ρ_E and q of the ellipse in 1/s, and its edge.
        coefficients: The a_k of the interval, (M + 1,).
        neglected: Frobenius norm below which two terms in a row end the series.
        largest: Norm of a term, against that of ρ, beyond which rounding counts.
        rho_re: Real part of ρ, (N, L), advanced in place.
        rho_im: Imaginary part of ρ, (N, L), advanced in place.
        work: Scratch, (6, N, L).
        diagonals: Populations of the F_k ρ, (M + 1, N), overwritten.

    Returns:
        K, the number of the last term; −1 where the terms grow, or M do not suffice.
    """
    capacity, skew, _ = shape
    now_re, now_im, next_re, next_im = work[0], work[1], work[4], work[5]
    scale = 1.0 / capacity
    square = begin_faber(rho_re, rho_im, coefficients[0], work, diagonals[0])
    limit = largest * np.sqrt(square)
    peak = settling(coefficients)
    small = 0
    for k in range(coefficients.size - 1):
        weight = coefficients[k + 1]
        back = skew * scale * (2.0 if k == 1 else 1.0)
        density_product(static, now_re, now_im, work[2], work[3])
        add_feed(feed, diagonals[k], now_re, now_im, work[2], work[3])
        square = next_density_term(
            work[2], work[3], scale, back, weight, next_re, next_im, rho_re, rho_im
        )
        for i in range(diagonals.shape[1]):
            diagonals[k + 1, i] = next_re[i, i]
        size = abs(weight) * np.sqrt(max(square, 0.0))
        if not size <= limit:
            return -1
        small = small + 1 if size <= neglected else 0
        if small >= 2 and k + 1 > peak:
            mirror_below(rho_re, rho_im)
            return k + 1
        now_re, next_re = next_re, now_re
        now_im, next_im = next_im, now_im
    return -1


@njit(error_model="numpy")
def series_populations(shape, diagonals, times, out):
    """Write Σ_k a_k(t) d_k, d_k (K, N), at each of ``times`` (T,) to ``out`` (T, N)."""
    count, n = diagonals.shape
    for begin in range(0, times.size, TIMES):
        some = times[begin : begin + TIMES]
        coefficients = np.empty((count, some.size))
        faber_coefficients(shape, some, coefficients)
        sums = np.zeros((n, some.size))
        for k in range(count):
            a = coefficients[k]
            for i in range(n):
                d = diagonals[k, i]
                row = sums[i]
                for t in range(row.size):
                    row[t] += d * a[t]
        out[begin : begin + TIMES] = sums.T


@njit(error_model="numpy")
def ket_faber(static, shape, largest, psi, coefficients, terms):
    """Write the F_k ψ of a no-jump series to ``terms`` (K + 1, N, 2).

    ``static`` holds H and Γ/2 less the center of the ellipse, as for
    :func:`density_faber`.

    Returns:
        Whether no term grew beyond ``largest``, where rounding counts.
    """
    capacity, skew, _ = shape
    rows = range(psi.shape[0])
    scale = 1.0 / capacity
    terms[0] = psi
    is_real = is_zero(static[3])
    for k in range(coefficients.size - 1):
        if is_real:
            real_ket_product(static, rows, terms[k], scale, terms[k + 1])
        else:
            ket_product(static, rows, terms[k], scale, terms[k + 1])
        if k > 0:
            back = skew * scale * (2.0 if k == 1 else 1.0)
            for i in rows:
                terms[k + 1, i, 0] -= back * terms[k - 1, i, 0]
                terms[k + 1, i, 1] -= back * terms[k - 1, i, 1]
        square = 0.0
        for i in rows:
            square += terms[k + 1, i, 0] ** 2 + terms[k + 1, i, 1] ** 2
        if not abs(coefficients[k + 1]) * np.sqrt(square) <= largest:
            return False
    return True


@njit(error_model="numpy")
def ket_sum(terms, coefficients, turn, out):
    """Write e^{−i·turn} Σ_k a_k F_k ψ to ``out`` (N, 2); return its squared norm."""
    flat = out.reshape(out.size)  # long rows vectorize
    flat[:] = 0.0
    for k in range(coefficients.size):
        a = coefficients[k]
        row = terms[k].reshape(out.size)
        for i in range(flat.size):
            flat[i] += a * row[i]
    sine, cosine = sine_cosine(turn)
    square = 0.0
    for i in range(out.shape[0]):
        re = cosine * out[i, 0] + sine * out[i, 1]
        im = cosine * out[i, 1] - sine * out[i, 0]
        out[i, 0] = re
        out[i, 1] = im
        square += re * re + im * im
    return square


@njit(error_model="numpy")
def ket_sum_crossing(shape, energy, terms, h, survival, target, out):
    """Return the x in [0, 1] where ‖ψ(xh)‖² falls to ``target``; leave ψ in ``out``.

    The norm falls from 1 to ``survival``; false position, with the end that stays
    given half its weight (Illinois), finds the place to rounding.
    """
    coefficients = np.empty((terms.shape[0], 1))
    place = np.empty(1)
    low = 0.0
    high = 1.0
    f_low = 1.0 - target
    f_high = survival - target
    x = high if f_low > 0.0 else low
    side = 0
    for _ in range(100):
        if f_low <= 0.0 or f_high >= 0.0 or high - low <= 1e-15:
            break
        x = low + (high - low) * f_low / (f_low - f_high)
        if not low < x < high:
            x = 0.5 * (low + high)
        place[0] = x * h
        faber_coefficients(shape, place, coefficients)
        f = ket_sum(terms, coefficients[:, 0], 0.0, out) - target
        if abs(f) <= 1e-16:
            break
        if f > 0.0:
            low = x
            f_low = f
            f_high *= 0.5 if side == 1 else 1.0
            side = 1
        else:
            high = x
            f_high = f
            f_low *= 0.5 if side == -1 else 1.0
            side = -1
    if x > 0.0:
        place[0] = x * h
        faber_coefficients(shape, place, coefficients)
        ket_sum(terms, coefficients[:, 0], energy * x * h, out)
    else:
        out[:] = terms[0]
    return x


@njit(error_model="numpy")
def ket_sum_populations(shape, terms, times, out):
    """Write the normalized populations at each of ``times`` (T,) to ``out`` (T, N)."""
    ket = np.empty((out.shape[1], 2))
    for begin in range(0, times.size, TIMES):
        some = times[begin : begin + TIMES]
        coefficients = np.empty((terms.shape[0], some.size))
        faber_coefficients(shape, some, coefficients)
        for t in range(some.size):
            square = ket_sum(terms, coefficients[:, t], 0.0, ket)
            for i in range(out.shape[1]):
                out[begin + t, i] = (ket[i, 0] ** 2 + ket[i, 1] ** 2) / square
