"""Compiled loops that paint antialiased figures onto 32-bit pixels.

Coordinates are pixels as real numbers: the pixel (i, j) is the square from i to i + 1
and from j to j + 1, and is covered by as much as its center lies inside a figure's
edge. So a figure moves and grows smoothly, which SDL's whole-pixel figures cannot.

Shapes: ``pixels`` (H, P) are the rows of a surface, P ≥ W pixels apart; ``clip`` (left,
top, right, bottom), the last two outside, lies within (0, 0, W, H); ``color`` is a
pixel of the surface's own format; ``alpha`` is 0 … 1.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.kernel_cache import njit

PIXELS, BOX, POINTS = "uint32[:, ::1]", "UniTuple(int64, 4)", "float64[:, ::1]"
LEVELS, PLACES = "uint16[::1]", "int32[::1]"
FAR = 1e9  # real numbers beyond it must not become whole ones


@njit(error_model="numpy")
def _mixed(below, color, share):
    """Return a pixel with ``share`` / 256 of ``color``, two of four bytes at a time."""
    new = np.uint32(share)
    old = np.uint32(256) - new
    pair = np.uint32(0x00FF00FF)
    byte = np.uint32(8)
    even = ((below & pair) * old + (color & pair) * new) >> byte
    odd = ((below >> byte) & pair) * old + ((color >> byte) & pair) * new
    return (even & pair) | (odd & ~pair)


@njit(error_model="numpy")
def _level(share):
    """Return a share of 0 … 1 as 0 … 256."""
    return int(min(max(share, 0.0), 1.0) * 256.0 + 0.5)


@njit(error_model="numpy")
def _blend_row(row, color, level):
    if level == 256:
        row[:] = color
    else:
        for i in range(row.size):
            row[i] = _mixed(row[i], color, level)


@njit(error_model="numpy")
def _bounds(points, clip, band):
    """Return the part of ``clip`` that lies within ``band`` of the points' box.

    It is empty where a point is not finite.
    """
    low_x = high_x = points[0, 0]
    low_y = high_y = points[0, 1]
    for n in range(points.shape[0]):
        if not np.isfinite(points[n, 0] + points[n, 1]):
            return clip[0], clip[1], clip[0], clip[1]
        low_x, high_x = min(low_x, points[n, 0]), max(high_x, points[n, 0])
        low_y, high_y = min(low_y, points[n, 1]), max(high_y, points[n, 1])
    return (
        max(clip[0], int(np.floor(max(low_x - band, -FAR)))),
        max(clip[1], int(np.floor(max(low_y - band, -FAR)))),
        min(clip[2], int(np.ceil(min(high_x + band, FAR)))),
        min(clip[3], int(np.ceil(min(high_y + band, FAR)))),
    )


@njit(
    f"void({PIXELS}, {BOX}, float64, float64, float64, float64, uint32, float64)",
    error_model="numpy",
)
def ring(pixels, clip, x, y, inner, outer, color, alpha):
    """Paint what lies between two radii, a disc where ``inner`` is below 0."""
    reach, solid, hole = outer + 0.5, outer - 0.5, inner - 0.5
    for j in range(
        max(clip[1], int(np.floor(max(y - reach, -FAR)))),
        min(clip[3], int(np.ceil(min(y + reach, FAR)))),
    ):
        dy = j + 0.5 - y
        if abs(dy) >= reach:
            continue
        half = np.sqrt(reach * reach - dy * dy)
        left = max(clip[0], int(np.floor(max(x - half, -FAR))))
        right = min(clip[2], int(np.ceil(min(x + half, FAR))))
        empty = np.sqrt(max(hole * hole - dy * dy, 0.0)) if hole > 0.0 else 0.0
        full = 0.0
        if hole < 0.0 and abs(dy) < solid:
            full = np.sqrt(solid * solid - dy * dy)
        i = left
        while i < right:
            dx = i + 0.5 - x
            if abs(dx) < empty - 1.0:
                i = max(i + 1, int(np.floor(x + empty - 1.0)))
            elif abs(dx) < full:
                end = min(right, max(i + 1, int(np.floor(min(x + full, FAR)))))
                _blend_row(pixels[j, i:end], color, _level(alpha))
                i = end
            else:
                distance = np.sqrt(dx * dx + dy * dy)
                share = min(outer - distance + 0.5, 1.0)
                share -= min(max(inner - distance + 0.5, 0.0), 1.0)
                pixels[j, i] = _mixed(pixels[j, i], color, _level(share * alpha))
                i += 1


@njit(
    f"void({PIXELS}, {BOX}, {POINTS}, float64[::1], uint32[::1])",
    error_model="numpy",
)
def discs(pixels, clip, places, radii, colors):
    """Paint discs of some radii (D,) and colors (D,) at their places (D, 2)."""
    for n in range(radii.size):
        x, y, r = places[n, 0], places[n, 1], radii[n]
        if r > 0.0 and np.isfinite(x + y + r):
            ring(pixels, clip, x, y, -1.0, r, colors[n], 1.0)


@njit(
    f"void({PIXELS}, {BOX}, float64, float64, float64, uint32, float64)",
    error_model="numpy",
)
def glow(pixels, clip, x, y, r, color, alpha):
    """Paint a halo whose share falls as α(1 − d²/r²)²."""
    strength = np.float32(np.sqrt(256.0 * min(max(alpha, 0.0), 1.0)))
    for j in range(
        max(clip[1], int(np.floor(max(y - r, -FAR)))),
        min(clip[3], int(np.ceil(min(y + r, FAR)))),
    ):
        room = r * r - (j + 0.5 - y) ** 2
        if room <= 0.0:
            continue
        half = np.sqrt(room)
        left = max(clip[0], int(np.ceil(max(x - half - 0.5, -FAR))))
        right = min(clip[2], int(np.floor(min(x + half + 0.5, FAR))))
        if left >= right:
            continue
        row = pixels[j, left:right]
        middle = np.float32(strength * room / (r * r))
        narrow = np.float32(strength / (r * r))
        start = np.float32(left + 0.5 - x)
        for i in range(row.size):
            dx = start + np.float32(i)
            fall = middle - narrow * dx * dx
            row[i] = _mixed(row[i], color, np.int32(fall * fall + np.float32(0.5)))


@njit(error_model="numpy")
def _bar(pixels, clip, left, top, right, bottom, color, level):
    left, right = max(left, clip[0]), min(right, clip[2])
    if left < right:
        for j in range(max(top, clip[1]), min(bottom, clip[3])):
            _blend_row(pixels[j, left:right], color, level)


@njit(error_model="numpy")
def _corners(pixels, clip, box, inner, r, color, alpha):
    """Paint the four quarters of a ring into the corners of ``box``."""
    left, top, right, bottom = box
    for side in range(4):
        x = left if side % 2 == 0 else right - r
        y = top if side < 2 else bottom - r
        quarter = (
            max(clip[0], x),
            max(clip[1], y),
            min(clip[2], x + r),
            min(clip[3], y + r),
        )
        middle_x = float(left + r if side % 2 == 0 else right - r)
        middle_y = float(top + r if side < 2 else bottom - r)
        ring(pixels, quarter, middle_x, middle_y, inner, float(r), color, alpha)


@njit(
    f"void({PIXELS}, {BOX}, {BOX}, int64, uint32, float64)",
    error_model="numpy",
)
def fill_box(pixels, clip, box, r, color, alpha):
    """Fill ``box`` (left, top, right, bottom), whose corners have the radius ``r``."""
    left, top, right, bottom = box
    level = _level(alpha)
    _bar(pixels, clip, left + r, top, right - r, top + r, color, level)
    _bar(pixels, clip, left, top + r, right, bottom - r, color, level)
    _bar(pixels, clip, left + r, bottom - r, right - r, bottom, color, level)
    if r > 0:
        _corners(pixels, clip, box, -1.0, r, color, alpha)


@njit(
    f"void({PIXELS}, {BOX}, {BOX}, int64, int64, uint32)",
    error_model="numpy",
)
def outline_box(pixels, clip, box, r, width, color):
    """Paint the border of ``box``, ``width`` wide and inside it."""
    left, top, right, bottom = box
    width = min(width, (right - left + 1) // 2, (bottom - top + 1) // 2)
    # Corners as wide as the border are square.
    round_r = r if r > width else 0
    side = max(round_r, width)
    _bar(pixels, clip, left + round_r, top, right - round_r, top + width, color, 256)
    _bar(
        pixels,
        clip,
        left + round_r,
        bottom - width,
        right - round_r,
        bottom,
        color,
        256,
    )
    _bar(pixels, clip, left, top + side, left + width, bottom - side, color, 256)
    _bar(pixels, clip, right - width, top + side, right, bottom - side, color, 256)
    if round_r > 0:
        _corners(pixels, clip, box, float(r - width), r, color, 1.0)


@njit(
    f"void({PIXELS}, {BOX}, {POINTS}, float64, uint32, float64, float64, {LEVELS}, "
    f"{PLACES})",
    error_model="numpy",
)
def stroke(pixels, clip, points, width, color, first, last, levels, touched):
    """Paint lines with round joints, whose alpha runs from ``first`` to ``last``.

    Every pixel takes the largest share that any of the lines has in it, so that joints
    and crossings are no darker than the lines. ``levels`` (H·W,) holds these shares of
    the box that the lines may touch, row by row: what is small stays in the processor's
    cache. It is all zero before and after. ``touched`` (H·W,) has room for the places,
    row and column of 16 bits each.
    """
    band, solid = width / 2 + 0.5, max(width / 2 - 0.5, 0.0)
    x0, y0, x1, y1 = _bounds(points, clip, band)
    if x0 >= x1 or y0 >= y1:
        return
    count = 0
    row_length = x1 - x0
    segments = points.shape[0] - 1
    for n in range(segments):
        ax, ay = points[n, 0], points[n, 1]
        dx, dy = points[n + 1, 0] - ax, points[n + 1, 1] - ay
        square = dx * dx + dy * dy
        inverse = 1.0 / square if square > 0.0 else 0.0
        begin = first + (last - first) * n / segments
        growth = (last - first) / segments
        # How far to both sides of its line a row meets the band.
        aside = band * np.sqrt(square) / max(abs(dy), 1e-9) if square > 0.0 else band
        slope = dx / dy if abs(dy) > 1e-9 else 0.0
        left, top, right, bottom = _bounds(points[n : n + 2], (x0, y0, x1, y1), band)
        for j in range(top, bottom):
            py = j + 0.5 - ay
            line = ax + py * slope
            low = max(left, int(np.ceil(max(line - aside - 0.5, -FAR))))
            high = min(right, int(np.floor(min(line + aside + 0.5, FAR))))
            start = (j - y0) * row_length - x0
            for i in range(low, high):
                px = i + 0.5 - ax
                t = min(max((px * dx + py * dy) * inverse, 0.0), 1.0)
                away = (px - t * dx) ** 2 + (py - t * dy) ** 2
                if away >= band * band:
                    continue
                share = 1.0 if away <= solid * solid else band - np.sqrt(away)
                level = _level(share * (begin + growth * t))
                if level > levels[start + i]:
                    if levels[start + i] == 0:
                        touched[count] = (j << 16) | i
                        count += 1
                    levels[start + i] = level
    for n in range(count):
        j, i = touched[n] >> 16, touched[n] & 0xFFFF
        place = (j - y0) * row_length + i - x0
        pixels[j, i] = _mixed(pixels[j, i], color, levels[place])
        levels[place] = 0


@njit(
    f"void({PIXELS}, {BOX}, float64[:, :, ::1], float64[::1], uint32[::1], {LEVELS}, "
    f"{PLACES})",
    error_model="numpy",
)
def strokes(pixels, clip, lines, widths, colors, levels, touched):
    """Paint one line (P, 2) after another, of some widths (L,) and colors (L,)."""
    for n in range(widths.size):
        stroke(pixels, clip, lines[n], widths[n], colors[n], 1.0, 1.0, levels, touched)


@njit(error_model="numpy")
def _cover_span(row, low, high, weight):
    """Add the share that the interval from ``low`` to ``high`` has in each pixel."""
    first, last = int(low), int(high)
    if first == last:
        row[first] += (high - low) * weight
        return
    row[first] += (first + 1 - low) * weight
    for i in range(first + 1, last):
        row[i] += weight
    if last < row.size:
        row[last] += (high - last) * weight


@njit(error_model="numpy")
def _crossings(points, y, found):
    """Write where the outline crosses the height ``y`` in order; return how often."""
    count = 0
    before = points.shape[0] - 1
    for n in range(points.shape[0]):
        ax, ay = points[before, 0], points[before, 1]
        bx, by = points[n, 0], points[n, 1]
        before = n
        if (ay <= y) == (by <= y):
            continue
        x = ax + (y - ay) * (bx - ax) / (by - ay)
        place = count
        while place > 0 and found[place - 1] > x:
            found[place] = found[place - 1]
            place -= 1
        found[place] = x
        count += 1
    return count


@njit(
    f"void({PIXELS}, {BOX}, {POINTS}, uint32, float64)",
    error_model="numpy",
)
def fill_polygon(pixels, clip, points, color, alpha):
    """Fill a polygon by the even-odd rule, with four samples a pixel downward."""
    samples = 4
    left, top, right, bottom = _bounds(points, clip, 0.0)
    if left >= right:
        return
    row = np.zeros(right - left)
    found = np.empty(points.shape[0])
    for j in range(top, bottom):
        begin, end = row.size, 0
        for sample in range(samples):
            count = _crossings(points, j + (sample + 0.5) / samples, found)
            for n in range(0, count - 1, 2):
                low = max(found[n] - left, 0.0)
                high = min(found[n + 1] - left, float(row.size))
                if low < high:
                    _cover_span(row, low, high, 1.0 / samples)
                    begin = min(begin, int(low))
                    end = max(end, min(int(high) + 1, row.size))
        for i in range(begin, end):
            level = _level(row[i] * alpha)
            row[i] = 0.0
            pixels[j, left + i] = _mixed(pixels[j, left + i], color, level)
