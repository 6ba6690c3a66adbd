"""The view of a register: spheres, arcs, gates by buttons, jumps at all they touch."""

from __future__ import annotations

import math

import pytest
from letter_measure import plain_canvas
from panel_checks import (
    SIZES,
    click,
    click_text,
    drawn,
    overlapping,
    session_of,
    sticking_out,
    texts,
)

from spacewheat_sim.engine.bath.events import Gated, Jumped
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.quantum.register.gates import GATES
from spacewheat_sim.sandbox.biome.qubits.layout import qubit_layout
from spacewheat_sim.sandbox.biome.qubits.view import QubitsPanel
from spacewheat_sim.sandbox.biome.screen import BiomeScreen
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session.saves import Saves
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Key, Pressed
from spacewheat_sim.sandbox.shapes import Emoji, Globe, Polyline, Ring

AREA = (700, 420)


def view_of(name):
    session = session_of(name)
    panel = QubitsPanel(session, Selection())
    session.listeners.append(panel.note)
    drawn(panel, session, *AREA)
    return session, panel


def sphere(panel, session, axis):
    shapes = drawn(panel, session, *AREA).shapes
    globe = [shape for shape in shapes if isinstance(shape, Globe)][axis]
    return globe.x, globe.y


def pole(panel, session, emoji):
    shapes = drawn(panel, session, *AREA).shapes
    shape = next(s for s in shapes if isinstance(s, Emoji) and s.emoji == emoji)
    return shape.x, shape.y


def test_each_axis_is_one_sphere_with_both_of_its_emojis():
    """Five spheres and ten emojis for the farm."""
    session, panel = view_of("qubit_farm")
    shapes = drawn(panel, session, *AREA).shapes
    assert sum(isinstance(shape, Globe) for shape in shapes) == 5
    emojis = [shape.emoji for shape in shapes if isinstance(shape, Emoji)]
    assert emojis == list(session.bath.emojis)


def test_gates_act_on_the_axis_that_was_clicked():
    """H by a click on the sphere and one on the button; nothing without an axis."""
    session, panel = view_of("bell_pair")
    click_text(panel, drawn(panel, session, *AREA), "H")
    assert session.bath.probability("🔮") == 1.0
    assert click(panel, *sphere(panel, session, 0))
    click_text(panel, drawn(panel, session, *AREA), "H")
    assert session.bath.probability("🔮") == pytest.approx(0.5)
    assert isinstance(session.events[-1].event, Gated)


def test_a_second_click_gives_a_gate_on_two_its_second_axis():
    """H and CNOT make a Bell pair, and an arc of full width."""
    session, panel = view_of("bell_pair")
    click(panel, *sphere(panel, session, 0))
    click_text(panel, drawn(panel, session, *AREA), "H")
    click_text(panel, drawn(panel, session, *AREA), "CNOT")
    assert panel.gates.waiting == "CNOT"
    click(panel, *sphere(panel, session, 1))
    axes = session.bath.operators.axes
    assert session.bath.negativity(*axes) == pytest.approx(0.5)
    assert panel.gates.waiting is None
    (arc,) = [s for s in drawn(panel, session, *AREA).shapes if isinstance(s, Polyline)]
    assert arc.width == pytest.approx(14.0)


def test_escape_forgets_the_waiting_gate_and_then_the_axis():
    """And says whether there was anything to forget."""
    session, panel = view_of("bell_pair")
    click(panel, *sphere(panel, session, 1))
    panel.gates.press("SWAP")
    assert panel.handle(Key("escape"))
    assert (panel.gates.waiting, panel.gates.axis) == (None, 1)
    assert panel.handle(Key("escape"))
    assert panel.gates.axis is None
    assert not panel.handle(Key("escape"))


def test_turns_take_the_angle_of_the_slider():
    """RY by 60 degrees from the north leaves cos²(30°) there."""
    session, panel = view_of("bell_pair")
    click(panel, *sphere(panel, session, 0))
    panel.gates.angle = math.radians(60)
    panel.gates.press("RY")
    assert session.bath.probability("🔮") == pytest.approx(0.75)


