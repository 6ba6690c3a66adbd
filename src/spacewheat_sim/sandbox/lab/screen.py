"""The screen of a scene of the lab: the scene, and a panel beside it."""

from __future__ import annotations

from typing import Any, Protocol

from spacewheat_sim.sandbox import keys
from spacewheat_sim.sandbox.autosave import Autosave
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.entry import Entry
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.lab.session import SceneSession
from spacewheat_sim.sandbox.lab.side_panel import SidePanel
from spacewheat_sim.sandbox.transport import Transport
from spacewheat_sim.sandbox.widgets.dispatch import dispatch

GAP = 6.0


class Scene(Protocol):
    """A model of the lab, drawn, with controls."""

    @property
    def model(self) -> Any:
        """Its state."""

    @property
    def side(self) -> SidePanel:
        """Its panel of controls."""

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add everything except the panel."""

    def numbers(self) -> list[tuple[str, str]]:
        """Return the names and values of the panel."""


class LabScreen:
    """A scene of the lab.

    Args:
        key: The name that opened it.
        title: Its title in the toolbar.
        scene: The scene, drawn.
        session: Its session.
        autosave: Saves it in case of a crash, or None.
    """

    keys = keys.LAB

    def __init__(
        self,
        key: str,
        title: str,
        scene: Scene,
        session: SceneSession,
        autosave: Autosave | None = None,
    ) -> None:
        self.key = key
        self.title = title
        self.scene = scene
        self.session = session
        self._autosave = autosave
        self._transport = Transport(session)
        self._size = (0.0, 0.0)

    @property
    def moving(self) -> bool:
        """Whether it changes by itself."""
        return self.session.moving

    @property
    def moment(self) -> object:
        """What a still picture of it depends on, apart from inputs."""
        return self.session.moving

    def enter(self) -> None:
        """Go on, as it was left."""
        self.session.enter()

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds`` of real time."""
        self.session.advance(real_seconds)
        if self._autosave is not None:
            self._autosave.advance(real_seconds)

    def step_frame(self) -> None:
        """Advance by the real time of one tick; if paused, take one tick."""
        session = self.session
        if session.clock.paused:
            session.step_once()
        else:
            session.advance(session.clock.dt)

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add the scene, and the panel beside it."""
        side, rest = area.cut_right(max(300.0, area.w * 0.26), GAP)
        self._size = rest.w, rest.h
        self.scene.draw(canvas, rest)
        self.scene.side.draw(canvas, side, self.scene.numbers())

    def draw_alone(self, canvas: Canvas) -> None:
        """Add the scene without its panel."""
        self.scene.draw(canvas, canvas.area)

    @property
    def alone_size(self) -> tuple[float, float]:
        """The width and height of the scene in the window."""
        return self._size

    def entries(self) -> list[Entry]:
        """Return what can be found by its name."""
        return self._transport.entries()

    def draw_transport(self, canvas: Canvas, area: Rect) -> None:
        """Add the time controls."""
        self._transport.draw(canvas, area)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it had an effect."""
        return dispatch(event, (self.scene.side, self._transport))

    def close(self) -> None:
        """Do nothing: nothing is open."""
