"""A cache of surfaces with a limit of memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

import pygame

# Four bytes each: 64 MB.
MOST_PIXELS = 1 << 24


class SurfaceCache:
    """Surfaces by key; the least recently used are dropped for new ones."""

    def __init__(self, most_pixels: int = MOST_PIXELS) -> None:
        self.most_pixels = most_pixels
        self.pixels = 0
        self._kept: OrderedDict[Hashable, pygame.Surface] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], pygame.Surface]) -> pygame.Surface:
        """Return the surface of ``key``; make and store it if it is not there."""
        surface = self._kept.get(key)
        if surface is not None:
            self._kept.move_to_end(key)
            return surface
        surface = self._kept[key] = make()
        self.pixels += _pixels(surface)
        while self.pixels > self.most_pixels and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self.pixels -= _pixels(dropped)
        return surface


def _pixels(surface: pygame.Surface) -> int:
    return surface.get_width() * surface.get_height()
