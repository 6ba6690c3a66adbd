"""How often something happens: counting statistics of jumps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.analysis.drawing import figure_of, saved
from spacewheat_sim.engine.analysis.subject import (
    Pair,
    Subject,
    checked_pairs,
    operators_of,
    pair_feed,
    start_state,
    static_bath,
)
from spacewheat_sim.engine.analysis.table import Cell, Tabular
from spacewheat_sim.engine.bath.arguments import checked_count, checked_seconds
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.analysis.counts.distribution import count_distribution
from spacewheat_sim.quantum.analysis.counts.statistics import Counting

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Cumulants beyond are lost in rounding.
HIGHEST_ORDER = 12


@dataclass(frozen=True, repr=False)
class CountingStatistics(Tabular):
    """The number n of jumps of some pairs in a long time T, in the steady state.

    Attributes:
        pairs: The pairs, all of whose channels are counted.
        mean: ⟨n⟩/T in 1/s.
        variance: (⟨n²⟩ − ⟨n⟩²)/T in 1/s.
        fano: variance/mean: 1 of independent jumps, below it where they keep apart,
            above it where they come in bunches; NaN where none come.
    """

    pairs: tuple[Pair, ...]
    mean: float
    variance: float
    fano: float
    _counting: Counting = field(repr=False)
    _subject: Subject = field(repr=False)

    @property
    def dies_out(self) -> bool:
        """Whether the biome settles where none of these jumps comes.

        From a start they come a number of times that stays finite however long it
        lasts, which :meth:`distribution` with a ``start`` tells.
        """
        return self.mean == 0.0

    def cumulants(self, order: int) -> FloatArray:
        """Return the first ``order`` cumulants of n per second, (order,), in 1/s.

        Raises:
            ArgumentError: ``order`` is below 1 or above 12.
        """
        count = checked_count(order, "order", at_least=1)
        if count > HIGHEST_ORDER:
            raise ArgumentError(
                f"Argument `order` must be at most {HIGHEST_ORDER}, but is {count}: "
                "higher cumulants are lost in rounding"
            )
        return self._counting.cumulants(count)

    def scgf(self, s: Any) -> Any:
        """Return θ(s) = lim ln⟨e^{s n}⟩/T in 1/s, of a number or an array.

        The scaled cumulant generating function; its derivatives at 0 are the cumulants.

        Raises:
            ArgumentError: some |s| is above 300.
            RunError: θ is so far above all rates that it is not known to 1e-9.
        """
        values = np.asarray(s, dtype=np.float64)
        found = [self._counting.scgf(value)[0] for value in values.ravel().tolist()]
        return found[0] if values.ndim == 0 else np.reshape(found, values.shape)

    def rate_function(self, x: Any) -> Any:
        """Return I(x) = sup_s (s x − θ(s)) in 1/s: P(n/T ≈ x) falls as e^{−I(x) T}."""
        values = np.asarray(x, dtype=np.float64)
        rates = [self._counting.rate_function(v) for v in values.ravel().tolist()]
        return rates[0] if values.ndim == 0 else np.reshape(rates, values.shape)

    def distribution(
        self, time: float, most: int | None = None, start: Any = None
    ) -> FloatArray:
        """Return P(n, t) for n = 0 … ``most``: the number of jumps until ``time``.

        Args:
            time: Seconds since the start.
            most: Largest n; by default twelve standard deviations above the mean.
            start: Where it begins, as in :func:`first_passage`; the steady state by
                default.
        """
        seconds = checked_seconds(time, "time")
        if most is None:
            width = 12 * np.sqrt(max(self.variance * seconds, 1.0))
            most = int(np.ceil(self.mean * seconds + width)) + 2
        largest = checked_count(most, "most", at_least=0)
        bath = static_bath(self._subject, "counting statistics")
        rho = bath.steady if start is None else start_state(self._subject, start)
        indices = checked_pairs(operators_of(self._subject), list(self.pairs))
        return count_distribution(bath, pair_feed(bath, indices), rho, seconds, largest)

    def plot(self, time: float | None = None, path: str | Path | None = None) -> Figure:
        """Draw P(n, t) beside independent jumps of the same mean.

        Args:
            time: t in s; by default ten jumps are expected.
            path: File to write to.
        """
        from math import lgamma

        seconds = 10 / self.mean if time is None and self.mean else time or 1.0
        chances = self.distribution(seconds)
        n = np.arange(chances.size)
        expected = max(self.mean * seconds, 1e-300)
        logs = n * np.log(expected) - expected - [lgamma(k + 1) for k in n]
        figure, axes = figure_of(f"jumps in {seconds:.3g} s", "probability")
        axes.bar(n, chances, color="#56B4E9", label="exact")
        axes.plot(n, np.exp(logs), ".", color="#D55E00", label="independent jumps")
        axes.legend(frameon=False)
        return saved(figure, path)

    def table(self) -> tuple[str, Sequence[str], Sequence[Sequence[Cell]]]:
        """See :class:`Tabular`."""
        names = ", ".join(f"{source}→{target}" for source, target in self.pairs)
        rows: list[tuple[Cell, ...]] = [
            ("mean", self.mean, "1/s"),
            ("variance", self.variance, "1/s"),
            ("Fano factor", "none" if self.dies_out else self.fano, ""),
        ]
        title = f"How often {names}"
        if self.dies_out:
            title += (
                ": never where the biome settles. Before, it comes a number of times "
                "that does not grow with time"
            )
        return title, ("", "value", "unit"), rows


def counting(subject: Subject, pairs: Sequence[Pair]) -> CountingStatistics:
    """Return how often jumps of some pairs happen in a static biome.

    Args:
        subject: Operators, a biome or a bath.
        pairs: ``(source, target)``; all channels of a pair are counted.

    Raises:
        ArgumentError: the biome is driven or a register, or has several steady states.
        UnknownNameError: an emoji that is not there, or a pair without a jump.

    Example:
        >>> from spacewheat_sim import BathOperators, analysis
        >>> jumps = [("🐇", "🐺", 0.5), ("🐺", "🐇", 1.5)]
        >>> pair = BathOperators.from_terms("🐇🐺", [[0, 0], [0, 0]], jumps)
        >>> meals = analysis.counting(pair, [("🐇", "🐺")])
        >>> round(meals.mean, 6), round(meals.fano, 6)
        (0.375, 0.625)
    """
    operators = operators_of(subject)
    bath = static_bath(subject, "counting statistics")
    indices = checked_pairs(operators, pairs)
    found = Counting(bath, pair_feed(bath, indices))
    variance = float(found.cumulants(2)[1])
    names = tuple((operators.emojis[s], operators.emojis[t]) for s, t in indices)
    fano = variance / found.mean if found.mean else float("nan")
    return CountingStatistics(names, found.mean, variance, fano, found, subject)
