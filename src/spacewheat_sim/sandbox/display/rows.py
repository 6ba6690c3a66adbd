"""A surface's own pixels as an array, and colors as they stand in it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pygame
from numpy.typing import NDArray

from spacewheat_sim.sandbox.shapes import Color


def pixel_rows(surface: pygame.Surface) -> NDArray[np.uint32]:
    """Return the rows (H, P) of a surface of 32 bits a pixel, P ≥ W pixels apart.

    They share the surface's memory, and lock it for blits as long as they live: they
    must not be kept.
    """
    buffer: Any = surface.get_buffer()
    pixels: NDArray[np.uint32] = np.frombuffer(buffer, np.uint32)
    return pixels.reshape(surface.get_height(), -1)


def packed(surface: pygame.Surface, color: Color) -> int:
    """Return an opaque color as a pixel of ``surface``."""
    # pygame returns it as a signed number.
    return surface.map_rgb((*color, 255)) & 0xFFFFFFFF
