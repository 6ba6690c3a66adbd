"""The decoherence factor where environment spins do not meet: a product over them.

What products and roots of floats lose in rounding is found by T. J. Dekker, Numerische
Mathematik 18, 224 (1971).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.spin_bath.model import SpinBath

# Overlaps held at once, and factors multiplied before the product is rescaled: below
# 16 of them, none smaller than rounding, nothing underflows.
BLOCK = 1 << 18
# Phases up to here may be rounded.
MANY_TURNS = 1e2
FACTORS = 16
# 2²⁷ + 1 splits 53 bits into halves whose products are exact.
_SPLITTER = 134217729.0


@dataclass(frozen=True)
class ScaledComplex:
    """Complex numbers of any smallness: ``mantissa`` · 2^``exponent``, both (T,)."""

    mantissa: ComplexArray
    exponent: FloatArray

    @property
    def value(self) -> ComplexArray:
        """The numbers themselves; what is below the range of a float is 0."""
        power = np.ldexp(1.0, np.maximum(self.exponent, -1100).astype(np.int64))
        return np.asarray(self.mantissa * power, dtype=np.complex128)

    @property
    def log_magnitude(self) -> FloatArray:
        """Natural logarithm of the magnitudes, −∞ for an exact 0."""
        size = np.abs(self.mantissa)
        logs = np.log(size, out=np.full(size.shape, -np.inf), where=size > 0)
        return np.asarray(logs + self.exponent * np.log(2.0), dtype=np.float64)


def spin_overlaps(bath: SpinBath, times: ArrayLike) -> ComplexArray:
    """Return ⟨e_k−(t)|e_k+(t)⟩ of each spin k, (n, T).

    With ω = √(g² + h²), both branches rotate by e^{−iωt m_±·σ}, m_± = (h, 0, ±g)/ω, so

        ⟨e_−|e_+⟩ = 1 − 2 g² s² − i [2 g s c ⟨Z⟩ + 2 g h s² ⟨Y⟩],

    s = sin(ωt)/ω, c = cos(ωt), with the means in the spin's start; cos(2gt) for h = 0
    and |+⟩. The chain J is not looked at.
    """
    t = np.asarray(times, dtype=np.float64)[None, :]
    g = bath.couplings[:, None]
    omega, sine, cosine = _rotations(g, bath.field, t)
    s = np.divide(sine, omega, out=np.zeros_like(sine), where=omega > 0.0)
    north, south = bath.spinors[:, :1], bath.spinors[:, 1:]
    z = np.abs(north) ** 2 - np.abs(south) ** 2
    y = 2.0 * (north.conj() * south).imag
    overlaps = np.empty(s.shape, dtype=np.complex128)
    overlaps.real = 1.0 - 2.0 * (g * s) ** 2
    overlaps.imag = -2.0 * g * s * (cosine * z + bath.field * s * y)
    return overlaps


def _rotations(
    g: FloatArray, field: float, t: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return ω = √(g² + h²), sin ωt and cos ωt, right after any number of turns."""
    omega = np.hypot(g, field)
    phase = omega * t
    sine, cosine = np.sin(phase), np.cos(phase)
    if np.max(np.abs(phase), initial=0.0) > MANY_TURNS:
        # Rounding of ω and of ωt is a phase of 10⁻⁷ at ωt = 10⁹.
        lost = product_error(omega, t) + root_error(g, field, omega) * t
        c, s = np.cos(lost), np.sin(lost)
        sine, cosine = sine * c + cosine * s, cosine * c - sine * s
    return omega, sine, cosine


