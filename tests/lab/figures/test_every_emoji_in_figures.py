"""In figures every emoji of Unicode's list is a picture, or a name that has glyphs."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, OffsetImage, TextArea

from spacewheat_sim.assets.atlas import picture_cell
from spacewheat_sim.emoji import emoji_name, known_emojis
from spacewheat_sim.lab.figures.biome.emoji_label import (
    icon_names,
    place_emoji,
    shown_name,
)
from spacewheat_sim.lab.figures.glyphs import has_glyphs

NAMELESS = sorted(e for e in known_emojis() if picture_cell(e) is None)


def label(emoji: str) -> AnnotationBbox:
    return place_emoji(Figure().add_subplot(), emoji, (0.5, 0.5), size=16.0)


def test_what_has_no_picture_is_called_by_words_that_the_font_has() -> None:
    for emoji in NAMELESS:
        box = label(emoji).offsetbox
        assert isinstance(box, TextArea)
        said = box.get_text()
        assert has_glyphs(said.replace("\n", ""))
        assert "".join(said.split()) == "".join(emoji_name(emoji).split())


def test_pictures_are_drawn_as_pictures() -> None:
    for emoji in ("🐇", "☘", "👩🏽\u200d🚀", "🪼"):
        assert isinstance(label(emoji).offsetbox, OffsetImage)


def test_the_name_of_an_icon_comes_first_and_is_no_formula() -> None:
    with icon_names({"🫍": "Black $x_1$ Fin"}):
        box = label("🫍").offsetbox
    after = shown_name("🫍")

    assert isinstance(box, TextArea)
    assert box.get_text().split() == ["Black", "$x_1$", "Fin"]
    assert box.get_children()[0].get_parse_math() is False
    assert after == "orca"
