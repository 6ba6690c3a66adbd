"""What every number does to what is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from spacewheat_sim.content.numbers.paths import matching
from spacewheat_sim.engine.analysis.drawing import figure_of, put_emoji, saved
from spacewheat_sim.engine.analysis.table import Cell, Tabular
from spacewheat_sim.engine.bath.arguments import checked_instance
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.problem import read_asked
from spacewheat_sim.engine.quantities.sensitivities import Sensitivities

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Rows that a table shows, and bars that a figure has.
ROWS, BARS = 20, 12


class SensitivityTable(Tabular, dict[str, float]):
    """The derivative of a quantity by each number: {path: derivative}.

    Attributes:
        quantity: What was asked for, in words.
        value: Its value.
        elasticities: By how many percent it changes for a percent of each number.
    """

    quantity: str
    value: float
    elasticities: dict[str, float]

    def plot(self, path: str | Path | None = None) -> Figure:
        """Draw the largest elasticities as bars."""
        figure, axes = figure_of("percent for a percent", "")
        largest = self._largest(BARS)[::-1]
        values = [self.elasticities[name] for name in largest]
        axes.barh(range(len(largest)), values, color="#0072B2")
        axes.set_yticks(range(len(largest)), [_plain(name) for name in largest])
        for place, name in enumerate(largest):
            emoji = name.split(".", maxsplit=1)[0]
            if not emoji.isascii():
                put_emoji(axes, emoji, (0.0, float(place)), (-9.0, 0.0))
        axes.axvline(0.0, color="#6b7280", linewidth=0.7)
        return saved(figure, path)

    def table(self) -> tuple[str, Sequence[str], Sequence[Sequence[Cell]]]:
        """See :class:`Tabular`."""
        rows: list[Sequence[Cell]] = []
        for name in self._largest(ROWS):
            share = self.elasticities[name]  # nothing has a percent of 0
            told: Cell = "none" if np.isnan(share) and self.value == 0.0 else share
            rows.append((name, self[name], told))
        title = f"{self.quantity} = {self.value:.6g}, and what moves it most"
        return title, ("number", "derivative", "% per %"), rows

    def _largest(self, count: int) -> list[str]:
        def size(name: str) -> float:
            found = max(abs(self.elasticities[name]), 1e-9 * abs(self[name]))
            return -found if np.isfinite(found) else 0.0

        return sorted(self, key=size)[:count]


def sensitivities(
    biome: CompiledBiome,
    quantity: Mapping[str, Any],
    paths: Sequence[str] = ("*",),
) -> SensitivityTable:
    """Return the derivative of a quantity by every number of a biome.

    One run forward and one of the adjoint backward serve all numbers, driven biomes
    too. NaN stands where a settled quantity would be asked how it follows the length
    of a day.

    Args:
        biome: What :func:`spacewheat_sim.load_biome` returns.
        quantity: A claim without its bound, such as ``{"population": "🐺", "at": 6}``.
        paths: Which numbers, as patterns: ``🐺.*``.

    Returns:
        {path: derivative}, with the value and the elasticities as attributes.

    Raises:
        ArgumentError: the quantity is none.
        UnknownNameError: an emoji or a number that is not there.

    Example:
        >>> from spacewheat_sim import analysis, load_biome
        >>> field = load_biome("biotic_flux")
        >>> found = analysis.sensitivities(field, {"population": "🌾", "at": 6})
        >>> round(found.value, 6), round(found["🌾.couplings.☀"], 6)
        (0.290873, -0.236879)
    """
    compiled = checked_instance(biome, CompiledBiome, "biome")
    asked = read_asked(quantity)
    numbers = compiled.numbers
    chosen = matching(paths, numbers)
    value, found = Sensitivities(compiled, chosen).of(asked)
    table = SensitivityTable(found)
    table.quantity, table.value = str(asked), value
    table.elasticities = {
        name: slope * numbers[name] / value if value else float("nan")
        for name, slope in found.items()
    }
    return table


def _plain(path: str) -> str:
    """Return a path without the emojis that text fonts lack."""
    return "".join(sign for sign in path if ord(sign) < 0x250).replace("..", ".")
