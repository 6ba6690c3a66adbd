"""The 2 × 2 transfer matrix of a ring, its eigenvalues and the trace of its powers.

With a = e^{βJ + βh}, b = e^{βJ − βh} and c = e^{−βJ}, all divided by the largest,

    λ± = (a + b)/2 ± r,   r² = ((a − b)/2)² + c²,   λ₊ λ₋ = ab − c² ∝ sinh 2βJ.

The formulas below are written as sums of positive terms, each for where it is one:
neither small heat capacities nor large susceptibilities come as differences.
"""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.statmech.exact.jets import FloatArray, Jet
from spacewheat_sim.statmech.ising.thermodynamics import Conditions, MethodLimitError

# ln cosh √u and (artanh √w)² by their series; above, their formulas do not cancel.
_SMALL = 1e-3
_LOG_COSH = np.array([0.0, 1 / 2, -1 / 12, 1 / 45, -17 / 2520, 31 / 14175])
_ARTANH_SQUARE = np.array([0.0, 1.0, 2 / 3, 23 / 45, 44 / 105, 563 / 1575])

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
        self._energy = J + h if self._aligned else -J
        self.top = beta * self._energy
        a, b = self._entry(J + h, 1.0).exp(), self._entry(J - h, -1.0).exp()
        self._c = self._entry(-J, 0.0).exp()
        self._half = (a - b) * 0.5
        self._sum = a + b
        square = self._half * self._half + self._c * self._c
        if not square.value > 0.0:
            # Two states of equal weight: their splitting is below 1e-154.
            raise MethodLimitError(
                f"The closed form of the chain cannot be used at T = {conditions.T:g}: "
                "its correlation length exceeds 1e154 sites; raise T, or use method "
                "'transfer_matrix'"
            )
        self._root = square.sqrt()
        self._square = square

    def log_largest(self) -> Jet:
        """Return ln λ₊ as ln(1 + small)."""
        if self._aligned:
            # (λ₊ − a)(λ₊ − b) = c², and a is 1.
            small = self._c * self._c / (self._half + self._root)
        else:
            # c is 1, and √(1 + δ²) − 1 = δ²/(1 + √(1 + δ²)).
            delta = self._half
            small = delta * delta / (Jet.constant(1.0) + self._root)
            small = small + self._sum * 0.5
        return small.log1p()

    def log_trace(self, L: int) -> Jet:
        """Return ln(λ₊^L + λ₋^L)."""
        whole = self.log_largest() * float(L)
        if abs(self._at.beta * self._at.J) < _NO_COUPLING:
            return whole
        if self._at.J < 0.0 and L % 2:
            return whole + log_one_minus_exp(self._log_ratio() * float(L))
        near = self._near_equal(L)
        if near is not None:
            return near
        return whole + (self._log_ratio() * float(L)).exp().log1p()

    def magnetization(self, L: int | None) -> float:
        """Return m of L spins, or of infinitely many.

        m = sinh βh / √(sinh² βh + e^{−4βJ}) · (λ₊^L − λ₋^L)/(λ₊^L + λ₋^L).
        """
        beta, J = self._at.beta, self._at.J
        x = beta * abs(self._at.h)
        if x == 0.0:
            return 0.0
        log_sinh = x + math.log(-0.5 * math.expm1(-2.0 * x))
        m = self._sign / math.hypot(1.0, math.exp(min(-2.0 * beta * J - log_sinh, 700)))
        if L is None or abs(beta * J) < _NO_COUPLING:
            return m
        power = L * float(self._log_ratio().value)
        share = -math.expm1(power) / (1.0 + math.exp(power))
        return m / share if J < 0.0 and L % 2 else m * share

    def _entry(self, energy: float, spin: float) -> Jet:
        """Return the logarithm of an entry of that −E and σ."""
        above = energy - self._energy
        turn = self._sign * self._at.beta * (spin - abs(self.spin))
        return Jet(
            np.asarray(self._at.beta * above), np.array([above, turn]), np.zeros(2)
        )

    def _log_determinant(self) -> Jet:
        """Return ln|λ₊ λ₋|: 2 sinh 2β|J| less two times the largest entry."""
        size = abs(self._at.J)
        twice = self._entry(size, 0.0) + self._entry(size, 0.0)
        rate = np.array([-4.0 * size, 0.0])
        exponent = Jet(np.asarray(self._at.beta * rate[0]), rate, np.zeros(2))
        return twice + log_one_minus_exp(exponent)

    def _log_ratio(self) -> Jet:
        """Return ln|λ₋/λ₊|."""
        largest = self.log_largest()
        gap = (self._root * 2.0 if self._at.J > 0.0 else self._sum) / largest.exp()
        if gap.value < 0.5:
            return (gap * -1.0).log1p()
        return self._log_determinant() - largest * 2.0

    def _near_equal(self, L: int) -> Jet | None:
        """Return ln(2 |λ₊ λ₋|^{L/2} cosh Ly) where Ly < 1, else None.

        y = ½ ln(λ₊/|λ₋|) = artanh of r and (a + b)/2, the smaller over the larger. When
        L is even or J > 0 the trace is even in y; the two eigenvalues are not.
        """
        mean = self._sum * 0.5
        above, below = self._square, mean * mean
        if self._at.J < 0.0:
            above, below = below, above
        ratio = above / below
        if L * math.atanh(min(0.999, math.sqrt(ratio.value))) >= 1.0:
            return None
        angle = artanh_square(ratio) * float(L * L)
        halves = self._log_determinant() * (0.5 * L)
        return halves + log_cosh_root(angle) + Jet.constant(math.log(2.0))


def log_one_minus_exp(x: Jet) -> Jet:
    """Return ln(1 − e^x) for x < 0."""
    power, rest = np.exp(x.value), -np.expm1(x.value)
    return x.compose(np.log(rest), -power / rest, -power / rest / rest)


def log_cosh_root(u: Jet) -> Jet:
    """Return ln cosh √u, a smooth function of u ≥ 0."""
    if u.value < _SMALL:
        return _series(_LOG_COSH, u)
    s = np.sqrt(u.value)
    tanh = np.tanh(s)
    bend = (s * (1.0 - tanh**2) - tanh) / (4.0 * s**3)
    return u.compose(np.log(np.cosh(s)), tanh / (2.0 * s), bend)


def artanh_square(w: Jet) -> Jet:
    """Return (artanh √w)², a smooth function of 0 ≤ w < 1."""
    if w.value < _SMALL:
        return _series(_ARTANH_SQUARE, w)
    root, rest = np.sqrt(w.value), 1.0 - w.value
    angle = np.arctanh(root)
    slope = angle / root / rest
    bend = (1.0 / rest - angle / root) / (2.0 * w.value * rest) + slope / rest
    return w.compose(angle**2, slope, bend)


def _series(coefficients: FloatArray, x: Jet) -> Jet:
    slopes = np.polynomial.polynomial.polyder(coefficients)
    bends = np.polynomial.polynomial.polyder(slopes)
    at = [
        np.asarray(np.polynomial.polynomial.polyval(x.value, c), dtype=np.float64)
        for c in (coefficients, slopes, bends)
    ]
    return x.compose(at[0], at[1], at[2])
