"""Selection of bubbles: click, drag, right click, Escape."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.engine.world.commands import Collapse
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.inputs import Input, Key, Pressed, Released


class OvalChoice:
    """Turns inputs into a selection and into commands.

    A click selects the north pole, a second click the south pole; dragging from bubble
    to bubble does both at once. The same bubble again, Escape, or a click outside all
    bubbles cancels the selection. A right click collapses the bath, or offers the moves
    of a challenge.

    Args:
        session: The session of the biome.
        selection: The selected and hovered emojis.
        bubble_at: Returns the emoji at a point.

    Attributes:
        held: The emoji on which the left button was pressed, while it is down.
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
        self.held: str | None = None

    @property
    def north(self) -> str | None:
        """The north pole of the axis that is being planted."""
        return (self.held or self._selection.chosen) if self._can_link else None

    @property
    def _can_link(self) -> bool:
        """Whether two bubbles can be joined: in a challenge, if acts need an axis."""
        attempt = self._session.world.attempt
        return attempt is None or any(act.is_on_plot for act in attempt.challenge.acts)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the oval."""
        match event:
            case Pressed(x=x, y=y, button="left"):
                return self._press(self._bubble_at(x, y))
            case Released(x=x, y=y, button="left") if self.held is not None:
                self._release(self._bubble_at(x, y))
                return True
            case Pressed(x=x, y=y, button="right"):
                return self._collapse(self._bubble_at(x, y), x, y)
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
        if held is None or emoji is None or not self._can_link:
            return
        link = self._selection.link or self._session.plant
        if emoji != held:
            link(held, emoji)
        elif chosen is None:
            self._selection.chosen = emoji
        elif chosen != emoji:
            link(chosen, emoji)

    def _collapse(self, emoji: str | None, x: float, y: float) -> bool:
        if emoji is not None and not self._selection.offer(emoji, x, y):
            self._session.do(Collapse(self._session.name, emoji))
        return emoji is not None

    def _unchoose(self) -> bool:
        was = self.north
        self._selection.chosen = self.held = None
        return was is not None
