"""The places, sizes and arrows of a flow graph, in points; nothing is drawn here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.lab.figures.circular_order import circular_order
from spacewheat_sim.lab.figures.ribbon import bezier, loop, ribbon, trim

FloatArray = NDArray[np.float64]

WIDEST, NARROWEST = 9.0, 0.5  # points, arrows
LARGEST_NODE = 30.0  # points, radius
AIR = 3.0  # points between an arrow and its nodes


@dataclass(frozen=True)
class Flow:
    """Transfer from one emoji to another.

    Attributes:
        source: Emoji that is drained; equal to ``target`` for dephasing.
        target: Emoji that is fed.
        flux: Time average of rate · P(source), in 1/s.
        jumps: Quantum jumps seen, where trajectories were followed.
    """

    source: str
    target: str
    flux: float
    jumps: int = 0


@dataclass(frozen=True)
class FlowGraph:
    """Where everything of a flow graph goes; lengths in points about its center.

    Attributes:
        centers: Center of each node, shape (N, 2).
        radii: Radius of each node, shape (N,).
        arrows: Outline of each flow's arrow, of varying length, in order of the flows.
    """

    centers: FloatArray
    radii: FloatArray
    arrows: tuple[FloatArray, ...]


def arrow_width(flux: float, strongest: float) -> float:
    """Return the width in points of an arrow: proportional to flux, but visible."""
    return max(NARROWEST, WIDEST * flux / strongest) if strongest > 0 else NARROWEST


def node_scale(count: int, oval: tuple[float, float]) -> tuple[float, float]:
    """Return the least and the greatest radius of ``count`` nodes on an oval."""
    around = np.pi * (1.5 * sum(oval) - np.sqrt(oval[0] * oval[1]))  # near enough
    largest = min(LARGEST_NODE, 0.42 * float(around) / max(count, 1))
    return max(0.5 * largest, min(largest, 7.0)), largest


def lay_out_flows(
    emojis: Sequence[str],
    flows: Sequence[Flow],
    populations_mean: FloatArray,
    oval: tuple[float, float],
) -> FlowGraph:
    """Return the graph with its nodes on an oval of these half-axes.

    Args:
        emojis: The N nodes.
        flows: Flows between them.
        populations_mean: Mean population of each node, shape (N,); gives its area.
        oval: Half-width and half-height in points.
    """
    index = {emoji: i for i, emoji in enumerate(emojis)}
    weights = np.zeros((len(emojis), len(emojis)))
    for flow in flows:
        # The root keeps the faint flows from being sacrificed to the strong ones.
        weights[index[flow.source], index[flow.target]] += np.sqrt(flow.flux)
    weights += weights.T
    np.fill_diagonal(weights, 0.0)
    centers = _places_on_oval(circular_order(weights), oval)
    least, largest = node_scale(len(emojis), oval)
    share = np.clip(populations_mean, 0, None)
    radii = np.maximum(largest * np.sqrt(share / max(share.max(), 1e-300)), least)
    strongest = max((flow.flux for flow in flows), default=0.0)
    arrows = tuple(
        _arrow(
            centers,
            radii,
            index[flow.source],
            index[flow.target],
            arrow_width(flow.flux, strongest),
        )
        for flow in flows
    )
    return FlowGraph(centers, radii, arrows)


def _places_on_oval(order: NDArray[np.intp], oval: tuple[float, float]) -> FloatArray:
    """Return (N, 2) places at equal distances along the oval, from its top."""
    angle = np.linspace(0.0, 2 * np.pi, 721)
    outline = np.stack([oval[0] * np.sin(angle), oval[1] * np.cos(angle)], axis=1)
    steps = np.linalg.norm(np.diff(outline, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.linspace(0.0, along[-1], len(order), endpoint=False)
    places = np.empty((len(order), 2))
    for axis in (0, 1):
        places[order, axis] = np.interp(wanted, along, outline[:, axis])
    return places


def _arrow(
    centers: FloatArray, radii: FloatArray, source: int, target: int, width: float
) -> FloatArray:
    start, end = centers[source], centers[target]
    if source == target:
        outward = start / max(float(np.linalg.norm(start)), 1e-12)
        return ribbon(loop(start, outward, float(radii[source])), min(width, 3.0))
    chord = end - start
    # Arrows bow toward the center, so that none runs under the nodes between its
    # ends, and a little to their left, so that two opposite ones stay apart.
    aside = 0.12 * np.array([-chord[1], chord[0]])
    curve = bezier(start, 0.45 * (start + end) * 0.72 + aside, end)
    clear = trim(curve, float(radii[source]) + AIR, float(radii[target]) + AIR)
    return ribbon(clear, width)
