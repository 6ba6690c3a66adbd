"""Entropies of transverse-field Ising chains: of each cut, and with the length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.lab.figures.measured import with_error
from spacewheat_sim.lab.figures.style import INK, house_style
from spacewheat_sim.lab.figures.tfim.axes import (
    BLUE,
    MOST_MARKERS,
    ORANGE,
    finish_entropy_axis,
    lay_out,
    sites,
)
from spacewheat_sim.quantum.tfim.central_charge import EntropyGrowth, critical_profile
from spacewheat_sim.quantum.tfim.chain import Chain

METHODS = {
    "free_fermion": "free fermions",
    "ed": "exact diagonalization",
    "quadratic_form": "dense linear algebra",
}


@house_style
def entropy_profile_figure(
    chain: Chain,
    entropies: FloatArray,
    exact: FloatArray | None,
    exact_method: str | None,
) -> Figure:
    """Draw the entropy of the first ℓ sites against ℓ.

    Args:
        chain: The chain.
        entropies: Of the cuts ℓ = 1 … L − 1.
        exact: The same by another method, drawn as circles.
        exact_method: That method's name, as in the results.
    """
    title = f"Entropy of each cut, {_named(chain)}"
    figure, axes = lay_out(title, _profile_subtitle(chain, exact_method))
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
    finish_entropy_axis(axes, float(entropies.max()))
    return figure


def _profile_subtitle(chain: Chain, exact_method: str | None) -> str:
    words = []
    if exact_method and chain.L - 1 <= MOST_MARKERS:
        words.append(f"circles: {METHODS[exact_method]}")
    if chain.is_critical and chain.L > 3:
        ends = 3 if chain.is_periodic else 6
        words.append(f"dashes: (c/{ends}) ln sin(πℓ/L) + const with c = ½")
    return "   ·   ".join(words)


def _draw_conformal(axes: Axes, chain: Chain, half_chain_entropy: float) -> None:
    profile = critical_profile(chain.L, half_chain_entropy, chain.boundary)
    style: dict[str, Any] = {"color": ORANGE, "lw": 1.3, "ls": (0, (4, 2))}
    axes.plot(np.arange(1, chain.L), profile, zorder=5, **style)


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
    told = with_error(growth.central_charge, growth.central_charge_error)
    title = f"Central charge c = {told} from critical {kind}"
    form = "(c/3) ln L + s + k/L²" if is_periodic else "(c/6) ln L + s + k/L"
    figure, axes = lay_out(title, f"line: fit of {form}; exact: c = 1/2")
    L = np.array([float(length) for length, _ in lengths])
    room = (L[-1] / L[0]) ** 0.06
    fine = np.geomspace(L[0] / room, L[-1] * room, 200)
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


def _tick_lengths(L: FloatArray) -> list[float]:
    """Return the lengths to label: as many as fit, a 13th of the axis apart."""
    ticks: list[float] = []
    for length in L.tolist():
        if not ticks or math.log2(length / ticks[-1]) > math.log2(L[-1] / L[0]) / 13:
            ticks.append(length)
    return ticks


def _named(chain: Chain) -> str:
    return f"{sites(chain)}, g/J = {chain.g / chain.J:.4g}"
