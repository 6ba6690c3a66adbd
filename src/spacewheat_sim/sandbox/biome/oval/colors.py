"""Colors of the oval, in steps from the background to full strength."""

from __future__ import annotations

from functools import cache

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.palette import mix
from spacewheat_sim.sandbox.shapes import Color

LEVELS = 16
# Steps of the current in each direction.
FLOW_STEPS = 8

BUBBLE = mix(palette.CONTROL, palette.SKY, 0.12)
RIM = mix(palette.DIM, palette.WHITE, 0.35)
GLOW = palette.YELLOW
TRANSFER = mix(palette.GREEN, palette.WHITE, 0.25)
DECAY = palette.VERMILLION
FORWARD, BACKWARD, STILL = palette.ORANGE, palette.SKY, palette.DIM
GHOST = palette.PURPLE
JUMP = palette.YELLOW
COLLAPSE = palette.WHITE


@cache
def ramp(color: Color) -> tuple[Color, ...]:
    """Return ``color`` from faint to full; opaque, so that lines paint fast."""
    return tuple(
        mix(palette.PANEL, color, (1 + level) / LEVELS) for level in range(LEVELS)
    )


def flow_color(ratio: float) -> Color:
    """Return the color of a coherent current, as a share −1 … 1 of the most possible.

    Orange flows from first to second, blue back, and gray is no current; small dots
    that move with the current show it without color.
    """
    return _FLOWS[round(FLOW_STEPS * min(max(ratio, -1.0), 1.0)) + FLOW_STEPS]


_FLOWS = tuple(
    mix(STILL, FORWARD if step > 0 else BACKWARD, abs(step) / FLOW_STEPS)
    for step in range(-FLOW_STEPS, FLOW_STEPS + 1)
)
