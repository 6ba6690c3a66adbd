"""Compiled loops of the bath's evolution: Taylor series of kets and density matrices.

One step of length h is written in the fraction x = τ/h of the step, 0 ≤ x ≤ 1:

    ψ(x) = Σ_k c_k xᵏ,   (k + 1) c_{k+1} = h [A c_k − i Σ_{j ≤ k} d_j c_{k−j}]

with A = −iH − Γ/2 and the drive's own series E(x) = Σ_j d_j xʲ on the diagonal. The
series is the state at every time inside the step, so output times and jump times need
no steps of their own.

Shapes: ``N`` states; H off the diagonal as CSR (``indptr``, ``indices``, ``re``,
``im``) with unsigned indices, which spare the loops a test for negative ones; kets as
real and imaginary parts (N, 2); density matrices as two real arrays (N, L) whose rows
are padded with zeros to L ≥ N columns.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, error_model="numpy")
def harmonic_series(rows, amplitude, omega, phase, time, h, series):  # type: ignore[no-untyped-def]
    """Write the series of Σ a cos(ω(t + xh) + φ) per driven row to ``series`` (R, J).

    ``rows`` (D,) names the row of ``series`` that each of D cosines belongs to.
    """
    series[:, :] = 0.0
    for d in range(rows.size):
        angle = omega[d] * time + phase[d]
        cosine = np.cos(angle)
        sine = np.sin(angle)
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
            factor *= omega[d] * h / (j + 1)


@njit(cache=True, error_model="numpy")
def remaining_drive(series, weight, out):  # type: ignore[no-untyped-def]
    """Write weight · Σ_{j ≥ m} max_r |d_rj| to ``out`` (J + 1,) for each m."""
    degree = series.shape[1]
    out[degree] = 0.0
    for j in range(degree - 1, -1, -1):
        largest = 0.0
        for r in range(series.shape[0]):
            largest = max(largest, abs(series[r, j]))
        out[j] = out[j + 1] + weight * largest


@njit(cache=True, error_model="numpy")
def to_come(sizes, last, later, bound):  # type: ignore[no-untyped-def]
    """Bound (K + 1)/h times what the terms up to K = ``last`` add to later ones.

    Each term feeds the next through the generator, ``bound``, and all later ones
    through the rest of the drive's series, whose first terms may well be 0.
    """
    total = bound * sizes[last]
    for i in range(max(0, last + 1 - later.size), last):
        total += sizes[i] * later[last - i]
    return total


@njit(cache=True, error_model="numpy")
def ket_step(  # type: ignore[no-untyped-def]
    static,
    driven,
    series,
    psi,
    h,
    bound,
    tolerance,
    coefficients,
    end,
):
    """Expand one no-jump step from ``psi``; write its normalized end to ``end``.

    Args:
        static: H and Γ, a :class:`StaticTerms`.
        driven: Driven states, (R,).
        series: Series of their energies over this step, (R, J).
        psi: Ket at the start, (N, 2).
        h: Length of the step in seconds.
        bound: Upper bound on ‖A‖ with the drive.
        tolerance: Largest norm of the neglected terms.
        coefficients: The c_k, (M + 1, N, 2), overwritten.
        end: Normalized ket at the end, (N, 2), overwritten.

    Returns:
        (K, n): the number of the last term, or −1 where M terms do not suffice; and
        the squared norm at the end, the survival probability of this step.
    """
    indptr, indices, re, im, energy, half_decay = static
    n = energy.size
    m_max = coefficients.shape[0] - 1
    degree = series.shape[1]
    z = h * bound
    coefficients[0] = psi
    end[:] = psi
    order = -1
    sizes = np.ones(m_max + 1)
    later = np.empty(degree + 1)
    remaining_drive(series, 1.0, later)
    for k in range(m_max):
        c = coefficients[k]
        out = coefficients[k + 1]
        scale = h / (k + 1)
        for i in range(n):
            hr = energy[i] * c[i, 0]
            hi = energy[i] * c[i, 1]
            for p in range(indptr[i], indptr[i + 1]):
                j = indices[p]
                hr += re[p] * c[j, 0] - im[p] * c[j, 1]
                hi += re[p] * c[j, 1] + im[p] * c[j, 0]
            out[i, 0] = scale * (hi - half_decay[i] * c[i, 0])
            out[i, 1] = scale * (-hr - half_decay[i] * c[i, 1])
        for r in range(driven.size):
            i = driven[r]
            hr = 0.0
            hi = 0.0
            for j in range(min(k + 1, degree)):
                hr += series[r, j] * coefficients[k - j, i, 0]
                hi += series[r, j] * coefficients[k - j, i, 1]
            out[i, 0] += scale * hi
            out[i, 1] -= scale * hr
        square = 0.0
        for i in range(n):
            end[i, 0] += out[i, 0]
            end[i, 1] += out[i, 1]
            square += out[i, 0] ** 2 + out[i, 1] ** 2
        sizes[k + 1] = np.sqrt(square)
        ratio = z / (k + 2)
        if ratio < 0.5:
            rest = h / (k + 2) * to_come(sizes, k + 1, later, bound)
            if rest <= tolerance * (1.0 - ratio):
                order = k + 1
                break
    survival = 0.0
    for i in range(n):
        survival += end[i, 0] ** 2 + end[i, 1] ** 2
    if survival > 0.0:
        norm = 1.0 / np.sqrt(survival)
        for i in range(n):
            end[i, 0] *= norm
            end[i, 1] *= norm
    return order, survival


@njit(cache=True, error_model="numpy")
def ket_at(coefficients, order, x, out):  # type: ignore[no-untyped-def]
    """Write ψ(x) = Σ c_k xᵏ, not normalized, to ``out`` (N, 2); return ‖ψ(x)‖²."""
    square = 0.0
    for i in range(out.shape[0]):
        for part in range(2):
            value = coefficients[order, i, part]
            for k in range(order - 1, -1, -1):
                value = value * x + coefficients[k, i, part]
            out[i, part] = value
            square += value * value
    return square


@njit(cache=True, error_model="numpy")
def ket_crossing(coefficients, order, target, out):  # type: ignore[no-untyped-def]
    """Return the x in [0, 1] where ‖ψ(x)‖² falls to ``target``; leave ψ(x) in ``out``.

    The norm never grows, so bisection with a secant guess finds it to rounding.
    """
    low = 0.0
    high = 1.0
    f_low = ket_at(coefficients, order, low, out) - target
    f_high = ket_at(coefficients, order, high, out) - target
    x = high
    for attempt in range(200):
        if f_low <= 0.0 or high - low <= 1e-15:
            break
        x = 0.5 * (low + high)
        if attempt % 3 != 2 and f_low > f_high:
            x = low + (high - low) * f_low / (f_low - f_high)
            if not low < x < high:
                x = 0.5 * (low + high)
        f = ket_at(coefficients, order, x, out) - target
        if f == 0.0:
            return x
        if f > 0.0:
            low = x
            f_low = f
        else:
            high = x
            f_high = f
    ket_at(coefficients, order, high, out)
    return high


@njit(cache=True, error_model="numpy")
def ket_populations(coefficients, order, x, out):  # type: ignore[no-untyped-def]
    """Write the normalized populations at each of ``x`` (T,) to ``out`` (T, N)."""
    n = out.shape[1]
    flat = coefficients.reshape(coefficients.shape[0], 2 * n)  # long rows vectorize
    psi = np.empty(2 * n)
    for t in range(x.size):
        psi[:] = flat[order]
        for k in range(order - 1, -1, -1):
            row = flat[k]
            for i in range(2 * n):
                psi[i] = psi[i] * x[t] + row[i]
        total = 0.0
        for i in range(n):
            out[t, i] = psi[2 * i] ** 2 + psi[2 * i + 1] ** 2
            total += out[t, i]
        for i in range(n):
            out[t, i] /= total


@njit(cache=True, error_model="numpy")
def draw_channel(weights, draw, decay, order, channels, rates):  # type: ignore[no-untyped-def]
    """Return the channel that ``draw`` in [0, Σ weights) selects.

    ``weights`` (N,) are Γ_i p_i. The source i is drawn first, and what is left of
    ``draw`` then selects one of its channels, ``channels[order[i]:order[i + 1]]``, by
    their ``rates`` (K,).
    """
    last = -1
    for i in range(weights.size):
        if weights[i] > 0.0:
            last = i
            if draw < weights[i]:
                break
            draw -= weights[i]
    rest = draw / weights[last] * decay[last]
    k = order[last]
    while k < order[last + 1] - 1 and rest >= rates[channels[k]]:
        rest -= rates[channels[k]]
        k += 1
    return channels[k]


@njit(cache=True, error_model="numpy")
def density_step(  # type: ignore[no-untyped-def]
    static,
    feed,
    driven,
    series,
    rho_re,
    rho_im,
    h,
    bound,
    tolerance,
    work,
    history,
    diagonals,
):
    """Advance a density matrix by one step of the master equation, in place.

    With B = −iH − Γ/2 − iE(x), the series of dρ/dt = Bρ + (Bρ)† + diag(W p) follows
    the recursion of the module, where p are the populations and W_ts the rate s → t.

    Args:
        static: H and Γ, a :class:`StaticTerms`.
        feed: W, a :class:`Feed`.
        driven: Driven states, (R,).
        series: Series of their energies over this step, (R, J).
        rho_re: Real part of ρ, (N, L), advanced in place.
        rho_im: Imaginary part of ρ, (N, L), advanced in place.
        h: Length of the step in seconds.
        bound: Upper bound on the norm of the Liouvillian with the drive.
        tolerance: Largest entry of the neglected terms.
        work: Scratch, (4, N, L).
        history: Scratch for the last J terms of the driven rows, (J, 2, R, L).
        diagonals: Series of the populations, (M + 1, N), overwritten.

    Returns:
        K, the number of the last term, or −1 where M terms do not suffice.
    """
    indptr, indices, re, im, energy, half_decay = static
    feed_indptr, feed_sources, feed_rates = feed
    n, width = rho_re.shape
    m_max = diagonals.shape[0] - 1
    degree = series.shape[1]
    z = h * bound
    term_re = work[0]
    term_im = work[1]
    prod_re = work[2]
    prod_im = work[3]
    sizes = np.ones(m_max + 1)
    later = np.empty(degree + 1)
    remaining_drive(series, 2.0, later)
    for i in range(n):
        diagonals[0, i] = rho_re[i, i]
        for j in range(width):
            term_re[i, j] = rho_re[i, j]
            term_im[i, j] = rho_im[i, j]
    for k in range(m_max):
        scale = h / (k + 1)
        for i in range(n):
            out_re = prod_re[i]
            out_im = prod_im[i]
            e = energy[i]
            g = half_decay[i]
            for j in range(width):
                out_re[j] = e * term_im[i, j] - g * term_re[i, j]
                out_im[j] = -e * term_re[i, j] - g * term_im[i, j]
            for p in range(indptr[i], indptr[i + 1]):
                row_re = term_re[indices[p]]
                row_im = term_im[indices[p]]
                x = re[p]
                y = im[p]
                if y == 0.0:
                    for j in range(width):
                        out_re[j] += x * row_im[j]
                        out_im[j] -= x * row_re[j]
                else:
                    for j in range(width):
                        out_re[j] += x * row_im[j] + y * row_re[j]
                        out_im[j] += y * row_im[j] - x * row_re[j]
        for r in range(driven.size):
            i = driven[r]
            history[k % degree, 0, r] = term_re[i]
            history[k % degree, 1, r] = term_im[i]
            for q in range(min(k + 1, degree)):
                d = series[r, q]
                past = history[(k - q) % degree]
                for j in range(width):
                    prod_re[i, j] += d * past[1, r, j]
                    prod_im[i, j] -= d * past[0, r, j]
        for i in range(n):
            fed = 0.0
            for p in range(feed_indptr[i], feed_indptr[i + 1]):
                fed += feed_rates[p] * diagonals[k, feed_sources[p]]
            diagonals[k + 1, i] = scale * (2.0 * prod_re[i, i] + fed)
        largest = 0.0
        for i in range(n):
            for j in range(i):
                a = scale * (prod_re[i, j] + prod_re[j, i])
                b = scale * (prod_im[i, j] - prod_im[j, i])
                term_re[i, j] = a
                term_re[j, i] = a
                term_im[i, j] = b
                term_im[j, i] = -b
                rho_re[i, j] += a
                rho_re[j, i] += a
                rho_im[i, j] += b
                rho_im[j, i] -= b
                largest = max(largest, abs(a), abs(b))
            d = diagonals[k + 1, i]
            term_re[i, i] = d
            term_im[i, i] = 0.0
            rho_re[i, i] += d
            largest = max(largest, abs(d))
        sizes[k + 1] = largest
        ratio = z / (k + 2)
        if ratio < 0.5:
            rest = h / (k + 2) * to_come(sizes, k + 1, later, bound)
            if rest <= tolerance * (1.0 - ratio):
                return k + 1
    return -1


@njit(cache=True, error_model="numpy")
def density_populations(diagonals, order, x, out):  # type: ignore[no-untyped-def]
    """Write Σ_k d_k xᵏ at each of ``x`` (T,) to ``out`` (T, N); d_k is (M + 1, N)."""
    n = out.shape[1]
    for t in range(x.size):
        for i in range(n):
            out[t, i] = diagonals[order, i]
        for k in range(order - 1, -1, -1):
            for i in range(n):
                out[t, i] = out[t, i] * x[t] + diagonals[k, i]


@njit(cache=True, error_model="numpy")
def spec_transfers(psi, sources, targets, rates, dt):  # type: ignore[no-untyped-def]
    """Move amplitude along each transfer in order, as the source document does.

    ψ_t += √(γ dt) ψ_s, then ψ_s *= √(1 − γ dt); ``psi`` (N,) in place, K transfers.
    """
    for k in range(sources.size):
        s = sources[k]
        psi[targets[k]] += np.sqrt(rates[k] * dt) * psi[s]
        psi[s] *= np.sqrt(1.0 - rates[k] * dt)
