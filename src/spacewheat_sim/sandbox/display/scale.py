"""The number of pixels per logical pixel."""

from __future__ import annotations

# The least logical size; in a smaller window everything is smaller.
LEAST_WIDTH, LEAST_HEIGHT = 960, 600
LEAST_SCALE, LARGEST_SCALE, ZOOM_STEP = 1.0, 3.0, 0.25
SMALLEST_SCALE = 0.125
# The logical size of a new window.
WIDTH, HEIGHT = 1280, 720
# The logical size at which letters are neither small nor large.
USUAL_WIDTH, USUAL_HEIGHT = 1600, 900


def usual_scale(size: tuple[int, int]) -> float:
    """Return the scale for ``size`` pixels where a player has chosen none.

    It is the step of the zoom that brings the logical size closest to 1600 × 900.

    Example:
        >>> [usual_scale(size) for size in ((1280, 720), (1920, 1080), (2560, 1440))]
        [1.0, 1.25, 1.5]
    """
    width, height = size
    steps = round(min(width / USUAL_WIDTH, height / USUAL_HEIGHT) / ZOOM_STEP)
    return min(max(steps * ZOOM_STEP, LEAST_SCALE), LARGEST_SCALE)


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


def scaled_size(scale: float) -> tuple[int, int]:
    """Return the pixels of a window of 1280 × 720 at a scale."""
    return round(WIDTH * scale), round(HEIGHT * scale)


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
