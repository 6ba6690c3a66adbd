"""The time controls of every screen: pause, step, speed, restart."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Protocol

from spacewheat_sim.engine.world.clock import Clock
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import BODY, Canvas
from spacewheat_sim.sandbox.entry import Entry
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Key
from spacewheat_sim.sandbox.widgets.button import Button
from spacewheat_sim.sandbox.widgets.dispatch import dispatch

SPEEDS = (1 / 8, 1 / 4, 1 / 2, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
GAP = 6.0


class Timed(Protocol):
    """Something with a clock that can restart."""

    @property
    def clock(self) -> Clock:
        """What turns real time into its ticks."""

    def step_once(self) -> None:
        """Pause, and take one tick."""

    def restart(self, *, new_seed: bool) -> None:
        """Restart."""


class Transport:
    """Buttons and keys for a clock.

    Args:
        timed: The controlled object; its clock may be replaced.
    """

    def __init__(self, timed: Timed) -> None:
        self._timed = timed
        self._pause = Button(
            lambda: "Run" if timed.clock.paused else "Pause",
            self.toggle_pause,
            lit=lambda: timed.clock.paused,
            hint="pause or resume  (Space)",
        )
        self._step = Button(
            "Step", timed.step_once, hint="pause and take one tick  (.)"
        )
        self._slower = Button("−", lambda: self.change_speed(-1), hint="slower  (−)")
        self._faster = Button("+", lambda: self.change_speed(1), hint="faster  (+)")
        self._restart = Button(
            "Restart",
            lambda: timed.restart(new_seed=False),
            hint="restart with the same seed  (F5)",
        )
        self._reseed = Button(
            "New seed",
            lambda: timed.restart(new_seed=True),
            hint="restart with a new seed  (Shift F5)",
        )

    def toggle_pause(self) -> None:
        """Pause or resume."""
        self._timed.clock.paused = not self._timed.clock.paused

    def change_speed(self, step: int) -> None:
        """Select the next slower (−1) or faster (1) speed."""
        clock = self._timed.clock
        nearest = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - clock.speed))
        clock.speed = SPEEDS[min(max(nearest + step, 0), len(SPEEDS) - 1)]

    def entries(self) -> list[Entry]:
        """Return its commands, and each speed."""
        timed = self._timed
        commands = (
            ("Pause or resume", "Space", self.toggle_pause),
            ("Step: one tick", ".", timed.step_once),
            ("Slower", "−", lambda: self.change_speed(-1)),
            ("Faster", "+", lambda: self.change_speed(1)),
            (
                "Restart with the same seed",
                "F5",
                partial(timed.restart, new_seed=False),
            ),
            (
                "Restart with a new seed",
                "Shift F5",
                partial(timed.restart, new_seed=True),
            ),
        )
        speeds = (
            (f"Speed {Fraction(s)}×", "", partial(self._set_speed, s)) for s in SPEEDS
        )
        return [
            *(Entry("command", *command) for command in commands),
            *(Entry("setting", *speed) for speed in speeds),
        ]

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add as many buttons as fit, in a row."""
        x = area.x
        # The width of the wider label prevents a jump when the label changes.
        pause = canvas.measure.width("Pause", BODY) + 20.0
        x = self._place(canvas, area, x, self._pause, pause)
        x = self._place(canvas, area, x, self._step, self._step.width(canvas))
        x = self._place(canvas, area, x + 4.0, self._slower, 28.0)
        if x + 40.0 < area.right:
            speed = f"{Fraction(self._timed.clock.speed)}×"
            canvas.text(
                x + 20.0, area.center[1], speed, align="center", color=palette.TEXT
            )
            told = "seconds of the world's time per real second"
            canvas.tell(Rect(x, area.y, 40.0, area.h), told)
            x = self._place(canvas, area, x + 40.0, self._faster, 28.0)
        for button in (self._restart, self._reseed):
            x = self._place(canvas, area, x + 4.0, button, button.width(canvas))

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the clock."""
        buttons = (
            self._pause,
            self._step,
            self._slower,
            self._faster,
            self._restart,
            self._reseed,
        )
        if dispatch(event, buttons):
            return True
        return isinstance(event, Key) and not event.ctrl and self._obey_key(event)

    def _set_speed(self, speed: float) -> None:
        self._timed.clock.speed = speed

    def _obey_key(self, key: Key) -> bool:
        actions: dict[str, Callable[[], object]] = {
            "space": self.toggle_pause,
            ".": self._timed.step_once,
            "-": lambda: self.change_speed(-1),
            "+": lambda: self.change_speed(1),
            "=": lambda: self.change_speed(1),
            "f5": lambda: self._timed.restart(new_seed=key.shift),
        }
        action = actions.get(key.name)
        if action is not None:
            action()
        return action is not None

    def _place(
        self, canvas: Canvas, area: Rect, x: float, button: Button, width: float
    ) -> float:
        if x + width > area.right:
            button.hide()
            return x
        button.draw(canvas, Rect(x, area.y, width, area.h))
        return x + width + GAP
