"""Icons: authored, present, and as edited by a player."""

from __future__ import annotations

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.engine.world.commands import Command
from spacewheat_sim.sandbox.biome.session.edits import edit_icon, edit_of
from spacewheat_sim.sandbox.biome.session.session import BiomeSession

IN_A_CHALLENGE = "In a challenge, only its moves change numbers"


class IconEdit:
    """Edits one icon at a time, at most once in a frame.

    The authored icon is the one before the first edit here. If an icon changes for
    another reason, such as a reloaded file, the new one is the authored icon.

    Args:
        session: The session of the biome.

    Attributes:
        icon: The icon as edited, or None.
        authored: The icon as authored.
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

    @property
    def refusal(self) -> str:
        """Why no number can be edited; "" if one can be."""
        return "" if self._session.world.attempt is None else IN_A_CHALLENGE

    def icons(self) -> dict[str, Icon]:
        """Return the icons in play, resolved again after each change."""
        shared, biome = self._session.world.icons, self._session.biome
        if self._source is None or self._source != (shared, biome):
            self._icons = self._session.icons
        self._source = (shared, biome)
        return self._icons

    def begin_frame(self, emoji: str) -> None:
        """Select the icon of ``emoji``, which is in canonical form."""
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
        """Edit ``icon``: at once if it is the frame's first edit, else at its end."""
        self.icon = icon
        if not self._edited:
            self.finish()

    def commands(self, icon: Icon) -> list[Command]:
        """Return what :meth:`put` would have the world do."""
        return [edit_of(self._session, icon)]

    def finish(self) -> None:
        """Apply the last edit, if it has not been applied."""
        wanted = self.icon
        now = None if wanted is None else self.icons().get(wanted.key)
        if wanted is None or now is None:
            self.icon = None  # its emoji has left, as when growth was undone
            return
        if wanted == now:
            return
        self._edited = True
        edit_icon(self._session, wanted)
        # If it was refused, the icon is unchanged.
        self.icon = self._seen[wanted.key] = self.icons()[wanted.key]
