from __future__ import annotations

import itertools

import numpy as np
import pytest

from spacewheat_sim.sandbox import palette

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


def contrast(one, other):
    """Return the contrast ratio of WCAG 2."""

    def luminance(color):
        rgb = np.array(color) / 255
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


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


@pytest.mark.parametrize("ground", [palette.GROUND, palette.PANEL, palette.CONTROL])
def test_text_is_legible_on_every_ground(ground):
    assert contrast(palette.TEXT, ground) > 7
    assert contrast(palette.DIM, ground) > 3
    assert contrast(palette.ERROR, ground) > 3
