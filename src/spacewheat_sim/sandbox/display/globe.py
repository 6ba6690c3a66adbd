"""The wire frame of a sphere, which is the same in every frame."""

from __future__ import annotations

import math

import pygame

from spacewheat_sim.sandbox.display.curves import CIRCLE, GREAT_CIRCLES
from spacewheat_sim.sandbox.display.rows import Strokes, packed, pixel_rows
from spacewheat_sim.sandbox.shapes import Color

# Share of the color in the inner lines.
FAINT = 0.45


def globe_picture(r: float, color: Color, width: float) -> pygame.Surface:
    """Return outline, equator and two meridians, with the center in the middle.

    Args:
        r: Radius in pixels.
        color: Color of the outline.
        width: Width of the lines in pixels.
    """
    side = 2 * math.ceil(r + width)
    picture = pygame.Surface((side, side), pygame.SRCALPHA, 32)
    # Transparent, but of the same color, so that blending changes only alpha.
    picture.fill((*color, 0))
    opaque = packed(picture, color)
    rows, clip = pixel_rows(picture), (0, 0, side, side)
    strokes = Strokes((side, side))
    for circle, alpha in ((CIRCLE, 1.0), *((c, FAINT) for c in GREAT_CIRCLES)):
        points = circle * r + side / 2
        strokes.paint(rows, clip, points, width, opaque, alpha, alpha)
    return picture
