"""Gates as buttons: one axis is selected, and for a gate on two a second is clicked."""

from __future__ import annotations

import math
from functools import partial

from spacewheat_sim.engine.world.commands import ApplyGate, Command
from spacewheat_sim.quantum.register.gates import GATES, ON_TWO, TURNS
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.widgets.button import Button
from spacewheat_sim.sandbox.widgets.dispatch import dispatch
from spacewheat_sim.sandbox.widgets.slider import Scale, Slider
from spacewheat_sim.sandbox.words.number_text import degrees

HINTS = {
    "X": "exchanges the poles",
    "Y": "exchanges the poles with a phase",
    "Z": "turns the phase by half a turn",
    "H": "makes an equal superposition of a pole",
    "S": "turns the phase by a quarter",
    "T": "turns the phase by an eighth",
    "RX": "turns about x by the angle",
    "RY": "turns about y by the angle",
    "RZ": "turns about z by the angle",
    "CNOT": "then click the axis that is turned where this one is south",
    "CZ": "then click the other axis",
    "SWAP": "then click the axis to exchange with",
    "ISWAP": "then click the axis to exchange with, with a phase",
}
QUARTER = math.pi / 2
TINY = 10.5  # height of letters in pixels: thirteen gates have one row
SLIDER = 150.0
# Height of a row, and the width in which all letters of all gates fit beside the angle.
ROW, GAP, ONE_ROW = 22.0, 2.0, 530.0
EDGES = 9.0  # of a button, left and right of its letters


def gates_height(width: float) -> float:
    """Return the height that the gates need at a width: the angle may be below them."""
    return ROW if width >= ONE_ROW else 2 * ROW + GAP


class GateButtons:
    """A row of gates for the selected axis.

    Args:
        session: The session of the biome.

    Attributes:
        axis: The selected axis, or None.
        waiting: The gate on two axes whose second axis is yet to be clicked, or None.
        angle: θ of RX, RY and RZ in rad.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        self.axis: int | None = None
        self.waiting: str | None = None
        self.angle = QUARTER
        self._buttons = [self._button(name) for name in GATES]
        self._slider = Slider(
            "Angle",
            Scale(0.0, 2 * math.pi),
            lambda: self.angle,
            self._set_angle,
            text=degrees,
            reset=lambda: self._set_angle(QUARTER),
            hint="angle of RX, RY and RZ",
        )

    def choose(self, axis: int | None) -> None:
        """Select an axis, or let a waiting gate act on it as its second."""
        waiting, self.waiting = self.waiting, None
        if waiting is None or axis is None or axis == self.axis or self.axis is None:
            self.axis = axis
            return
        axes = self._session.bath.operators.axes
        first, second = axes[self.axis], axes[axis]
        self._session.do(ApplyGate(self._session.name, waiting, first, second))

    def cancel(self) -> bool:
        """Forget the waiting gate, or else the axis; return whether there was any."""
        if self.waiting is not None:
            self.waiting = None
            return True
        was, self.axis = self.axis, None
        return was is not None

    def draw(self, canvas: Canvas, area: Rect) -> None:
        """Add the buttons and the angle inside ``area``."""
        if area.w < ONE_ROW:
            rest, below = area.grid(1, 2, GAP)
            slider = below.cut_right(min(SLIDER, below.w))[0]
        else:
            slider, rest = area.cut_right(SLIDER, 6.0)
        self._slider.draw(canvas, slider)
        weights = [canvas.measure.width(name, TINY) + EDGES for name in GATES]
        for button, place in zip(
            self._buttons, rest.columns(weights, 2.0), strict=True
        ):
            button.draw(canvas, place, TINY)

    def hide(self) -> None:
        """Take no space in this frame."""
        for button in self._buttons:
            button.hide()
        self._slider.hide()

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for these."""
        return dispatch(event, (*self._buttons, self._slider))

    def press(self, gate: str) -> None:
        """Apply a gate to the selected axis, or wait for the second of its axes."""
        if self.axis is None:
            return
        if gate in ON_TWO:
            self.waiting = None if self.waiting == gate else gate
            return
        self.waiting = None
        self._session.do(*self._would(gate))

    def _would(self, gate: str) -> list[Command]:
        """Return the command of a gate on the selected axis alone."""
        if self.axis is None or gate in ON_TWO:
            return []
        axis = self._session.bath.operators.axes[self.axis]
        angle = self.angle if gate in TURNS else None
        return [ApplyGate(self._session.name, gate, axis, angle=angle)]

    def _button(self, name: str) -> Button:
        return Button(
            name,
            partial(self.press, name),
            hint=HINTS[name],
            lit=lambda: self.waiting == name,
            enabled=lambda: self.axis is not None,
            refuse=lambda: self._session.notice(
                "A gate acts on an axis: click a sphere first"
            ),
            would=partial(self._would, name),
        )

    def _set_angle(self, angle: float) -> None:
        self.angle = angle
