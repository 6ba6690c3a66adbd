"""A static bath, with what many questions about it have in common."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.analysis.no_jump import (
    NoJump,
    find_no_jump,
    no_jump_matrix,
)
from spacewheat_sim.quantum.analysis.resolvent import Resolvent, Twofold
from spacewheat_sim.quantum.analysis.spent import SpentTimes
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.steady.flows import Flows
from spacewheat_sim.quantum.steady.recurrent import ACCURACY
from spacewheat_sim.quantum.steady.state import steady_state
from spacewheat_sim.quantum.steady.structure import Structure, find_structure

LARGEST = 1e150
"""Energy or rate in 1/s; the squares of larger ones are no floats."""


class StaticBath:
    """H and jumps of single entries, and what follows from them once it is asked for.

    Attributes:
        generator: The generator.
        flows: H and the jumps as plain arrays.
        decay: Γ, the rate of jumps out of each state in 1/s, (N,).
        feed: W_ts, the rate of jumps from s to t in 1/s, (N, N).
    """

    def __init__(self, generator: Generator, hamiltonian: ComplexArray) -> None:
        """Take a generator and its static H in rad/s, dense, (N, N).

        Raises:
            ArgumentError: some jump operator has several entries, or an energy or a
                rate is beyond :data:`LARGEST`.
        """
        check_landings(generator)
        jumps = generator.jumps
        largest = max(np.abs(hamiltonian).max(), jumps.rates.max(initial=0.0))
        if largest > LARGEST:
            raise ArgumentError(
                f"An energy or a rate of {largest:g} /s is beyond {LARGEST:g} /s: its "
                "square leaves double precision, and this question takes it"
            )
        self.generator = generator
        self.flows = Flows.of(hamiltonian, jumps)
        self.decay, self.feed = self.flows.decay_and_feed()

    @property
    def size(self) -> int:
        """The number of states N."""
        return self.flows.size

    @cached_property
    def b(self) -> ComplexArray:
        """B = −iH − Γ/2 without an energy that all states share, (N, N)."""
        return no_jump_matrix(self.flows)

    @cached_property
    def no_jump(self) -> NoJump:
        """The evolution between jumps."""
        return find_no_jump(self.flows)

    @cached_property
    def spent_times(self) -> SpentTimes:
        """Where waits for the next jump are spent."""
        return SpentTimes(self.flows)

    @cached_property
    def steady(self) -> ComplexArray:
        """The one ρ with Lρ = 0, (N, N).

        Raises:
            ArgumentError, RunError: as
                :func:`spacewheat_sim.quantum.steady.state.steady_state`.
        """
        return steady_state(self.generator, self.flows.hamiltonian)

    @cached_property
    def steady_twofold(self) -> Twofold:
        """The same ρ in two doubles a number, where L has an inverse that tells them.

        Raises:
            ArgumentError, RunError: as :attr:`steady`.
        """
        rho, none = self.steady, np.zeros_like(self.steady)
        size = np.sqrt(rho.diagonal().real)
        known = Twofold(rho, none, ACCURACY * np.outer(size, size))
        if self.is_dark:
            return known
        left = Twofold(self.flows.slope(rho, none), none, none.real)
        try:
            missing = self.resolvent(0.0).solve_closely(left)
        except RunError:
            return known
        return Twofold(rho, missing.value, missing.errors)

    @cached_property
    def structure(self) -> Structure:
        """Where the bath can end."""
        return find_structure(self.flows.hamiltonian, self.decay, self.feed)

    @property
    def is_dark(self) -> bool:
        """Whether jumps die out: the steady state is left by none."""
        leaving = self.decay @ self.steady.diagonal().real
        return bool(self.structure.dark) or leaving == 0.0

    def resolvent(self, z: complex, *, traceless: bool = False) -> Resolvent:
        """Return (z − L)⁻¹; at z = 0, and if so asked, on ``traceless`` matrices."""
        steady = self.steady if z == 0 or traceless else None
        return Resolvent(self.flows, self.no_jump, z, steady)


def check_landings(generator: Generator) -> None:
    """Refuse jumps that do not land on a basis state.

    Raises:
        ArgumentError: some jump operator has several entries.
    """
    if not generator.jumps.are_single:
        raise ArgumentError(
            "A jump that moves many basis states at once does not land on one of them: "
            "this is answered for level biomes. An ensemble of a register, and a run "
            "of its mean by `master`, answer the same"
        )
