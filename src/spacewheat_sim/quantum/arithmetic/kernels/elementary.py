"""Compiled elementary functions that give the same bits on every processor.

What a C library returns in the last place depends on its version and on the processor
that it finds. These use nothing but sums, products, quotients and square roots, which
IEEE 754 rounds in one way, and which the compiler leaves as they are. Their error is
below one unit in the last place; of the angle, below two.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import extending, types

from spacewheat_sim.kernel_cache import njit
from spacewheat_sim.quantum.arithmetic.kernels.exact_products import two_product

# π/2 and ln 2 as sums; the first part of ln 2 has 32 bits, so that its multiples by
# any binary exponent are exact.
HALF_PI = float.fromhex("0x1.921fb54442d18p+0")
HALF_PI_LOW = float.fromhex("0x1.1a62633145c07p-54")
HALF_PI_LAST = float.fromhex("-0x1.f1976b7ed8fbcp-110")
TWO_OVER_PI = float.fromhex("0x1.45f306dc9c883p-1")
LN_2 = float.fromhex("0x1.62e42fee00000p-1")
LN_2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
ONE_OVER_LN_2 = float.fromhex("0x1.71547652b82fep+0")
ROOT_TWO = math.sqrt(2.0)
# A checker of types would count the argument that only numba gives.
intrinsic: Any = extending.intrinsic
# What a double is made of: bits 0 to 51 are the fraction, 52 to 62 the exponent plus
# 1023, and 63 is the sign; and how the smallest are brought up to a full fraction.
BIAS, FRACTION_BITS, FRACTION = 1023, 52, (1 << 52) - 1
SMALLEST_NORMAL, SMALL_SCALE = 2.0**-1022, 2.0**52
# Beyond this angle doubles lie a quarter of a radian apart.
LARGEST_ANGLE = 2.0**50
# Up to here the series of the exponential has all digits.
SMALL = 0.25
# Beyond these the exponential leaves the doubles.
OVERFLOW, UNDERFLOW = 709.782712893384, -745.1332191019412

# Series about 0, highest power first: of (e^r − 1 − r)/r², of (sin r − r)/r³ and of
# (cos r − 1 + r²/2)/r⁴ in r², of 2 (artanh s/s − 1)/s² and of (arctan t − t)/t³ in s²
# and t².
EXPONENTIAL = tuple(1.0 / math.factorial(k) for k in range(14, 1, -1))
SINE = tuple((-1.0) ** k / math.factorial(2 * k + 1) for k in range(8, 0, -1))
COSINE = tuple((-1.0) ** k / math.factorial(2 * k) for k in range(9, 1, -1))
ARTANH = tuple(2.0 / (2 * k + 1) for k in range(12, 0, -1))
ARCTANGENT = tuple((-1.0) ** k / (2 * k + 1) for k in range(7, 0, -1))
# arctan k/8 for k = 0 … 8, and what rounding has left of it.
EIGHTHS = (
    (0.0, 0.0),
    (float.fromhex("0x1.fd5ba9aac2f6ep-4"), float.fromhex("-0x1.cd37686760c17p-59")),
    (float.fromhex("0x1.f5b75f92c80ddp-3"), float.fromhex("0x1.8ab6e3cf7afbdp-57")),
    (float.fromhex("0x1.6f61941e4def1p-2"), float.fromhex("-0x1.c63aae6f6e918p-56")),
    (float.fromhex("0x1.dac670561bb4fp-2"), float.fromhex("0x1.a2b7f222f65e2p-56")),
    (float.fromhex("0x1.1e00babdefeb4p-1"), float.fromhex("-0x1.928df287a668fp-58")),
    (float.fromhex("0x1.4978fa3269ee1p-1"), float.fromhex("0x1.2419a87f2a458p-56")),
    (float.fromhex("0x1.700a7c5784634p-1"), float.fromhex("-0x1.8c34d25aadef6p-56")),
    (float.fromhex("0x1.921fb54442d18p-1"), float.fromhex("0x1.1a62633145c07p-55")),
)


@intrinsic
def to_bits(_typing, _number):
    """Return the bits of a float as an integer."""

    def generate(_context, builder, _signature, arguments):
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), generate


@intrinsic
def from_bits(_typing, _bits):
    """Return the float that an integer holds the bits of."""

    def generate(_context, builder, _signature, arguments):
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), generate


@njit(error_model="numpy")
def polynomial(coefficients, x):
    """Return Σ_k c_k xᵏ, the highest power first in ``coefficients``."""
    total = 0.0
    for coefficient in coefficients:
        total = total * x + coefficient
    return total


@njit(error_model="numpy")
def power_of_two(k):
    """Return 2ᵏ for −1022 ≤ k ≤ 1023."""
    return from_bits((k + BIAS) << FRACTION_BITS)


@njit(error_model="numpy")
def exponential(x):
    """Return eˣ."""
    if not UNDERFLOW <= x <= OVERFLOW:
        return np.inf if x > 0.0 else (max(x, 0.0))
    k = np.rint(x * ONE_OVER_LN_2)
    high = x - k * LN_2
    low = k * LN_2_LOW
    r = high - low
    lost = (high - r) - low
    value = 1.0 + (r + (lost + lost * r + r * r * polynomial(EXPONENTIAL, r)))
    # In two factors: 2ᵏ alone may be no double.
    half = int(k) // 2
    return value * power_of_two(half) * power_of_two(int(k) - half)


@njit(error_model="numpy")
def exponential_less_one(x):
    """Return eˣ − 1, with all its digits where x is small."""
    if abs(x) < SMALL:
        return x + x * x * polynomial(EXPONENTIAL, x)
    return exponential(x) - 1.0


@njit(error_model="numpy")
def chances(exponents, out):
    """Write 1 − e^{−x} of ``exponents`` (M,) to ``out`` (M,)."""
    for i in range(out.size):
        out[i] = -exponential_less_one(-exponents[i])


@njit(error_model="numpy")
def logarithm(x):
    """Return ln x; −∞ at 0, NaN below."""
    if not 0.0 < x < np.inf:
        return -np.inf if x == 0.0 else (x if x > 0.0 else np.nan)
    scaled = x * SMALL_SCALE if x < SMALLEST_NORMAL else x
    bits = to_bits(scaled)
    k = (bits >> FRACTION_BITS) - BIAS
    m = from_bits((bits & FRACTION) | (BIAS << FRACTION_BITS))
    if m > ROOT_TWO:
        m *= 0.5
        k += 1
    if x < SMALLEST_NORMAL:
        k -= FRACTION_BITS
    f = m - 1.0
    s = f / (2.0 + f)
    z = s * s
    # ln (1 + f) = 2 artanh s = f − s (f − R), with R the series without its 2s.
    rest = s * (f - z * polynomial(ARTANH, z))
    return k * LN_2 - ((rest - k * LN_2_LOW) - f)


@njit(error_model="numpy")
def reduced(x):
    """Return the quarter turn nearest to the angle ``x``, mod 4, and what is left.

    The rest is a sum of two doubles: π/2 is taken with 160 bits.
    """
    n = np.rint(x * TWO_OVER_PI)
    first, first_low = two_product(n, HALF_PI)
    second, second_low = two_product(n, HALF_PI_LOW)
    a = x - first  # exact: the two are nearly equal
    b = a - first_low
    t = b - a
    lost = (a - (b - t)) - (first_low + t)
    c = b - second
    t = c - b
    lost += (b - (c - t)) - (second + t)
    low = lost - second_low - n * HALF_PI_LAST
    r = c + low
    return int(n - 4.0 * np.floor(0.25 * n)), r, (c - r) + low


@njit(error_model="numpy")
def sine_cosine(x):
    """Return sin x and cos x of an angle in rad; NaN beyond 2⁵⁰ of either sign."""
    if not abs(x) <= LARGEST_ANGLE:
        return np.nan, np.nan
    quarter, r, low = reduced(x)
    z = r * r
    sine = r + (r * z * polynomial(SINE, z) + low * (1.0 - 0.5 * z))
    half = 0.5 * z
    most = 1.0 - half
    cosine = most + (((1.0 - most) - half) + (z * z * polynomial(COSINE, z) - r * low))
    if quarter == 0:
        return sine, cosine
    if quarter == 1:
        return cosine, -sine
    if quarter == 2:
        return -sine, -cosine
    return -cosine, sine


@njit(error_model="numpy")
def angle(y, x):
    """Return the angle of the point (x, y) in [−π, π], 0 at the origin."""
    a = abs(x)
    b = abs(y)
    if a == 0.0 and b == 0.0:
        return 0.0
    small = min(a, b)
    large = max(a, b)
    k = int(np.rint(8.0 * (small / large)))
    # arctan t = arctan c + arctan (t − c)/(1 + ct), without a division before.
    c = 0.125 * k
    t = (small - c * large) / (large + c * small)
    z = t * t
    base, low = EIGHTHS[k]
    value = base + (t + (t * z * polynomial(ARCTANGENT, z) + low))
    if b > a:
        value = HALF_PI - (value - HALF_PI_LOW)
    if x < 0.0:
        value = 2.0 * HALF_PI - (value - 2.0 * HALF_PI_LOW)
    return -value if y < 0.0 else value


@njit(error_model="numpy")
def angles(y, x, out):
    """Write the angle of each point (x, y) to ``out``; all are (B,)."""
    for i in range(out.size):
        out[i] = angle(y[i], x[i])


@njit(error_model="numpy")
def modulus(z):
    """Return |z| of a complex number, without overflow of its square."""
    large = max(abs(z.real), abs(z.imag))
    if not 0.0 < large < np.inf:
        return large
    x = z.real / large
    y = z.imag / large
    return large * np.sqrt(x * x + y * y)


@njit(error_model="numpy")
def moduli(values, out):
    """Write the modulus of each of ``values`` (M,) to ``out`` (M,)."""
    for i in range(out.size):
        out[i] = modulus(values[i])
