"""How a biome settles: the slowest modes of its Liouvillian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.engine.analysis.drawing import figure_of, saved
from spacewheat_sim.engine.analysis.subject import Subject, operators_of, static_bath
from spacewheat_sim.engine.analysis.table import Cell, Tabular
from spacewheat_sim.engine.bath.arguments import checked_count
from spacewheat_sim.quantum.analysis.modes import slowest_modes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Share of an eigenvalue below which its imaginary part is rounding.
STILL = 1e-12
# Share of the largest eigenvalue below which a decay rate is rounding.
LASTING = 16 * float(np.finfo(float).eps)


@dataclass(frozen=True, repr=False)
class Modes(Tabular):
    """The slowest modes LX = λX, by falling real part of λ.

    Attributes:
        eigenvalues: λ in 1/s, to some roundings of the fastest rate, (K,).
        states: X, of norm 1; of λ = 0 the steady state, (K, N, N).
        settling_time: 1/|Re λ| in s of the slowest mode that decays, whether it is
            among these or not; ∞ if none does, NaN if doubles do not tell it from none.
        emojis: The N emojis.
    """

    eigenvalues: ComplexArray
    states: ComplexArray = field(repr=False)
    settling_time: float
    emojis: tuple[str, ...]

    def plot(self, path: str | Path | None = None) -> Figure:
        """Draw the eigenvalues in the complex plane."""
        figure, axes = figure_of("decay rate −Re λ in 1/s", "frequency Im λ in rad/s")
        axes.plot(-self.eigenvalues.real, self.eigenvalues.imag, "o", color="#0072B2")
        return saved(figure, path)

    def table(self) -> tuple[str, Sequence[str], Sequence[Sequence[Cell]]]:
        """See :class:`Tabular`."""
        rows: list[Sequence[Cell]] = []
        rounding = LASTING * float(np.abs(self.eigenvalues).max(initial=0.0))
        for value, state in zip(self.eigenvalues, self.states, strict=True):
            sizes = np.abs(state.diagonal())
            first = [self.emojis[i] for i in np.argsort(-sizes)[:3] if sizes[i] > 1e-6]
            turning = abs(value.imag)
            period = 2 * np.pi / turning if turning > STILL * abs(value) else np.inf
            rate = float(value.real) if value.real < -rounding else 0.0
            lasting = -1 / rate if rate else np.inf
            rows.append((rate, float(value.imag), lasting, period, " ".join(first)))
        head = ("Re λ 1/s", "Im λ rad/s", "lasts s", "period s", "mostly")
        return f"Modes; {self._settles()}", head, rows

    def _settles(self) -> str:
        if np.isnan(self.settling_time):
            return "whether it settles is lost in rounding"
        if np.isinf(self.settling_time):
            return "it never settles"
        return f"settles in {self.settling_time:.4g} s"


def modes(subject: Subject, count: int = 6) -> Modes:
    """Return the slowest modes of a static biome.

    Args:
        subject: Operators, a biome or a bath.
        count: How many, at least 1.

    Raises:
        ArgumentError: the biome is driven or a register.
        RunError: of more than 24 emojis, too many frequencies have to be searched, or
            energies and rates lie too far apart.
    """
    wanted = checked_count(count, "count", at_least=1)
    bath = static_bath(subject, "modes")
    values, states, settling = slowest_modes(bath, wanted)
    return Modes(values, states, settling, operators_of(subject).emojis)
