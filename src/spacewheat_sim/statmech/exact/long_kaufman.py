"""Kaufman's partition function in as many digits as it cancels: cold, or frustrated.

With t = e^{−2|K|} and q = πl/N, l odd or even, the factors of its products
(see `ising.kaufman`), divided by e^{2|K|} for each bond, depend on t alone:

    Z e^{−2|K|NM} = ½ Σ ± Π_q (2W)^{M/2} [1 ± (D/W)^M],
    W = A + √(A² − D²),  A = (1 + t²)²/4 ∓ ½ t (1 − t²) cos q,  D = ½ t (1 − t²),

the upper sign for K > 0. Where ± cos q = 1, the root is (1 + t²)(1 − 2t − t²)/4, which
turns its sign at K_c. The sum holds the states by their broken bonds n as t^n: 2 of
them with none where nothing is frustrated, and a heat capacity of order t⁴. An odd side
of an antiferromagnet breaks a bond of every line along it, and the four products, each
of order 1, leave t^n of that many.
"""

from __future__ import annotations

import math
from decimal import MAX_EMAX, MIN_EMIN, Decimal, localcontext

from spacewheat_sim.statmech.exact.digits import LongJet, cosines
from spacewheat_sim.statmech.ising.kaufman import LogPartition, cancelled
from spacewheat_sim.statmech.ising.thermodynamics import MethodLimitError

COLD_COUPLING = 0.6
"""|K| above which the heat capacity is a small difference, frustrated or not."""

LARGEST_WORK = 3_000_000
"""Digits times momenta: some ten seconds."""

# Beyond it nothing but ground states is left: e^{−4K} is below the floats.
_GROUND_COUPLING = 200.0
_SPARE_DIGITS = 30


def log_partition(K: float, Lx: int, Ly: int) -> LogPartition:
    """Return ln Z of the Lx × Ly torus without field, with its derivatives in K.

    Raises:
        MethodLimitError: it would take more than :data:`LARGEST_WORK`.
    """
    N, M = min(Lx, Ly), max(Lx, Ly)
    size, sign = abs(K), math.copysign(1.0, K)
    near = min(size, _GROUND_COUPLING)
    digits = _digits(math.copysign(near, K), N, M)
    if digits * N > LARGEST_WORK:
        raise MethodLimitError(
            f"The exact sum of a {Lx} × {Ly} torus at K = {K:g} cancels "
            f"{digits} digits, too many for its {N} momenta; take a smaller torus, a "
            "higher T, or method 'monte_carlo'"
        )
    with localcontext() as context:
        context.prec, context.Emax, context.Emin = digits, MAX_EMAX, MIN_EMIN
        Z = _sum_of_products(near, K < 0.0, N, M)
        slope = Z.first / Z.value
        bend = Z.second / Z.value - slope * slope
        # Ground states alone: ln Z is linear in K.
        more = Decimal(2 * N * M) * Decimal(size) + slope * Decimal(size - near)
        # All the digits are there: ln of a rounded Z is that of Z.
        context.prec = _SPARE_DIGITS + len(str(digits))
        value = (+Z.value).ln() + more
        first = slope + 2 * N * M
    return LogPartition(float(value), sign * float(first), float(bend), N * M)


def seconds_needed(K: float, Lx: int, Ly: int) -> float:
    """Estimate the time, infinite where it is refused."""
    N, near = min(Lx, Ly), min(abs(K), _GROUND_COUPLING)
    digits = _digits(math.copysign(near, K), N, max(Lx, Ly))
    if digits * N > LARGEST_WORK:
        return math.inf
    # Products of longer numbers cost more than their length.
    return 1.5e-6 * N * digits * math.pow(max(1.0, digits / 200.0), 0.75)


def _digits(K: float, N: int, M: int) -> int:
    # What is left may have a heat capacity of order t⁴.
    lost = (cancelled(K, N, M) + 8.0 * abs(K)) / math.log(10.0)
    return _SPARE_DIGITS + math.ceil(lost + 3.0 * math.log10(N * M + 1))


def _sum_of_products(K: float, negative: bool, N: int, M: int) -> LongJet:
    """Return Z e^{−2KNM}, with its derivatives in K.

    The signs are those of `ising.kaufman` below T_c: above it, the root of q = 0 is
    negative.
    """
    t = _exponential(-2 * Decimal(K))
    square = t * t
    one, half = LongJet(Decimal(1)), Decimal("0.5")
    D = (t - t * square).times(half)
    height = (one + square).times(half)
    at_zero = height * (one - t.times(Decimal(2)) - square).times(half)

    def W(cosine: Decimal) -> LongJet:
        lower, upper = (height * height - D.times(cosine + s) for s in (1, -1))
        root = at_zero if cosine == 1 else (lower * upper).root()
        return (lower + upper).times(half) + root

    total = LongJet(Decimal(0))
    cosine = cosines(N)
    for odd in (1, 0):
        # A negative coupling turns q into π − q, and alternates with M.
        angles = [abs(N - step) if negative else step for step in range(odd, 2 * N, 2)]
        products = _products([W(cosine[angle]) for angle in angles], D, M)
        for pole in (1, -1):
            sign = -pole if negative and M % 2 else pole
            turned = negative and sign < 0 and odd == N % 2
            turned ^= negative and not odd and pole < 0
            total = total + products[sign].times(Decimal(-1 if turned else 1))
    return total.times(half)


def _exponential(exponent: Decimal) -> LongJet:
    """Return t = e^{−2K} at the ``exponent`` −2K."""
    t = exponent.exp()
    return LongJet(t, -2 * t, 4 * t)


def _products(Ws: list[LongJet], D: LongJet, M: int) -> dict[int, LongJet]:
    """Return Π_q (2W)^{M/2} [1 ± (D/W)^M] by its sign."""
    one = LongJet(Decimal(1))
    heights, plus, minus = one, one, one
    for W in Ws:
        heights = heights * W.times(Decimal(2))
        power = (D / W).power(M)
        plus, minus = plus * (one + power), minus * (one - power)
    root = heights.power(M).root()
    return {1: root * plus, -1: root * minus}
