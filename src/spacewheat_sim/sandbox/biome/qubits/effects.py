"""Short effects of events on the qubits that they touch."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from spacewheat_sim.engine.bath.events import (
    Collapsed,
    Gated,
    Harvested,
    Jumped,
    Measured,
)
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.oval.colors import COLLAPSE, JUMP
from spacewheat_sim.sandbox.biome.qubits.layout import QubitLayout
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.shapes import Color, Glow, Line, Ring

LASTS = 0.8  # s of real time
MOST = 32
GATE = palette.SKY


@dataclass(slots=True)
class Pulse:
    """An event seen at all axes that it touches."""

    axes: tuple[int, ...]
    color: Color
    age: float = 0.0


class QubitEffects:
    """A bounded number of pulses."""

    def __init__(self) -> None:
        self.pulses: deque[Pulse] = deque(maxlen=MOST)

    def note(self, event: WorldEvent, emojis: tuple[str, ...]) -> None:
        """Start the effect of an event; ``emojis`` are the poles, axis by axis."""
        touched, color = _touched(event)
        axes = dict.fromkeys(emojis.index(e) // 2 for e in touched if e in emojis)
        if axes:
            self.pulses.append(Pulse(tuple(axes), color))

    def forget(self) -> None:
        """Drop all effects: they are of another life."""
        self.pulses.clear()

    @property
    def moving(self) -> bool:
        """Whether there is any effect."""
        return bool(self.pulses)

    def advance(self, seconds: float) -> None:
        """Advance by ``seconds`` of real time, and drop what is over."""
        for pulse in self.pulses:
            pulse.age += seconds
        while self.pulses and self.pulses[0].age >= LASTS:
            self.pulses.popleft()

    def draw(self, canvas: Canvas, layout: QubitLayout) -> None:
        """Add rings around the spheres that were touched, and a line between two."""
        for pulse in self.pulses:
            left = 1.0 - pulse.age / LASTS
            spheres = [layout.spheres[a] for a in pulse.axes if a < len(layout.spheres)]
            for x, y, r in spheres:
                canvas.add(
                    Glow(x, y, 1.5 * r, pulse.color, 0.5 * left),
                    Ring(x, y, r * (1.35 - 0.25 * left), pulse.color, 2.5, left),
                )
            if len(spheres) == 2:
                (x0, y0, _), (x1, y1, _) = spheres
                canvas.add(Line(x0, y0, x1, y1, pulse.color, 2.0, left))


def _touched(event: WorldEvent) -> tuple[tuple[str, ...], Color]:
    """Return the emojis of an event, and the color that it is shown in."""
    match event.event:
        case Jumped(source=source, target=target):
            return (source, target), JUMP
        case Gated(axis=axis, other=other):
            return (axis[0], *(other or ())[:1]), GATE
        case Collapsed(emoji=emoji):
            return (emoji,), COLLAPSE
        case Measured(north=north) | Harvested(north=north):
            return (north,), COLLAPSE
    return (), JUMP