def decoherence_factor(bath: SpinBath, times: ArrayLike) -> ScaledComplex:
    """Return r(t) = ⟨E_−(t)|E_+(t)⟩ = Π_k ⟨e_k−(t)|e_k+(t)⟩ for ``times`` (T,).

    Exact for any number of spins: small magnitudes keep their logarithm and phase.
    A chain J without a field h turns both branches alike and leaves r(t) as it is.

    Raises:
        ArgumentError: the bath has both a chain and a field.
    """
    if bath.chain and bath.field:
        raise ArgumentError(
            "Argument `bath` must have no chain coupling beside its field, but has "
            f"{bath.chain:g}: its spins do not evolve each on its own"
        )
    t = np.asarray(times, dtype=np.float64)
    step = max(1, BLOCK // bath.size)
    parts = [_product(bath, t[i : i + step]) for i in range(0, t.size, step)]
    return ScaledComplex(
        np.concatenate([part.mantissa for part in parts]),
        np.concatenate([part.exponent for part in parts]),
    )


def cosine_product(couplings: ArrayLike, times: ArrayLike) -> FloatArray:
    """Return r(t) = Π_k cos(2 g_k t), the closed form for h = 0 and |+⟩ⁿ, (T,)."""
    t = np.asarray(times, dtype=np.float64)
    r = np.ones(t.shape)
    # Equal couplings give one factor.
    for g, count in zip(*np.unique(couplings, return_counts=True), strict=True):
        phase = 2.0 * g * t
        lost = product_error(2.0 * g, t)
        cosine = np.cos(phase) * np.cos(lost) - np.sin(phase) * np.sin(lost)
        r *= cosine ** int(count)
    return r


def log_overlaps(bath: SpinBath, times: ArrayLike) -> FloatArray:
    """Return log |⟨e_k−(t)|e_k+(t)⟩| of each spin k, (n, T), −∞ for an exact 0."""
    size = np.abs(spin_overlaps(bath, times))
    logs = np.log(size, out=np.full(size.shape, -np.inf), where=size > 0)
    # Rounding may leave a magnitude just above 1.
    return np.minimum(logs, 0.0)


def _product(bath: SpinBath, times: FloatArray) -> ScaledComplex:
    overlaps = spin_overlaps(bath, times)
    mantissa = np.ones(times.size, dtype=np.complex128)
    exponent = np.zeros(times.size)
    for i in range(0, bath.size, FACTORS):
        mantissa = mantissa * np.multiply.reduce(overlaps[i : i + FACTORS], axis=0)
        _, power = np.frexp(np.maximum(np.abs(mantissa.real), np.abs(mantissa.imag)))
        mantissa = mantissa * np.ldexp(1.0, -power)
        exponent += power
    return ScaledComplex(mantissa, exponent)


def product_error(a: ArrayLike, b: ArrayLike) -> FloatArray:
    """Return ab less its rounded product, exactly, for |a|, |b| below 10¹⁵⁰."""
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    x_high, y_high = _high(x), _high(y)
    x_low, y_low = x - x_high, y - y_high
    cross = ((x_high * y_high - x * y) + x_high * y_low) + x_low * y_high
    return np.asarray(cross + x_low * y_low)


def root_error(g: FloatArray, h: float, root: FloatArray) -> FloatArray:
    """Return √(g² + h²) less its rounded value ``root``, to a part in 10¹⁵ of that."""
    _, exponent = np.frexp(np.where(root > 0.0, root, 1.0))
    a, b, w = (
        np.ldexp(np.broadcast_to(x, root.shape), -exponent) for x in (g, h, root)
    )
    squares = a * a, b * b
    total = squares[0] + squares[1]
    # What the sum of the squares lost.
    larger = np.maximum(*squares)
    lost = (larger - total) + np.minimum(*squares)
    rest = (total - w * w) + (lost + product_error(a, a) + product_error(b, b))
    rest = rest - product_error(w, w)
    half = np.where(w > 0.0, 2.0 * w, 1.0)
    return np.asarray(np.ldexp(rest / half, exponent))


def _high(x: FloatArray) -> FloatArray:
    """Return the upper half of the digits."""
    scaled = _SPLITTER * x
    return np.asarray(scaled - (scaled - x))
