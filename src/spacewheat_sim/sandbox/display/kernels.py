"""Compiled loops that paint antialiased figures onto 32-bit pixels.

Coordinates are pixels as real numbers: the pixel (i, j) is the square from i to i + 1
and from j to j + 1, and is covered by as much as its center lies inside a figure's
edge. So a figure moves and grows smoothly, which SDL's whole-pixel figures cannot.

Shapes: ``pixels`` (H, W) is a view of a surface; ``clip`` (left, top, right, bottom),
the last two outside, lies within it; ``color`` is a pixel of the surface's own format.
"""

from __future__ import annotations

import numpy as np
from numba import njit

PIXELS, BOX, POINTS = "uint32[:, :]", "UniTuple(int64, 4)", "float64[:, ::1]"


@njit(inline="always")
def _share(value):  # type: ignore[no-untyped-def]
    return min(max(value, 0.0), 1.0)


@njit(inline="always")
def _blend(pixels, y, x, color, share):  # type: ignore[no-untyped-def]
    """Mix ``share`` of ``color`` into a pixel, two of its four bytes at a time."""
    new = np.uint32(share * 256.0 + 0.5)
    old = np.uint32(256) - new
    pair = np.uint32(0x00FF00FF)
    byte = np.uint32(8)
    below = pixels[y, x]
    even = ((below & pair) * old + (color & pair) * new) >> byte
    odd = ((below >> byte) & pair) * old + ((color >> byte) & pair) * new
    pixels[y, x] = (even & pair) | (odd & ~pair)


@njit(inline="always")
def _blend_row(pixels, y, left, right, color, share):  # type: ignore[no-untyped-def]
    if share >= 1.0:
        pixels[y, left:right] = color
    else:
        for x in range(left, right):
            _blend(pixels, y, x, color, share)


@njit(inline="always")
def _ring(pixels, clip, x, y, inner, outer, color, alpha):  # type: ignore[no-untyped-def]
    """Paint what lies between two radii; ``inner`` below 0 leaves no hole."""
    top = max(clip[1], int(np.floor(y - outer - 0.5)))
    bottom = min(clip[3], int(np.ceil(y + outer + 0.5)))
    reach, solid, hole = outer + 0.5, outer - 0.5, inner - 0.5
    for j in range(top, bottom):
        dy = j + 0.5 - y
        if abs(dy) >= reach:
            continue
        half = np.sqrt(reach * reach - dy * dy)
        left = max(clip[0], int(np.floor(x - half)))
        right = min(clip[2], int(np.ceil(x + half)))
        empty = np.sqrt(max(hole * hole - dy * dy, 0.0)) if hole > 0.0 else 0.0
        full = 0.0
        if hole < 0.0 and abs(dy) < solid:
            full = np.sqrt(solid * solid - dy * dy)
        i = left
        while i < right:
            dx = i + 0.5 - x
            if abs(dx) < empty - 1.0:
                i = max(i + 1, int(np.floor(x + empty - 1.0)))
                continue
            if abs(dx) < full:
                end = min(right, max(i + 1, int(np.floor(x + full))))
                _blend_row(pixels, j, i, end, color, alpha)
                i = end
                continue
            distance = np.sqrt(dx * dx + dy * dy)
            share = _share(outer - distance + 0.5) - _share(inner - distance + 0.5)
            if share > 0.0:
                _blend(pixels, j, i, color, share * alpha)
            i += 1


@njit(
    f"void({PIXELS}, {BOX}, float64, float64, float64, float64, uint32, float64)",
    cache=True,
)
def ring(pixels, clip, x, y, inner, outer, color, alpha):  # type: ignore[no-untyped-def]
    """Paint a ring between two radii, or a disc where ``inner`` is below 0."""
    _ring(pixels, clip, x, y, inner, outer, color, alpha)


@njit(f"void({PIXELS}, {BOX}, float64, float64, float64, uint32, float64)", cache=True)
def glow(pixels, clip, x, y, r, color, alpha):  # type: ignore[no-untyped-def]
    """Paint a halo whose share falls as α(1 − d²/r²)²."""
    top = max(clip[1], int(np.floor(y - r)))
    bottom = min(clip[3], int(np.ceil(y + r)))
    for j in range(top, bottom):
        dy = j + 0.5 - y
        room = r * r - dy * dy
        if room <= 0.0:
            continue
        half = np.sqrt(room)
        left = max(clip[0], int(np.floor(x - half)))
        right = min(clip[2], int(np.ceil(x + half)))
        for i in range(left, right):
            dx = i + 0.5 - x
            fall = max(0.0, 1.0 - (dx * dx + dy * dy) / (r * r))
            _blend(pixels, j, i, color, alpha * fall * fall)


