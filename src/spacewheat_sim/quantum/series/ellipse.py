"""The ellipse that holds a generator's spectrum, and its Faber series."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.arithmetic.kernels.elementary import logarithm
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.kernels import faber, lanczos

# Share of the distance of the extreme energies that is added to it: they err by less in
# all but contrived cases, in which the terms of a series are seen to grow.
MARGIN = 0.03
# Least height of an ellipse against the bound on the generator's norm.
LEAST_HEIGHT = 1e-3
# Steps of Lanczos' method in which the extreme energies are found.
LANCZOS_STEPS = 50


class Ellipse(NamedTuple):
    """An upright ellipse in the complex plane, in 1/s.

    It is the image of the unit circle under ψ(w) = d + ρ_E w + q/w. Its Faber
    polynomials F_k are bounded on it, and

        e^{tL} = Σ_k a_k(t) F_k(L),   Σ_k a_k wᵏ = e^{td} exp(t ρ_E w + t q/w)

    whose coefficients fall faster than any power once k exceeds t times the longer
    semi-axis. Chebyshev's polynomials are those of a flat ellipse, Taylor's those of
    a circle (Moret and Novati, BIT 41, 386, 2001; Huisinga and others, J. Chem. Phys.
    110, 5538, 1999).

    Attributes:
        center: d, real.
        width: Semi-axis along the real axis, for decay.
        height: Semi-axis along the imaginary axis, for oscillation.
    """

    center: float
    width: float
    height: float

    @property
    def capacity(self) -> float:
        """ρ_E, half the sum of the semi-axes."""
        return (self.width + self.height) / 2

    @property
    def skew(self) -> float:
        """q, half their difference."""
        return (self.width - self.height) / 2

    @property
    def edge(self) -> float:
        """The greatest real part, max Re z."""
        return self.center + self.width

    @property
    def farthest(self) -> float:
        """A bound on |z| within it."""
        return self.height + self.width + abs(self.center)

    @property
    def shape(self) -> tuple[float, float, float]:
        """ρ_E, q and the greatest real part, as the kernels take them."""
        return self.capacity, self.skew, self.edge

    def coefficients(self, time: float, count: int) -> FloatArray:
        """Return a_0 … a_{count − 1} for e^{tL} at ``time`` > 0, all that count."""
        out = np.empty((count, 1))
        times = np.array([time])
        faber.faber_coefficients(self.shape, times, out)
        return out[:, 0]

    def terms(self, time: float, error: float) -> int:
        """Return how many terms bring |a_k| below ``error``.

        By Cauchy's estimate on the level ellipses |w| = r,
        ln |a_k| ≤ t (d + ρ_E r + q/r) − k ln r, least at the r ≥ 1 with
        t (ρ_E r − q/r) = k.
        """
        alpha, beta = time * self.capacity, time * self.skew
        goal = logarithm(error) - time * self.center

        def is_small(k: int) -> bool:
            r = (k + math.sqrt(max(k * k + 4 * alpha * beta, 0.0))) / (2 * alpha)
            return r > 1.0 and alpha * r + beta / r - k * logarithm(r) <= goal

        # The coefficients begin to fall where k exceeds about α.
        low, high = 0, int(alpha) + 16
        while not is_small(high):
            low, high = high, high + high // 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if is_small(middle) else (middle, high)
        return high


def density_ellipse(generator: Generator) -> Ellipse:
    """Return the ellipse for the Liouvillian.

    Its eigenvalues have real parts in [−2 max Γ, 0]; the imaginary part of its
    numerical range is at most the spread of energies, and half the largest sum of
    rates into and out of a state.
    """
    low, high = energy_range(generator)
    fed = np.zeros(generator.dimension)
    jumps = generator.jumps
    np.add.at(fed, jumps.targets, jumps.rates[jumps.operators()])
    flow = float(np.max((fed + generator.decay) / 2, initial=0.0))
    decay = float(np.max(generator.decay, initial=0.0))
    height = (1 + MARGIN) * (high - low) + flow
    return Ellipse(-decay, decay, max(height, LEAST_HEIGHT * generator.density_bound))


def ket_ellipse(generator: Generator) -> tuple[Ellipse, float]:
    """Return the ellipse for −iH − Γ/2 + ie, and the energy e in the middle of H's."""
    low, high = energy_range(generator)
    decay = float(np.max(generator.decay, initial=0.0)) / 4
    height = (1 + MARGIN) * (high - low) / 2
    height = max(height, LEAST_HEIGHT * generator.ket_bound)
    return Ellipse(-decay, decay, height), (low + high) / 2


def energy_range(generator: Generator) -> tuple[float, float]:
    """Return the extreme eigenvalues of the static H in rad/s, by Lanczos' method.

    They are sought around the middle of the diagonal: a constant added to all energies
    takes no digit from their distance.
    """
    energy = generator.static.energy
    middle = float(energy.min() / 2 + energy.max() / 2)
    around = energy - middle
    around.setflags(write=False)  # as the generator's is: one compiled kernel
    alpha = np.empty(min(LANCZOS_STEPS, generator.dimension))
    beta = np.empty_like(alpha)
    static = generator.static._replace(energy=around)
    size = lanczos.lanczos(static, alpha, beta)
    low, high = lanczos.extreme_eigenvalues(alpha[:size], beta[:size])
    return middle + float(low), middle + float(high)
