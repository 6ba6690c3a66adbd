"""Watch mode: an edited biome or icon file takes effect while the biome runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.files import read_biome
from spacewheat_sim.content.folders import content_folder, yaml_files
from spacewheat_sim.content.problems import ContentError, Problem
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.world.commands import EditIcon
from spacewheat_sim.sandbox.biome.session import BiomeSession
from spacewheat_sim.sandbox.watch import Watch


class Reload:
    """Reloads the content of a session when its files change.

    Args:
        session: The session of the biome.
        biome: The biome as it was read.
        registry: The shared icons as they were read.
        notice: Shows the player a line of text.
        icon_folder: Folder of the shared icons; by default the built-in ones.

    Attributes:
        problems: Problems of the present files; while there are any, the old content
            keeps running.
    """

    def __init__(
        self,
        session: BiomeSession,
        biome: Biome,
        registry: IconRegistry,
        notice: Callable[[str], object],
        icon_folder: Path | None = None,
    ) -> None:
        self.problems: tuple[Problem, ...] = ()
        self._session = session
        self._biome = biome
        self._icons = {icon.key: icon for icon in registry}
        self._notice = notice
        self._icon_folder = icon_folder or content_folder("icons")
        self._watch = Watch(self._files)

    def look(self, real_seconds: float) -> None:
        """Reload if a file has changed; it checks every half second of real time."""
        if self._biome.source is not None and self._watch.changed(real_seconds):
            self._reload(self._biome.source)

    def _files(self) -> list[Path]:
        own = [] if self._biome.source is None else [self._biome.source]
        return [*own, *yaml_files([self._icon_folder])]

    def _reload(self, source: Path) -> None:
        try:
            registry = IconRegistry.load([self._icon_folder])
            biome = read_biome(source, registry)
        except ContentError as error:
            self.problems = error.problems
            return
        self.problems = ()
        icons = {icon.key: icon for icon in registry}
        before, self._icons = self._icons, icons
        old, self._biome = self._biome, biome
        same = biome.emoji_keys == old.emoji_keys
        same &= bool(biome.register_axes) == bool(old.register_axes)
        if not same or before.keys() - icons.keys():
            # Other emojis, another kind of biome, or a shared icon is gone: no edit of
            # the world can do that.
            self._session.play(biome, registry)
            self._notice(
                "Files reloaded; the biome restarted because its emojis changed"
            )
            return
        changed = [icon for key, icon in icons.items() if before.get(key) != icon]
        for icon in changed:
            self._session.do(EditIcon(icon))
        if biome != old:
            self._session.edit_biome(self._with_live_method(biome, old))
        if changed or biome != old:
            self._notice("Files reloaded")

    def _with_live_method(self, biome: Biome, old: Biome) -> Biome:
        """Return ``biome`` with the present method, unless the file changed it."""
        if biome.evolution != old.evolution:
            return biome
        live = self._session.biome.evolution
        return biome.model_copy(update={"evolution": live})
