"""One planted axis: its sphere, its numbers, and its buttons."""

from __future__ import annotations

from spacewheat_sim.engine.world.commands import (
    Command,
    Harvest,
    PlotId,
    Remove,
)
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.axes.events import AxesEvents
from spacewheat_sim.sandbox.biome.axes.grid import (
    WORDY,
    CellParts,
    cell_parts,
)
from spacewheat_sim.sandbox.biome.challenge.allowed import measurement, refusal
from spacewheat_sim.sandbox.biome.session.reading import AxisReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.shapes import Align, Outline
from spacewheat_sim.sandbox.widgets.button import Button
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.words.number_text import degrees, fixed, short

TINY = 10.0
ROOM_FOR_SMALL = 140.0
WIDEST_BUTTONS = 240.0
ACTIONS = (
    ("measure", "M", "measure this axis  (M)"),
    (
        "harvest",
        "H",
        "take what is here: it goes to the ground, you get its value  (H)",
    ),
    ("remove", "X", "remove this axis without changing the state  (X)"),
)


SPHERE = (
    "the axis {north}/{south} as a Bloch sphere: the arrow points where the state is, "
    "is as long as the state is pure, and as thick as there is probability on the "
    "axis. M measures, H harvests, X removes the chosen one"
)
# The tooltips of θ, φ and r.
TOLD = (
    "θ: angle from north, {north} at 0°, to south, {south} at 180°",
    "φ: phase between {north} and {south}, the angle around the axis",
    "r = √(p of {north} + p of {south}): the energy of a harvest",
)


class AxisCell:
    """An axis with its sphere, numbers and buttons.

    Args:
        session: The session of the biome.
        plot: The plot of the axis.
    """

    def __init__(self, session: BiomeSession, plot: PlotId) -> None:
        self._session = session
        self._plot = plot
        self._spelled_out = True
        self._buttons = [self._button(*action) for action in ACTIONS]

    def draw(
        self,
        canvas: Canvas,
        rect: Rect,
        axis: AxisReading,
        events: AxesEvents,
        *,
        focused: bool,
        pointed_at: bool,
    ) -> None:
        """Add its shapes inside ``rect``; if it is low, buttons replace the numbers."""
        if focused:
            canvas.add(Outline(rect, palette.ACCENT, 2.0, radius=6.0))
        self._spelled_out = rect.w >= WORDY
        parts = cell_parts(rect)
        _draw_sphere(canvas, parts, axis, events)
        if canvas.over(parts.globe):
            canvas.tell(parts.globe, SPHERE.format(north=axis.north, south=axis.south))
        farewell = events.farewells.get(axis.plot)
        with_buttons = farewell is None and (parts.roomy or pointed_at)
        if farewell is not None:
            _draw_harvest(canvas, parts.numbers, axis, farewell.amount)
        elif parts.roomy or not with_buttons:
            _draw_numbers(canvas, parts, axis)
        if with_buttons:
            self._draw_buttons(canvas, parts.buttons)
        else:
            self.hide()

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for one of its buttons."""
        return dispatch(event, self._buttons)

    def hide(self) -> None:
        """Take no space in this frame."""
        for button in self._buttons:
            button.hide()

    def act(self, action: str) -> None:
        """Give the command of a button."""
        self._session.do(self._command(action))

    def _command(self, action: str) -> Command:
        if action == "measure":
            return measurement(self._session, self._plot)
        return Harvest(self._plot) if action == "harvest" else Remove(self._plot)

    def _refusal(self, action: str) -> str:
        return refusal(self._session, self._command(action))

    def _button(self, action: str, letter: str, hint: str) -> Button:
        return Button(
            lambda: action if self._spelled_out else letter,
            lambda: self.act(action),
            hint=lambda: self._refusal(action) or hint,
            enabled=lambda: not self._refusal(action),
            refuse=lambda: self._session.notice(self._refusal(action)),
            would=None if action == "remove" else lambda: [self._command(action)],
        )

    def _draw_buttons(self, canvas: Canvas, area: Rect) -> None:
        x, _ = area.center
        width = min(area.w, WIDEST_BUTTONS)
        places = Rect(x - width / 2, area.y, width, area.h).columns((1, 1, 1), 4.0)
        for button, place in zip(self._buttons, places, strict=True):
            button.draw(canvas, place, SMALL)


def _draw_sphere(
    canvas: Canvas, parts: CellParts, axis: AxisReading, events: AxesEvents
) -> None:
    sphere, projection, plot = parts.sphere, axis.projection, axis.plot
    flash = events.flashes.fresh(plot)
    if flash > 0.0:
        sphere.draw_flash(canvas, flash)
    sphere.draw_poles(canvas, axis.north, axis.south, projection.bloch[2], parts.pole)
    sphere.draw_globe(canvas, palette.FAINT if projection.valid else palette.GRID)
    if projection.valid:
        sphere.draw_trail(canvas, axis.trail)
        sphere.draw_vector(canvas, projection.bloch, weight=projection.radius)
    else:
        x, y, _ = sphere
        canvas.text(x, y, "empty", size=SMALL, color=palette.DIM, align="center")
    before = events.leaps.get(plot)
    if before is not None:
        sphere.draw_leap(canvas, before, projection.bloch, events.leaps.fresh(plot))


def _draw_harvest(canvas: Canvas, area: Rect, axis: AxisReading, amount: float) -> None:
    outcome = axis.north if axis.projection.theta == 0.0 else axis.south
    x, y = area.center
    text = f"{outcome} harvested: {short(amount)}"
    canvas.text(x, y, text, size=SMALL, align="center", width=area.w)


def _draw_numbers(canvas: Canvas, parts: CellParts, axis: AxisReading) -> None:
    projection, row = axis.projection, parts.row
    if not projection.valid:
        return
    size, gap = (SMALL, " ") if parts.numbers.w >= ROOM_FOR_SMALL else (TINY, "")
    x, y = row.center
    numbers: tuple[tuple[str, Align, float], ...] = (
        (f"θ{gap}{degrees(projection.theta)}", "left", row.x),
        (f"φ{gap}{degrees(projection.phi)}", "center", x),
        (f"r{gap}{fixed(projection.radius)}", "right", row.right),
    )
    for text, align, at in numbers:
        canvas.text(at, y, text, size=size, color=palette.DIM, align=align)
    if canvas.over(row):
        for place, told in zip(row.columns((1, 1, 1)), TOLD, strict=True):
            canvas.tell(place, told.format(north=axis.north, south=axis.south))
