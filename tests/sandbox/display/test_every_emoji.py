"""In the window every emoji of Unicode's list is a picture or a name in words."""

from __future__ import annotations

import numpy as np
import pygame
import pytest
from letter_measure import plain_canvas

from spacewheat_sim.assets.atlas import picture_cell, pictured_emojis
from spacewheat_sim.emoji import emoji_name, known_emojis
from spacewheat_sim.sandbox.display.emojis import emoji_picture, split_runs
from spacewheat_sim.sandbox.display.fonts import Fonts
from spacewheat_sim.sandbox.shapes import Emoji, Text
from spacewheat_sim.sandbox.words.named_emojis import named_in_text

EVERY = sorted(known_emojis())


def test_a_canvas_draws_each_as_its_picture_or_its_name() -> None:
    for emoji in EVERY:
        canvas = plain_canvas()
        canvas.emoji(400.0, 300.0, 400.0, emoji)
        drawn = [shape.emoji for shape in canvas.shapes if isinstance(shape, Emoji)]
        said = " ".join(s.text for s in canvas.shapes if isinstance(s, Text))
        if picture_cell(emoji) is None:
            assert (drawn, said) == ([], emoji_name(emoji))
        else:
            assert (drawn, said) == ([emoji], "")


def test_each_is_one_run_of_a_text_or_a_sign_of_the_font() -> None:
    signs = []
    for emoji in EVERY:
        runs = split_runs(named_in_text(f"a {emoji} b", {}))
        if picture_cell(emoji) is None:
            assert [run.text for run in runs] == [f"a {emoji_name(emoji)} b"]
        elif len(runs) == 1:
            signs.append(emoji)
        else:
            assert [run.text for run in runs] == ["a ", emoji, " b"]
    assert "".join(signs) == "©®‼⁉™ℹ↔↕↖↗↘↙↩↪"


def test_the_font_has_all_signs_that_are_no_pictures_in_a_text() -> None:
    font, white = Fonts(2.0), (255, 255, 255)
    box = pygame.surfarray.array_alpha(font.render("日", 30.0, white))
    for sign in "©®‼⁉™ℹ↔↕↖↗↘↙↩↪":
        drawn = pygame.surfarray.array_alpha(font.render(sign, 30.0, white))
        assert not np.array_equal(drawn, box)


@pytest.mark.parametrize(
    "emoji", ["☘", "❤\ufe0f\u200d🔥", "#\ufe0f⃣", "👩🏽\u200d🚀", "🪸"]
)
def test_pictures_of_the_pages_are_in_color(emoji: str) -> None:
    pixels = pygame.surfarray.array3d(emoji_picture(emoji, 40)).astype(int)

    assert (pixels.max(axis=2) - pixels.min(axis=2)).max() > 20
    assert split_runs(f"{emoji}\ufe0f")[0].is_emoji


@pytest.mark.parametrize("size", [8.0, 14.0, 24.0, 60.0])
def test_a_name_stays_on_its_tile_and_is_never_a_code(size: float) -> None:
    for emoji in set(EVERY) - pictured_emojis():
        canvas = plain_canvas()
        canvas.emoji(100.0, 100.0, size, emoji)
        for shape in canvas.shapes:
            if isinstance(shape, Text):
                width = canvas.measure.width(shape.text, shape.size)
                assert width <= 0.92 * size
                assert abs(shape.y - 100.0) + shape.size / 2 <= 0.4 * size
                assert shape.text in emoji_name(emoji)
