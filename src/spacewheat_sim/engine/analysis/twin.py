"""The classical twin of a biome: what coherence buys is the difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.analysis.drawing import figure_of, put_emoji, saved
from spacewheat_sim.engine.analysis.subject import (
    Subject,
    operators_of,
    start_state,
    static_bath,
)
from spacewheat_sim.engine.analysis.table import Cell, Tabular
from spacewheat_sim.engine.bath.arguments import checked_array
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum.analysis.chain import (
    coherent_rates,
    rate_matrix,
    stationary,
)
from spacewheat_sim.quantum.analysis.hops import moved

if TYPE_CHECKING:
    from matplotlib.figure import Figure


# A difference of populations that is as good as none.
ROUNDING = 1e-13


@dataclass(frozen=True, repr=False)
class ClassicalTwin(Tabular):
    """Populations that hop at rates, p′ = Rp, beside the biome's own.

    Attributes:
        emojis: The N emojis.
        rates: R_ts from s to t in 1/s: jumps, and couplings as rates, (N, N).
        coherent: The part of it that couplings make, K, (N, N).
        steady: Where the twin settles, (N,).
        biome_steady: Where the biome settles, (N,).
    """

    emojis: tuple[str, ...]
    rates: FloatArray = field(repr=False)
    coherent: FloatArray = field(repr=False)
    steady: FloatArray
    biome_steady: FloatArray
    _subject: Subject = field(repr=False)

    def populations(self, times: Any, start: Any = None) -> FloatArray:
        """Return p(t) = e^{Rt} p(0) at ``times`` (T,) in s, (T, N).

        Args:
            times: Seconds, not negative.
            start: As in :func:`spacewheat_sim.analysis.first_passage`; of it only the
                populations count.

        Raises:
            ArgumentError: a time is negative or not finite.
        """
        seconds = checked_array(times, "times", "s")
        if (seconds < 0.0).any():
            raise ArgumentError("Argument `times` must not be negative")
        begin = start_state(self._subject, start).diagonal().real
        return np.array([moved(self.rates, t) @ begin for t in seconds.tolist()])

    def plot(self, path: str | Path | None = None) -> Figure:
        """Draw both steady states."""
        figure, axes = figure_of("biome", "classical twin")
        largest = 1.1 * float(max(self.steady.max(), self.biome_steady.max()))
        axes.plot([0, largest], [0, largest], color="#d7dbe0", linewidth=0.8)
        axes.set_xlim(0, largest)
        axes.set_ylim(0, largest)
        for i, emoji in enumerate(self.emojis):
            place = float(self.biome_steady[i]), float(self.steady[i])
            put_emoji(axes, emoji, place, (0.0, 0.0))
        return saved(figure, path)

    def table(self) -> tuple[str, Sequence[str], Sequence[Sequence[Cell]]]:
        """See :class:`Tabular`."""
        rows = [
            (emoji, own, twin, own - twin if abs(own - twin) > ROUNDING else 0.0)
            for emoji, own, twin in zip(
                self.emojis,
                self.biome_steady.tolist(),
                self.steady.tolist(),
                strict=True,
            )
        ]
        head = ("", "biome", "twin", "difference")
        return "Steady populations with and without coherence", head, rows


def twin(subject: Subject, dephasing: float = 0.0) -> ClassicalTwin:
    """Return the classical twin of a static biome.

    Each coupling becomes a rate K_ij = 2|H_ij|² Γ_ij/(Γ_ij² + Δ_ij²) both ways, as it
    is where coherences decay faster than they move populations.

    Args:
        subject: Operators, a biome or a bath.
        dephasing: A rate in 1/s at which every coherence of the twin is to decay
            besides; the biome has none of it.

    Raises:
        ArgumentError: the biome is driven or a register; no jump leaves either end of
            a coupling; a steady state is not unique.
    """
    operators = operators_of(subject)
    bath = static_bath(subject, "classical twin")
    extra = real(dephasing)
    if not 0.0 <= extra < np.inf:
        raise ArgumentError(
            "Argument `dephasing` must be a finite rate in 1/s, not negative, but is "
            f"{shown(dephasing)}"
        )
    leaving = bath.decay + extra
    width = leaving[:, None] + leaving
    lasting = np.argwhere((np.abs(bath.flows.hamiltonian) > 0.0) & (width == 0.0))
    for i, j in lasting.tolist():
        if i != j:
            raise ArgumentError(
                f"No jump leaves {operators.emojis[i]} or {operators.emojis[j]}, which "
                "a coupling connects: their coherence never decays, and never becomes "
                "a rate; `dephasing` gives every coherence of the twin an end"
            )
    coherent = coherent_rates(bath.flows.hamiltonian, leaving)
    rates = rate_matrix(bath.feed, coherent)
    steady = stationary(rates)
    own = bath.steady.diagonal().real
    return ClassicalTwin(operators.emojis, rates, coherent, steady, own, subject)
