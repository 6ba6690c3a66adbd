"""How bubbles are pointed at and chosen: click, drag, right click, Escape."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.engine.world.commands import Collapse
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session import BiomeSession
from spacewheat_sim.sandbox.inputs import Input, Key, Moved, Pressed, Released
from spacewheat_sim.sandbox.shapes import Point


class OvalChoice:
    """Turns inputs into a selection and into commands.

    A click chooses the north pole, a second one its south; dragging from bubble to
    bubble does both at once. The same bubble again, Escape, or a click beside all
    bubbles chooses none. A right click collapses the bath.

    Args:
        session: What is played.
        selection: What is chosen and hovered.
        bubble_at: Tells the emoji at a point.

    Attributes:
        pointer: Where the pointer was last, or None before it came.
        held: The emoji that the left button went down on, while it is down.
    """

    def __init__(
        self,
        session: BiomeSession,
        selection: Selection,
        bubble_at: Callable[[float, float], str | None],
    ) -> None:
        self._session = session
        self._selection = selection
        self._bubble_at = bubble_at
        self.pointer: Point | None = None
        self.held: str | None = None

    @property
    def north(self) -> str | None:
        """The emoji that an axis is being planted from."""
        return self.held or self._selection.chosen

    def handle(self, event: Input) -> bool:
        """Take an input; return whether it was for the oval."""
        match event:
            case Moved(x=x, y=y):
                self.pointer = x, y
                self._selection.point(self, self._bubble_at(x, y))
                return False
            case Pressed(x=x, y=y, button="left"):
                return self._press(self._bubble_at(x, y))
            case Released(x=x, y=y, button="left") if self.held is not None:
                self._release(self._bubble_at(x, y))
                return True
            case Pressed(x=x, y=y, button="right"):
                return self._collapse(self._bubble_at(x, y))
            case Key(name="escape"):
                return self._unchoose()
        return False

    def _press(self, emoji: str | None) -> bool:
        if emoji is None:
            return self._unchoose()
        self.held = self._selection.inspected = emoji
        return True

    def _release(self, emoji: str | None) -> None:
        held, self.held = self.held, None
        chosen, self._selection.chosen = self._selection.chosen, None
        if held is None or emoji is None:
            return
        if emoji != held:
            self._session.plant(held, emoji)
        elif chosen is None:
            self._selection.chosen = emoji
        elif chosen != emoji:
            self._session.plant(chosen, emoji)

    def _collapse(self, emoji: str | None) -> bool:
        if emoji is not None:
            self._session.do(Collapse(self._session.name, emoji))
        return emoji is not None

    def _unchoose(self) -> bool:
        was = self.north
        self._selection.chosen = self.held = None
        return was is not None
