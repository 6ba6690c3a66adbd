"""The screen of a biome: the places of its panels, and the dispatch of inputs."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import partial

from spacewheat_sim.assets.atlas import picture_cell
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.sandbox import keys, palette
from spacewheat_sim.sandbox.biome.bars import BarsPanel
from spacewheat_sim.sandbox.biome.challenge.acts_menu import ActsMenu
from spacewheat_sim.sandbox.biome.challenge.best_runs import BestRuns
from spacewheat_sim.sandbox.biome.challenge.contest import Contest
from spacewheat_sim.sandbox.biome.challenge.ending import Following
from spacewheat_sim.sandbox.biome.challenge.moves import Moves
from spacewheat_sim.sandbox.biome.challenge.page import GoalPage
from spacewheat_sim.sandbox.biome.challenge.panel import ChallengePanel
from spacewheat_sim.sandbox.biome.controls import BiomeControls
from spacewheat_sim.sandbox.biome.event_log.panel import EventLogPanel
from spacewheat_sim.sandbox.biome.first_steps import (
    LEVEL_STEPS,
    REGISTER_STEPS,
    FirstSteps,
    Step,
)
from spacewheat_sim.sandbox.biome.inventory import InventoryPanel
from spacewheat_sim.sandbox.biome.layers import LayerControls
from spacewheat_sim.sandbox.biome.outlook.desk import Desk
from spacewheat_sim.sandbox.biome.outlook.settling import Settling
from spacewheat_sim.sandbox.biome.pages import Pages
from spacewheat_sim.sandbox.biome.pinned.pin import Pin
from spacewheat_sim.sandbox.biome.problem_lines import draw_problems
from spacewheat_sim.sandbox.biome.reload import Reload
from spacewheat_sim.sandbox.biome.river.panel import RiverPanel
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session.saves import Saves
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.biome.status import StatusBar
from spacewheat_sim.sandbox.biome.views import Views, is_register
from spacewheat_sim.sandbox.biome.window_state import WindowState
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.entry import Entry
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Key
from spacewheat_sim.sandbox.settings import Settings
from spacewheat_sim.sandbox.transport import Transport
from spacewheat_sim.sandbox.widgets.dispatch import dispatch

GAP = 6.0
CONTROLS = 30.0
STATUS = 24.0
# Least heights, and shares of the height, of river, bars, and log.
RIVER, RIVER_SHARE, BOTH_SHARE = 104.0, 0.24, 0.34
BARS, BARS_SHARE = 94.0, 0.2
BELOW, BELOW_SHARE = 92.0, 0.24
# Height below which an oval has no bars under it, and least height of a photo by width.
LEAST_OVAL, PHOTO_SHAPE = 170.0, 0.5
NO_MOVE = "No move of this challenge is on {}; the buttons under the goal are all moves"


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
        title: Its title in the toolbar; by default the biome's name.
        settings: What the player set; None is as at first, with no first steps.
        best_runs: The best runs of challenges; None keeps none.
        following: Returns the challenge to try after one; None knows none.
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
        title: str = "",
        settings: Settings | None = None,
        best_runs: BestRuns | None = None,
        following: Callable[[], Following | None] | None = None,
    ) -> None:
        self.key = key
        self._title = title
        self.session = session
        self.saves = saves
        self.reload = Reload(session, biome, registry, notice)
        self._selection = Selection()
        self._transport = Transport(session)
        self._controls = BiomeControls(session)
        self._layers = LayerControls(session)
        self._steps: FirstSteps | None = None
        if settings is not None:
            self._steps = FirstSteps(settings, self._first_steps)
        self._desk = Desk()
        self._contest = Contest(session, best_runs or BestRuns(), self._desk)
        moves = self._moves = Moves(session)
        self._challenge = ChallengePanel(session, self._contest, moves, following)
        self._acts = ActsMenu(moves)
        self._selection.offer = self._offer_moves
        self._pin = Pin(session)
        self._views = Views(session, self._selection, self._steps, self._pin)
        self._bars = BarsPanel(self._selection)
        self._river = _fitting_river(session)
        settling = Settling(session, self._desk)
        self._status = StatusBar(session, frame_rate, settling.time)
        goal = GoalPage(session, self._contest)
        self._pages = Pages(
            session, self._selection, self._pin, self._desk, goal, notice
        )
        self._log = EventLogPanel(session)
        self._inventory = InventoryPanel(session)
        session.listeners.append(self._pages.axes.note)
        session.lives.beginners += [self._pages.axes.forget, self._contest.begin_anew]
        if self._steps is not None:
            session.listeners.append(self._take_step)

    @property
    def title(self) -> str:
        """Its title in the toolbar, which an edit may change."""
        return self._title or self.session.biome.name

    def _first_steps(self) -> tuple[Step, ...]:
        """Return the first steps in what is played."""
        if self.session.world.attempt is not None or self.session.replay is not None:
            return ()
        return REGISTER_STEPS if is_register(self.session) else LEVEL_STEPS

    @property
    def moving(self) -> bool:
        """Whether its next frame is another one though there is no input."""
        still = self.session.clock.paused
        return not still or self._views.mine.moving or self._pages.axes.moving

    @property
    def moment(self) -> object:
        """What its picture depends on while it does not move, apart from inputs."""
        session = self.session
        return (
            *(session.past.place, id(session.biome), session.problem),
            *(session.world.tick_count, session.clock.paused),
            *(len(session.events), self.reload.problems, self._desk.moment),
        )

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds``: reload files, run the clock, move animations."""
        self.reload.look(real_seconds)
        self._river.advance()
        self.session.advance(real_seconds)
        self._contest.look()
        if self.saves.advance(real_seconds):
            self.note_left()
        self.animate(real_seconds)

    @property
    def state(self) -> WindowState:
        """How the window is set."""
        session = self.session
        return WindowState(
            session.clock.speed,
            session.clock.paused,
            session.measuring.kind,
            dict(session.measuring.strengths),
            self._pages.tab,
            self._pages.axes.chosen,
            self._selection.inspected,
            self._river.zoom,
        )

    def restore(self, state: WindowState) -> None:
        """Set the window as it was."""
        session = self.session
        session.clock.speed, session.clock.paused = state.speed, state.paused
        session.measuring.kind = state.measurement
        session.measuring.strengths.update(state.strengths)
        self._pages.show(state.tab)
        if state.chosen is not None:
            self._pages.axes.choose(state.chosen)
        if state.inspected in session.bath.emojis:
            self._selection.inspected = state.inspected
        if state.zoom is not None:
            self._river.set_zoom(state.zoom)

    def note_left(self) -> None:
        """Have the log tell where the player is, and how the window is set."""
        self.session.past.timeline.note_left(self.state.record())

    def enter(self) -> None:
        """Go on, as it was left: it is shown again after another screen."""
        self.session.enter()

    def step_frame(self) -> None:
        """Advance by the real time of one tick."""
        world = self.session.world
        if world.attempt is not None and not world.tick_count:
            self.session.clock.paused = False  # nobody is there to read its goal first
        dt = world.dt
        self.session.advance(dt)
        self._contest.look()
        self._desk.finish()  # so that a picture does not depend on the machine
        self.animate(dt)
        self._status.renew()

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add the panels, and on top of them the list of moves, if it is open."""
        with canvas.under(*([canvas.area] if self._acts.is_open else [])):
            self._draw_panels(canvas, area)
        self._acts.draw(canvas)

    def _draw_panels(self, canvas: Canvas, area: Rect) -> None:
        """Lay out the panels, and add their shapes."""
        reading = self.session.reading()
        canvas.names = self._names_without_a_picture(reading.emojis)
        rest = self._draw_controls(canvas, area)
        if self._layers.is_shown:
            layers, rest = rest.cut_top(CONTROLS, GAP)
            with canvas.sheet(layers, palette.GROUND):
                self._layers.draw(canvas, layers)
        stopped = self.session.problem
        rest = draw_problems(canvas, rest, self.reload.problems, stopped)
        status, rest = rest.cut_bottom(STATUS, GAP)
        with canvas.sheet(status, palette.GROUND):
            self._status.draw(canvas, status, reading)
        share = RIVER_SHARE if self._pin.other is None else BOTH_SHARE
        river, rest = rest.cut_bottom(max(RIVER, share * rest.h), GAP)
        right, left = rest.cut_right(max(360.0, rest.w * 0.40), GAP)
        if self._challenge.is_shown:
            goal, left = left.cut_top(self._challenge.height(canvas, left.w), GAP)
            with canvas.sheet(goal, palette.GROUND):
                self._challenge.draw(canvas, goal)
        oval, bars = _above_bars(left)
        self._pin.keep_up()
        mine = self._views.place(oval)
        self._selection.hovered = self._views.mine.emoji_under(canvas, mine, reading)
        if bars is not None and self._selection.hovered is None:
            under = self._bars.emoji_under(canvas, bars, reading.emojis)
            self._selection.hovered = under
        self._views.draw(canvas, oval, reading, self._told())
        if bars is not None:
            with canvas.sheet(bars):
                self._bars.draw(canvas, bars, reading)
        below, above = right.cut_bottom(max(BELOW, BELOW_SHARE * right.h), GAP)
        self._pages.draw(canvas, above, reading)
        log, inventory = below.columns([0.68, 0.32], GAP)
        with canvas.sheet(log, palette.GROUND):
            self._log.draw(canvas, log, reading)
        with canvas.sheet(inventory, palette.GROUND):
            self._inventory.draw(canvas, inventory, reading)
        self._river.other = self._pin.other
        self._river.best = self._contest.course
        # Last: it shows what may come of what the pointer is on.
        with canvas.sheet(river):
            self._river.draw(canvas, river, reading)

    def _draw_controls(self, canvas: Canvas, area: Rect) -> Rect:
        """Add the controls, which no challenge allows; return the rest of ``area``."""
        if self.session.world.attempt is not None:
            self._controls.hide()
            return area
        controls, rest = area.cut_top(CONTROLS, GAP)
        with canvas.sheet(controls, palette.GROUND):
            self._controls.draw(canvas, controls)
        return rest

    def _names_without_a_picture(self, emojis: tuple[str, ...]) -> dict[str, str]:
        """Return the names of icons whose emojis have no picture."""
        unseen = [emoji for emoji in emojis if picture_cell(emoji) is None]
        icons = self.session.icons if unseen else {}
        return {emoji: icons[emoji].name for emoji in unseen if emoji in icons}

    def draw_alone(self, canvas: Canvas) -> None:
        """Add the oval alone."""
        self._views.mine.draw(canvas, canvas.area, self.session.reading(), None)

    @property
    def alone_size(self) -> tuple[float, float]:
        """The width and height of a photo: those of the oval, but never flat."""
        width, height = self._views.alone_size
        return width, max(height, PHOTO_SHAPE * width)

    def entries(self) -> list[Entry]:
        """Return the commands, emojis and settings, to be found by their names."""
        commands: tuple[tuple[str, str, Callable[[], object]], ...] = (
            *self._pages.commands(),
            ("Pin B here", "", self._pin.pin),
            *self._river.commands(),
            ("Save the world", "F6", self.saves.save),
            ("Load what was saved", "F9", self.saves.load),
        )
        icons = self.session.icons
        emojis = (
            (emoji, icons.get(canonical_emoji(emoji)))
            for emoji in self.session.bath.emojis
        )
        return [
            *self._moves.entries(),
            *(Entry("command", *command) for command in commands),
            *self._transport.entries(),
            *(
                Entry(
                    "emoji",
                    f"{emoji} {icon.name if icon else 'has no icon'}",
                    "",
                    partial(self._pages.inspect, emoji),
                    " ".join(unicodedata.name(letter, "") for letter in emoji),
                )
                for emoji, icon in emojis
            ),
            *self._controls.entries(),
        ]

    def draw_transport(self, canvas: Canvas, area: Rect) -> None:
        """Add the time controls."""
        self._transport.draw(canvas, area)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it had an effect."""
        if self._acts.handle(event):
            return True
        if event == Key("escape") and self._views.mine.handle(event):
            return True  # an axis that is being planted goes before a chosen one
        inspected = self._selection.inspected
        above = (self._challenge, self._controls, self._layers, self._transport)
        panels = (self._river, self._pages, self._log, self._inventory)
        charts = (self._views.mine, self._bars, self._status)
        if dispatch(event, (*above, *panels, *charts)):
            return True
        if self._selection.inspected != inspected and self._pages.tab == "icon":
            return True
        return isinstance(event, Key) and self._obey_key(event)

    def close(self) -> None:
        """Do nothing: only the session has open files."""

    def animate(self, seconds: float) -> None:
        """Move what is shown; what flows stands still while time does."""
        self._views.mine.advance(seconds, flows=not self.session.clock.paused)
        self._pages.axes.advance(seconds)

    def _offer_moves(self, emoji: str, x: float, y: float) -> bool:
        """Open the moves on an emoji; return whether a challenge is played."""
        is_played = self.session.world.attempt is not None
        if is_played and not self._acts.open(emoji, x, y):
            self.session.notice(NO_MOVE.format(emoji))
        return is_played

    def _told(self) -> str:
        """Return the next of the first steps, or what is played."""
        if self._steps is not None and self._steps.text:
            return self._steps.text
        attempt = self.session.world.attempt
        played = self.session.biome if attempt is None else attempt.challenge
        return played.description

    def _take_step(self, event: WorldEvent) -> None:
        if self._steps is not None:
            self._steps.note(event.event)

    def _obey_key(self, key: Key) -> bool:
        act = {"f6": self.saves.save, "f9": self.saves.load}.get(key.name)
        if act is None:
            return self._pages.obey_key(key)
        act()
        return True


def _above_bars(left: Rect) -> tuple[Rect, Rect | None]:
    """Return the places of the oval and of the bars; None where both would be small.

    The many moves of a challenge may leave little room in a small window.
    """
    bars, oval = left.cut_bottom(max(BARS, BARS_SHARE * left.h), GAP)
    return (oval, bars) if oval.h >= LEAST_OVAL else (left, None)


def _fitting_river(session: BiomeSession) -> RiverPanel:
    """Return a river that shows a challenge, or a replay, from its beginning to end."""
    river = RiverPanel(session)
    if session.world.attempt is not None:
        river.fit(session.world.attempt.challenge.seconds)
    elif session.replay is not None:
        ends = [branch.end for branch in session.past.timeline.branches]
        river.fit(max(ends) * session.world.dt)
    return river
