"""The one legend of the state view."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.state.phases import hues
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Picture

BAR = 8.0
WIDTH = 128.0


def _band() -> NDArray[np.uint8]:
    phases = np.linspace(-np.pi, np.pi, 128)
    return np.asarray(np.round(255 * hues(phases))).astype(np.uint8)[None]


BAND = _band()


def draw_legend(canvas: Canvas, area: Rect) -> None:
    """Add what area and hue mean."""
    y = area.center[1]
    area_text = "area: size"
    canvas.text(area.x, y, area_text, size=SMALL, color=palette.DIM)
    lead = canvas.measure.width(area_text, SMALL) + 16.0
    x = area.x + lead
    for text, after in (("phase −180°", WIDTH), ("180°", 0.0)):
        width = canvas.measure.width(text, SMALL)
        if x + width + after > area.right:
            return
        canvas.text(x, y, text, size=SMALL, color=palette.DIM)
        x += width + 6.0
        if after:
            canvas.add(Picture(Rect(x, y - BAR / 2, WIDTH, BAR), BAND))
            x += WIDTH + 6.0
