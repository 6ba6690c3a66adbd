"""How a central spin loses its coherence, and where the information went."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from spacewheat_sim.lab.figures.label_spread import spread_labels
from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    INK,
    PALETTE,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    new_figure,
    size_in_points,
)
from spacewheat_sim.lab.figures.thinning import thin_line, thin_rows
from spacewheat_sim.quantum.spin_bath import information
from spacewheat_sim.quantum.spin_bath.darwinism import PartialInformation

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

LEFT, PLOT_WIDTH, RIGHT = 0.72, 7.0, 1.35  # inches
FOOT, GAP = 0.55, 0.28  # inches
LN2 = float(np.log(2.0))
UNJOINED = "   ·   points: the rows are too far apart to be joined"
# Less than a tenth of a pixel.
VISIBLE = 1e-4
# From early to late.
TIMES = ("#9ec5e8", "#56a0d3", "#0072B2", "#D55E00")


@house_style
def coherence_figure(
    time: FloatArray,
    rho01: ComplexArray,
    log10_coherence: FloatArray,
    *,
    joined: bool,
    decoherence_time: float | None,
    exact: tuple[str, FloatArray, ComplexArray] | None,
    subtitle: str,
) -> Figure:
    """Draw |ρ01| and its parts against time, and below them its logarithm.

    Args:
        time: In seconds, (T,).
        rho01: Coherence ⟨0|ρ_S|1⟩, (T,).
        log10_coherence: log10 |ρ01|, −∞ for an exact 0, (T,).
        joined: Whether the times resolve the course, and lines may join them.
        decoherence_time: When |ρ01| first falls to 1/e of its start.
        exact: Name, times and coherence of an independent route, drawn as dots.
        subtitle: Plain text.
    """
    title = "Coherence of the central spin"
    if exact is not None:
        subtitle = f"{subtitle}   ·   dots: {exact[0]}"
    subtitle += "" if joined else UNJOINED
    figure, (top, below) = _lay_out((2.9, 1.5), title, subtitle)
    size = np.abs(rho01)
    lines = {"|ρ01|": (size, PALETTE[0], 1.8)}
    # Where the coherence is a positive number, its parts say nothing.
    if np.max(np.abs(rho01 - size)) > VISIBLE:
        lines["real part"] = (rho01.real, PALETTE[5], 0.9)
        lines["imaginary part"] = (rho01.imag, PALETTE[3], 0.9)
    for values, color, width in reversed(lines.values()):
        _draw_course(top, time, values, color, width, joined=joined)
    if exact is not None:
        _draw_dots(top, exact[1], np.abs(exact[2]))
    top.set_ylim(min(float(v.min()) for v, _, _ in lines.values()) - 0.03, 0.53)
    top.set_ylabel("ρ01")
    ends = [float(values[-1]) for values, _, _ in lines.values()]
    _label_ends(top, ends, list(lines), [color for _, color, _ in lines.values()])
    _draw_logarithm(below, time, log10_coherence, joined=joined)
    _draw_time_axis((top, below), time)
    if decoherence_time is not None:
        _mark_time((top, below), decoherence_time)
    return figure


@house_style
def purity_figure(
    time: FloatArray, log_magnitude: FloatArray, *, joined: bool, subtitle: str
) -> Figure:
    """Draw purity, and below it the entropy and the mutual information in nats.

    Args:
        time: In seconds, (T,).
        log_magnitude: log |r|, twice the coherence, (T,).
        joined: Whether the times resolve the course, and lines may join them.
        subtitle: Plain text.
    """
    subtitle += "" if joined else UNJOINED
    title = "Purity and entropy of the central spin"
    figure, (top, below) = _lay_out((2.0, 2.4), title, subtitle)
    purity = information.purity(np.exp(log_magnitude))
    entropy = information.entropy_vn(log_magnitude)
    _draw_course(top, time, purity, PALETTE[2], 1.8, joined=joined)
    top.set_ylabel("purity  Tr ρ²")
    top.set_ylim(0.46, 1.03)
    _mark_levels(top, {0.5: "fully mixed"})
    _label_ends(top, (purity[-1],), ("purity",), (PALETTE[2],))
    _draw_course(below, time, 2 * entropy, PALETTE[1], 1.8, joined=joined)
    _draw_course(below, time, entropy, PALETTE[0], 1.8, joined=joined)
    below.set_ylabel("nats")
    below.set_ylim(-0.05, 1.08 * 2 * LN2)
    _mark_levels(below, {LN2: "ln 2", 2 * LN2: "2 ln 2"})
    ends = (2 * entropy[-1], entropy[-1])
    _label_ends(below, ends, ("I(S:E)", "entropy S(S)"), (PALETTE[1], PALETTE[0]))
    _draw_time_axis((top, below), time)
    return figure


@house_style
def partial_information_figure(
    partial: Sequence[PartialInformation], *, subtitle: str
) -> Figure:
    """Draw what fragments of the environment know, by their size, at each time.

    Args:
        partial: At the times to show, in their order.
        subtitle: Plain text.
    """
    title = "What fragments of the environment know about the central spin"
    note = f"{subtitle}   ·   mean of random fragments; dotted: entropy S(S)"
    figure, (axes,) = _lay_out((3.9,), title, note)
    colors = [TIMES[i] for i in range(len(TIMES) - len(partial), len(TIMES))]
    for each, color in zip(partial, colors, strict=True):
        (line,) = axes.plot(each.sizes, each.information, color=color, lw=1.6)
        if each.sizes.size <= 40:
            line.set(marker="o", markersize=3.2, clip_on=False)
        axes.axhline(each.system_entropy, color=color, lw=0.8, ls=(0, (1, 2)), zorder=1)
    size = int(partial[-1].sizes[-1])
    axes.set_xlim(0, size)
    axes.set_xlabel("spins in the fragment F")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(-0.03, 1.08 * 2 * LN2)
    axes.set_ylabel("mutual information I(S:F), nats")
    _mark_levels(axes, {LN2: "ln 2", 2 * LN2: "2 ln 2"}, right=False)
    ends = [float(each.information[-1]) for each in partial]
    _label_ends(axes, ends, [f"t = {each.time:.3g} s" for each in partial], colors)
    return figure


def _lay_out(
    heights: Sequence[float], title: str, subtitle: str
) -> tuple[Figure, list[Axes]]:
    """Return the figure with its heading, and axes of these heights from the top."""
    width = LEFT + PLOT_WIDTH + RIGHT
    head = heading_height(title, subtitle, width)
    total = FOOT + sum(heights) + GAP * (len(heights) - 1) + head
    figure = new_figure(width, total)
    draw_heading(figure, title, subtitle, left=LEFT)
    top, axes = total - head + GAP, []
    for height in heights:
        top -= GAP + height
        axes.append(add_axes(figure, LEFT, top, PLOT_WIDTH, height))
        axes[-1].grid(visible=True)
    return figure, axes


def _draw_time_axis(axes: Sequence[Axes], time: FloatArray) -> None:
    for each in axes:
        each.set_xlim(0.0, float(time[-1]))
        each.tick_params(labelbottom=each is axes[-1])
    axes[-1].set_xlabel("time (s)")


def _draw_course(
    axes: Axes,
    time: FloatArray,
    values: FloatArray,
    color: str,
    width: float,
    *,
    joined: bool,
) -> None:
    """Draw a line, or lone points where a line would be guessed."""
    if joined:
        axes.plot(*thin_line(time, values), color=color, lw=width)
        return
    rows = thin_rows(time.size, limit=600)
    axes.plot(
        time[rows], values[rows], ls="", marker=".", ms=4.0, color=color, clip_on=False
    )


def _draw_dots(axes: Axes, time: FloatArray, values: FloatArray) -> None:
    rows = thin_rows(time.size, limit=41)
    axes.plot(
        time[rows], values[rows], ls="", marker="o", ms=3.4, mfc="white", mec=INK,
        mew=0.8, zorder=3, clip_on=False,
    )  # fmt: skip


def _draw_logarithm(
    axes: Axes, time: FloatArray, logs: FloatArray, *, joined: bool
) -> None:
    """Draw log10 |ρ01|; what is out of reach of rounding gets room, an exact 0 none."""
    finite = logs[np.isfinite(logs)]
    low = float(finite.min()) if finite.size else -1.0
    shown = np.where(np.isfinite(logs), logs, np.nan)
    _draw_course(axes, time, shown, PALETTE[0], 1.4, joined=joined)
    axes.set_ylabel("log₁₀ |ρ01|")
    axes.set_ylim(min(1.06 * low, -1.0), 0.0)


def _mark_time(axes: Sequence[Axes], time: float) -> None:
    for each in axes:
        each.axvline(time, color=FAINT_INK, lw=0.8, ls=(0, (4, 2)), zorder=1.5)
    axes[0].annotate(
        f"1/e at {time:.3g} s",
        (time, 0.53),
        xytext=(4, -2),
        textcoords="offset points",
        va="top",
        fontsize=8,
        color=FAINT_INK,
    )


def _mark_levels(axes: Axes, levels: dict[float, str], *, right: bool = True) -> None:
    for level, text in levels.items():
        axes.axhline(level, color=FAINT_INK, lw=0.7, ls=(0, (4, 2)), zorder=1.5)
        axes.annotate(
            text,
            (1.0 if right else 0.0, level),
            xycoords=("axes fraction", "data"),
            xytext=(-3 if right else 3, 2),
            textcoords="offset points",
            ha="right" if right else "left",
            va="bottom",
            fontsize=7.5,
            color=FAINT_INK,
        )


def _label_ends(
    axes: Axes, values: Sequence[float], texts: Sequence[str], colors: Sequence[str]
) -> None:
    """Name each line at the right of the frame, near its last value."""
    low, high = axes.get_ylim()
    gap = 12.0 * (high - low) / size_in_points(axes)[1]
    places = spread_labels(values, gap=gap, low=low, high=high)
    for place, text, color in zip(places, texts, colors, strict=True):
        axes.annotate(
            text,
            (1.0, place),
            xycoords=("axes fraction", "data"),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=color,
        )
