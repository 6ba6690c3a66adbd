"""A measure of text that needs no font: every letter is equally wide."""

from __future__ import annotations

from spacewheat_sim.sandbox.canvas import Canvas

LETTER = 0.62


class LetterMeasure:
    def width(self, text: str, size: float, bold: bool = False) -> float:
        return (1.1 if bold else 1.0) * LETTER * size * len(text)


def plain_canvas(width: float = 1280.0, height: float = 720.0) -> Canvas:
    return Canvas(width, height, LetterMeasure())


def pointed_canvas(x: float, y: float, *size: float) -> Canvas:
    canvas = plain_canvas(*size)
    canvas.pointer = (x, y)
    return canvas
