"""What the window shows is, pixel for pixel, its frame painted anew from nothing.

However late the frame comes, what is done before it finds the world of now.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pygame
import pytest

from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.biome.challenge.best_runs import BestRuns
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.display.opening import close_display, open_display
from spacewheat_sim.sandbox.display.painter import Painter
from spacewheat_sim.sandbox.display.scale import logical_size
from spacewheat_sim.sandbox.display.window import Window
from spacewheat_sim.sandbox.screens import Screens
from spacewheat_sim.sandbox.shapes import Disc, Emoji, Fill, Shape, Sheet, Text

SIZES = ((960, 600), (1280, 720), (1100, 900), (1921, 1081))
LETTERS = "mhxaikdrsp123.-+=[]zwolfvnc"
NAMED = (
    *(pygame.K_SPACE, pygame.K_RETURN, pygame.K_ESCAPE, pygame.K_TAB, pygame.K_UP),
    *(pygame.K_LEFT, pygame.K_RIGHT, pygame.K_DOWN, pygame.K_HOME, pygame.K_END),
    *(pygame.K_F1, pygame.K_F5, pygame.K_F6, pygame.K_F9, pygame.K_PAGEDOWN),
)
WITH_CONTROL = (pygame.K_k, pygame.K_z, pygame.K_EQUALS, pygame.K_MINUS, pygame.K_0)


class Watched(App):
    """The sandbox, which keeps the last frame that it drew."""

    last: Canvas

    def draw(self, canvas: Canvas) -> None:
        super().draw(canvas)
        self.last = canvas


def told(canvas: Canvas) -> list[Shape]:
    shapes = (*canvas.shapes, *canvas.passing)
    return [shape for shape in shapes if isinstance(shape, Text | Emoji | Fill)]


class Visitor:
    """Someone who does anything in a window, which is compared after each turn."""

    def __init__(self, seed: int, folder: Path, first: str | None = None) -> None:
        self.rng = np.random.default_rng(seed)
        log = SessionLog(folder / "session.jsonl")
        runs = BestRuns(folder / "best_runs", str)
        self.screens = Screens(seed, log, best_runs=runs)
        keys = [key for key, _ in self.screens.catalog]
        first = keys[seed % len(keys)] if first is None else first
        catalog, open_ = self.screens.catalog, self.screens.open
        self.app = Watched(catalog, open_, first, earned=runs.stars)
        open_display(SIZES[seed % len(SIZES)])
        pygame.event.clear()
        self.window = Window(self.app, folder=folder)
        self.fresh = Painter(pygame.display.get_surface())
        self.window.frame(0.0)

    def visit(self, turns: int, most: int = 2) -> None:
        """Take turns, of at most so many acts between two frames."""
        for _ in range(turns):
            acts = self.whole(most + 1)
            events = [event for _ in range(acts) for event in self.act()]
            if self.rng.random() < 0.01:
                events.append(self.resized())
            self.window.turn(events, 1 / 60, rested=not self.app.moving)
            where = self.app.screen.key, events
            assert self.differs(self.app.last) is None, where
            if not self.app.moving:
                assert not self.lags(), where
        self.app.close()
        self.screens.close()
        close_display()

    def lags(self) -> bool:
        """Return whether a resting window tells something that is not of this moment.

        It may for one turn, in which work of others came in. Dots that flow stand
        anywhere on their ways.
        """
        for _ in range(3):
            self.window.turn([], 0.0, rested=True)
            if told(self.app.last) == told(self.drawn()):
                return False
        return True

    def drawn(self) -> Canvas:
        """Return the frame of this moment."""
        size = logical_size(self.window.scale, pygame.display.get_surface().get_size())
        canvas = Canvas(*size, self.fresh.fonts)
        App.draw(self.app, canvas)
        return canvas

    def differs(self, canvas: Canvas) -> object:
        """Return the box of pixels that are not those of a frame, or None."""
        shown = pygame.display.get_surface()
        surface = pygame.Surface(shown.get_size(), 0, shown)
        if self.fresh.scale != self.window.scale:
            self.fresh = Painter(surface, self.window.scale)
        self.fresh.surface = surface
        for shapes in (canvas.shapes, canvas.passing):
            self.fresh.paint([shape for shape in shapes if type(shape) is not Sheet])
        pixels = pygame.surfarray.pixels2d
        places = np.argwhere(pixels(shown) != pixels(surface))
        return (places.min(axis=0), places.max(axis=0)) if places.size else None

    # --- acts ---------------------------------------------------------------------

    def whole(self, most: int) -> int:
        return int(self.rng.integers(most))

    def place(self) -> tuple[int, int]:
        """Return a place in pixels, half of them on something that is drawn."""
        shapes = self.app.last.shapes
        things = [s for s in shapes if isinstance(s, Text | Emoji | Disc)]
        if things and self.rng.random() < 0.6:
            thing = things[self.whole(len(things))]
            return int(thing.x * self.window.scale), int(thing.y * self.window.scale)
        width, height = pygame.display.get_surface().get_size()
        return self.whole(width), self.whole(height)

    def act(self) -> list[pygame.event.Event]:
        event, kind = pygame.event.Event, self.rng.random()
        if kind < 0.3:
            return [event(pygame.MOUSEMOTION, pos=self.place())]
        if kind < 0.4:
            turns = self.whole(7) - 3
            place = event(pygame.MOUSEMOTION, pos=self.place())
            return [place, event(pygame.MOUSEWHEEL, y=turns)]
        if kind < 0.7:
            button = 3 if self.rng.random() < 0.15 else 1
            start, end = self.place(), self.place()
            end = end if self.rng.random() < 0.3 else start
            return [
                event(pygame.MOUSEBUTTONDOWN, pos=start, button=button),
                event(pygame.MOUSEMOTION, pos=end),
                event(pygame.MOUSEBUTTONUP, pos=end, button=button),
            ]
        if kind < 0.75:
            alt = pygame.KEYDOWN if self.rng.random() < 0.6 else pygame.KEYUP
            return [event(alt, key=pygame.K_LALT)]
        if kind < 0.8:
            key = WITH_CONTROL[self.whole(len(WITH_CONTROL))]
            return [event(pygame.KEYDOWN, key=key, mod=pygame.KMOD_LCTRL)]
        if kind < 0.9:
            return [event(pygame.KEYDOWN, key=NAMED[self.whole(len(NAMED))])]
        letter = LETTERS[self.whole(len(LETTERS))]
        return [event(pygame.KEYDOWN, key=ord(letter), unicode=letter)]

    def resized(self) -> pygame.event.Event:
        width, height = SIZES[self.whole(len(SIZES))]
        pygame.display.set_mode((width, height), pygame.RESIZABLE)
        return pygame.event.Event(pygame.WINDOWSIZECHANGED, x=width, y=height)


@pytest.mark.parametrize("seed", range(2))
def test_each_frame_is_as_if_painted_from_nothing(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Visitor(seed, tmp_path).visit(60)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 150))
def test_each_of_many_frames_is_as_if_painted_from_nothing(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(Screens(0).catalog) <= 50
    monkeypatch.chdir(tmp_path)
    Visitor(seed, tmp_path).visit(300)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 250))
def test_what_is_done_before_a_late_frame_finds_the_world_of_now(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Visitor(seed, tmp_path).visit(100, most=16)