@njit(inline="always")
def _bar(pixels, clip, left, top, right, bottom, color, alpha):  # type: ignore[no-untyped-def]
    left, right = max(left, clip[0]), min(right, clip[2])
    if left < right:
        for y in range(max(top, clip[1]), min(bottom, clip[3])):
            _blend_row(pixels, y, left, right, color, alpha)


@njit
def _corners(pixels, clip, box, inner, r, color, alpha):  # type: ignore[no-untyped-def]
    """Paint the four quarters of a ring into the corners of ``box``."""
    left, top, right, bottom = box
    reach = int(np.ceil(r))
    for side in range(4):
        x = left + r if side % 2 == 0 else right - r
        y = top + r if side < 2 else bottom - r
        here = (
            max(clip[0], left if side % 2 == 0 else right - reach),
            max(clip[1], top if side < 2 else bottom - reach),
            min(clip[2], left + reach if side % 2 == 0 else right),
            min(clip[3], top + reach if side < 2 else bottom),
        )
        if here[0] < here[2]:
            _ring(pixels, here, x, y, inner, r, color, alpha)


@njit(f"void({PIXELS}, {BOX}, {BOX}, int64, uint32, float64)", cache=True)
def fill_box(pixels, clip, box, r, color, alpha):  # type: ignore[no-untyped-def]
    """Fill ``box`` (left, top, right, bottom), whose corners have the radius ``r``."""
    left, top, right, bottom = box
    _bar(pixels, clip, left + r, top, right - r, top + r, color, alpha)
    _bar(pixels, clip, left, top + r, right, bottom - r, color, alpha)
    _bar(pixels, clip, left + r, bottom - r, right - r, bottom, color, alpha)
    if r > 0:
        _corners(pixels, clip, box, -1.0, float(r), color, alpha)


@njit(f"void({PIXELS}, {BOX}, {BOX}, int64, int64, uint32)", cache=True)
def outline_box(pixels, clip, box, r, width, color):  # type: ignore[no-untyped-def]
    """Paint the border of ``box``, ``width`` wide and inside it."""
    left, top, right, bottom = box
    r = max(r, width)
    _bar(pixels, clip, left + r, top, right - r, top + width, color, 1.0)
    _bar(pixels, clip, left + r, bottom - width, right - r, bottom, color, 1.0)
    _bar(pixels, clip, left, top + r, left + width, bottom - r, color, 1.0)
    _bar(pixels, clip, right - width, top + r, right, bottom - r, color, 1.0)
    if r == width:
        for x in (left, right - r):
            for y in (top, bottom - r):
                _bar(pixels, clip, x, y, x + r, y + r, color, 1.0)
    else:
        _corners(pixels, clip, box, float(r - width), float(r), color, 1.0)


@njit(inline="always")
def _row_of_segment(ax, ay, dx, dy, length, half, y):  # type: ignore[no-untyped-def]
    """Return where a band ``half`` to both sides of a segment lies at height ``y``."""
    low, high = min(ax, ax + dx) - half, max(ax, ax + dx) + half
    if abs(dy) > 1e-9:
        middle = ax + (y - ay) * dx / dy
        reach = half * length / abs(dy)
        low, high = max(low, middle - reach), min(high, middle + reach)
    return low, high


@njit(inline="always")
def _cover(ax, ay, dx, dy, length, half, x, y):  # type: ignore[no-untyped-def]
    """Return how much of a pixel a segment with round ends covers, and where on it."""
    t = 0.0
    if length > 0.0:
        t = _share(((x - ax) * dx + (y - ay) * dy) / (length * length))
    distance = np.hypot(x - ax - t * dx, y - ay - t * dy)
    return _share(half + 0.5 - distance), t


@njit(f"void({PIXELS}, {BOX}, {POINTS}, float64, uint32)", cache=True)
def stroke(pixels, clip, points, width, color):  # type: ignore[no-untyped-def]
    """Paint opaque lines from point to point, with round ends and joints."""
    half = width / 2
    band = half + 0.5
    for n in range(points.shape[0] - 1):
        ax, ay = points[n]
        dx, dy = points[n + 1, 0] - ax, points[n + 1, 1] - ay
        length = np.hypot(dx, dy)
        top = max(clip[1], int(np.floor(min(ay, ay + dy) - band)))
        bottom = min(clip[3], int(np.ceil(max(ay, ay + dy) + band)))
        for j in range(top, bottom):
            low, high = _row_of_segment(ax, ay, dx, dy, length, band + 0.5, j + 0.5)
            left = max(clip[0], int(np.floor(max(low, -1e9))))
            right = min(clip[2], int(np.ceil(min(high, 1e9))))
            for i in range(left, right):
                share, _ = _cover(ax, ay, dx, dy, length, half, i + 0.5, j + 0.5)
                if share > 0.0:
                    _blend(pixels, j, i, color, share)


