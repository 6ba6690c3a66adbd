"""Entropy and lowest levels of an Ising chain against its transverse field."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.lab.figures.style import INK, PALETTE, house_style
from spacewheat_sim.lab.figures.tfim.axes import (
    BLUE,
    MOST_MARKERS,
    ORANGE,
    draw_critical_field,
    finish_entropy_axis,
    is_wide,
    lay_out,
    set_field_axis,
    sites,
)
from spacewheat_sim.lab.sampled_lines import SampledLine
from spacewheat_sim.quantum.tfim.chain import Chain
from spacewheat_sim.quantum.tfim.infinite_chain import infinite_entropy
from spacewheat_sim.quantum.tfim.spectrum import lowest_levels

LEVELS = 9
FINE = 181
"""Number of fields at which lines are computed for a figure."""

Point = tuple[Chain, float]


@house_style
def entropy_scan_figure(
    scan: Sequence[Point], point: Point, line: SampledLine | None
) -> Figure:
    """Draw the half-chain entropy against the field, beside the infinite chain's.

    Args:
        scan: Chains of one length, J and boundary, with their half-chain entropies.
        point: The chain of the run with its entropy, marked if it is in the scan.
        line: The curve between the points against g/J, None if it takes too long.
    """
    chain = scan[0][0]
    ratios = [each.g / each.J for each, _ in scan]
    values = [entropy for _, entropy in scan]
    note = "g < J: even superposition of both magnetizations, which adds ln 2"
    if min(ratios) < max(ratios):
        note = f"dashes: infinite chain   ·   {note}"
        if line is None or not all(line.joined):
            note += "   ·   points: too far apart for a line"
    figure, axes = lay_out(f"Half-chain entropy, {sites(chain)}", note)
    shown = list(values)
    set_field_axis(axes, ratios)
    if line is not None and all(line.joined):
        axes.plot(line.x, line.y, color=BLUE, lw=1.8, zorder=3)
        shown += line.y
    if len(scan) <= MOST_MARKERS or line is None or not all(line.joined):
        size = 4.0 if len(scan) <= MOST_MARKERS else 2.0
        axes.plot(ratios, values, "o", color=BLUE, ms=size, zorder=4)
    ratio = point[0].g / point[0].J
    if point[0].L == chain.L and min(ratios) <= ratio <= max(ratios):
        shown.append(point[1])
        _mark_point(axes, point)
    top, bottom = max(shown), min(shown)
    # The axis starts at 0, unless the scan is far above it.
    finish_entropy_axis(axes, top, bottom=bottom if bottom > 0.5 * top else 0.0)
    _draw_infinite_chain(axes, ratios, chain)
    draw_critical_field(axes, ratios, height=0.03)
    return figure


def _draw_infinite_chain(axes: Axes, ratios: Sequence[float], chain: Chain) -> None:
    """Draw the entropy of infinite chains, which diverges at g = J, in the frame."""
    fine = fine_fields(ratios)
    steps = 10.0 ** -np.linspace(1.0, 12.0, 100)
    near = np.concatenate([1.0 - steps, 1.0 + steps])
    x = np.union1d(fine, near[(near > fine[0]) & (near < fine[-1])])
    x = x[x != 1.0]
    if x.size < 2:
        return
    y = [infinite_entropy(float(ratio), chain.boundary) for ratio in x]
    limits = axes.get_ylim()
    axes.plot(x, y, color=INK, lw=1.0, ls=(0, (4, 2)), zorder=3.5)
    axes.set_ylim(limits)


def _mark_point(axes: Axes, point: Point) -> None:
    chain, entropy = point
    ratio = chain.g / chain.J
    axes.plot([ratio], [entropy], "o", ms=8, color=ORANGE, mec="white", zorder=5)
    place = axes.transAxes.inverted().transform(axes.transData.transform((ratio, 0)))
    late = float(place[0]) > 0.8
    axes.annotate(
        f"g/J = {ratio:.4g}\nS = {entropy:.4g}",
        (ratio, entropy),
        xytext=(-9 if late else 9, 8),
        textcoords="offset points",
        ha="right" if late else "left",
        color=PALETTE[1],
        fontsize=8,
        bbox={"fc": "white", "ec": "none", "pad": 0.6, "alpha": 0.8},
        zorder=6,
    )


def fine_fields(ratios: Sequence[float]) -> FloatArray:
    """Return g/J across a scan, close enough for lines."""
    low, high = min(ratios), max(ratios)
    if low == high:
        return np.array([low])
    fine = np.linspace(low, high, FINE)
    if is_wide(ratios):
        first = np.linspace(low, min(high, 1.5), FINE // 2) if low < 1.5 else fine[:1]
        beyond = np.geomspace(max(low, 1.0), high, FINE)
        fine = np.union1d(first, beyond)
    return fine


@house_style
def spectrum_figure(chain: Chain, fields: Sequence[float]) -> Figure:
    """Draw the lowest levels above the ground state against the field.

    Args:
        chain: Its g is ignored.
        fields: Values of g; between the first and the last the lines are fine.
    """
    title = f"Lowest levels, {sites(chain)}"
    figure, axes = lay_out(
        title, "by free fermions; two-colored lines: an even and an odd level coincide"
    )
    scan = [g / chain.J for g in fields]
    ratios = fine_fields(scan)
    # Far above J levels grow with g: in units of both, they stay apart.
    unit = 1.0 + ratios if is_wide(scan) else np.ones(ratios.size)
    # Even levels are wider, so that they show on both sides of coinciding odd ones.
    for parity, color, width, dash in (
        (False, BLUE, 2.4, 40),
        (True, ORANGE, 1.0, 24),
    ):
        levels = _levels_of_parity(chain, ratios, is_odd=parity) / unit[:, None]
        axes.plot(ratios, levels, color=color, lw=width, zorder=3)
        if ratios.size == 1:
            axes.plot(ratios, levels, "_", color=color, ms=dash, mew=width, zorder=3)
    set_field_axis(axes, scan)
    draw_critical_field(axes, scan, height=0.96)
    axes.set_ylabel("(E − E₀) / (J + g)" if is_wide(scan) else "(E − E₀) / J")
    # Some room below, where the two ground states coincide.
    axes.set_ylim(bottom=-0.02 * axes.get_ylim()[1])
    axes.grid(visible=True, axis="y")
    keys = [Line2D([], [], color=c, lw=2) for c in (BLUE, ORANGE)]
    axes.legend(
        keys,
        ["even, ΠX = +1", "odd, ΠX = −1"],
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=2,
        borderaxespad=0.2,
        frameon=False,
        fontsize=8,
    )
    return figure


def _levels_of_parity(chain: Chain, ratios: FloatArray, *, is_odd: bool) -> FloatArray:
    """Return the lowest levels of a parity over J at each g/J, (fields, levels)."""
    rows = []
    for ratio in ratios.tolist():
        levels = lowest_levels(Chain(chain.L, 1.0, ratio, chain.boundary), 1 << 12)
        rows.append(levels.excitations[levels.is_odd == is_odd][: (LEVELS + 1) // 2])
    return np.array(rows)
