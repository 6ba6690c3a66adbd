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
    """

    key: str
    title: str

    def advance(self, real_seconds: float) -> None:
        """Let real time pass."""

    def step_frame(self) -> None:
        """Advance by exactly one tick, whatever the real time: for pictures."""

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add the shapes of this moment; where things are is settled here too."""

    def handle(self, event: Input) -> bool:
        """Take an input; return whether it meant something here."""

    def close(self) -> None:
        """End what is open: files, logs."""


class Panel(Protocol):
    """A part of a screen, with a place of its own."""

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add its shapes inside ``area``, and remember where they are."""

    def handle(self, event: Input) -> bool:
        """Take an input; return whether it was for this panel."""
