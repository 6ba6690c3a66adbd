"""How many jumps go through some channels in a long time T.

The generating function grows as ⟨e^{s n}⟩ ~ e^{θ(s) T}, where θ(s) is the leading
eigenvalue of L with the counted feed C times e^s. Its derivatives at s = 0 are the
cumulants of n per second.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import linalg, optimize

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.analysis.no_jump import NoJump, find_no_jump
from spacewheat_sim.quantum.analysis.static_bath import StaticBath

# Newton steps for θ; as shares of θ or of B's slowest rate, a step that is rounding,
# and the largest that may be left where rounding allows no smaller one.
MOST_STEPS = 100
ROUNDING = 1e-14
ACCURACY = 1e-9
# Solves for eigenvectors from those at another θ, and the relative error of the
# eigenvalue at which these are as good.
MOST_REFINEMENTS, AGREED = 4, 1e-12
# Largest |s|: e^s is to stay far from overflow in products.
LARGEST_FIELD = 300.0


class _Radius(NamedTuple):
    """The spectral radius λ of W_s M(θ), and its derivatives.

    Attributes:
        radius: λ.
        by_theta: dλ/dθ in s.
        by_field: dλ/ds.
        vectors: The right and the left eigenvector, (C,) each.
    """

    radius: float
    by_theta: float
    by_field: float
    vectors: tuple[FloatArray, FloatArray]


class Counting:
    """Counting statistics of the channels with the feed C_ts, from the steady state."""

    def __init__(self, bath: StaticBath, counted: FloatArray) -> None:
        """Take a bath and the counted part (N, N) of its feed W, in 1/s.

        Raises:
            ArgumentError: the bath has several steady states.
        """
        self._bath, self._counted = bath, counted
        self.is_dark = bath.is_dark
        self.mean = float((counted @ bath.steady.diagonal().real).sum())
        recurrent = bath.structure.recurrent
        # Others may last longer, but the steady state never comes to them.
        own = np.flatnonzero(bath.structure.reaches[:, recurrent].any(axis=1))
        self._own, self._landings = own, np.flatnonzero(recurrent[own])

    @cached_property
    def _waits(self) -> tuple[NoJump, FloatArray]:
        """The no-jump evolution of the steady state, and 1/Σ_i Γ_i M_it(0), (C,).

        These are 1, and as M is rounded it is so alike at all z: with them θ(0) is 0,
        and θ keeps its digits where it is far below all rates.

        Raises:
            RunError: some wait is longer than doubles can tell.
        """
        no_jump = find_no_jump(self._bath.flows.among(self._own))
        if not no_jump.slowest < 0.0:
            raise RunError(
                "θ is not known to 1e-9: some waits last too long beside these "
                "energies and rates"
            )
        times = np.real(no_jump.times(0.0))[:, self._landings]
        return no_jump, 1.0 / (self._bath.decay[self._own] @ times)

    @cached_property
    def _uncounted(self) -> tuple[FloatArray, FloatArray]:
        """Eigenvectors of W M(0): the steady state's landings, and 1, (C,) each."""
        landed = self._bath.feed @ self._bath.steady.diagonal().real
        right = landed[self._own[self._landings]]
        return right, np.ones_like(right)

    def cumulants(self, order: int) -> FloatArray:
        """Return the first ``order`` cumulants of n per second, (order,).

        With L r₀ = 0 and r_n the n-th derivative of the leading eigenvector,

            θ_n = Σ_{k=1}^n C(n, k) tr C r_{n−k},
            L r_n = Σ_{k=1}^n C(n, k) (θ_k − C) r_{n−k},    tr r_n = 0.

        Raises:
            RunError: as :meth:`.Resolvent.solve`.
        """
        theta = np.zeros(order)
        if self.is_dark or order == 0 or self.mean == 0.0:
            return theta
        resolvent = self._bath.resolvent(0.0)
        vectors: list[ComplexArray] = [self._bath.steady]
        flows = [self._counted @ vectors[0].diagonal().real]
        for n in range(1, order + 1):
            theta[n - 1] = sum(
                math.comb(n, k) * flows[n - k].sum() for k in range(1, n + 1)
            )
            if n == order:
                break
            right = sum(
                math.comb(n, k)
                * (theta[k - 1] * vectors[n - k] - np.diag(flows[n - k]))
                for k in range(1, n + 1)
            )
            vectors.append(resolvent.solve(-np.asarray(right)))
            flows.append(self._counted @ vectors[n].diagonal().real)
        return theta

    def scgf(self, s: float) -> tuple[float, float]:
        """Return θ(s) in 1/s and its slope dθ/ds.

        θ is where the largest eigenvalue of W_s M(θ) is 1, M the landing matrix. It
        falls like a power of what θ is above the slowest decay of a wait, where M
        diverges: Newton's steps are taken in the logarithms of both.

        Raises:
            ArgumentError: |s| is above 300.
            RunError: θ is not found to rounding.
        """
        if not abs(s) <= LARGEST_FIELD:
            raise ArgumentError(
                f"Argument `s` must be between ±{LARGEST_FIELD:g}, but is {s:g}"
            )
        if self.is_dark or self.mean == 0.0:
            return 0.0, 0.0
        among = np.ix_(self._own[self._landings], self._own)
        tilted = self._tilted(s)[among]
        counted = math.exp(s) * self._counted[among]
        floor = self._waits[0].slowest
        # Far above all rates M has no digits: what is larger is approached from below.
        guess = min(math.expm1(s) * self.mean, float(self._bath.decay.max()))
        theta = max(guess, 0.5 * floor)
        last, vectors = math.inf, self._uncounted
        for _ in range(MOST_STEPS):
            found = self._radius(tilted, counted, theta, vectors)
            vectors = found.vectors
            step = -math.log(found.radius) * found.radius / found.by_theta
            share = abs(step) / max(abs(theta), -floor)
            # A smaller step is rounding, and may be more than all of θ.
            if share <= ROUNDING or last <= share <= ACCURACY:
                return theta, -found.by_field / found.by_theta
            last, above = share, theta - floor
            theta = floor + above * math.exp(max(min(step / above, 1.0), -1.0))
            if theta - floor <= -ROUNDING * floor:
                # Counted jumps are so rare that θ is that of none at all.
                return theta, -found.by_field / found.by_theta
        raise RunError(f"θ({s:g}) is not known to 1e-9: it lies too far from all rates")

    def _tilted(self, s: float) -> FloatArray:
        """Return W_s, the feed with the counted part times e^s, (N, N).

        It is W to the last digit at s = 0, and what is left of counted jumps is not
        rounded away where e^s is small.
        """
        if s > -1.0:
            return self._bath.feed + math.expm1(s) * self._counted
        return self._bath.feed - self._counted + math.exp(s) * self._counted

    def _radius(
        self,
        tilted: FloatArray,
        counted: FloatArray,
        theta: float,
        before: tuple[FloatArray, FloatArray],
    ) -> _Radius:
        """Return the spectral radius of W_s M(θ) with its derivatives.

        ``before`` are its eigenvectors at another θ or s.
        """
        (no_jump, scales), own = self._waits, self._landings
        times = np.real(no_jump.times(theta))[:, own] * scales
        matrix = tilted @ times
        right, left = _refined(matrix, *before) or _leading(matrix)
        starts = np.zeros(self._own.size)
        starts[own] = scales * right
        # −dM/dθ f = diag ∫ τ e^{−θτ} e^{Bτ} diag(f) e^{B†τ} dτ
        by_theta = -float(left @ tilted @ no_jump.spent(starts, theta, 1))
        by_field = float(left @ counted @ times @ right)
        radius = float(left @ matrix @ right)
        return _Radius(radius, by_theta, by_field, (right, left))

    def rate_function(self, x: float) -> float:
        """Return I(x) = sup_s (s x − θ(s)) in 1/s: P(n/T ≈ x) ~ e^{−I(x) T}.

        Raises:
            ArgumentError: ``x`` is below 0.
        """
        if not x >= 0.0:
            raise ArgumentError(
                f"Argument `x` must be a rate of 0 /s or more, but is {x}"
            )
        if self.is_dark or self.mean == 0.0:
            return 0.0 if x == 0.0 else math.inf
        if x == 0.0:
            return -self.scgf(-LARGEST_FIELD / 4)[0]
        low, high = -1.0, 1.0
        while self.scgf(low)[1] > x and low > -LARGEST_FIELD:
            low = max(2 * low, -LARGEST_FIELD)
        while self.scgf(high)[1] < x and high < LARGEST_FIELD:
            high = min(2 * high, LARGEST_FIELD)
        if not self.scgf(low)[1] <= x <= self.scgf(high)[1]:
            raise ArgumentError(
                f"A rate of {x:g} /s is beyond what |s| ≤ {LARGEST_FIELD:g} reaches"
            )
        s = float(optimize.brentq(lambda v: self.scgf(v)[1] - x, low, high, xtol=1e-12))
        return max(s * x - self.scgf(s)[0], 0.0)


