"""Unicode's list of emojis as one regular expression."""

from __future__ import annotations

from functools import cache

from spacewheat_sim.emoji import VARIATION_SELECTOR_16, known_emojis

Tree = dict[str, "Tree"]
END = ""  # the key that says that an emoji ends here


@cache
def emoji_pattern() -> str:
    """Return a pattern of one emoji of Unicode's list, for JavaScript and Python.

    U+FE0F may follow any of its code points, as in :func:`canonical_emoji`.

    Example:
        >>> import re
        >>> pattern = re.compile(emoji_pattern())
        >>> [bool(pattern.fullmatch(text)) for text in ("☀️", "👩‍🌾", "🐇🍂", "x")]
        [True, True, False, False]
    """
    tree: Tree = {}
    for emoji in sorted(known_emojis()):
        branch = tree
        for letter in emoji:
            branch = branch.setdefault(letter, {})
        branch[END] = {}
    return _pattern(tree)


def _pattern(tree: Tree) -> str:
    """Return a pattern of what follows; letters that go on alike are one class."""
    alike: dict[str, list[str]] = {}
    for letter, branch in tree.items():
        if letter != END:
            alike.setdefault(_pattern(branch), []).append(letter)
    options = [
        f"{_class(letters)}{VARIATION_SELECTOR_16}?{rest}"
        for rest, letters in alike.items()
    ]
    if not options:
        return ""
    inside = options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"
    if END not in tree:
        return inside
    return f"{inside}?" if len(options) > 1 else f"(?:{inside})?"


def _class(letters: list[str]) -> str:
    if len(letters) == 1:
        return _escaped(letters[0])
    return f"[{''.join(_ranges(letters))}]"


def _ranges(letters: list[str]) -> list[str]:
    """Return sorted letters as ranges of neighbors."""
    found: list[tuple[int, int]] = []
    for code in map(ord, letters):
        if found and found[-1][1] == code - 1:
            found[-1] = found[-1][0], code
        else:
            found.append((code, code))
    return [
        _escaped(chr(low))
        if low == high
        else f"{_escaped(chr(low))}-{_escaped(chr(high))}"
        for low, high in found
    ]


def _escaped(letter: str) -> str:
    return f"\\{letter}" if letter in "*-]^\\" else letter
