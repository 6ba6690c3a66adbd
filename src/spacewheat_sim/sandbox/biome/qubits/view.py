"""The qubits of a register as spheres around an oval, with what they share."""

from __future__ import annotations

import math

from spacewheat_sim.engine.world.commands import Collapse
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.challenge.targets import (
    APART,
    TOLD,
    draw_target,
    is_target,
)
from spacewheat_sim.sandbox.biome.first_steps import CHOOSE, FirstSteps, Step
from spacewheat_sim.sandbox.biome.qubits.effects import QubitEffects
from spacewheat_sim.sandbox.biome.qubits.gates import GateButtons, gates_height
from spacewheat_sim.sandbox.biome.qubits.layout import QubitLayout, qubit_layout
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading, QubitReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Key, Pressed
from spacewheat_sim.sandbox.shapes import Polyline, Ring
from spacewheat_sim.sandbox.words.number_text import percent

TINY = 10.5  # height of letters in pixels
HEADER, MARGIN = 20.0, 6.0
# Width in pixels of the arc of two axes that share all they can, 2 ln 2 nats.
WIDEST = 14.0
INWARD, STEPS = 0.6, 12
MOST_SHARED = 2 * math.log(2)
# Below it nothing is drawn.
LEAST_SHARED = 2e-3

STATE = (
    "the state of this axis alone; the arrow is shorter where it is entangled or mixed"
)
ACTS = "Click: gates act on it. Right click on a pole: collapse onto it"
MOVES = "Right click on a pole: the moves on it"


