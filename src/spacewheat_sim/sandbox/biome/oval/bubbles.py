"""The bubbles: one for each emoji, with its population as area."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.oval.colors import BUBBLE, GHOST, GLOW, RIM, ramp
from spacewheat_sim.sandbox.biome.oval.layout import EMPTY, OvalLayout
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.shapes import Disc, Glow, Ring
from spacewheat_sim.sandbox.words.number_text import percent

LARGEST_EMOJI = 64.0
# A coherence below this does not glow.
DARK = 0.05
# Two radii closer than this look the same.
SAME = 1.5


def draw_glows(
    canvas: Canvas, layout: OvalLayout, radii: FloatArray, reading: BiomeReading
) -> None:
    """Add halos whose brightness is the coherence with a planted partner."""
    for i in np.flatnonzero(reading.coherences > DARK).tolist():
        if reading.populations[i] > EMPTY:
            x, y = layout.places[i].tolist()
            # Invisibly small steps let a painter reuse its pictures.
            alpha = round(12 * float(reading.coherences[i])) / 16
            reach = 2.0 * round(0.75 * float(radii[i]) + 6.0)
            canvas.shapes.append(Glow(x, y, reach, GLOW, alpha))


def draw_bubbles(
    canvas: Canvas, layout: OvalLayout, radii: FloatArray, reading: BiomeReading
) -> None:
    """Add bubbles with their emojis; an empty one is only a faint ring."""
    rims = ramp(RIM)
    # Below this population the rim fades, since the area cannot shrink.
    least = (layout.smallest / layout.largest) ** 2
    places, populations = layout.places.tolist(), reading.populations.tolist()
    for emoji, (x, y), p, r in zip(
        reading.emojis, places, populations, radii.tolist(), strict=True
    ):
        if p <= EMPTY:
            canvas.shapes.append(Ring(x, y, r, palette.FAINT, 1.0, 0.6))
            canvas.emoji(x, y, layout.emoji, emoji, alpha=0.5)
            continue
        strength = min(1.0, (p / least) ** 0.5)
        canvas.shapes.append(Disc(x, y, r, BUBBLE))
        canvas.shapes.append(Ring(x, y, r, rims[int(3 + 12 * strength)], 1.5))
        size = min(max(2.0 * round(0.62 * r), layout.emoji), LARGEST_EMOJI)
        canvas.emoji(x, y, size, emoji, alpha=0.6 + 0.1 * round(4 * strength))


def draw_labels(
    canvas: Canvas,
    layout: OvalLayout,
    radii: FloatArray,
    reading: BiomeReading,
    marks: Mapping[int, str],
) -> None:
    """Add the populations in percent, or ``marks`` in their place, if there is room."""
    if layout.labeled:
        reach = radii
        if reading.mean is not None:
            reach = np.maximum(radii, layout.radii(reading.mean))
        places = layout.label_places(reach).tolist()
        populations = reading.populations.tolist()
        for i, ((x, y), p) in enumerate(zip(places, populations, strict=True)):
            color = palette.DIM if p > EMPTY else palette.FAINT
            text = marks.get(i)
            if text is not None:
                color = palette.ACCENT
            canvas.text(
                x, y, text or percent(p), size=SMALL, color=color, align="center"
            )


def draw_ghosts(
    canvas: Canvas, layout: OvalLayout, radii: FloatArray, mean: FloatArray
) -> None:
    """Add thin rings whose area is the mean population over all histories."""
    ghosts = layout.radii(mean)
    apart = np.abs(ghosts - radii) > SAME
    for i in np.flatnonzero(apart).tolist():
        x, y = layout.places[i].tolist()
        canvas.shapes.append(Ring(x, y, float(ghosts[i]), GHOST, 1.0, 0.8))
