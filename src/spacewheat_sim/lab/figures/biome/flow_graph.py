"""The layout of a flow graph: places, sizes and arrows, in points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import FloatArray, IndexArray
from spacewheat_sim.lab.figures.biome.circular_order import circular_order
from spacewheat_sim.lab.figures.biome.ribbon import bezier, loop, ribbon, trim

WIDEST, NARROWEST = 9.0, 0.7  # points, arrows
LARGEST_NODE = 30.0  # points, radius
AIR = 3.0  # points between an arrow and its nodes
FILLED = 0.84  # largest share of the oval that is covered by nodes
RIM, MARGIN = 2.2, 8.0  # radii and points between the oval and the frame


@dataclass(frozen=True)
class Flow:
    """Transfer from one emoji to another.

    Attributes:
        source: Source emoji; equal to ``target`` for dephasing.
        target: Target emoji.
        flux: Time average of rate · P(source), in 1/s.
        jumps: Number of quantum jumps of a trajectory.
    """

    source: str
    target: str
    flux: float
    jumps: int = 0


@dataclass(frozen=True)
class FlowGraph:
    """The layout of a flow graph; lengths in points from its center.

    Attributes:
        centers: Center of each node, shape (N, 2).
        radii: Radius of each node, shape (N,).
        arrows: Outline of each flow's arrow, of varying length, in order of the flows.
    """

    centers: FloatArray
    radii: FloatArray
    arrows: tuple[FloatArray, ...]


@dataclass(frozen=True)
class FlowScale:
    """Sizes in points that fit a number of nodes and the available room.

    Attributes:
        oval: Half-width and half-height of the oval through the nodes.
        largest: Radius of the most populated node.
        least: Radius of an empty node.
        widest: Width of the strongest arrow.
    """

    oval: tuple[float, float]
    largest: float
    least: float
    widest: float

    @classmethod
    def fitting(cls, count: int, room: tuple[float, float]) -> FlowScale:
        """Return the sizes for ``count`` nodes in ``room``, half-sides in points."""
        # Nodes fill FILLED of the oval, whose length is about π(a + b), where the room
        # leaves a rim of RIM radii and a few points for the loops outside.
        share = 0.5 * FILLED * np.pi / max(count, 1)
        radius = share * (sum(room) - 2 * MARGIN) / (1 + 2 * RIM * share)
        largest = min(LARGEST_NODE, float(radius))
        rim = RIM * largest + MARGIN
        return cls(
            oval=(room[0] - rim, room[1] - rim),
            largest=largest,
            least=max(0.5 * largest, min(largest, 9.0)),
            widest=min(0.35 * largest, WIDEST),
        )

    def arrow_width(self, share: float) -> float:
        """Return the width of an arrow with ``share`` of the strongest flux."""
        return max(NARROWEST, self.widest * share)


def lay_out_flows(
    emojis: Sequence[str],
    flows: Sequence[Flow],
    populations_mean: FloatArray,
    scale: FlowScale,
) -> FlowGraph:
    """Return the graph with its nodes on an oval.

    Args:
        emojis: The N nodes.
        flows: Flows between them.
        populations_mean: Mean population of each node, shape (N,); gives its area.
        scale: Sizes to use.
    """
    index = {emoji: i for i, emoji in enumerate(emojis)}
    weights = np.zeros((len(emojis), len(emojis)))
    for flow in flows:
        # The root gives weak flows more weight in the layout.
        weights[index[flow.source], index[flow.target]] += np.sqrt(flow.flux)
    weights += weights.T
    np.fill_diagonal(weights, 0.0)
    centers = _places_on_oval(circular_order(weights), scale.oval)
    share = np.clip(populations_mean, 0, None)
    share = share / max(float(share.max()), 1e-300)
    radii = np.maximum(scale.largest * np.sqrt(share), scale.least)
    strongest = max((flow.flux for flow in flows), default=0.0) or 1.0
    arrows = tuple(
        _arrow(
            centers,
            radii,
            index[flow.source],
            index[flow.target],
            scale.arrow_width(flow.flux / strongest),
        )
        for flow in flows
    )
    return FlowGraph(centers, radii, arrows)


def _places_on_oval(order: IndexArray, oval: tuple[float, float]) -> FloatArray:
    """Return (N, 2) places at equal distances along the oval, from its left."""
    if len(order) == 1:
        return np.zeros((1, 2))
    angle = np.linspace(0.0, 2 * np.pi, 721)
    outline = np.stack([-oval[0] * np.cos(angle), oval[1] * np.sin(angle)], axis=1)
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
        away = float(np.linalg.norm(start))
        outward = start / away if away > 0 else np.array([0.0, 1.0])
        return ribbon(loop(start, outward, float(radii[source])), min(width, 3.0))
    middle, chord = 0.5 * (start + end), end - start
    # Arrows bow toward the center, so that none runs under the nodes between its
    # ends and those of neighbors have some length, and a little to their left, so
    # that two opposite ones stay apart.
    from_center, length = np.linalg.norm(middle), np.linalg.norm(chord)
    inward = -middle / max(float(from_center), 1e-12)
    room = 0.5 * float(length) + 0.8 * float(radii[source] + radii[target])
    bow = min(0.35 * float(from_center), room)
    aside = 0.12 * np.array([-chord[1], chord[0]])
    curve = bezier(start, middle + bow * inward + aside, end)
    clear = trim(curve, float(radii[source]) + AIR, float(radii[target]) + AIR)
    return ribbon(clear, width)
