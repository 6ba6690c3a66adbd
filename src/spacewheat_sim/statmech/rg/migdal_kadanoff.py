"""Migdal–Kadanoff renormalization: bonds moved first, then a chain is decimated.

On a hypercubic lattice of d dimensions, b^{d−1} bonds are moved onto one, and b of
these in a row are decimated (Migdal 1975; Kadanoff, Annals of Physics 100, 359, 1976):

    K' = artanh(tanh^b(b^{d−1} K)).

Moving bonds is an approximation; in one dimension there are none to move and the step
is exact. For d = 2 and b = 2 the fixed point is K* = 0.3047, against K_c = 0.4407.
"""

from __future__ import annotations

import math

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.rg.decimation import decimate, decimate_slope


def migdal_kadanoff(K: float, b: int, dimension: int = 2) -> float:
    """Return K' at scale b, bonds moved first."""
    return decimate(b ** (dimension - 1) * K, b)


def migdal_kadanoff_slope(K: float, b: int, dimension: int = 2) -> float:
    """Return dK'/dK."""
    moved = b ** (dimension - 1)
    return float(moved * decimate_slope(moved * K, b))


def fixed_point(b: int, dimension: int = 2) -> float:
    """Return the nontrivial K* = K'(K*), to rounding.

    Raises:
        ArgumentError: ``b`` is below 2, or ``dimension`` is below 2: one dimension has
            only the fixed points 0 and ∞.
    """
    from scipy.optimize import brentq

    if b < 2 or dimension < 2:
        raise ArgumentError(
            "Migdal–Kadanoff has a nontrivial fixed point for b ≥ 2 and two or more "
            f"dimensions, not for b = {b} in {dimension}"
        )
    # K' − K changes its sign once between 0 and the coupling where it surely grows.
    low, high = 1e-3 / b**dimension, 2.0
    root = brentq(lambda K: migdal_kadanoff(K, b, dimension) - K, low, high, xtol=1e-15)
    return float(root)


def thermal_exponent(b: int, dimension: int = 2) -> float:
    """Return y_t = ln(dK'/dK)/ln b at the fixed point; 0.747 for d = 2, b = 2."""
    K = fixed_point(b, dimension)
    return math.log(migdal_kadanoff_slope(K, b, dimension)) / math.log(b)
