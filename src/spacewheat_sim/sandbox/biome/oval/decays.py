"""Decay as dotted lines into a drain beside the target emoji."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.sandbox.biome.oval.colors import DECAY, ramp
from spacewheat_sim.sandbox.biome.oval.curves import Beads, Curves
from spacewheat_sim.sandbox.biome.oval.layout import OvalLayout
from spacewheat_sim.sandbox.biome.oval.transfers import flow_shares, levels
from spacewheat_sim.sandbox.biome.wiring import Wiring
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.points import Points
from spacewheat_sim.sandbox.shapes import Dots, Line

# Shares of the largest possible flow, as roots, below which no dots are drawn.
HIDDEN = 0.1
SPACING, SPEED = 13.0, 14.0
# From the edge of a bubble to its drain, and half the width of the drain.
DRAIN, MOUTH = 11.0, 8.0


class Decays:
    """The links of a wiring that are only decay, drawn on a layout."""

    def __init__(self, layout: OvalLayout, wiring: Wiring) -> None:
        self._layout = layout
        self._which = np.flatnonzero(wiring.decays)
        self._largest = float(wiring.rates.max(initial=1e-300))
        targets = wiring.targets[self._which]
        self._curves = Curves(layout, wiring.sources[self._which], targets, 0.05)
        self._beads = Beads(self._curves.lengths, SPACING)
        self._sinks = np.unique(targets)

    def draw(
        self,
        canvas: Canvas,
        radii: FloatArray,
        flows: FloatArray,
        seconds: float,
        focus: int | None,
    ) -> None:
        """Add dots that run to the drains, and the drains."""
        if not len(self._which):
            return
        curves, layout = self._curves, self._layout
        mouths = layout.places - layout.outward * (radii + DRAIN)[:, None]
        touching = None
        if focus is not None:
            touching = (curves.starts == focus) | (curves.ends == focus)
        shares = flow_shares(flows[self._which], self._largest)
        level = levels(shares, touching)
        on = self._beads.links
        moving = np.flatnonzero(shares[on] > HIDDEN)
        on = on[moving]
        arcs = curves.ending_at(radii, mouths[curves.ends])
        dots = Points(arcs.at(on, self._beads.parameters(SPEED * seconds)[moving]))
        sizes = tuple((1.1 + 2.2 * shares)[on].tolist())
        steps = ramp(DECAY)
        colors = tuple([steps[k] for k in level[on].tolist()])
        canvas.add(Dots(dots, colors, sizes))
        for sink in self._sinks.tolist():
            _draw_drain(canvas, mouths[sink].tolist(), layout.outward[sink].tolist())


def _draw_drain(canvas: Canvas, mouth: list[float], outward: list[float]) -> None:
    """Add three bars that narrow toward the bubble, like an earth symbol."""
    (x, y), (u, v) = mouth, outward
    color = ramp(DECAY)[9]
    for number in range(3):
        half = MOUTH * (1.0 - number / 3)
        middle_x, middle_y = x + u * 3.5 * number, y + v * 3.5 * number
        canvas.shapes.append(
            Line(
                middle_x - v * half,
                middle_y + u * half,
                middle_x + v * half,
                middle_y - u * half,
                color,
                1.5,
            )
        )
