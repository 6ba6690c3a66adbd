"""What can be found by its name: a command, a biome, an emoji, a setting."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Entry(NamedTuple):
    """Something that a player may look for, and what choosing it does.

    Attributes:
        kind: ``command``, ``biome``, ``emoji`` or ``setting``.
        name: Its name.
        key: The key that does the same, or "".
        act: Does it.
        words: What else it is found by.
    """

    kind: str
    name: str
    key: str
    act: Callable[[], object]
    words: str = ""


def matching(entries: list[Entry], words: str) -> list[Entry]:
    """Return the entries that have every one of some words, best first.

    An entry whose name, or what else it is found by, begins with the words comes before
    others; the rest is in the given order.

    Example:
        >>> names = ["Pause or resume", "Restart", "New seed: restart"]
        >>> entries = [Entry("command", name, "", print) for name in names]
        >>> [entry.name for entry in matching(entries, "rest")]
        ['Restart', 'New seed: restart']
    """
    wanted = words.casefold().split()

    def place(entry: Entry) -> int:
        name, typed = entry.name.casefold(), words.casefold().strip()
        if name.startswith(typed) or entry.words.casefold().startswith(typed):
            return 0
        return 1 if all(f" {word}" in f" {name}" for word in wanted) else 2

    found = [
        entry for entry in entries if all(word in _searched(entry) for word in wanted)
    ]
    return sorted(found, key=place)


def _searched(entry: Entry) -> str:
    return f"{entry.name} {entry.kind} {entry.words}".casefold()
