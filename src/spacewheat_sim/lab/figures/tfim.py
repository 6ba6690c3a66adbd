"""Figures of the transverse-field Ising chain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator
from numpy.typing import NDArray

from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    INK,
    PALETTE,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    new_figure,
)
from spacewheat_sim.quantum.tfim.central_charge import EntropyGrowth, critical_profile
from spacewheat_sim.quantum.tfim.chain import Chain
from spacewheat_sim.quantum.tfim.spectrum import lowest_levels

LEFT, FOOT, RIGHT = 0.78, 0.58, 0.4  # inches
WIDTH, HEIGHT = 6.4, 3.7  # inches, of the frame
BLUE, ORANGE = PALETTE[0], PALETTE[1]
# More cuts than this are a line without markers.
MOST_MARKERS = 64
LEVELS = 9
ROADS = {
    "free_fermion": "free fermions",
    "ed": "exact diagonalization",
    "quadratic_form": "dense linear algebra",
}

Point = tuple[Chain, float]


@house_style
def entropy_profile_figure(
    chain: Chain,
    entropies: NDArray[np.float64],
    exact: NDArray[np.float64] | None,
    exact_method: str | None,
) -> Figure:
    """Draw the entropy of the first ℓ sites against ℓ.

    Args:
        chain: The chain.
        entropies: Of the cuts ℓ = 1 … L − 1.
        exact: The same by another road, drawn as circles.
        exact_method: That road's name, as in the results.
    """
    title = f"Entropy of each cut, {_named(chain)}"
    figure, axes = _lay_out(title, _profile_subtitle(chain, exact_method))
    cuts = np.arange(1, chain.L)
    few = cuts.size <= MOST_MARKERS
    axes.plot(cuts, entropies, color=BLUE, lw=1.6 if few else 2.0, zorder=3)
    if few:
        axes.plot(cuts, entropies, "o", color=BLUE, ms=4.5, zorder=4)
    if exact is not None and few:
        ring: dict[str, Any] = {"mfc": "none", "mec": INK, "mew": 0.9}
        axes.plot(cuts, exact, "o", ms=9.0, zorder=3.5, **ring)
    if chain.is_critical and chain.L > 3:
        _draw_conformal(axes, chain, float(entropies[chain.L // 2 - 1]))
    axes.set_xlim(0, chain.L)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("sites ℓ left of the cut")
    _finish_entropy_axis(axes, float(entropies.max()))
    return figure


def _profile_subtitle(chain: Chain, exact_method: str | None) -> str:
    words = []
    if exact_method and chain.L - 1 <= MOST_MARKERS:
        words.append(f"circles: {ROADS[exact_method]}")
    if chain.is_critical and chain.L > 3:
        ends = 3 if chain.is_periodic else 6
        words.append(f"dashes: (c/{ends}) ln sin(πℓ/L) + const with c = ½")
    return "   ·   ".join(words)


def _draw_conformal(axes: Axes, chain: Chain, half_chain_entropy: float) -> None:
    profile = critical_profile(chain.L, half_chain_entropy, chain.boundary)
    style: dict[str, Any] = {"color": ORANGE, "lw": 1.3, "ls": (0, (4, 2))}
    axes.plot(np.arange(1, chain.L), profile, zorder=5, **style)


@house_style
def entropy_scan_figure(scan: Sequence[Point], point: Point) -> Figure:
    """Draw the half-chain entropy against the field.

    Args:
        scan: Chains of one length, J and boundary, with their half-chain entropies.
        point: The chain of the run with its own, marked where it has the same length.
    """
    chain = scan[0][0]
    title = f"Half-chain entropy, {_sites(chain)}"
    cat = "g < J: even superposition of both magnetizations, which adds ln 2"
    figure, axes = _lay_out(title, cat)
    fields = [each.g / each.J for each, _ in scan]
    values = [entropy for _, entropy in scan]
    axes.plot(fields, values, color=BLUE, lw=2.0, zorder=3)
    if len(scan) <= MOST_MARKERS:
        axes.plot(fields, values, "o", color=BLUE, ms=4, zorder=4)
    top = max(values)
    if point[0].L == chain.L:
        top = max(top, point[1])
        _mark_point(axes, point)
    _draw_critical_field(axes, fields, height=0.03)
    _set_field_axis(axes, fields)
    _finish_entropy_axis(axes, top)
    return figure


def _mark_point(axes: Axes, point: Point) -> None:
    chain, entropy = point
    ratio = chain.g / chain.J
    axes.plot([ratio], [entropy], "o", ms=8, color=ORANGE, mec="white", zorder=5)
    axes.annotate(
        f"g = {chain.g:g}\nS = {entropy:.4f}",
        (ratio, entropy),
        xytext=(9, 8),
        textcoords="offset points",
        color=ORANGE,
        fontsize=8,
        zorder=6,
    )


@house_style
def spectrum_figure(chain: Chain, fields: Sequence[float]) -> Figure:
    """Draw the lowest levels above the ground state against the field.

    Args:
        chain: Its g is left out of account.
        fields: Values of g.
    """
    title = f"Lowest levels, {_sites(chain)}"
    figure, axes = _lay_out(
        title, "by free fermions; two-colored lines: an even and an odd level coincide"
    )
    ratios = np.array(fields) / chain.J
    # Even levels are wider, so that they show on both sides of coinciding odd ones.
    for parity, color, width in ((False, BLUE, 2.4), (True, ORANGE, 1.0)):
        levels = _levels_of_parity(chain, fields, is_odd=parity)
        axes.plot(ratios, levels / chain.J, color=color, lw=width, zorder=3)
        if len(fields) == 1:
            axes.plot(ratios, levels / chain.J, "_", color=color, ms=30, zorder=3)
    _draw_critical_field(axes, ratios.tolist(), height=0.96)
    _set_field_axis(axes, ratios.tolist())
    axes.set_ylabel("(E − E₀) / J")
    # A little room below, where the two ground states lie on each other.
    axes.set_ylim(bottom=-0.02 * axes.get_ylim()[1])
    axes.grid(visible=True, axis="y")
    keys = [Line2D([], [], color=c, lw=2) for c in (BLUE, ORANGE)]
    axes.legend(
        keys,
        ["even, ΠX = +1", "odd, ΠX = −1"],
        loc="upper left",
        frameon=True,
        framealpha=0.9,
        edgecolor="none",
        fontsize=8,
    )
    return figure


def _levels_of_parity(
    chain: Chain, fields: Sequence[float], *, is_odd: bool
) -> NDArray[np.float64]:
    """Return the lowest levels of a parity at each field, (fields, levels)."""
    rows = []
    for g in fields:
        levels = lowest_levels(Chain(chain.L, chain.J, g, chain.boundary), 1 << 12)
        rows.append(levels.excitations[levels.is_odd == is_odd][: (LEVELS + 1) // 2])
    return np.array(rows)


@house_style
def entropy_growth_figure(
    lengths: Sequence[tuple[int, float]], growth: EntropyGrowth
) -> Figure:
    """Draw half-chain entropies of critical chains against ln L, with the fit.

    Args:
        lengths: Length and half-chain entropy of each chain.
        growth: The fit.
    """
    is_periodic = growth.boundary == "periodic"
    kind = "rings" if is_periodic else "open chains"
    title = f"Central charge c = {growth.central_charge:.4f} from critical {kind}"
    form = "(c/3) ln L + s + k/L²" if is_periodic else "(c/6) ln L + s + k/L"
    figure, axes = _lay_out(title, f"line: fit of {form}; exact: c = 1/2")
    L = np.array([float(length) for length, _ in lengths])
    fine = np.geomspace(L[0] / 1.15, L[-1] * 1.15, 200)
    axes.plot(fine, growth.entropy(fine), color=ORANGE, lw=1.4, zorder=3)
    axes.plot(L, [entropy for _, entropy in lengths], "o", color=BLUE, ms=6, zorder=4)
    axes.set_xscale("log", base=2)
    axes.set_xlim(fine[0], fine[-1])
    axes.xaxis.set_major_locator(FixedLocator(_tick_lengths(L)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("sites L, logarithmic")
    axes.set_ylabel("half-chain entropy S(L/2), nats")
    axes.grid(visible=True)
    return figure


def _tick_lengths(L: NDArray[np.float64]) -> list[float]:
    """Return the lengths to label: as many as stand apart by a quarter of an octave."""
    ticks: list[float] = []
    for length in L.tolist():
        if not ticks or math.log2(length / ticks[-1]) > math.log2(L[-1] / L[0]) / 14:
            ticks.append(length)
    return ticks


def _lay_out(title: str, subtitle: str) -> tuple[Figure, Axes]:
    width = LEFT + WIDTH + RIGHT
    head = heading_height(title, subtitle, width) + 0.1
    figure = new_figure(width, FOOT + HEIGHT + head)
    axes = add_axes(figure, LEFT, FOOT, WIDTH, HEIGHT)
    draw_heading(figure, title, subtitle, left=LEFT)
    return figure, axes


def _named(chain: Chain) -> str:
    return f"{_sites(chain)}, g/J = {chain.g / chain.J:.4g}"


def _sites(chain: Chain) -> str:
    return f"{'ring' if chain.is_periodic else 'open chain'}, L = {chain.L}"


def _draw_critical_field(axes: Axes, ratios: Sequence[float], *, height: float) -> None:
    if not min(ratios) <= 1.0 <= max(ratios):
        return
    axes.axvline(1.0, color=FAINT_INK, lw=0.8, ls=(0, (2, 2)), zorder=1)
    axes.text(
        1.0,
        height,
        " critical",
        transform=axes.get_xaxis_transform(),
        fontsize=8,
        color=FAINT_INK,
    )


def _set_field_axis(axes: Axes, ratios: Sequence[float]) -> None:
    low, high = min(ratios), max(ratios)
    margin = 0.02 * (high - low) or 0.1
    axes.set_xlim(low - (margin if low > 0 else 0.0), high + margin)
    axes.set_xlabel("transverse field g/J")


def _finish_entropy_axis(axes: Axes, top: float) -> None:
    """Give the axis of entropies its scale, and ln 2 its line."""
    axes.set_ylim(0.0, 1.12 * max(top, 1e-6))
    axes.set_ylabel("entanglement entropy S, nats")
    axes.grid(visible=True, axis="y")
    if top < 0.75 * math.log(2):
        return
    axes.axhline(math.log(2), color=FAINT_INK, lw=0.8, ls=(0, (2, 2)), zorder=1)
    axes.annotate(
        "ln 2",
        (1.0, math.log(2)),
        xycoords=axes.get_yaxis_transform(),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
        color=FAINT_INK,
        annotation_clip=False,
    )
