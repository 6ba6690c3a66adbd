"""A slider for a number between two limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from spacewheat_sim.engine.world.commands import Command
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Moved, Pressed, Released, Wheeled
from spacewheat_sim.sandbox.shapes import Disc, Fill
from spacewheat_sim.sandbox.widgets.button import NOWHERE
from spacewheat_sim.sandbox.words.number_text import short

WHEEL_STEP = 0.02


class Scale:
    """The position of a number on a track from 0 to 1, linear or logarithmic.

    A logarithmic scale runs from ``low`` > 0 to ``high``, and 0 is at its left end.

    Example:
        >>> Scale(0.001, 1.0, logarithmic=True).value(0.0)
        0.0
        >>> Scale(-1.0, 3.0).position(0.0)
        0.25
    """

    def __init__(self, low: float, high: float, *, logarithmic: bool = False) -> None:
        self.low, self.high = low, high
        self._logarithmic = logarithmic

    def value(self, position: float) -> float:
        """Return the number at ``position``, clipped to 0 … 1."""
        position = min(max(position, 0.0), 1.0)
        if not self._logarithmic:
            return self.low + position * (self.high - self.low)
        if position == 0.0:
            return 0.0
        return self.low * math.exp(position * math.log(self.high / self.low))

    def position(self, value: float) -> float:
        """Return the position of ``value``, clipped to the limits."""
        if self._logarithmic:
            if value <= self.low:
                return 0.0
            span = math.log(self.high / self.low)
            return min(1.0, math.log(value / self.low) / span)
        share = (value - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0)


class Slider:
    """A number set by dragging; a right click resets it.

    Args:
        label: Its label.
        scale: Its limits.
        value: Returns the number.
        change: Sets the number.
        text: Converts the number to text, with its unit.
        reset: Action of a right click, or None.
        hint: Its tooltip.
        would: Returns the commands that set it to a number, or None.
        why_not: Says why it cannot be moved now, "" if it can; None is always "".

    Attributes:
        label: Its label.
    """

    def __init__(
        self,
        label: str,
        scale: Scale,
        value: Callable[[], float],
        change: Callable[[float], object],
        *,
        text: Callable[[float], str] = short,
        reset: Callable[[], object] | None = None,
        hint: str = "",
        would: Callable[[float], Sequence[Command]] | None = None,
        why_not: Callable[[], str] | None = None,
    ) -> None:
        self.label = label
        self._scale = scale
        self._value = value
        self._change = change
        self._text = text
        self._reset = reset
        self._hint = hint
        self._would = would
        self._why_not = why_not
        self._rect = self._track = NOWHERE
        self._dragged = False

    def draw(self, canvas: Canvas, rect: Rect, *, label_width: float = 0.0) -> None:
        """Add its shapes inside ``rect``: label, track and number in a row.

        Args:
            canvas: The frame.
            rect: Place of the whole row.
            label_width: Width of the label's column; 0 fits the label.
        """
        self._rect = rect
        value = self._value()
        label_width = label_width or canvas.measure.width(self.label, SMALL) + 10.0
        value_width = max(58.0, canvas.measure.width(self._text(value), SMALL) + 8.0)
        y = rect.center[1]
        if self.label:
            canvas.text(
                rect.x,
                y,
                self.label,
                size=SMALL,
                color=palette.DIM,
                width=label_width - 6.0,
            )
        track_width = max(8.0, rect.w - label_width - value_width)
        self._track = Rect(rect.x + label_width, y - 2.0, track_width, 4.0)
        knob = self._track.x + self._scale.position(value) * track_width
        zero = self._track.x + self._scale.position(0.0) * track_width
        why_not = self._refusal
        live = not why_not and (self._dragged or canvas.over(rect))
        canvas.add(
            Fill(self._track, palette.PANEL_EDGE, radius=2.0),
            Fill(
                self._track._replace(x=min(zero, knob), w=abs(knob - zero)),
                palette.FAINT if why_not else palette.ACCENT,
                radius=2.0,
            ),
            Disc(
                knob, y, 7.0 if live else 6.0, palette.DIM if why_not else palette.TEXT
            ),
        )
        canvas.text(rect.right, y, self._text(value), size=SMALL, align="right")
        if not self._dragged:
            canvas.tell(rect, why_not or self._hint)
            if not why_not:
                self._offer(canvas)

    def hide(self) -> None:
        """Take no space in this frame."""
        self._rect = self._track = NOWHERE
        self._dragged = False

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for this slider."""
        if self._refusal:
            self._dragged = False
            return isinstance(event, Pressed) and self._is_grabbed(event)
        if isinstance(event, Moved):
            if self._dragged:
                self._drag(event.x)
            return self._dragged
        if isinstance(event, Released):
            dragged, self._dragged = self._dragged, False
            return dragged
        if isinstance(event, Wheeled) and self._rect.contains(event.x, event.y):
            position = self._scale.position(self._value())
            self._change(self._scale.value(position + WHEEL_STEP * event.dy))
            return True
        if isinstance(event, Pressed) and self._is_grabbed(event):
            if event.button == "left":
                self._dragged = True
                self._drag(event.x)
            elif event.button == "right" and self._reset is not None:
                self._reset()
            return True
        return False

    @property
    def _refusal(self) -> str:
        return "" if self._why_not is None else self._why_not()

    def _offer(self, canvas: Canvas) -> None:
        """Tell what a press here would do."""
        would, pointer = self._would, canvas.pointer
        if would is None or pointer is None or not canvas.over(self._reach):
            return
        value = self._scale.value((pointer[0] - self._track.x) / self._track.w)
        canvas.would = lambda: would(value)

    @property
    def _reach(self) -> Rect:
        """Where a press takes hold of it."""
        track = self._track
        return Rect(track.x - 8.0, self._rect.y, track.w + 16.0, self._rect.h)

    def _is_grabbed(self, event: Pressed) -> bool:
        return self._reach.contains(event.x, event.y)

    def _drag(self, x: float) -> None:
        self._change(self._scale.value((x - self._track.x) / self._track.w))
