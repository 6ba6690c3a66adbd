"""The ring around what a challenge's goal speaks of."""

from __future__ import annotations

from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.shapes import Line, Ring

# Pixels from a bubble to its ring, and of the four ticks that cross the ring.
APART, TICK, WIDTH = 4.0, 4.0, 2.0
COLOR = palette.YELLOW
TOLD = "yellow ring: the goal speaks of it"
REACH = APART + TICK / 2  # beyond a bubble's edge


def is_target(world: World, emoji: str) -> bool:
    """Return whether the goal of the challenge that is played speaks of ``emoji``."""
    attempt = world.attempt
    if attempt is None:
        return False
    return canonical_emoji(emoji) in attempt.challenge.goal.emojis


def draw_target(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Add a ring with four ticks around a bubble or a sphere."""
    r = radius + APART
    canvas.add(Ring(x, y, r, COLOR, WIDTH))
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        inner, outer = r - TICK, r + TICK / 2
        start = x + dx * inner, y + dy * inner
        canvas.add(Line(*start, x + dx * outer, y + dy * outer, COLOR, WIDTH))
