"""The number of pixels per logical pixel."""

from __future__ import annotations

# The least logical size; in a smaller window everything is smaller.
LEAST_WIDTH, LEAST_HEIGHT = 960, 600
LEAST_SCALE, LARGEST_SCALE, ZOOM_STEP = 1.0, 3.0, 0.25
SMALLEST_SCALE = 0.125


def fitting_scale(wanted: float, size: tuple[int, int]) -> float:
    """Return the wanted scale, or the largest with a logical size of 960 × 600.

    A window in which nothing could be made out any more shows the upper left of it.

    Example:
        >>> fitting_scale(2.0, (1920, 1200)), fitting_scale(2.0, (1440, 1200))
        (2.0, 1.5)
        >>> fitting_scale(1.0, (1, 1))
        0.125
    """
    width, height = size
    fitting = min(wanted, width / LEAST_WIDTH, height / LEAST_HEIGHT)
    return max(fitting, SMALLEST_SCALE)


def zoomed(scale: float, steps: int) -> float:
    """Return the scale ``steps`` larger, within 1 to 3."""
    return min(max(scale + steps * ZOOM_STEP, LEAST_SCALE), LARGEST_SCALE)


def logical_size(scale: float, size: tuple[int, int]) -> tuple[float, float]:
    """Return the size of the frame to draw: all of the window, or 960 × 600 if more.

    Example:
        >>> logical_size(0.125, (1, 1)), logical_size(2.0, (1920, 1300))
        ((960.0, 600.0), (960.0, 650.0))
    """
    width, height = (side / scale for side in size)
    if scale > SMALLEST_SCALE:
        return width, height
    return max(width, float(LEAST_WIDTH)), max(height, float(LEAST_HEIGHT))
