"""What can be found by its name: a command, a screen, an emoji, a setting."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

# How titles of screens begin that are no biome's, and what such a screen is called.
CHALLENGE, SCENE, SESSION = "challenge: ", "lab: ", "continue "
SCREENS = {CHALLENGE: "challenge", SCENE: "lab scene", SESSION: "session"}


class Entry(NamedTuple):
    """Something that a player may look for, and what choosing it does.

    Attributes:
        kind: ``move``, ``command``, ``biome``, ``challenge``, ``lab scene``,
            ``session``, ``emoji`` or ``setting``.
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


def screen_entry(title: str, act: Callable[[], object]) -> Entry:
    """Return the entry of a screen with that title.

    Example:
        >>> screen_entry("challenge: First Harvest", print)[:2]
        ('challenge', 'First Harvest')
        >>> screen_entry("Forest", print)[:2]
        ('biome', 'Forest')
    """
    for beginning, kind in SCREENS.items():
        if title.startswith(beginning):
            return Entry(kind, title.removeprefix(beginning), "", act, title)
    return Entry("biome", title, "", act)


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
