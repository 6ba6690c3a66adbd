"""The screen of a scene of the lab: the scene, and a panel beside it."""

from __future__ import annotations

from typing import Protocol

from spacewheat_sim.sandbox import keys
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.lab.side_panel import SidePanel
from spacewheat_sim.sandbox.transport import Timed, Transport
from spacewheat_sim.sandbox.widgets.dispatch import dispatch

GAP = 6.0


class SceneState(Timed, Protocol):
    """What a scene plays."""

    def advance(self, real_seconds: float) -> None:
        """Let real time pass."""


class Scene(Protocol):
    """Something of the lab to see and touch."""

    @property
    def play(self) -> SceneState:
        """What it plays."""

    @property
    def side(self) -> SidePanel:
        """What it can be told."""

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add all but the panel beside it."""

    def numbers(self) -> list[tuple[str, str]]:
        """Return names and values of what the panel lists."""


class LabScreen:
    """A scene of the lab.

    Args:
        key: Name by which it was opened.
        title: What the toolbar calls it.
        scene: What is shown.
    """

    keys = keys.LAB

    def __init__(self, key: str, title: str, scene: Scene) -> None:
        self.key = key
        self.title = title
        self.scene = scene
        self._transport = Transport(scene.play)

    def advance(self, real_seconds: float) -> None:
        """Let real time pass."""
        self.scene.play.advance(real_seconds)

    def step_frame(self) -> None:
        """Let a tick's worth of real time pass; take one tick where it stands still."""
        play = self.scene.play
        if play.clock.paused:
            play.step_once()
        else:
            play.advance(play.clock.dt)

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add the scene, and the panel beside it."""
        side, rest = area.cut_right(max(300.0, area.w * 0.26), GAP)
        self.scene.draw(canvas, rest)
        self.scene.side.draw(canvas, side, self.scene.numbers())

    def draw_transport(self, canvas: Canvas, area: Rect) -> None:
        """Add the controls of time."""
        self._transport.draw(canvas, area)

    def handle(self, event: Input) -> bool:
        """Take an input; return whether it meant something here."""
        return dispatch(event, (self.scene.side, self._transport))

    def close(self) -> None:
        """Nothing is open."""
