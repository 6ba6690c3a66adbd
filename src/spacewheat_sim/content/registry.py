"""The known icons, as an object to pass around."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from blinker import Signal

from spacewheat_sim.content.folders import content_folder, show_path, yaml_files
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.problems import Problem, raise_errors
from spacewheat_sim.content.reading import Reader
from spacewheat_sim.content.yaml.loader import load_yaml
from spacewheat_sim.emoji import canonical_emoji


class IconRegistry:
    """Icons by emoji, in the order of adding them.

    Attributes:
        icon_replaced: Signal sent with ``icon=`` when an icon is added or edited.

    Example:
        >>> IconRegistry([Icon(emoji="🌾", name="Wheat")]).get("🌾").name
        'Wheat'
    """

    def __init__(self, icons: Iterable[Icon] = ()) -> None:
        """Store ``icons``; a later icon replaces an earlier one of the same emoji."""
        self.icon_replaced = Signal()
        self._icons = {icon.key: icon for icon in icons}

    @classmethod
    def builtin(cls) -> IconRegistry:
        """Return the icons that come with the project."""
        return cls.load([content_folder("icons")])

    @classmethod
    def load(cls, paths: Iterable[Path | str]) -> IconRegistry:
        """Return the icons in files, and in all YAML files in folders.

        Raises:
            ContentError: A file is invalid, or an emoji has two icons.
        """
        shelf = IconShelf()
        for path in yaml_files(Path(path) for path in paths):
            shelf.add(Reader(load_yaml(path, show_path(path))))
        raise_errors(shelf.problems)
        return cls(shelf.icons)

    def get(self, emoji: str) -> Icon | None:
        """Return the icon of ``emoji``, with or without U+FE0F, or None."""
        return self._icons.get(canonical_emoji(emoji))

    def replace(self, icon: Icon) -> None:
        """Replace the icon of this emoji, or add it, and send ``icon_replaced``."""
        self._icons[icon.key] = icon
        self.icon_replaced.send(self, icon=icon)

    def undo(self) -> Callable[[], None]:
        """Return a function that restores the present icons."""
        before = dict(self._icons)

        def take_back() -> None:
            now, self._icons = self._icons, dict(before)
            for key, icon in before.items():
                if now.get(key) is not icon:
                    self.icon_replaced.send(self, icon=icon)

        return take_back

    def emoji_names(self) -> dict[str, str]:
        """Return the emojis, as they are shown, by the name of their icon."""
        return {icon.name: icon.emoji for icon in self}

    def __contains__(self, emoji: object) -> bool:
        return isinstance(emoji, str) and canonical_emoji(emoji) in self._icons

    def __iter__(self) -> Iterator[Icon]:
        return iter(tuple(self._icons.values()))

    def __len__(self) -> int:
        return len(self._icons)


class IconShelf:
    """Collects icons from several files; a second icon for an emoji is a problem."""

    def __init__(self) -> None:
        """Start empty."""
        self.icons: list[Icon] = []
        self.problems: list[Problem] = []
        self._places: dict[str, str] = {}

    def add(self, reader: Reader) -> None:
        """Add the icons and the problems of a file."""
        for position, icon in enumerate(reader.icon_file()):
            if icon is not None:
                self._add(reader, position, icon)
        self.problems.extend(reader.problems)

    def _add(self, reader: Reader, position: int, icon: Icon) -> None:
        key_path = ("icons", position, "emoji")
        here = reader.document.show_place(key_path)
        first = self._places.setdefault(icon.key, here)
        if first == here:
            self.icons.append(icon)
            return
        reader.problems.append(
            reader.document.problem(
                key_path,
                f"{icon.emoji} has two icons, first at {first}",
                "one icon for each emoji",
                kind="meaningless",
                rule="twin-icons",
            )
        )