def test_a_right_click_on_a_pole_collapses_onto_it():
    """The other axes stay as they are."""
    session, panel = view_of("fading_twins")
    x, y = pole(panel, session, "🖤")
    assert panel.handle(Pressed(x, y, "right"))
    assert session.bath.probability("🖤") == pytest.approx(1.0)
    assert session.bath.probability("💚") == pytest.approx(0.5)


def test_a_jump_is_seen_at_all_qubits_that_it_touches():
    """A transfer across axes pulses at both, one on an axis at its own."""
    session, panel = view_of("qubit_farm")
    before = sum(isinstance(s, Ring) for s in drawn(panel, session, *AREA).shapes)
    for jump, touched in ((("☀", "🌾"), 2), (("🌱", "🌾"), 1)):
        panel.note(WorldEvent(0, Jumped(0.0, *jump, jump[0]), session.name))
        shapes = drawn(panel, session, *AREA).shapes
        rings = sum(isinstance(s, Ring) for s in shapes)
        assert rings == before + touched
        panel.advance(1.0)


@pytest.mark.parametrize("name", ["bell_pair", "locked_gate", "qubit_farm"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_sticks_out_of_the_view(name, size):
    """At any size of the window."""
    session, panel = view_of(name)
    canvas = plain_canvas(*size)
    panel.draw(canvas, Rect(0, 0, *size), session.reading())
    assert sticking_out(canvas, canvas.area) == []


@pytest.mark.parametrize("count", range(1, 15))
def test_spheres_of_up_to_fourteen_axes_do_not_overlap(count):
    """In the usual area."""
    layout = qubit_layout(count, Rect(0, 0, *AREA))
    for i, a in enumerate(layout.spheres):
        for b in layout.spheres[:i]:
            assert math.dist((a.x, a.y), (b.x, b.y)) > a.r + b.r


@pytest.mark.parametrize("height", [100, 160])
def test_three_spheres_of_a_flat_view_are_as_large_as_its_height_allows(height):
    """No two of them share an end of the oval, where there is room for one."""
    spheres = qubit_layout(3, Rect(0, 0, 560, height)).spheres
    assert spheres[0].r == pytest.approx(0.2 * height, rel=1e-3)


def test_no_number_of_a_small_view_lies_on_another():
    """Of three bells in the smallest window, where a challenge takes its share."""
    session, panel = view_of("three_bells")
    canvas = plain_canvas(570, 118)
    panel.draw(canvas, Rect(0, 0, 570, 118), session.reading())
    assert overlapping(canvas) == []


def test_a_register_has_this_view_and_all_its_axes_planted(tmp_path):
    """Level biomes keep the oval."""
    for name, kind in (("qubit_farm", "QubitsPanel"), ("forest_small", "OvalPanel")):
        session = session_of(name)
        screen = BiomeScreen(
            session,
            session.biome,
            session_registry(),
            key=name,
            saves=Saves(session, tmp_path / "quick", None, print),
            frame_rate=lambda: 60.0,
            notice=print,
        )
        canvas = plain_canvas(1280, 720)
        screen.draw(canvas, canvas.area)
        screen.step_frame()
        assert type(screen._views.mine).__name__ == kind
    axes = [(p.north, p.south) for p in session_of("qubit_farm").world.plots.values()]
    assert axes == list(session_of("qubit_farm").bath.operators.axes)


def session_registry():
    from spacewheat_sim.content.registry import IconRegistry

    return IconRegistry.builtin()


# The width of A in a window of 960, of a challenge's register there, and larger ones.
@pytest.mark.parametrize("width", [355, 480, 561, 748, 1400])
def test_the_letters_of_all_gates_are_read_at_any_width(width):
    session, panel = view_of("three_bells")
    canvas = drawn(panel, session, width, 210)
    assert set(GATES) <= set(texts(canvas))
    assert overlapping(canvas) == []


def test_nothing_is_to_be_pressed_where_it_is_only_shown():
    """In a photo, and as the B beside what is played."""
    session, panel = view_of("three_bells")
    canvas = plain_canvas(190, 210)
    panel.draw(canvas, canvas.area, session.reading(), None)
    assert not {*GATES, "Angle"} & set(texts(canvas))
    assert "ThreeBells" in texts(canvas)
