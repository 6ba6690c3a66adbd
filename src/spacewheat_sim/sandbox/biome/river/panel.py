"""The time river: a chart as wide as the window, in which a player goes back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.challenges.course import AttemptCourse
from spacewheat_sim.engine.session.timeline.branch import Branch
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.challenge.targets import is_target
from spacewheat_sim.sandbox.biome.river.best_run import LEGEND, draw_best_run
from spacewheat_sim.sandbox.biome.river.ending import draw_end
from spacewheat_sim.sandbox.biome.river.fan import FanView
from spacewheat_sim.sandbox.biome.river.lines import draw_branches, draw_line
from spacewheat_sim.sandbox.biome.river.marks import Marks
from spacewheat_sim.sandbox.biome.river.window import SECONDS, ZOOMS, Scroll, TimeWindow
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.charts.strip_chart import EMOJI_ROOM
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
from spacewheat_sim.sandbox.shapes import Fill, Line, Polygon, Ring, Shape
from spacewheat_sim.sandbox.widgets.button import NOWHERE, Button
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.words.number_text import fixed, short

LINES = len(palette.SERIES)
OTHERS = 2  # lines that are the most populated emojis', planted or not
MARGIN, HEADER, LANE, FOOT, LEFT = 6.0, 20.0, 12.0, 16.0, 42.0
GAP = 4.0
WELCOME = (
    "What happens is drawn here as time goes by. Drag in it to go back, wheel to zoom.",
    "What happens is drawn here. Drag in it to go back.",
)
# How much of what lies ahead of the playhead is hidden.
VEIL = 0.6


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
        self._places: list[str | None] = [None] * LINES
        self._scroll = Scroll()
        self._marks = Marks(session.past.timeline)
        self._window = TimeWindow(NOWHERE, 0.0, 1.0)
        self._lane = self._field = self._below = NOWHERE
        self._wanted: float | None = None  # s, where the playhead is dragged
        self._is_dragged = False
        self._fan = FanView(session)
        self.other: BiomeSession | None = None
        self.best: AttemptCourse | None = None
        self._top = 1.0
        self._ranked: list[str] = []
        self._key: object = None
        self._shapes: list[Shape] = []
        past = session.past
        self._buttons = [
            Button("Undo", past.undo, hint="back before it  (Ctrl Z)"),
            Button("Redo", past.redo, hint="do it again  (Ctrl Shift Z)"),
        ]
        self._in_past = [
            Button("Branch", session.branch, hint="go on from here without it  (B)"),
            Button("Now ›", past.go_to_end, hint="to the end  (End)"),
        ]
        self._swap = Button(
            lambda: f"{past.line.number} of {len(past.timeline.branches)}",
            past.swap,
            hint="show the next branch at the same time  (Tab)",
        )

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

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add the river; what has not changed since the last frame is kept."""
        self.advance()
        self._fan.consider(canvas.would)
        header, rest = area.inset(MARGIN, 3.0).cut_top(HEADER)
        self._lane, field = rest.cut_top(LANE)
        _, self._field = field.cut_bottom(FOOT)
        plot = Rect(
            self._field.x + LEFT,
            self._field.y + 3.0,
            max(1.0, self._field.w - LEFT - EMOJI_ROOM - 10.0),
            max(1.0, self._field.h - 6.0),
        )
        self._below = NOWHERE
        if self.other is not None:
            plot, self._below = plot.grid(1, 2, 18.0)
        self._window = self._seen(plot, reading)
        with canvas.sheet(area, palette.GROUND):
            canvas.panel(area)
            room = self._draw_buttons(canvas, header)
            self._draw_river(canvas, reading)
        self._draw_moment(canvas, header._replace(w=room), reading)
        self._draw_fan(canvas)
        self._draw_playhead(canvas, reading)
        if self._session.replay is not None:
            draw_end(canvas, self._window, self._session.past)
        self._draw_hint(canvas)

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

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the river."""
        buttons = [*self._buttons, *self._in_past, self._swap]
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
            inside = self._is_inside(event.x, event.y)
            if inside:
                self._scroll.turn(event.dy)
            return inside
        return dispatch(event, buttons) or self._press(event)

    # --- inputs -------------------------------------------------------------------

    def _is_inside(self, x: float, y: float) -> bool:
        return self._field.contains(x, y) or self._lane.contains(x, y)

    def _press(self, event: Pressed) -> bool:
        if event.button != "left" or not self._is_inside(event.x, event.y):
            return False
        past, mark = self._session.past, None
        if self._lane.contains(event.x, event.y):
            mark = self._marks.at(event.x)
        if mark is not None:
            past.go_to(past.timeline.after(mark.number))
            return True
        self._is_dragged = True
        self._wanted = self._window.time(event.x)
        return True

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
        return self._scroll.window(
            plot,
            first=first,
            now=now,
            last=last,
            speed=speed,
            ahead=self._fan.ahead,
        )

    def _draw_river(self, canvas: Canvas, reading: BiomeReading) -> None:
        past = self._session.past
        axes = tuple((axis.north, axis.south) for axis in reading.axes)
        rows = len(past.courses.of(past.line)), self._marks.count
        branches = past.line, len(past.timeline.branches)
        key = (
            *(self._window, rows, branches, reading.emojis, axes),
            *(self.other, self.best, self._fan.largest),
        )
        if key == self._key:
            canvas.shapes.extend(self._shapes)
            return
        self._key = key
        first = len(canvas.shapes)
        self._draw_past(canvas, reading, past.line, past.timeline.branches)
        self._shapes = canvas.shapes[first:]

    def _draw_past(
        self,
        canvas: Canvas,
        reading: BiomeReading,
        line: Branch,
        branches: list[Branch],
    ) -> None:
        window, courses = self._window, self._session.past.courses
        _, _, rows = courses.along(line, reading.emojis, window.start, window.end)
        self._ranked = most_important(reading, rows)
        self._give_places(self._ranked)
        pairs = zip(self._places, palette.SERIES, strict=True)
        emojis = [(emoji, color) for emoji, color in pairs if emoji is not None]
        columns = [reading.emojis.index(emoji) for emoji, _ in emojis]
        top = self._top = _top(rows[:, columns], self._fan.largest)
        _draw_scale(canvas, window, top)
        plot = window.plot
        canvas.clip(Rect(plot.x, plot.y - 2.0, plot.w, plot.h + 6.0))
        if self.best is None:
            draw_branches(canvas, window, courses, branches, line, emojis, top)
        else:  # the branches of a challenge are other attempts
            shown = [pair for pair in emojis if is_target(self._session.world, pair[0])]
            draw_best_run(canvas, window, self.best, shown or emojis, top)
        canvas.clip(None)
        draw_line(canvas, window, courses, line, emojis, top)
        self._marks.draw(canvas, self._lane, window)
        self._draw_restart(canvas, line.root)
        if self.other is not None:
            past = self.other.past
            window = window._replace(plot=self._below)
            _draw_scale(canvas, window, top)
            draw_line(canvas, window, past.courses, past.line, emojis, top)
            for letter, place in (("A", plot), ("B", self._below)):
                canvas.text(place.x + 6.0, place.y + 8.0, letter, size=SMALL, bold=True)
        _draw_labels(canvas, window)
        if self._fan.fan is None and self.best is None and len(branches) == 1:
            self._draw_welcome(canvas)

    def _draw_welcome(self, canvas: Canvas) -> None:
        """Say what comes into the river, while most of it is empty."""
        plot = self._window.plot
        left = self._window.x(self._session.past.end_time()) + EMOJI_ROOM + 10.0
        room = plot.right - left
        text = next((t for t in WELCOME if canvas.measure.width(t, SMALL) <= room), "")
        if text and room > 0.5 * plot.w:
            x, y = left + room / 2, plot.y + 0.25 * plot.h  # between two lines
            canvas.text(x, y, text, size=SMALL, color=palette.DIM, align="center")

    def _draw_restart(self, canvas: Canvas, root: Branch) -> None:
        """Mark where this world began, if there was one before it."""
        times = self._session.past.courses.of(root).times
        if root.number > 1 and len(times):
            x, window = self._window.x(float(times[0])), self._window.plot
            if window.x <= x <= window.right:
                canvas.add(Ring(x, self._lane.center[1], 4.5, palette.TEXT, 1.5))

    def _draw_fan(self, canvas: Canvas) -> None:
        if self._fan.fan is None:
            return
        pairs = zip(self._places, palette.SERIES, strict=True)
        colors = {emoji: color for emoji, color in pairs if emoji is not None}
        canvas.clip(self._window.plot.inset(0.0, -2.0))
        self._fan.draw(canvas, self._window, colors, self._ranked, self._top)
        canvas.clip(None)

    def _draw_playhead(self, canvas: Canvas, reading: BiomeReading) -> None:
        window, plot = self._window, self._window.plot
        x = min(max(window.x(reading.time), plot.x), plot.right)
        bottom = plot.bottom if self.other is None else self._below.bottom
        past = self._session.past
        if past.is_past:
            end = min(window.x(past.end_time()), plot.right)
            veil = Rect(x, plot.y - 2.0, max(0.0, end - x), bottom - plot.y + 4.0)
            canvas.add(Fill(veil, palette.PANEL, alpha=VEIL))
        color = palette.WHITE if past.is_past else palette.DIM
        top = self._lane.y + 1.0
        canvas.add(
            Line(x, top, x, bottom, color, 1.5),
            Polygon(((x - 5.0, top), (x + 5.0, top), (x, top + 7.0)), color),
        )

    def _draw_buttons(self, canvas: Canvas, area: Rect) -> float:
        """Add the buttons at the right end of ``area``; return the width before it."""
        past, x = self._session.past, area.right
        shown = [*self._buttons]
        if past.is_past:
            shown = [*self._in_past, *shown]
        for button in self._in_past:
            button.hide()
        self._swap.hide()
        if len(past.timeline.branches) > 1:
            shown = [self._swap, *shown]
        for button in reversed(shown):
            width = button.width(canvas, SMALL)
            if x - width < area.x:
                button.hide()
                continue
            x -= width
            button.draw(canvas, Rect(x, area.y, width, HEADER - 1.0), SMALL)
            x -= GAP
        return x - area.x

    def _draw_moment(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add which moment is shown."""
        past = self._session.past
        text, color = f"now, {fixed(reading.time)} s", palette.DIM
        if past.is_past:
            of = f"{fixed(reading.time)} of {fixed(past.end_time())} s"
            text = f"{of}. Run plays it again; what you do here begins a branch"
            color = palette.WARNING
        elif self.best is not None:
            text = f"{text}; {LEGEND}"
        if self._session.replay is not None:
            of = f"{fixed(reading.time)} of {fixed(past.end_time())} s"
            text = f"replay: {of}. What you do takes it over, as a branch"
            color = palette.TEXT
        if self._fan.text:
            text, color = self._fan.text, palette.TEXT
        room, y = area.w - GAP, area.center[1]
        canvas.text(area.x + 2.0, y, text, size=SMALL, color=color, width=room)

    def _draw_hint(self, canvas: Canvas) -> None:
        if self._is_dragged or canvas.pointer is None:
            return
        x, _ = canvas.pointer
        if canvas.over(self._lane):
            mark = self._marks.at(x)
            if mark is not None:
                place = Rect(self._window.x(mark.time) - 4.0, self._lane.y, 8.0, LANE)
                canvas.hint = (f"{self._marks.text(mark)}. A click goes there", place)
        elif canvas.over(self._window.plot):
            text = f"{fixed(max(0.0, self._window.time(x)), 1)} s: drag to go back"
            canvas.hint = (text, Rect(x - 1.0, self._window.plot.y, 2.0, 2.0))

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
