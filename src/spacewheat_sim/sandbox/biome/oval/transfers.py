"""Transfers as arrows from prey to predator, with dots that travel along them."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import BoolArray, FloatArray, IndexArray
from spacewheat_sim.sandbox.biome.oval.colors import LEVELS, TRANSFER, ramp
from spacewheat_sim.sandbox.biome.oval.curves import Beads, Curves
from spacewheat_sim.sandbox.biome.oval.layout import OvalLayout
from spacewheat_sim.sandbox.biome.wiring import Wiring
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.palette import WHITE, mix
from spacewheat_sim.sandbox.points import Points
from spacewheat_sim.sandbox.shapes import Dots, Lines, Polygon

THINNEST, THICKEST = 1.0, 6.0
# Square roots of shares of the largest possible flow: weaker arrows are hidden, and
# those between fade in, so that many arrows stay readable.
HIDDEN, CLEAR = 0.04, 0.35
# Strength of an arrow that does not touch the emoji under the pointer.
ASIDE = 0.25
POINTS = 10
SPACING, SPEED = 55.0, 44.0
_DOTS = tuple(mix(color, WHITE, 0.45) for color in ramp(TRANSFER))


def flow_shares(flows: FloatArray, largest_rate: float) -> FloatArray:
    """Return √(flow / largest rate), 0 … 1, for width and strength of arrows."""
    return np.sqrt(np.clip(flows / largest_rate, 0.0, 1.0))


def widths(shares: FloatArray) -> FloatArray:
    """Return the width of arrows in pixels."""
    return np.asarray(THINNEST + (THICKEST - THINNEST) * shares)


def levels(shares: FloatArray, touching: BoolArray | None) -> IndexArray:
    """Return the step of a color ramp for each share."""
    strength = np.clip((shares - HIDDEN) / (CLEAR - HIDDEN), 0.0, 1.0)
    if touching is not None:
        strength = np.where(touching, np.maximum(strength, 0.5), strength * ASIDE)
    return np.asarray(np.rint(1 + strength * (LEVELS - 2)), dtype=np.intp)


class Transfers:
    """The transfers of a wiring, except decay, drawn on a layout."""

    def __init__(self, layout: OvalLayout, wiring: Wiring) -> None:
        self._which = np.flatnonzero(~wiring.decays)
        self._largest = float(wiring.rates.max(initial=1e-300))
        self._curves = Curves(
            layout, wiring.sources[self._which], wiring.targets[self._which], 0.09
        )
        self._beads = Beads(self._curves.lengths, SPACING)

    def draw(
        self,
        canvas: Canvas,
        radii: FloatArray,
        flows: FloatArray,
        seconds: float,
        focus: int | None,
    ) -> None:
        """Add the arrows; those that touch ``focus``, if given, are highlighted."""
        curves = self._curves
        shares = flow_shares(flows[self._which], self._largest)
        shown = np.flatnonzero(shares > HIDDEN)
        if not len(shown):
            return
        touching = None
        if focus is not None:
            touching = (curves.starts == focus) | (curves.ends == focus)
        width, level = widths(shares), levels(shares, touching)
        head = 5.0 + 1.6 * width
        arcs = curves.trimmed(radii, 4.0)
        heads = curves.heads(radii, head, 0.45 * head)[shown]
        steps = ramp(TRANSFER)
        colors = tuple([steps[k] for k in level[shown].tolist()])
        lines = Points(arcs.polylines(shown, POINTS))
        canvas.add(Lines(lines, colors, tuple(width[shown].tolist())))
        for corners, color in zip(heads, colors, strict=True):
            canvas.shapes.append(Polygon(Points(corners), color))
        on = self._beads.links
        t = self._beads.parameters(SPEED * seconds)
        moving = np.flatnonzero(shares[on] > 2 * HIDDEN)
        on = on[moving]
        places = Points(arcs.at(on, t[moving]))
        sizes = tuple((1.0 + 0.55 * width)[on].tolist())
        shades = tuple([_DOTS[k] for k in level[on].tolist()])
        canvas.add(Dots(places, shades, sizes))
