"""Compiled loops of a ket's no-jump evolution over one step, as a Taylor series.

With A = −iH − Γ/2 and the drive's own series E(x) = Σ_j d_j xʲ on the diagonal, in the
fraction x = τ/h of a step of length h, 0 ≤ x ≤ 1:

    ψ(x) = Σ_k c_k xᵏ,   (k + 1) c_{k+1} = h [A c_k − i Σ_{j ≤ k} d_j c_{k−j}]

The series is the state at every time inside the step, so output times and jump times
need no steps of their own.

Shapes: ``N`` states; H off the diagonal as CSR (``indptr``, ``indices``, ``re``,
``im``) with unsigned indices, which spare the loops a test for negative ones; kets as
real and imaginary parts (N, 2).
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.kernels.series_bounds import remaining_drive, to_come


@njit(error_model="numpy", forceinline=True)
def ket_product(static, psi, scale, out):
    """Write scale · (−iH − Γ/2) ψ to ``out`` (N, 2)."""
    indptr, indices, re, im, energy, half_decay = static
    for i in range(energy.size):
        hr = energy[i] * psi[i, 0]
        hi = energy[i] * psi[i, 1]
        for p in range(indptr[i], indptr[i + 1]):
            j = indices[p]
            hr += re[p] * psi[j, 0] - im[p] * psi[j, 1]
            hi += re[p] * psi[j, 1] + im[p] * psi[j, 0]
        out[i, 0] = scale * (hi - half_decay[i] * psi[i, 0])
        out[i, 1] = scale * (-hr - half_decay[i] * psi[i, 1])


@njit(error_model="numpy")
def ket_step(
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
    n = psi.shape[0]
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
        ket_product(static, c, scale, out)
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


@njit(error_model="numpy")
def ket_at(coefficients, order, x, out):
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


@njit(error_model="numpy")
def ket_crossing(coefficients, order, target, out):
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


@njit(error_model="numpy")
def ket_populations(coefficients, order, x, out):
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
