"""What a bath and a batch of baths have in common."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Generic, Self, TypeVar

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.engine.bath import initial
from spacewheat_sim.engine.bath.changes import Changes
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.options import EvolverOptions
from spacewheat_sim.engine.bath.running.batch import RunningBatch
from spacewheat_sim.engine.bath.running.bath import RunningBath
from spacewheat_sim.engine.bath.state import BathState

R = TypeVar("R", RunningBath, RunningBatch)


class OneOrMany(ABC, Generic[R]):
    """One bath or many: what they are made of, and where all of them start.

    Attributes:
        seed: Root of the random streams.
    """

    __slots__ = ("__weakref__", "_changes", "_running", "seed")
    seed: int
    _running: R
    _changes: Changes

    def _hold(self, running: R) -> None:
        self._running, self._changes = running, running.clock.changes

    @property
    def options(self) -> EvolverOptions:
        """The method, and how it integrates."""
        return self._running.options

    @property
    def operators(self) -> BathOperators:
        """The operators that the bath, or all of them, evolve under."""
        return self._running.operators

    @property
    def emojis(self) -> tuple[str, ...]:
        """The emojis: N in basis order; of a register 2n, the poles of each axis."""
        return self.operators.emojis

    @property
    def time(self) -> float:
        """Game time in seconds since the last initialization."""
        return self._whole.clock.time

    def initialize_uniform(self) -> None:
        """Start in the superposition of all basis states with equal amplitudes."""
        self._start(initial.uniform_ket(self.operators.dimension), "uniform")

    def initialize_weighted(self, weights: Mapping[str, float]) -> None:
        """Start in the ket of amplitudes √(w/Σw); emojis not named have weight 0.

        In a register, in the product of √w |e⟩ + √(1 − w) |ē⟩ over its axes; one that
        is not named is in (|n⟩ + |s⟩)/√2.
        """
        self._start(initial.weighted_ket(self.operators, weights), "weighted")

    def initialize_emoji(self, emoji: str) -> None:
        """Start in one basis state; in a register the other axes are in the south."""
        self._start(initial.emoji_ket(self.operators, emoji), emoji)

    def initialize_poles(self, poles: Sequence[str]) -> None:
        """Start a register in the basis state of ``poles``, south where none is named.

        Raises:
            ArgumentError: the bath is of levels, or two poles are of one axis.
            UnknownNameError: a pole is not in the bath.
        """
        self._start(initial.poles_ket(self.operators, poles), " ".join(poles))

    def checkpoint(self) -> BathState:
        """Return all that decides how it goes on under its operators."""
        return self._whole.checkpoint()

    def __copy__(self) -> Self:
        # A copy that shared the state would move with the original.
        return copy.deepcopy(self)

    @property
    def _whole(self) -> R:
        """What runs, when no change of it is left half made."""
        if self._changes.thread:
            self._changes.settle()
        return self._running

    @abstractmethod
    def _start(self, state: ComplexArray, how: str, /) -> None:
        """Begin in ``state`` at time 0; ``how`` is what the event of it says."""
