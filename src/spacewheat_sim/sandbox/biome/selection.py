"""Which emoji a player points at, is choosing, or has last looked into."""

from __future__ import annotations


class Selection:
    """What the panels of a biome's screen share about its emojis.

    Attributes:
        chosen: The emoji that is to be a north pole and awaits its south, or None.
        hovered: The emoji under the pointer, or None.
        inspected: The emoji that was last clicked, or None.
    """

    def __init__(self) -> None:
        self.chosen: str | None = None
        self.hovered: str | None = None
        self.inspected: str | None = None
        self._pointing: object = None

    def point(self, panel: object, emoji: str | None) -> None:
        """Note what lies under the pointer in ``panel``.

        The pointer leaves one panel as it enters another, and both hear of it in any
        order: only the panel that pointed at an emoji can point at none.
        """
        if emoji is not None:
            self.hovered, self._pointing = emoji, panel
        elif self._pointing is panel:
            self.hovered, self._pointing = None, None

    def keep(self, emojis: tuple[str, ...]) -> None:
        """Forget what is not among ``emojis``, because the biome is another one."""
        self.chosen = self.chosen if self.chosen in emojis else None
        self.hovered = self.hovered if self.hovered in emojis else None
        self.inspected = self.inspected if self.inspected in emojis else None
