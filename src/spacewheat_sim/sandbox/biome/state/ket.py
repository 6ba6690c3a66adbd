"""The ket, largest amplitude first."""

from __future__ import annotations

import cmath
import math

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.state.phases import hue
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Disc, Line
from spacewheat_sim.sandbox.words.number_text import MINUS, degrees, fixed

WIDTH = 36.0
HEIGHT = 46.0
LARGEST = 12.0
EMOJI = 15.0
# Amplitudes below this are not shown.
SMALLEST = 0.005


def draw_ket(
    canvas: Canvas, area: Rect, emojis: tuple[str, ...], ket: ComplexArray
) -> None:
    """Add as many amplitudes as fit: a disc of area |ψ|² with a hand at the phase.

    Args:
        canvas: The frame.
        area: Its place, a row.
        emojis: The basis, N.
        ket: Amplitudes, (N,).
    """
    fitting = max(1, int(area.w / WIDTH))
    ranked = np.argsort(-np.abs(ket), kind="stable").tolist()
    shown = [n for n in ranked if abs(ket[n]) >= SMALLEST][:fitting]
    for place, number in enumerate(shown):
        cell = Rect(area.x + place * WIDTH, area.y, WIDTH, area.h)
        amplitude = complex(ket[number])
        x, y = cell.center[0], cell.y + LARGEST + 2.0
        radius = max(2.0, LARGEST * abs(amplitude))
        phase = cmath.phase(amplitude)
        reach = radius + 3.0
        canvas.add(
            Disc(x, y, radius, hue(phase)),
            Line(
                x,
                y,
                x + reach * math.cos(phase),
                y - reach * math.sin(phase),
                palette.TEXT,
                1.5,
            ),
        )
        canvas.emoji(x, area.bottom - EMOJI / 2 - 2.0, EMOJI, emojis[number])
        canvas.tell(cell, f"{emojis[number]}: amplitude {number_text(amplitude)}")
    if not shown:
        canvas.text(area.x, area.center[1], "no amplitude", size=SMALL)


def number_text(value: complex) -> str:
    """Return a complex number with its size and phase.

    Example:
        >>> number_text(0.3 - 0.4j)
        '0.300 − 0.400i, size 0.500, phase −53°'
    """
    sign = MINUS if value.imag < 0.0 else "+"
    parts = f"{fixed(value.real, 3)} {sign} {fixed(abs(value.imag), 3)}i"
    size = fixed(abs(value), 3)
    return f"{parts}, size {size}, phase {degrees(cmath.phase(value))}"
