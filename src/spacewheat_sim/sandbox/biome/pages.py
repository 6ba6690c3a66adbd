"""The pages on the right of a biome's screen, of which one is shown under its tab."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.axes.panel import AxesPanel
from spacewheat_sim.sandbox.biome.challenge.page import GoalPage
from spacewheat_sim.sandbox.biome.empty_hint import draw_empty_hint
from spacewheat_sim.sandbox.biome.inspector.effect import EffectColumn
from spacewheat_sim.sandbox.biome.inspector.panel import InspectorPanel
from spacewheat_sim.sandbox.biome.outlook.desk import Desk
from spacewheat_sim.sandbox.biome.outlook.elasticities import WatchedElasticities
from spacewheat_sim.sandbox.biome.outlook.panel import NextPanel
from spacewheat_sim.sandbox.biome.pinned.panel import PinPanel
from spacewheat_sim.sandbox.biome.pinned.pin import Pin
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.biome.state.panel import StatePanel
from spacewheat_sim.sandbox.biome.terms.page import IconPage
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Key
from spacewheat_sim.sandbox.widgets.choice import Choice
from spacewheat_sim.sandbox.widgets.dispatch import dispatch

TABS, GAP = 28.0, 6.0
# Each page: key, label and what a tooltip says.
PAGES = (
    ("axes", "Axes", "show the planted axes  (A)"),
    ("icon", "Icon", "show the icon of the last clicked bubble  (I)"),
    ("state", "State", "show the density matrix  (V)"),
    ("next", "Next", "show who is likely to jump, and when  (N)"),
    ("pin", "A/B", "compare two futures of one moment  (C)"),
)
GOAL = ("goal", "Goal", "show what the challenge asks for, and what counts  (G)")
# What would tell the hidden number of a challenge, and what is said in its place.
TELLING = ("icon", "state", "next", "pin")
UNSAVED = "The file would tell the hidden number: guess it first"
CLOSED = "A number of this biome is hidden. This page opens once you have guessed it."
TAB_OF_KEY = {
    "g": "goal",
    "a": "axes",
    "i": "icon",
    "v": "state",
    "n": "next",
    "c": "pin",
}


class Page(Protocol):
    """What is shown under a tab."""

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add the page inside ``area``."""

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the page."""


class Pages:
    """The tabs, and the page of the present one.

    Args:
        session: The session of the biome.
        selection: The selected and hovered emojis, shared with other panels.
        pin: Holds B beside A.
        desk: Where what takes long is worked out.
        goal: The page of the challenge, which is there while one is played.
        notice: Shows the player a line of text.

    Attributes:
        tab: Key of the page that is shown.
        axes: The planted axes, which keys act on whichever page is shown.
    """

    def __init__(
        self,
        session: BiomeSession,
        selection: Selection,
        pin: Pin,
        desk: Desk,
        goal: GoalPage,
        notice: Callable[[str], object],
    ) -> None:
        self._session = session
        self._selection = selection
        self._notice = notice
        self.axes = AxesPanel(session)
        effects = EffectColumn(WatchedElasticities(session, desk, self._watched))
        self._inspector = InspectorPanel(session, selection, notice, effects=effects)
        self._icon = IconPage(session, selection, self._inspector)
        self._pages: dict[str, Page] = {
            "goal": goal,
            "axes": self.axes,
            "icon": self._icon,
            "state": StatePanel(session, selection),
            "next": NextPanel(session, desk, self.inspect),
            "pin": PinPanel(session, pin),
        }
        self.tab = "axes" if session.world.attempt is None else "goal"
        self._tabs_of = {
            played: Choice(
                [GOAL, *PAGES] if played else list(PAGES), lambda: self.tab, self.show
            )
            for played in (False, True)
        }

    @property
    def _tabs(self) -> Choice[str]:
        """The tabs; with that of the goal where a challenge is played."""
        return self._tabs_of[self._session.world.attempt is not None]

    def show(self, tab: str) -> None:
        """Show the page of a tab; one that is not there changes nothing."""
        is_there = tab != "goal" or self._session.world.attempt is not None
        if tab not in self._pages or not is_there:
            return
        if tab != "icon":
            self._icon.leave()
        self.tab = tab

    def inspect(self, emoji: str) -> None:
        """Show the icon of an emoji."""
        self._selection.inspected = emoji
        self.show("icon")

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add the tabs, and the page below them."""
        if self.tab == "goal" and self._session.world.attempt is None:
            self.show("axes")
        tabs, page = area.cut_top(TABS, GAP)
        with canvas.sheet(tabs, palette.GROUND):
            self._tabs.draw(canvas, tabs, SMALL)
        with canvas.sheet(page, palette.GROUND):
            if self._is_closed:
                canvas.panel(page)
                draw_empty_hint(canvas, page.inset(2 * GAP), CLOSED)
            else:
                self._pages[self.tab].draw(canvas, page, reading)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the tabs or the page."""
        page = () if self._is_closed else (self._pages[self.tab],)
        return dispatch(event, (self._tabs, *page))

    def obey_key(self, key: Key) -> bool:
        """Act on the chosen axis, or show another page; return whether a key does."""
        if self.tab != "axes" and self.axes.handle(key):
            return True
        tab = None if key.ctrl else TAB_OF_KEY.get(key.name)
        if tab is not None:
            self.show(tab)
        return tab is not None

    def commands(self) -> tuple[tuple[str, str, Callable[[], object]], ...]:
        """Return what can be done here: name, key and action."""
        act, show = self.axes.act, self.show
        return (
            ("Measure the chosen axis", "M", partial(act, "m")),
            ("Harvest the chosen axis", "H", partial(act, "h")),
            ("Remove the chosen axis", "X", partial(act, "x")),
            *(
                [("Show the goal", "G", partial(show, "goal"))]
                if self._session.world.attempt is not None
                else ()
            ),
            ("Show the axes", "A", partial(show, "axes")),
            ("Show the icon", "I", partial(show, "icon")),
            ("Show the state", "V", partial(show, "state")),
            ("Show what comes next", "N", partial(show, "next")),
            ("Compare A and B", "C", partial(show, "pin")),
            ("Save the biome as YAML", "", self._save),
        )

    @property
    def _is_closed(self) -> bool:
        """Whether the page would tell the hidden number of the challenge."""
        return self.tab in TELLING and self._session.keeps_secret

    def _save(self) -> None:
        if self._session.keeps_secret:
            self._notice(UNSAVED)
        else:
            self._inspector.save()

    def _watched(self) -> str | None:
        """Return the north of the chosen axis, or None."""
        chosen = self.axes.chosen
        plot = None if chosen is None else self._session.world.plots.get(chosen)
        return None if plot is None else plot.north
