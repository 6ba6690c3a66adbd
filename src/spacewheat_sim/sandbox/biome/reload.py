"""Watch mode: an edited biome or icon file takes effect while the biome runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.packs.biome_file import read_biome_file
from spacewheat_sim.content.problems import ContentError, Problem
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.watch import Watch
from spacewheat_sim.engine.world.commands import (
    Command,
    EditIcon,
    EditRhythm,
    Remove,
)
from spacewheat_sim.sandbox.biome.session.edits import edit_biome
from spacewheat_sim.sandbox.biome.session.session import BiomeSession


class Reload:
    """Reloads the content of a session when its files change.

    Args:
        session: The session of the biome.
        biome: The biome as it was read.
        registry: The shared icons as they were read; the files of its packs are
            watched.
        notice: Shows the player a line of text.

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
    ) -> None:
        self.problems: tuple[Problem, ...] = ()
        self._session = session
        self._biome = biome
        self._icons = _by_place(registry)
        self._notice = notice
        self._rhythms = dict(registry.rhythms)
        self._packs = registry.packs
        self._watch = Watch(self._files)

    def look(self, real_seconds: float) -> None:
        """Reload if a file has changed; it checks every half second of real time."""
        if self._biome.source is not None and self._watch.changed(real_seconds):
            self._reload(self._biome.source)

    def _files(self) -> list[Path]:
        own = [] if self._biome.source is None else [self._biome.source]
        return [*own, *(file for pack in self._packs for file in pack.icon_files)]

    def _reload(self, source: Path) -> None:
        try:
            registry = IconRegistry.load_packs(self._packs)
            biome = read_biome_file(source, registry)
        except ContentError as error:
            self.problems = error.problems
            return
        self.problems = ()
        icons = _by_place(registry)
        before, self._icons = self._icons, icons
        rhythms, self._rhythms = self._rhythms, dict(registry.rhythms)
        old, self._biome = self._biome, biome
        same = bool(biome.register_axes) == bool(old.register_axes)
        if biome.register_axes:
            same = same and biome.emoji_keys == old.emoji_keys
        gone = before.keys() - icons.keys() or rhythms.keys() - registry.rhythms.keys()
        if gone or not same:
            # Other axes, another kind of biome, or a shared icon or rhythm is gone: no
            # edit of the world can do that.
            self._session.play(biome, registry)
            self._notice("Files reloaded; the biome restarted without what is gone")
            return
        edits: list[Command] = [
            EditRhythm(name, rhythm)
            for name, rhythm in registry.rhythms.items()
            if rhythms.get(name) != rhythm
        ]
        edits += [
            EditIcon(icon) for key, icon in icons.items() if before.get(key) != icon
        ]
        for edit in edits:
            self._session.do(edit)
        if biome != old:
            self._remove_axes(old, biome)
            edited = edit_biome(self._session, self._with_live_choices(biome, old))
            if not edited:
                self._session.play(biome, registry)
            self._plant_axes(old, biome)
            if not edited:
                self._notice("Files reloaded; the biome restarted with other emojis")
                return
        if biome.initial != old.initial:
            self._notice("Files reloaded; a restart (F5) begins with the new `initial`")
        elif edits or biome != old:
            self._notice("Files reloaded")

    def _remove_axes(self, old: Biome, new: Biome) -> None:
        """Remove the axes that the file no longer has."""
        gone = set(_pairs(old)) - set(_pairs(new))
        for plot, at in tuple(self._session.world.plots.items()):
            if at.biome == self._session.name and (at.north, at.south) in gone:
                self._session.do(Remove(plot))

    def _plant_axes(self, old: Biome, new: Biome) -> None:
        """Plant the axes that the file did not have before."""
        plots = self._session.world.plots.values()
        planted = {(at.north, at.south) for at in plots}
        known = {*_pairs(old), *planted}
        self._session.plant_axes([axis for axis in _pairs(new) if axis not in known])

    def _with_live_choices(self, biome: Biome, old: Biome) -> Biome:
        """Return ``biome`` with the present method and weights, unless it changed them.

        They are what a player chooses while the biome runs.
        """
        live = self._session.biome
        kept = {
            field: getattr(live, field)
            for field in ("evolution", "layers")
            if getattr(biome, field) == getattr(old, field)
        }
        return biome.model_copy(update=kept)


def _pairs(biome: Biome) -> list[tuple[str, str]]:
    return [(axis.north, axis.south) for axis in biome.axes]


def _by_place(registry: IconRegistry) -> dict[tuple[str, str], Icon]:
    """Return the icons by emoji and layer."""
    return {(icon.key, icon.layer): icon for icon in registry}
