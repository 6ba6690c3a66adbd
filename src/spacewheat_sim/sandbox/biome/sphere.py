"""A Bloch sphere as shapes: wire frame, vector, trail, and poles."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.charts.sphere import project
from spacewheat_sim.sandbox.points import Point, Points
from spacewheat_sim.sandbox.shapes import Color, Disc, Globe, Glow, Line, Ring
from spacewheat_sim.sandbox.shapes import Trail as TrailShape

Bloch = tuple[float, float, float]

# Projection is linear: right and down of the unit vectors, (3, 2).
_UNITS = np.array([project(*unit)[:2] for unit in np.eye(3).tolist()])

# Least opacity at which an emoji can be recognized.
FAINTEST = 0.4
# Radius of the vector's tip, in radii of the sphere, and the least in pixels.
TIP, LEAST_TIP = 0.075, 3.0


class BlochSphere(NamedTuple):
    """A Bloch sphere at a place in the frame.

    A vector of length 1 ends on the sphere, that of a mixed state inside it. Its tip is
    a disc if it points toward the viewer, and a ring if it points away.

    Attributes:
        x: Center, in logical pixels.
        y: Center.
        r: Radius.
    """

    x: float
    y: float
    r: float

    def place(self, bloch: Bloch) -> Point:
        """Return the place of the tip of a Bloch vector."""
        right, down, _ = project(*bloch)
        return self.x + self.r * right, self.y + self.r * down

    def places(self, blochs: FloatArray) -> Points:
        """Return the places of the tips of many Bloch vectors, (T, 3)."""
        cx, cy, r = self
        return Points(blochs @ (r * _UNITS) + (cx, cy))

    def draw_globe(self, canvas: Canvas, color: Color = palette.FAINT) -> None:
        """Add the wire frame."""
        canvas.add(Globe(*self, color))

    def draw_vector(self, canvas: Canvas, bloch: Bloch, *, weight: float = 1.0) -> None:
        """Add the vector, with a perpendicular to the equatorial plane.

        Args:
            canvas: The frame.
            bloch: (x, y, z), of length 0 … 1.
            weight: Probability on the axis, 0 … 1, shown as thickness.
        """
        color = palette.mix(palette.FAINT, palette.ACCENT, 0.4 + 0.6 * weight)
        tip_x, tip_y = self.place(bloch)
        foot_x, foot_y = self.place((bloch[0], bloch[1], 0.0))
        tip = max(LEAST_TIP, TIP * self.r)
        canvas.add(
            Line(tip_x, tip_y, foot_x, foot_y, palette.FAINT),
            Line(self.x, self.y, foot_x, foot_y, palette.FAINT),
            Line(self.x, self.y, tip_x, tip_y, color, 1.5 + 2.0 * weight),
        )
        if project(*bloch)[2] >= 0.0:
            canvas.add(Disc(tip_x, tip_y, tip, color))
        else:
            canvas.add(
                Disc(tip_x, tip_y, tip, palette.PANEL),
                Ring(tip_x, tip_y, tip, color, 2.0),
            )

    def draw_trail(
        self, canvas: Canvas, blochs: FloatArray, color: Color = palette.PURPLE
    ) -> None:
        """Add earlier places of the tip (T, 3), oldest first."""
        canvas.add(TrailShape(self.places(blochs), color, 1.5))

    def draw_leap(
        self, canvas: Canvas, before: Bloch, now: Bloch, fresh: float
    ) -> None:
        """Add the leap of the tip, if it is long enough to be visible.

        Args:
            canvas: The frame.
            before: The Bloch vector before the leap.
            now: The Bloch vector now.
            fresh: Falls from 1 to 0 while the leap fades.
        """
        (x0, y0), (x1, y1) = self.place(before), self.place(now)
        if math.dist((x0, y0), (x1, y1)) < 1.0:
            return
        tip = max(LEAST_TIP, TIP * self.r)
        canvas.add(
            Ring(x0, y0, tip, palette.YELLOW, 1.5, fresh),
            Line(x0, y0, x1, y1, palette.YELLOW, 2.0, fresh),
        )

    def draw_flash(self, canvas: Canvas, fresh: float) -> None:
        """Add the flash of a collapse; ``fresh`` falls from 1 to 0 while it fades."""
        grown = self.r * (1.3 - 0.25 * fresh)
        canvas.add(
            Glow(self.x, self.y, 1.4 * self.r, palette.YELLOW, 0.55 * fresh),
            Ring(self.x, self.y, grown, palette.YELLOW, 1.0 + 2.0 * fresh, fresh),
        )

    def poles(self, gap: float) -> tuple[Point, Point]:
        """Return the points ``gap`` beyond the north and the south end."""
        return (self.x, self.y - self.r - gap), (self.x, self.y + self.r + gap)

    def draw_poles(
        self, canvas: Canvas, north: str, south: str, z: float, size: float
    ) -> None:
        """Add the emojis of the poles; opacity is the probability (1 ± z)/2."""
        for (x, y), emoji, share in zip(
            self.poles(0.58 * size), (north, south), (1 + z, 1 - z), strict=True
        ):
            alpha = FAINTEST + (1.0 - FAINTEST) * share / 2
            canvas.emoji(x, y, size, emoji, alpha=alpha)
