"""What the window can show: a biome, or a scene of the lab."""

from __future__ import annotations

from typing import Protocol

from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input


class Screen(Protocol):
    """One thing to see and touch.

    Attributes:
        key: Name by which it is opened.
        title: What the toolbar calls it.
        keys: Its own keys, each with what it does.
    """

    key: str
    title: str
    keys: tuple[tuple[str, str], ...]

    def advance(self, real_seconds: float) -> None:
        """Let real time pass."""

    def step_frame(self) -> None:
        """Advance by exactly one tick, whatever the real time: for pictures."""

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add the shapes of this moment; where things are is settled here too."""

    def draw_transport(self, canvas: Canvas, area: Rect) -> None:
        """Add the controls of time to the toolbar: pause, step, speed, restart."""

    def handle(self, event: Input) -> bool:
        """Take an input; return whether it meant something here."""

    def close(self) -> None:
        """End what is open: files, logs."""
