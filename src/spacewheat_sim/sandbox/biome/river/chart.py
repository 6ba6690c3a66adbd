"""The populations of what is seen of the past, with their scale and marks."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.challenges.course import AttemptCourse
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.challenge.targets import is_target
from spacewheat_sim.sandbox.biome.river.best_run import draw_best_run
from spacewheat_sim.sandbox.biome.river.lines import Named, draw_branches, draw_line
from spacewheat_sim.sandbox.biome.river.marks import Marks
from spacewheat_sim.sandbox.biome.river.places import FOOT, Places
from spacewheat_sim.sandbox.biome.river.window import TimeWindow
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Line, Ring, Shape
from spacewheat_sim.sandbox.words.number_text import short

LINES = len(palette.SERIES)
OTHERS = 2  # lines that are the most populated emojis', planted or not


class Chart:
    """The lines of the most important emojis, each in a color that it keeps.

    Args:
        session: The session of the biome.

    Attributes:
        marks: What happened.
        ranked: The emojis that are shown, most important first.
        top: The population at the upper edge.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        self._places: list[str | None] = [None] * LINES
        self.marks = Marks(session.past.timeline)
        self.ranked: list[str] = []
        self.top = 1.0
        self._key: object = None
        self._shapes: list[Shape] = []

    @property
    def emojis(self) -> Named:
        """The emojis that are shown, each with its color."""
        pairs = zip(self._places, palette.SERIES, strict=True)
        return [(emoji, color) for emoji, color in pairs if emoji is not None]

    def draw(
        self,
        canvas: Canvas,
        places: Places,
        window: TimeWindow,
        reading: BiomeReading,
        other: BiomeSession | None,
        best: AttemptCourse | None,
        least: float,
    ) -> None:
        """Add it; what has not changed since the last frame is kept.

        Args:
            canvas: The frame.
            places: The parts of the river.
            window: What is seen of the past.
            reading: The biome now.
            other: Another session on the same clock, whose river runs below; or None.
            best: The best finished run of the challenge that is played, or None.
            least: A population that the scale holds at least.
        """
        past = self._session.past
        axes = tuple((axis.north, axis.south) for axis in reading.axes)
        rows = len(past.courses.of(past.line)), self.marks.count
        branches = past.line, len(past.timeline.branches)
        key = window, rows, branches, reading.emojis, axes, other, best, least
        if key != self._key:
            first = len(canvas.shapes)
            self._draw_lines(canvas, window, reading, best, least)
            self.marks.draw(canvas, places.lane, window)
            self._draw_restart(canvas, places.lane, window)
            if other is not None:
                window = self._draw_other(canvas, places, window, other)
            _draw_labels(canvas, window)
            self._key, self._shapes = key, canvas.shapes[first:]
        else:
            canvas.shapes.extend(self._shapes)

    def _draw_lines(
        self,
        canvas: Canvas,
        window: TimeWindow,
        reading: BiomeReading,
        best: AttemptCourse | None,
        least: float,
    ) -> None:
        past, plot = self._session.past, window.plot
        line, courses = past.line, past.courses
        _, _, rows = courses.along(line, reading.emojis, window.start, window.end)
        self.ranked = most_important(reading, rows)
        self._give_places(self.ranked)
        emojis = self.emojis
        columns = [reading.emojis.index(emoji) for emoji, _ in emojis]
        top = self.top = _top(rows[:, columns], least)
        _draw_scale(canvas, window, top)
        canvas.clip(Rect(plot.x, plot.y - 2.0, plot.w, plot.h + 6.0))
        if best is None:
            branches = past.timeline.branches
            draw_branches(canvas, window, courses, branches, line, emojis, top)
        else:  # the branches of a challenge are other attempts
            shown = [pair for pair in emojis if is_target(self._session.world, pair[0])]
            draw_best_run(canvas, window, best, shown or emojis, top)
        canvas.clip(None)
        draw_line(canvas, window, courses, line, emojis, top)

    def _draw_other(
        self, canvas: Canvas, places: Places, window: TimeWindow, other: BiomeSession
    ) -> TimeWindow:
        """Add the same of another session below, and return what is seen there."""
        past, below = other.past, window._replace(plot=places.below)
        _draw_scale(canvas, below, self.top)
        draw_line(canvas, below, past.courses, past.line, self.emojis, self.top)
        for letter, place in (("A", places.plot), ("B", places.below)):
            canvas.text(place.x + 6.0, place.y + 8.0, letter, size=SMALL, bold=True)
        return below

    def _draw_restart(self, canvas: Canvas, lane: Rect, window: TimeWindow) -> None:
        """Mark where this world began, if there was one before it."""
        past = self._session.past
        root = past.line.root
        times = past.courses.of(root).times
        if root.number > 1 and len(times):
            x, plot = window.x(float(times[0])), window.plot
            if plot.x <= x <= plot.right:
                canvas.add(Ring(x, lane.center[1], 4.5, palette.TEXT, 1.5))

    def _give_places(self, shown: list[str]) -> None:
        """Give each emoji a color; emojis that were shown before keep theirs."""
        kept = [emoji if emoji in shown else None for emoji in self._places]
        for emoji in shown:
            if emoji not in kept:
                kept[kept.index(None)] = emoji
        self._places = kept


def most_important(reading: BiomeReading, rows: FloatArray) -> list[str]:
    """Return the emojis to show: those planted last, then those with most population.

    Args:
        reading: The biome now.
        rows: Populations of what is seen, (T, N), of which the mean is used.
    """
    poles = [pole for axis in reading.axes[::-1] for pole in (axis.north, axis.south)]
    planted = list(dict.fromkeys(poles))[: LINES - OTHERS]
    mean = rows.mean(axis=0) if len(rows) else reading.populations
    ranked = [reading.emojis[i] for i in np.argsort(-mean, kind="stable").tolist()]
    return list(dict.fromkeys([*planted, *ranked]))[:LINES]


def _top(rows: FloatArray, least: float) -> float:
    """Return a round number as the end of a scale for ``rows``, and for ``least``."""
    largest = float(rows.max(initial=least))
    return next((top for top in (0.1, 0.25, 0.5) if largest <= top), 1.0)


def _draw_scale(canvas: Canvas, window: TimeWindow, top: float) -> None:
    """Add lines at some populations, with their numbers."""
    plot = window.plot
    for share in (0.0, 0.5, 1.0) if plot.h >= 60.0 else (0.0, 1.0):
        y = plot.bottom - share * plot.h
        canvas.add(Line(plot.x, y, plot.right, y, palette.GRID))
        text = f"{short(100 * share * top)}%"
        canvas.text(plot.x - 4.0, y, text, size=SMALL, color=palette.DIM, align="right")


def _draw_labels(canvas: Canvas, window: TimeWindow) -> None:
    """Add the times under the plot."""
    plot = window.plot
    y = plot.bottom + FOOT / 2 + 2.0
    for time in window.labels():
        x, text = window.x(time), f"{short(time, 6)} s"
        half = canvas.measure.width(text, SMALL) / 2
        canvas.add(Line(x, plot.bottom, x, plot.bottom + 3.0, palette.FAINT))
        if plot.x <= x - half and x + half <= plot.right:
            canvas.text(x, y, text, size=SMALL, color=palette.DIM, align="center")
