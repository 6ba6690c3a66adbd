"""Linear algebra modulo a prime, on matrices of doubles taken as what they exactly are.

A double is an integer times a power of two, so it has a residue modulo every odd prime,
and 𝑖 has one where −1 is a square. What is not zero there is not zero; what is zero for
two primes near 2³¹ is zero but for one chance in 10¹⁸. Numbers are ``uint64`` below the
prime ``p``, so that a product fits.
"""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.kernel_cache import njit

# Both are 1 modulo 4.
PRIMES = (np.uint64(2013265921), np.uint64(1811939329))
# Where resolvents are looked at: no bath has reason to be singular there.
PROBE = 1234567891
MANTISSA = 2.0**53
# The exponents of doubles are from −1073 to 1024.
LOWEST, EXPONENTS = 1073, 2098


@njit()
def power(base, exponent, p):
    """Return base^exponent mod p."""
    result = np.uint64(1)
    factor = np.uint64(base)
    left = np.uint64(exponent)
    while left:
        if left & np.uint64(1):
            result = result * factor % p
        factor = factor * factor % p
        left >>= np.uint64(1)
    return result


@njit()
def inverse(x, p):
    """Return 1/x mod p, for x not 0."""
    return power(x, p - np.uint64(2), p)


@njit()
def imaginary_unit(p):
    """Return a square root of −1 mod p."""
    base = np.uint64(2)
    while True:
        root = power(base, (p - np.uint64(1)) // np.uint64(4), p)
        if root * root % p == p - np.uint64(1):
            return root
        base += np.uint64(1)


@njit()
def residue(x, powers, p):
    """Return what the double x = m·2^e is mod p; ``powers`` remembers those of 2."""
    if x == 0.0:
        return np.uint64(0)
    fraction, exponent = math.frexp(abs(x))
    integer = np.uint64(np.int64(fraction * MANTISSA)) % p
    place = exponent + LOWEST
    if powers[place] == 0:
        powers[place] = power(2, (exponent - 53) % (np.int64(p) - 1), p)
    value = integer * powers[place] % p
    return p - value if x < 0.0 and value else value


@njit()
def residues(hamiltonian, p):
    """Return H mod p, (N, N)."""
    n = hamiltonian.shape[0]
    unit = imaginary_unit(p)
    powers = np.zeros(EXPONENTS, dtype=np.uint64)
    out = np.zeros((n, n), dtype=np.uint64)
    for i in range(n):
        for j in range(n):
            z = hamiltonian[i, j]
            if z.real != 0.0:
                out[i, j] = residue(z.real, powers, p)
            if z.imag != 0.0:
                out[i, j] = (out[i, j] + unit * residue(z.imag, powers, p)) % p
    return out


@njit()
def reduce_row(row, basis, pivots, p):
    """Take an echelon basis out of ``row`` and scale what is left; return its pivot.

    The basis ends at the first pivot that is −1, which also says that nothing is left.
    """
    n = row.size
    for r in range(n):
        if pivots[r] < 0:
            break
        factor = row[pivots[r]]
        if factor:
            negative = p - factor
            for j in range(n):
                row[j] = (row[j] + negative * basis[r, j]) % p
    for j in range(n):
        if row[j]:
            scale = inverse(row[j], p)
            for k in range(j, n):
                row[k] = row[k] * scale % p
            return j
    return -1


@njit()
def observable_rows(inner, leaks, p):
    """Return what decay can see of the states that do not decay themselves.

    These are the rows ⟨s|H^k over all decaying s and all k, on the M other states.

    Args:
        inner: H mod p among these, (M, M).
        leaks: ⟨s|H mod p from the S decaying states to these, (S, M).
        p: The prime.

    Returns:
        An echelon basis (M, M) and its pivots (M,), −1 beyond its end; and for each of
        at most S + M rows in the order of their making whether it was new (the first S
        are those of ``leaks``, the others the basis' rows times H).
    """
    s, n = leaks.shape
    basis = np.zeros((n, n), dtype=np.uint64)
    pivots = np.full(n, -1)
    grown = np.zeros(s + n, dtype=np.bool_)
    row = np.zeros(n, dtype=np.uint64)
    rank = 0
    made = 0
    while made < s + rank and rank < n:
        for j in range(n):
            row[j] = leaks[made, j] if made < s else 0
        if made >= s:
            for k in range(n):
                factor = basis[made - s, k]
                if factor:
                    for j in range(n):
                        row[j] = (row[j] + factor * inner[k, j]) % p
        pivot = reduce_row(row, basis, pivots, p)
        if pivot >= 0:
            grown[made] = True
            for j in range(n):
                basis[rank, j] = row[j]
            pivots[rank] = pivot
            rank += 1
        made += 1
    return basis, pivots, grown


@njit()
def unseen(basis, pivots, p):
    """Return which unit rows are not in the span of an echelon basis (M, M), (M,)."""
    m = pivots.size
    out = np.zeros(m, dtype=np.bool_)
    row = np.zeros(m, dtype=np.uint64)
    for k in range(m):
        for j in range(m):
            row[j] = 1 if j == k else 0
        out[k] = reduce_row(row, basis, pivots, p) >= 0
    return out


@njit()
def dark_hamiltonian(inner, basis, pivots, p):
    """Return H on the null space of an echelon basis, (D, D)."""
    m = pivots.size
    free = np.zeros(m, dtype=np.int64)
    d = 0
    for j in range(m):
        is_free = True
        for r in range(m):
            is_free &= pivots[r] != j
        if is_free:
            free[d] = j
            d += 1
    vectors = np.zeros((m, d), dtype=np.uint64)
    for column in range(d):
        vectors[free[column], column] = 1
        for r in range(m - d - 1, -1, -1):
            total = np.uint64(0)
            for j in range(m):
                if j != pivots[r]:
                    total = (total + basis[r, j] * vectors[j, column]) % p
            vectors[pivots[r], column] = (p - total) % p
    out = np.zeros((d, d), dtype=np.uint64)
    for row in range(d):
        for j in range(m):
            factor = inner[free[row], j]
            if factor:
                for column in range(d):
                    more = factor * vectors[j, column]
                    out[row, column] = (out[row, column] + more) % p
    return out


@njit()
def mark_resolvent(h, half_decay, p, reaches):
    """Mark where (z − B)⁻¹, B = −iH − Γ/2, is not 0 for some z, in ``reaches`` (N, N).

    An entry (i, t) that is 0 for every z says that |t⟩ never gets to i before a jump.
    """
    n = h.shape[0]
    minus = p - imaginary_unit(p)
    powers = np.zeros(EXPONENTS, dtype=np.uint64)
    probe = np.uint64(PROBE)
    left = np.zeros((n, n), dtype=np.uint64)
    found = False
    while not found:
        for i in range(n):
            for j in range(n):
                left[i, j] = (p - minus * h[i, j] % p) % p
            left[i, i] = (left[i, i] + probe) % p
            left[i, i] = (left[i, i] + residue(half_decay[i], powers, p)) % p
        found = invert(left, p)
        probe += np.uint64(1)
    for i in range(n):
        for j in range(n):
            reaches[i, j] |= left[i, j] != 0


@njit()
def invert(a, p):
    """Invert ``a`` (N, N) in place by Gauss and Jordan; return whether it could be."""
    n = a.shape[0]
    swapped = np.zeros(n, dtype=np.int64)
    for c in range(n):
        pivot = c
        while pivot < n and a[pivot, c] == 0:
            pivot += 1
        if pivot == n:
            return False
        swapped[c] = pivot
        if pivot != c:
            for j in range(n):
                a[pivot, j], a[c, j] = a[c, j], a[pivot, j]
        scale = inverse(a[c, c], p)
        a[c, c] = 1
        for j in range(n):
            a[c, j] = a[c, j] * scale % p
        for r in range(n):
            factor = a[r, c]
            if r != c and factor:
                negative = p - factor
                a[r, c] = 0
                for j in range(n):
                    a[r, j] = (a[r, j] + negative * a[c, j]) % p
    for c in range(n - 1, -1, -1):
        if swapped[c] != c:
            for j in range(n):
                a[j, c], a[j, swapped[c]] = a[j, swapped[c]], a[j, c]
    return True


@njit()
def closed_classes(reaches, feed, bright):
    """Return the number of each landing's closed class, or −1, (N,).

    From a landing t the next is k where the wait gets to some s, ``reaches[s, t]``,
    with ``feed[k, s]`` > 0; from one that is not ``bright`` there may be none.
    """
    n = bright.size
    landing = np.zeros(n, dtype=np.bool_)
    leads = np.zeros((n, n), dtype=np.bool_)
    for k in range(n):
        for s in range(n):
            if feed[k, s] > 0.0:
                landing[k] = True
                for t in range(n):
                    leads[t, k] |= reaches[s, t]
    for m in range(n):
        for t in range(n):
            if leads[t, m]:
                for k in range(n):
                    leads[t, k] |= leads[m, k]
    classes = np.full(n, -1)
    count = 0
    for t in range(n):
        if not landing[t] or classes[t] >= 0:
            continue
        closed = True
        for k in range(n):
            if k == t or leads[t, k]:
                closed &= bright[k] and (k == t or leads[k, t])
        if closed:
            for k in range(n):
                if k == t or leads[t, k]:
                    classes[k] = count
            count += 1
    return classes
