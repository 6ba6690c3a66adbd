"""Kaufman's partition function of a cold torus, without loss of small heat capacities.

Below T_c, with t = e^{−2K} and q = πl/N, l odd or even, the factors of its products
(see `ising.kaufman`), divided by those of a ground state, depend on t alone:

    Z e^{−2KNM} = ½ Σ Π_q (2W)^{M/2} [1 ± (D/W)^M],
    W = A + √(A² − D²),  A = (1 + t²)²/4 − ½ t (1 − t²) cos q,  D = ½ t (1 − t²).

Every derivative carries the small factor t, where in K it would be a difference.
"""

from __future__ import annotations

import math
from functools import reduce

import numpy as np

from spacewheat_sim.statmech.exact.jets import Jet

COLD_COUPLING = 0.6
"""K above which this form is used; it holds above K_c = 0.44."""

_ONE = Jet.constant(1.0)


def cold_log_z(beta: float, J: float, N: int, M: int) -> Jet:
    """Return ln Z − 2βJNM of an N × M torus without field, for βJ > K_c."""
    slopes = np.array([-2.0 * J, 0.0])
    t = Jet.exponential(-2.0 * beta * J, slopes)
    terms = [term for odd in (1, 0) for term in _log_products(t, N, M, odd)]
    largest = max(terms, key=lambda term: float(term.value))
    shares = [(term - largest).exp() for term in terms]
    return largest + (reduce(lambda a, b: a + b, shares) * 0.5).log()


def _log_products(t: Jet, N: int, M: int, odd: int) -> list[Jet]:
    """Return the logarithms of the products with + and with −."""
    cosine = np.cos(math.pi / N * np.arange(odd, 2 * N, 2))
    ones = Jet.constant(np.ones(N))
    square = t * t
    D = ones * (t * (_ONE - square) * 0.5)
    base = ones * ((_ONE + square) * (_ONE + square) * 0.25)
    lower, upper = (base - D * Jet.constant(cosine + side) for side in (1.0, -1.0))
    W = (lower + upper) * 0.5 + (lower * upper).sqrt()
    heights = ((W * 2.0).log() * (0.5 * M)).sum()
    power = ((D / W).log() * float(M)).exp()
    return [heights + power.log1p().sum(), heights + (power * -1.0).log1p().sum()]
