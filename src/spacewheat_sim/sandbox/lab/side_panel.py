"""The panel of a scene: description, sliders, choices and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import BODY, SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.widgets.choice import Choice
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.widgets.slider import Slider

ROW = 30.0
LINE = 17.0


class SidePanel:
    """A description, with controls and numbers below.

    Args:
        description: A sentence or two.
        sliders: Shown one below the other.
        choices: Each with its label, below the sliders.
    """

    def __init__(
        self,
        description: str,
        sliders: Sequence[Slider],
        choices: Sequence[tuple[str, Choice[Any]]],
    ) -> None:
        self._description = description
        self._sliders = tuple(sliders)
        self._choices = tuple(choices)

    def draw(
        self, canvas: Canvas, area: Rect, numbers: Sequence[tuple[str, str]]
    ) -> None:
        """Add it inside ``area``, with ``numbers``: names and values."""
        canvas.panel(area)
        inner = area.inset(14.0, 12.0)
        y = inner.y
        for line in canvas.wrapped(self._description, SMALL, inner.w):
            canvas.text(inner.x, y + LINE / 2, line, size=SMALL, color=palette.DIM)
            y += LINE
        y += 8.0
        widest = [canvas.measure.width(slider.label, SMALL) for slider in self._sliders]
        for slider in self._sliders:
            place = Rect(inner.x, y, inner.w, ROW - 4.0)
            slider.draw(canvas, place, label_width=max(widest) + 12.0)
            y += ROW
        for label, choice in self._choices:
            canvas.text(inner.x, y + 9.0, label, size=SMALL, color=palette.DIM)
            place = Rect(inner.x, y + 20.0, inner.w, 26.0)
            choice.draw(canvas, place, SMALL)
            y += 54.0
        y += 4.0
        for name, value in numbers:
            if y + LINE > inner.bottom:
                break
            used = canvas.text(
                inner.right, y + LINE / 2, value, size=BODY, align="right"
            )
            canvas.text(
                inner.x,
                y + LINE / 2,
                name,
                size=SMALL,
                color=palette.DIM,
                width=inner.w - used - 8.0,
            )
            y += LINE + 3.0

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for one of the controls."""
        controls = [choice for _, choice in self._choices]
        return dispatch(event, [*self._sliders, *controls])
