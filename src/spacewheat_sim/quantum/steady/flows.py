"""What moves a bath: its Hamiltonian and its jumps, on all of its states or on some."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.quantum.jumps import Jumps
from spacewheat_sim.quantum.steady.kernels import slope


class Flows(NamedTuple):
    """H and the jumps √γ_k |t_k⟩⟨s_k| among N states.

    Attributes:
        hamiltonian: H in rad/s, (N, N).
        sources: s_k, (K,).
        targets: t_k, (K,).
        rates: γ_k in 1/s, (K,).
    """

    hamiltonian: ComplexArray
    sources: IndexArray
    targets: IndexArray
    rates: FloatArray

    @classmethod
    def of(cls, hamiltonian: ComplexArray, jumps: Jumps) -> Flows:
        """Return a dense H, (N, N), and jumps of one entry each."""
        return cls(
            np.ascontiguousarray(hamiltonian, dtype=np.complex128),
            jumps.sources.astype(np.int64),
            jumps.targets.astype(np.int64),
            jumps.rates,
        )

    @property
    def size(self) -> int:
        """The number of states."""
        return len(self.hamiltonian)

    def decay_and_feed(self) -> tuple[FloatArray, FloatArray]:
        """Return Γ, the rates out of each state (N,), and W_ts from s to t (N, N)."""
        decay, feed = slope.total_rates(
            self.sources, self.targets, self.rates, self.size
        )
        return decay, feed

    def in_their_unit(self) -> Flows:
        """Return the same in a unit of time that puts couplings and rates about 1.

        It is a power of two, so that no number is rounded.
        """
        exponent = slope.middle_exponent(self.hamiltonian, self.rates)
        if not exponent:
            return self
        unit = 2.0**-exponent
        return self._replace(
            hamiltonian=self.hamiltonian * unit, rates=self.rates * unit
        )

    def among(self, states: IndexArray) -> Flows:
        """Return the flows among some states, in the order given.

        A jump out of them, which nothing that stays among them makes, ends where it
        began.
        """
        number = np.full(self.size, -1)
        number[states] = np.arange(states.size)
        inside = number[self.sources] >= 0
        sources, targets = number[self.sources[inside]], number[self.targets[inside]]
        return Flows(
            self.hamiltonian[states][:, states],
            sources,
            np.where(targets >= 0, targets, sources),
            self.rates[inside],
        )

    def slope(self, rho: ComplexArray, rest: ComplexArray) -> ComplexArray:
        """Return dρ/dt of ρ + rest, summed in twice the digits of a double, (N, N)."""
        return np.asarray(
            slope.slope(
                self.hamiltonian, self.sources, self.targets, self.rates, rho, rest
            )
        )

    def left_over(
        self,
        x: tuple[ComplexArray, ComplexArray],
        y: tuple[ComplexArray, ComplexArray],
        point: tuple[float, float],
        other: tuple[ComplexArray, ComplexArray],
    ) -> ComplexArray:
        """Return X − aY + bZ + LY of Hermitian matrices, summed likewise, (N, N).

        Args:
            x: X and what is to be added to it, (N, N) each, as of the others.
            y: Y.
            point: a and b.
            other: Z.
        """
        return np.asarray(
            slope.left_over(
                self.hamiltonian,
                self.sources,
                self.targets,
                self.rates,
                *x,
                *y,
                np.array(point),
                *other,
            )
        )

    def adjoint_slope(self, sigma: ComplexArray, rest: ComplexArray) -> ComplexArray:
        """Return L†(σ + rest), summed in twice the digits of a double, (N, N)."""
        return np.asarray(
            slope.adjoint_slope(
                self.hamiltonian, self.sources, self.targets, self.rates, sigma, rest
            )
        )


def connected(hamiltonian: ComplexArray) -> list[IndexArray]:
    """Return the states of each part that H connects."""
    labels = slope.connected(hamiltonian)
    return [np.flatnonzero(labels == part) for part in range(labels.max() + 1)]
