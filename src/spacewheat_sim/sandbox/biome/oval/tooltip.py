"""Facts about the emoji under the pointer."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.challenge.targets import TOLD, is_target
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.biome.wiring import Wiring
from spacewheat_sim.sandbox.canvas import BODY, SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Fill, Outline
from spacewheat_sim.sandbox.words.number_text import degrees, fixed, short

# What the hand can do here.
VERBS = "drag to another: plant · right click: collapse"
MOVES = "right click: the moves on it"
WIDTH = 288.0
LINE = 17.0
PARTNERS = 4
# A link: the emoji at its other end, and a description.
Link = tuple[str, str]


class Tooltip:
    """Name, population, energy, phase and strongest links of one emoji.

    Args:
        session: The session of the biome.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        self._key: tuple[str, Wiring] | None = None
        self._title = ""
        self._energy = ""
        self._links: list[Link] = []

    def draw(
        self,
        canvas: Canvas,
        area: Rect,
        reading: BiomeReading,
        index: int,
        beside: tuple[float, float, float],
    ) -> None:
        """Add it inside ``area``, beside the bubble ``beside`` (x, y, radius)."""
        self._read(reading, index)
        lines = [f"population {fixed(100 * reading.populations[index])}%"]
        if reading.mean is not None:
            lines[0] += f", mean {fixed(100 * reading.mean[index], 1)}%"
        if not self._session.keeps_secret:
            lines.append(self._energy)
        if is_target(self._session.world, reading.emojis[index]):
            lines.append(TOLD)
        phases = _phases(reading, reading.emojis[index])
        links = phases[:1] + self._links
        height = 10.0 + 20.0 + LINE * (len(lines) + len(links) + 1)
        box = _beside(area, min(WIDTH, area.w), min(height, area.h), beside)
        canvas.add(
            Fill(box, palette.GROUND, radius=6.0),
            Outline(box, palette.FAINT, radius=6.0),
        )
        y = box.y + 15.0
        canvas.emoji(box.x + 17.0, y, 18.0, reading.emojis[index])
        canvas.text(box.x + 32.0, y, self._title, bold=True, width=box.w - 40.0)
        y += 3.0
        for line in lines:
            y += LINE
            if y + LINE / 2 <= box.bottom:
                _write(canvas, box, y, box.x + 8.0, line)
        for emoji, text in links:
            y += LINE
            if y + LINE / 2 <= box.bottom:
                canvas.emoji(box.x + 17.0, y, BODY, emoji)
                _write(canvas, box, y, box.x + 32.0, text)
        y += LINE
        if y + LINE / 2 <= box.bottom:
            verbs = VERBS if self._session.world.attempt is None else MOVES
            _write(canvas, box, y, box.x + 8.0, verbs)

    def _read(self, reading: BiomeReading, index: int) -> None:
        """Look up the facts that depend only on the emoji and the content."""
        emoji, wiring = reading.emojis[index], self._session.wiring
        if self._key == (emoji, wiring):
            return
        self._key = emoji, wiring
        icon = self._session.icons.get(canonical_emoji(emoji))
        self._title = "no icon: inert" if icon is None else icon.name
        self._energy = "self-energy 0"
        if icon is not None:
            self._energy = f"self-energy {short(icon.self_energy)} rad/s"
            if icon.drivers:
                names = ", ".join(str(driver.rhythm) for driver in icon.drivers)
                self._energy += f", driven: {names}"
        self._links = _strongest_links(wiring, reading.emojis, index)


def _strongest_links(wiring: Wiring, emojis: tuple[str, ...], index: int) -> list[Link]:
    weighted: list[tuple[float, Link]] = []
    for first, second, energy in zip(
        wiring.firsts.tolist(),
        wiring.seconds.tolist(),
        np.abs(wiring.energies).tolist(),
        strict=True,
    ):
        if index in (first, second):
            other = emojis[second if first == index else first]
            weighted.append((energy, (other, f"coupled, {short(energy)} rad/s")))
    for source, target, rate, decay in zip(
        wiring.sources.tolist(),
        wiring.targets.tolist(),
        wiring.rates.tolist(),
        wiring.decays.tolist(),
        strict=True,
    ):
        if index == source:
            how = "decays to it" if decay else "transfer to it"
            weighted.append((rate, (emojis[target], f"{how}, {short(rate)}/s")))
        elif index == target:
            text = f"transfer from it, {short(rate)}/s"
            weighted.append((rate, (emojis[source], text)))
    weighted.sort(key=lambda link: -link[0])
    return [link for _, link in weighted[:PARTNERS]]


def _phases(reading: BiomeReading, emoji: str) -> list[Link]:
    """Return the phase to each planted partner, in the game's convention."""
    found = []
    for axis in reading.axes:
        if emoji in (axis.north, axis.south) and axis.projection.valid:
            other = axis.south if emoji == axis.north else axis.north
            phi, coherence = axis.projection.phi, axis.projection.coherence
            found.append((other, f"φ {degrees(phi)}, coherence {fixed(coherence)}"))
    return found


def _beside(
    area: Rect, width: float, height: float, bubble: tuple[float, float, float]
) -> Rect:
    """Return a place right of a bubble, or left of it if that is outside."""
    x, y, r = bubble
    left = x + r + 14.0
    if left + width > area.right:
        left = x - r - 14.0 - width
    left = min(max(left, area.x), area.right - width)
    top = min(max(y - height / 2, area.y), area.bottom - height)
    return Rect(left, top, width, height)


def _write(canvas: Canvas, box: Rect, y: float, x: float, text: str) -> None:
    room = box.right - 8.0 - x
    canvas.text(x, y, text, size=SMALL, color=palette.DIM, width=room)
