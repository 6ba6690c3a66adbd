"""The sliders of an icon under their headings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import chain, groupby

from spacewheat_sim.engine.world.commands import Command
from spacewheat_sim.sandbox.biome.inspector.edit import IconEdit
from spacewheat_sim.sandbox.biome.inspector.effect import WIDTH, EffectColumn
from spacewheat_sim.sandbox.biome.inspector.numbers import (
    IconNumber,
    icon_numbers,
    tidy,
)
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Moved, Released
from spacewheat_sim.sandbox.widgets.button import Button
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.widgets.slider import Slider

HEADING, ROW = 24.0, 24.0
RESET = 22.0
LABEL_SHARE, WIDEST_LABEL = 0.38, 170.0


class InspectorRows:
    """A slider for each number of an icon, with a button that resets it.

    Args:
        edit: The edited icon.
        partners: Label of each emoji of the biome, by canonical emoji.
        effects: Tells what a percent of each number does; None tells nothing.
    """

    def __init__(
        self,
        edit: IconEdit,
        partners: Mapping[str, str],
        effects: EffectColumn | None = None,
    ) -> None:
        self._edit = edit
        self._effects = effects
        authored = edit.authored
        numbers = [] if authored is None else list(icon_numbers(authored, partners))
        self._in_sight: list[Slider | Button] = []
        self._rows = [(number, *self._widgets(number)) for number in numbers]

    @property
    def height(self) -> float:
        """Height of all rows and headings."""
        groups = {number.group for number, _, _ in self._rows}
        return ROW * len(self._rows) + HEADING * len(groups)

    def draw(self, canvas: Canvas, place: Rect, view: Rect) -> None:
        """Add the rows of ``place`` that are visible in ``view``."""
        self._in_sight = []
        y = place.y
        icon = self._edit.icon
        if self._effects is not None and icon is not None and self._rows:
            self._effects.begin_frame(icon.key)
            heading = Rect(place.x, y, place.w - RESET - 4.0, HEADING + 4.0)
            if _is_seen(y, HEADING, view):
                self._effects.draw_heading(canvas, heading)
        for group, rows in groupby(self._rows, key=lambda row: row[0].group):
            if _is_seen(y, HEADING, view):
                canvas.text(
                    place.x,
                    y + HEADING * 0.6,
                    group,
                    size=SMALL,
                    bold=True,
                    width=place.w,
                )
            y += HEADING
            for number, slider, button in rows:
                if _is_seen(y, ROW, view):
                    row = Rect(place.x, y, place.w, ROW)
                    self._draw_row(canvas, row, number, slider, button)
                    self._in_sight += (slider, button)
                y += ROW

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for a slider or a button."""
        # A slider that is being dragged stays so when it is scrolled out of view.
        if isinstance(event, Moved | Released):
            pairs = ((slider, reset) for _, slider, reset in self._rows)
            return dispatch(event, chain.from_iterable(pairs))
        return dispatch(event, self._in_sight)

    def _draw_row(
        self,
        canvas: Canvas,
        place: Rect,
        number: IconNumber,
        slider: Slider,
        button: Button,
    ) -> None:
        edit = self._edit
        reset, row = place.cut_right(RESET, 4.0)
        icon, authored = edit.icon, edit.authored
        if self._effects is not None and icon is not None:
            effect, row = row.cut_right(WIDTH)
            self._effects.draw(canvas, effect, number, icon)
        label = min(LABEL_SHARE * place.w, WIDEST_LABEL)
        slider.draw(canvas, row, label_width=label)
        if (
            icon is None
            or authored is None
            or number.read(icon) == number.read(authored)
        ):
            button.hide()
            return
        button.draw(canvas, reset.inset(1.0, 2.0), SMALL)

    def _widgets(self, number: IconNumber) -> tuple[Slider, Button]:
        reset = partial(self._reset, number)
        slider = Slider(
            number.label,
            number.scale,
            lambda: 0.0 if self._edit.icon is None else number.read(self._edit.icon),
            lambda value: self._set(number, tidy(value, number.scale)),
            reset=reset,
            hint=f"{number.hint}  (right click resets)",
            would=lambda value: self._would(number, tidy(value, number.scale)),
            why_not=lambda: self._edit.refusal,
        )
        return slider, Button("↺", reset, hint="reset to the authored value")

    def _would(self, number: IconNumber, value: float) -> list[Command]:
        icon = self._edit.icon
        return [] if icon is None else self._edit.commands(number.write(icon, value))

    def _reset(self, number: IconNumber) -> None:
        if self._edit.authored is not None:
            self._set(number, number.read(self._edit.authored))

    def _set(self, number: IconNumber, value: float) -> None:
        icon = self._edit.icon
        if icon is not None and number.read(icon) != value:
            self._edit.put(number.write(icon, value))


def _is_seen(top: float, height: float, view: Rect) -> bool:
    return top + height > view.y and top < view.bottom
