"""The time river: a chart as wide as the window, in which a player goes back."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.engine.challenges.course import AttemptCourse
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.river.best_run import LEGEND
from spacewheat_sim.sandbox.biome.river.chart import Chart
from spacewheat_sim.sandbox.biome.river.ending import draw_end
from spacewheat_sim.sandbox.biome.river.fan import FanView
from spacewheat_sim.sandbox.biome.river.header import Header
from spacewheat_sim.sandbox.biome.river.places import UNPLACED, places_in
from spacewheat_sim.sandbox.biome.river.welcome import draw_welcome
from spacewheat_sim.sandbox.biome.river.window import SECONDS, ZOOMS, Scroll, TimeWindow
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import (
    Alt,
    Input,
    Key,
    Moved,
    Pressed,
    Released,
    Wheeled,
)
from spacewheat_sim.sandbox.shapes import Fill, Line, Polygon
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.words.number_text import fixed

# How much of what lies ahead of the playhead is hidden.
VEIL = 0.6
NEAR = 4.0  # a mark's half width
GRIP = 12.0  # how far right of the playhead it is taken hold of


class RiverPanel:
    """The past of a session as a river, with a playhead.

    Args:
        session: The session of the biome.

    Attributes:
        other: Another session on the same clock, whose river runs below; or None.
        best: The best finished run of the challenge that is played, or None.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        self._header = Header(session)
        self._chart = Chart(session)
        self._fan = FanView(session)
        self._scroll = Scroll()
        self._places = UNPLACED
        self._window = TimeWindow(UNPLACED.plot, 0.0, 1.0)
        self._wanted: float | None = None  # s, where the playhead is dragged
        self._is_dragged = False
        self.other: BiomeSession | None = None
        self.best: AttemptCourse | None = None

    @property
    def zoom(self) -> int:
        """Place of its scale in the list of zooms."""
        return self._scroll.zoom

    def set_zoom(self, zoom: int) -> None:
        """Show it at another scale."""
        self._scroll.zoom = min(max(zoom, 0), len(ZOOMS) - 1)

    def fit(self, seconds: float) -> None:
        """Show it at the closest scale at which ``seconds`` are seen at speed 1."""
        fitting = (n for n, zoom in enumerate(ZOOMS) if SECONDS * zoom >= seconds)
        self.set_zoom(next(fitting, len(ZOOMS) - 1))

    def advance(self) -> None:
        """Go where the playhead was dragged to since the last frame."""
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._session.past.go_to_time(wanted)

    def commands(self) -> tuple[tuple[str, str, Callable[[], object]], ...]:
        """Return what can be done in the past: name, key and action."""
        past = self._session.past
        return (
            ("Undo", "Ctrl Z", past.undo),
            ("Redo", "Ctrl Shift Z", past.redo),
            ("Begin a branch here", "B", self._session.branch),
            ("Show the next branch", "Tab", past.swap),
            ("Go to the end of this branch", "End", past.go_to_end),
        )

    # --- inputs -------------------------------------------------------------------

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the river."""
        buttons = self._header.buttons
        if isinstance(event, Moved):
            if self._is_dragged:
                self._wanted = self._window.time(event.x)
            return dispatch(event, buttons) or self._is_dragged
        if isinstance(event, Released):
            dragged, self._is_dragged = self._is_dragged, False
            return dispatch(event, buttons) or dragged
        if isinstance(event, Alt):
            return self._fan.handle(event)
        if isinstance(event, Key):
            return self._obey_key(event)
        if isinstance(event, Wheeled):
            inside = self._places.contains(event.x, event.y)
            if inside:
                self._scroll.turn(event.dy)
            return inside
        return dispatch(event, buttons) or self._press(event)

    def _press(self, event: Pressed) -> bool:
        places, past, mark = self._places, self._session.past, None
        if event.button != "left" or not places.contains(event.x, event.y):
            return False
        if places.lane.contains(event.x, event.y):
            mark = self._chart.marks.at(event.x)
        if mark is not None:
            past.go_to(past.timeline.after(mark.number))
            return True
        if not past.is_past and self._is_ahead(event.x):
            return True  # there is nothing yet to go to, and no reason to stop
        self._is_dragged = True
        self._wanted = self._window.time(event.x)
        return True

    def _is_ahead(self, x: float) -> bool:
        """Whether a place is beyond all that has happened, and off the playhead."""
        return x > self._window.x(self._session.past.end_time()) + GRIP

    def _obey_key(self, key: Key) -> bool:
        past, paused = self._session.past, self._session.clock.paused
        actions: dict[tuple[str, bool], Callable[[], object]] = {
            ("z", True): past.redo if key.shift else past.undo,
            ("y", True): past.redo,
            ("tab", False): lambda: past.swap(-1 if key.shift else 1),
            ("b", False): self._session.branch,
            ("home", False): lambda: past.go_to(past.line.root.start),
            ("end", False): past.go_to_end,
        }
        if paused:
            ticks = 60 if key.shift else 1
            actions["left", False] = lambda: past.step(-ticks)
            actions["right", False] = lambda: past.step(ticks)
        action = actions.get((key.name, key.ctrl))
        if action is not None:
            action()
        return action is not None

    # --- what is drawn ------------------------------------------------------------

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add the river."""
        self.advance()
        self._fan.consider(canvas.would)
        places = self._places = places_in(area, two=self.other is not None)
        window = self._window = self._seen(places.plot, reading)
        with canvas.sheet(area, palette.GROUND):
            canvas.panel(area)
            room = self._header.draw_buttons(canvas, places.header)
            pair, least = (self.other, self.best), self._fan.largest
            self._chart.draw(canvas, places, window, reading, *pair, least)
            self._draw_welcome(canvas)
        legend = "" if self.best is None else LEGEND
        self._header.draw_moment(canvas, room, reading, self._fan.text, legend)
        self._draw_fan(canvas)
        self._draw_playhead(canvas, reading)
        if self._session.replay is not None:
            draw_end(canvas, window, self._session.past)
        self._draw_hint(canvas)

    def _seen(self, plot: Rect, reading: BiomeReading) -> TimeWindow:
        past = self._session.past
        times = past.courses.of(past.line.root).times
        first = float(times[0]) if len(times) else reading.time
        own = past.courses.of(past.line).times
        last = past.end_time()
        # A row a tenth of a second: between two of them nothing moves.
        now = reading.time
        if not past.is_past and len(own):
            now = last = float(own[-1])
        speed = max(self._session.clock.speed, 1 / 8)
        if self._session.world.attempt is not None:
            speed = 1.0  # it is seen whole, however fast it is played
        return self._scroll.window(
            plot,
            first=first,
            now=now,
            last=last,
            speed=speed,
            ahead=self._fan.ahead,
        )

    def _draw_welcome(self, canvas: Canvas) -> None:
        """Say what the river is for, to who has not gone back in it yet."""
        past = self._session.past
        used = self.best is not None or len(past.timeline.branches) > 1
        if self._fan.fan is None and not used:
            draw_welcome(canvas, self._window, past.end_time())

    def _draw_fan(self, canvas: Canvas) -> None:
        if self._fan.fan is None:
            return
        chart = self._chart
        canvas.clip(self._window.plot.inset(0.0, -2.0))
        self._fan.draw(
            canvas, self._window, dict(chart.emojis), chart.ranked, chart.top
        )
        canvas.clip(None)

    def _draw_playhead(self, canvas: Canvas, reading: BiomeReading) -> None:
        window, plot, past = self._window, self._window.plot, self._session.past
        x = min(max(window.x(reading.time), plot.x), plot.right)
        bottom = self._places.bottom
        if past.is_past:
            end = min(window.x(past.end_time()), plot.right)
            veil = Rect(x, plot.y - 2.0, max(0.0, end - x), bottom - plot.y + 4.0)
            canvas.add(Fill(veil, palette.PANEL, alpha=VEIL))
        color = palette.WHITE if past.is_past else palette.DIM
        top = self._places.lane.y + 1.0
        canvas.add(
            Line(x, top, x, bottom, color, 1.5),
            Polygon(((x - 5.0, top), (x + 5.0, top), (x, top + 7.0)), color),
        )

    def _draw_hint(self, canvas: Canvas) -> None:
        if self._is_dragged or canvas.pointer is None:
            return
        (x, _), lane, marks = canvas.pointer, self._places.lane, self._chart.marks
        if canvas.over(lane):
            mark = marks.at(x)
            if mark is not None:
                left = self._window.x(mark.time) - NEAR
                place = Rect(left, lane.y, 2 * NEAR, lane.h)
                canvas.hint = (f"{marks.text(mark)}. A click goes there", place)
        elif canvas.over(self._window.plot):
            what = "still to come" if self._is_ahead(x) else "drag to go back"
            text = f"{fixed(max(0.0, self._window.time(x)), 1)} s: {what}"
            canvas.hint = (text, Rect(x - 1.0, self._window.plot.y, 2.0, 2.0))
