"""The reduced matrices of a register's axes, and what each two of them share."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading, QubitReading
from spacewheat_sim.sandbox.biome.state.ket import number_text
from spacewheat_sim.sandbox.biome.state.phases import hue
from spacewheat_sim.sandbox.canvas import SMALL, Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Disc, Outline
from spacewheat_sim.sandbox.words.number_text import fixed

TITLE = 16.0
LARGEST = 40.0
EMOJI = 22.0
# Two qubits share at most this, in nats.
MOST = 2 * math.log(2.0)


def reduced_matrix(qubit: QubitReading) -> ComplexArray:
    """Return ½(1 + x σx + y σy + z σz) of an axis, (2, 2), north first."""
    x, y, z = qubit.bloch
    entries = [[1 + z, x - 1j * y], [x + 1j * y, 1 - z]]
    return np.array(entries, dtype=np.complex128) / 2


def draw_reduced(canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
    """Add the reduced matrix of each axis, in a grid."""
    head, field = area.cut_top(TITLE)
    text = "each axis by itself"
    canvas.text(
        head.x, head.center[1], text, size=SMALL, color=palette.DIM, width=head.w
    )
    count = len(reading.qubits)
    columns = max(1, math.ceil(math.sqrt(count * field.w / max(field.h, 1.0))))
    rows = math.ceil(count / columns)
    for qubit, place in zip(
        reading.qubits, field.grid(columns, rows, 6.0), strict=False
    ):
        _draw_axis(canvas, place, qubit)


def draw_shared(canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
    """Add the mutual information of each two axes, as a grid."""
    head, field = area.cut_top(TITLE)
    text = "what two axes share"
    canvas.text(
        head.x, head.center[1], text, size=SMALL, color=palette.DIM, width=head.w
    )
    count = len(reading.qubits)
    step = min((min(field.w, field.h) - 2.0) / (count + 1), 2.0 * LARGEST)
    for number, qubit in enumerate(reading.qubits):
        along = (number + 1.5) * step
        size = min(EMOJI, 0.55 * step)
        canvas.emoji(field.x + along, field.y + step / 2, size, qubit.north)
        canvas.emoji(field.x + step / 2, field.y + along, size, qubit.north)
    for (first, second), nats in reading.shared.items():
        for row, column in ((first, second), (second, first)):
            x, y = field.x + (column + 1.5) * step, field.y + (row + 1.5) * step
            cell = Rect(x - step / 2, y - step / 2, step, step)
            radius = 0.47 * step * math.sqrt(min(max(nats, 0.0) / MOST, 1.0))
            canvas.add(Outline(cell, palette.GRID))
            if radius > 0.4:
                canvas.add(Disc(x, y, radius, palette.SKY))
            pair = f"{reading.qubits[row].north} and {reading.qubits[column].north}"
            canvas.tell(cell, f"{pair} share {fixed(nats, 3)} nats of {fixed(MOST, 3)}")


def _draw_axis(canvas: Canvas, place: Rect, qubit: QubitReading) -> None:
    step = min(place.w / 3.0, place.h / 3.0, 2.0 * LARGEST)
    size, rho = min(EMOJI, 0.55 * step), reduced_matrix(qubit)
    poles = qubit.north, qubit.south
    for number, emoji in enumerate(poles):
        along = (number + 1.5) * step
        canvas.emoji(place.x + along, place.y + step / 2, size, emoji)
        canvas.emoji(place.x + step / 2, place.y + along, size, emoji)
    for row in range(2):
        for column in range(2):
            x, y = place.x + (column + 1.5) * step, place.y + (row + 1.5) * step
            cell = Rect(x - step / 2, y - step / 2, step, step)
            entry = complex(rho[row, column])
            canvas.add(Outline(cell, palette.GRID))
            radius = 0.47 * step * math.sqrt(min(abs(entry), 1.0))
            if radius > 0.4:
                phase = math.atan2(entry.imag, entry.real)
                canvas.add(Disc(x, y, radius, hue(phase)))
            name = f"{poles[row]}, {poles[column]}"
            canvas.tell(cell, f"{name}: {number_text(entry)}")
