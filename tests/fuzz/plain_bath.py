"""A bath as plain numbers, for the product and for the reference."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from generated_drivers import Drive

from spacewheat_sim.arrays import ComplexArray, FloatArray

# Eight emojis with icons of nobody: a generated bath means what its numbers say.
EMOJIS = ("🍎", "🐝", "🌵", "🦊", "🍇", "🐸", "🌊", "🪺")


@dataclass(frozen=True)
class PlainBath:
    """H (N, N) in rad/s, jumps (source, target, rate in 1/s) and energies that move."""

    hamiltonian: ComplexArray
    jumps: tuple[tuple[int, int, float], ...]
    drives: tuple[Drive, ...] = ()

    @property
    def size(self) -> int:
        """N."""
        return int(self.hamiltonian.shape[0])

    @property
    def emojis(self) -> tuple[str, ...]:
        """The names of the N states."""
        return EMOJIS[: self.size]

    @property
    def decay(self) -> FloatArray:
        """Γ, the total rate out of each state, (N,), to rounding."""
        total = np.zeros(self.size)
        for source, _, rate in self.jumps:
            total[source] += rate
        return total

    @property
    def energies(self) -> FloatArray:
        """The diagonal of H less its middle, (N,), to rounding."""
        diagonal = self.hamiltonian.diagonal().real
        exact = [Fraction(x) for x in diagonal.tolist()]
        middle = (min(exact) + max(exact)) / 2
        return np.array([float(x - middle) for x in exact])

    @property
    def couplings(self) -> ComplexArray:
        """H without its diagonal, (N, N)."""
        return np.asarray(self.hamiltonian - np.diag(self.hamiltonian.diagonal()))

    @property
    def is_classical(self) -> bool:
        """Whether no two states are coupled, so that populations move by jumps only."""
        return not self.couplings.any()

    @property
    def norm(self) -> float:
        """A bound on the Liouvillian's norm in 1/s that no constant energy changes."""
        energies = self.energies
        spread = float(np.ptp(energies))
        hop = float(np.abs(self.couplings).sum(axis=1).max())
        driven = sum(drive.bound for drive in self.drives)
        return spread + 2 * hop + 2 * float(self.decay.max()) + driven

    def nudged(self, rng: np.random.Generator, share: float) -> PlainBath:
        """Return the bath with each number off by ``share`` of itself, up or down."""
        n = self.size

        def sign(*shape: int) -> FloatArray:
            return 1 + share * rng.choice((-1.0, 1.0), size=shape)

        upper = np.triu(self.couplings, 1) * sign(n, n)
        energies = np.diag(self.energies * sign(n))
        jumps = tuple((s, t, rate * float(sign(1)[0])) for s, t, rate in self.jumps)
        return PlainBath(energies + upper + upper.conj().T, jumps, self.drives)


@dataclass(frozen=True)
class Schedule:
    """``steps`` steps of ``dt`` seconds, every ``record_every``-th recorded."""

    dt: float
    steps: int
    record_every: int = 1
    duration: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "duration", self.dt * self.steps)

    @property
    def rows(self) -> int:
        """Recorded steps, the start left out."""
        return self.steps // self.record_every
