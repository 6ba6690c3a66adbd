"""Compiled loops of a Hermitian matrix over one step, with every term of its series.

dX/dt = BX + (BX)† + Σ r (X[s, s'] + e) |t⟩⟨t'| over the entries of a feed, with B = −iH
− Γ/2, where energies and rates may change: the master equation, its adjoint, or either
with some of the feed left out, so that the trace may fall. e is 0 but for an adjoint
that counts jumps.

Shapes: ``N`` states; ``M`` terms at most; ``F`` entries of the feed as columns (t, t',
s, s'); ``R`` rows of a drive with ``J`` terms of their series.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.kernels.density_terms import density_product
from spacewheat_sim.quantum.kernels.series_bounds import has_converged, remaining_drive


@njit(error_model="numpy")
def add_drive(driven, series, terms, k, work):
    """Add −i Σ_q d_q c_{k−q} and −Σ_q g_q c_{k−q} of driven rows to a product."""
    for r in range(driven.energies.size):
        i = driven.energies[r]
        for q in range(min(k + 1, series.shape[1])):
            d = series[r, q]
            if d != 0.0:
                for j in range(work.shape[2]):
                    work[0, i, j] += d * terms[k - q, 1, i, j]
                    work[1, i, j] -= d * terms[k - q, 0, i, j]
    for s in range(driven.decays.size):
        i = driven.decays[s]
        for q in range(min(k + 1, series.shape[1])):
            g = series[driven.energies.size + s, q]
            if g != 0.0:
                for j in range(work.shape[2]):
                    work[0, i, j] -= g * terms[k - q, 0, i, j]
                    work[1, i, j] -= g * terms[k - q, 1, i, j]


@njit(error_model="numpy")
def add_feed(feed, series, terms, k, work):
    """Add half of what is fed, so that X + X† holds all of it."""
    for f in range(feed.rates.size):
        t, other_t, s, other_s = feed.entries[f]
        re = feed.rates[f] * terms[k, 0, s, other_s]
        im = feed.rates[f] * terms[k, 1, s, other_s]
        if k == 0:
            re += feed.rates[f] * feed.extra[f]
        row = feed.rows[f]
        if row >= 0:
            for q in range(min(k + 1, series.shape[1])):
                re += series[row, q] * terms[k - q, 0, s, other_s]
                im += series[row, q] * terms[k - q, 1, s, other_s]
            if k < series.shape[1]:
                re += series[row, k] * feed.extra[f]
        work[0, t, other_t] += 0.5 * re
        work[1, t, other_t] += 0.5 * im


@njit(error_model="numpy")
def next_term(work, scale, source_re, source_im, out):
    """Write scale · (P + P† + S) to ``out`` (2, N, N); return its squared norm."""
    n = work.shape[1]
    square = 0.0
    for i in range(n):
        for j in range(i + 1):
            re = work[0, i, j] + work[0, j, i] + source_re[i, j]
            im = work[1, i, j] - work[1, j, i] + source_im[i, j]
            re *= scale
            im *= scale
            out[0, i, j] = re
            out[1, i, j] = im
            out[0, j, i] = re
            out[1, j, i] = -im
            square += (re * re + im * im) * (1.0 if i == j else 2.0)
    return square


@njit(error_model="numpy")
def expand(static, feed, driven, series, source, h, bound, tolerance, work, terms):
    """Write the series Σ_k c_k xᵏ of a step, x the share of it, from c_0.

    Args:
        static: H and Γ, a :class:`StaticTerms`.
        feed: What jumps feed, a :class:`FeedEntries`.
        driven: What the rows of ``series`` belong to, a :class:`DrivenRows`.
        series: Series of it over the step, (R, J).
        source: What is added to dX/dt, a constant, (2, N, N).
        h: Length of the step in seconds.
        bound: Upper bound on the generator's norm in 1/s.
        tolerance: Largest norm of the neglected terms.
        work: Scratch, (2, N, N).
        terms: c_0 in the first, the others are overwritten, (M + 1, 2, N, N).

    Returns:
        K, the number of the last term, or −1 where M do not suffice.
    """
    most = terms.shape[0] - 1
    sizes = np.zeros(most + 1)
    sizes[0] = np.sqrt((terms[0] ** 2).sum())
    later = np.empty(series.shape[1] + 1)
    remaining_drive(driven, series, 2.0, later)
    nothing = np.zeros_like(source)
    for k in range(most):
        density_product(static, terms[k, 0], terms[k, 1], work[0], work[1])
        add_drive(driven, series, terms, k, work)
        add_feed(feed, series, terms, k, work)
        given = source if k == 0 else nothing
        square = next_term(work, h / (k + 1), given[0], given[1], terms[k + 1])
        sizes[k + 1] = np.sqrt(square)
        if has_converged(sizes, k, h, bound, later, tolerance):
            return k + 1
    return -1


@njit(error_model="numpy")
def advance_columns(static, driven, series, h, bound, tolerance, work, term, y, past):
    """Advance Y of dY/dt = BY, whose columns are kets, over a step, in place.

    Args:
        static: As of :func:`expand`, as are the next four and ``tolerance``.
        driven: Its rows.
        series: (R, J).
        h: In seconds.
        bound: In 1/s, of a ket.
        tolerance: Largest norm of the neglected terms.
        work: Scratch, (2, N, N).
        term: Scratch, (2, N, N).
        y: Re and Im, (2, N, N).
        past: The terms, overwritten, (M + 1, 2, N, N).

    Returns:
        The number of the last term; −1 where M do not suffice, and ``y`` is as it was.
    """
    most = past.shape[0] - 1
    sizes = np.zeros(most + 1)
    past[0] = y
    sizes[0] = np.sqrt((y**2).sum())
    later = np.empty(series.shape[1] + 1)
    remaining_drive(driven, series, 1.0, later)
    term[:] = y
    for k in range(most):
        density_product(static, past[k, 0], past[k, 1], work[0], work[1])
        add_drive(driven, series, past, k, work)
        past[k + 1] = work * (h / (k + 1))
        term += past[k + 1]
        sizes[k + 1] = np.sqrt((past[k + 1] ** 2).sum())
        if has_converged(sizes, k, h, bound, later, tolerance):
            y[:] = term
            return k + 1
    return -1


@njit(error_model="numpy")
def diagonals(terms, x, out):
    """Write the populations at each of ``x`` (T,) to ``out``, (T, N)."""
    for p in range(x.size):
        for i in range(out.shape[1]):
            total = 0.0
            for k in range(terms.shape[0] - 1, -1, -1):
                total = total * x[p] + terms[k, 0, i, i]
            out[p, i] = total
