"""Sums of Boltzmann weights with the mean and the variance of E and M, no cancellation.

A family of states is told by one of its states of lowest energy, by ln of its weight
relative to that state, and by how E and M of its members lie above that state's. Two
families joined end to end add all of these. Families merged, with shares p_k, have

    ⟨E⟩ = Σ p_k ⟨E⟩_k,   var E = Σ p_k [var_k E + (⟨E⟩_k − ⟨E⟩)²].

Nothing is subtracted that could leave a small difference, and weights stay logarithms:
an exponentially small variance keeps its digits at any T, frustrated or not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from spacewheat_sim.statmech.ising.thermodynamics import Conditions, Thermodynamics


@dataclass(frozen=True, slots=True)
class Weights:
    """A family of states of H = −J B − h M, B = Σ σσ′ and M = Σ σ.

    Attributes:
        B: Of a state of lowest energy.
        M: Of that state.
        log: ln Σ e^{−β(E − E₀)}, at least 0.
        energy: ⟨E⟩ − E₀, at least 0.
        energy_variance: ⟨E²⟩ − ⟨E⟩².
        spin: ⟨M⟩ − M₀.
        spin_variance: ⟨M²⟩ − ⟨M⟩².
    """

    B: int
    M: int
    log: float = 0.0
    energy: float = 0.0
    energy_variance: float = 0.0
    spin: float = 0.0
    spin_variance: float = 0.0

    def joined(self, other: Weights) -> Weights:
        """Return all pairs of a state of this family and one of ``other``."""
        return Weights(
            self.B + other.B,
            self.M + other.M,
            self.log + other.log,
            self.energy + other.energy,
            self.energy_variance + other.energy_variance,
            self.spin + other.spin,
            self.spin_variance + other.spin_variance,
        )

    def energy_above(self, other: Weights, at: Conditions) -> float:
        """Return E₀ less that of ``other``, from exact differences of integers."""
        return at.J * (other.B - self.B) + at.h * (other.M - self.M)

    def thermodynamics(self, sites: int, at: Conditions) -> Thermodynamics:
        """Return what they are in equilibrium, per site."""
        beta, ground = at.beta, -(at.J * self.B + at.h * self.M)
        return Thermodynamics(
            free_energy=(ground - at.T * self.log) / sites,
            energy=(ground + self.energy) / sites,
            magnetization=(self.M + self.spin) / sites if at.h else 0.0,
            susceptibility=beta * self.spin_variance / sites,
            heat_capacity=beta * (beta * self.energy_variance) / sites,
        )


def merged(families: Sequence[Weights], at: Conditions) -> Weights:
    """Return the union of families that share no state."""
    low = families[0]
    for each in families[1:]:
        # Of long chains only differences have the digits to tell energies apart.
        if each.energy_above(low, at) < 0.0:
            low = each
    above = [each.energy_above(low, at) for each in families]
    logs = [f.log - at.beta * e for f, e in zip(families, above, strict=True)]
    top = max(logs)
    parts = [math.exp(log - top) for log in logs]
    total = math.fsum(parts)
    shares = [part / total for part in parts]
    energies = [f.energy + e for f, e in zip(families, above, strict=True)]
    spins = [f.spin + (f.M - low.M) for f in families]
    energy, spin = _mean(shares, energies), _mean(shares, spins)
    return Weights(
        low.B,
        low.M,
        top + math.log(total),
        energy,
        _variance(shares, energies, energy, [f.energy_variance for f in families]),
        spin,
        _variance(shares, spins, spin, [f.spin_variance for f in families]),
    )


def _mean(shares: Sequence[float], values: Sequence[float]) -> float:
    return math.fsum(p * v for p, v in zip(shares, values, strict=True))


def _variance(
    shares: Sequence[float],
    values: Sequence[float],
    mean: float,
    within: Sequence[float],
) -> float:
    return math.fsum(
        p * (inside + (value - mean) ** 2)
        for p, value, inside in zip(shares, values, within, strict=True)
    )
