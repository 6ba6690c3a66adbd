"""The pictures of sheets: shapes that are painted anew only when they are others."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import pygame

from spacewheat_sim.sandbox.display.rows import Box
from spacewheat_sim.sandbox.shapes import Shape, same

# Sheets that are kept, those of the last frames; a frame has about ten.
MOST = 16


class Sheets:
    """The last picture of each place on a surface that had a sheet."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Box, tuple[Sequence[Shape], pygame.Surface]] = (
            OrderedDict()
        )

    def picture(self, box: Box, shapes: Sequence[Shape]) -> pygame.Surface | None:
        """Return the picture of ``shapes`` at ``box``, if that is the last one."""
        kept = self._kept.get(box)
        if kept is None or not same(kept[0], shapes):
            return None
        self._kept.move_to_end(box)
        return kept[1]

    def keep(self, box: Box, shapes: Sequence[Shape], surface: pygame.Surface) -> None:
        """Keep what is at ``box`` of ``surface``, where ``shapes`` were painted."""
        left, top, right, bottom = box
        size = right - left, bottom - top
        kept = self._kept.pop(box, None)
        picture = pygame.Surface(size, 0, surface) if kept is None else kept[1]
        picture.blit(surface, (0, 0), (left, top, *size))
        self._kept[box] = shapes, picture
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
