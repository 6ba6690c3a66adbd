"""Smooth functions of u whose formulas hold √u, as jets that do not cancel near 0."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.statmech.exact.jets import Jet

# Below these arguments the series hold to rounding; above, the formulas do not cancel.
_SMALL = 1e-3
_SMALL_SINH = 0.3
_SMALL_ARTANH = 0.03
_LOG_COSH = np.array([0.0, 1 / 2, -1 / 12, 1 / 45, -17 / 2520, 31 / 14175])
_ARTANH_SQUARE = np.array([0.0, 1.0, 2 / 3, 23 / 45, 44 / 105, 563 / 1575])


def _log_series(coefficients: Sequence[float]) -> FloatArray:
    """Return the coefficients of ln Σ c_k x^k, c₀ = 1."""
    log = np.zeros(len(coefficients))
    for k in range(1, len(coefficients)):
        inner = [j * log[j] * coefficients[k - j] for j in range(1, k)]
        log[k] = coefficients[k] - math.fsum(inner) / k
    return log


_LOG_SINH = _log_series([1.0 / math.factorial(2 * k + 1) for k in range(14)])
_LOG_ARTANH = _log_series([1.0 / (2 * k + 1) for k in range(14)])


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


def log_sinh_ratio(u: Jet) -> Jet:
    """Return ln (sinh √u)/√u, a smooth function of u ≥ 0."""
    if u.value < _SMALL_SINH:
        return _series(_LOG_SINH, u)
    s = np.sqrt(u.value)
    coth = 1.0 / np.tanh(s)
    slope = (coth / s - 1.0 / u.value) / 2.0
    bend = (2.0 / u.value - coth / s - 1.0 / np.sinh(s) ** 2) / (4.0 * u.value)
    return u.compose(np.log(np.sinh(s) / s), slope, bend)


def artanh_square(w: Jet) -> Jet:
    """Return (artanh √w)², a smooth function of 0 ≤ w < 1."""
    if w.value < _SMALL:
        return _series(_ARTANH_SQUARE, w)
    root, rest = np.sqrt(w.value), 1.0 - w.value
    angle = np.arctanh(root)
    slope = angle / root / rest
    bend = (1.0 / rest - angle / root) / (2.0 * w.value * rest) + slope / rest
    return w.compose(angle**2, slope, bend)


def log_artanh_ratio(w: Jet) -> Jet:
    """Return ln (artanh √w)/√w, a smooth function of 0 ≤ w < 1."""
    if w.value < _SMALL_ARTANH:
        return _series(_LOG_ARTANH, w)
    return (artanh_square(w).log() - w.log()) * 0.5


def _series(coefficients: FloatArray, x: Jet) -> Jet:
    slopes = np.polynomial.polynomial.polyder(coefficients)
    bends = np.polynomial.polynomial.polyder(slopes)
    at = [
        np.asarray(np.polynomial.polynomial.polyval(x.value, c), dtype=np.float64)
        for c in (coefficients, slopes, bends)
    ]
    return x.compose(at[0], at[1], at[2])
