"""Compiled bounds on the errors of modes and of what is made of them."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit

ROUNDING = 2.0**-53


@njit()
def misfit(b, values, vectors, inverse, moved, sizes):
    """Return a bound on ‖B − V diag(λ) V⁻¹‖.

    Args:
        b: B, (n, n).
        values: λ, (n,).
        vectors: V, (n, n).
        inverse: V⁻¹, (n, n).
        moved: BV, (n, n).
        sizes: |B||V|, (n, n).
    """
    n = b.shape[0]
    residual, blur, whole, back = 0.0, 0.0, 0.0, 0.0
    terms = 0
    for i in range(n):
        filled = 0
        for a in range(n):
            filled += b[i, a] != 0.0
            z = moved[i, a] - vectors[i, a] * values[a]
            residual += z.real * z.real + z.imag * z.imag
            size = sizes[i, a] + abs(vectors[i, a]) * abs(values[a])
            blur += size * size
            whole += abs(b[i, a]) ** 2
            back += abs(inverse[i, a]) ** 2
        terms = max(terms, filled)
    found = np.sqrt(residual) + (4 + terms) * ROUNDING * np.sqrt(blur)
    return found * np.sqrt(back) + 2 * ROUNDING * np.sqrt(whole)


@njit()
def modal_errors(times, starts, misfit, strays, blurs, inner, vectors, sizes):
    """Return bounds on the errors of mean times, see ``modes``; empty if none hold.

    Args:
        times: M, (n, c).
        starts: The landings, (c,).
        misfit: ‖B − B̃‖.
        strays: VU, (n, n).
        blurs: What its rounding is relative to, (n, n).
        inner: VG∘(UU†), (n, n).
        vectors: V, (n, n).
        sizes: The root of what the rounding of M is relative to, (n, n).
    """
    n, c = times.shape
    spent, stray = np.zeros(n), np.zeros(n)
    doubt = 0.0
    for i in range(n):
        total, off, blur = 0.0, 0.0, 0.0
        for a in range(n):
            total += (inner[i, a] * vectors[i, a].conjugate()).real
            z = strays[a, i] - (1.0 if a == i else 0.0)
            off += z.real * z.real + z.imag * z.imag
            blur += blurs[a, i] * blurs[a, i]
        spent[i] = abs(total)
        stray[i] = np.sqrt(off) + (4 + np.sqrt(n)) * ROUNDING * np.sqrt(blur)
        doubt += 2 * (misfit * spent[i] + stray[i])
    if not doubt < 0.5:
        return np.zeros((0, 0))
    errors = np.zeros((n, c))
    for k in range(c):
        t = starts[k]
        whole = 0.0
        for i in range(n):
            whole += abs(times[i, k])
        for i in range(n):
            error = spent[i] * (2 * misfit * whole + stray[t] * stray[t])
            error += 2 * stray[t] * np.sqrt(spent[i] * abs(times[i, k]))
            error += 16 * ROUNDING * sizes[i, t] * sizes[i, t]
            errors[i, k] = error / (1 - doubt)
    return errors
