"""When a bath first lands somewhere, and which of two landings comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from spacewheat_sim.arrays import ComplexArray, IndexArray
from spacewheat_sim.engine.analysis.drawing import figure_of, saved
from spacewheat_sim.engine.analysis.subject import (
    Subject,
    operators_of,
    start_state,
    static_bath,
)
from spacewheat_sim.engine.analysis.table import Cell, Tabular
from spacewheat_sim.engine.bath.arguments import checked_array, checked_items
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.analysis import passage as landings
from spacewheat_sim.quantum.analysis.static_bath import StaticBath

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, repr=False)
class FirstPassage(Tabular):
    """The first landing by a jump on some emojis.

    Attributes:
        targets: The emojis.
        probability: That it ever comes.
        mean: Mean time in s until it; ∞ where it may never come.
        mean_given: Mean time in s of those that come; NaN where none does.
    """

    targets: tuple[str, ...]
    probability: float
    mean: float
    mean_given: float
    _bath: StaticBath = field(repr=False)
    _indices: IndexArray = field(repr=False)
    _start: ComplexArray = field(repr=False)

    def cdf(self, time: Any) -> Any:
        """Return the probability that it has come by ``time`` s, number or array.

        Raises:
            ArgumentError: a time is negative or not finite.
            RunError: it is too long for these rates to be followed.
        """
        times = checked_array(time, "time", "s")
        if (times < 0.0).any():
            raise ArgumentError("Argument `time` must not be negative")
        order = np.argsort(times)
        found = np.empty(times.size)
        found[order] = landings.arrived(
            self._bath, self._indices, self._start, times[order]
        )
        return float(found[0]) if np.ndim(time) == 0 else found.reshape(np.shape(time))

    def plot(self, path: str | Path | None = None) -> Figure:
        """Draw the probability that it has come against time."""
        late = self.mean_given if np.isfinite(self.mean_given) else 1.0
        times = np.linspace(0.0, 4 * late, 200)
        figure, axes = figure_of("time in s", "probability that it has come")
        axes.plot(times, self.cdf(times), color="#0072B2")
        axes.axhline(self.probability, color="#6b7280", linewidth=0.7, linestyle=":")
        axes.set_ylim(0.0, 1.05)
        return saved(figure, path)

    def table(self) -> tuple[str, Sequence[str], Sequence[Sequence[Cell]]]:
        """See :class:`Tabular`."""
        rows: list[tuple[Cell, ...]] = [
            ("probability", self.probability, ""),
            ("mean", self.mean, "s"),
            ("mean of those that come", self.mean_given, "s"),
        ]
        title = f"First landing on {', '.join(self.targets)}"
        return title, ("", "value", "unit"), rows


def first_passage(
    subject: Subject, target: str | Sequence[str], start: Any = None
) -> FirstPassage:
    """Return when a jump first lands on ``target``.

    A landing needs a jump: amplitude that a coupling brings is none, and a dephasing
    of the target is one, as it lands there.

    Args:
        subject: Operators, a biome or a bath.
        target: An emoji, or several.
        start: An emoji, weights of emojis, a ket or a density matrix; by default the
            present state of a bath, or a biome's initial one.

    Raises:
        ArgumentError: the biome is driven or a register.
        UnknownNameError: an emoji that is not there.
        RunError: energies and rates lie too far apart for doubles.

    Example:
        >>> from spacewheat_sim import analysis, load_biome
        >>> egg = load_biome("decay_chain")
        >>> grown = analysis.first_passage(egg, "🐔", start="🥚")
        >>> grown.probability, round(grown.mean, 6)
        (1.0, 14.0)
    """
    operators = operators_of(subject)
    bath = static_bath(subject, "first passage")
    indices = _indices(operators, target, "target")
    rho = start_state(subject, start)
    found = landings.first_passage(bath.flows, indices)
    names = tuple(operators.emojis[i] for i in indices)
    basis = np.flatnonzero(rho.diagonal().real == 1.0)
    if basis.size:
        i = int(basis[0])
        landings.check_known(found.error[i : i + 1])
        own = found.probability[i], found.mean[i], found.mean_given[i]
    else:
        own = landings.from_state(bath, indices, found, rho)
    probability, mean, given = map(float, own)
    return FirstPassage(names, probability, mean, given, bath, indices, rho)


def committor(
    subject: Subject, toward: str | Sequence[str], instead: str | Sequence[str]
) -> dict[str, float]:
    """Return, from each emoji, the probability to land ``toward`` before ``instead``.

    Args:
        subject: Operators, a biome or a bath.
        toward: Emojis whose landing is hoped for.
        instead: Emojis whose landing ends the hope.

    Raises:
        ArgumentError: an emoji is in both; the biome is driven or a register.
        UnknownNameError: an emoji that is not there.
    """
    operators = operators_of(subject)
    bath = static_bath(subject, "committor")
    hoped = _indices(operators, toward, "toward")
    feared = _indices(operators, instead, "instead")
    both = set(hoped.tolist()) & set(feared.tolist())
    if both:
        names = ", ".join(operators.emojis[i] for i in sorted(both))
        raise ArgumentError(f"{names} cannot be both `toward` and `instead`")
    found = landings.committor(bath.flows, hoped, feared)
    return dict(zip(operators.emojis, found.tolist(), strict=True))


def _indices(
    operators: BathOperators, emojis: str | Sequence[str], name: str
) -> IndexArray:
    given = (
        (emojis,) if isinstance(emojis, str) else checked_items(emojis, name, "emojis")
    )
    if not given:
        raise ArgumentError(f"Argument `{name}` must name at least one emoji")
    return np.array(sorted({operators.index(emoji) for emoji in given}), dtype=np.intp)
