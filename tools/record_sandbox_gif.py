"""Record docs/figures/sandbox.gif: an axis is planted, measured and harvested.

The window has real events and pictures, but neither a display nor the machine's time:
every frame is a sixtieth of a second.

    python tools/record_sandbox_gif.py
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.display.fonts import Fonts
from spacewheat_sim.sandbox.display.opening import close_display, open_display
from spacewheat_sim.sandbox.display.window import Window
from spacewheat_sim.sandbox.screens import Screens
from spacewheat_sim.sandbox.shapes import Emoji

SIZE = (1280, 720)
SEED = 4  # the measurement finds its north, which the harvest then takes
AXIS = ("☀", "🦌")
FIGURE = Path(__file__).resolve().parents[1] / "docs" / "figures" / "sandbox.gif"


class Player:
    """Someone at the window."""

    def __init__(self, folder: Path) -> None:
        screens = Screens(SEED)
        self.app = App(screens.catalog, screens.open, "forest_small")
        open_display(SIZE)
        self._window = Window(self.app, folder=folder)
        pygame.event.clear()

    def wait(self, seconds: float) -> None:
        """Let frames pass."""
        for _ in range(round(60 * seconds)):
            self._window.frame(1 / 60)

    def press(self, letter: str) -> None:
        """Press a key."""
        key = pygame.key.key_code(letter)
        values = {"key": key, "unicode": letter, "mod": 0}
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, values))

    def click(self, emoji: str) -> None:
        """Click on a bubble."""
        canvas = Canvas(*map(float, SIZE), Fonts(1.0))
        self.app.draw(canvas)
        shapes = canvas.shapes
        at = next(s for s in shapes if isinstance(s, Emoji) and s.emoji == emoji)
        place = {"pos": (round(at.x), round(at.y))}
        moved = {**place, "rel": (0, 0), "buttons": (0, 0, 0)}
        pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, moved))
        for kind in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
            pygame.event.post(pygame.event.Event(kind, {**place, "button": 1}))


def main() -> None:
    """Play for ten seconds, and keep what was recorded."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        player = Player(folder)
        player.wait(2.0)
        player.press("r")
        player.wait(1.0)
        for emoji in AXIS:
            player.click(emoji)
            player.wait(0.8)
        player.wait(1.0)
        player.press("m")
        player.wait(1.5)
        player.press("h")
        player.wait(2.5)
        player.press("r")
        while not (made := list(folder.glob("*.gif"))):
            player.wait(0.5)
        player.app.close()
        close_display()  # which waits for the file
        shutil.move(made[0], FIGURE)
    for event in list(player.app.screen.session.events)[-4:]:  # type: ignore[attr-defined]  # a biome's screen has one
        print(event)
    print("docs/figures/sandbox.gif")


if __name__ == "__main__":
    main()
