"""The number of pixels per logical pixel."""

from __future__ import annotations

# The least logical size; in a smaller window everything is smaller.
LEAST_WIDTH, LEAST_HEIGHT = 960, 600
LEAST_SCALE, LARGEST_SCALE, ZOOM_STEP = 1.0, 3.0, 0.25


def fitting_scale(wanted: float, size: tuple[int, int]) -> float:
    """Return the wanted scale, or the largest with a logical size of 960 × 600.

    Example:
        >>> fitting_scale(2.0, (1920, 1200)), fitting_scale(2.0, (1440, 1200))
        (2.0, 1.5)
    """
    width, height = size
    return min(wanted, width / LEAST_WIDTH, height / LEAST_HEIGHT)


def zoomed(scale: float, steps: int) -> float:
    """Return the scale ``steps`` larger, within 1 to 3."""
    return min(max(scale + steps * ZOOM_STEP, LEAST_SCALE), LARGEST_SCALE)
