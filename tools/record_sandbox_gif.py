"""Record docs/figures/sandbox.gif: an axis is planted, measured and harvested.

It needs neither a display nor the machine's time, so that the film does not stutter.

    python tools/record_sandbox_gif.py
"""

from __future__ import annotations

import os
from pathlib import Path

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.display.saved.gif import INTERVAL, Recording
from spacewheat_sim.sandbox.display.saved.picture import Frame
from spacewheat_sim.sandbox.inputs import Key, Moved, Pressed, Released
from spacewheat_sim.sandbox.screens import Screens
from spacewheat_sim.sandbox.shapes import Emoji, Shape

SIZE = (1280, 720)
SEED = 4  # the measurement finds its north, which the harvest then takes
AXIS = ("☀", "🦌")
FIGURE = Path(__file__).resolve().parents[1] / "docs" / "figures" / "sandbox.gif"


class Film:
    """The window as it would be, a picture for every frame of the GIF."""

    def __init__(self) -> None:
        screens = Screens(SEED)
        self.app = App(screens.catalog, screens.open, "forest_small")
        self.recording = Recording()
        self._frame = Frame(*SIZE, 1.0)
        self._shapes: list[Shape] = []
        self._time = 0.0

    def run(self, seconds: float) -> None:
        """Let time pass, and film it."""
        for _ in range(round(seconds / INTERVAL)):
            self.app.advance(INTERVAL)
            self._frame.paint(self.app.draw)
            self.recording.note(self._frame.surface, self._time)
            self._time += INTERVAL + 1e-9  # a frame is due, but for rounding

    def click(self, emoji: str) -> None:
        """Click on a bubble."""
        self._frame.paint(self._seen)
        x, y = next(
            (s.x, s.y)
            for s in self._shapes
            if isinstance(s, Emoji) and s.emoji == emoji
        )
        for event in (Moved(x, y), Pressed(x, y), Released(x, y)):
            self.app.handle(event)

    def _seen(self, canvas: Canvas) -> None:
        self.app.draw(canvas)
        self._shapes = canvas.shapes


def main() -> None:
    """Film it, and say what happened."""
    film = Film()
    film.run(1.5)
    for emoji in AXIS:
        film.click(emoji)
        film.run(0.9)
    film.app.handle(Moved(640.0, 715.0))
    film.run(0.6)
    film.app.handle(Key("m"))
    film.run(1.5)
    film.app.handle(Key("h"))
    film.run(2.6)
    FIGURE.write_bytes(film.recording.content())
    print("docs/figures/sandbox.gif")
    film.app.close()


if __name__ == "__main__":
    main()
