"""The axes of a bath as paths on Bloch spheres."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.bath.recordings.recording import AxisTrack
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.figures.biome.bloch_sphere import (
    draw_sphere,
    time_colors,
    time_span,
)
from spacewheat_sim.lab.figures.style import (
    INK,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    new_figure,
)
from spacewheat_sim.lab.figures.thinning import thin_line, thin_rows

MOST_AXES, MOST_COLUMNS = 12, 4
SPHERE = 2.45  # inches, width and height
STRIP, STRIP_GAP = 0.42, 0.1  # inches
STRIPS = 3
MOST_ROWS = 4000  # of an angle drawn as a line
CELL_WIDTH = SPHERE + 0.5
LEAST_WIDTH = 4.2  # inches of cells, so that a single one leaves room for the heading
CELL_HEIGHT = SPHERE + STRIPS * (STRIP + STRIP_GAP) + 0.55
LEFT, RIGHT = 0.6, 1.0  # inches; the color bar is on the right
SUBTITLE = (
    "open dot: start   ·   filled dot: end   ·   dotted: jump or collapse   ·   "
    "φ = arg ρ(north, south), so the azimuth is −φ"
)


@house_style
def bloch_figure(axes: Sequence[AxisTrack], time: FloatArray, *, title: str) -> Figure:
    """Draw a Bloch sphere per axis, its path colored by time, and θ, φ, r below it.

    The emojis of an axis are at the poles of its sphere. Times at which an axis has no
    amplitude are left out.

    Args:
        axes: The axes to draw, 1 to 12.
        time: Seconds, shape (T,).
        title: Plain text.

    Raises:
        ArgumentError: There are no axes, or more than 12.
    """
    if not 1 <= len(axes) <= MOST_AXES:
        raise ArgumentError(
            f"Argument `axes` must hold 1 to {MOST_AXES} axes, but holds {len(axes)}"
        )
    columns = math.ceil(len(axes) / math.ceil(len(axes) / MOST_COLUMNS))
    rows = math.ceil(len(axes) / columns)
    cell_width = max(CELL_WIDTH, LEAST_WIDTH / columns)
    width = LEFT + columns * cell_width + RIGHT
    height = rows * CELL_HEIGHT + heading_height(title, SUBTITLE, width)
    figure = new_figure(width, height)
    draw_heading(figure, title, SUBTITLE, left=0.35)
    for number, track in enumerate(axes):
        row, column = divmod(number, columns)
        place = (LEFT + column * cell_width, (rows - 1 - row) * CELL_HEIGHT, cell_width)
        _draw_cell(figure, place, track, time)
    bar_bottom = rows * CELL_HEIGHT - SPHERE + 0.2
    bar = add_axes(figure, width - RIGHT + 0.2, bar_bottom, 0.1, SPHERE - 0.4)
    _draw_time_bar(figure, bar, time)
    return figure


def _draw_cell(
    figure: Figure,
    place: tuple[float, float, float],
    track: AxisTrack,
    time: FloatArray,
) -> None:
    """Draw one axis at ``place``: left, bottom and width in inches."""
    left, bottom, cell_width = place
    width = cell_width - 0.55
    sphere_left = left + 0.5 * (width - SPHERE)
    top = bottom + CELL_HEIGHT - SPHERE
    draw_sphere(add_axes(figure, sphere_left, top, SPHERE, SPHERE), track, time)
    names = ("θ", "φ", "r")
    values = (track.theta, track.phi, track.radius)
    for number, (name, value) in enumerate(zip(names, values, strict=True)):
        low = top - (number + 1) * (STRIP + STRIP_GAP)
        strip = add_axes(figure, left, low, width, STRIP)
        _draw_strip(strip, name, np.where(track.valid, value, np.nan), time)
        strip.tick_params(labelbottom=number == STRIPS - 1)
    strip.set_xlabel("time (s)", fontsize=8, labelpad=2)
    strip.xaxis.set_major_locator(MaxNLocator(4))


def _draw_strip(axes: Axes, name: str, values: FloatArray, time: FloatArray) -> None:
    axes.set_xlim(*time_span(time))
    top, label = {"θ": (np.pi, "π"), "φ": (2 * np.pi, "2π"), "r": (1.0, "1")}[name]
    axes.set_ylim(-0.06 * top, 1.06 * top)
    axes.set_yticks([0, top], ["0", label])
    axes.set_ylabel(name, rotation=0, va="center", labelpad=4)
    axes.tick_params(labelsize=7)
    axes.grid(visible=True)
    if name == "φ":
        _draw_azimuth(axes, values, time)
    else:
        axes.plot(*thin_line(time, values, columns=500), color=INK, lw=0.9)


def _draw_azimuth(axes: Axes, values: FloatArray, time: FloatArray) -> None:
    """Draw an angle as a line, or as dots if its turns would fill the strip."""
    if len(time) > MOST_ROWS:
        rows = thin_rows(len(time), limit=MOST_ROWS)
        axes.plot(time[rows], values[rows], ".", color=INK, ms=0.8)
        return
    # A step across 0 = 2π is small: do not draw it as a jump.
    leap = np.abs(np.diff(values, prepend=values[:1])) > np.pi
    axes.plot(time, np.where(leap, np.nan, values), color=INK, lw=0.9)


def _draw_time_bar(figure: Figure, axes: Axes, time: FloatArray) -> None:
    norm = Normalize(*time_span(time))
    bar = figure.colorbar(ScalarMappable(norm, time_colors()), cax=axes)
    bar.set_label("time (s)")
    bar.outline.set_visible(False)
