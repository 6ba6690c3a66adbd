"""The canonical form of an emoji, by which emojis are compared everywhere."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

VARIATION_SELECTOR_16 = "\ufe0f"  # asks for the colour picture; carries no identity


@lru_cache(maxsize=4096)
def canonical_emoji(text: str) -> str:
    """Return ``text`` in NFC with every U+FE0F removed.

    Example:
        >>> canonical_emoji("☀\ufe0f") == canonical_emoji("☀")
        True
    """
    return unicodedata.normalize("NFC", text).replace(VARIATION_SELECTOR_16, "")
