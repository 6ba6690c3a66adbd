"""Compiled loops of Faber series; shapes as in :mod:`spacewheat_sim.quantum.kernels`.

A series is Σ_k a_k(t) F_k ρ with the Faber polynomials of an ellipse. With s = 1/ρ_E
and κ = q/ρ_E of the ellipse (see :class:`.ellipse.Ellipse`),

    F_1 = s (L − d),   F_2 = s (L − d) F_1 − 2κ,   F_{k+1} = s (L − d) F_k − κ F_{k−1}.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from spacewheat_sim.quantum.kernels import (
    density_product,
    feed_populations,
    ket_product,
    mirror_below,
    next_density_term,
)

# Numbers of the downward recursion are scaled back before they overflow.
LARGE = 1e200
GUARD = 20  # terms above the last one wanted, where the recursion starts


@njit(cache=True, error_model="numpy")
def lanczos(static, alpha, beta):  # type: ignore[no-untyped-def]
    """Write the Lanczos matrix of H to ``alpha`` (M,), ``beta`` (M,); return its size.

    The start vector is fixed, and has a component along every state.
    """
    indptr, indices, re, im, energy, _ = static
    n = energy.size
    v = np.empty(n, dtype=np.complex128)
    before = np.zeros(n, dtype=np.complex128)
    for i in range(n):
        # The golden ratio spreads phases evenly: no symmetry of H can match them.
        v[i] = np.exp(2j * np.pi * ((i + 1) * 0.6180339887498949 % 1.0)) / np.sqrt(n)
    coupled = 0.0
    for k in range(alpha.size):
        w = energy * v - coupled * before
        for i in range(n):
            for p in range(indptr[i], indptr[i + 1]):
                w[i] += (re[p] + 1j * im[p]) * v[indices[p]]
        alpha[k] = np.vdot(v, w).real
        w -= alpha[k] * v
        coupled = np.sqrt(np.vdot(w, w).real)
        beta[k] = coupled
        if coupled <= 1e-14 * (abs(alpha[k]) + beta[0]):
            return k + 1
        before = v
        v = w / coupled
    return alpha.size


@njit(cache=True, error_model="numpy")
def count_below(alpha, beta, x):  # type: ignore[no-untyped-def]
    """Return how many eigenvalues of a tridiagonal matrix lie below ``x``."""
    count = 0
    pivot = 1.0
    for k in range(alpha.size):
        pivot = alpha[k] - x - (beta[k - 1] ** 2 / pivot if k else 0.0)
        if pivot == 0.0:
            pivot = 1e-300
        if pivot < 0.0:
            count += 1
    return count


@njit(cache=True, error_model="numpy")
def extreme_eigenvalues(alpha, beta):  # type: ignore[no-untyped-def]
    """Return the least and the greatest eigenvalue of a tridiagonal matrix."""
    reach = np.max(np.abs(alpha)) + 2.0 * np.max(np.abs(beta))
    ends = np.empty(2)
    for end in range(2):
        low = -reach
        high = reach
        wanted = 1 if end == 0 else alpha.size
        for _ in range(40):
            middle = 0.5 * (low + high)
            if count_below(alpha, beta, middle) >= wanted:
                high = middle
            else:
                low = middle
        ends[end] = high
    return ends[0], ends[1]


@njit(cache=True, error_model="numpy")
def faber_coefficients(capacity, skew, edge, time, out):  # type: ignore[no-untyped-def]
    """Write the coefficients a_k of e^{tL} to ``out`` (K + 1,).

    They belong to e^{td} exp(αw + β/w) with α = t·capacity and β = t·skew, so that
    k a_k = α a_{k−1} − β a_{k+1}: taken downward, a stable recursion (J. C. P. Miller).
    At w = 1 the sum Σ a_k (1 + κᵏ), with a_0 once, is e^{t·edge}.
    """
    last = out.size - 1
    alpha = time * capacity
    beta = time * skew
    ratio = skew / capacity
    above = 0.0
    value = 1e-280
    # Σ a_k κᵏ is summed by Horner's rule on the way down.
    total = 0.0
    turned = 0.0
    for k in range(last + GUARD, -1, -1):
        if k <= last:
            out[k] = value
        total += value
        turned = turned * ratio + value
        if k > 0:
            below = (k * value + beta * above) / alpha
            above = value
            value = below
            if abs(value) > LARGE:
                value /= LARGE
                above /= LARGE
                total /= LARGE
                turned /= LARGE
                for j in range(k, last + 1):
                    out[j] /= LARGE
    scale = np.exp(time * edge) / (total + turned - out[0])
    for k in range(last + 1):
        out[k] *= scale


@njit(cache=True, error_model="numpy")
def settling(coefficients):  # type: ignore[no-untyped-def]
    """Return the number of the largest coefficient: from there on they fall."""
    return np.argmax(np.abs(coefficients))


@njit(cache=True, error_model="numpy")
def density_slope(static, feed, rho_re, rho_im, work):  # type: ignore[no-untyped-def]
    """Return the Frobenius norm of Lρ."""
    n = rho_re.shape[0]
    populations = np.empty(n)
    fed = np.empty(n)
    for i in range(n):
        populations[i] = rho_re[i, i]
    density_product(static, rho_re, rho_im, work[2], work[3])
    square = next_density_term(
        work[2], work[3], 1.0, 0.0, 0.0, work[0], work[1], work[4], work[5]
    )
    feed_populations(feed, populations, 1.0, fed)
    for i in range(n):
        square += fed[i] * (2.0 * work[0, i, i] + fed[i])
    return np.sqrt(max(square, 0.0))


@njit(cache=True, error_model="numpy")
def density_faber(  # type: ignore[no-untyped-def]
    static,
    feed,
    capacity,
    skew,
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
        feed: W, a :class:`Feed`.
        capacity: ρ_E of the ellipse in 1/s.
        skew: q of the ellipse in 1/s.
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
    n, width = rho_re.shape
    now_re = work[0]
    now_im = work[1]
    next_re = work[4]
    next_im = work[5]
    scale = 1.0 / capacity
    fed = np.empty(n)
    square = 0.0
    for i in range(n):
        diagonals[0, i] = rho_re[i, i]
        for j in range(width):
            square += rho_re[i, j] ** 2 + rho_im[i, j] ** 2
            now_re[i, j] = rho_re[i, j]
            now_im[i, j] = rho_im[i, j]
            next_re[i, j] = 0.0
            next_im[i, j] = 0.0
            rho_re[i, j] *= coefficients[0]
            rho_im[i, j] *= coefficients[0]
    limit = largest * np.sqrt(square)
    peak = settling(coefficients)
    small = 0
    for k in range(coefficients.size - 1):
        weight = coefficients[k + 1]
        back = skew * scale * (2.0 if k == 1 else 1.0)
        density_product(static, now_re, now_im, work[2], work[3])
        square = next_density_term(
            work[2], work[3], scale, back, weight, next_re, next_im, rho_re, rho_im
        )
        feed_populations(feed, diagonals[k], scale, fed)
        for i in range(n):
            square += fed[i] * (2.0 * next_re[i, i] + fed[i])
            next_re[i, i] += fed[i]
            rho_re[i, i] += weight * fed[i]
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


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def series_populations(  # type: ignore[no-untyped-def]
    capacity, skew, edge, diagonals, order, times, out
):
    """Write Σ_k a_k(t) d_k at each of ``times`` (T,) to ``out`` (T, N)."""
    coefficients = np.empty(order + 1)
    for t in range(times.size):
        faber_coefficients(capacity, skew, edge, times[t], coefficients)
        row = out[t]
        row[:] = 0.0
        for k in range(order + 1):
            a = coefficients[k]
            if abs(a) > 1e-30:
                for i in range(row.size):
                    row[i] += a * diagonals[k, i]


@njit(cache=True, error_model="numpy")
def ket_faber(static, capacity, skew, largest, psi, coefficients, terms):  # type: ignore[no-untyped-def]
    """Write the F_k ψ of a no-jump series to ``terms`` (K + 1, N, 2).

    ``static`` holds H and Γ/2 less the center of the ellipse, as for
    :func:`density_faber`.

    Returns:
        Whether no term grew beyond ``largest``, where rounding counts.
    """
    n = psi.shape[0]
    scale = 1.0 / capacity
    terms[0] = psi
    for k in range(coefficients.size - 1):
        ket_product(static, terms[k], scale, terms[k + 1])
        if k > 0:
            back = skew * scale * (2.0 if k == 1 else 1.0)
            for i in range(n):
                terms[k + 1, i, 0] -= back * terms[k - 1, i, 0]
                terms[k + 1, i, 1] -= back * terms[k - 1, i, 1]
        square = 0.0
        for i in range(n):
            square += terms[k + 1, i, 0] ** 2 + terms[k + 1, i, 1] ** 2
        if not abs(coefficients[k + 1]) * np.sqrt(square) <= largest:
            return False
    return True


@njit(cache=True, error_model="numpy", fastmath={"contract"})
def ket_sum(terms, coefficients, turn, out):  # type: ignore[no-untyped-def]
    """Write e^{−i·turn} Σ_k a_k F_k ψ to ``out`` (N, 2); return its squared norm."""
    out[:, :] = 0.0
    for k in range(coefficients.size):
        a = coefficients[k]
        for i in range(out.shape[0]):
            out[i, 0] += a * terms[k, i, 0]
            out[i, 1] += a * terms[k, i, 1]
    cosine = np.cos(turn)
    sine = np.sin(turn)
    square = 0.0
    for i in range(out.shape[0]):
        re = cosine * out[i, 0] + sine * out[i, 1]
        im = cosine * out[i, 1] - sine * out[i, 0]
        out[i, 0] = re
        out[i, 1] = im
        square += re * re + im * im
    return square


@njit(cache=True, error_model="numpy")
def ket_sum_crossing(  # type: ignore[no-untyped-def]
    capacity, skew, edge, energy, terms, h, survival, target, out
):
    """Return the x in [0, 1] where ‖ψ(xh)‖² falls to ``target``; leave ψ in ``out``.

    The norm falls from 1 to ``survival``; false position, with the end that stays
    given half its weight (Illinois), finds the place to rounding.
    """
    coefficients = np.empty(terms.shape[0])
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
        faber_coefficients(capacity, skew, edge, x * h, coefficients)
        f = ket_sum(terms, coefficients, 0.0, out) - target
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
        faber_coefficients(capacity, skew, edge, x * h, coefficients)
        ket_sum(terms, coefficients, energy * x * h, out)
    else:
        out[:] = terms[0]
    return x


@njit(cache=True, error_model="numpy")
def ket_sum_populations(capacity, skew, edge, terms, times, out):  # type: ignore[no-untyped-def]
    """Write the normalized populations at each of ``times`` (T,) to ``out`` (T, N)."""
    coefficients = np.empty(terms.shape[0])
    ket = np.empty((out.shape[1], 2))
    for t in range(times.size):
        faber_coefficients(capacity, skew, edge, times[t], coefficients)
        square = ket_sum(terms, coefficients, 0.0, ket)
        for i in range(out.shape[1]):
            out[t, i] = (ket[i, 0] ** 2 + ket[i, 1] ** 2) / square
