"""A button, which acts when it is clicked."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import BODY, Act, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Pressed, Released
from spacewheat_sim.sandbox.shapes import Fill, Outline

NOWHERE = Rect(0.0, 0.0, 0.0, 0.0)


class Button:
    """A button that acts when the mouse is pressed and released on it.

    Args:
        label: Its label; a function if the label changes.
        press: Its action.
        hint: Its tooltip; a function if it changes.
        lit: Returns whether it is switched on, for a toggle button.
        enabled: Returns whether it can be pressed; None is always.
        refuse: Says why it cannot be, when it is pressed all the same.
        would: Returns the commands that a press gives, or None.
    """

    def __init__(
        self,
        label: str | Callable[[], str],
        press: Callable[[], object],
        *,
        hint: str | Callable[[], str] = "",
        lit: Callable[[], bool] | None = None,
        enabled: Callable[[], bool] | None = None,
        refuse: Callable[[], object] | None = None,
        would: Act | None = None,
    ) -> None:
        self._label = label
        self._press = press
        self._hint = hint
        self._lit = lit
        self._enabled = enabled
        self._refuse = refuse
        self._would = would
        self._rect = NOWHERE
        self._armed = False

    @property
    def label(self) -> str:
        """The present label."""
        return self._label if isinstance(self._label, str) else self._label()

    def width(self, canvas: Canvas, size: float = BODY) -> float:
        """Return the width that its label needs."""
        return canvas.measure.width(self.label, size) + 20.0

    def draw(self, canvas: Canvas, rect: Rect, size: float = BODY) -> None:
        """Add its shapes inside ``rect``."""
        self._rect = rect
        usable = self._is_enabled()
        lit = self._lit is not None and self._lit()
        hovered = usable and canvas.over(rect)
        ground = palette.CONTROL_HOVER if hovered else palette.CONTROL
        if lit:
            ground = palette.mix(palette.CONTROL, palette.ACCENT, 0.35)
        edge = palette.ACCENT if lit else palette.PANEL_EDGE
        canvas.add(Fill(rect, ground, radius=6.0), Outline(rect, edge, radius=6.0))
        x, y = rect.center
        color = palette.TEXT if usable else palette.DIM
        canvas.text(
            x, y, self.label, size=size, color=color, align="center", width=rect.w - 8
        )
        canvas.tell(rect, self._hint if isinstance(self._hint, str) else self._hint())
        if hovered and self._would is not None:
            canvas.would = self._would

    def hide(self) -> None:
        """Take no space in this frame."""
        self._rect = NOWHERE

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for this button."""
        if isinstance(event, Pressed) and event.button == "left":
            self._armed = self._rect.contains(event.x, event.y)
            return self._armed
        if isinstance(event, Released) and event.button == "left" and self._armed:
            self._armed = False
            if self._rect.contains(event.x, event.y):
                self._act()
            return True
        return False

    def _act(self) -> None:
        if self._is_enabled():
            self._press()
        elif self._refuse is not None:
            self._refuse()

    def _is_enabled(self) -> bool:
        return self._enabled is None or self._enabled()
