"""A frame without a window, for documentation, tests and development."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pygame

from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.display.painter import Painter
from spacewheat_sim.sandbox.display.scale import logical_size


class Frame:
    """A picture of ``width`` × ``height`` pixels that can be painted repeatedly.

    Attributes:
        surface: The painted surface.
    """

    def __init__(self, width: int, height: int, scale: float = 1.0) -> None:
        self.surface = pygame.Surface((width, height), 0, 32)
        self._painter = Painter(self.surface, scale)

    def paint(self, draw: Callable[[Canvas], None]) -> None:
        """Paint the shapes that ``draw`` adds to a new canvas."""
        width, height = self.surface.get_size()
        painter = self._painter
        canvas = Canvas(*logical_size(painter.scale, (width, height)), painter.fonts)
        draw(canvas)
        painter.paint(canvas.shapes)


def save_picture(
    draw: Callable[[Canvas], None],
    path: str | Path,
    width: int,
    height: int,
    scale: float = 1.0,
) -> None:
    """Save the shapes that ``draw`` adds to a canvas as a PNG; needs no display.

    Args:
        draw: Adds shapes to a canvas.
        path: The PNG file.
        width: Pixels.
        height: Pixels.
        scale: Pixels per logical pixel.
    """
    frame = Frame(width, height, scale)
    frame.paint(draw)
    pygame.image.save(frame.surface, str(path))
