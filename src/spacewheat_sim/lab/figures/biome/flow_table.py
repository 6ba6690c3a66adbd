"""A small table of the strongest flows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from spacewheat_sim.lab.figures.biome.emoji_label import place_emoji
from spacewheat_sim.lab.figures.biome.flow_graph import Flow
from spacewheat_sim.lab.figures.style import FAINT_INK, HAIRLINE, line_color

MOST_ROWS = 12


def draw_flow_table(axes: Axes, emojis: Sequence[str], flows: Sequence[Flow]) -> None:
    """List the strongest flows: source, target, flux as a bar, number of jumps.

    Args:
        axes: Empty axes.
        emojis: The emojis of the bath, whose order gives the colors.
        flows: At least one flow, the strongest first.
    """
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(-MOST_ROWS - 0.9, 1.0)
    colors = {emoji: line_color(i) for i, emoji in enumerate(emojis)}
    counted = any(flow.jumps for flow in flows)
    gray: dict[str, Any] = {"fontsize": 8, "color": FAINT_INK, "va": "center"}
    axes.text(0.02, 0.45, "strongest flows", **gray)
    axes.text(0.80, 0.45, "1/s", ha="right", **gray)
    if counted:
        axes.text(0.99, 0.45, "jumps", ha="right", **gray)
    axes.plot([0.0, 1.0 if counted else 0.81], [0, 0], color=HAIRLINE, lw=0.8)
    for row, flow in enumerate(flows[:MOST_ROWS]):
        y, color = -row - 0.6, colors[flow.source]
        _draw_pair(axes, flow, y, color)
        share = flow.flux / flows[0].flux if flows[0].flux > 0 else 0.0
        axes.barh(y, 0.26 * share, left=0.34, height=0.42, color=color)
        axes.text(0.80, y, f"{flow.flux:.2g}", ha="right", va="center")
        if counted:
            axes.text(0.99, y, f"{flow.jumps:,}", ha="right", va="center")
    if len(flows) > MOST_ROWS:
        axes.text(0.02, -MOST_ROWS - 0.55, f"and {len(flows) - MOST_ROWS} more", **gray)


def _draw_pair(axes: Axes, flow: Flow, y: float, color: str) -> None:
    place_emoji(axes, flow.source, (0.06, y), size=15)
    if flow.source == flow.target:
        axes.text(0.115, y, "dephased", va="center", fontsize=7, color=FAINT_INK)
        return
    arrow = {"arrowstyle": "-|>", "color": color, "lw": 1.2}
    axes.annotate("", (0.195, y), (0.11, y), arrowprops=arrow)
    place_emoji(axes, flow.target, (0.25, y), size=15)
