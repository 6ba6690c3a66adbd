"""Recording frames, and writing them as a GIF."""

from __future__ import annotations

import io
import math
import zlib

import numpy as np
import pygame
from numpy.typing import NDArray
from PIL import Image

from spacewheat_sim.arrays import UInt32Array
from spacewheat_sim.assets.atlas import atlas_image_path
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.shapes import Color

# GIF times are in hundredths of a second; viewers play 60 ms evenly.
INTERVAL = 0.06
LONGEST = 20.0
WIDEST = 960  # pixels, after halving
# Pixels of the first frame and of the emojis from which the palette is chosen.
SAMPLE = (240, 135)


class Recording:
    """Frames of half the size, about 17 a second and 20 seconds at most.

    All frames share one palette, made from the first frame and from the emojis. A table
    of 2¹⁵ colors gives each pixel's place in it, which takes about a millisecond per
    frame.
    """

    def __init__(self) -> None:
        self.size = (0, 0)
        self._frames: list[bytes] = []
        self._colors: Image.Image | None = None
        self._table = np.zeros(0, np.uint8)
        self._next = -math.inf

    @property
    def seconds(self) -> float:
        """Its present length in seconds."""
        return len(self._frames) * INTERVAL

    @property
    def full(self) -> bool:
        """Whether it has its maximum length."""
        return self.seconds >= LONGEST

    def note(self, surface: pygame.Surface, now: float) -> None:
        """Add a frame, if it is time for one.

        Args:
            surface: The surface of the window.
            now: Seconds on any clock.
        """
        if now < self._next or self.full:
            return
        # Keep the rate if frames are late, but do not catch up after a long pause.
        self._next = max(self._next, now - INTERVAL) + INTERVAL
        frame = self._reduced(surface)
        if self._colors is None:
            self._colors = _shared_palette(frame)
            self._table = _places(self._colors)
        pixels = np.asarray(frame.get_view("2")).T
        places = self._table[_fifteen_bits(pixels, frame)]
        self._frames.append(zlib.compress(places.tobytes(), level=1))

    def content(self) -> bytes:
        """Return the GIF file, which takes about 10 ms per frame."""
        if self._colors is None:
            raise ValueError("The recording has no frames")
        colors = self._colors.getpalette()
        images = []
        for packed in self._frames:
            image = Image.frombytes("P", self.size, zlib.decompress(packed))
            image.putpalette(colors or [])
            images.append(image)
        file = io.BytesIO()
        images[0].save(
            file,
            "GIF",
            save_all=True,
            append_images=images[1:],
            duration=round(INTERVAL * 1000),
            loop=0,
            optimize=False,
            disposal=1,
        )
        return file.getvalue()

    def _reduced(self, surface: pygame.Surface) -> pygame.Surface:
        if self._colors is None:
            width, height = surface.get_size()
            factor = max(2, math.ceil(width / WIDEST))
            self.size = (max(1, width // factor), max(1, height // factor))
        return pygame.transform.smoothscale(surface, self.size)


def _fifteen_bits(pixels: UInt32Array, surface: pygame.Surface) -> UInt32Array:
    """Return the upper five bits of red, green and blue as one number."""
    red, green, blue, _ = surface.get_shifts()
    five = np.uint32(31)
    number = (pixels >> np.uint32(red + 3)) & five
    for shift in (green, blue):
        number <<= np.uint32(5)
        number |= (pixels >> np.uint32(shift + 3)) & five
    return number


def _shared_palette(frame: pygame.Surface) -> Image.Image:
    """Return an image with the colors of sandbox, emojis and first frame."""
    first = Image.frombytes(
        "RGB", frame.get_size(), pygame.image.tobytes(frame, "RGB")
    ).resize(SAMPLE, Image.Resampling.NEAREST)
    width, height = SAMPLE
    both = Image.new("RGB", (width, 2 * height), palette.PANEL)
    both.paste(first, (0, 0))
    with Image.open(atlas_image_path()) as atlas:
        emojis = atlas.convert("RGBA").resize(SAMPLE, Image.Resampling.NEAREST)
    both.paste(emojis, (0, height), emojis)
    own = [channel for color in _own_colors() for channel in color]
    others = both.quantize(256 - len(own) // 3, Image.Quantize.MEDIANCUT)
    colors = Image.new("P", (1, 1))
    colors.putpalette(own + (others.getpalette() or []))
    return colors


def _own_colors() -> list[Color]:
    """Return the colors of the sandbox, and paler ones for their edges."""
    ground, panel = palette.GROUND, palette.PANEL
    signals = (*palette.SERIES, palette.TEXT, palette.WHITE, palette.FAINT)
    paler = [palette.mix(panel, color, n / 3) for color in signals for n in (1, 2)]
    return [
        ground,
        panel,
        palette.PANEL_EDGE,
        palette.GRID,
        palette.CONTROL,
        *signals,
        *paler,
    ]


def _places(colors: Image.Image) -> NDArray[np.uint8]:
    """Return the place in the palette of each of 2¹⁵ colors."""
    bits = np.arange(1 << 15, dtype=np.uint16)
    channels = np.stack([bits >> 10, (bits >> 5) & 31, bits & 31], axis=1)
    # The middle of the eight values with these five bits.
    all_colors = (channels * 8 + 4).astype(np.uint8).reshape(128, 256, 3)
    image = Image.fromarray(all_colors, "RGB")
    placed = image.quantize(palette=colors, dither=Image.Dither.NONE)
    return np.asarray(placed, dtype=np.uint8).reshape(-1)
