"""Every emoji of Unicode's list has a picture, or a name in words."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from spacewheat_sim.assets.atlas import (
    ATLAS,
    FOLDER,
    atlas_emojis,
    atlas_image_path,
    picture_cell,
    pictured_emojis,
)
from spacewheat_sim.assets.pictures import emoji_image
from spacewheat_sim.content.files import list_biomes, read_biome
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.emoji import canonical_emoji, emoji_name, known_emojis

REGISTRY = IconRegistry.builtin()
CONTENT = sorted(
    {icon.key for icon in REGISTRY}
    | {e for b in list_biomes() for e in read_biome(b.key, REGISTRY).emoji_keys}
)


@pytest.fixture(scope="module")
def pixels():
    with Image.open(atlas_image_path()) as image:
        assert image.mode == "RGBA"
        return np.asarray(image)


@pytest.mark.parametrize("emoji", CONTENT)
def test_every_emoji_of_the_content_has_a_picture(emoji):
    assert picture_cell(emoji) is not None


def test_an_emoji_is_found_with_and_without_its_variation_selector():
    assert picture_cell("⛰\ufe0f") == picture_cell("⛰") != picture_cell("☀")


def test_an_emoji_of_several_code_points_is_found():
    assert picture_cell("🧑‍🌾") is not None


def test_what_has_no_picture_has_no_cell():
    assert picture_cell("Ω") is None
    assert picture_cell("") is None


def test_emojis_are_canonical():
    assert all(emoji == canonical_emoji(emoji) for emoji in atlas_emojis())


def test_every_cell_lies_in_the_image_and_shows_something(pixels):
    height, width, _ = pixels.shape
    for emoji in atlas_emojis():
        _, x, y, size = picture_cell(emoji)
        assert 0 <= x <= width - size
        assert 0 <= y <= height - size
        alpha = pixels[y : y + size, x : x + size, 3]
        assert (alpha > 128).mean() > 0.05, emoji


def test_no_two_emojis_share_a_cell():
    cells = [picture_cell(emoji) for emoji in pictured_emojis()]

    assert len(set(cells)) == len(cells) == len(pictured_emojis())


def test_every_emoji_of_the_list_has_a_picture_or_a_name_in_words():
    named = known_emojis() - pictured_emojis()

    assert pictured_emojis() <= known_emojis()
    assert (len(pictured_emojis()), len(named)) == (3786, 186)
    assert all(emoji_name(emoji) != emoji for emoji in known_emojis())
    assert all(
        all(c.isalpha() or c in " -:," for c in emoji_name(emoji)) for emoji in named
    )


def test_every_picture_of_the_pages_shows_something():
    seen = {}
    for emoji in sorted(pictured_emojis() - set(atlas_emojis())):
        alpha = np.asarray(emoji_image(emoji))[:, :, 3]
        assert alpha.shape == (64, 64)
        if (alpha > 128).mean() <= 0.05:
            seen[emoji] = emoji_name(emoji)
    # Small squares, thin signs.
    assert set(seen) <= set("▪▫〰➰")


def test_the_pages_are_small_enough_to_ship():
    pages = sorted((FOLDER / "emoji_pages").glob("*.webp"))

    assert {picture_cell(e).image for e in pictured_emojis()} == {
        ATLAS,
        *(f"emoji_pages/{page.name}" for page in pages),
    }
    assert sum(page.stat().st_size for page in pages) < 4_000_000


def test_the_image_is_small_enough_to_ship():
    assert atlas_image_path().stat().st_size < 900_000


def test_license_and_notice_lie_beside_the_image():
    license_text = (FOLDER / "LICENSE-NOTO-EMOJI.txt").read_text(encoding="utf-8")
    assert "Apache License" in license_text
    assert "END OF TERMS AND CONDITIONS" in license_text
    notice = (FOLDER / "NOTICE-EMOJI-ATLAS.txt").read_text(encoding="utf-8")
    assert "Noto Emoji" in notice
    assert "Changes:" in notice


def test_looking_up_an_emoji_loads_no_imaging_library():
    code = (
        "import sys; from spacewheat_sim.assets.atlas import picture_cell\n"
        "assert picture_cell('🔥')\n"
        "print(sorted({'PIL', 'matplotlib', 'numpy', 'pygame'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
