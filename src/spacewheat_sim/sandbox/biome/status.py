"""The status line: numbers of the world and of the program."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.shapes import Color, Shape
from spacewheat_sim.sandbox.words.number_text import (
    NONE,
    duration,
    fixed,
    short,
    step_text,
)

# Readable, and slow enough that a painter can reuse its pictures of text.
RENEWAL = 0.25
GAP = 14.0
# Most important first; the last ones are left out if the bar is too narrow.
IMPORTANCE = (
    "time",
    "speed",
    "method",
    "fps",
    "purity",
    "entropy",
    "norm",
    "tick",
    "dt",
    "settles",
    "seed",
)
# Room for each value, so that the line does not move when values change.
WIDEST = {
    "time": "0000.00 s",
    "tick": "000000",
    "dt": "1/60 s",
    "speed": "PAUSED",
    "method": "trajectory",
    "norm": "0.000000",
    "purity": "0.0000",
    "entropy": "0.000 nats",
    "seed": "0",
    "fps": "000",
    "settles": "0000 min",
}
TOLD = {
    "time": "seconds of the biome's time since it began",
    "tick": "ticks done since it began",
    "dt": "length of a tick in seconds of the biome's time  (D)",
    "speed": "seconds of the biome's time per real second  (− and +)",
    "method": "how it evolves: one history, or the average  (1, 2, 3)",
    "norm": "total probability: 1, up to rounding",
    "purity": "Tr ρ²: 1 for a pure state, less for a mixture",
    "entropy": "von Neumann entropy in nats: 0 for a pure state",
    "seed": "the root of all chance: the same seed plays the same game",
    "fps": "frames a second; — while the window rests",
    "settles": "in this time the slowest deviation of the average shrinks to 1/e: from "
    "where it settles, or with rhythms from its cycle",
}
# Values without a label.
UNNAMED = ("speed", "method")


class StatusBar:
    """Time, tick, step, speed, method, norm, purity, entropy, seed, and so on.

    Args:
        session: The session of the biome.
        frame_rate: Returns the frames per second.
        settling: Returns the seconds in which the biome settles, or None.
        now: Returns the real time in seconds.
    """

    def __init__(
        self,
        session: BiomeSession,
        frame_rate: Callable[[], float],
        settling: Callable[[], float | None] = lambda: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._frame_rate = frame_rate
        self._settling = settling
        self._now = now
        self._renewed = 0.0
        self._still = False
        self._area: Rect | None = None
        self._shapes: list[Shape] = []
        self._places: dict[str, Rect] = {}

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add as many numbers as fit in ``area``, in a fixed order."""
        now, paused = self._now(), self._session.clock.paused
        fresh = now - self._renewed < RENEWAL and paused == self._still
        if area == self._area and not paused and fresh:
            canvas.shapes.extend(self._shapes)
        else:
            self._area, self._renewed, self._still = area, now, paused
            first = len(canvas.shapes)
            self._draw(canvas, area, self._read(reading), paused=paused)
            self._shapes = canvas.shapes[first:]
        for name, place in self._places.items():
            canvas.tell(place, TOLD[name])

    def renew(self) -> None:
        """Update the numbers in the next frame."""
        self._area = None

    def handle(self, event: Input) -> bool:  # noqa: ARG002 - every panel has it
        """Do nothing: the line takes no input."""
        return False

    def _draw(
        self, canvas: Canvas, area: Rect, values: dict[str, str], *, paused: bool
    ) -> None:
        canvas.panel(area)
        inner = area.inset(10.0, 0.0)
        cells = {name: _cell(canvas, name, text) for name, text in values.items()}
        shown = _fitting(cells, inner.w)
        x, y = inner.x, inner.center[1]
        self._places = {}
        for name, (label, room) in cells.items():
            if name in shown:
                canvas.text(x, y, label, size=SMALL, color=palette.DIM)
                lead = canvas.measure.width(f"{label} ", SMALL) if label else 0.0
                color = _color(name, paused=paused)
                canvas.text(x + lead, y, values[name], size=SMALL, color=color)
                self._places[name] = Rect(x, area.y, room, area.h)
                x += room + GAP

    def _read(self, reading: BiomeReading) -> dict[str, str]:
        clock = self._session.clock
        speed = f"{Fraction(clock.speed).limit_denominator(64)}×"
        reached = self._session.ticks.pace.short_of(clock.speed)
        if reached is not None:
            speed += f", runs at {short(reached, 2)}×"
        found = {
            "time": f"{fixed(reading.time)} s",
            "tick": f"{reading.tick}",
            "dt": step_text(reading.dt),
            "speed": "PAUSED" if clock.paused else speed,
            "method": reading.method,
            "norm": fixed(reading.norm, 6),
            "purity": fixed(reading.purity, 4),
            "entropy": f"{fixed(reading.entropy, 3)} nats",
            "seed": f"{reading.seed}",
            "fps": fixed(self._frame_rate(), 0) if self._frame_rate() else NONE,
        }
        settling = self._settling()
        if settling is not None:
            found["settles"] = duration(settling)
        return found


def _cell(canvas: Canvas, name: str, text: str) -> tuple[str, float]:
    """Return the label of a value, and the width of both."""
    label = "" if name in UNNAMED else name
    lead = canvas.measure.width(f"{label} ", SMALL) if label else 0.0
    widths = (canvas.measure.width(t, SMALL) for t in (text, WIDEST[name]))
    return label, lead + max(widths)


def _fitting(cells: dict[str, tuple[str, float]], width: float) -> set[str]:
    """Return the most important cells that fit side by side."""
    shown: set[str] = set()
    used = -GAP
    for name in (name for name in IMPORTANCE if name in cells):
        used += GAP + cells[name][1]
        if used > width:
            break
        shown.add(name)
    return shown


def _color(name: str, *, paused: bool) -> Color:
    return palette.WARNING if name == "speed" and paused else palette.TEXT
