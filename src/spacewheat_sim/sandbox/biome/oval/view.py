"""The oval: a bubble for every emoji, and the flows between them."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.challenge.targets import REACH, draw_target, is_target
from spacewheat_sim.sandbox.biome.first_steps import PLANT, FirstSteps
from spacewheat_sim.sandbox.biome.oval.bubbles import (
    draw_bubbles,
    draw_ghosts,
    draw_glows,
    draw_labels,
)
from spacewheat_sim.sandbox.biome.oval.choice import OvalChoice
from spacewheat_sim.sandbox.biome.oval.couplings import Couplings
from spacewheat_sim.sandbox.biome.oval.decays import Decays
from spacewheat_sim.sandbox.biome.oval.effects import OvalEffects
from spacewheat_sim.sandbox.biome.oval.layout import OvalLayout, oval_layout
from spacewheat_sim.sandbox.biome.oval.legend import Legend
from spacewheat_sim.sandbox.biome.oval.link_hints import LinkHints
from spacewheat_sim.sandbox.biome.oval.tooltip import Tooltip
from spacewheat_sim.sandbox.biome.oval.transfers import Transfers
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.biome.wiring import Wiring
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input
from spacewheat_sim.sandbox.shapes import Ellipse, Line, Ring

HEADER = 20.0
MARGIN = 6.0


class OvalPanel:
    """The oval of a biome.

    Args:
        session: The session of the biome.
        selection: The selected and hovered emojis, shared with other panels.
        steps: The first steps, of which planting is shown at two bubbles; or None.

    Attributes:
        session: As given.
    """

    def __init__(
        self,
        session: BiomeSession,
        selection: Selection,
        steps: FirstSteps | None = None,
    ) -> None:
        self._steps = steps
        self.session = self._session = session
        self._selection = selection
        self._effects = OvalEffects()
        self._legend = Legend()
        self._tooltip = Tooltip(session)
        self._choice = OvalChoice(session, selection, self._emoji_at)
        self._stage: _Stage | None = None
        self._radii: FloatArray = np.empty(0)
        self._seconds = self._drawn = 0.0

    def note(self, event: WorldEvent) -> None:
        """Start to show an event."""
        self._effects.note(event)

    def forget(self) -> None:
        """Show nothing more of another life."""
        self._effects.forget()

    @property
    def moving(self) -> bool:
        """Whether an effect is being shown."""
        return self._effects.moving

    def advance(self, real_seconds: float, *, flows: bool = True) -> None:
        """Advance the animations: effects, and what ``flows`` along the links."""
        self._seconds += real_seconds if flows else 0.0
        self._effects.advance(real_seconds)

    def draw(
        self, canvas: Canvas, area: Rect, reading: BiomeReading, told: str | None = ""
    ) -> None:
        """Add the oval inside ``area``, with a line that is ``told`` at its top.

        For a photo that is None: nothing to press is shown.
        """
        stage = self._set_stage(area, reading)
        layout = stage.layout
        radii = self._radii = layout.radii(reading.populations)
        header, field = area.inset(MARGIN).cut_top(HEADER)
        with canvas.sheet(area, palette.GROUND):
            canvas.panel(area)
            is_photo = told is None
            room = header if is_photo else self._legend.draw_button(canvas, header)
            self._draw_title(canvas, room, reading, told or "")
            for ring in layout.rings:
                canvas.add(Ellipse(ring, palette.GRID))
        canvas.clip(area)
        self._draw_links(canvas, stage, reading)
        draw_glows(canvas, layout, radii, reading)
        draw_bubbles(canvas, layout, radii, reading)
        around = np.zeros_like(radii)
        for i, emoji in enumerate(reading.emojis):
            if is_target(self._session.world, emoji):
                around[i] = REACH
                x, y = layout.places[i].tolist()
                draw_target(canvas, x, y, float(radii[i]))
        if reading.mean is not None:
            draw_ghosts(canvas, layout, radii, reading.mean)
        marks = self._marks(stage) if told else {}
        draw_labels(canvas, layout, radii + around, reading, marks)
        self._effects.draw(canvas, layout, radii, stage.index)
        for i in marks:
            x, y = layout.places[i].tolist()
            canvas.add(Ring(x, y, float(radii[i]) + 4.0, palette.ACCENT, 2.0))
        self._draw_choice(canvas, stage)
        self._legend.draw_sheet(canvas, field)
        self._draw_tooltip(canvas, field, stage, reading)
        canvas.clip(None)

    def emoji_under(
        self, canvas: Canvas, area: Rect, reading: BiomeReading
    ) -> str | None:
        """Return the emoji whose bubble in ``area`` the pointer is on, or None."""
        stage = self._set_stage(area, reading)
        self._radii = stage.layout.radii(reading.populations)
        _, field = area.inset(MARGIN).cut_top(HEADER)
        with canvas.under(self._legend.sheet(canvas, field)):
            pointer = canvas.pointer if canvas.over(area) else None
        return None if pointer is None else self._emoji_at(*pointer)

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the oval."""
        return self._legend.handle(event) or self._choice.handle(event)

    def _marks(self, stage: _Stage) -> dict[int, str]:
        """Return what to write at bubbles to click for the first axis."""
        if (
            self._steps is None
            or self._steps.next is not PLANT
            or len(stage.emojis) < 2
        ):
            return {}
        there = len(stage.emojis) // 3 or 1
        marks = {0: "here", there: "there"}
        north = self._choice.north
        if north is None:
            return marks
        return {0 if stage.index.get(north) == there else there: "there"}

    def _draw_title(
        self, canvas: Canvas, room: Rect, reading: BiomeReading, told: str
    ) -> None:
        """Add the biome's name and a line, or the next step of planting an axis."""
        north, y = self._choice.north, room.center[1]
        if north is None:
            x, right = room.x + 4.0, room.right
            x += 12.0 + canvas.text(x, y, reading.name, size=SMALL, width=right - x)
            if x < right:
                color = palette.ACCENT if self._is_step(told) else palette.DIM
                canvas.text(x, y, told, size=SMALL, color=color, width=right - x)
                canvas.tell(Rect(room.x, room.y, room.w, room.h), told)
            return
        canvas.emoji(room.x + 12.0, y, 16.0, north)
        text = self._selection.link_text or "is north: click its south pole, or Escape"
        canvas.text(room.x + 26.0, y, text, size=SMALL, width=room.w - 26.0)

    def _is_step(self, told: str) -> bool:
        return self._steps is not None and self._steps.text == told

    def _set_stage(self, area: Rect, reading: BiomeReading) -> _Stage:
        """Return the parts that change only with emojis, links or the area."""
        stage, wiring = self._stage, self._session.wiring
        if stage is None or not stage.fits(area, reading.emojis, wiring):
            stage = self._stage = _Stage(area, reading.emojis, wiring)
            self._selection.keep(reading.emojis)
        return stage

    def _draw_links(self, canvas: Canvas, stage: _Stage, reading: BiomeReading) -> None:
        hovered, radii = self._selection.hovered, self._radii
        focus = None if hovered is None else stage.index.get(hovered)
        elapsed, self._drawn = self._seconds - self._drawn, self._seconds
        stage.couplings.draw(
            canvas, radii, reading.currents, reading.strengths, elapsed, focus
        )
        stage.decays.draw(canvas, radii, reading.flows, self._seconds, focus)
        stage.transfers.draw(canvas, radii, reading.flows, self._seconds, focus)

    def _draw_choice(self, canvas: Canvas, stage: _Stage) -> None:
        """Add rings around hovered and selected emojis, and the axis being planted."""
        selection, north = self._selection, self._choice.north
        for emoji, color, width in (
            (selection.hovered, palette.TEXT, 1.5),
            (north, palette.WHITE, 3.0),
        ):
            if emoji is not None and (i := stage.index.get(emoji)) is not None:
                x, y = stage.layout.places[i].tolist()
                canvas.add(Ring(x, y, float(self._radii[i]) + 4.0, color, width))
        pointer = canvas.pointer
        if north is None or pointer is None or north not in stage.index:
            return
        i = stage.index[north]
        x, y = stage.layout.places[i].tolist()
        distance = float(np.hypot(pointer[0] - x, pointer[1] - y))
        edge = float(self._radii[i]) + 5.0
        if distance > edge:
            share = edge / distance
            start = x + share * (pointer[0] - x), y + share * (pointer[1] - y)
            canvas.add(Line(*start, *pointer, palette.WHITE, 1.5))

    def _draw_tooltip(
        self, canvas: Canvas, field: Rect, stage: _Stage, reading: BiomeReading
    ) -> None:
        """Add the tooltip of what is under the pointer, unless an axis is drawn."""
        i = stage.index.get(self._selection.hovered or "")
        if i is None and canvas.over(field) and self._choice.north is None:
            with canvas.under(self._legend.sheet(canvas, field)):
                stage.hints.tell(canvas, self._radii, reading)
        if i is not None and canvas.over(stage.area) and self._choice.held is None:
            x, y = stage.layout.places[i].tolist()
            bubble = x, y, float(self._radii[i])
            self._tooltip.draw(canvas, field, reading, i, bubble)

    def _emoji_at(self, x: float, y: float) -> str | None:
        stage = self._stage
        if stage is None or not stage.area.contains(x, y):
            return None
        i = stage.layout.bubble_at(x, y, self._radii)
        return None if i is None else stage.emojis[i]


class _Stage:
    """The geometry of one set of emojis and links in one area."""

    def __init__(self, area: Rect, emojis: tuple[str, ...], wiring: Wiring) -> None:
        self.area, self.emojis, self.wiring = area, emojis, wiring
        _, field = area.inset(MARGIN).cut_top(HEADER)
        self.layout: OvalLayout = oval_layout(len(emojis), field)
        self.index = {emoji: i for i, emoji in enumerate(emojis)}
        self.transfers = Transfers(self.layout, wiring)
        self.couplings = Couplings(self.layout, wiring)
        self.decays = Decays(self.layout, wiring)
        self.hints = LinkHints(self.layout, wiring)

    def fits(self, area: Rect, emojis: tuple[str, ...], wiring: Wiring) -> bool:
        """Return whether nothing has changed."""
        return self.wiring is wiring and self.area == area and self.emojis == emojis
