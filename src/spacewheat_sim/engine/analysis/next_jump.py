"""What happens next: which jump, and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.engine.analysis.drawing import figure_of, saved
from spacewheat_sim.engine.analysis.static import (
    no_jump_period_of,
    static_bath_of,
)
from spacewheat_sim.engine.analysis.table import Cell, Tabular
from spacewheat_sim.engine.bath.arguments import checked_array
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.bath.terms import JumpTerm
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.analysis.forecast import (
    next_driven_jump,
    next_jump,
    survival_at,
)
from spacewheat_sim.quantum.analysis.static_bath import check_landings

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Channel:
    """One jump term, and how likely it is the next.

    Attributes:
        source: The emoji that the jump leaves.
        target: The emoji that it lands on.
        icon: The emoji whose icon declares it.
        kind: ``transfer``, ``decay`` or ``dephasing``.
        probability: That it is the next jump.
    """

    source: str
    target: str
    icon: str
    kind: str
    probability: float


@dataclass(frozen=True, repr=False)
class Forecast(Tabular):
    """The next jump from a state.

    Attributes:
        channels: All channels, the most probable first.
        never: Probability that no jump comes within ``horizon``.
        mean: Mean time in s until the next jump; ∞ where none may come.
        median: Time in s by which it has come half of the time; ∞ if it never has.
        horizon: Seconds that were looked ahead: ∞ of a biome that is static or repeats;
            of others until a jump is certain, or some thousand steps.
    """

    channels: tuple[Channel, ...]
    never: float
    mean: float
    median: float
    horizon: float
    _survival: Callable[[FloatArray], FloatArray] = field(repr=False)

    def survival(self, time: Any) -> Any:
        """Return the probability that no jump has come after ``time`` s.

        Raises:
            ArgumentError: a time is negative or not finite.
        """
        times = checked_array(time, "time", "s")
        if (times < 0.0).any():
            raise ArgumentError("Argument `time` must not be negative")
        order = np.argsort(times)
        found = np.empty(times.size)
        found[order] = self._survival(times[order])
        return float(found[0]) if np.ndim(time) == 0 else found.reshape(np.shape(time))

    def plot(self, path: str | Path | None = None) -> Figure:
        """Draw the probability that no jump has come yet against time."""
        late = 4 * self.median if np.isfinite(self.median) else 10.0
        times = np.linspace(0.0, late, 200)
        figure, axes = figure_of("time in s", "probability of no jump yet")
        axes.plot(times, self.survival(times), color="#0072B2")
        axes.axhline(0.5, color="#6b7280", linewidth=0.7, linestyle=":")
        axes.set_ylim(0.0, 1.05)
        return saved(figure, path)

    def table(self) -> tuple[str, Sequence[str], Sequence[Sequence[Cell]]]:
        """See :class:`Tabular`."""
        comes = sum(channel.probability for channel in self.channels)
        if np.isfinite(self.median):
            title = f"Next jump, half of the time within {self.median:.4g} s"
        elif comes:
            title = f"Next jump, if one comes, which has the probability {comes:.4g}"
        else:
            title = "No jump comes from here"
        rows = [
            (f"{c.source}→{c.target}", c.icon, c.kind, c.probability)
            for c in self.channels
        ]
        return title, ("jump", "icon", "kind", "probability"), rows


def forecast_of(operators: BathOperators, rho: ComplexArray, time: float) -> Forecast:
    """Return the next jump from ρ (N, N) at ``time`` s.

    Raises:
        ArgumentError: jumps do not land on basis states.
        RunError: driven energies cannot be followed.
    """
    if operators.qubits:
        raise ArgumentError(
            "A forecast is of a level biome, whose jumps land on an emoji: of a "
            "register, run an ensemble (`simulate --trajectories`, `ensemble`)"
        )
    survival: Callable[[FloatArray], FloatArray]
    if operators.drive.is_static:
        bath = static_bath_of(operators, "forecast")
        found = next_jump(bath, rho)
        alive = bath.no_jump.survival(rho)

        def survival(times: FloatArray) -> FloatArray:
            left = [found.never + alive(t) for t in times.tolist()]
            return np.clip(left, 0.0, 1.0)
    else:
        check_landings(operators.generator)
        moved = operators.generator, operators.drive, rho, time
        found = next_driven_jump(*moved, no_jump_period_of(operators))

        def survival(times: FloatArray) -> FloatArray:
            return survival_at(*moved, times)

    pairs = zip(operators.jumps, found.channels.tolist(), strict=True)
    channels = sorted(
        (_channel(operators, *pair) for pair in pairs),
        key=lambda own: -own.probability,
    )
    return Forecast(
        tuple(channels),
        found.never,
        found.mean,
        found.median,
        found.horizon,
        survival,
    )


def _channel(operators: BathOperators, term: JumpTerm, probability: float) -> Channel:
    names = operators.emojis
    source, target = names[term.source], names[term.target]
    return Channel(source, target, names[term.icon], term.kind, probability)
