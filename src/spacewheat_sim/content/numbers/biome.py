"""Numbers of a biome and of the icons that act in it, by path."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import BASE_LAYER, Icon
from spacewheat_sim.content.numbers.paths import (
    checked_path,
    number_at,
    numbers_of,
    unknown_number,
    with_number,
)
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import (
    DERIVED_TAG,
    ResolvedIcon,
    resolve_icons,
)
from spacewheat_sim.content.rhythms.references import rhythm_names
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.errors import UnknownNameError

OF_BIOME = ("initial", "layers", "markov")
RHYTHMS, LAYERS = "rhythms", "layers"


class Changed(NamedTuple):
    """A biome and its shared icons, of which one number is another."""

    biome: Biome
    registry: IconRegistry


@dataclass(frozen=True)
class BiomeNumbers:
    """All numbers of a biome: its icons', by emoji, its rhythms' and its own.

    Where an emoji has icons in several layers, a path is of the first that has it.

    Attributes:
        biome: The biome.
        registry: The shared icons and rhythms.
    """

    biome: Biome
    registry: IconRegistry

    @cached_property
    def icons(self) -> dict[str, ResolvedIcon]:
        """The icons that act, as they are when first asked for."""
        return resolve_icons(self.biome, self.registry)

    def all(self) -> dict[str, float]:
        """Return them by path, in the order of the biome; of rhythms those in use."""
        found: dict[str, float] = {}
        used: set[str] = set()
        for key, icon in self.icons.items():
            for part, _ in icon.parts:
                used |= {name for _, name in rhythm_names(part)}
                for path, value in numbers_of(part).items():
                    found.setdefault(f"{key}.{path}", value)
        for name in (name for name in self.registry.rhythms if name in used):
            for path, value in numbers_of(self.registry.rhythms[name]).items():
                found[f"{RHYTHMS}.{name}.{path}"] = value
        own = numbers_of(self.biome).items()
        found |= {p: value for p, value in own if p.split(".")[0] in OF_BIOME}
        layers = self.layers
        if layers != (BASE_LAYER,):
            for layer in layers:
                found.setdefault(f"{LAYERS}.{layer}", self.biome.weight_of(layer))
        return found

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that the biome names, or its emojis have icons in; and the base.

        Each has a weight, which is 1 of the base and 0 of others where none is named.
        """
        named = (icon.layer for icon in self.biome.icons)
        shared = (
            icon.layer
            for key in self.biome.emoji_keys
            for icon in self.registry.all_of(key)
        )
        return tuple(dict.fromkeys((BASE_LAYER, *self.biome.layers, *named, *shared)))

    def get(self, path: str) -> float:
        """Return the number at ``path``.

        Raises:
            UnknownNameError: There is none; the message suggests the nearest.
        """
        first, rest = split(path)
        if first == LAYERS and rest in self.layers:
            return self.biome.weight_of(rest)
        if first in OF_BIOME:
            return number_at(self.biome, path, self._called)
        if first == RHYTHMS:
            name, rest = split(rest)
            if name in self.registry.rhythms:
                return number_at(self.registry.rhythms[name], rest, f"rhythm {name}")
            raise self._unknown(path)
        return number_at(self.icon(path), rest, f"the icon of {first}")

    def put(self, path: str, value: float | complex) -> Changed:
        """Return a checked copy of biome and icons with another number at ``path``.

        A shared icon stays shared; one that is derived from a chain becomes the biome's
        own.

        Raises:
            UnknownNameError: There is no such number; the message suggests the nearest.
            ArgumentError: ``value`` is no number that may stand there.
        """
        first, rest = split(path)
        if first == LAYERS and rest in self.layers:
            weights = {**self.biome.layers, rest: self.biome.weight_of(rest)}
            named = self.biome.with_fields(layers=weights)
            return Changed(named.with_(path, value), self.registry)
        if first in OF_BIOME:
            return Changed(self.biome.with_(path, value), self.registry)
        registry = self.registry.copy()
        if first == RHYTHMS:
            self.get(path)
            name, rest = split(rest)
            rhythm = registry.rhythms[name]
            registry.rhythms[name] = with_number(rhythm, rest, value, f"rhythm {name}")
            return Changed(self.biome, registry)
        icon = self.icon(path)
        changed = with_number(icon, rest, value, f"the icon of {first}")
        if icon in self.biome.icons or DERIVED_TAG in icon.tags:
            own = [changed if each == icon else each for each in self.biome.icons]
            if icon not in self.biome.icons:
                own.append(changed)
            return Changed(self.biome.with_fields(icons=tuple(own)), self.registry)
        registry.replace(changed)
        return Changed(self.biome, registry)

    def icon(self, path: str) -> Icon:
        """Return the icon that ``path`` leads into: the first that has the number.

        Raises:
            UnknownNameError: There is none; the message suggests the nearest.
        """
        first, rest = split(path)
        resolved = self.icons.get(first)
        if resolved is None:
            raise self._unknown(path)
        for part, _ in resolved.parts:
            try:
                number_at(part, rest)
            except UnknownNameError:
                continue
            return part
        raise self._unknown(path)

    @property
    def _called(self) -> str:
        return self.biome.key or self.biome.name

    def _unknown(self, path: str) -> UnknownNameError:
        return unknown_number(path, self.all(), f"in {self._called}")


def split(path: str) -> tuple[str, str]:
    """Return the first name of a path, in canonical form, and the rest."""
    first, _, rest = checked_path(path).partition(".")
    return canonical_emoji(first), rest
