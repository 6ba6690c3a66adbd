"""The no-jump evolution's Laplace transform as a ratio of polynomials.

    (s − B)⁻¹ = Σ_k s^k N_k / a(s),   B = −iH − Γ/2,

has coefficients by the recursion of Faddeev and Leverrier. So all integrals over time
are, by Parseval's theorem, combinations of 2n moments of 1/|a(iω)|²:

    X_t = Σ_kl C_k |t⟩⟨t| C_l† m_{k+l},   C_k = i^k N_k,
    m_j = (1/2π) ∫ ω^j / |a(iω)|² dω.

The moments obey 2n real linear equations: the zeros of q(ω) = a(iω) lie above the real
axis and those of q* below, so ∫ ω^j q / |q|² dω = ∫ ω^j / q* dω, closed above, is 0 for
j ≤ n − 2 and for j = n − 1 what the arc leaves. Nothing iterates and nothing depends on
how the modes lie, at the price of digits: they are doubled until that changes nothing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from spacewheat_sim.quantum.steady.decimals import Numbers, Pair, decimals
from spacewheat_sim.quantum.steady.part import Part


class Resolvent(NamedTuple):
    """(iω − B)⁻¹ = Σ_k ω^k C_k / a(iω) and the moments of 1/|a(iω)|².

    Attributes:
        columns: The columns of C_k for the landings, n pairs of (n, c).
        moments: m_j, 2n numbers.
    """

    columns: list[Pair]
    moments: list[Decimal]

    @classmethod
    def of(cls, part: Part) -> Resolvent | None:
        """Return that of a part, or None where the present digits do not suffice."""
        energies = decimals(part.hamiltonian.diagonal().real)
        re = decimals(part.hamiltonian.imag)
        im = -decimals(part.hamiltonian.real)
        np.fill_diagonal(re, decimals(part.decay / -2))
        np.fill_diagonal(im, energies[0] - energies)
        coefficients, polynomial = _leverrier((re, im))
        moments = _moments(polynomial)
        if moments is None:
            return None
        columns = [(r[:, part.starts], i[:, part.starts]) for r, i in coefficients]
        return cls([_turned(c, k) for k, c in enumerate(columns)], moments)

    def times(self) -> Numbers:
        """Return M_it = Σ_kl m_{k+l} Re (C_k)_it (C_l)_it*, (n, c)."""
        sums: list[Any] = [0] * len(self.moments)
        for k, (re, im) in enumerate(self.columns):
            sums[2 * k] += re * re + im * im
            for m, (other_re, other_im) in enumerate(self.columns[:k]):
                sums[k + m] += 2 * (re * other_re + im * other_im)
        return np.asarray(sum(w * s for w, s in zip(self.moments, sums, strict=True)))

    def forms(self) -> Pair:
        """Return F with (X_R)_ii = Σ_tu F_itu R_tu from every state, (n, n, n).

        F_itu = Σ_kl m_{k+l} (C_k)_it (C_l)_iu*.
        """
        total: list[Any] = [0, 0]
        for k, (re, im) in enumerate(self.columns):
            inner_re, inner_im = self._weighted(k)
            left_re, left_im = re[:, :, None], im[:, :, None]
            right_re, right_im = inner_re[:, None, :], inner_im[:, None, :]
            total[0] += left_re * right_re + left_im * right_im
            total[1] += left_im * right_re - left_re * right_im
        return total[0], total[1]

    def density(self, landings: Numbers) -> Pair:
        """Return Σ_t f_t X_t = Σ_kl m_{k+l} C_k F C_l†, (n, n)."""
        n = len(self.columns)
        total: list[Any] = [0, 0]
        for k, (re, im) in enumerate(self.columns):
            inner_re, inner_im = self._weighted(k)
            right_re, right_im = (landings * inner_re).T, (landings * inner_im).T
            total[0] += re @ right_re + im @ right_im
            total[1] += im @ right_re - re @ right_im
        return total[0].reshape(n, n), total[1].reshape(n, n)

    def _weighted(self, k: int) -> Pair:
        """Return Σ_l m_{k+l} C_l, (n, c)."""
        total: list[Any] = [0, 0]
        for m, (re, im) in enumerate(self.columns):
            total[0] += self.moments[k + m] * re
            total[1] += self.moments[k + m] * im
        return total[0], total[1]


def _leverrier(b: Pair) -> tuple[list[Pair], list[Pair]]:
    """Return the N_k and the coefficients a_k, k = 0 … n, of (s − B)⁻¹.

    N_{n−1} = 1, a_n = 1, N_{k−1} = BN_k + a_k, a_k = −tr(BN_k)/(n − k).
    """
    n = len(b[0])
    one, zero = Decimal(1), Decimal(0)
    unit = np.array([[one if i == j else zero for j in range(n)] for i in range(n)])
    matrices: list[Pair] = [(unit, 0 * unit)]
    polynomial: list[Pair] = [(one, zero)]
    for k in range(n - 1, -1, -1):
        re, im = _sparse_product(b, matrices[-1])
        a_re, a_im = -re.trace() / (n - k), -im.trace() / (n - k)
        polynomial.append((a_re, a_im))
        if k:
            matrices.append((re + a_re * unit, im + a_im * unit))
    return matrices[::-1], polynomial[::-1]


def _sparse_product(b: Pair, right: Pair) -> Pair:
    """Return b times a matrix, passing over the zeros of b."""
    re, im = np.zeros_like(right[0]), np.zeros_like(right[1])
    for part, own, other, sign in ((b[0], re, im, 1), (b[1], im, re, -1)):
        for i, k in zip(*np.nonzero(part), strict=True):
            own[i] += part[i, k] * right[0][k]
            other[i] += sign * part[i, k] * right[1][k]
    return re, im


def _turned(pair: Pair, k: int) -> Pair:
    """Return i^k z."""
    re, im = pair
    return ((re, im), (-im, re), (-re, -im), (im, -re))[k % 4]


def _moments(polynomial: list[Pair]) -> list[Decimal] | None:
    """Return m_0 … m_{2n−1} from Σ_k q_k m_{j+k} = δ_{j,n−1} / (2i q_n*)."""
    n = len(polynomial) - 1
    q = [_turned(a, k) for k, a in enumerate(polynomial)]
    system = np.full((2 * n, 2 * n + 1), Decimal(0))
    last = _turned((Decimal(0), Decimal("-0.5")), n)
    for part in (0, 1):
        for j in range(n):
            system[part * n + j, j : j + n + 1] = [z[part] for z in q]
        system[part * n + n - 1, 2 * n] = last[part]
    return _solved(system)


def _solved(system: Numbers) -> list[Decimal] | None:
    """Solve equations (m, m + 1) by elimination; None where they look singular."""
    m = len(system)
    for c in range(m):
        pivot = c + int(np.argmax(np.abs(system[c:, c])))
        if not system[pivot, c]:
            return None
        if pivot != c:
            system[[c, pivot]] = system[[pivot, c]]
        for r in range(c + 1, m):
            if system[r, c]:
                factor = system[r, c] / system[c, c]
                system[r, c + 1 :] -= factor * system[c, c + 1 :]
    found = [Decimal(0)] * m
    for c in range(m - 1, -1, -1):
        known = sum(
            (system[c, k] * found[k] for k in range(c + 1, m)), start=Decimal(0)
        )
        found[c] = (system[c, m] - known) / system[c, c]
    return found
