from __future__ import annotations

import pygame
import pytest

from spacewheat_sim.assets.atlas import atlas_emojis
from spacewheat_sim.sandbox.display.emojis import split_runs
from spacewheat_sim.sandbox.display.fonts import Fonts
from spacewheat_sim.sandbox.display.surfaces import SurfaceCache

WHITE = (255, 255, 255)


@pytest.mark.parametrize("scale", [1.0, 1.25, 3.0])
@pytest.mark.parametrize("text", ["", "plain", "🐺", "🐺 took 🐇", "☀\ufe0f+☀", "Ω→∂"])
def test_a_rendered_line_is_as_wide_as_measured(text: str, scale: float) -> None:
    fonts = Fonts(scale)
    for bold in (False, True):
        picture = fonts.render(text, 14.0, WHITE, bold)
        assert picture.get_width() == round(fonts.width(text, 14.0, bold) * scale)


def test_width_grows_with_size_and_weight() -> None:
    fonts = Fonts()
    assert fonts.width("wheat", 28.0) == pytest.approx(
        2 * fonts.width("wheat", 14.0), 0.1
    )
    assert fonts.width("wheat", 14.0, True) > fonts.width("wheat", 14.0)


def test_runs_take_the_longest_emoji_and_lose_nothing() -> None:
    sequences = [emoji for emoji in atlas_emojis() if "\u200d" in emoji]
    for emoji in (*sequences, "🐺", "☀"):
        text = f"a{emoji}b{emoji}\ufe0f{emoji}"
        runs = split_runs(text)
        assert [run.text for run in runs if run.is_emoji] == [
            emoji,
            emoji + "\ufe0f",
            emoji,
        ]
        assert "".join(run.text for run in runs) == text


def test_emojis_are_in_color_within_text() -> None:
    picture = Fonts(2.0).render("x🌾", 20.0, WHITE)
    colors = pygame.surfarray.array3d(picture)
    assert (colors.max(axis=2).astype(int) - colors.min(axis=2)).max() > 100


def test_invisible_characters_take_no_room() -> None:
    fonts = Fonts()
    assert fonts.width("a\ufe0f\u200db", 14.0) == fonts.width("ab", 14.0)


def test_a_cache_keeps_what_is_used_and_stays_within_its_bound() -> None:
    cache, made = SurfaceCache(most_pixels=400), []

    def get(key: int) -> None:
        if cache.get(key) is None:
            made.append(key)
            cache.keep(key, pygame.Surface((10, 10)))
        assert cache.pixels <= 400

    for key in (1, 2, 3, 1, 4, 1, 2, 1, 5, 1):
        get(key)
    assert made == [1, 2, 3, 4, 2, 5]
