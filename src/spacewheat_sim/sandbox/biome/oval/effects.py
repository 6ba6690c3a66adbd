"""Short effects of events: jumps fly, collapses flash."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.bath.events import Collapsed, Harvested, Jumped, Measured
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.sandbox.biome.oval.colors import COLLAPSE, JUMP
from spacewheat_sim.sandbox.biome.oval.curves import Curves
from spacewheat_sim.sandbox.biome.oval.layout import OvalLayout
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.points import Points
from spacewheat_sim.sandbox.shapes import Disc, Glow, Ring, Trail

# Seconds of real time.
FLIGHT, LANDING, BLINK, FLASH = 0.45, 0.35, 0.5, 0.8
# Of each kind; at high speed the oldest are dropped.
MOST = 16
TAIL = 0.3
TAIL_POINTS = 9
PREY = 18.0


@dataclass(slots=True)
class Comet:
    """A jump from one emoji to another."""

    source: str
    target: str
    age: float = 0.0


@dataclass(slots=True)
class Blink:
    """A dephasing jump, which changes no population."""

    emoji: str
    age: float = 0.0


@dataclass(slots=True)
class Flash:
    """A collapse onto an emoji."""

    emoji: str
    age: float = 0.0


class OvalEffects:
    """A bounded number of short-lived effects."""

    def __init__(self) -> None:
        self.comets: deque[Comet] = deque(maxlen=MOST)
        self.blinks: deque[Blink] = deque(maxlen=MOST)
        self.flashes: deque[Flash] = deque(maxlen=MOST)

    def note(self, event: WorldEvent) -> None:
        """Start the effect of an event, if it has one."""
        match event.event:
            case Jumped(kind="dephasing", source=emoji):
                self.blinks.append(Blink(emoji))
            case Jumped(source=source, target=target):
                self.comets.append(Comet(source, target))
            case Collapsed(emoji=str(emoji)):
                self.flashes.append(Flash(emoji))
            case Measured(outcome=str(emoji)) | Harvested(outcome=str(emoji)):
                self.flashes.append(Flash(emoji))

    def forget(self) -> None:
        """Drop all effects: they are of another life."""
        for effects in (self.comets, self.blinks, self.flashes):
            effects.clear()

    @property
    def moving(self) -> bool:
        """Whether there is any effect."""
        return bool(self.comets or self.blinks or self.flashes)

    def advance(self, seconds: float) -> None:
        """Advance by ``seconds`` of real time, and drop what is over."""
        _age(self.comets, seconds, FLIGHT + LANDING)
        _age(self.blinks, seconds, BLINK)
        _age(self.flashes, seconds, FLASH)

    def draw(
        self,
        canvas: Canvas,
        layout: OvalLayout,
        radii: FloatArray,
        index: dict[str, int],
    ) -> None:
        """Add the effects; ``index`` gives the bubble of each emoji."""
        for blink in self.blinks:
            if (i := index.get(blink.emoji)) is not None:
                (x, y), r = layout.places[i].tolist(), float(radii[i])
                _draw_blink(canvas, x, y, r, blink.age / BLINK)
        for flash in self.flashes:
            if (i := index.get(flash.emoji)) is not None:
                (x, y), r = layout.places[i].tolist(), float(radii[i])
                _draw_flash(canvas, x, y, r, flash.age / FLASH)
        for comet in self.comets:
            ends = index.get(comet.source), index.get(comet.target)
            if ends[0] is None or ends[1] is None:
                continue
            if comet.age < FLIGHT:
                _draw_flight(canvas, layout, comet, ends[0], ends[1])
            else:
                (x, y), r = layout.places[ends[1]].tolist(), float(radii[ends[1]])
                _draw_landing(canvas, x, y, r, (comet.age - FLIGHT) / LANDING)


def _age(
    effects: deque[Comet] | deque[Blink] | deque[Flash], seconds: float, lasts: float
) -> None:
    for effect in effects:
        effect.age += seconds
    while effects and effects[0].age >= lasts:
        effects.popleft()


def _draw_flight(
    canvas: Canvas, layout: OvalLayout, comet: Comet, source: int, target: int
) -> None:
    """Add the prey in flight, with a tail; it starts and lands slowly."""
    share = comet.age / FLIGHT
    now = share * share * (3.0 - 2.0 * share)
    curve = Curves(layout, np.array([source]), np.array([target]), 0.09)
    arcs = curve.trimmed(np.zeros(len(layout.places)))
    t = np.linspace(max(0.0, now - TAIL), now, TAIL_POINTS)
    points = Points(arcs.at(np.zeros(TAIL_POINTS, dtype=np.intp), t))
    x, y = points[-1]
    canvas.add(
        Trail(points, JUMP, 5.0),
        Glow(x, y, 20.0, JUMP, 0.8),
    )
    canvas.emoji(x, y, PREY, comet.source)


def _draw_landing(canvas: Canvas, x: float, y: float, r: float, share: float) -> None:
    left = 1.0 - share
    canvas.add(
        Disc(x, y, r, JUMP, 0.45 * left),
        Ring(x, y, r + 4.0 + 14.0 * share, JUMP, 1.0 + 3.0 * left, left),
    )


def _draw_blink(canvas: Canvas, x: float, y: float, r: float, share: float) -> None:
    """Add two short flickers over the bubble."""
    bright = 1.0 - (2.0 * share) % 1.0
    canvas.add(
        Disc(x, y, r, COLLAPSE, 0.55 * bright),
        Ring(x, y, r + 3.0, COLLAPSE, 1.5, bright),
    )


def _draw_flash(canvas: Canvas, x: float, y: float, r: float, share: float) -> None:
    left = 1.0 - share
    canvas.add(
        Glow(x, y, r + 36.0, COLLAPSE, 0.7 * left),
        Disc(x, y, r, COLLAPSE, 0.5 * left),
        Ring(x, y, r + 3.0 + 26.0 * share, COLLAPSE, 1.5 + 4.0 * left, left),
    )
