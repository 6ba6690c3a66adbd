"""A bar for each population, in basis order."""

from __future__ import annotations

import math

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.oval.colors import GHOST
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.shapes import Fill, Line, Shape
from spacewheat_sim.sandbox.words.number_text import fixed, percent, short

TOPS = (0.1, 0.25, 0.5, 1.0)
# The scale gets smaller when all bars are this much below its end.
SHRINK = 0.7
# Largest emojis of ticks; smaller ones are staggered in rows.
LARGEST_TICK, SMALLEST_TICK = 20.0, 14.0
MOST_ROWS = 3
WIDEST = 44.0
TITLE, HEADING = "Populations now", 16.0
HEAD = 10.0 + HEADING

Basis = tuple[str, ...]


class BarsPanel:
    """A bar chart of all populations.

    Args:
        selection: The hovered emoji, shared with other panels.
    """

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._top = 1.0
        self._plot = Rect(0.0, 0.0, 0.0, 0.0)
        self._key: object = None
        self._ground: list[Shape] = []

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add the chart inside ``area``."""
        mean = reading.mean
        largest = float(reading.populations.max())
        self._top = scale_top(
            self._top, largest if mean is None else max(largest, float(mean.max()))
        )
        with canvas.sheet(area, palette.GROUND):
            self._draw_ground(canvas, area, reading)
        plot, selected = self._plot, self._selection.hovered
        slot = plot.w / len(reading.emojis)
        width = min(max(1.0, slot - max(1.0, 0.25 * slot)), WIDEST)
        x = plot.x + (slot - width) / 2
        scale = plot.h / self._top
        bars = reading.populations.tolist()
        means = [None] * len(bars) if mean is None else mean.tolist()
        for emoji, p, m in zip(reading.emojis, bars, means, strict=True):
            height = min(p * scale, plot.h)
            color = palette.WHITE if emoji == selected else palette.SKY
            canvas.shapes.append(
                Fill(Rect(x, plot.bottom - height, width, height), color)
            )
            if m is not None:
                y = plot.bottom - min(m * scale, plot.h)
                canvas.shapes.append(Line(x - 1, y, x + width + 1, y, GHOST, 2.0))
            x += slot
        if selected in reading.emojis:
            self._draw_value(canvas, reading, reading.emojis.index(selected))

    def emoji_under(self, canvas: Canvas, area: Rect, emojis: Basis) -> str | None:
        """Return the emoji whose bar in ``area`` the pointer is on, or None."""
        plot, _ = _divided(canvas, area, len(emojis))
        column = Rect(plot.x, area.y, plot.w, area.h)
        if canvas.pointer is None or not canvas.over(column):
            return None
        share = (canvas.pointer[0] - plot.x) / plot.w
        return emojis[min(int(share * len(emojis)), len(emojis) - 1)]

    def handle(self, event: Input) -> bool:  # noqa: ARG002 - every panel has it
        """Do nothing: the bars take no input."""
        return False

    def _draw_ground(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add what does not change from frame to frame: panel, scale, emojis."""
        key = area, reading.emojis, self._top
        if key == self._key:
            canvas.shapes.extend(self._ground)
            return
        self._key = key
        first = len(canvas.shapes)
        canvas.panel(area)
        plot, (rows, step, size) = _divided(canvas, area, len(reading.emojis))
        self._plot = plot
        x, y = area.x + 6.0, area.y + 6.0 + HEADING / 2
        canvas.text(x, y, TITLE, size=SMALL, color=palette.DIM, width=area.w - 12.0)
        self._draw_scale(canvas)
        slot = plot.w / len(reading.emojis)
        for i in range(0, len(reading.emojis), step):
            y = plot.bottom + 3.0 + (size + 1.0) * (i // step % rows + 0.5)
            canvas.emoji(plot.x + slot * (i + 0.5), y, size, reading.emojis[i])
        self._ground = canvas.shapes[first:]

    def _draw_scale(self, canvas: Canvas) -> None:
        plot = self._plot
        for share in (0.0, 0.5, 1.0) if plot.h >= 40.0 else (0.0, 1.0):
            y = plot.bottom - share * plot.h
            canvas.add(Line(plot.x, y, plot.right, y, palette.GRID))
            canvas.text(
                plot.x - 4.0,
                y,
                f"{short(100 * share * self._top)}%",
                size=SMALL,
                color=palette.DIM,
                align="right",
            )

    def _draw_value(self, canvas: Canvas, reading: BiomeReading, i: int) -> None:
        """Add the number of the bar under the pointer, above the chart."""
        plot, slot = self._plot, self._plot.w / len(reading.emojis)
        bar = Rect(plot.x + slot * i, plot.y, slot, plot.h + 24.0)
        told = f"{reading.emojis[i]}: {fixed(100 * float(reading.populations[i]))}%"
        if reading.mean is not None:
            told += f"; average of all histories {fixed(100 * float(reading.mean[i]))}%"
        canvas.tell(bar, told)
        text = percent(float(reading.populations[i]))
        half = canvas.measure.width(text, SMALL) / 2
        x = plot.x + plot.w * (i + 0.5) / len(reading.emojis)
        x = min(max(x, plot.x + half), plot.right - half)
        y = plot.y - 4.0
        canvas.add(Fill(Rect(x - half - 2, y - 7, 2 * half + 4, 14), palette.PANEL))
        canvas.text(x, y, text, size=SMALL, align="center")


def _divided(
    canvas: Canvas, area: Rect, count: int
) -> tuple[Rect, tuple[int, int, float]]:
    """Return the place of the bars in ``area``, and rows, step, size of the emojis."""
    scale = canvas.measure.width("12.5%", SMALL) + 6.0
    _, right = area.inset(6.0).cut_left(scale)
    rows, step, size = ticks(count, right.w)
    height = max(1.0, right.h - HEAD - rows * (size + 1.0) - 3.0)
    return Rect(right.x, right.y + HEAD, right.w, height), (rows, step, size)


def scale_top(top: float, largest: float) -> float:
    """Return the end of the scale for bars up to ``largest``; now it is ``top``.

    It grows at once, and shrinks only if bars are well below the smaller scale, so that
    it does not flicker.

    Example:
        >>> scale_top(0.25, 0.3), scale_top(0.5, 0.2), scale_top(0.5, 0.1)
        (0.5, 0.5, 0.25)
    """
    needed = next((end for end in TOPS if largest <= end), 1.0)
    if needed >= top:
        return needed
    roomy = next((end for end in TOPS if largest <= SHRINK * end), 1.0)
    return min(top, roomy)


def ticks(count: int, width: float) -> tuple[int, int, float]:
    """Return rows, step and size of the emojis under ``count`` bars on ``width``.

    Emojis are staggered in up to three rows; if that leaves less than 14 px for each,
    only every ``step``-th is shown.
    """
    slot = width / count
    rows = min(MOST_ROWS, max(1, math.ceil(SMALLEST_TICK / slot)))
    step = max(1, math.ceil(0.75 * SMALLEST_TICK / (slot * rows)))
    size = min(LARGEST_TICK, 0.95 * slot * rows * step)
    return rows, step, size
