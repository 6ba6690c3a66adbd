"""The interface of screens: a biome, or a scene of the lab."""

from __future__ import annotations

from typing import Protocol

from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.entry import Entry
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input


class Screen(Protocol):
    """A screen of the window.

    Attributes:
        key: The name that opens it.
        keys: Its own keys, each with its action.
    """

    key: str
    keys: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        """Its title in the toolbar."""

    @property
    def moving(self) -> bool:
        """Whether its next frame is another one though there is no input."""

    @property
    def moment(self) -> object:
        """What its picture depends on while it does not move, apart from inputs."""

    def enter(self) -> None:
        """Go on, as it was left: it is shown again after another screen."""

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds`` of real time."""

    def step_frame(self) -> None:
        """Advance by exactly one tick, for pictures."""

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add the shapes of this moment; this also sets the places of all elements."""

    def draw_alone(self, canvas: Canvas) -> None:
        """Add what it is about, without panels and controls, for a photo."""

    @property
    def alone_size(self) -> tuple[float, float]:
        """The width and height of that in the window."""

    def entries(self) -> list[Entry]:
        """Return what can be found by its name."""

    def draw_transport(self, canvas: Canvas, area: Rect) -> None:
        """Add the time controls to the toolbar: pause, step, speed, restart."""

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it had an effect."""

    def close(self) -> None:
        """Close files and logs."""
