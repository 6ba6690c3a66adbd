"""Icons as they were authored, as they are, and as a player wants them to be."""

from __future__ import annotations

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.sandbox.biome.session import BiomeSession


class IconEdit:
    """Edits one icon at a time, at most once in a frame.

    What an icon was before the first edit here counts as authored. An icon that is
    changed from elsewhere, because its file was, is authored anew.

    Args:
        session: Whose icons are edited.

    Attributes:
        icon: The icon as the player wants it, or None where there is none.
        authored: The same as it was authored.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        self.icon: Icon | None = None
        self.authored: Icon | None = None
        self._authored: dict[str, Icon] = {}
        self._seen: dict[str, Icon] = {}
        self._icons: dict[str, Icon] = {}
        self._source: tuple[tuple[Icon, ...], Biome] | None = None
        self._edited = False

    def icons(self) -> dict[str, Icon]:
        """Return the icons in play, which are worked out anew when one has changed."""
        shared, biome = self._session.world.icons, self._session.biome
        if self._source is None or self._source != (shared, biome):
            self._icons = self._session.icons
        self._source = (shared, biome)
        return self._icons

    def begin_frame(self, emoji: str) -> None:
        """Turn to the icon of ``emoji``, which is in canonical form."""
        if self.icon is not None and self.icon.key != emoji:
            self.finish()
        self._edited = False
        now = self.icons().get(emoji)
        if now is None:
            self.icon = self.authored = None
            return
        seen = self._seen.get(emoji)
        if now is not seen and now != seen:
            self._authored[emoji] = now
            self.icon = now
        elif self.icon is None or self.icon.key != emoji:
            self.icon = now
        self._seen[emoji] = now
        self.authored = self._authored[emoji]

    def put(self, icon: Icon) -> None:
        """Want ``icon``: at once if it is the frame's first edit, else in the end."""
        self.icon = icon
        if not self._edited:
            self.finish()

    def finish(self) -> None:
        """Put what is wanted in place, if that has not been done."""
        wanted = self.icon
        if wanted is None or wanted == self.icons().get(wanted.key):
            return
        self._edited = True
        self._session.edit_icon(wanted)
        # It may have been refused; then the icon is what it was.
        self.icon = self._seen[wanted.key] = self.icons()[wanted.key]
