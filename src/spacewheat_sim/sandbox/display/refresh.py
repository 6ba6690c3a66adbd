"""Brings a surface up to date with a frame: only what changed is painted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spacewheat_sim.sandbox.display.painter import Painter
from spacewheat_sim.sandbox.display.rows import Box
from spacewheat_sim.sandbox.shapes import Shape, Sheet, same

Sheets = dict[Box, Sequence[Shape]]


class Refresh:
    """What is on a surface, which keeps it from frame to frame.

    A frame is its ground, then sheets side by side, then sheets that lie on those or
    pass, which show what is below at their round corners. A sheet is painted again if
    its shapes are not those that are there, or if something that lay on it went. A
    frame whose sheets are in other places, or that has loose shapes on them, is painted
    whole.

    Args:
        painter: Paints onto the surface.
    """

    def __init__(self, painter: Painter) -> None:
        self._painter = painter
        self.forget()

    def forget(self) -> None:
        """Paint the next frame whole: what is on the surface is not known."""
        self._known: tuple[Box, Sequence[Shape]] | None = None
        self._sheets: Sheets = {}
        self._lying: list[Box] = []
        self._passing: Sheets = {}

    def show(self, shapes: Sequence[Shape], passing: Sequence[Shape] = ()) -> list[Box]:
        """Show a frame; return the boxes of the surface that changed."""
        ground, sheets, loose = self._divided(shapes)
        _, above, _ = self._divided(passing)
        in_place = not loose and list(sheets) == list(self._sheets)
        if in_place and self._is_known(ground):
            changed = self._changed(sheets, above)
        else:
            changed = [self._painter.whole]
            self._lying = _lying(list(sheets))
        for box in changed:
            if box not in sheets or box in self._lying:
                self._painter.paint(ground, box)
        for box, inside in sheets.items():
            if _meets(box, changed):
                self._painter.paint(inside, box)
        self._painter.paint(loose)
        for box, inside in above.items():
            if _meets(box, changed):
                self._painter.paint(inside, box)
        self._known = None if loose else (self._painter.whole, ground)
        self._sheets, self._passing = sheets, above
        return changed

    def _is_known(self, ground: Sequence[Shape]) -> bool:
        """Return whether this ground is on the whole of the surface."""
        if self._known is None:
            return False
        edges, shapes = self._known
        return edges == self._painter.whole and same(shapes, ground)

    def _changed(self, sheets: Sheets, passing: Sheets) -> list[Box]:
        """Return the places where another sheet is, and those of what passes."""
        last = self._sheets
        changed = [box for box, inside in sheets.items() if not same(last[box], inside)]
        boxes = [*self._lying, *self._passing, *passing]
        # What lies on others is lifted as a whole: it may lie on several sheets.
        known = self._passing
        others = passing.keys() != known.keys() or not all(
            same(known[box], inside) for box, inside in passing.items()
        )
        if others or any(_meets(box, changed) for box in boxes):
            changed += boxes
        return changed

    def _divided(
        self, shapes: Sequence[Shape]
    ) -> tuple[Sequence[Shape], Sheets, Sequence[Shape]]:
        """Return the ground, the sheets, and the loose shapes on them."""
        first = next((n for n, s in enumerate(shapes) if type(s) is Sheet), len(shapes))
        sheets: Sheets = {}
        place = first
        while place < len(shapes):
            sheet = shapes[place]
            if not isinstance(sheet, Sheet):
                break
            end = place + 1 + sheet.following
            sheets[self._painter.box(sheet.rect)] = shapes[place + 1 : end]
            place = end
        return shapes[:first], sheets, shapes[place:]


def _lying(boxes: list[Box]) -> list[Box]:
    """Return the boxes that lie on earlier ones."""
    return [box for n, box in enumerate(boxes) if _meets(box, boxes[:n])]


def _meets(box: Box, others: Iterable[Box]) -> bool:
    """Return whether a box has a pixel in common with one of the others."""
    left, top, right, bottom = box
    return any(
        left < o[2] and o[0] < right and top < o[3] and o[1] < bottom for o in others
    )
