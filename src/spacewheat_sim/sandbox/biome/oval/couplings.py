"""Couplings as thin lines, whose color and dots show the direction of the current."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.sandbox.biome.oval.colors import flow_color, ramp
from spacewheat_sim.sandbox.biome.oval.curves import Beads, Curves
from spacewheat_sim.sandbox.biome.oval.layout import OvalLayout
from spacewheat_sim.sandbox.biome.oval.transfers import levels
from spacewheat_sim.sandbox.biome.wiring import Wiring
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.points import Points
from spacewheat_sim.sandbox.shapes import Dots, Lines

HIDDEN = 0.06
POINTS = 8
WIDTH = 1.2
DOT = 2.1
SPACING, SPEED = 110.0, 50.0


def current_ratios(currents: FloatArray, strengths: FloatArray) -> FloatArray:
    """Return current / largest possible current in −1 … 1: the sine of the phase."""
    ratio = np.divide(
        currents, strengths, out=np.zeros_like(currents), where=strengths > 1e-12
    )
    return np.asarray(np.clip(ratio, -1.0, 1.0))


class Couplings:
    """The couplings of a wiring, drawn on a layout."""

    def __init__(self, layout: OvalLayout, wiring: Wiring) -> None:
        self._curves = Curves(layout, wiring.firsts, wiring.seconds)
        self._beads = Beads(self._curves.lengths, SPACING)
        self._largest = float(np.abs(wiring.energies).max(initial=1e-300))
        self._traveled = np.zeros(len(wiring.firsts))

    def draw(
        self,
        canvas: Canvas,
        radii: FloatArray,
        currents: FloatArray,
        strengths: FloatArray,
        elapsed: float,
        focus: int | None,
    ) -> None:
        """Add the lines, ``elapsed`` seconds after they were last drawn.

        The strength of a line shows the largest possible current, and the speed of its
        dots the share of it that flows.
        """
        curves = self._curves
        ratios = current_ratios(currents, strengths)
        self._traveled += SPEED * elapsed * ratios
        shares = np.sqrt(np.clip(strengths / self._largest, 0.0, 1.0))
        shown = np.flatnonzero(shares > HIDDEN)
        if not len(shown):
            return
        touching = None
        if focus is not None:
            touching = (curves.starts == focus) | (curves.ends == focus)
        level = levels(shares, touching).tolist()
        colors = [
            ramp(flow_color(ratio))[k]
            for ratio, k in zip(ratios.tolist(), level, strict=True)
        ]
        arcs = curves.trimmed(radii)
        lines = Points(arcs.polylines(shown, POINTS))
        shades = tuple([colors[link] for link in shown.tolist()])
        canvas.add(Lines(lines, shades, (WIDTH,) * len(shown)))
        on = self._beads.links
        moving = np.flatnonzero(shares[on] > 2 * HIDDEN)
        on = on[moving]
        dots = Points(arcs.at(on, self._beads.parameters(self._traveled)[moving]))
        shades = tuple([colors[link] for link in on.tolist()])
        canvas.add(Dots(dots, shades, (DOT,) * len(on)))
