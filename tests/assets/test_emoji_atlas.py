"""The atlas holds every emoji of the built-in content, whole and licensed."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from spacewheat_sim.assets.atlas import (
    FOLDER,
    atlas_cell,
    atlas_emojis,
    atlas_image_path,
)
from spacewheat_sim.emoji import canonical_emoji

CONTENT = list(
    "☀🌙🌾🍄🌿🌱🐺🐇🦌🦅💧⛰🍂💀👥🌳🐭🐦🐜🏪🐂🐻💰📦🏛🏚🔥❄🍞🏜💨🍅"  # icons
    "☔🌲🌰🐝🌼🍯🏡"  # and the rest of the forest
)


@pytest.fixture(scope="module")
def pixels():
    with Image.open(atlas_image_path()) as image:
        assert image.mode == "RGBA"
        return np.asarray(image)


@pytest.mark.parametrize("emoji", CONTENT)
def test_every_emoji_of_the_content_has_a_cell(emoji):
    assert atlas_cell(emoji) is not None


def test_an_emoji_is_found_with_and_without_its_variation_selector():
    assert atlas_cell("⛰\ufe0f") == atlas_cell("⛰") != atlas_cell("☀")


def test_an_emoji_of_several_code_points_is_found():
    assert atlas_cell("🧑‍🌾") is not None


def test_what_has_no_picture_has_no_cell():
    assert atlas_cell("Ω") is None
    assert atlas_cell("") is None


def test_emojis_are_canonical():
    assert all(emoji == canonical_emoji(emoji) for emoji in atlas_emojis())


def test_every_cell_lies_in_the_image_and_shows_something(pixels):
    height, width, _ = pixels.shape
    for emoji in atlas_emojis():
        x, y, size = atlas_cell(emoji)
        assert 0 <= x <= width - size
        assert 0 <= y <= height - size
        alpha = pixels[y : y + size, x : x + size, 3]
        assert (alpha > 128).mean() > 0.05, emoji


def test_no_two_emojis_share_a_cell():
    assert len({atlas_cell(emoji) for emoji in atlas_emojis()}) == len(atlas_emojis())


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
        "import sys; from spacewheat_sim.assets.atlas import atlas_cell\n"
        "assert atlas_cell('🔥')\n"
        "print(sorted({'PIL', 'matplotlib', 'numpy', 'pygame'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
