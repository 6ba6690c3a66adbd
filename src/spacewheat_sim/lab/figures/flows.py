"""The transfers of a bath as a graph: who feeds whom, and how strongly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection, PolyCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.figures.emoji_label import place_emoji
from spacewheat_sim.lab.figures.flow_graph import (
    Flow,
    FlowGraph,
    arrow_width,
    lay_out_flows,
)
from spacewheat_sim.lab.figures.ribbon import ribbon
from spacewheat_sim.lab.figures.style import (
    FAINT_INK,
    HAIRLINE,
    INK,
    add_axes,
    draw_heading,
    heading_height,
    house_style,
    line_color,
    new_figure,
    size_in_points,
)

FloatArray = NDArray[np.float64]

GRAPH_WIDTH, GRAPH_HEIGHT = 6.9, 5.6  # inches
TABLE_WIDTH = 2.9
LEFT, FOOT = 0.35, 0.75
RIM = 52.0  # points between the oval and the frame
MOST_ROWS = 12


@house_style
def flows_figure(
    emojis: Sequence[str],
    flows: Sequence[Flow],
    populations_mean: FloatArray,
    *,
    title: str,
) -> Figure:
    """Draw transfers as arrows between emoji on an oval, and list the strongest.

    The area of a node is its mean population, the width of an arrow its flux, its
    color that of its source. Dephasing is a loop on the node.

    Args:
        emojis: The N emojis of the bath.
        flows: Flows between them; those without flux and jumps are not drawn.
        populations_mean: Mean population of each emoji, shape (N,).
        title: Plain text.

    Raises:
        ArgumentError: A flow names an emoji that is not among ``emojis``, its flux is
            negative or not finite, or ``populations_mean`` has another length.
    """
    _check(emojis, flows, populations_mean)
    active = sorted(
        (flow for flow in flows if flow.flux > 0 or flow.jumps > 0),
        key=lambda flow: -flow.flux,
    )
    subtitle = "arrow: flux, colored by its source   ·   disc: mean population"
    width = LEFT + GRAPH_WIDTH + (TABLE_WIDTH if active else 0.0) + LEFT
    height = FOOT + GRAPH_HEIGHT + heading_height(title, subtitle, width)
    figure = new_figure(width, height)
    draw_heading(figure, title, subtitle, left=LEFT)
    axes = _points_axes(figure, LEFT, FOOT, GRAPH_WIDTH, GRAPH_HEIGHT)
    half_width, half_height = (0.5 * side - RIM for side in size_in_points(axes))
    graph = lay_out_flows(emojis, active, populations_mean, (half_width, half_height))
    _draw_graph(axes, emojis, active, graph)
    if not active:
        axes.text(0, 0, "no transfers", ha="center", va="center", color=FAINT_INK)
        return figure
    legend = _points_axes(figure, LEFT, 0.1, GRAPH_WIDTH, FOOT - 0.1)
    _draw_width_legend(legend, active[0].flux)
    left = LEFT + GRAPH_WIDTH + 0.1
    table = add_axes(figure, left, FOOT, TABLE_WIDTH - 0.1, GRAPH_HEIGHT)
    _draw_table(table, emojis, active)
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
                f"Argument `flows` must stay among the emojis, but holds {flow}"
            )
        if not (np.isfinite(flow.flux) and flow.flux >= 0):
            raise ArgumentError(
                f"Argument `flows` must have fluxes of 0 or more, but holds {flow}"
            )


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
            edgecolors="white",
            linewidths=0.4,
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
        place_emoji(axes, emoji, (float(x), float(y)), size=1.3 * float(radius))


def _draw_width_legend(axes: Axes, strongest: float) -> None:
    """Draw sample arrows of the strongest flux and of fractions of it."""
    samples = (strongest, strongest / 3, strongest / 10)
    for number, flux in enumerate(samples):
        x = 110.0 * (number - 1) - 40
        curve = np.array([[x - 40.0, 0.0], [x, 0.0]])
        outline = ribbon(curve, arrow_width(flux, strongest))
        axes.fill(*outline.T, facecolor=FAINT_INK, edgecolor="none")
        axes.text(x + 6, 0, f"{flux:.2g} /s", va="center", fontsize=8, color=FAINT_INK)


def _draw_table(axes: Axes, emojis: Sequence[str], flows: Sequence[Flow]) -> None:
    """List the strongest flows: who, to whom, the flux as a bar, the jumps seen."""
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(-MOST_ROWS - 0.2, 1.2)
    colors = {emoji: line_color(i) for i, emoji in enumerate(emojis)}
    counted = any(flow.jumps for flow in flows)
    head: dict[str, Any] = {"fontsize": 8, "color": FAINT_INK, "va": "center"}
    axes.text(0.02, 0.45, "strongest flows", **head)
    axes.text(0.80, 0.45, "1/s", ha="right", **head)
    if counted:
        axes.text(0.99, 0.45, "jumps", ha="right", **head)
    axes.plot([0.0, 1.0], [0, 0], color=HAIRLINE, lw=0.8)
    for row, flow in enumerate(flows[:MOST_ROWS]):
        y = -row - 0.6
        place_emoji(axes, flow.source, (0.06, y), size=15)
        place_emoji(axes, flow.target, (0.25, y), size=15)
        arrow = {"arrowstyle": "-|>", "color": colors[flow.source], "lw": 1.2}
        axes.annotate("", (0.195, y), (0.11, y), arrowprops=arrow)
        share = flow.flux / flows[0].flux if flows[0].flux > 0 else 0.0
        axes.barh(y, 0.26 * share, left=0.34, height=0.42, color=colors[flow.source])
        axes.text(0.80, y, f"{flow.flux:.2g}", ha="right", va="center", color=INK)
        if counted:
            axes.text(0.99, y, f"{flow.jumps:,}", ha="right", va="center", color=INK)
    if len(flows) > MOST_ROWS:
        rest = f"and {len(flows) - MOST_ROWS} more"
        axes.text(0.02, -MOST_ROWS - 0.05, rest, **head)
