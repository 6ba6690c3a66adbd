"""What a biome looks like: an oval of bubbles, or of spheres; and B beside A."""

from __future__ import annotations

from spacewheat_sim.sandbox.biome.first_steps import FirstSteps
from spacewheat_sim.sandbox.biome.oval.view import OvalPanel
from spacewheat_sim.sandbox.biome.pinned.pin import Pin
from spacewheat_sim.sandbox.biome.qubits.view import QubitsPanel
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect

GAP = 6.0
# Width of A beside B: a register has gates below it, and B has nothing to press.
LEVELS_WIDTH, REGISTER_WIDTH = 1.0, 1.8


class Views:
    """The view of a session, and that of another one that is pinned beside it.

    Args:
        session: A, in which the player acts.
        selection: The selected and hovered emojis, shared with other panels.
        steps: The first steps, which are shown at what they are about; or None.
        pin: Holds B.

    Attributes:
        alone_size: Width and height of both in the last frame.
    """

    def __init__(
        self,
        session: BiomeSession,
        selection: Selection,
        steps: FirstSteps | None,
        pin: Pin,
    ) -> None:
        self._session = session
        self._levels = OvalPanel(session, selection, steps)
        self._qubits = QubitsPanel(session, selection, steps)
        self._pin = pin
        self._other: OvalPanel | QubitsPanel | None = None
        self.alone_size = (0.0, 0.0)
        session.listeners += [self._levels.note, self._qubits.note]
        session.lives.beginners += [self._levels.forget, self._qubits.forget]

    @property
    def mine(self) -> OvalPanel | QubitsPanel:
        """The view of A, which a reloaded file may make another kind of."""
        return self._qubits if is_register(self._session) else self._levels

    def place(self, area: Rect) -> Rect:
        """Return the part of ``area`` in which A is drawn."""
        return area if self._pin.other is None else self._parted(area)[0]

    def draw(
        self, canvas: Canvas, area: Rect, reading: BiomeReading, told: str
    ) -> None:
        """Add A, and B where it is pinned; ``told`` is said above A."""
        self.alone_size = area.w, area.h
        mine = self.place(area)
        if self._pin.other is None:
            self._other = None
        else:
            self._draw_other(canvas, self._parted(area)[1], self._pin.other)
        with canvas.sheet(mine):
            self.mine.draw(canvas, mine, reading, told)
            if self._pin.other is not None:
                canvas.text(mine.x + 14.0, mine.y + 38.0, "A", bold=True)

    def _parted(self, area: Rect) -> list[Rect]:
        """Return the places of A and B."""
        width = REGISTER_WIDTH if is_register(self._session) else LEVELS_WIDTH
        return area.columns([width, 1.0], GAP)

    def _draw_other(self, canvas: Canvas, place: Rect, other: BiomeSession) -> None:
        kind = QubitsPanel if is_register(other) else OvalPanel
        if self._other is None or self._other.session is not other:
            self._other = kind(other, Selection())
        with canvas.under(place), canvas.sheet(place):
            self._other.draw(canvas, place, other.reading(), None)
            canvas.text(place.x + 14.0, place.y + 38.0, "B", bold=True)


def is_register(session: BiomeSession) -> bool:
    """Return whether a session is of a register."""
    return session.bath.operators.qubits > 0
