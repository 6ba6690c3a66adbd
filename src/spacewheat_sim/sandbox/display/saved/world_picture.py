"""Pictures of a world whose steps somebody else takes, such as an agent."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray

from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.screen import BiomeScreen
from spacewheat_sim.sandbox.biome.session.saves import Saves
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.display.opening import close_display, open_display
from spacewheat_sim.sandbox.display.saved.picture import Frame
from spacewheat_sim.sandbox.shapes import Fill

SIZE = (1120, 630)
MARGIN = 6.0


class WorldPicture:
    """What a world looks like in the sandbox, drawn into an array or a window.

    Args:
        frames_per_second: At most so many are shown in a window.
        in_window: Whether to show it.

    Raises:
        NoDisplayError: there is no display to open a window on.
    """

    def __init__(self, frames_per_second: int, *, in_window: bool) -> None:
        self._in_window = in_window
        if in_window:
            open_display(SIZE)
        self._frame = Frame(*SIZE)
        self._screen: BiomeScreen | None = None
        self._frames_per_second = frames_per_second
        self._clock = pygame.time.Clock()

    def show(self, world: World) -> None:
        """Draw ``world`` from now on."""
        biome, registry = next(iter(world.biomes.values())), world.registry()
        session = BiomeSession(biome, registry, world=world, notice=_unheard)
        self._screen = BiomeScreen(
            session,
            biome,
            registry,
            key=biome.key,
            saves=Saves(session, Path("unsaved"), None, _unheard),
            frame_rate=lambda: float(self._frames_per_second),
            notice=_unheard,
        )

    def note(self, events: Iterable[WorldEvent]) -> None:
        """Take note of a step of the world, with its events."""
        if self._screen is None:
            return
        session = self._screen.session
        session.note_tick(events)
        self._screen.animate(session.world.dt)

    def draw(self) -> NDArray[np.uint8] | None:
        """Return the picture, (H, W, 3), or show it."""
        self._frame.paint(self._shapes)
        if not self._in_window:
            pixels = pygame.surfarray.array3d(self._frame.surface)
            return np.ascontiguousarray(pixels.transpose(1, 0, 2))
        pygame.display.get_surface().blit(self._frame.surface, (0, 0))
        pygame.event.pump()
        pygame.display.flip()
        self._clock.tick(self._frames_per_second)
        return None

    def close(self) -> None:
        """Close the window, if there is one."""
        if self._in_window:
            close_display()

    def _shapes(self, canvas: Canvas) -> None:
        canvas.add(Fill(canvas.area, palette.GROUND))
        if self._screen is not None:
            self._screen.draw(canvas, canvas.area.inset(MARGIN))


def _unheard(_text: str) -> None:
    """Show no line of text: a picture has no player."""
