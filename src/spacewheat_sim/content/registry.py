"""The known icons, as an object to pass around."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from blinker import Signal

from spacewheat_sim.content.folders import content_folder, show_path, yaml_files
from spacewheat_sim.content.icon import BASE_LAYER, Icon
from spacewheat_sim.content.packs.pack import Pack
from spacewheat_sim.content.problems import Problem, raise_errors
from spacewheat_sim.content.reading import Reader
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.content.yaml.loader import YamlSource, parse_source, read_source
from spacewheat_sim.emoji import canonical_emoji


class IconRegistry:
    """Icons by emoji and layer, in the order of adding them.

    Attributes:
        icon_replaced: Signal sent with ``icon=`` when an icon is added or edited.
        packs: The packs that the icons were read from, the least important first.
        rhythms: Functions of time by name, which the icons may use.

    Example:
        >>> IconRegistry([Icon(emoji="🌾", name="Wheat")]).get("🌾").name
        'Wheat'
    """

    def __init__(
        self, icons: Iterable[Icon] = (), rhythms: Mapping[str, Rhythm] | None = None
    ) -> None:
        """Store ``icons``; a later icon replaces an earlier one of the same layer."""
        self.icon_replaced = Signal()
        self.rhythms: dict[str, Rhythm] = dict(rhythms or {})
        self.packs: tuple[Pack, ...] = ()
        self._icons: dict[str, dict[str, Icon]] = {}
        for icon in icons:
            self._put(icon)

    def __repr__(self) -> str:
        icons = sum(map(len, self._icons.values()))
        return f"IconRegistry({icons} icons, {len(self.rhythms)} rhythms)"

    @classmethod
    def builtin(cls) -> IconRegistry:
        """Return the icons that come with the project."""
        return cls.load([content_folder("icons")])

    @classmethod
    def load(cls, paths: Iterable[Path | str]) -> IconRegistry:
        """Return the icons in files, and in all YAML files in folders.

        Raises:
            ContentError: A file is invalid, an emoji has two icons in a layer, or an
                icon names a rhythm that is not there.
        """
        return _read_icons((_sources(yaml_files(map(Path, paths))),)).copy()

    @classmethod
    def load_packs(cls, packs: Iterable[Pack]) -> IconRegistry:
        """Return the icons of ``packs``; those of a later pack replace earlier ones.

        Raises:
            ContentError: A file is invalid; the error lists the problems of all.
        """
        given = tuple(packs)
        found = _read_icons(tuple(_sources(pack.icon_files) for pack in given)).copy()
        found.packs = given
        return found

    def copy(self) -> IconRegistry:
        """Return another registry with the same icons."""
        found = IconRegistry(rhythms=self.rhythms)
        found._icons = {key: dict(layers) for key, layers in self._icons.items()}
        found.packs = self.packs
        return found

    def get(self, emoji: str, layer: str = BASE_LAYER) -> Icon | None:
        """Return the icon of ``emoji``, with or without U+FE0F, in a layer, or None."""
        return self._icons.get(canonical_emoji(emoji), {}).get(layer)

    def all_of(self, emoji: str) -> tuple[Icon, ...]:
        """Return the icons of ``emoji`` in all layers, in the order of adding them."""
        return tuple(self._icons.get(canonical_emoji(emoji), {}).values())

    @property
    def layers(self) -> tuple[str, ...]:
        """All layers that icons are in, in the order of adding them."""
        return tuple(dict.fromkeys(icon.layer for icon in self))

    def replace(self, icon: Icon) -> None:
        """Replace the icon of this emoji and layer, or add it; send the signal."""
        self._put(icon)
        self.icon_replaced.send(self, icon=icon)

    def replace_rhythm(self, name: str, rhythm: Rhythm) -> None:
        """Replace the rhythm of this name, or add it."""
        self.rhythms = {**self.rhythms, name: rhythm}

    def undo(self) -> Callable[[], None]:
        """Return a function that restores the present icons."""
        before = {key: dict(layers) for key, layers in self._icons.items()}
        rhythms = self.rhythms

        def take_back() -> None:
            now, self.rhythms = self._icons, rhythms
            self._icons = {key: dict(layers) for key, layers in before.items()}
            for key, layers in before.items():
                for layer, icon in layers.items():
                    if now.get(key, {}).get(layer) is not icon:
                        self.icon_replaced.send(self, icon=icon)

        return take_back

    def emoji_names(self) -> dict[str, str]:
        """Return the emojis, as they are shown, by the name of their icon."""
        return {icon.name: icon.emoji for icon in self}

    def __contains__(self, emoji: object) -> bool:
        return isinstance(emoji, str) and canonical_emoji(emoji) in self._icons

    def __iter__(self) -> Iterator[Icon]:
        icons = [icon for layers in self._icons.values() for icon in layers.values()]
        return iter(icons)

    def __len__(self) -> int:
        return sum(map(len, self._icons.values()))

    def _put(self, icon: Icon) -> None:
        self._icons.setdefault(icon.key, {})[icon.layer] = icon


class IconShelf:
    """Collects icons from several files; two for an emoji in a layer are a problem."""

    def __init__(self) -> None:
        """Start empty."""
        self.icons: list[Icon] = []
        self.rhythms: dict[str, Rhythm] = {}
        self._readers: list[tuple[Reader, tuple[Icon | None, ...]]] = []
        self._rhythm_places: dict[str, str] = {}
        self._places: dict[tuple[str, str], str] = {}

    def add(self, reader: Reader) -> None:
        """Add the icons, the rhythms and the problems of a file."""
        icons = reader.icon_file()
        self._readers.append((reader, icons))
        for position, icon in enumerate(icons):
            if icon is not None:
                self._add(reader, position, icon)
        for name, rhythm in reader.rhythms.items():
            self._add_rhythm(reader, name, rhythm)

    @property
    def problems(self) -> list[Problem]:
        """What is wrong in the files so far."""
        return [problem for reader, _ in self._readers for problem in reader.problems]

    def find_rhythms(self, known: Collection[str]) -> None:
        """Note which icons name a rhythm that is not ``known``."""
        for reader, icons in self._readers:
            reader.find_rhythms(icons, known)

    def _add_rhythm(self, reader: Reader, name: str, rhythm: Rhythm) -> None:
        key_path = ("rhythms", name)
        here = reader.document.show_place(key_path, at_key=True)
        first = self._rhythm_places.setdefault(name, here)
        if first == here:
            self.rhythms[name] = rhythm
            return
        reader.problems.append(
            reader.document.problem(
                key_path,
                f"there are two rhythms {name}, first at {first}",
                "each name once",
                kind="meaningless",
                rule="twin-rhythms",
                at_key=True,
            )
        )

    def _add(self, reader: Reader, position: int, icon: Icon) -> None:
        key_path = ("icons", position, "emoji")
        here = reader.document.show_place(key_path)
        first = self._places.setdefault((icon.key, icon.layer), here)
        if first == here:
            self.icons.append(icon)
            return
        where = "" if icon.layer == BASE_LAYER else f" in layer {icon.layer}"
        reader.problems.append(
            reader.document.problem(
                key_path,
                f"{icon.emoji} has two icons{where}, first at {first}",
                "one icon for each emoji in a layer",
                kind="meaningless",
                rule="twin-icons",
            )
        )


def _sources(paths: Iterable[Path]) -> tuple[YamlSource, ...]:
    return tuple(read_source(path, show_path(path)) for path in paths)


# Files are read anew each time; what has been in them before is not checked again.
@lru_cache(maxsize=8)
def _read_icons(packs: tuple[tuple[YamlSource, ...], ...]) -> IconRegistry:
    """Return the icons in the files of ``packs``, the most important last."""
    found = IconRegistry()
    shelves = []
    for sources in packs:
        shelf = IconShelf()
        for source in sources:
            shelf.add(Reader(parse_source(source)))
        shelves.append(shelf)
        found.rhythms |= shelf.rhythms
        for icon in shelf.icons:
            found.replace(icon)
    for shelf in shelves:
        shelf.find_rhythms(found.rhythms)
    raise_errors(problem for shelf in shelves for problem in shelf.problems)
    return found
