"""The fan: what may come of what the pointer is on, while Alt is held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.world.commands import (
    ApplyGate,
    Collapse,
    Command,
    EditIcon,
    Harvest,
    Measure,
)
from spacewheat_sim.engine.world.fan import HISTORIES, Fan, fan_out
from spacewheat_sim.errors import SpacewheatError
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.river.window import TimeWindow
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import Act, Canvas
from spacewheat_sim.sandbox.inputs import Alt, Input
from spacewheat_sim.sandbox.points import Points
from spacewheat_sim.sandbox.shapes import Color, Polygon, Polyline, Shape

# Emojis whose histories are drawn, and how strongly.
MOST_EMOJIS = 2
THREAD, BAND = 0.3, 0.16


class FanView:
    """Keeps the fan of the act that the pointer is on.

    Args:
        session: The session of the biome.

    Attributes:
        fan: The fan, or None.
        text: What it is of, or why there is none; "" while Alt is not held.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        self._held = False
        self._key: object = None
        self._acts: tuple[Command, ...] = ()
        self._drawn: tuple[object, list[Shape]] = (None, [])
        self.fan: Fan | None = None
        self.text = ""

    @property
    def ahead(self) -> float:
        """Seconds beyond now that the fan reaches."""
        if self.fan is None:
            return 0.0
        return max(0.0, float(self.fan.times[-1]) - self._session.world.time)

    @property
    def largest(self) -> float:
        """The largest population in it."""
        return 0.0 if self.fan is None else float(self.fan.histories.max(initial=0.0))

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the fan."""
        if not isinstance(event, Alt):
            return False
        self._held = event.held
        if not event.held:
            self.fan, self.text, self._key = None, "", None
        return True

    def consider(self, act: Act | None) -> None:
        """Fan out ``act``, which the pointer is on, if Alt is held."""
        if not self._held:
            return
        if act is None:
            if self.fan is None:
                self.text = "Alt: point at M, H, a gate or a slider"
            return
        if self._session.keeps_secret:
            self.text = "What may come would tell the hidden number: guess it first"
            return
        commands = act()
        key = commands, self._session.past.place.branch
        if commands and key != self._key:
            self._key, self._acts = key, tuple(commands)
            self._fan_out()

    def draw(
        self,
        canvas: Canvas,
        window: TimeWindow,
        colors: dict[str, Color],
        ranked: Sequence[str],
        top: float,
    ) -> None:
        """Add the histories, their band and their mean.

        Args:
            canvas: The frame.
            window: What is seen of time.
            colors: Of the emojis that have a line.
            ranked: Emojis, most important first.
            top: The population at the upper edge.
        """
        fan = self.fan
        if fan is None:
            return
        key = id(fan), window, top
        if key != self._drawn[0]:
            first = len(canvas.shapes)
            shown = [e for e in self._emojis(ranked) if e in fan.emojis][:MOST_EMOJIS]
            for emoji in shown:
                color = colors.get(emoji, palette.WHITE)
                _draw(canvas, window, fan, fan.emojis.index(emoji), color, top)
            self._drawn = key, canvas.shapes[first:]
        else:
            canvas.shapes.extend(self._drawn[1])

    def _fan_out(self) -> None:
        session = self._session
        try:
            self.fan = fan_out(session.world, session.name, self._acts)
        except SpacewheatError as error:
            self.fan, self.text = None, str(error)
        else:
            self.text = (
                f"What may come of this: {HISTORIES} histories, their exact mean, and "
                "where the middle 80% are"
            )

    def _emojis(self, ranked: Sequence[str]) -> list[str]:
        """Return whose histories to draw: those that the act is about."""
        about: list[str] = []
        for command in self._acts:
            match command:
                case Measure(plot) | Harvest(plot):
                    axis = self._session.world.plots.get(plot)
                    about += [] if axis is None else [axis.north, axis.south]
                case ApplyGate(axis=poles):
                    about += poles
                case Collapse(emoji=emoji):
                    about.append(emoji)
                case EditIcon(icon):
                    about.append(icon.emoji)
        return list(dict.fromkeys([*about, *ranked]))


def _draw(
    canvas: Canvas, window: TimeWindow, fan: Fan, column: int, color: Color, top: float
) -> None:
    plot = window.plot
    x = plot.x + (fan.times - window.start) * (plot.w / window.span)

    def line(values: FloatArray) -> FloatArray:
        y = plot.bottom - np.clip(values / top, 0.0, 1.0) * plot.h
        return np.stack([x, y], axis=1).round(1)

    for history in fan.histories[:, :, column]:
        points = Points(line(history))
        canvas.shapes.append(Polyline(points, color, 1.0, THREAD))
    low, high = (line(edge[:, column]) for edge in fan.band())
    canvas.add(Polygon(Points(np.concatenate([high, low[::-1]])), color, BAND))
    mean = Points(line(fan.mean[:, column]))
    canvas.add(Polyline(mean, palette.WHITE, 3.5), Polyline(mean, color, 2.0))
