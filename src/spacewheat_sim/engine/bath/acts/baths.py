"""Baths as an act meets them: one by itself, or many side by side."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.engine.bath.operators import BathOperators

# Which of the baths a single one is.
ALONE = np.zeros(1, dtype=np.intp)


class Baths(Protocol):
    """B baths of the same operators; B is 1 for a single bath."""

    @property
    def operators(self) -> BathOperators:
        """What all are made of."""

    def state_populations(self) -> FloatArray:
        """Return the populations of the basis states, (B, D)."""

    def get(self, which: IndexArray) -> ComplexArray:
        """Return kets (W, D) or density matrices (W, D, D) of ``which``, a copy."""

    def put(self, which: IndexArray, states: ComplexArray) -> None:
        """Put ``states`` in the place of those of ``which``."""

    def draw(self, which: IndexArray) -> FloatArray:
        """Return the next uniform number in [0, 1) of each of ``which``, (W,)."""

    def called(self, bath: int) -> str:
        """Return what messages call one of them, at the beginning of a sentence."""
