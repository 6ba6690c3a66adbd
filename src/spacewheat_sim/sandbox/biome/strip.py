"""A chart of the populations over the last minute."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session import BiomeSession
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.history import INTERVAL, SECONDS, History
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.number_text import short
from spacewheat_sim.sandbox.shapes import Shape
from spacewheat_sim.sandbox.strip_chart import Series, draw_strip

LINES = len(palette.SERIES)


class StripPanel:
    """A strip chart of the most important emojis.

    Args:
        session: The session of the biome.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        self._places: list[str | None] = [None] * LINES
        self._key: object = None
        self._shapes: list[Shape] = []

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add the chart, which is updated when the history has a new row."""
        history = self._session.history
        axes = tuple((axis.north, axis.south) for axis in reading.axes)
        key = (area, history, int(reading.time / INTERVAL), reading.emojis, axes)
        if key != self._key:
            self._key = key
            first = len(canvas.shapes)
            self._draw(canvas, area, reading, history)
            self._shapes = canvas.shapes[first:]
        else:
            canvas.shapes.extend(self._shapes)

    def handle(self, event: Input) -> bool:  # noqa: ARG002 - every panel has it
        """Do nothing: the chart takes no input."""
        return False

    def _draw(
        self, canvas: Canvas, area: Rect, reading: BiomeReading, history: History
    ) -> None:
        canvas.panel(area)
        times, rows = history.times, history.rows
        self._give_places(most_important(reading, rows))
        column = {emoji: i for i, emoji in enumerate(reading.emojis)}
        series = [
            Series(emoji, rows[:, column[emoji]], color, emoji=True)
            for emoji, color in zip(self._places, palette.SERIES, strict=True)
            if emoji is not None
        ]
        draw_strip(
            canvas,
            area.inset(6.0),
            times,
            series,
            span=SECONDS,
            limits=(0.0, _top(rows)),
            number=lambda share: f"{short(100 * share)}%",
        )

    def _give_places(self, shown: list[str]) -> None:
        """Give each emoji a color; emojis that were shown before keep theirs."""
        kept = [emoji if emoji in shown else None for emoji in self._places]
        for emoji in shown:
            if emoji not in kept:
                kept[kept.index(None)] = emoji
        self._places = kept


def most_important(reading: BiomeReading, rows: FloatArray) -> list[str]:
    """Return the emojis to show: the planted ones, then those with most population.

    Args:
        reading: The biome now.
        rows: Populations over the last minute, (T, N), of which the mean is used.
    """
    planted = [pole for axis in reading.axes for pole in (axis.north, axis.south)]
    mean = rows.mean(axis=0) if len(rows) else reading.populations
    ranked = [reading.emojis[i] for i in np.argsort(-mean, kind="stable").tolist()]
    return list(dict.fromkeys([*planted, *ranked]))[:LINES]


def _top(rows: FloatArray) -> float:
    """Return a round number as the end of a scale for ``rows``."""
    largest = float(rows.max(initial=0.0))
    return next((top for top in (0.1, 0.25, 0.5) if largest <= top), 1.0)
