"""Opens the window, before anything that takes long."""

from __future__ import annotations

import os
import sys

import pygame

from spacewheat_sim.errors import RunError
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.display.emojis import emoji_picture
from spacewheat_sim.sandbox.display.fonts import Fonts
from spacewheat_sim.sandbox.display.scale import scaled_size, usual_scale

TITLE = "spacewheat"
ICON = "🌾"
# SDL's drivers without a display.
UNSEEN = ("offscreen", "dummy")
# Variables that tell SDL on Linux where to open a window.
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")
# Whether SDL shows a window's surface as a texture; a player's own setting stays.
TEXTURES = "SDL_FRAMEBUFFER_ACCELERATION"


class NoDisplayError(RunError):
    """There is no display to open a window on."""

    def __init__(self, reason: str) -> None:
        """Build the message from the reason."""
        super().__init__(
            f"No display to open a window on ({reason}). Without one, run "
            "`spacewheat simulate BIOME`, or draw pictures with "
            "`spacewheat play BIOME --frames N --screenshot FILE`"
        )


def open_display(size: tuple[int, int] | None = None) -> pygame.Surface:
    """Open a window of ``size`` pixels, with a title that says it is loading.

    By default it is 1280 × 720 pixels, or more on a large screen.

    Raises:
        NoDisplayError: there is no display.
    """
    # SDL would search for long, and print its own message.
    on_linux = sys.platform.startswith("linux")
    if on_linux and not any(name in os.environ for name in DISPLAYS):
        raise NoDisplayError("neither DISPLAY nor WAYLAND_DISPLAY is set")
    try:
        pygame.display.init()
        driver = pygame.display.get_driver()
        if driver in UNSEEN and "SDL_VIDEODRIVER" not in os.environ:
            raise NoDisplayError(f"SDL finds only {driver!r}")
        if driver == "x11":
            # The changed rectangles go to the X server in shared memory. As a texture,
            # all of the window is drawn each time, by the processor if there is no
            # graphics card: 11 ms instead of 0.03 ms at 1920 × 1080.
            os.environ.setdefault(TEXTURES, "0")
        pygame.display.set_icon(emoji_picture(ICON, 64))
        pygame.display.set_caption(TITLE)
        surface = pygame.display.set_mode(size or _usual_size(), pygame.RESIZABLE)
    except pygame.error as error:
        raise NoDisplayError(str(error)) from None
    surface.fill(palette.GROUND)
    waiting = Fonts().render(f"{ICON} loading …", 24.0, palette.DIM)
    surface.blit(waiting, waiting.get_rect(center=surface.get_rect().center))
    pygame.display.flip()
    # Window managers consider windows that handle no events as hung.
    pygame.event.pump()
    return surface


def _usual_size() -> tuple[int, int]:
    """Return the size of a window that takes two thirds of a large screen."""
    screens = pygame.display.get_desktop_sizes()
    return scaled_size(usual_scale(screens[0]) if screens else 1.0)


def close_display() -> None:
    """Close the window."""
    pygame.display.quit()
