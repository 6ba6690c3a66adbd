"""The window: reads events and shows frames, up to 60 per second.

A frame is shown only if it is another one: while nothing moves, the window waits for
events. While nobody can see it, time stands still.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Protocol

import pygame

from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.display.cover import Cover
from spacewheat_sim.sandbox.display.garbage import settle, take_turns
from spacewheat_sim.sandbox.display.painter import Painter
from spacewheat_sim.sandbox.display.refresh import Refresh
from spacewheat_sim.sandbox.display.saved.saving import Saving
from spacewheat_sim.sandbox.display.scale import (
    fitting_scale,
    logical_size,
    usual_scale,
    zoomed,
)
from spacewheat_sim.sandbox.display.speaker import Speaker
from spacewheat_sim.sandbox.display.translation import Translator
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
from spacewheat_sim.sandbox.inputs import Input, Key, Pressed

FRAMES_PER_SECOND = 60
# Seconds between looks for an event: SDL's own wait looks every millisecond.
RESTING, UNSEEN = 0.02, 0.2
# Looks after which it sees whether anything changed without one, such as a file.
LOOKS = 12
# Most seconds of real time that a frame is worth: after a longer one, time has stood
# still for the rest of it.
LONGEST_FRAME = 0.25
GOING = (pygame.WINDOWMINIMIZED, pygame.WINDOWHIDDEN)
COMING = (
    *(pygame.WINDOWSHOWN, pygame.WINDOWEXPOSED),
    *(pygame.WINDOWRESTORED, pygame.WINDOWMAXIMIZED),
)


class Shown(Protocol):
    """The content of a window."""

    effects: list[Effect]
    frames_per_second: float
    recording: bool

    @property
    def title(self) -> str:
        """The title of the window."""

    @property
    def moving(self) -> bool:
        """Whether the next frame is another one though there is no input."""

    @property
    def moment(self) -> object:
        """What a frame depends on while nothing moves, apart from inputs."""

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it had an effect."""

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds`` of real time."""

    def draw(self, canvas: Canvas) -> None:
        """Add all shapes of this moment."""

    def draw_alone(self, canvas: Canvas) -> None:
        """Add what the screen is about, alone."""

    @property
    def alone_size(self) -> tuple[float, float]:
        """The width and height of that in the window."""

    def notice(self, text: str) -> None:
        """Show a line of text for some seconds."""


class Window:
    """The open display, which shows an app until it is closed.

    Args:
        app: The app.
        scale: Pixels per logical pixel, 1 to 3; by default it follows the size of the
            window. It is reduced if the logical size would be below 960 × 600.
        folder: Folder of screenshots and recordings.

    Attributes:
        is_open: Whether the window is open.
    """

    def __init__(
        self,
        app: Shown,
        *,
        scale: float | None = None,
        folder: Path | None = None,
    ) -> None:
        self.is_open = True
        self._app = app
        self._scale = self._first_scale = scale
        self._surface = pygame.display.get_surface()
        self._windowed = self._surface.get_size()
        self._painter = Painter(self._surface, self.scale)
        self._refresh = Refresh(self._painter)
        self._translator = Translator()
        self._saving = Saving(folder or Path.cwd(), app.notice)
        self._speaker = Speaker(app.notice)
        self._is_shown = True
        self._cover = Cover()
        self._moment: object = None
        self._title = ""
        self._wanted = False  # a screenshot of the next frame

    @property
    def scale(self) -> float:
        """Pixels per logical pixel at the present size of the window."""
        size = self._surface.get_size()
        wanted = usual_scale(size) if self._scale is None else self._scale
        return fitting_scale(wanted, size)

    def run(self) -> None:
        """Show the app until the window is closed."""
        clock = pygame.time.Clock()
        # The first frame loads and compiles what is missing.
        self.frame(0.0)
        settle()
        take_turns()
        before = time.perf_counter()
        try:
            while self.is_open:
                rests = not (self._is_seen and self._is_moving)
                events = self._wait() if rests else pygame.event.get()
                now = time.perf_counter()
                passed = min(now - before, LONGEST_FRAME) if self._is_seen else 0.0
                self.turn(events, passed, rested=rests)
                before = now
                clock.tick(FRAMES_PER_SECOND)
                self._app.frames_per_second = 0.0 if rests else clock.get_fps()
        finally:
            self._saving.finish()
            self._speaker.close()
            self._cover.close()

    def frame(self, real_seconds: float) -> None:
        """Handle all events, advance by the real time, and show the next frame."""
        for event in pygame.event.get():
            self._take(event)
        self._app.advance(real_seconds)
        self._obey_effects()
        self._show()

    @property
    def _is_seen(self) -> bool:
        """Whether the window is neither minimized nor covered."""
        return self._is_shown and not self._cover.is_whole

    @property
    def _is_moving(self) -> bool:
        return self._app.moving or self._saving.is_recording

    def _wait(self) -> list[pygame.event.Event]:
        """Return the events after waiting for one, not for long."""
        for _ in range(LOOKS):
            time.sleep(RESTING if self._is_seen else UNSEEN)
            events = pygame.event.get()
            if events:
                return events
        return []

    def turn(
        self, events: list[pygame.event.Event], real_seconds: float, *, rested: bool
    ) -> None:
        """Handle events, advance, and show the next frame if it is another one.

        What passed while it ``rested`` was before the events.
        """
        if rested:
            self._app.advance(real_seconds)
        for event in events:
            self._take(event)
        if not rested:
            self._app.advance(real_seconds)
        self._obey_effects()
        self._saving.report()
        changed = bool(events) or self._app.moment != self._moment
        if self._is_seen and (changed or self._is_moving):
            self._show()

    def _show(self) -> None:
        self._moment = self._app.moment
        pygame.display.update(self._paint())
        if self._app.title != self._title:
            self._title = self._app.title
            pygame.display.set_caption(self._title)

    def _take(self, event: pygame.event.Event) -> None:
        if event.type == pygame.QUIT:
            self.is_open = False
            return
        if event.type in GOING or event.type in COMING:
            self._is_shown = event.type in COMING
        if event.type in COMING or event.type == pygame.WINDOWSIZECHANGED:
            self._refresh.forget()
        happened = self._translator.translate(event, self.scale)
        if isinstance(happened, Key | Pressed):
            self._cover.lift()
        if happened is not None:
            self._app.handle(happened)

    def _paint(self) -> list[pygame.Rect]:
        """Paint the next frame; return where the surface changed."""
        # pygame makes a new surface when the window is resized.
        self._surface = pygame.display.get_surface()
        scale, size = self.scale, self._surface.get_size()
        if scale != self._painter.scale:
            self._painter = Painter(self._surface, scale)
            self._refresh = Refresh(self._painter)
        self._painter.surface = self._surface
        canvas = Canvas(*logical_size(scale, size), self._painter.fonts)
        self._app.draw(canvas)
        changed = []
        if self._wanted or self._saving.is_recording:
            changed = self._refresh.show(canvas.shapes)
            self._save_picture()
        changed += self._refresh.show(canvas.shapes, canvas.passing)
        return [pygame.Rect(x, y, r - x, b - y) for x, y, r, b in changed]

    def _save_picture(self) -> None:
        """Save the frame where that is wanted, without what passes on it."""
        if self._wanted:
            self._wanted = False
            self._saving.screenshot(self._surface)
        self._saving.note(self._surface)

    def _obey_effects(self) -> None:
        effects, self._app.effects[:] = list(self._app.effects), []
        for effect in effects:
            self._obey(effect)
        self._app.recording = self._saving.is_recording

    def _obey(self, effect: Effect) -> None:
        match effect:
            case Screenshot():
                self._wanted = True
            case Photo():
                self._saving.photo(self._app.draw_alone, self._app.alone_size)
            case Play(sound):
                self._speaker.play(sound)
            case ToggleRecording():
                self._saving.toggle_recording()
            case ToggleFullscreen():
                self._toggle_fullscreen()
            case Zoom(0):
                self._scale = self._first_scale
            case Zoom(steps):
                self._scale = zoomed(self.scale, steps)
            case Quit():
                self.is_open = False

    def _toggle_fullscreen(self) -> None:
        self._refresh.forget()
        full = bool(self._surface.get_flags() & pygame.FULLSCREEN)
        if not full:
            self._windowed = self._surface.get_size()
        try:
            if not full:
                pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
                return
        except pygame.error as error:
            self._app.notice(f"Full screen is not available: {error}")
        # The first call leaves full screen, and may keep its size.
        for _ in range(2):
            pygame.display.set_mode(self._windowed, pygame.RESIZABLE)
