"""The coherence of a central spin, with the Gaussian law of short times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.lab.figures.decoherence_panels import (
    GAP,
    UNJOINED,
    draw_course,
    draw_time_axis,
    label_ends,
    lay_out,
)
from spacewheat_sim.lab.figures.style import FAINT_INK, INK, PALETTE, house_style
from spacewheat_sim.lab.figures.thinning import thin_rows

# Less than a tenth of a pixel.
VISIBLE = 1e-4
EARLY_GAP = 0.62  # inches, with room for an axis of time
LAW: dict[str, Any] = {"color": PALETTE[1], "lw": 1.2, "ls": (0, (4, 2))}


class Decay(NamedTuple):
    """The times at which coherence falls.

    Attributes:
        crossing: Time at which |ρ01| first falls to 1/e of its start, or None.
        gaussian: τ of ½ exp(−t²/τ²) at short times, infinite if there is none.
    """

    crossing: float | None
    gaussian: float


@house_style
def coherence_figure(
    time: FloatArray,
    rho01: ComplexArray,
    log10_coherence: FloatArray,
    *,
    joined: bool,
    decay: Decay,
    early: tuple[FloatArray, ComplexArray] | None,
    exact: tuple[str, FloatArray, ComplexArray] | None,
    subtitle: str,
) -> Figure:
    """Draw |ρ01| and its parts against time, and below them its logarithm.

    Args:
        time: In seconds, (T,).
        rho01: Coherence ⟨0|ρ_S|1⟩, (T,).
        log10_coherence: log10 |ρ01|, −∞ for an exact 0, (T,).
        joined: Whether the times are close enough for a line.
        decay: The times of the decay.
        early: Times and coherence of the initial decay, for a separate panel if it is
            too fast to be visible.
        exact: Name, times and coherence of an independent method, drawn as dots.
        subtitle: Plain text.
    """
    if exact is not None:
        subtitle += f"   ·   dots: {exact[0]}"
    if math.isfinite(decay.gaussian):
        law = f"½ exp(−t²/τ²), τ = {decay.gaussian:.3g} s"
        subtitle += f"   ·   dashes: law of short times, {law}"
    subtitle += "" if joined else UNJOINED
    heights = (1.9, 2.3, 1.5) if early else (2.9, 1.5)
    gaps = (EARLY_GAP, GAP) if early else (GAP,)
    title = "Coherence of the central spin"
    figure, panels = lay_out(heights, title, subtitle, gaps=gaps)
    whole = panels[-2:]
    _draw_coherence(whole[0], time, rho01, joined=joined)
    if exact is not None:
        _draw_dots(whole[0], exact[1], np.abs(exact[2]))
    _draw_logarithm(whole[1], time, log10_coherence, joined=joined)
    _draw_law(whole[1], decay, float(time[-1]), logarithmic=True)
    draw_time_axis(whole, time)
    if early is not None:
        _draw_coherence(panels[0], *early, joined=True)
        draw_time_axis(panels[:1], early[0])
    first = float(early[0][-1]) if early else float(time[-1])
    _draw_law(panels[0], decay, first, logarithmic=False)
    if decay.crossing is not None:
        _mark_time(panels, decay.crossing, first)
    return figure


def _draw_coherence(
    axes: Axes, time: FloatArray, rho01: ComplexArray, *, joined: bool
) -> None:
    size = np.abs(rho01)
    lines = {"|ρ01|": (size, PALETTE[0], 1.8)}
    # If the coherence is a positive number, its parts show nothing more.
    if np.max(np.abs(rho01 - size)) > VISIBLE:
        lines["real part"] = (rho01.real, PALETTE[5], 0.9)
        lines["imaginary part"] = (rho01.imag, PALETTE[3], 0.9)
    for values, color, width in reversed(lines.values()):
        draw_course(axes, time, values, color, width, joined=joined)
    lowest = min(float(values.min()) for values, _, _ in lines.values())
    axes.set_ylim(min(lowest, 0.0) - 0.03, 0.53)
    axes.set_ylabel("ρ01")
    ends = [float(values[-1]) for values, _, _ in lines.values()]
    label_ends(axes, ends, list(lines), [color for _, color, _ in lines.values()])


def _draw_law(axes: Axes, decay: Decay, end: float, *, logarithmic: bool) -> None:
    """Draw ½ exp(−t²/τ²) inside the frame."""
    if not math.isfinite(decay.gaussian):
        return
    bottom = axes.get_ylim()[0]
    reach = math.sqrt(-bottom * math.log(10.0)) if logarithmic else 5.0
    time = np.linspace(0.0, min(end, reach * decay.gaussian), 400)
    exponent = -((time / decay.gaussian) ** 2)
    log10 = (exponent - math.log(2.0)) / math.log(10.0)
    axes.plot(time, log10 if logarithmic else 0.5 * np.exp(exponent), zorder=2.5, **LAW)


def _draw_dots(axes: Axes, time: FloatArray, values: FloatArray) -> None:
    rows = thin_rows(time.size, limit=41)
    axes.plot(
        time[rows], values[rows], ls="", marker="o", ms=3.4, mfc="white", mec=INK,
        mew=0.8, zorder=3, clip_on=False,
    )  # fmt: skip


def _draw_logarithm(
    axes: Axes, time: FloatArray, logs: FloatArray, *, joined: bool
) -> None:
    """Draw log10 |ρ01|, however small; exact zeros are left out."""
    finite = logs[np.isfinite(logs)]
    low = float(finite.min()) if finite.size else -1.0
    shown = np.where(np.isfinite(logs), logs, np.nan)
    draw_course(axes, time, shown, PALETTE[0], 1.4, joined=joined)
    axes.set_ylabel("log₁₀ |ρ01|")
    axes.set_ylim(min(1.06 * low, -1.0), 0.0)


def _mark_time(panels: Sequence[Axes], time: float, end: float) -> None:
    """Mark the time at which coherence has fallen to 1/e, with a label."""
    for each in panels:
        each.axvline(time, color=FAINT_INK, lw=0.8, ls=(0, (1, 2)), zorder=1.5)
    late = time > 0.8 * end
    panels[0].annotate(
        f"1/e at {time:.3g} s",
        (time, 0.53),
        xytext=(-4 if late else 4, -2),
        textcoords="offset points",
        ha="right" if late else "left",
        va="top",
        fontsize=8,
        color=FAINT_INK,
    )
