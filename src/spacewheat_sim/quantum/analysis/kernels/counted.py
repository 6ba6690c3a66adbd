"""The compiled change of a steady state by the jumps that are counted."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.steady.kernels.slope import add_product


@njit()
def counted_change(counted, rho, rest):
    """Return Cρ − rρ, r = tr Cρ, in two doubles a number.

    Args:
        counted: Feed C_ts of the counted jumps, (N, N).
        rho: ρ to double precision, (N, N).
        rest: What is to be added to it, (N, N).

    Returns:
        It and its rest, (N, N) each.
    """
    n = rho.shape[0]
    landed, landed_rest = np.zeros(n), np.zeros(n)
    rate, rate_rest = 0.0, 0.0
    for t in range(n):
        for s in range(n):
            p, p_rest, w = rho[s, s].real, rest[s, s].real, counted[t, s]
            if w > 0.0:
                landed[t], landed_rest[t] = add_product(
                    landed[t], landed_rest[t], w, p, p_rest
                )
                rate, rate_rest = add_product(rate, rate_rest, w, p, p_rest)
    high, low = np.zeros((n, n), np.complex128), np.zeros((n, n), np.complex128)
    for i in range(n):
        for j in range(n):
            z, z_rest = rho[i, j], rest[i, j]
            re, re_rest, im, im_rest = 0.0, 0.0, 0.0, 0.0
            if i == j:
                re, re_rest = landed[i], landed_rest[i]
            re, re_rest = add_product(re, re_rest, -rate, z.real, z_rest.real)
            im, im_rest = add_product(im, im_rest, -rate, z.imag, z_rest.imag)
            high[i, j] = re + 1j * im
            low[i, j] = (
                re_rest - rate_rest * z.real + 1j * (im_rest - rate_rest * z.imag)
            )
    return high, low
