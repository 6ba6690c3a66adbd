"""What an emoji is: its canonical form, and Unicode's list of them."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

VARIATION_SELECTOR_16 = "\ufe0f"  # asks for the color picture; carries no identity


@lru_cache(maxsize=4096)
def canonical_emoji(text: str) -> str:
    """Return ``text`` in NFC with every U+FE0F removed.

    Example:
        >>> canonical_emoji("☀\ufe0f") == canonical_emoji("☀")
        True
    """
    return unicodedata.normalize("NFC", text).replace(VARIATION_SELECTOR_16, "")


@cache
def known_emojis() -> frozenset[str]:
    """Return the canonical form of every emoji of Unicode's list."""
    listed = files("spacewheat_sim.assets").joinpath("emoji_sequences.txt")
    return frozenset(listed.read_text(encoding="utf-8").split())


@cache
def _short_names() -> dict[str, str]:
    listed = files("spacewheat_sim.assets").joinpath("emoji_names.txt")
    lines = listed.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def emoji_name(text: str) -> str:
    """Return Unicode's short name of an emoji; other text as it is.

    Example:
        >>> emoji_name("🐇"), emoji_name("spin")
        ('rabbit', 'spin')
    """
    return _short_names().get(canonical_emoji(text), text)


def spelled_out(text: str) -> str:
    """Return text with the name of each emoji in its place.

    Example:
        >>> spelled_out("🐺.transfers_from.🐇")
        'wolf.transfers_from.rabbit'
    """
    rest, parts = canonical_emoji(text), []
    while rest:
        size = first_emoji(rest) or 1
        parts.append(_short_names().get(rest[:size], rest[:size]))
        rest = rest[size:]
    return "".join(parts)


def is_emoji(text: str) -> bool:
    """Return whether ``text`` is one emoji of Unicode's list.

    Example:
        >>> is_emoji("🐇"), is_emoji("👩‍🌾"), is_emoji("🐇🍂"), is_emoji("x")
        (True, True, False, False)
    """
    return canonical_emoji(text) in known_emojis()


def split_emojis(text: str) -> tuple[str, ...] | None:
    """Return the emojis that ``text`` is made of, the longest first; None if of others.

    Example:
        >>> split_emojis("🐇👩‍🌾"), split_emojis("🐇x")
        (('🐇', '👩‍🌾'), None)
    """
    rest, found = canonical_emoji(text), []
    while rest:
        size = first_emoji(rest)
        if not size:
            return None
        found.append(rest[:size])
        rest = rest[size:]
    return tuple(found)


def first_emoji(text: str) -> int:
    """Return the length of the longest emoji that canonical ``text`` begins with, or 0.

    Example:
        >>> first_emoji("🐇🍂"), first_emoji("x🐇")
        (1, 0)
    """
    known = known_emojis()
    sizes = range(min(_longest(), len(text)), 0, -1)
    return next((size for size in sizes if text[:size] in known), 0)


@cache
def _longest() -> int:
    return max(map(len, known_emojis()))