def _leading(matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the right and the left eigenvector of the largest eigenvalue of A ≥ 0.

    Rows that e^s has scaled far from the others are balanced first. Modes of eigenvalue
    0 may coincide: the left vector is orthogonal to all others whether they do or not.
    """
    with np.errstate(invalid="ignore"):  # scales cast to whole numbers, of no use here
        balanced, (scales, _) = linalg.matrix_balance(
            matrix, permute=False, separate=True
        )
    values, rights = np.linalg.eig(balanced)
    best = int(np.argmax(values.real))
    own = np.linalg.lstsq(rights.T, np.eye(len(matrix))[best])[0]
    right, left = scales * np.abs(rights[:, best]), np.abs(own) / scales
    return right, left / (left @ right)


def _refined(
    matrix: FloatArray, right: FloatArray, left: FloatArray
) -> tuple[FloatArray, FloatArray] | None:
    """Return the leading eigenvectors of A ≥ 0 from some near them, or None.

    Each solve with A − λ, λ = l A r / l r, leaves the third power of their errors. Of a
    positive r the leading eigenvalue is between the least and the largest (A r)_i/r_i,
    as of l: where these agree, they are what was sought.
    """
    one = np.eye(len(matrix))
    for _ in range(MOST_REFINEMENTS):
        with np.errstate(all="ignore"):
            value = float(left @ matrix @ right / (left @ right))
            ratios = matrix @ right / right, left @ matrix / left
            if all(np.abs(own - value).max() <= AGREED * value for own in ratios):
                return right, left / (left @ right)
            try:
                inverse = np.linalg.inv(matrix - value * one)
            except np.linalg.LinAlgError:
                return None
            right, left = np.abs(inverse @ right), np.abs(left @ inverse)
            right, left = right / right.sum(), left / left.sum()
    return None
