"""Hues for phases: the same turn of the circle everywhere in the state view."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.sandbox.shapes import Color

# The middle of a channel and how far it swings: colors of about equal lightness.
MIDDLE, SWING = 0.60, 0.36
THIRDS = 2.0 * np.pi * np.arange(3) / 3.0


def hues(phases: FloatArray) -> NDArray[np.float64]:
    """Return colors (..., 3) of 0 … 1 for phases in rad: 0 is red, a third green."""
    turned = np.asarray(phases)[..., None] - THIRDS
    return np.asarray(MIDDLE + SWING * np.cos(turned))


def hue(phase: float) -> Color:
    """Return the color of one phase."""
    r, g, b = np.round(255 * hues(np.array(phase))).astype(int).tolist()
    return r, g, b
