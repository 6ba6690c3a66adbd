"""The state view: what the bath is, to the last coherence."""

from __future__ import annotations

import time
from collections.abc import Callable

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.quantum import states
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.biome.state.axes_matrices import draw_reduced, draw_shared
from spacewheat_sim.sandbox.biome.state.feeds import feed_terms
from spacewheat_sim.sandbox.biome.state.ket import HEIGHT, draw_ket, number_text
from spacewheat_sim.sandbox.biome.state.legend import draw_legend
from spacewheat_sim.sandbox.biome.state.matrix import Cell, MatrixGrid
from spacewheat_sim.sandbox.canvas import Canvas
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Input, Pressed
from spacewheat_sim.sandbox.shapes import Outline
from spacewheat_sim.sandbox.words.number_text import fixed

MARGIN = 8.0
LEGEND = 16.0
GAP = 8.0
# Seconds between two pictures of a matrix while the biome runs.
RENEWAL = 1 / 15
MOST_FEEDS = 3
# Lower than this, the ket gives way to the matrix.
ROOM_FOR_KET = 240.0


class StatePanel:
    """Density matrix and ket of a level biome; the axes of a register.

    Args:
        session: The session of the biome.
        selection: Has the inspected emoji.
        now: Returns the real time in seconds.
    """

    def __init__(
        self,
        session: BiomeSession,
        selection: Selection,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._selection = selection
        self._now = now
        self._grids = (MatrixGrid(), MatrixGrid())
        self._shown: tuple[MatrixGrid, ...] = ()
        self._emojis: tuple[str, ...] = ()
        self._version: object = None
        self._made = -1.0

    def draw(self, canvas: Canvas, area: Rect, reading: BiomeReading) -> None:
        """Add the state inside ``area``."""
        canvas.panel(area)
        inner = area.inset(MARGIN)
        legend, rest = inner.cut_bottom(LEGEND, 4.0)
        draw_legend(canvas, legend)
        self._shown, self._emojis = (), reading.emojis
        if reading.qubits:
            left, right = rest.columns([1.0, 1.0], GAP)
            draw_reduced(canvas, left, reading)
            draw_shared(canvas, right, reading)
            return
        state = self._session.bath.state
        if state.ndim == 1 and rest.h >= ROOM_FOR_KET:
            ket, rest = rest.cut_top(HEIGHT, 4.0)
            draw_ket(canvas, ket, reading.emojis, state)
        self._draw_matrices(canvas, rest, reading, states.density_matrix(state))

    def handle(self, event: Input) -> bool:
        """Handle an input; return whether it was for the state."""
        if not isinstance(event, Pressed) or event.button != "left":
            return False
        for grid in self._shown:
            cell = grid.cell_at(event.x, event.y)
            if cell is not None:
                self._press(cell)
                return True
        return False

    def _press(self, cell: Cell) -> None:
        north, south = self._emojis[cell.row], self._emojis[cell.column]
        if north == south:
            self._selection.inspected = north
        else:
            self._session.plant(north, south)

    def _draw_matrices(
        self, canvas: Canvas, area: Rect, reading: BiomeReading, rho: ComplexArray
    ) -> None:
        mean = self._session.mean_density()
        pairs: list[tuple[str, ComplexArray]] = [("this history", rho)]
        if mean is not None:
            pairs.append(("the average of all", mean))
        elif reading.method != "trajectory":
            pairs = [("density matrix", rho)]
        version = self._renewed(reading)
        largest = max(float(matrix.diagonal().real.max()) for _, matrix in pairs)
        places = area.columns([1.0] * len(pairs), GAP)
        self._shown = self._grids[: len(pairs)]
        for grid, place, (title, matrix) in zip(
            self._shown, places, pairs, strict=True
        ):
            grid.draw(
                canvas,
                place,
                title,
                reading.emojis,
                matrix,
                largest=largest,
                version=version,
            )
            if canvas.pointer is not None and canvas.over(place):
                cell = grid.cell_at(*canvas.pointer)
                if cell is not None:
                    canvas.add(Outline(cell.place, palette.WHITE, 1.5))
                    text = self._text(cell, reading, matrix)
                    canvas.hint = (text, cell.place)

    def _renewed(self, reading: BiomeReading) -> object:
        """Return what changes when the pictures are to be made anew."""
        now, paused = self._now(), self._session.clock.paused
        if paused or now - self._made >= RENEWAL:
            version = reading.emojis, reading.time, self._session.past.place
            if version != self._version:
                self._version, self._made = version, now
        return self._version

    def _text(self, cell: Cell, reading: BiomeReading, rho: ComplexArray) -> str:
        """Return the number of an entry, what feeds it, and what a click does."""
        i, j = cell.row, cell.column
        north, south = reading.emojis[i], reading.emojis[j]
        entry = complex(rho[i, j])
        lines = [f"{north}, {south}: {number_text(entry)}"]
        if i == j:
            lines = [f"{north}: probability {fixed(entry.real, 4)}"]
        operators = self._session.bath.operators
        for term in feed_terms(operators, rho, i, j, reading.time)[:MOST_FEEDS]:
            change = _change(term.rate, entry)
            lines.append(f"{change} by {term.how} with {reading.emojis[term.source]}")
        act = "a click shows its icon" if i == j else "a click plants this axis"
        return "\n".join([*lines, act])


def _change(rate: complex, entry: complex) -> str:
    """Return by how much a term changes the size of an entry."""
    size = abs(entry)
    growth = (rate * entry.conjugate()).real / size if size else abs(rate)
    return f"{fixed(growth, 3, signed=True)}/s"
