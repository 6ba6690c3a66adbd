"""The characters that the text font can draw; others would show a box."""

from __future__ import annotations

from functools import cache

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font


@cache
def _text_font() -> FT2Font:
    return font_manager.get_font(font_manager.findfont("DejaVu Sans"))


def has_glyphs(text: str) -> bool:
    """Return whether the text font has a glyph for every character of ``text``."""
    return all(_text_font().get_char_index(ord(character)) for character in text)


def drawable_text(text: str) -> str:
    """Return ``text`` on one line without the characters that have no glyph.

    Example:
        >>> drawable_text("Forest 🦌 at  dawn")
        'Forest at dawn'
    """
    kept = "".join(c for c in text if c.isspace() or has_glyphs(c))
    return " ".join(kept.split())
