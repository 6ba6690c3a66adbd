"""The compiled eigenvalues of small Hermitian matrices, the same on every processor.

Cyclic Jacobi rotations: only sums, products, quotients and square roots, each rounded
once (G. H. Golub and C. F. Van Loan, Matrix Computations, 4th ed., section 8.5).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from spacewheat_sim.kernel_cache import njit

MOST_SWEEPS: Final = 60
# Share of the trace below which an entry off the diagonal changes no eigenvalue.
NOTHING: Final = 1e-18


@njit(error_model="numpy")
def eigenvalues(hermitian):
    """Return the eigenvalues of a Hermitian matrix (N, N), (N,), in no order."""
    n = hermitian.shape[0]
    a = hermitian.copy()
    scale = 0.0
    for i in range(n):
        scale += abs(a[i, i].real)
    for _ in range(MOST_SWEEPS):
        is_done = True
        for p in range(n):
            for q in range(p + 1, n):
                re, im = a[p, q].real, a[p, q].imag
                size = np.sqrt(re * re + im * im)
                if size <= NOTHING * scale:
                    continue
                is_done = False
                # tan of the angle that makes a[p, q] vanish, the smaller of the two
                tau = (a[q, q].real - a[p, p].real) / (2.0 * size)
                t = 1.0 / (abs(tau) + np.sqrt(1.0 + tau * tau))
                if tau < 0.0:
                    t = -t
                c = 1.0 / np.sqrt(1.0 + t * t)
                s = t * c
                ure, uim = re / size, im / size
                for k in range(n):
                    x, y = a[k, p], a[k, q]
                    # y times the conjugate phase of a[p, q]
                    yre = y.real * ure + y.imag * uim
                    yim = y.imag * ure - y.real * uim
                    a[k, p] = complex(c * x.real - s * yre, c * x.imag - s * yim)
                    a[k, q] = complex(s * x.real + c * yre, s * x.imag + c * yim)
                for k in range(n):
                    x, y = a[p, k], a[q, k]
                    yre = y.real * ure - y.imag * uim
                    yim = y.imag * ure + y.real * uim
                    a[p, k] = complex(c * x.real - s * yre, c * x.imag - s * yim)
                    a[q, k] = complex(s * x.real + c * yre, s * x.imag + c * yim)
        if is_done:
            break
    found = np.empty(n)
    for i in range(n):
        found[i] = a[i, i].real
    return found
