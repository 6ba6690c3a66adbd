"""The emojis that a player hovers over, selects, or inspects."""

from __future__ import annotations


class Selection:
    """The selected emojis, which the panels of a screen share.

    Attributes:
        chosen: The north pole of the axis that is being planted, or None.
        hovered: The emoji under the pointer, or None.
        inspected: The emoji that was clicked last, or None.
    """

    def __init__(self) -> None:
        self.chosen: str | None = None
        self.hovered: str | None = None
        self.inspected: str | None = None
        self._pointing: object = None

    def point(self, panel: object, emoji: str | None) -> None:
        """Record the emoji under the pointer in ``panel``.

        When the pointer moves from one panel to another, both are told, in any order:
        only the panel that set the hovered emoji can clear it.
        """
        if emoji is not None:
            self.hovered, self._pointing = emoji, panel
        elif self._pointing is panel:
            self.hovered, self._pointing = None, None

    def keep(self, emojis: tuple[str, ...]) -> None:
        """Clear emojis that are not in ``emojis``, the basis of another biome."""
        self.chosen = self.chosen if self.chosen in emojis else None
        self.hovered = self.hovered if self.hovered in emojis else None
        self.inspected = self.inspected if self.inspected in emojis else None
