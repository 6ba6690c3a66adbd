"""The planted axes as Bloch spheres."""

from __future__ import annotations

from spacewheat_sim.engine.world.commands import PlotId
from spacewheat_sim.engine.world.events import Planted, WorldEvent
from spacewheat_sim.sandbox.biome.axes.cell import AxisCell
from spacewheat_sim.sandbox.biome.axes.events import AxesEvents
from spacewheat_sim.sandbox.biome.axes.grid import grid_of
from spacewheat_sim.sandbox.biome.empty_hint import draw_empty_hint
from spacewheat_sim.sandbox.biome.session.reading import AxisReading, BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Key, Moved, Pressed, Released
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.widgets.scroll import BAR, Scroll

MARGIN = 6.0
NO_AXIS = "Click two bubbles to plant an axis: first north, then south."
NO_AXIS_OF_QUBITS = "The spheres on the left are the axes: click one for its gates."
NO_AXIS_OF_CHALLENGE = (
    "The moves are the buttons above the oval: one that needs an axis plants it."
)
NONE_CHOSEN = "No axis is chosen: click a sphere, or press an arrow key"
ACTIONS = {"m": "measure", "h": "harvest", "x": "remove", "delete": "remove"}


class AxesPanel:
    """A grid of Bloch spheres, one of which is chosen; keys act on that one.

    It is the one that was planted last, or selected with the mouse or an arrow key. If
    it goes, the one that takes its place is chosen.

    Args:
        session: The session of the biome.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        self._events = AxesEvents()
        self._cells: dict[PlotId, AxisCell] = {}
        self._places: dict[PlotId, Rect] = {}
        self._order: list[PlotId] = []
        self._columns = 1
        self._top = 0.0
        self._focus: PlotId | None = None
        self._scroll = Scroll()
        self._is_new = False  # whether the chosen axis was planted just now

    @property
    def chosen(self) -> PlotId | None:
        """The plot of the chosen axis, or None."""
        self._keep_cells()
        return self._focus

    def choose(self, plot: PlotId) -> None:
        """Choose an axis, if it is there."""
        if plot in self._session.world.plots:
            self._focus = plot

    def note(self, event: WorldEvent) -> None:
        """Record an event, to show it; a planted axis becomes the chosen one."""
        self._events.note(event)
        if isinstance(event.event, Planted):
            self._focus, self._is_new = event.plot, True

    def forget(self) -> None:
        """Show nothing more of another life."""
        self._events.forget()

    @property
    def moving(self) -> bool:
        """Whether a collapse or a harvested axis is fading."""
        return self._events.moving

    def advance(self, real_seconds: float) -> None:
        """Fade the display of collapses."""
        self._events.advance(real_seconds)

    @property
    def _no_axis(self) -> str:
        """What is said where no axis is planted."""
        if self._session.world.attempt is not None:
            return NO_AXIS_OF_CHALLENGE
        qubits = self._session.bath.operators.qubits
        return NO_AXIS_OF_QUBITS if qubits else NO_AXIS

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add the spheres; if they do not fit, they scroll."""
        canvas.panel(area)
        inner = area.inset(MARGIN)
        axes = self._events.see(reading.axes)
        self._keep_cells()
        self._places = {}
        if not axes:
            self._order = []
            draw_empty_hint(canvas, inner, self._no_axis)
            return
        is_held = canvas.over(area)
        places = self._in_places(axes, held=is_held)
        grid = grid_of(len(places), inner, BAR + 4.0)
        self._columns = grid.columns
        content = self._scroll.place(canvas, inner, grid.full_height)
        spare = max(0.0, inner.h - grid.full_height)
        content = content._replace(y=content.y + spare / 2)
        self._top = content.y
        for number, axis in enumerate(places):
            if axis is not None:
                self._draw_axis(canvas, inner, grid.cell(number, content), axis)
        self._scroll.finish(canvas)
        if self._is_new and self._focus in self._places and not is_held:
            self._show(self._focus)  # in the next frame
        self._is_new = self._is_new and self._focus not in self._places

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the axes."""
        self._keep_cells()  # an axis may have gone since it was drawn
        if isinstance(event, Key):
            return not event.ctrl and self._obey_key(event.name)
        if isinstance(event, Moved | Released):
            return dispatch(event, (self._scroll, *self._cells.values()))
        if self._scroll.handle(event):
            return True
        if not isinstance(event, Pressed) or event.button != "left":
            return False
        for plot, place in self._places.items():
            if place.contains(event.x, event.y) and self._scroll.contains(
                event.x, event.y
            ):
                if plot in self._cells:
                    self._focus = plot
                    self._cells[plot].handle(event)
                return True
        return False

    def _in_places(
        self, axes: tuple[AxisReading, ...], *, held: bool
    ) -> list[AxisReading | None]:
        """Return the axis in each place.

        While the pointer is on the panel, the place of one that went stays empty, so
        that no other moves under the hand.
        """
        present = {axis.plot: axis for axis in axes}
        before = self._order if held else []
        self._order = [*before, *(plot for plot in present if plot not in before)]
        return [present.get(plot) for plot in self._order]

    def act(self, key: str) -> None:
        """Do what a key does."""
        self._keep_cells()
        self._obey_key(key)

    def _draw_axis(
        self, canvas: Canvas, view: Rect, place: Rect, axis: AxisReading
    ) -> None:
        cell = self._cells.get(axis.plot)
        in_sight = place.bottom > view.y and place.y < view.bottom
        if cell is None:
            cell = AxisCell(self._session, axis.plot)
        else:
            self._places[axis.plot] = place
        if in_sight:
            cell.draw(
                canvas,
                place,
                axis,
                self._events,
                focused=axis.plot == self._focus,
                pointed_at=canvas.over(place),
            )
        else:
            cell.hide()

    def _keep_cells(self) -> None:
        """Have a cell for each plot, and one of them chosen, drawn or not."""
        session = self._session
        plots = [p for p, at in session.world.plots.items() if at.biome == session.name]
        if list(self._cells) != plots:
            kept = self._cells
            self._cells = {
                plot: kept.get(plot) or AxisCell(self._session, plot) for plot in plots
            }
            if self._focus not in self._cells and (self._focus in kept or not kept):
                before = list(kept)
                place = before.index(self._focus) if self._focus in kept else 0
                self._focus = plots[min(place, len(plots) - 1)] if plots else None

    def _obey_key(self, name: str) -> bool:
        step = {
            "left": -1,
            "right": 1,
            "up": -self._columns,
            "down": self._columns,
        }.get(name)
        if step is not None and self._cells:
            self._move_focus(step)
            return True
        if step is not None:
            self._session.notice(self._no_axis)
        chosen = self._cells.get(self._focus) if self._focus is not None else None
        if name == "escape":
            self._focus = None
            return chosen is not None
        action = ACTIONS.get(name)
        if action is None:
            return step is not None
        if chosen is not None:
            chosen.act(action)
        else:
            self._session.notice(NONE_CHOSEN if self._cells else self._no_axis)
        return True

    def _move_focus(self, step: int) -> None:
        plots = list(self._cells)
        if self._focus in self._cells:
            place = plots.index(self._focus) + step
            if 0 <= place < len(plots):
                self._focus = plots[place]
        else:
            self._focus = plots[0 if step > 0 else -1]
        self._show(self._focus)

    def _show(self, plot: PlotId) -> None:
        """Scroll to an axis."""
        place = self._places.get(plot)
        if place is not None:
            top = place.y - self._top
            self._scroll.show(top, top + place.h)
