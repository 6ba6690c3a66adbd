"""A cache of surfaces with a limit of memory."""

from __future__ import annotations

from collections.abc import Hashable

import pygame

# Four bytes each: 64 MB.
MOST_PIXELS = 1 << 24


class SurfaceCache:
    """Surfaces by key: those used since half of the memory was last full, or before.

    Whenever new ones fill half of it, those that were not used meanwhile are dropped.
    """

    def __init__(self, most_pixels: int = MOST_PIXELS) -> None:
        self.most_pixels = most_pixels
        self._filled = 0
        self._kept: dict[Hashable, pygame.Surface] = {}
        self._before: dict[Hashable, pygame.Surface] = {}

    @property
    def pixels(self) -> int:
        """Pixels of all that is there."""
        return sum(map(_pixels, (*self._kept.values(), *self._before.values())))

    def get(self, key: Hashable) -> pygame.Surface | None:
        """Return the surface of ``key``, or None if it is not there."""
        surface = self._kept.get(key)
        if surface is None and key in self._before:
            surface = self.keep(key, self._before.pop(key))
        return surface

    def keep(self, key: Hashable, surface: pygame.Surface) -> pygame.Surface:
        """Store and return the surface of ``key``."""
        pixels = _pixels(surface)
        if self._filled + pixels > self.most_pixels // 2:
            self._before, self._kept, self._filled = self._kept, {}, 0
        self._filled += pixels
        self._kept[key] = surface
        return surface


def _pixels(surface: pygame.Surface) -> int:
    return surface.get_width() * surface.get_height()
