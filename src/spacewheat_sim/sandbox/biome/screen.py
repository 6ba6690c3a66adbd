"""The screen of a biome: the places of its panels, and the dispatch of inputs."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.problems import Problem
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.sandbox import keys, palette
from spacewheat_sim.sandbox.biome.axes.panel import AxesPanel
from spacewheat_sim.sandbox.biome.bars import BarsPanel
from spacewheat_sim.sandbox.biome.challenge import ChallengePanel
from spacewheat_sim.sandbox.biome.controls import BiomeControls
from spacewheat_sim.sandbox.biome.event_log.panel import EventLogPanel
from spacewheat_sim.sandbox.biome.inspector.panel import InspectorPanel
from spacewheat_sim.sandbox.biome.inventory import InventoryPanel
from spacewheat_sim.sandbox.biome.layers import LayerControls
from spacewheat_sim.sandbox.biome.oval.view import OvalPanel
from spacewheat_sim.sandbox.biome.qubits.view import QubitsPanel
from spacewheat_sim.sandbox.biome.reload import Reload
from spacewheat_sim.sandbox.biome.saves import Saves
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session import BiomeSession
from spacewheat_sim.sandbox.biome.status import StatusBar
from spacewheat_sim.sandbox.biome.strip import StripPanel
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Key
from spacewheat_sim.sandbox.shapes import Fill, Outline
from spacewheat_sim.sandbox.transport import Transport
from spacewheat_sim.sandbox.widgets.choice import Choice
from spacewheat_sim.sandbox.widgets.dispatch import dispatch

GAP = 6.0
CONTROLS = 30.0
STATUS = 24.0
TABS = 28.0
PROBLEM_LINE = 16.0
MOST_PROBLEMS = 4


class BiomeScreen:
    """A biome with all its panels and controls.

    Args:
        session: The session of the biome.
        biome: The biome as it was read, with its file.
        registry: The shared icons as they were read.
        key: The name that opened it.
        saves: What the session keeps on disk.
        frame_rate: Returns the frames per second.
        notice: Shows the player a line of text.
    """

    keys = keys.BIOME

    def __init__(
        self,
        session: BiomeSession,
        biome: Biome,
        registry: IconRegistry,
        *,
        key: str,
        saves: Saves,
        frame_rate: Callable[[], float],
        notice: Callable[[str], object],
    ) -> None:
        self.key = key
        self.title = biome.name
        self.session = session
        self.saves = saves
        self.reload = Reload(session, biome, registry, notice)
        self._selection = Selection()
        self._transport = Transport(session)
        self._controls = BiomeControls(session)
        self._layers = LayerControls(session)
        self._challenge = ChallengePanel(session)
        self._levels = OvalPanel(session, self._selection)
        self._qubits = QubitsPanel(session, self._selection)
        self._bars = BarsPanel(self._selection)
        self._strip = StripPanel(session)
        self._status = StatusBar(session, frame_rate)
        self._axes = AxesPanel(session)
        self._inspector = InspectorPanel(session, self._selection, notice)
        self._log = EventLogPanel(session)
        self._inventory = InventoryPanel(session)
        self._tab = "axes"
        self._tabs = Choice(
            [
                ("axes", "Axes", "show the planted axes  (A)"),
                ("icon", "Icon", "show the icon of the last clicked bubble  (I)"),
            ],
            lambda: self._tab,
            self._show,
        )
        session.listeners += [self._levels.note, self._qubits.note, self._axes.note]

    @property
    def _oval(self) -> OvalPanel | QubitsPanel:
        """The view of the biome, which a reloaded file may make another kind of."""
        is_register = self.session.bath.operators.qubits > 0
        return self._qubits if is_register else self._levels

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds``: reload files, run the clock, move animations."""
        self.reload.look(real_seconds)
        self.session.advance(real_seconds)
        self.saves.advance(real_seconds)
        self.animate(real_seconds)

    def step_frame(self) -> None:
        """Advance by the real time of one tick."""
        dt = self.session.world.dt
        self.session.advance(dt)
        self.animate(dt)
        self._status.renew()

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Lay out the panels, and add their shapes."""
        reading = self.session.reading()
        controls, rest = area.cut_top(CONTROLS, GAP)
        self._controls.draw(canvas, controls)
        if self._layers.is_shown:
            layers, rest = rest.cut_top(CONTROLS, GAP)
            self._layers.draw(canvas, layers)
        rest = self._draw_problems(canvas, rest)
        status, rest = rest.cut_bottom(STATUS, GAP)
        self._status.draw(canvas, status, reading)
        right, left = rest.cut_right(max(360.0, rest.w * 0.40), GAP)
        if self._challenge.is_shown:
            goal, left = left.cut_top(self._challenge.height(left.w), GAP)
            self._challenge.draw(canvas, goal)
        charts, oval = left.cut_bottom(max(130.0, left.h * 0.27), GAP)
        bars, strip = charts.columns([1.0, 1.0], GAP)
        self._oval.draw(canvas, oval, reading)
        self._bars.draw(canvas, bars, reading)
        self._strip.draw(canvas, strip, reading)
        below, above = right.cut_bottom(max(130.0, right.h * 0.27), GAP)
        tabs, page = above.cut_top(TABS, GAP)
        self._tabs.draw(canvas, tabs, SMALL)
        if self._tab == "axes":
            self._axes.draw(canvas, page, reading)
        else:
            self._inspector.draw(canvas, page, reading)
        log, inventory = below.columns([0.68, 0.32], GAP)
        self._log.draw(canvas, log, reading)
        self._inventory.draw(canvas, inventory, reading)

    def draw_transport(self, canvas: Canvas, area: Rect) -> None:
        """Add the time controls."""
        self._transport.draw(canvas, area)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it had an effect."""
        page = self._axes if self._tab == "axes" else self._inspector
        panels = (self._tabs, page, self._log, self._inventory)
        charts = (self._oval, self._bars, self._strip)
        inspected = self._selection.inspected
        taken = dispatch(
            event,
            (
                *(self._controls, self._layers, self._challenge, self._transport),
                *(*panels, *charts, self._status),
            ),
        )
        if self._selection.inspected != inspected and self._tab == "icon":
            return True
        return taken or (isinstance(event, Key) and self._obey_key(event))

    def close(self) -> None:
        """Do nothing: only the session has open files."""

    def animate(self, seconds: float) -> None:
        """Let animations go on for ``seconds``, while the world stands still."""
        self._oval.advance(seconds)
        self._axes.advance(seconds)

    def _show(self, tab: str) -> None:
        self._tab = tab

    def _obey_key(self, key: Key) -> bool:
        act = {"f6": self.saves.save, "f9": self.saves.load}.get(key.name)
        if act is not None:
            act()
            return True
        tab = {"a": "axes", "i": "icon"}.get(key.name)
        if tab is not None and not key.ctrl:
            self._show(tab)
        return tab is not None

    def _draw_problems(self, canvas: Canvas, area: Rect) -> Rect:
        """Add the problems of files or numbers; return the rest of the area."""
        lines = [f"{_short(problem)}" for problem in self.reload.problems]
        if len(lines) > MOST_PROBLEMS:
            more = len(lines) - MOST_PROBLEMS + 1
            lines = [*lines[: MOST_PROBLEMS - 1], f"and {more} more"]
        if lines:
            lines.append("The old content keeps running until you fix the file.")
        if self.session.problem is not None:
            lines += canvas.wrapped(self.session.problem, SMALL, area.w - 20.0)
        if not lines:
            return area
        box, rest = area.cut_top(PROBLEM_LINE * len(lines) + 12.0, GAP)
        canvas.add(
            Fill(box, palette.mix(palette.PANEL, palette.VERMILLION, 0.25), radius=6.0),
            Outline(box, palette.ERROR, radius=6.0),
        )
        for number, line in enumerate(lines):
            y = box.y + 6.0 + PROBLEM_LINE * (number + 0.5)
            canvas.text(box.x + 10.0, y, line, size=SMALL, width=box.w - 20.0)
        return rest


def _short(problem: Problem) -> str:
    return (
        f"{problem.path}, line {problem.line}, column {problem.column}: "
        f"{problem.message}; wanted {problem.wanted}"
    )
