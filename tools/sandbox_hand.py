"""A sandbox without a window, in which frames and not the clock make time pass.

So pictures and films of it depend on nothing but the seed and what is done: neither a
busy machine nor a slow one can be seen in them.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.biome.challenge.best_runs import BestRuns
from spacewheat_sim.sandbox.biome.first_steps import LEVEL_STEPS, REGISTER_STEPS
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.display.saved.picture import Frame
from spacewheat_sim.sandbox.inputs import Button, Key, Moved, Pressed, Released
from spacewheat_sim.sandbox.screens import Screens
from spacewheat_sim.sandbox.settings import Settings
from spacewheat_sim.sandbox.shapes import Disc, Emoji, Shape, Text

SIZE = (1280, 720)
RATE = 60.0  # frames a second, as the pictures say
SETTLING = 12  # tenths of a second
Point = tuple[float, float]


class Hand:
    """A mouse and a keyboard for a sandbox that is never shown.

    Args:
        biome: Name or file of what is opened.
        seed: Root seed.
        best_runs: Folder for the best runs of challenges; None keeps none.
        is_new: Whether the player has yet to take the first steps.
        rate: Frames a second.
        size: Pixels.

    Attributes:
        app: The sandbox.
        surface: The last frame.
    """

    def __init__(
        self,
        biome: str,
        seed: int,
        *,
        best_runs: Path | None = None,
        is_new: bool = False,
        rate: float = RATE,
        size: tuple[int, int] = SIZE,
    ) -> None:
        runs, settings = BestRuns(best_runs), Settings()
        screens = Screens(seed, best_runs=runs)
        for step in () if is_new else (*LEVEL_STEPS, *REGISTER_STEPS):
            settings.take_step(step.name)
        self.app = App(screens.catalog, screens.open, biome, settings, runs.stars)
        self.app.frames_per_second = RATE
        self._rate = rate
        self._size = size
        self._frame = Frame(*size, 1.0)
        self.surface = self._frame.surface
        self._shapes: list[Shape] = []

    # --- time ---------------------------------------------------------------------

    def wait(self, seconds: float, at_frame: Callable[[], object] = int) -> None:
        """Let time pass, frame by frame."""
        for _ in range(round(seconds * self._rate)):
            self.app.advance(1 / self._rate)
            self.paint()
            at_frame()

    def paint(self) -> None:
        """Paint a frame."""
        self._frame.paint(self._seen)

    def picture(self, path: Path) -> None:
        """Save the frame of this moment, without notices and with no pointer."""
        width, height = self._size
        self.app.handle(Moved(width - 4.0, height - 4.0))
        self._settle()
        self.app.notice("")
        self.paint()
        pygame.image.save(self.surface, str(path))
        print(path)

    def _settle(self) -> None:
        """Let all be worked out that is asked; some questions wait before they are."""
        for _ in range(SETTLING):
            self.paint()
            for thread in threading.enumerate():
                if thread.name == "outlook":
                    thread.join()
            time.sleep(0.1)

    # --- inputs -------------------------------------------------------------------

    def key(self, name: str, *, shift: bool = False, ctrl: bool = False) -> None:
        """Press a key."""
        self.app.handle(Key(name, shift=shift, ctrl=ctrl))
        self.wait(2 / self._rate)

    def move(self, place: Point) -> None:
        """Move the pointer."""
        self.app.handle(Moved(*place))

    def click(self, place: Point, button: Button = "left") -> None:
        """Click somewhere."""
        for event in (Moved(*place), Pressed(*place, button), Released(*place, button)):
            self.app.handle(event)
        self.wait(2 / self._rate)

    def drag(self, start: Point, end: Point) -> None:
        """Press, move and let go."""
        for event in (Moved(*start), Pressed(*start), Moved(*end), Released(*end)):
            self.app.handle(event)
        self.wait(2 / self._rate)

    # --- where things are ---------------------------------------------------------

    def text(self, wanted: str) -> Point:
        """Return where a text is."""
        self.paint()
        found = (s for s in self._shapes if isinstance(s, Text) and s.text == wanted)
        at = next(found)
        return at.x, at.y

    def bubble(self, emoji: str) -> Point:
        """Return where an emoji's bubble is."""
        self.paint()
        found = (s for s in self._shapes if isinstance(s, Emoji) and s.emoji == emoji)
        at = next(found)
        return at.x, at.y

    def knob(self, label: str) -> Point:
        """Return where the knob of a slider is."""
        x, y = self.text(label)
        discs = [s for s in self._shapes if isinstance(s, Disc)]
        knob = next(s for s in discs if s.x > x and abs(s.y - y) < 2)
        return knob.x, knob.y

    def _seen(self, canvas: Canvas) -> None:
        self.app.draw(canvas)
        self._shapes = canvas.shapes
