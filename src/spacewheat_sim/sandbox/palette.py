"""Colors that color-blind people can distinguish, on a dark background.

The signal colors are those of Okabe and Ito (2008), "Color universal design". Nothing
is shown by color alone: there is also an arrow, a picture, or a word. Against what they
lie on, letters have a contrast of at least 4.5, and edges, tracks and signals of 3 (Web
Content Accessibility Guidelines 2.2, criteria 1.4.3 and 1.4.11); only the lines of a
grid, which nothing depends on, have less.
"""

from __future__ import annotations

from spacewheat_sim.sandbox.shapes import Color

GROUND: Color = (15, 18, 28)
PANEL: Color = (24, 29, 42)
PANEL_EDGE: Color = (104, 114, 138)
GRID: Color = (46, 55, 76)
CONTROL: Color = (41, 49, 69)
CONTROL_HOVER: Color = (56, 67, 94)
TEXT: Color = (228, 232, 241)
DIM: Color = (152, 163, 186)
FAINT: Color = (126, 137, 162)

ORANGE: Color = (230, 159, 0)
SKY: Color = (86, 180, 233)
GREEN: Color = (0, 158, 115)
YELLOW: Color = (240, 228, 66)
BLUE: Color = (0, 114, 178)
VERMILLION: Color = (219, 100, 8)  # lighter than theirs, for letters
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


def luminance(color: Color) -> float:
    """Return the relative luminance of sRGB, 0 for black and 1 for white.

    Example:
        >>> round(luminance(WHITE), 6)
        1.0
    """
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (part / 255 for part in color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """Return the contrast (L₁ + 0.05)/(L₂ + 0.05) of WCAG, lighter over darker, 1 … 21.

    Example:
        >>> contrast(WHITE, (0, 0, 0))
        21.0
    """
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix(first: Color, second: Color, share: float) -> Color:
    """Return a mixture with ``share``, 0 … 1, of ``second`` and the rest ``first``."""
    share = min(max(share, 0.0), 1.0)
    r, g, b = (round(a + (c - a) * share) for a, c in zip(first, second, strict=True))
    return r, g, b
