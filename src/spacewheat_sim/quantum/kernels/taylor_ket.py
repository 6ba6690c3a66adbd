"""Compiled loops of a ket's no-jump evolution over one step, as a Taylor series.

With A = −iH − Γ/2 and the drive's own series E(x) − iΓ(x)/2 = Σ_j d_j xʲ on the
diagonal, in the fraction x = τ/h of a step of length h, 0 ≤ x ≤ 1:

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
from spacewheat_sim.quantum.kernels.series_bounds import has_converged, remaining_drive


@njit(error_model="numpy", forceinline=True)
def ket_product(static, rows, psi, scale, out):
    """Write the ``rows`` of scale · (−iH − Γ/2) ψ to ``out`` (N, 2)."""
    indptr, indices, re, im, energy, half_decay = static
    for i in rows:
        hr = energy[i] * psi[i, 0]
        hi = energy[i] * psi[i, 1]
        for p in range(indptr[i], indptr[i + 1]):
            j = indices[p]
            hr += re[p] * psi[j, 0] - im[p] * psi[j, 1]
            hi += re[p] * psi[j, 1] + im[p] * psi[j, 0]
        out[i, 0] = scale * (hi - half_decay[i] * psi[i, 0])
        out[i, 1] = scale * (-hr - half_decay[i] * psi[i, 1])


@njit(error_model="numpy", forceinline=True)
def real_ket_product(static, rows, psi, scale, out):
    """Write what :func:`ket_product` does, to the last bit, where ``im`` is all 0."""
    indptr, indices, re, _, energy, half_decay = static
    for i in rows:
        hr = energy[i] * psi[i, 0]
        hi = energy[i] * psi[i, 1]
        for p in range(indptr[i], indptr[i + 1]):
            j = indices[p]
            hr += re[p] * psi[j, 0]
            hi += re[p] * psi[j, 1]
        out[i, 0] = scale * (hi - half_decay[i] * psi[i, 0])
        out[i, 1] = scale * (-hr - half_decay[i] * psi[i, 1])


@njit(error_model="numpy")
def is_zero(numbers):
    """Return whether all of ``numbers`` (K,) are 0."""
    largest = 0.0
    for number in numbers:
        largest = max(largest, abs(number))
    return largest == 0.0


@njit(error_model="numpy", forceinline=True)
def add_ket_drive(rows, series, coefficients, k, scale):
    """Add what the drive makes of the terms up to ``k`` to the next one."""
    out = coefficients[k + 1]
    for r in range(rows.energies.size):
        i = rows.energies[r]
        hr = 0.0
        hi = 0.0
        for j in range(min(k + 1, series.shape[1])):
            hr += series[r, j] * coefficients[k - j, i, 0]
            hi += series[r, j] * coefficients[k - j, i, 1]
        out[i, 0] += scale * hi
        out[i, 1] -= scale * hr
    first = rows.energies.size
    for s in range(rows.decays.size):
        i = rows.decays[s]
        hr = 0.0
        hi = 0.0
        for j in range(min(k + 1, series.shape[1])):
            hr += series[first + s, j] * coefficients[k - j, i, 0]
            hi += series[first + s, j] * coefficients[k - j, i, 1]
        out[i, 0] -= scale * hr
        out[i, 1] -= scale * hi


@njit(error_model="numpy", forceinline=True)
def add_ket_term(rows, term, end):
    """Add the ``rows`` of a ``term`` (N, 2) to ``end``; return the term's norm."""
    square = 0.0
    for i in rows:
        end[i, 0] += term[i, 0]
        end[i, 1] += term[i, 1]
        square += term[i, 0] ** 2 + term[i, 1] ** 2
    return np.sqrt(square)


@njit(error_model="numpy", forceinline=True)
def normalize_ket(rows, psi):
    """Normalize the ``rows`` of ψ (N, 2), of which all others are 0; return ‖ψ‖²."""
    square = 0.0
    for i in rows:
        square += psi[i, 0] ** 2 + psi[i, 1] ** 2
    if square > 0.0:
        norm = 1.0 / np.sqrt(square)
        for i in rows:
            psi[i, 0] *= norm
            psi[i, 1] *= norm
    return square


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
        driven: What the rows of ``series`` belong to, a :class:`DrivenRows`.
        series: Series of it over this step, (R, J).
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
    rows = range(psi.shape[0])
    m_max = coefficients.shape[0] - 1
    coefficients[0] = psi
    end[:] = psi
    order = -1
    sizes = np.ones(m_max + 1)
    later = np.empty(series.shape[1] + 1)
    remaining_drive(driven, series, 1.0, later)
    is_real = is_zero(static[3])
    for k in range(m_max):
        scale = h / (k + 1)
        if is_real:
            real_ket_product(static, rows, coefficients[k], scale, coefficients[k + 1])
        else:
            ket_product(static, rows, coefficients[k], scale, coefficients[k + 1])
        add_ket_drive(driven, series, coefficients, k, scale)
        sizes[k + 1] = add_ket_term(rows, coefficients[k + 1], end)
        if has_converged(sizes, k, h, bound, later, tolerance):
            order = k + 1
            break
    return order, normalize_ket(rows, end)


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
