"""Pictures of an attempt, as the sandbox draws its world."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.engine.world.world import World

if TYPE_CHECKING:
    from spacewheat_sim.sandbox.biome.screen import BiomeScreen
    from spacewheat_sim.sandbox.canvas import Canvas

SIZE = (1120, 630)
MARGIN = 6.0
FRAMES_PER_SECOND = 30


class Picture:
    """What a world looks like in the sandbox, drawn into an array or a window.

    Args:
        in_window: Whether to show it.

    Raises:
        PygameError: pygame is missing, or installed twice.
        NoDisplayError: there is no display to open a window on.
    """

    def __init__(self, *, in_window: bool) -> None:
        from spacewheat_sim.sandbox.display.pygame_package import require_pygame

        require_pygame()
        from spacewheat_sim.sandbox.display.picture import Frame

        self._in_window = in_window
        if in_window:
            from spacewheat_sim.sandbox.display.opening import open_display

            open_display(SIZE)
        self._frame = Frame(*SIZE)
        self._screen: BiomeScreen | None = None
        self._wait = _frame_clock()

    def show(self, world: World) -> None:
        """Draw ``world`` from now on."""
        from spacewheat_sim.sandbox.biome.saves import Saves
        from spacewheat_sim.sandbox.biome.screen import BiomeScreen
        from spacewheat_sim.sandbox.biome.session import BiomeSession

        biome, registry = next(iter(world.biomes.values())), world.registry()
        session = BiomeSession(biome, registry, world=world, notice=_unheard)
        self._screen = BiomeScreen(
            session,
            biome,
            registry,
            key=biome.key,
            saves=Saves(session, Path("unsaved"), None, _unheard),
            frame_rate=lambda: float(FRAMES_PER_SECOND),
            notice=_unheard,
        )

    def note(self, events: Iterable[WorldEvent]) -> None:
        """Take note of a step of the world, with its events."""
        if self._screen is None:
            return
        session = self._screen.session
        for event in events:
            session.events.append(event)
            for listener in session.listeners:
                listener(event)
        session.past.note()

    def draw(self) -> NDArray[np.uint8] | None:
        """Return the picture, (H, W, 3), or show it."""
        import pygame

        self._frame.paint(self._shapes)
        if not self._in_window:
            pixels = pygame.surfarray.array3d(self._frame.surface)
            return np.ascontiguousarray(pixels.transpose(1, 0, 2))
        pygame.display.get_surface().blit(self._frame.surface, (0, 0))
        pygame.event.pump()
        pygame.display.flip()
        self._wait()
        return None

    def close(self) -> None:
        """Close the window."""
        if self._in_window:
            from spacewheat_sim.sandbox.display.opening import close_display

            close_display()

    def _shapes(self, canvas: Canvas) -> None:
        from spacewheat_sim.sandbox import palette
        from spacewheat_sim.sandbox.shapes import Fill

        canvas.add(Fill(canvas.area, palette.GROUND))
        if self._screen is not None:
            self._screen.draw(canvas, canvas.area.inset(MARGIN))


def _unheard(_text: str) -> None:
    """Show no line of text: a picture has no player."""


def _frame_clock() -> Callable[[], Any]:
    """Return what waits for the time of the next frame."""
    import pygame

    clock = pygame.time.Clock()
    return lambda: clock.tick(FRAMES_PER_SECOND)
