"""An app that draws what it is told, and remembers what it was told."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.effects import Effect
from spacewheat_sim.sandbox.inputs import Input


class FakeApp:
    def __init__(self, draw: Callable[[Canvas], None] = lambda _: None) -> None:
        self.effects: list[Effect] = []
        self.frames_per_second = 0.0
        self.recording = self.moving = False
        self.title = "fake"
        self.moment: object = None
        self.inputs: list[Input] = []
        self.notices: list[str] = []
        self.canvas_sizes: list[tuple[float, float]] = []
        self.seconds = 0.0
        self._draw = draw

    def handle(self, event: Input) -> bool:
        self.inputs.append(event)
        return True

    def advance(self, real_seconds: float) -> None:
        self.seconds += real_seconds

    def draw(self, canvas: Canvas) -> None:
        self.canvas_sizes.append((canvas.area.w, canvas.area.h))
        self._draw(canvas)

    def draw_alone(self, canvas: Canvas) -> None:
        self._draw(canvas)

    alone_size = (30.0, 20.0)

    def notice(self, text: str) -> None:
        self.notices.append(text)
