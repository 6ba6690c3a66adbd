from __future__ import annotations

import numpy as np
import pygame
import pytest

from spacewheat_sim.assets.atlas import atlas_emojis
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.display.emojis import emoji_picture

PIXELS = 64


def rgba(emoji: str) -> np.ndarray:
    data = pygame.image.tobytes(emoji_picture(emoji, PIXELS), "RGBA")
    return np.frombuffer(data, np.uint8).reshape(PIXELS, PIXELS, 4)


def seen(colors: np.ndarray) -> float:
    """Return the share of colors with a contrast of 3 to the ground."""
    kinds, counts = np.unique(colors, axis=0, return_counts=True)
    good = [palette.contrast(tuple(c), palette.PANEL) >= 3.0 for c in kinds.tolist()]
    return float(counts[good].sum() / counts.sum())


def outermost(opaque: np.ndarray) -> np.ndarray:
    """Return the opaque pixels beside transparent ones."""
    padded = np.pad(opaque, 1)
    inside = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return opaque & ~inside


@pytest.mark.parametrize("emoji", ["🌑", "🕸", "⚫", "🖤", "🦇", "🐜"])
def test_a_dark_emoji_has_a_light_rim(emoji: str) -> None:
    picture = rgba(emoji)
    rim = picture[outermost(picture[..., 3] > 200)][:, :3]
    assert seen(rim) > 0.95


def test_every_emoji_is_seen_on_the_ground() -> None:
    """Half of it, or else the line around it, has a contrast of 3."""
    for emoji in atlas_emojis():
        picture = rgba(emoji)
        opaque = picture[..., 3] > 200
        rim = picture[outermost(opaque)][:, :3]
        share = max(seen(picture[opaque][:, :3]), seen(rim))
        assert share > 0.45, emoji
