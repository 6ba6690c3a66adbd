"""The sandbox as a whole: which screen is shown, the toolbar, help, and notices."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.errors import SpacewheatError
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import BODY, Canvas
from spacewheat_sim.sandbox.effects import (
    Effect,
    Photo,
    Play,
    Quit,
    Screenshot,
    ToggleFullscreen,
    ToggleRecording,
    Zoom,
)
from spacewheat_sim.sandbox.entry import Entry, screen_entry
from spacewheat_sim.sandbox.finder import Finder
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Alt, Input, Key, Pressed, Released
from spacewheat_sim.sandbox.keys import shown_key
from spacewheat_sim.sandbox.points import Point
from spacewheat_sim.sandbox.screen import Screen
from spacewheat_sim.sandbox.settings import Settings
from spacewheat_sim.sandbox.shapes import Fill, Outline
from spacewheat_sim.sandbox.sounds import sound_of
from spacewheat_sim.sandbox.widgets.button import Button
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.widgets.hint import draw_hint
from spacewheat_sim.sandbox.widgets.menu import Menu
from spacewheat_sim.sandbox.words.help_page import draw_help

TOOLBAR = 34.0
GAP = 6.0
NOTICE_SECONDS = 4.0
# Above the status line at the bottom of a screen.
NOTICE_HEIGHT = 38.0
# These keys leave the help page open, so that it can be in a picture.
PICTURE_KEYS = ("s", "r", "f11")

Catalog = tuple[tuple[str, str], ...]


class App:
    """The content and behavior of the window, without pygame.

    A screen that was opened is kept until the window closes: it is shown again as it
    was left, and one that the catalog lacks is listed after it.

    Args:
        catalog: Key and title of each screen that can be opened.
        open_screen: Opens a screen by its key.
        first: Key of the first screen; it may be a path, which the catalog lacks.
        settings: What the player set; None keeps nothing.
        earned: Returns what was earned in a screen of the catalog, or "".

    Attributes:
        screen: The present screen.
        effects: Requests to the window, which removes them after each frame.
        frames_per_second: Frame rate, set by the window; 0 while it rests.
        recording: Whether a GIF is being recorded, set by the window.
        about: Line at the end of the help page.
        settings: As given.

    Raises:
        SpacewheatError: the first screen cannot be opened.
    """

    def __init__(
        self,
        catalog: Catalog,
        open_screen: Callable[[str, App], Screen],
        first: str,
        settings: Settings | None = None,
        earned: Callable[[str], str] = lambda _key: "",
    ) -> None:
        self.settings = Settings() if settings is None else settings
        self.settings.notice = self.notice
        self.effects: list[Effect] = []
        self.frames_per_second = 0.0
        self.recording = False
        self.about = ""
        self._catalog = catalog
        self._earned = earned
        self._open_screen = open_screen
        self._screens: dict[str, Screen] = {}
        self._pointer: Point = (-1.0, -1.0)
        self._help = False
        self._notice = ("", 0.0)
        self.screen = self._opened(first)
        self._menu = Menu(
            lambda: self.screen.title,
            lambda: self.catalog,
            self.open,
            hint="biomes, lab scenes and challenges",
            present=lambda: self.screen.key,
        )
        self._finder = Finder(self.entries)
        self._left = [
            Button(
                "‹",
                lambda: self.open_next(-1),
                hint="previous biome or scene  (Page Up)",
            ),
            Button(
                "›", lambda: self.open_next(1), hint="next biome or scene  (Page Down)"
            ),
        ]
        self._right = [
            Button("Picture", self._ask(Screenshot()), hint="save a screenshot  (S)"),
            Button(
                "GIF",
                self._ask(ToggleRecording()),
                lit=lambda: self.recording,
                hint="start or stop recording a GIF, 20 s at most  (R)",
            ),
            Button("Find", self._find, hint="find anything by its name  (Ctrl K)"),
            Button("Help", self.toggle_help, hint="list all keys  (F1)"),
        ]

    # --- screens ------------------------------------------------------------------

    @property
    def catalog(self) -> Catalog:
        """Key and title of each screen: those that were given, then others opened.

        A title tells what was earned there.
        """
        given = {key for key, _ in self._catalog}
        others = ((k, s.title) for k, s in self._screens.items() if k not in given)
        listed = ((k, f"{t}  {self._earned(k)}".rstrip()) for k, t in self._catalog)
        return (*listed, *others)

    def open(self, key: str) -> None:
        """Show another screen; if it cannot be opened, say why and keep this one."""
        try:
            self.screen = self._opened(key)
        except SpacewheatError as error:
            self.notice(str(error))
            return
        self.screen.enter()

    def open_next(self, step: int) -> None:
        """Show the screen ``step`` places further in the circular catalog."""
        keys = [key for key, _ in self.catalog]
        here = keys.index(self.screen.key) if self.screen.key in keys else -(step > 0)
        self.open(keys[(here + step) % len(keys)])

    def hear(self, event: WorldEvent) -> None:
        """Ask for the sound of an event, once a frame, if the player wants sounds."""
        sound = sound_of(event.event) if self.settings.sounds else None
        if sound is not None and Play(sound) not in self.effects:
            self.effects.append(Play(sound))

    def entries(self) -> list[Entry]:
        """Return everything that can be found by its name."""
        commands: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("Save a picture of the window", "S", self._ask(Screenshot())),
            ("Save a photo of the oval, 4 times as large", "P", self._ask(Photo())),
            ("Record a GIF, or stop", "R", self._ask(ToggleRecording())),
            ("Full screen, or window", "F11", self._ask(ToggleFullscreen())),
            ("Zoom in", "Ctrl +", self._ask(Zoom(1))),
            ("Zoom out", "Ctrl −", self._ask(Zoom(-1))),
            ("Zoom as at first", "Ctrl 0", self._ask(Zoom(0))),
            ("Next biome or scene", "Page Down", lambda: self.open_next(1)),
            ("Previous biome or scene", "Page Up", lambda: self.open_next(-1)),
            ("Help: all keys", "F1", self.toggle_help),
            ("Quit", "Ctrl Q", self._ask(Quit())),
        )
        settings, on = self.settings, self.settings.sounds
        sounds = f"Sounds: turn {'off' if on else 'on'}"
        return [
            *self.screen.entries(),
            *(Entry("command", *command) for command in commands),
            *(screen_entry(title, partial(self.open, k)) for k, title in self.catalog),
            Entry("setting", sounds, "", lambda: settings.set_sounds(not on)),
            Entry("setting", "Show the first steps", "", settings.forget_steps),
        ]

    def notice(self, text: str) -> None:
        """Show a line of text for some seconds."""
        self._notice = (text, NOTICE_SECONDS)

    @property
    def pending_notice(self) -> str:
        """The line that is still to be read, or ""."""
        text, left = self._notice
        return text if left > 0.0 else ""

    def toggle_help(self) -> None:
        """Show or hide the help page."""
        self._help = not self._help

    @property
    def title(self) -> str:
        """The title of the window."""
        return f"{self.screen.title} – spacewheat"

    # --- the frame ----------------------------------------------------------------

    @property
    def moving(self) -> bool:
        """Whether the next frame is another one though there is no input."""
        return self.screen.moving

    @property
    def moment(self) -> object:
        """What a frame depends on while nothing moves, apart from inputs."""
        return self.screen.key, self.screen.moment, self.pending_notice

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds`` of real time."""
        self.screen.advance(real_seconds)
        text, left = self._notice
        self._notice = (text, left - real_seconds)

    def step_frame(self) -> None:
        """Advance by exactly one tick, for pictures."""
        self.screen.step_frame()

    def draw(self, canvas: Canvas) -> None:
        """Add all shapes of this moment."""
        canvas.add(Fill(canvas.area, palette.GROUND))
        canvas.pointer = self._pointer if canvas.area.contains(*self._pointer) else None
        bar, rest = canvas.area.inset(GAP).cut_top(TOOLBAR, GAP)
        with canvas.under(*([canvas.area] if self._covered else [])):
            with canvas.sheet(bar, palette.GROUND):
                self._draw_toolbar(canvas, bar)
            self.screen.draw(canvas, rest)
        if self._help:
            draw_help(canvas, rest, self.screen, self.about)
        self._menu.draw_list(canvas)
        self._finder.draw(canvas)
        with canvas.pass_by():
            self._draw_notice(canvas, rest)
            draw_hint(canvas)

    def draw_alone(self, canvas: Canvas) -> None:
        """Add what the screen is about, alone."""
        canvas.add(Fill(canvas.area, palette.GROUND))
        self.screen.draw_alone(canvas)

    @property
    def alone_size(self) -> tuple[float, float]:
        """The width and height of that in the window."""
        return self.screen.alone_size

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it had an effect."""
        if not isinstance(event, Key | Alt):
            self._pointer = event.x, event.y
        if self._covered and not isinstance(event, Released):
            return self._handle_covered(event)
        if dispatch(event, [self._menu, *self._left, *self._right, self.screen]):
            return True
        if not isinstance(event, Key):
            return False
        obeyed = self._obey_key(event)
        if not obeyed and event.name != "escape":
            self.notice(f"{shown_key(event)} does nothing here; F1 lists the keys")
        return obeyed

    def close(self) -> None:
        """Close files and logs."""
        for screen in self._screens.values():
            screen.close()

    # --- inside -------------------------------------------------------------------

    def _opened(self, key: str) -> Screen:
        """Return a screen as it was left, or opened now."""
        if key not in self._screens:
            self._screens[key] = self._open_screen(key, self)
        return self._screens[key]

    @property
    def _covered(self) -> bool:
        """Whether a page or the menu lies over the screen, and takes inputs."""
        return self._menu.is_open or self._help or self._finder.is_open

    def _handle_covered(self, event: Input) -> bool:
        if self._finder.is_open:
            return self._finder.handle(event)
        if self._menu.is_open:
            return self._menu.handle(event)
        if isinstance(event, Key) and event.name in PICTURE_KEYS:
            return self._obey_key(event)
        if isinstance(event, Key | Pressed):
            self._help = False
            return True
        return False

    def _obey_key(self, key: Key) -> bool:
        actions: dict[tuple[str, bool], Callable[[], object]] = {
            ("f1", False): self.toggle_help,
            ("page up", False): lambda: self.open_next(-1),
            ("page down", False): lambda: self.open_next(1),
            ("s", False): self._ask(Screenshot()),
            ("p", False): self._ask(Photo()),
            ("k", True): self._find,
            ("r", False): self._ask(ToggleRecording()),
            ("f11", False): self._ask(ToggleFullscreen()),
            ("+", True): self._ask(Zoom(1)),
            ("=", True): self._ask(Zoom(1)),
            ("-", True): self._ask(Zoom(-1)),
            ("0", True): self._ask(Zoom(0)),
            ("q", True): self._ask(Quit()),
        }
        action = actions.get((key.name, key.ctrl))
        if action is not None:
            action()
        return action is not None

    def _find(self) -> None:
        self._finder.open()

    def _ask(self, effect: Effect) -> Callable[[], None]:
        return lambda: self.effects.append(effect)

    def _draw_toolbar(self, canvas: Canvas, bar: Rect) -> None:
        x = bar.x
        # The title is shortened if the window is narrow.
        width = min(self._menu.width(canvas), max(110.0, bar.w * 0.2))
        self._menu.draw(canvas, Rect(x, bar.y, width, bar.h))
        x += width + GAP
        for button in self._left:
            button.draw(canvas, Rect(x, bar.y, 26.0, bar.h))
            x += 26.0 + 2.0
        right = bar.right
        for button in reversed(self._right):
            needed = button.width(canvas)
            right -= needed
            button.draw(canvas, Rect(right, bar.y, needed, bar.h))
            right -= GAP
        middle = Rect(x + GAP, bar.y, max(0.0, right - x - 2 * GAP), bar.h)
        self.screen.draw_transport(canvas, middle)

    def _draw_notice(self, canvas: Canvas, area: Rect) -> None:
        text, left = self._notice
        if left <= 0.0 or not text:
            return
        lines = canvas.wrapped(text, BODY, min(620.0, area.w - 80.0))
        width = max(canvas.measure.width(line, BODY) for line in lines) + 32.0
        height = 20.0 * len(lines) + 16.0
        y = area.bottom - NOTICE_HEIGHT - height
        place = Rect(area.center[0] - width / 2, y, width, height)
        with canvas.sheet(place):
            canvas.add(
                Fill(place, palette.PANEL, radius=8.0),
                Outline(place, palette.ACCENT, radius=8.0),
            )
            for number, line in enumerate(lines):
                y = place.y + 18.0 + 20.0 * number
                canvas.text(place.center[0], y, line, align="center")
