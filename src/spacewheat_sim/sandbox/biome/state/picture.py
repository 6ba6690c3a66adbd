"""A matrix of complex numbers as a picture: area for size, hue for phase."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.state.phases import hues

# A largest entry fills this share of its cell.
FULL = 0.94


def matrix_picture(
    matrix: ComplexArray, cell: int, largest: float
) -> NDArray[np.uint8]:
    """Return a disc for each entry: its area is |entry|, its hue the phase.

    Args:
        matrix: (K, K).
        cell: Pixels of a cell, C.
        largest: The size that fills a cell.

    Returns:
        A picture (K·C, K·C, 3).
    """
    size = np.abs(matrix) / largest if largest > 0.0 else np.zeros(matrix.shape)
    radius = FULL * cell / 2 * np.sqrt(np.minimum(size, 1.0))
    middle = np.arange(cell) + 0.5 - cell / 2
    away = np.hypot(*np.meshgrid(middle, middle))
    # (K, C, K, C): rows of the matrix, of a cell, columns of the matrix, of a cell.
    share = np.clip(radius[:, None, :, None] + 0.5 - away[None, :, None, :], 0.0, 1.0)
    share *= np.minimum(1.0, 2.0 * radius)[:, None, :, None]
    ground = np.array(palette.PANEL) / 255.0
    colors = hues(np.angle(matrix)) - ground
    pixels = ground + share[..., None] * colors[:, None, :, None, :]
    edge = len(matrix) * cell
    return np.asarray(255.0 * pixels + 0.5).astype(np.uint8).reshape(edge, edge, 3)
