"""The day that a driven biome settles into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.analysis.drawing import draw_lines, figure_of, saved
from spacewheat_sim.engine.analysis.subject import Subject, operators_of
from spacewheat_sim.engine.analysis.table import Cell, Tabular
from spacewheat_sim.engine.bath.arguments import checked_count
from spacewheat_sim.engine.bath.options import ENTRY_BYTES, check_density
from spacewheat_sim.quantum.analysis import limit_cycle as cycles

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Multipliers that are found.
COUNT = 6


@dataclass(frozen=True, repr=False)
class LimitCycle(Tabular):
    """The state that returns after each period of a driven biome.

    Attributes:
        emojis: The N emojis.
        period: T in s, after which all drivers repeat.
        time: Seconds from 0 to T, (R,).
        populations: At these times, (R, N).
        mean: Mean of each population over the period, (N,).
        peaks: When in the period each population is largest, in s.
        multipliers: Factors by which deviations change in a period, the largest first;
            the first is 1, that of the cycle itself.
        start: The density matrix at time 0, (N, N).
    """

    emojis: tuple[str, ...]
    period: float
    time: FloatArray
    populations: FloatArray
    mean: FloatArray
    peaks: dict[str, float]
    multipliers: ComplexArray
    start: ComplexArray = field(repr=False)

    def plot(self, path: str | Path | None = None) -> Figure:
        """Draw the populations over one period."""
        figure, axes = figure_of("time in s", "population")
        draw_lines(axes, self.time, self.populations, self.emojis)
        return saved(figure, path)

    def table(self) -> tuple[str, Sequence[str], Sequence[Sequence[Cell]]]:
        """See :class:`Tabular`."""
        rows = [
            (
                emoji,
                self.peaks[emoji],
                float(self.populations[:, i].max()),
                float(self.populations[:, i].min()),
                float(self.mean[i]),
            )
            for i, emoji in enumerate(self.emojis)
        ]
        title = f"Limit cycle of {self.period:.6g} s"
        if self.multipliers.size > 1:
            title += f"; deviations shrink to {abs(self.multipliers[1]):.3g} in each"
        return title, ("", "peaks at s", "largest", "smallest", "mean"), rows


def limit_cycle(subject: Subject, rows: int = 241) -> LimitCycle:
    """Return the periodic state of a driven biome.

    Args:
        subject: Operators, a biome or a bath.
        rows: Times at which its populations are given, at least 3.

    Raises:
        ArgumentError: nothing is driven, by functions, or by periods that have no
            common multiple; the cycle is not unique.
        RunError: it is not found to 1e-9.
    """
    operators = operators_of(subject)
    count = checked_count(rows, "rows", at_least=3)
    check_density(len(operators), ENTRY_BYTES * 4)
    period = cycles.common_period(operators.whole_drive.drivers)
    found = cycles.limit_cycle(
        operators.generator, operators.drive, period, COUNT, count
    )
    peaks = dict(zip(operators.emojis, found.peaks.tolist(), strict=True))
    return LimitCycle(
        operators.emojis,
        period,
        found.time,
        found.populations,
        found.mean,
        peaks,
        found.multipliers,
        found.start,
    )