class QubitsPanel:
    """The view of a register, in the place of the oval of a level biome.

    A click on a sphere selects its axis for gates, and a second click is the second
    axis of a gate on two; a right click on a pole collapses the register onto it.

    Args:
        session: The session of the biome.
        selection: The selected and hovered emojis, shared with other panels.
        steps: The first steps, of which the first is shown at a sphere; or None.

    Attributes:
        session: As given.
    """

    def __init__(
        self,
        session: BiomeSession,
        selection: Selection,
        steps: FirstSteps | None = None,
    ) -> None:
        self._steps = steps
        self.session = self._session = session
        self._selection = selection
        self._effects = QubitEffects()
        self._layout: QubitLayout | None = None
        self.gates = GateButtons(session)

    def note(self, event: WorldEvent) -> None:
        """Start to show an event."""
        self._effects.note(event, self._session.bath.emojis)

    def forget(self) -> None:
        """Show nothing more of another life."""
        self._effects.forget()

    @property
    def moving(self) -> bool:
        """Whether an effect is being shown."""
        return self._effects.moving

    def advance(self, real_seconds: float, *, flows: bool = True) -> None:  # noqa: ARG002 - as the oval has it
        """Advance the animations."""
        self._effects.advance(real_seconds)

    def draw(
        self, canvas: Canvas, area: Rect, reading: BiomeReading, told: str | None = ""
    ) -> None:
        """Add the view inside ``area``; ``told`` is the tooltip of its title.

        For a photo that is None: nothing to press is shown.
        """
        with canvas.sheet(area, palette.GROUND):
            canvas.panel(area)
        canvas.clip(area)
        header, field = area.inset(MARGIN).cut_top(HEADER)
        if told is None:
            x, y = header.x + 4.0, header.center[1]
            canvas.text(x, y, reading.name, size=SMALL, width=header.w - 8.0)
        else:
            self._draw_title(canvas, header, reading, told)
            canvas.tell(header, told)
            field = self._draw_gates(canvas, field)
        layout = self._layout = qubit_layout(len(reading.qubits), field)
        self._selection.keep(reading.emojis)
        _draw_shared(canvas, layout, reading)
        for axis, qubit in enumerate(reading.qubits):
            self._draw_qubit(canvas, layout, axis, qubit, field.right)
        self._effects.draw(canvas, layout)
        canvas.clip(None)

    def emoji_under(
        self, canvas: Canvas, area: Rect, reading: BiomeReading
    ) -> str | None:
        """Return the emoji of the pole in ``area`` that the pointer is on, or None."""
        field = area.inset(MARGIN).cut_top(HEADER)[1]
        if self._has_gates:
            field = _above_gates(field)[1]
        if canvas.pointer is None or not canvas.over(field):
            return None
        pole = qubit_layout(len(reading.qubits), field).pole_at(*canvas.pointer)
        return None if pole is None else reading.emojis[pole]

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for this view."""
        if self.gates.handle(event):
            return True
        match event:
            case Pressed(x=x, y=y, button="left"):
                return self._choose(x, y)
            case Pressed(x=x, y=y, button="right"):
                emoji = self._emoji_at(x, y)
                if emoji is not None and not self._selection.offer(emoji, x, y):
                    self._session.do(Collapse(self._session.name, emoji))
                return emoji is not None
            case Key(name="escape"):
                return self.gates.cancel()
        return False

    def _choose(self, x: float, y: float) -> bool:
        axis = None if self._layout is None else self._layout.axis_at(x, y)
        if axis is None:
            return False
        self._selection.inspected = self._emoji_at(x, y)
        if self._has_gates:
            self.gates.choose(axis)
        if self._is_next(CHOOSE) and self._steps is not None:
            self._steps.take(CHOOSE)
        return True

    @property
    def _has_gates(self) -> bool:
        """Whether gates are chosen here: those of a challenge are among its moves."""
        return self._session.world.attempt is None

    def _draw_gates(self, canvas: Canvas, room: Rect) -> Rect:
        """Add the gates, if there are any, at the foot of a room; return the rest."""
        if not self._has_gates:
            self.gates.hide()
            return room
        gates, rest = _above_gates(room)
        self.gates.draw(canvas, gates)
        return rest

    def _emoji_at(self, x: float, y: float) -> str | None:
        pole = None if self._layout is None else self._layout.pole_at(x, y)
        return None if pole is None else self._session.bath.emojis[pole]

    def _is_next(self, step: Step | None = None) -> bool:
        """Return whether ``step``, or any, is the next of the first steps."""
        following = None if self._steps is None else self._steps.next
        return following is not None and step in (None, following)

    def _draw_title(
        self, canvas: Canvas, room: Rect, reading: BiomeReading, told: str
    ) -> None:
        gates, y, color = self.gates, room.center[1], palette.DIM
        text = f"{reading.name}: click a sphere to choose an axis for gates"
        if self._session.world.attempt is not None:
            text = f"{reading.name}: {told}"
        if gates.waiting is not None:
            text = f"{gates.waiting}: click the second axis, or Escape"
        elif self._is_next():
            text, color = f"{reading.name}: {told}", palette.ACCENT
        elif gates.axis is not None:
            qubit = reading.qubits[gates.axis]
            text = f"gates act on {qubit.north}/{qubit.south}"
        canvas.text(room.x + 4.0, y, text, size=SMALL, color=color, width=room.w - 8.0)

    def _draw_qubit(
        self,
        canvas: Canvas,
        layout: QubitLayout,
        axis: int,
        qubit: QubitReading,
        edge: float,
    ) -> None:
        """Add a sphere; nothing of it goes beyond ``edge`` on the right."""
        sphere = layout.spheres[axis]
        x, y, r = sphere
        sphere.draw_poles(canvas, qubit.north, qubit.south, qubit.bloch[2], layout.pole)
        sphere.draw_globe(canvas)
        sphere.draw_vector(canvas, qubit.bloch)
        poles = qubit.north, qubit.south
        is_aim = any(is_target(self._session.world, pole) for pole in poles)
        if is_aim:
            draw_target(canvas, x, y, r)
        if self.gates.axis == axis:
            canvas.add(Ring(x, y, r + 4.0, palette.WHITE, 2.5))
        elif self._selection.hovered in (qubit.north, qubit.south):
            canvas.add(Ring(x, y, r + 4.0, palette.TEXT, 1.5))
        told = [f"{qubit.north}/{qubit.south}: {STATE}"]
        told += [ACTS if self._has_gates else MOVES]
        told += [TOLD] if is_aim else []
        if qubit.mean is not None:
            told += [f"On average over all histories {percent(qubit.mean)}"]
        canvas.tell(Rect(x - r, y - r, 2 * r, 2 * r), ". ".join(told))
        lines = [(percent((1.0 + qubit.bloch[2]) / 2), -0.6 * r, palette.DIM)]
        if axis == 0 and self._is_next(CHOOSE):
            lines = [("here", -0.6 * r, palette.ACCENT)]
            canvas.add(Ring(x, y, r + 4.0, palette.ACCENT, 2.0))
        if qubit.mean is not None:
            below = max(0.35 * r, WIDEST / 2 + 6.0)  # no arc of two axes crosses it
            if below <= r:  # else it would reach the next sphere's numbers
                lines.append((f"mean {percent(qubit.mean)}", below, palette.FAINT))
        left = x + r + 4.0 + (APART if is_aim else 0.0)  # no tick is beside the numbers
        for text, down, color in lines:
            room = edge - left
            canvas.text(left, y + down, text, size=TINY, color=color, width=room)


def _above_gates(room: Rect) -> tuple[Rect, Rect]:
    """Return the places of the gates, and of the spheres above them."""
    return room.cut_bottom(gates_height(room.w), 4.0)


def _draw_shared(canvas: Canvas, layout: QubitLayout, reading: BiomeReading) -> None:
    """Add an arc between each two axes, as wide as what they share."""
    count = len(layout.spheres)
    middle_x = sum(sphere.x for sphere in layout.spheres) / count
    middle_y = sum(sphere.y for sphere in layout.spheres) / count
    for (first, second), shared in reading.shared.items():
        if shared > LEAST_SHARED:
            (x0, y0, _), (x1, y1, _) = layout.spheres[first], layout.spheres[second]
            # It bends toward the middle, and so past the spheres between its ends.
            x = (x0 + x1) / 2 + INWARD * (middle_x - (x0 + x1) / 2)
            y = (y0 + y1) / 2 + INWARD * (middle_y - (y0 + y1) / 2)
            points = tuple(
                (
                    (1 - t) ** 2 * x0 + 2 * t * (1 - t) * x + t**2 * x1,
                    (1 - t) ** 2 * y0 + 2 * t * (1 - t) * y + t**2 * y1,
                )
                for t in (step / STEPS for step in range(STEPS + 1))
            )
            share = min(shared / MOST_SHARED, 1.0)
            color = palette.mix(palette.PANEL, palette.PURPLE, 0.35 + 0.65 * share)
            canvas.add(Polyline(points, color, max(1.0, WIDEST * share)))
