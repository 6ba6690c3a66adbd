"""The populations of a bath against time, with its events."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spacewheat_sim.arrays import FloatArray, IndexArray
from spacewheat_sim.engine.bath.recordings.recording import Recording
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.figures.biome.end_labels import draw_end_labels, label_width
from spacewheat_sim.lab.figures.biome.event_marks import (
    band_height,
    draw_jumps,
    draw_marks,
    jumps_of,
    marks_of,
    strip_height,
)
from spacewheat_sim.lab.figures.biome.purity_panel import (
    draw_purity_and_entropy,
    shows_mixedness,
)
from spacewheat_sim.lab.figures.style import (
    POINTS_PER_INCH,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    line_color,
    line_dashes,
    new_figure,
)
from spacewheat_sim.lab.figures.thinning import thin_line, thin_rows

MOST_LABELS = 60
FEW_ROWS = 60
"""Up to this number, means with errors are points; more are lines with bands."""
FEWEST_ROWS = 24
"""Up to this number, the rows of one history are marked on their lines."""
FINE_ROWS = 240
"""Rows of a reference that looks smooth."""
LEFT, PLOT_WIDTH = 0.72, 8.4  # inches
FOOT = 0.55  # inches below the lowest frame, for the time axis
PANEL, GAP = 0.95, 0.2  # inches, the panel of purity and entropy


@house_style
def populations_figure(
    recording: Recording,
    *,
    title: str,
    reference: Recording | None = None,
    reference_name: str = "reference",
    standard_error: FloatArray | None = None,
) -> Figure:
    """Draw every population against time, each line labeled by its emoji.

    If the recording has them, jumps are ticks below with the target emoji, measurements
    and collapses are vertical lines with the emoji of the outcome, and purity and
    entropy have their own panel. Of more than 60 emojis, the 60 most populated are
    labeled and the others are gray.

    Args:
        recording: The recording; T times, N emojis.
        title: Plain text.
        reference: A recording to compare with, drawn thin and dashed.
        reference_name: Its name in the subtitle.
        standard_error: Half-width of the band about each line, shape (T, N).

    Raises:
        ArgumentError: The recording is empty, or ``reference`` or ``standard_error``
            does not fit it.
    """
    _check(recording, reference, standard_error)
    dashes = None if reference is None else reference_name
    few = len(recording.time) <= FEW_ROWS
    errors = None if standard_error is None else "bars" if few else "bands"
    subtitle = _subtitle(recording, dashes, errors)
    figure, axes = _lay_out(recording, title, subtitle)
    draw_heading(figure, title, subtitle, left=LEFT)
    plot, *others = axes
    shown = _labeled(recording)
    if standard_error is not None and few:
        _draw_points(plot, recording, standard_error, shown)
    else:
        _draw_lines(plot, recording, shown)
    if standard_error is not None and not few:
        _draw_bands(plot, recording, standard_error, shown)
    if reference is not None:
        _draw_reference(plot, reference, shown)
    _draw_scale(plot, recording, reference, standard_error)
    draw_end_labels(
        plot,
        [recording.emojis[i] for i in shown],
        recording.populations[-1, shown],
        shown.tolist(),
    )
    draw_marks(plot, marks_of(recording.events))
    if jumps := jumps_of(recording.events):
        colors = {emoji: line_color(i) for i, emoji in enumerate(recording.emojis)}
        draw_jumps(others.pop(0), jumps, colors)
    if others:
        draw_purity_and_entropy(others[0], recording)
    return figure


def fine_steps(rows: int) -> int:
    """Return the number of steps of a reference, which include all ``rows``."""
    steps = max(rows - 1, 1)
    return steps * max(1, FINE_ROWS // steps)


def _check(
    recording: Recording,
    reference: Recording | None,
    standard_error: FloatArray | None,
) -> None:
    if recording.populations.size == 0:
        raise ArgumentError("Argument `recording` must hold a state, but is empty")
    if reference is not None and reference.emojis != recording.emojis:
        raise ArgumentError(
            "Argument `reference` must have the emojis of the recording, but has "
            + " ".join(reference.emojis)
        )
    shape = recording.populations.shape
    if standard_error is not None and standard_error.shape != shape:
        raise ArgumentError(
            f"Argument `standard_error` must have shape {shape}, but has "
            f"{standard_error.shape}"
        )


def _labeled(recording: Recording) -> IndexArray:
    """Return the indices of the emojis that get a color and a label."""
    weight = recording.populations.mean(axis=0)
    return np.sort(np.argsort(-weight, kind="stable")[:MOST_LABELS])


def _lay_out(
    recording: Recording, title: str, subtitle: str
) -> tuple[Figure, list[Axes]]:
    """Return the figure and its axes from the top, the lowest one with the time axis.

    They are the populations, a strip if there are jumps, a panel if the state is mixed.
    """
    count = min(len(recording.emojis), MOST_LABELS)
    heights = [4.4 if count <= 12 else 5.6 if count <= 30 else 7.2]
    gaps = [0.0]
    if jumps := jumps_of(recording.events):
        strip = strip_height(len(jumps), PLOT_WIDTH * POINTS_PER_INCH)
        heights.append(strip / POINTS_PER_INCH)
        gaps.append(0.05)
    if shows_mixedness(recording):
        heights.append(PANEL)
        gaps.append(GAP)
    labels = label_width(count, heights[0] * POINTS_PER_INCH) / POINTS_PER_INCH
    width = LEFT + PLOT_WIDTH + max(labels, 0.85) + 0.1
    marks = len(marks_of(recording.events))
    band = band_height(marks, PLOT_WIDTH * POINTS_PER_INCH) / POINTS_PER_INCH
    head = band + heading_height(title, subtitle, width)
    figure = new_figure(width, FOOT + sum(heights) + sum(gaps) + head)
    top = figure.get_size_inches()[1] - head
    axes = []
    for height, gap in zip(heights, gaps, strict=True):
        top -= gap + height
        axes.append(add_axes(figure, LEFT, top, PLOT_WIDTH, height))
    _draw_time_axis(axes, recording.time)
    return figure, axes


def _draw_time_axis(axes: list[Axes], time: FloatArray) -> None:
    start, end = float(time[0]), float(time[-1])
    for each in axes:
        # A single row has no duration; the axis then spans a second around it.
        each.set_xlim(start, end if end > start else start + 1.0)
        each.tick_params(labelbottom=each is axes[-1])
    axes[-1].set_xlabel("time (s)")
    for strip in axes[1:2]:
        strip.set_ylim(0, 1)
        strip.set_yticks([])
        strip.spines["left"].set_visible(False)


def _subtitle(
    recording: Recording, reference_name: str | None, errors: str | None
) -> str:
    words = [] if reference_name is None else [f"thin dashes: {reference_name}"]
    if errors:
        words.append(f"{errors}: one standard error")
    if marks_of(recording.events):
        words.append("vertical lines: dashed, measured; solid, collapsed")
    if jumps_of(recording.events):
        words.append("ticks below: quantum jumps and their targets")
    if "purity" in recording.observables and not shows_mixedness(recording):
        words.append("the state is pure")
    if len(recording.emojis) > MOST_LABELS:
        rest = len(recording.emojis) - MOST_LABELS
        words.append(f"gray: the {rest} least populated")
    return "   ·   ".join(words)


def _draw_lines(axes: Axes, recording: Recording, shown: IndexArray) -> None:
    labeled = set(shown.tolist())
    width = 1.6 if len(recording.emojis) <= 12 else 1.2
    # A few rows do not resolve a curve: they are marked on the lines between them.
    marker = "o" if len(recording.time) <= FEWEST_ROWS else ""
    for i in range(len(recording.emojis)):
        time, values = thin_line(recording.time, recording.populations[:, i])
        (line,) = axes.plot(time, values, color="#c4c9d0", lw=0.5, zorder=1.6)
        if i in labeled:
            line.set(color=line_color(i), linestyle=line_dashes(i), linewidth=width)
            line.set(zorder=2, marker=marker, clip_on=not marker)
            line.set_markersize(6.0 if len(recording.time) == 1 else 3.5)


def _draw_points(
    axes: Axes,
    recording: Recording,
    standard_error: FloatArray,
    shown: IndexArray,
) -> None:
    """Draw means at a few times as separate points with their errors."""
    for i in shown:
        axes.errorbar(
            recording.time,
            recording.populations[:, i],
            yerr=standard_error[:, i],
            ls="",
            marker="o",
            ms=3.8,
            color=line_color(i),
            elinewidth=0.9,
            zorder=2,
        )


def _draw_bands(
    axes: Axes,
    recording: Recording,
    standard_error: FloatArray,
    shown: IndexArray,
) -> None:
    rows = thin_rows(len(recording.time), limit=1200)
    for i in shown:
        middle, error = recording.populations[rows, i], standard_error[rows, i]
        axes.fill_between(
            recording.time[rows],
            middle - error,
            middle + error,
            color=line_color(i),
            alpha=0.18,
            lw=0,
        )


def _draw_reference(axes: Axes, reference: Recording, shown: IndexArray) -> None:
    for i in shown:
        time, values = thin_line(reference.time, reference.populations[:, i])
        axes.plot(time, values, color=line_color(i), lw=0.8, ls=(0, (4, 2)), alpha=0.75)


def _draw_scale(
    axes: Axes,
    recording: Recording,
    reference: Recording | None,
    standard_error: FloatArray | None,
) -> None:
    """End the axis above the populations, and above errors of at most their size."""
    peak = float(np.nanmax(recording.populations))
    if reference is not None:
        peak = max(peak, float(np.nanmax(reference.populations)))
    top = peak
    if standard_error is not None:
        ends = recording.populations + np.nan_to_num(standard_error)
        top = max(peak, float(np.nanmax(ends)))
    top = min(1.06 * min(top, 2.0 * peak), 1.02)
    axes.set_ylim(0.0, top if peak > 0 else 1.0)
    axes.set_ylabel("population")
    axes.grid(visible=True)
