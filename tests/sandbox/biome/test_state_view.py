from __future__ import annotations

import math

import numpy as np
import pytest
from letter_measure import plain_canvas
from panel_checks import (
    SIZES,
    click,
    drawn,
    overlapping,
    session_of,
    session_without_axes,
    sticking_out,
    texts,
)

from spacewheat_sim.engine.world.commands import ApplyGate
from spacewheat_sim.engine.world.events import Planted
from spacewheat_sim.quantum.methods.master import MasterEquation
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session.edits import set_method
from spacewheat_sim.sandbox.biome.state.axes_matrices import reduced_matrix
from spacewheat_sim.sandbox.biome.state.feeds import feed_terms
from spacewheat_sim.sandbox.biome.state.ket import draw_ket, number_text
from spacewheat_sim.sandbox.biome.state.panel import StatePanel
from spacewheat_sim.sandbox.biome.state.phases import hues
from spacewheat_sim.sandbox.biome.state.picture import matrix_picture
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.shapes import Disc, Emoji, Picture


def played(name, seconds=2.0, method=None):
    session = session_of(name)
    if method is not None:
        set_method(session, method)
    for _ in range(round(seconds * 10)):
        session.advance(0.1)
    return session


def of_kind(canvas, kind):
    return [shape for shape in canvas.shapes if isinstance(shape, kind)]


@pytest.mark.parametrize("name", ["biotic_flux", "forest_small"])
def test_the_feeds_of_an_entry_are_its_rate_of_change(name):
    session = played(name, method="master")
    operators, time = session.bath.operators, session.world.time
    rho, h = session.bath.density_matrix(), 1e-4
    ends = []
    for sign in (1, -1):
        # One step forward; backward by the slope of two.
        master = MasterEquation(operators.generator, operators.drive, rho, 1e-12)
        master.advance(time, h * (1.5 + 0.5 * sign))
        ends.append(master.state)
    slope = (4 * (ends[1] - rho) - (ends[0] - rho)) / (2 * h)
    count = len(operators)
    found = np.array(
        [
            [
                sum(term.rate for term in feed_terms(operators, rho, i, j, time))
                for j in range(count)
            ]
            for i in range(count)
        ]
    )
    np.testing.assert_allclose(found, slope, atol=2e-5)


def test_the_area_of_a_disc_is_the_size_and_its_hue_the_phase():
    matrix = np.array([[1.0, 0.25], [0.25j, 0.0]])
    pixels = matrix_picture(matrix, 40, 1.0).astype(float)
    ground = np.array(palette.PANEL)
    lit = np.abs(pixels - ground).sum(axis=2) > 60
    areas = lit.reshape(2, 40, 2, 40).sum(axis=(1, 3))
    assert areas[0, 1] / areas[0, 0] == pytest.approx(0.25, rel=0.12)
    assert areas[1, 1] == 0
    np.testing.assert_allclose(pixels[20, 20], 255 * hues(np.array(0.0)), atol=1.0)
    np.testing.assert_allclose(
        pixels[60, 20], 255 * hues(np.array(math.pi / 2)), atol=1.0
    )


def test_the_average_stands_beside_a_history_and_alone_under_master():
    history = drawn(
        StatePanel(played("biotic_flux"), Selection()), played("biotic_flux")
    )
    assert {"this history", "the average of all"} <= set(texts(history))
    session = played("biotic_flux", method="master")
    alone = drawn(StatePanel(session, Selection()), session)
    assert "density matrix" in texts(alone)
    assert "the average of all" not in texts(alone)


def test_the_ket_is_drawn_largest_first_with_area_and_phase():
    canvas = plain_canvas(400, 60)
    ket = np.array([0.6j, 0.0, -0.8])
    draw_ket(canvas, Rect(0, 0, 400, 50), ("🌾", "💀", "🍂"), ket)
    assert [shape.emoji for shape in of_kind(canvas, Emoji)] == ["🍂", "🌾"]
    large, small = of_kind(canvas, Disc)
    assert (small.r / large.r) ** 2 == pytest.approx(0.36 / 0.64)
    assert large.color != small.color


def test_a_click_on_an_entry_plants_that_axis_and_one_on_the_diagonal_its_icon():
    session = session_without_axes("☀", "🌙", "🌾")
    selection = Selection()
    panel = StatePanel(session, selection)
    drawn(panel, session)
    grid = panel._shown[0]
    x, y, size = grid._grid.x, grid._grid.y, grid._cell
    assert click(panel, x + 2.5 * size, y + 0.5 * size)
    planted = session.events[-1].event
    assert isinstance(planted, Planted)
    assert (planted.north, planted.south) == ("☀", "🌾")
    click(panel, x + 1.5 * size, y + 1.5 * size)
    assert selection.inspected == "🌙"
    assert not click(panel, 1.0, 1.0)


def test_hovering_tells_the_number_and_what_feeds_it():
    session = played("biotic_flux")
    panel = StatePanel(session, Selection())
    drawn(panel, session)
    grid = panel._shown[0]
    canvas = plain_canvas(512, 420)
    canvas.pointer = grid._grid.x + 0.5 * grid._cell, grid._grid.y + 2.5 * grid._cell
    panel.draw(canvas, Rect(0, 0, 512, 420), session.reading())
    text, _ = canvas.hint
    rho = session.bath.density_matrix()
    assert number_text(complex(rho[2, 0])) in text
    assert "by coupling with" in text
    assert "plants this axis" in text


def test_the_reduced_matrices_of_a_register_are_those_of_its_qubits():
    session = session_of("three_bells")
    session.do(ApplyGate(session.name, "H", session.bath.operators.axes[0]))
    qubit = session.reading().qubits[0]
    rho = reduced_matrix(qubit)
    psi = session.bath.amplitudes.reshape(2, -1)
    np.testing.assert_allclose(rho, psi @ psi.conj().T, atol=1e-12)
    canvas = drawn(StatePanel(session, Selection()), session)
    assert "each axis by itself" in texts(canvas)
    assert "what two axes share" in texts(canvas)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["forest", "two_level", "kitchen", "three_bells"])
def test_no_text_lies_on_another(name, size):
    session = played(name, 0.5)
    canvas = plain_canvas(*size)
    area = Rect(0, 0, *size)
    StatePanel(session, Selection()).draw(canvas, area, session.reading())
    assert overlapping(canvas) == []
    assert sticking_out(canvas, area) == []
    for picture in of_kind(canvas, Picture):
        assert picture.rect.right <= area.right
        assert picture.rect.bottom <= area.bottom + 0.5


def test_a_matrix_is_made_anew_only_now_and_then_while_it_runs():
    session, clock = played("forest"), iter(np.arange(0, 10, 0.02).tolist())
    panel = StatePanel(session, Selection(), lambda: next(clock))
    made = []
    for _ in range(8):
        session.advance(1 / 60)
        canvas = drawn(panel, session)
        made.append(
            id(next(s for s in of_kind(canvas, Picture) if s.rect.h > 20).pixels)
        )
    assert 2 <= len(set(made)) <= 4
