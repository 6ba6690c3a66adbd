"""The transfers of a bath as a graph of arrows between emojis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection, PolyCollection
from matplotlib.figure import Figure

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.figures.biome.emoji_label import place_emoji
from spacewheat_sim.lab.figures.biome.flow_graph import (
    Flow,
    FlowGraph,
    FlowScale,
    lay_out_flows,
)
from spacewheat_sim.lab.figures.biome.flow_table import draw_flow_table
from spacewheat_sim.lab.figures.biome.ribbon import ribbon
from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    line_color,
    new_figure,
    size_in_points,
)

GRAPH_WIDTH, GRAPH_HEIGHT = 6.9, 5.6  # inches
TABLE_WIDTH = 2.9
LEFT, FOOT = 0.35, 0.75


@house_style
def flows_figure(
    emojis: Sequence[str],
    flows: Sequence[Flow],
    populations_mean: FloatArray,
    *,
    title: str,
) -> Figure:
    """Draw transfers as arrows between emojis on an oval, and list the strongest.

    The area of a node is its mean population, the width of an arrow its flux, its
    color that of its source. Dephasing is a loop on the node.

    Args:
        emojis: The N emojis of the bath.
        flows: Flows between them; several between the same two are added, and those
            without flux and jumps are left out.
        populations_mean: Mean population of each emoji, shape (N,).
        title: Plain text.

    Raises:
        ArgumentError: A flow names an emoji that is not among ``emojis``, its flux is
            negative or not finite, or ``populations_mean`` has another length.
    """
    _check(emojis, flows, populations_mean)
    active = _merge(flows)
    subtitle = f"disc: mean population, at most {populations_mean.max():.2g}"
    if active:
        subtitle += (
            "   ·   arrow: mean of rate × population of the source, in its color"
        )
    width = LEFT + GRAPH_WIDTH + (TABLE_WIDTH if active else 0.0) + LEFT
    height = FOOT + GRAPH_HEIGHT + heading_height(title, subtitle, width)
    figure = new_figure(width, height)
    draw_heading(figure, title, subtitle, left=LEFT)
    axes = _points_axes(figure, LEFT, FOOT, GRAPH_WIDTH, GRAPH_HEIGHT)
    room_width, room_height = size_in_points(axes)
    scale = FlowScale.fitting(len(emojis), (0.5 * room_width, 0.5 * room_height))
    _draw_graph(
        axes, emojis, active, lay_out_flows(emojis, active, populations_mean, scale)
    )
    if not active:
        note = "there are no transfers"
        axes.text(0, 0, note, ha="center", va="center", color=FAINT_INK)
        return figure
    legend = _points_axes(figure, LEFT, 0.1, GRAPH_WIDTH, FOOT - 0.1)
    _draw_width_legend(legend, active[0].flux, scale)
    left = LEFT + GRAPH_WIDTH + 0.1
    table = add_axes(figure, left, FOOT, TABLE_WIDTH - 0.1, GRAPH_HEIGHT)
    draw_flow_table(table, emojis, active)
    return figure


def _check(
    emojis: Sequence[str], flows: Sequence[Flow], populations_mean: FloatArray
) -> None:
    if populations_mean.shape != (len(emojis),):
        raise ArgumentError(
            f"Argument `populations_mean` must have shape ({len(emojis)},), but has "
            f"{populations_mean.shape}"
        )
    for flow in flows:
        if flow.source not in emojis or flow.target not in emojis:
            raise ArgumentError(
                f"Argument `flows` must be between the emojis, but contains {flow}"
            )
        if not (np.isfinite(flow.flux) and flow.flux >= 0):
            raise ArgumentError(
                f"Argument `flows` must have fluxes of at least 0, but contains {flow}"
            )


def _merge(flows: Sequence[Flow]) -> list[Flow]:
    """Return one flow per ordered pair with flux or jumps, the strongest first."""
    merged: dict[tuple[str, str], Flow] = {}
    for flow in flows:
        pair = flow.source, flow.target
        known = merged.get(pair, Flow(*pair, flux=0.0))
        merged[pair] = Flow(*pair, known.flux + flow.flux, known.jumps + flow.jumps)
    active = (flow for flow in merged.values() if flow.flux > 0 or flow.jumps > 0)
    return sorted(active, key=lambda flow: (-flow.flux, -flow.jumps))


def _points_axes(
    figure: Figure, left: float, bottom: float, width: float, height: float
) -> Axes:
    """Return bare axes placed in inches whose data unit is a point from the center."""
    axes = add_axes(figure, left, bottom, width, height)
    axes.set_axis_off()
    half_width, half_height = (0.5 * side for side in size_in_points(axes))
    axes.set_xlim(-half_width, half_width)
    axes.set_ylim(-half_height, half_height)
    return axes


def _draw_graph(
    axes: Axes, emojis: Sequence[str], flows: Sequence[Flow], graph: FlowGraph
) -> None:
    colors = {emoji: line_color(i) for i, emoji in enumerate(emojis)}
    axes.add_collection(
        PolyCollection(
            list(graph.arrows),
            facecolors=[colors[flow.source] for flow in flows],
            # A white edge separates crossing arrows, but would hide thin ones.
            edgecolors="white",
            linewidths=[
                0.4 if flow.flux > 0.3 * flows[0].flux else 0 for flow in flows
            ],
            alpha=0.85,
            zorder=2,
        ),
        autolim=False,
    )
    axes.add_collection(
        EllipseCollection(
            2 * graph.radii,
            2 * graph.radii,
            np.zeros(len(emojis)),
            units="xy",
            offsets=graph.centers,
            offset_transform=axes.transData,
            facecolors="white",
            edgecolors=[colors[emoji] for emoji in emojis],
            linewidths=1.3,
            zorder=3,
        ),
        autolim=False,
    )
    for emoji, (x, y), radius in zip(emojis, graph.centers, graph.radii, strict=True):
        place_emoji(axes, emoji, (float(x), float(y)), size=1.42 * float(radius))


def _draw_width_legend(axes: Axes, strongest: float, scale: FlowScale) -> None:
    """Draw sample arrows of the strongest flux and of fractions of it."""
    for number, share in enumerate((1.0, 1 / 3, 1 / 10)):
        x = 110.0 * (number - 1) - 40
        curve = np.array([[x - 40.0, 0.0], [x, 0.0]])
        outline = ribbon(curve, scale.arrow_width(share))
        axes.fill(*outline.T, facecolor=FAINT_INK, edgecolor="none")
        label = f"{share * strongest:.2g} /s"
        axes.text(x + 6, 0, label, va="center", fontsize=8, color=FAINT_INK)
