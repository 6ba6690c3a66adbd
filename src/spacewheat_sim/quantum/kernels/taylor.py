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

from spacewheat_sim.kernel_cache import njit

# Side of the square tiles in which matrices are transposed: a vector register of
# doubles, so that the loops over a tile need no remainder.
TILE = 8
# Share of a drive's size below which a term of its series is lost to rounding.
FAINT = 1e-20


@njit(error_model="numpy")
def remaining_drive(series, weight, out):
    """Write weight · Σ_{j ≥ m} max_r |d_rj| to ``out`` (J + 1,) for each m."""
    degree = series.shape[1]
    out[degree] = 0.0
    for j in range(degree - 1, -1, -1):
        largest = 0.0
        for r in range(series.shape[0]):
            largest = max(largest, abs(series[r, j]))
        out[j] = out[j + 1] + weight * largest


@njit(error_model="numpy")
def to_come(sizes, last, later, bound):
    """Bound (K + 1)/h times what the terms up to K = ``last`` add to later ones.

    Each term feeds the next through the generator, ``bound``, and all later ones
    through the rest of the drive's series, whose first terms may well be 0.
    """
    total = bound * sizes[last]
    for i in range(max(0, last + 1 - later.size), last):
        total += sizes[i] * later[last - i]
    return total


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


@njit(error_model="numpy")
def draw_channel(weights, draw, decay, order, channels, rates):
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


@njit(forceinline=True, error_model="numpy")
def feed_populations(feed, populations, prod_re):
    """Add half of W p to the diagonal of a product X, so that X + X† holds all of it.

    So a term's size is that of what remains between feed and decay: taken from each of
    them, a flow 1e8 times slower than both would be lost.
    """
    indptr, sources, rates = feed
    for i in range(populations.size):
        fed = 0.0
        for p in range(indptr[i], indptr[i + 1]):
            fed += rates[p] * populations[sources[p]]
        prod_re[i, i] += 0.5 * fed


@njit(error_model="numpy", fastmath={"contract"}, forceinline=True)
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


@njit(error_model="numpy")
def density_step(
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
        tolerance: Largest norm of the neglected terms.
        work: Scratch, (4, N, L).
        history: Scratch for the last J terms of the driven rows, (J, 2, R, L).
        diagonals: Series of the populations, (M + 1, N), overwritten.

    Returns:
        K, the number of the last term, or −1 where M terms do not suffice.
    """
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
    lengths = np.zeros(driven.size, dtype=np.int64)
    for r in range(driven.size):
        for q in range(degree):
            if abs(series[r, q]) > FAINT * later[0]:
                lengths[r] = q + 1
    for i in range(n):
        diagonals[0, i] = rho_re[i, i]
        for j in range(width):
            term_re[i, j] = rho_re[i, j]
            term_im[i, j] = rho_im[i, j]
    order = -1
    for k in range(m_max):
        scale = h / (k + 1)
        density_product(static, term_re, term_im, prod_re, prod_im)
        for r in range(driven.size):
            i = driven[r]
            history[k % degree, 0, r] = term_re[i]
            history[k % degree, 1, r] = term_im[i]
            count = min(k + 1, lengths[r])
            add_drive(series[r], count, history, k, r, prod_re[i], prod_im[i])
        feed_populations(feed, diagonals[k], prod_re)
        square = next_density_term(
            prod_re, prod_im, scale, 0.0, 1.0, term_re, term_im, rho_re, rho_im
        )
        for i in range(n):
            diagonals[k + 1, i] = term_re[i, i]
        sizes[k + 1] = np.sqrt(max(square, 0.0))
        ratio = z / (k + 2)
        if ratio < 0.5:
            rest = h / (k + 2) * to_come(sizes, k + 1, later, bound)
            if rest <= tolerance * (1.0 - ratio):
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


@njit(error_model="numpy")
def spec_transfers(psi, sources, targets, rates, dt):
    """Move amplitude along each transfer in order, as the source document does.

    ψ_t += √(γ dt) ψ_s, then ψ_s *= √(1 − γ dt); ``psi`` (N,) in place, K transfers.
    """
    for k in range(sources.size):
        s = sources[k]
        psi[targets[k]] += np.sqrt(rates[k] * dt) * psi[s]
        psi[s] *= np.sqrt(1.0 - rates[k] * dt)
