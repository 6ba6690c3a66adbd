"""What the pointer is on between the bubbles: a link, a drain, or a number."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import BoolArray, FloatArray
from spacewheat_sim.sandbox.biome.oval import couplings, decays, transfers
from spacewheat_sim.sandbox.biome.oval.curves import Curves
from spacewheat_sim.sandbox.biome.oval.layout import OvalLayout
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.wiring import Wiring
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.words.number_text import fixed, short

# Pixels from the middle of a line, and from a drain or a number, at which it is hit.
REACH, WIDE_REACH = 7.0, 12.0
POINTS = 33


class LinkHints:
    """Tells what a link, a drain or a number of an oval is.

    Args:
        layout: The places of the bubbles.
        wiring: The links.
    """

    def __init__(self, layout: OvalLayout, wiring: Wiring) -> None:
        self._layout, self._wiring = layout, wiring
        sources, targets = wiring.sources, wiring.targets
        self._couplings = Curves(layout, wiring.firsts, wiring.seconds)
        self._transfers = Curves(layout, sources, targets, 0.09)
        self._decays = Curves(layout, sources, targets, 0.05)

    def tell(self, canvas: Canvas, radii: FloatArray, reading: BiomeReading) -> None:
        """Show the tooltip of what is under the pointer, if there is anything."""
        if canvas.pointer is None:
            return
        pointer = np.array(canvas.pointer)
        text = (
            self._number(pointer, radii, reading)
            or self._drain(pointer, radii, reading)
            or self._transfer(pointer, radii, reading)
            or self._coupling(pointer, radii, reading)
        )
        x, y = canvas.pointer
        canvas.tell(Rect(x - 8.0, y - 8.0, 16.0, 20.0), text)

    def _number(
        self, pointer: FloatArray, radii: FloatArray, reading: BiomeReading
    ) -> str:
        layout = self._layout
        if not layout.labeled:
            return ""
        i = _nearest(layout.label_places(radii), pointer, WIDE_REACH)
        if i is None:
            return ""
        share = fixed(100 * float(reading.populations[i]))
        return f"population of {reading.emojis[i]}: {share}%, the area of its bubble"

    def _drain(
        self, pointer: FloatArray, radii: FloatArray, reading: BiomeReading
    ) -> str:
        layout, wiring = self._layout, self._wiring
        sinks = np.unique(wiring.targets[wiring.decays])
        if not len(sinks):
            return ""
        mouths = layout.places - layout.outward * (radii + decays.DRAIN)[:, None]
        hit = _nearest(mouths[sinks], pointer, WIDE_REACH)
        if hit is None:
            return ""
        sink = int(sinks[hit])
        into = wiring.decays & (wiring.targets == sink)
        flow = short(float(reading.flows[into].sum()))
        return f"drain into {reading.emojis[sink]}: all that decays to it, now {flow}/s"

    def _transfer(
        self, pointer: FloatArray, radii: FloatArray, reading: BiomeReading
    ) -> str:
        wiring = self._wiring
        largest = float(wiring.rates.max(initial=1e-300))
        shares = transfers.flow_shares(reading.flows, largest)
        least = np.where(wiring.decays, decays.HIDDEN, transfers.HIDDEN)
        seen = shares > least
        for curves, of_kind in (
            (self._transfers, ~wiring.decays),
            (self._decays, wiring.decays),
        ):
            i = _line_at(curves, radii, pointer, seen & of_kind)
            if i is not None:
                source = reading.emojis[int(wiring.sources[i])]
                target = reading.emojis[int(wiring.targets[i])]
                how = "decays to" if wiring.decays[i] else "→"
                rate = short(float(wiring.rates[i]))
                now = short(float(reading.flows[i]))
                return f"{source} {how} {target}: rate {rate}/s, now {now} jumps/s"
        return ""

    def _coupling(
        self, pointer: FloatArray, radii: FloatArray, reading: BiomeReading
    ) -> str:
        wiring = self._wiring
        largest = float(np.abs(wiring.energies).max(initial=1e-300))
        shares = np.sqrt(np.clip(reading.strengths / largest, 0.0, 1.0))
        i = _line_at(self._couplings, radii, pointer, shares > couplings.HIDDEN)
        if i is None:
            return ""
        first, second = (
            reading.emojis[int(ends[i])] for ends in (wiring.firsts, wiring.seconds)
        )
        current = float(reading.currents[i])
        toward = second if current >= 0.0 else first
        size = short(abs(complex(wiring.energies[i])))
        return (
            f"{first} and {second} are coupled by {size} rad/s: now "
            f"{short(abs(current))}/s flows to {toward}, at most "
            f"{short(float(reading.strengths[i]))}/s"
        )


def _nearest(places: FloatArray, pointer: FloatArray, reach: float) -> int | None:
    """Return the place within ``reach`` of the pointer, or None."""
    distances = np.hypot(*(places - pointer).T)
    i = int(np.argmin(distances))
    return i if distances[i] <= reach else None


def _line_at(
    curves: Curves, radii: FloatArray, pointer: FloatArray, seen: BoolArray
) -> int | None:
    """Return the line that the pointer is on among those that are ``seen``, or None."""
    which = np.flatnonzero(seen)
    if not len(which):
        return None
    lines = curves.trimmed(radii).polylines(which, POINTS)
    distances = np.hypot(*np.moveaxis(lines - pointer, -1, 0)).min(axis=1)
    i = int(np.argmin(distances))
    return int(which[i]) if distances[i] <= REACH else None
