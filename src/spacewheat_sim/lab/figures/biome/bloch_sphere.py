"""One Bloch sphere, projected onto flat axes.

The sphere is seen from positive x and y, slightly from above. Its far side is drawn
fainter.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap, ListedColormap, Normalize

from spacewheat_sim.arrays import BoolArray, FloatArray
from spacewheat_sim.engine.bath.recordings.recording import AxisTrack
from spacewheat_sim.lab.figures.biome.emoji_label import place_emoji
from spacewheat_sim.lab.figures.style import FAINT_INK, INK
from spacewheat_sim.lab.figures.thinning import thin_path

AZIMUTH, ELEVATION = np.deg2rad(40.0), np.deg2rad(18.0)
EXTENT = 1.45  # half-width of the axes in radii
STEP, LONGEST = 0.02, 200.0  # radii, of a path: finer than a pixel, about 30 turns
WIRE = "#b4bac3"


def time_colors(*, faded: bool = False) -> Colormap:
    """Return the colors of time, from dark blue over magenta to orange.

    Lightness rises evenly and ends before the colors are too pale on white. ``faded``
    mixes them with white; transparency would show the joints of a path.
    """
    colors = colormaps["plasma"](np.linspace(0.0, 0.86, 256))
    return ListedColormap(0.4 * colors + 0.6 if faded else colors)


def time_span(time: FloatArray) -> tuple[float, float]:
    """Return the first and last time, a second apart if there is only one row."""
    start, end = float(time[0]), float(time[-1])
    return start, end if end > start else start + 1.0


def project(points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the projection, (..., 2), and the depth toward the viewer, (...).

    Args:
        points: Points in space, shape (..., 3).
    """
    ca, sa = np.cos(AZIMUTH), np.sin(AZIMUTH)
    ce, se = np.cos(ELEVATION), np.sin(ELEVATION)
    x, y, z = np.moveaxis(points, -1, 0)
    toward = ca * x + sa * y
    right, up = ca * y - sa * x, ce * z - se * toward
    return np.stack([right, up], axis=-1), ce * toward + se * z


def draw_sphere(axes: Axes, track: AxisTrack, time: FloatArray) -> None:
    """Draw the sphere of ``track``, its poles' emoji, and its path colored by time.

    Args:
        axes: Empty axes.
        track: The axis; rows that are not valid leave gaps.
        time: Seconds, shape (T,).
    """
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set_xlim(-EXTENT, EXTENT)
    axes.set_ylim(-EXTENT, EXTENT)
    _draw_wires(axes)
    for pole, emoji in ((1.3, track.north), (-1.3, track.south)):
        (x, y), _ = project(np.array([0.0, 0.0, pole]))
        place_emoji(axes, emoji, (float(x), float(y)), size=16)
    if track.valid.any():
        _draw_path(axes, track, time)
    else:
        axes.text(0, 0, "never populated", ha="center", color=FAINT_INK, fontsize=8)


def _draw_wires(axes: Axes) -> None:
    angle = np.linspace(0, 2 * np.pi, 121)
    cos, sin, zero = np.cos(angle), np.sin(angle), np.zeros_like(angle)
    axes.fill(cos, sin, facecolor="#f7f8fa", edgecolor="none", zorder=0.5)
    axes.plot(cos, sin, color=FAINT_INK, lw=0.9, zorder=1)
    circles = [(cos, sin, zero), (cos, zero, sin), (zero, cos, sin)]
    for circle, width in zip(circles, (0.8, 0.5, 0.5), strict=True):
        flat, depth = project(np.stack(circle, axis=-1))
        for near in (True, False):
            shown = np.where(((depth >= 0) == near)[:, None], flat, np.nan)
            axes.plot(
                *shown.T,
                color=WIRE,
                lw=width,
                ls="-" if near else (0, (3, 3)),
                alpha=1.0 if near else 0.45,
                zorder=1,
            )
    for axis, name in zip(np.eye(3)[:2], "xy", strict=True):
        (x, y), _ = project(axis)
        axes.plot([0, x], [0, y], color=WIRE, lw=0.6, zorder=1)
        style: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "fontsize": 7,
            "color": FAINT_INK,
        }
        axes.text(1.16 * x, 1.16 * y, name, **style)
    axes.plot([0, 0], [-np.cos(ELEVATION), np.cos(ELEVATION)], color=WIRE, lw=0.6)


def _draw_path(axes: Axes, track: AxisTrack, time: FloatArray) -> None:
    points = np.where(track.valid[:, None], track.bloch, np.nan)
    rows = thin_path(points, step=STEP, longest=LONGEST)
    flat, depth = project(points[rows])
    whole = np.isfinite(depth[:-1]) & np.isfinite(depth[1:])
    segments = np.stack([flat[:-1], flat[1:]], axis=1)
    leaps = whole & _is_leap(points[rows])
    near = 0.5 * (depth[:-1] + depth[1:]) >= 0
    norm = Normalize(*time_span(time))
    for picked, front in (
        (whole & ~leaps & ~near, False),
        (whole & ~leaps & near, True),
    ):
        path = LineCollection(
            list(segments[picked]),
            array=time[rows][:-1][picked],
            cmap=time_colors(faded=not front),
            norm=norm,
            linewidths=1.1,
            zorder=3.0 if front else 2.0,
        )
        axes.add_collection(path, autolim=False)
    dashes = LineCollection(
        list(segments[leaps]), colors=FAINT_INK, linewidths=0.5, linestyles="dotted"
    )
    axes.add_collection(dashes, autolim=False)
    shown = flat[np.isfinite(depth)]
    if rows[0] == 0:
        axes.plot(*shown[0], "o", ms=5.5, mfc="white", mec=INK, mew=1.1, zorder=4)
    else:
        note = f"the last {time[-1] - time[rows[0]]:.3g} s"
        axes.text(0.75, -1.3, note, fontsize=7, color=FAINT_INK)
    axes.plot(*shown[-1], "o", ms=5.5, mfc=INK, mec="white", mew=0.8, zorder=4)


def _is_leap(points: FloatArray) -> BoolArray:
    """Return which steps are far longer than the others: jumps and collapses."""
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    usual = float(np.nanmedian(steps)) if np.isfinite(steps).any() else 0.0
    leaps: BoolArray = steps > max(0.3, 8 * usual)
    return leaps
