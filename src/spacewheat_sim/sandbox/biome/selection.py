"""The emojis that a player hovers over, selects, or inspects."""

from __future__ import annotations

from collections.abc import Callable


class Selection:
    """The selected emojis, which the panels of a screen share.

    Attributes:
        chosen: The north pole of the axis that is being planted, or None.
        hovered: The emoji under the pointer in this frame, or None.
        inspected: The emoji that was clicked last, or None.
        link: What dragging from bubble to bubble does, or None: it plants an axis.
        link_text: What to do after the first bubble, where it plants none.
        offer: Offers what can be done to an emoji at a point, and returns whether that
            is in the place of what a right click does otherwise.
    """

    def __init__(self) -> None:
        self.chosen: str | None = None
        self.hovered: str | None = None
        self.inspected: str | None = None
        self.link: Callable[[str, str], object] | None = None
        self.link_text = ""
        self.offer: Callable[[str, float, float], bool] = lambda _emoji, _x, _y: False

    def keep(self, emojis: tuple[str, ...]) -> None:
        """Clear emojis that are not in ``emojis``, the basis of another biome."""
        self.chosen = self.chosen if self.chosen in emojis else None
        self.hovered = self.hovered if self.hovered in emojis else None
        self.inspected = self.inspected if self.inspected in emojis else None