@njit(f"void({PIXELS}, {BOX}, {POINTS}, float64, uint32, float64, float64)", cache=True)
def stroke_alpha(pixels, clip, points, width, color, first, last):  # type: ignore[no-untyped-def]
    """Paint lines whose alpha runs from ``first`` to ``last``; joints show no darker.

    Every pixel takes the largest share that any of the lines has in it.
    """
    half = width / 2
    band = half + 0.5
    x0 = max(clip[0], int(np.floor(max(points[:, 0].min() - band, -1e9))))
    y0 = max(clip[1], int(np.floor(max(points[:, 1].min() - band, -1e9))))
    x1 = min(clip[2], int(np.ceil(min(points[:, 0].max() + band, 1e9))))
    y1 = min(clip[3], int(np.ceil(min(points[:, 1].max() + band, 1e9))))
    if x0 >= x1 or y0 >= y1:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.float32)
    segments = points.shape[0] - 1
    for n in range(segments):
        ax, ay = points[n]
        dx, dy = points[n + 1, 0] - ax, points[n + 1, 1] - ay
        length = np.hypot(dx, dy)
        top = max(y0, int(np.floor(min(ay, ay + dy) - band)))
        bottom = min(y1, int(np.ceil(max(ay, ay + dy) + band)))
        for j in range(top, bottom):
            low, high = _row_of_segment(ax, ay, dx, dy, length, band + 0.5, j + 0.5)
            left = max(x0, int(np.floor(max(low, -1e9))))
            right = min(x1, int(np.ceil(min(high, 1e9))))
            for i in range(left, right):
                share, t = _cover(ax, ay, dx, dy, length, half, i + 0.5, j + 0.5)
                share *= first + (last - first) * (n + t) / segments
                if share > mask[j - y0, i - x0]:
                    mask[j - y0, i - x0] = share
    for j in range(y0, y1):
        for i in range(x0, x1):
            if mask[j - y0, i - x0] > 0.0:
                _blend(pixels, j, i, color, mask[j - y0, i - x0])


@njit(inline="always")
def _cover_span(row, left, low, high, weight):  # type: ignore[no-untyped-def]
    """Add the share that the interval from ``low`` to ``high`` has in each pixel."""
    low, high = max(low - left, 0.0), min(high - left, float(row.size))
    if low >= high:
        return
    first, last = int(low), int(high)
    if first == last:
        row[first] += (high - low) * weight
        return
    row[first] += (first + 1 - low) * weight
    for i in range(first + 1, last):
        row[i] += weight
    if last < row.size:
        row[last] += (high - last) * weight


@njit(f"void({PIXELS}, {BOX}, {POINTS}, uint32, float64)", cache=True)
def fill_polygon(pixels, clip, points, color, alpha):  # type: ignore[no-untyped-def]
    """Fill a polygon by the even-odd rule, with four samples a pixel downward."""
    samples = 4
    count = points.shape[0]
    left = max(clip[0], int(np.floor(max(points[:, 0].min(), -1e9))))
    right = min(clip[2], int(np.ceil(min(points[:, 0].max(), 1e9))))
    top = max(clip[1], int(np.floor(max(points[:, 1].min(), -1e9))))
    bottom = min(clip[3], int(np.ceil(min(points[:, 1].max(), 1e9))))
    if left >= right:
        return
    row = np.empty(right - left)
    crossings = np.empty(count)
    for j in range(top, bottom):
        row[:] = 0.0
        for sample in range(samples):
            y = j + (sample + 0.5) / samples
            found = 0
            for n in range(count):
                ax, ay = points[n]
                bx, by = points[(n + 1) % count]
                if (ay <= y) != (by <= y):
                    crossings[found] = ax + (y - ay) * (bx - ax) / (by - ay)
                    found += 1
            crossings[:found].sort()
            for n in range(0, found - 1, 2):
                _cover_span(row, left, crossings[n], crossings[n + 1], 1.0 / samples)
        for i in range(right - left):
            if row[i] > 0.0:
                _blend(pixels, j, left + i, color, min(row[i], 1.0) * alpha)
