"""The 2 × 2 transfer matrix of a ring, its eigenvalues and the trace of its powers.

With a = e^{βJ + βh}, b = e^{βJ − βh} and c = e^{−βJ}, all divided by the largest,

    λ± = (a + b)/2 ± r,   r² = ((a − b)/2)² + c²,   λ₊ λ₋ = ab − c² ∝ sinh 2βJ.

The formulas below are written as sums of positive terms, each for where it is one, and
what may leave the floats stays a logarithm: neither small heat capacities nor large
susceptibilities come as differences.
"""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from spacewheat_sim.statmech.exact.jets import Jet
from spacewheat_sim.statmech.exact.smooth_roots import (
    artanh_square,
    log_artanh_ratio,
    log_cosh_root,
    log_one_minus_exp,
    log_sinh_ratio,
)
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, MethodLimitError

# Couplings below are none: the smaller eigenvalue is 0.
_NO_COUPLING = 1e-100


class RingMatrix:
    """The matrix [[a, c], [c, b]] as jets, for a field of |h|.

    Moments are counted from the largest entry's configuration: it is 1 and constant.

    Attributes:
        top: Logarithm of the largest entry.
        bond: σσ′ of the configuration that moments are counted from.
        spin: Its σ.
    """

    def __init__(self, conditions: Conditions) -> None:
        beta, J, h = conditions.beta, conditions.J, abs(conditions.h)
        self._at = conditions
        self._sign = math.copysign(1.0, conditions.h)
        self._aligned = J + h >= -J
        self.bond = 1.0 if self._aligned else -1.0
        self.spin = self._sign if self._aligned else 0.0
        self.top = beta * (J + h if self._aligned else -J)
        # −E of the entries a, b, c from the largest, whose difference is taken first.
        up = 0.0 if self._aligned else 2.0 * J + h
        self._up = self._linear(up, 0.0 if self._aligned else self._sign)
        self._turned = self._linear(-2.0 * h, -2.0 * self._sign)  # ln b/a
        mixed = -2.0 * J - h if self._aligned else 0.0
        self._mixed = self._linear(mixed, -self._sign if self._aligned else 0.0)
        a, self._c = self._up.exp(), self._mixed.exp()
        b = self._down = (self._up + self._turned).exp()
        # 1 − b/a would lose the digits of a weak field.
        lost = Jet(-np.expm1(self._turned.value), *self._slopes(self._turned, -1.0))
        self._half = a * lost * 0.5
        self._sum = a + b
        self._square = self._half * self._half + self._c * self._c

    @cached_property
    def _root(self) -> Jet:
        if not self._square.value > 0.0:
            # Two states of equal weight: their splitting is below 1e-154.
            raise MethodLimitError(
                "The closed form of the infinite chain cannot be used at T = "
                f"{self._at.T:g}: its correlation length exceeds 1e154 sites; raise T, "
                "or take a finite ring"
            )
        return self._square.sqrt()

    def log_largest(self) -> Jet:
        """Return ln λ₊ as ln(1 + small)."""
        if self._aligned:
            # (λ₊ − a)(λ₊ − b) = c², and a is 1.
            small = self._c * (self._c / (self._half + self._root))
        else:
            # c is 1, and √(1 + δ²) − 1 = δ²/(1 + √(1 + δ²)).
            delta = self._half
            small = delta * delta / (Jet.constant(1.0) + self._root)
            small = small + self._sum * 0.5
        return small.log1p()

    def log_trace(self, L: int) -> Jet:
        """Return ln(λ₊^L + λ₋^L)."""
        if L == 1:
            # λ₊ + λ₋ = a + b: a spin that is its own neighbor never sees c.
            return self._log_sum()
        if L == 2:
            # Likewise a + b never comes with c alone; b alone would have to cancel.
            squares = [entry * entry for entry in (self._up.exp(), self._down, self._c)]
            return (squares[0] + squares[1] + squares[2] * 2.0).log()
        if abs(self._at.beta * self._at.J) < _NO_COUPLING:
            return self.log_largest() * float(L)
        near = self._near_equal(L)
        if near is not None:
            return near
        whole = self.log_largest() * float(L)
        ratio = self._log_ratio() * float(L)
        if self._is_frustrated(L):
            return whole + log_one_minus_exp(ratio)
        return whole + ratio.exp().log1p()

    def magnetization(self, L: int | None) -> float:
        """Return m of L spins, or of infinitely many.

        (a − b)/2r · (λ₊^L − λ₋^L)/(λ₊^L + λ₋^L), with a − b = (a + b) tanh βh: as sums
        of positive terms, and without exponents that cancel.
        """
        if self._at.h == 0.0:
            return 0.0
        mean = 0.5 * float(self._sum.value)
        root = math.hypot(float(self._half.value), float(self._c.value))
        if self._at.J > 0.0:
            share = _tanh_of_multiple(L, root / mean) * (mean / root)
        elif L is not None and self._is_frustrated(L):
            z = mean / root
            share = z / _tanh_of_multiple(L, z) if z > 1e-150 else 1.0 / L
        else:
            share = _tanh_of_multiple(L, mean / root) * (mean / root)
        m = math.tanh(self._at.beta * abs(self._at.h)) * share
        # Rounding may leave it just above 1.
        return math.copysign(min(1.0, m), self._at.h) if m > 0.0 else 0.0

    def _is_frustrated(self, L: int) -> bool:
        return self._at.J < 0.0 and L % 2 == 1

    def _linear(self, rate: float, turn: float) -> Jet:
        """Return β · rate, whose slope in h is β · turn."""
        beta = self._at.beta
        return Jet(np.asarray(beta * rate), np.array([rate, beta * turn]), np.zeros(2))

    def _slopes(self, x: Jet, sign: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the derivatives of ``sign`` · e^x for a linear x."""
        e = sign * math.exp(float(x.value))
        return e * x.first, e * x.first**2

    def _log_sum(self) -> Jet:
        """Return ln(a + b), which leaves the floats long before a + b does."""
        return self._up + self._turned.exp().log1p()

    def _log_determinant(self) -> Jet:
        """Return ln|λ₊ λ₋|: 2 sinh 2β|J| less two times the largest entry."""
        rest = log_one_minus_exp(self._linear(-4.0 * abs(self._at.J), 0.0))
        if self._at.J < 0.0:
            return self._mixed * 2.0 + rest
        return self._up * 2.0 + self._turned + rest

    def _log_ratio(self) -> Jet:
        """Return ln|λ₋/λ₊|."""
        largest = self.log_largest()
        gap = (self._root * 2.0 if self._at.J > 0.0 else self._sum) / largest.exp()
        if gap.value < 0.5:
            return (gap * -1.0).log1p()
        return self._log_determinant() - largest * 2.0

    def _near_equal(self, L: int) -> Jet | None:
        """Return ln(2 |λ₊ λ₋|^{L/2} cosh Ly) where Ly < 1, else None.

        y = ½ ln(λ₊/|λ₋|) = artanh of r and (a + b)/2, the smaller over the larger. The
        two eigenvalues are not even in y, their trace is. On a frustrated ring it is
        the sinh, with a factor of y that may be anything down to 0: its logarithm is
        taken apart.
        """
        mean = self._sum * 0.5
        above, below = self._square, mean * mean
        if self._at.J < 0.0:
            above, below = below, above
        ratio = above / below
        if L * math.atanh(min(0.999, math.sqrt(ratio.value))) >= 1.0:
            return None
        angle = artanh_square(ratio) * float(L * L)
        halves = self._log_determinant() * (0.5 * L) + Jet.constant(math.log(2.0))
        if not self._is_frustrated(L):
            return halves + log_cosh_root(angle)
        log_y = self._log_sum() - self._square.log() * 0.5 + log_artanh_ratio(ratio)
        log_y = log_y + Jet.constant(math.log(0.5 * L))
        return halves + log_y + log_sinh_ratio(angle)


def _tanh_of_multiple(L: int | None, x: float) -> float:
    """Return tanh(L artanh x) for 0 ≤ x ≤ 1, and its limit where L is None."""
    if L is None or x >= 1.0:
        return 1.0
    return math.tanh(L * math.atanh(x))
