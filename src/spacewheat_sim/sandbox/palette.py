"""Colors that color-blind people can distinguish, on a dark background.

The signal colors are those of Okabe and Ito (2008), "Color universal design". Nothing
is shown by color alone: there is also an arrow, a picture, or a word.
"""

from __future__ import annotations

from spacewheat_sim.sandbox.shapes import Color

GROUND: Color = (15, 18, 28)
PANEL: Color = (24, 29, 42)
PANEL_EDGE: Color = (46, 55, 76)
CONTROL: Color = (41, 49, 69)
CONTROL_HOVER: Color = (56, 67, 94)
TEXT: Color = (228, 232, 241)
DIM: Color = (152, 163, 186)
FAINT: Color = (84, 95, 120)

ORANGE: Color = (230, 159, 0)
SKY: Color = (86, 180, 233)
GREEN: Color = (0, 158, 115)
YELLOW: Color = (240, 228, 66)
BLUE: Color = (0, 114, 178)
VERMILLION: Color = (213, 94, 0)
PURPLE: Color = (204, 121, 167)
WHITE: Color = (255, 255, 255)

# Lines of a chart, most important first.
SERIES: tuple[Color, ...] = (
    SKY,
    ORANGE,
    GREEN,
    PURPLE,
    YELLOW,
    VERMILLION,
    (120, 150, 230),
    WHITE,
)

ACCENT = SKY
WARNING = ORANGE
ERROR: Color = (240, 128, 96)


def mix(first: Color, second: Color, share: float) -> Color:
    """Return a mixture with ``share``, 0 … 1, of ``second`` and the rest ``first``."""
    share = min(max(share, 0.0), 1.0)
    r, g, b = (round(a + (c - a) * share) for a, c in zip(first, second, strict=True))
    return r, g, b
