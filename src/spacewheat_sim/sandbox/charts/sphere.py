"""Projection of a sphere, seen from slightly above its equator, z upward."""

from __future__ import annotations

import math

# The eye's height above the equator, and how far x is turned from it to the left.
TILT, TURN = math.radians(18), math.radians(30)

_SIN_TILT, _COS_TILT = math.sin(TILT), math.cos(TILT)
_SIN_TURN, _COS_TURN = math.sin(TURN), math.cos(TURN)


def project(x: float, y: float, z: float) -> tuple[float, float, float]:
    """Return the projection of a point of the unit sphere.

    Args:
        x: Toward the eye, and somewhat to the left.
        y: To the right, and somewhat toward the eye.
        z: Upward.

    Returns:
        (right, down, near) with the sphere's radius as unit; ``near`` is above 0 on the
        side that faces the eye. Multiply by a ``Globe``'s radius and add its center.

    Example:
        >>> right, down, near = project(0.0, 0.0, 1.0)
        >>> round(right, 3), round(down, 3), near > 0
        (0.0, -0.951, True)
    """
    toward = x * _COS_TURN + y * _SIN_TURN
    right = y * _COS_TURN - x * _SIN_TURN
    return (
        right,
        toward * _SIN_TILT - z * _COS_TILT,
        toward * _COS_TILT + z * _SIN_TILT,
    )
