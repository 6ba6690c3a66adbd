"""The pixels of a surface as an array, its color format, and lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pygame

from spacewheat_sim.arrays import FloatArray, UInt32Array
from spacewheat_sim.sandbox.display import kernels
from spacewheat_sim.sandbox.shapes import Color

Box = tuple[int, int, int, int]


def pixel_rows(surface: pygame.Surface) -> UInt32Array:
    """Return the rows (H, P) of a surface of 32 bits a pixel, P ≥ W pixels apart.

    They share the surface's memory, and lock it for blits as long as they exist. Do not
    keep them.
    """
    buffer: Any = surface.get_buffer()
    pixels: UInt32Array = np.frombuffer(buffer, np.uint32)
    return pixels.reshape(surface.get_height(), -1)


def packed(surface: pygame.Surface, color: Color) -> int:
    """Return an opaque color as a pixel of ``surface``."""
    # pygame returns it as a signed number.
    return surface.map_rgb((*color, 255)) & 0xFFFFFFFF


class Strokes:
    """Paints lines onto surfaces of one size, and owns the memory for that."""

    def __init__(self, size: tuple[int, int]) -> None:
        width, height = size
        self.size = size
        self._levels = np.zeros(height * width, np.uint16)
        self._touched = np.empty(height * width, np.int32)

    def paint(
        self,
        rows: UInt32Array,
        clip: Box,
        points: FloatArray,
        width: float,
        color: int,
        first: float = 1.0,
        last: float = 1.0,
    ) -> None:
        """Paint lines whose alpha runs from ``first`` to ``last``."""
        kernels.stroke(
            rows, clip, points, width, color, first, last, self._levels, self._touched
        )

    def paint_many(
        self,
        rows: UInt32Array,
        clip: Box,
        lines: FloatArray,
        widths: FloatArray,
        colors: UInt32Array,
    ) -> None:
        """Paint lines (L, P, 2) of some widths (L,) and colors (L,)."""
        kernels.strokes(rows, clip, lines, widths, colors, self._levels, self._touched)
