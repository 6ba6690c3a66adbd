"""Compiled loops over the products ρσ of a run and of its adjoint, step by step.

A Hermitian X = R + iI, R symmetric and I antisymmetric, is held as one real matrix
G = R + I, whose transpose is R − I.

Shapes: ``S`` steps of ``T`` nodes each; ``N`` states; ``K`` terms of a series; ``F``
entries of a feed as columns (t, t', s, s').
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.analysis.kernels.whole_step import expand


@njit(error_model="numpy")
def at_nodes(terms, powers, packed, out):
    """Write G of X = Σ_k c_k xᵏ at the nodes of a step to ``out``, (T, N²).

    Args:
        terms: c_k, (K, 2, N²).
        powers: Of the share of the step at each node, (K or more, T).
        packed: Scratch, (K or more, N²).
        out: As above.
    """
    count = terms.shape[0]
    for k in range(count):
        re = terms[k, 0]
        im = terms[k, 1]
        row = packed[k]
        for m in range(row.size):
            row[m] = re[m] + im[m]
    np.dot(powers[:count].T, packed[:count], out)


@njit(error_model="numpy")
def side_by_side(nodes, weights, out):
    """Write w G and w Gᵀ at each node side by side to ``out``, (T, N, 2N)."""
    n = nodes.shape[1]
    for t in range(nodes.shape[0]):
        w = weights[t]
        for i in range(n):
            for j in range(n):
                out[t, i, j] = w * nodes[t, i, j]
            for j in range(n):
                out[t, i, n + j] = w * nodes[t, j, i]


@njit(error_model="numpy")
def overlaps(left, right, entries, extra, fed, re, im):
    """Write what rates and energies move of tr ρσ at each node.

    Args:
        left: G and Gᵀ of ρ side by side, (T, N, 2N).
        right: The same of σ.
        entries: (F, 4).
        extra: What is added to σ[t', t], (F,).
        fed: Re ρ[s, s'] (σ[t', t] + e), overwritten, (T, F).
        re: Re (ρσ)_ii, overwritten, (T, N).
        im: Im (ρσ)_ii, overwritten, (T, N).
    """
    n = left.shape[1]
    for t in range(left.shape[0]):
        re[t] = 0.0
        im[t] = 0.0
        for j in range(n):
            g = left[t, j]
            k = right[t, j]
            for i in range(n):
                # G_ji K_ji + G_ij K_ij and G_ij K_ji − G_ji K_ij
                re[t, i] += 0.5 * (g[i] * k[i] + g[n + i] * k[n + i])
                im[t, i] += 0.5 * (g[n + i] * k[i] - g[i] * k[n + i])
        for f in range(entries.shape[0]):
            a, other_a, s, other_s = entries[f]
            g_own = left[t, s, other_s]
            g_other = left[t, s, n + other_s]
            k_own = right[t, other_a, a]
            k_other = right[t, other_a, n + a]
            # R_ρ (R_σ + e) − I_ρ I_σ
            real = (g_own + g_other) * (0.25 * (k_own + k_other) + 0.5 * extra[f])
            fed[t, f] = real - 0.25 * (g_own - g_other) * (k_own - k_other)


@njit(error_model="numpy")
def add_step(terms, nodes, h, rule, scratch, products):
    """Add Σ w (G_ρ, G_ρᵀ)ᵀ (G_σ, G_σᵀ) of a step; both factors are left in scratch.

    Args:
        terms: Of σ, (K, 2, N, N).
        nodes: G of ρ, (T, N, N).
        h: Length of the step in s.
        rule: As of :func:`back_through`.
        scratch: (K or more, N²), (T, N²) and twice (T, N, 2N).
        products: (2N, 2N).
    """
    weights, powers = rule
    packed, values, left, right = scratch
    count, n = nodes.shape[0], nodes.shape[1]
    at_nodes(terms.reshape(terms.shape[0], 2, n * n), powers, packed, values)
    side_by_side(nodes, h * weights, left)
    side_by_side(values.reshape(count, n, n), np.ones(count), right)
    both = left.reshape(count * n, 2 * n), right.reshape(count * n, 2 * n)
    products += np.dot(both[0].T, both[1])


@njit(error_model="numpy")
def back_through(
    static, feed, driven, steps, source, share, rule, asked, terms, sigma, products, out
):
    """Take an adjoint σ back over some steps, and add up what it makes of ρσ.

    Args:
        static: As of :func:`expand`, as are the next two.
        feed: Of the adjoint.
        driven: Its rows.
        steps: The series of each, as the adjoint sees it, (S, R, J); their lengths in
            s, (S,); bounds on the generator's norm in 1/s, (S,); G of ρ at their nodes,
            (S, T, N, N).
        source: A constant part of dσ/ds, (2, N, N).
        share: Of σ, what its neglected terms may be.
        rule: Weights of the nodes in an integral over a step of length 1, (T,), and
            powers of the share of it that is left at each, (K, T).
        asked: Entries of the channels that are asked about, (F, 4), and what is added
            to σ where they land, (F,).
        terms: Scratch, (M + 1, 2, N, N).
        sigma: σ at the last step's end, overwritten by that at the first one's start.
        products: Σ w (G_ρ, G_ρᵀ)ᵀ (G_σ, G_σᵀ) is added to it, (2N, 2N).
        out: What :func:`overlaps` writes for each step, (S, T, F) and twice (S, T, N).

    Returns:
        −1, or the step whose series did not converge.
    """
    series, lengths, bounds, nodes = steps
    count, n = nodes.shape[1], nodes.shape[2]
    work = np.empty((2, n, n))
    scratch = (
        np.empty((terms.shape[0], n * n)),
        np.empty((count, n * n)),
        np.empty((count, n, 2 * n)),
        np.empty((count, n, 2 * n)),
    )
    added = np.abs(source).max()
    counted = 0.0
    for f in range(feed.extra.size):
        counted = max(counted, feed.extra[f])
    for s in range(lengths.size - 1, -1, -1):
        terms[0] = sigma
        h, bound = lengths[s], bounds[s]
        size = max(np.abs(sigma).max(), h * (added + counted * bound), 1e-280)
        tolerance = share * size
        own = series[s]
        last = expand(
            static, feed, driven, own, source, h, bound, tolerance, work, terms
        )
        if last < 0:
            return s
        sigma[:] = 0.0
        for k in range(last, -1, -1):
            sigma += terms[k]
        add_step(terms[: last + 1], nodes[s], h, rule, scratch, products)
        overlaps(
            scratch[2], scratch[3], asked[0], asked[1], out[0][s], out[1][s], out[2][s]
        )
    return -1
