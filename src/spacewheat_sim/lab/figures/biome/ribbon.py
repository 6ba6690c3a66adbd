"""Arrows as filled shapes: a curve with a width and a head."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray


def bezier(start: FloatArray, control: FloatArray, end: FloatArray) -> FloatArray:
    """Return 40 points of the quadratic Bézier curve with these (2,) points."""
    t = np.linspace(0.0, 1.0, 40)[:, None]
    points: FloatArray = (1 - t) ** 2 * start + 2 * t * (1 - t) * control + t**2 * end
    return points


def trim(curve: FloatArray, from_start: float, from_end: float) -> FloatArray:
    """Return ``curve`` (M, 2) without the parts close to its first and last point.

    Distances are straight, as from the center of a disc to its edge. If nothing would
    be left, the middle is kept.
    """
    fine = _resample(curve, 200)
    outside = (np.linalg.norm(fine - curve[0], axis=1) >= from_start) & (
        np.linalg.norm(fine - curve[-1], axis=1) >= from_end
    )
    kept = fine[outside]
    return kept if len(kept) >= 3 else fine[95:105]


def ribbon(curve: FloatArray, width: float) -> FloatArray:
    """Return the outline (K, 2) of an arrow along ``curve`` (M, 2), its tip at the end.

    The head is wider than the shaft and never longer than half of the curve.
    """
    length = float(np.linalg.norm(np.diff(curve, axis=0), axis=1).sum())
    head_length = min(1.7 * width + 4.0, 0.5 * length)
    head_width = max(1.05 * head_length, 1.3 * width)
    points = _resample(curve, 60)
    shaft = points[: max(2, round(60 * (1 - head_length / length)))]
    normal = _normals(shaft)
    left, right = shaft + 0.5 * width * normal, shaft - 0.5 * width * normal
    # The head points from its base to the tip, for any bend of the curve.
    along = points[-1] - shaft[-1]
    along = along / max(float(np.linalg.norm(along)), 1e-12)
    across = 0.5 * head_width * np.array([-along[1], along[0]])
    head = np.stack([shaft[-1] + across, points[-1], shaft[-1] - across])
    return np.concatenate([left, head, right[::-1]])


def loop(center: FloatArray, outward: FloatArray, radius: float) -> FloatArray:
    """Return a curve (40, 2) that leaves a disc and returns to it, on its outer side.

    Args:
        center: Center of the disc, shape (2,).
        outward: Unit vector toward the side of the loop, shape (2,).
        radius: Radius of the disc.
    """
    size = 0.45 * radius + 3.0
    middle = center + outward * (radius + 0.75 * size)
    # The part of the circle inside the disc is left out.
    angle = np.linspace(-0.72 * np.pi, 0.72 * np.pi, 40)[:, None]
    across = np.array([-outward[1], outward[0]])
    points: FloatArray = middle + size * (
        np.cos(angle) * outward + np.sin(angle) * across
    )
    return points


def _resample(curve: FloatArray, count: int) -> FloatArray:
    """Return ``count`` points of ``curve`` at equal distances along it."""
    steps = np.linalg.norm(np.diff(curve, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.linspace(0.0, along[-1], count)
    return np.stack([np.interp(wanted, along, curve[:, k]) for k in (0, 1)], axis=1)


def _normals(curve: FloatArray) -> FloatArray:
    tangent = np.gradient(curve, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-12)
    return np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
