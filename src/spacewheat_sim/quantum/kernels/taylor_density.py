"""Compiled loops of a density matrix over one step, as a Taylor series.

With B = −iH − Γ/2, dρ/dt = Bρ + (Bρ)† + diag(W p), where p are the populations and
W_ts the rate s → t. Energies, Γ and W may have changing parts. The series follows the
recursion of :mod:`spacewheat_sim.quantum.kernels.taylor_ket`; shapes are those of
:mod:`spacewheat_sim.quantum.kernels.density_terms`.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.kernels.density_terms import (
    add_feed,
    density_product,
    mirror_below,
    next_density_term,
)
from spacewheat_sim.quantum.kernels.series_bounds import has_converged, remaining_drive

# Share of a drive's size below which a term of its series is lost to rounding.
FAINT = 1e-20


@njit(error_model="numpy", forceinline=True)
def add_drive(series, count, history, k, r, out_re, out_im):
    """Add −i Σ_q d_q c_{k−q} over ``count`` terms of the driven row ``r``."""
    degree = history.shape[0]
    q = 0
    while q < count:
        # A last term without a second is paired with itself, and nothing of it.
        second = min(q + 1, count - 1)
        d = series[q]
        e = series[second] if second > q else 0.0
        a = history[(k - q) % degree]
        b = history[(k - second) % degree]
        a_re = a[0, r]
        a_im = a[1, r]
        b_re = b[0, r]
        b_im = b[1, r]
        for j in range(out_re.size):
            out_re[j] = out_re[j] + d * a_im[j] + e * b_im[j]
            out_im[j] = out_im[j] - d * a_re[j] - e * b_re[j]
        q += 2


@njit(error_model="numpy", forceinline=True)
def add_decay(series, count, history, k, r, out_re, out_im):
    """Add −Σ_q g_q c_{k−q} over ``count`` terms of the decaying row ``r``."""
    degree = history.shape[0]
    for q in range(count):
        past = history[(k - q) % degree]
        for j in range(out_re.size):
            out_re[j] -= series[q] * past[0, r, j]
            out_im[j] -= series[q] * past[1, r, j]


@njit(error_model="numpy", forceinline=True)
def add_changing_feed(driven, series, lengths, history, k, prod_re, prod_im):
    """Add to a product X what makes X + X† hold all that changing jumps put in.

    As :func:`.density_terms.add_feed` does, below the diagonal, and half of it on it.
    """
    degree = history.shape[0]
    energies = driven.energies.size
    first = energies + driven.decays.size
    for c in range(driven.channels.size):
        rates = series[first + c]
        begin = driven.feed_order[c]
        for q in range(min(k + 1, lengths[first + c])):
            past = history[(k - q) % degree]
            for e in range(begin, driven.feed_order[c + 1]):
                r = energies + driven.feed_decays[e]
                t = driven.feed_targets[e]
                prod_re[t, t] += 0.5 * rates[q] * past[0, r, driven.feed_sources[e]]
                for f in range(begin, e):
                    u = driven.feed_targets[f]
                    s = driven.feed_sources[f]
                    if t > u:
                        prod_re[t, u] += rates[q] * past[0, r, s]
                        prod_im[t, u] += rates[q] * past[1, r, s]
                    else:
                        prod_re[u, t] += rates[q] * past[0, r, s]
                        prod_im[u, t] -= rates[q] * past[1, r, s]


@njit(error_model="numpy", forceinline=True)
def add_density_drive(driven, series, lengths, history, k, work):
    """Keep the driven rows of the term k, and add what the drive makes of the last."""
    for r in range(driven.energies.size):
        i = driven.energies[r]
        history[k % series.shape[1], 0, r] = work[0, i]
        history[k % series.shape[1], 1, r] = work[1, i]
        count = min(k + 1, lengths[r])
        add_drive(series[r], count, history, k, r, work[2, i], work[3, i])
    for s in range(driven.decays.size):
        i = driven.decays[s]
        r = driven.energies.size + s
        history[k % series.shape[1], 0, r] = work[0, i]
        history[k % series.shape[1], 1, r] = work[1, i]
        count = min(k + 1, lengths[r])
        add_decay(series[r], count, history, k, r, work[2, i], work[3, i])
    add_changing_feed(driven, series, lengths, history, k, work[2], work[3])


@njit(error_model="numpy")
def drive_lengths(series, faint):
    """Return how many terms each row of ``series`` (R, J) has that are not faint."""
    lengths = np.zeros(series.shape[0], dtype=np.int64)
    for r in range(series.shape[0]):
        for q in range(series.shape[1]):
            if abs(series[r, q]) > faint:
                lengths[r] = q + 1
    return lengths


@njit(error_model="numpy")
def copy_density(rho_re, rho_im, out_re, out_im, diagonal):
    """Copy a density matrix (N, L), and its diagonal (N,)."""
    for i in range(rho_re.shape[0]):
        diagonal[i] = rho_re[i, i]
        for j in range(rho_re.shape[1]):
            out_re[i, j] = rho_re[i, j]
            out_im[i, j] = rho_im[i, j]


@njit(error_model="numpy")
def density_step(physics, step, rho_re, rho_im, scratch):
    """Advance a density matrix by one step of the master equation, in place.

    It follows the recursion of the module, with what changes in B and in the feed.

    Args:
        physics: H and Γ, a :class:`StaticTerms`; what jumps put in, a :class:`Feed`;
            and what the rows of the drive's series belong to, a :class:`DrivenRows`.
        step: That series over this step, (R, J); its length in seconds; an upper bound
            on the norm of the Liouvillian with the drive; and the largest norm of the
            neglected terms.
        rho_re: Real part of ρ, (N, L), advanced in place.
        rho_im: Imaginary part of ρ, (N, L), advanced in place.
        scratch: (4, N, L); for the last J terms of the driven rows, (J, 2, E + S, L);
            and the series of the populations, (M + 1, N), which is overwritten.

    Returns:
        K, the number of the last term, or −1 where M terms do not suffice.
    """
    static, feed, driven = physics
    series, h, bound, tolerance = step
    work, history, diagonals = scratch
    terms = diagonals.shape[0] - 1
    term_re, term_im, prod_re, prod_im = work[0], work[1], work[2], work[3]
    sizes = np.ones(terms + 1)
    later = np.empty(series.shape[1] + 1)
    remaining_drive(driven, series, 2.0, later)
    lengths = drive_lengths(series, FAINT * later[0])
    copy_density(rho_re, rho_im, term_re, term_im, diagonals[0])
    order = -1
    for k in range(terms):
        density_product(static, term_re, term_im, prod_re, prod_im)
        add_density_drive(driven, series, lengths, history, k, work)
        add_feed(feed, diagonals[k], term_re, term_im, prod_re, prod_im)
        scale = h / (k + 1)
        square = next_density_term(
            prod_re, prod_im, scale, 0.0, 1.0, term_re, term_im, rho_re, rho_im
        )
        for i in range(diagonals.shape[1]):
            diagonals[k + 1, i] = term_re[i, i]
        sizes[k + 1] = np.sqrt(max(square, 0.0))
        if has_converged(sizes, k, h, bound, later, tolerance):
            order = k + 1
            break
    mirror_below(rho_re, rho_im)
    return order


@njit(error_model="numpy")
def normalize_density(re, im):
    """Divide a density matrix (N, L) by its trace, in place.

    A population that rounding has left below 0 is 0.
    """
    trace = 0.0
    for i in range(re.shape[0]):
        re[i, i] = max(re[i, i], 0.0)
        trace += re[i, i]
    for i in range(re.shape[0]):
        for j in range(re.shape[1]):
            re[i, j] /= trace
            im[i, j] /= trace


@njit(error_model="numpy")
def density_populations(diagonals, order, x, out):
    """Write Σ_k d_k xᵏ at each of ``x`` (T,) to ``out`` (T, N); d_k is (M + 1, N)."""
    n = out.shape[1]
    for t in range(x.size):
        for i in range(n):
            out[t, i] = diagonals[order, i]
        for k in range(order - 1, -1, -1):
            for i in range(n):
                out[t, i] = out[t, i] * x[t] + diagonals[k, i]
