"""Compiled loops that form the terms of any series of a density matrix.

With B = −iH − Γ/2, a term is a multiple of Bρ + (Bρ)† and of what jumps put in, of the
term ρ before it. Where every jump leads from one state to one other, that is diag(W p)
with the populations p and W_ts the rate s → t.

Shapes: ``N`` states; B and W as in :mod:`spacewheat_sim.quantum.kernels.taylor_ket`;
matrices as real and imaginary parts (N, L), rows padded with zeros to L ≥ N columns.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit

# Side of the square tiles in which matrices are transposed: a vector register of
# doubles, so that the loops over a tile need no remainder.
TILE = 8


@njit(forceinline=True, error_model="numpy", fastmath={"contract"})
def density_product(static, rho_re, rho_im, prod_re, prod_im):
    """Write Bρ with B = −iH − Γ/2 to ``prod_re`` + i ``prod_im``, all (N, L)."""
    indptr, indices, re, im, energy, half_decay = static
    for i in range(rho_re.shape[0]):
        out_re = prod_re[i]
        out_im = prod_im[i]
        a_re = rho_re[i]
        a_im = rho_im[i]
        e = energy[i]
        g = half_decay[i]
        for j in range(out_re.size):
            out_re[j] = e * a_im[j] - g * a_re[j]
            out_im[j] = -e * a_re[j] - g * a_im[j]
        p = indptr[i]
        end = indptr[i + 1]
        # Two entries at a time: half the loads and stores of what they add to.
        while p + 2 <= end:
            a_re = rho_re[indices[p]]
            a_im = rho_im[indices[p]]
            b_re = rho_re[indices[p + 1]]
            b_im = rho_im[indices[p + 1]]
            x = re[p]
            y = im[p]
            u = re[p + 1]
            v = im[p + 1]
            for j in range(out_re.size):
                out_re[j] = (
                    out_re[j] + x * a_im[j] + y * a_re[j] + u * b_im[j] + v * b_re[j]
                )
                out_im[j] = (
                    out_im[j] + y * a_im[j] - x * a_re[j] + v * b_im[j] - u * b_re[j]
                )
            p += 2
        if p < end:
            a_re = rho_re[indices[p]]
            a_im = rho_im[indices[p]]
            x = re[p]
            y = im[p]
            for j in range(out_re.size):
                out_re[j] = out_re[j] + x * a_im[j] + y * a_re[j]
                out_im[j] = out_im[j] + y * a_im[j] - x * a_re[j]


@njit(forceinline=True, error_model="numpy")
def feed_populations(feed, populations, prod_re):
    """Add half of W p to the diagonal of a product X, so that X + X† holds all of it.

    So a term's size is that of what remains between feed and decay: taken from each of
    them, a flow 1e8 times slower than both would be lost.
    """
    indptr, sources, rates = feed[0], feed[1], feed[2]
    for i in range(populations.size):
        fed = 0.0
        for p in range(indptr[i], indptr[i + 1]):
            fed += rates[p] * populations[sources[p]]
        prod_re[i, i] += 0.5 * fed


@njit(forceinline=True, error_model="numpy")
def add_feed(feed, populations, rho_re, rho_im, prod_re, prod_im):
    """Add to a product X what makes X + X† hold all that jumps put in.

    Of a jump of several entries that is γ ρ[s_e, s_f] at [t_e, t_f]. It is added below
    the diagonal only, and half of it on the diagonal: X + X† is read there alone.
    """
    feed_populations(feed, populations, prod_re)
    order, origins, landings, strengths = feed[3], feed[4], feed[5], feed[6]
    for k in range(strengths.size):
        rate = strengths[k]
        first = order[k]
        for e in range(first, order[k + 1]):
            a_re = rho_re[origins[e]]
            a_im = rho_im[origins[e]]
            out_re = prod_re[landings[e]]
            out_im = prod_im[landings[e]]
            for f in range(first, e):
                out_re[landings[f]] += rate * a_re[origins[f]]
                out_im[landings[f]] += rate * a_im[origins[f]]
            out_re[landings[e]] += 0.5 * rate * a_re[origins[e]]


@njit(forceinline=True, error_model="numpy", fastmath={"contract"})
def next_density_term(
    prod_re, prod_im, scale, back, weight, term_re, term_im, sum_re, sum_im
):
    """Form the next term of a series of Hermitian matrices from a product X.

    term ← scale · (X + X†) − back · term, and sum ← sum + weight · term, (N, L) each;
    of the sum only what is on and below the diagonal.

    Returns:
        The squared Frobenius norm of the new term.
    """
    n = prod_re.shape[0]
    whole = n - n % TILE
    lanes = np.zeros(TILE)
    square = 0.0
    # What is read down a column stays in the cache as long as a tile is worked on.
    for i0 in range(0, whole, TILE):
        for j0 in range(0, i0 + 1, TILE):
            j1 = j0 + TILE
            lanes[:] = 0.0
            for i in range(i0, i0 + TILE):
                x = prod_re[i, j0:j1]
                y = prod_im[i, j0:j1]
                a = term_re[i, j0:j1]
                b = term_im[i, j0:j1]
                c = sum_re[i, j0:j1]
                d = sum_im[i, j0:j1]
                for j in range(TILE):
                    re = scale * (x[j] + prod_re[j0 + j, i]) - back * a[j]
                    im = scale * (y[j] - prod_im[j0 + j, i]) - back * b[j]
                    a[j] = re
                    b[j] = im
                    c[j] += weight * re
                    d[j] += weight * im
                    lanes[j] += re * re + im * im
            if i0 == j0:
                square += lanes.sum()
            else:
                square += 2.0 * lanes.sum()
                mirror_tile(term_re, term_im, i0, j0)
    for i in range(whole, n):
        for j in range(i + 1):
            re = scale * (prod_re[i, j] + prod_re[j, i]) - back * term_re[i, j]
            im = scale * (prod_im[i, j] - prod_im[j, i]) - back * term_im[i, j]
            term_re[i, j] = re
            term_im[i, j] = im
            sum_re[i, j] += weight * re
            sum_im[i, j] += weight * im
            square += (re * re + im * im) * (1.0 if i == j else 2.0)
            if i != j:
                term_re[j, i] = re
                term_im[j, i] = -im
    return square


@njit(forceinline=True, error_model="numpy")
def mirror_tile(re, im, i0, j0):
    """Copy the conjugate transpose of the tile at (i0, j0) to (j0, i0)."""
    for j in range(j0, j0 + TILE):
        a = re[j, i0 : i0 + TILE]
        b = im[j, i0 : i0 + TILE]
        for i in range(TILE):
            a[i] = re[i0 + i, j]
            b[i] = -im[i0 + i, j]


@njit(error_model="numpy")
def mirror_below(re, im):
    """Make a matrix (N, L) Hermitian by what is below its diagonal."""
    n = re.shape[0]
    for i0 in range(0, n, TILE):
        for j0 in range(0, i0 + 1, TILE):
            for i in range(i0, min(i0 + TILE, n)):
                for j in range(j0, min(j0 + TILE, i)):
                    re[j, i] = re[i, j]
                    im[j, i] = -im[i, j]
