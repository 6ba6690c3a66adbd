from __future__ import annotations

import itertools

import numpy as np
import pytest

from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.event_log.row import KINDS, REFUSED_GROUND
from spacewheat_sim.sandbox.biome.oval.colors import (
    BACKWARD,
    BUBBLE,
    DECAY,
    FORWARD,
    GHOST,
    JUMP,
    RIM,
    STILL,
    TRANSFER,
)

# Full protanopia, deuteranopia and tritanopia in linear RGB: Machado, Oliveira and
# Fernandes, IEEE Transactions on Visualization 15, 1291 (2009).
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# Smallest difference that an eye sees is about 2; lines beside each other need more.
TOLD_APART = 9.0


def lab(color, blindness):
    """Return CIE L*a*b* of a color as seen with ``blindness``."""
    rgb = np.array(color) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(BLINDNESS[blindness] @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ seen / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_lines_of_a_chart_are_told_apart(blindness):
    for one, other in itertools.combinations(palette.SERIES, 2):
        difference = np.linalg.norm(lab(one, blindness) - lab(other, blindness))
        assert difference > TOLD_APART, (one, other)


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_the_two_ways_of_a_current_are_told_apart_from_each_other_and_from_rest(
    blindness,
):
    seen = [lab(c, blindness) for c in (palette.ORANGE, palette.SKY, palette.FAINT)]
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(one - other) > 2 * TOLD_APART


LIT = palette.mix(palette.CONTROL, palette.ACCENT, 0.35)
PROBLEMS = palette.mix(palette.PANEL, palette.VERMILLION, 0.25)
GROUNDS = (palette.GROUND, palette.PANEL)
LETTERS = [
    *((palette.TEXT, ground) for ground in (*GROUNDS, palette.CONTROL, LIT, PROBLEMS)),
    *((palette.TEXT, ground) for ground in (palette.CONTROL_HOVER, BUBBLE)),
    *((palette.DIM, ground) for ground in (*GROUNDS, palette.CONTROL)),
    *((palette.FAINT, ground) for ground in GROUNDS),
    *((color, palette.PANEL) for color in palette.SERIES),
    *((color, palette.PANEL) for _, color in KINDS.values()),
    (palette.ERROR, REFUSED_GROUND),
]
GRAPHICS = [
    *((palette.PANEL_EDGE, ground) for ground in GROUNDS),
    *((palette.ACCENT, ground) for ground in (*GROUNDS, palette.CONTROL)),
    (palette.TEXT, palette.PANEL_EDGE),
    *((color, palette.PANEL) for color in palette.SERIES),
    *((color, palette.PANEL) for color in (RIM, TRANSFER, DECAY, GHOST, JUMP)),
    *((color, palette.PANEL) for color in (FORWARD, BACKWARD, STILL)),
    (RIM, BUBBLE),
]


@pytest.mark.parametrize(("color", "ground"), LETTERS)
def test_letters_have_the_contrast_of_wcag(color, ground):
    assert palette.contrast(color, ground) >= 4.5


@pytest.mark.parametrize(("color", "ground"), GRAPHICS)
def test_edges_tracks_and_signals_have_the_contrast_of_wcag(color, ground):
    assert palette.contrast(color, ground) >= 3.0


def test_contrast_is_that_of_wcag():
    """Black on white is 21; #777777 on white is 4.48 by its authors' examples."""
    assert palette.contrast((0, 0, 0), palette.WHITE) == pytest.approx(21.0)
    assert palette.contrast((0x77,) * 3, palette.WHITE) == pytest.approx(
        4.48, abs=0.005
    )


@pytest.mark.parametrize("ground", [palette.GROUND, palette.PANEL, palette.CONTROL])
def test_plain_text_is_more_than_legible(ground):
    assert palette.contrast(palette.TEXT, ground) > 7
