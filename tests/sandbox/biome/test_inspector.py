from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from letter_measure import plain_canvas
from panel_checks import (
    BUILTIN,
    SIZES,
    click_text,
    drawn,
    overlapping,
    session_of,
    session_without_axes,
    sticking_out,
    texts,
)

from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.files import list_biomes, read_biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.compile import compile_biome
from spacewheat_sim.engine.world.commands import EditIcon, Remove
from spacewheat_sim.engine.world.events import Edited, Refused
from spacewheat_sim.sandbox.biome.inspector.edit import IconEdit
from spacewheat_sim.sandbox.biome.inspector.numbers import icon_numbers
from spacewheat_sim.sandbox.biome.inspector.panel import InspectorPanel
from spacewheat_sim.sandbox.biome.session.edits import set_dt, set_method
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Moved, Pressed, Released, Wheeled
from spacewheat_sim.sandbox.shapes import Disc, Text

TALL = (512, 1400)
RICH = {
    "emoji": "☀",
    "name": "Sol",
    "description": "Shines.",
    "self_energy": 1.0,
    "drivers": [
        {"rhythm": "day", "amplitude": 1.5},
        {"shape": "cosine", "period": 20.0, "phase": 0.5, "amplitude": 2.0},
    ],
    "couplings": {"🌙": 0.8, "🌾": {"re": 0.3, "im": 0.4}, "🐭": 0.5},
    "transfers_to": {"🌾": 0.02},
    "transfers_from": {"🌙": 0.03},
    "decay": {"rate": 0.01, "target": "🌙", "rhythm": "day", "depth": 0.75},
    "dephasing": 0.004,
}
LABELS = {"☀": "☀", "🌙": "🌙", "🌾": "🌾"}
EMOJIS = tuple(LABELS)


def rich_session(**changes):
    return session_without_axes(*EMOJIS, icons=[{**RICH, **changes}])


def inspector(session, emoji, tmp_path=None):
    notices = []
    selection = SimpleNamespace(inspected=emoji)
    panel = InspectorPanel(session, selection, notices.append, tmp_path)
    return panel, selection, notices


def knob(canvas, label):
    """Return where the knob of the slider with ``label`` is."""
    (text,) = [
        s
        for s in canvas.shapes
        if isinstance(s, Text) and s.text == label and not s.bold
    ]
    knobs = [s for s in canvas.shapes if isinstance(s, Disc)]
    return min(knobs, key=lambda disc: abs(disc.y - text.y))


def drag(panel, session, label, dx, size=TALL):
    """Drag a slider by ``dx``, and let it go."""
    disc = knob(drawn(panel, session, *size), label)
    assert panel.handle(Pressed(disc.x, disc.y))
    drawn(panel, session, *size)
    panel.handle(Moved(disc.x + dx, disc.y))
    panel.handle(Released(disc.x + dx, disc.y))


def operators(session):
    """Return the operators as all edits so far make them."""
    biome = session.biome
    return compile_biome(biome, session.world.registry()).operators


def rates(ops):
    return {(j.source, j.target, j.kind, j.icon): j.rate for j in ops.jumps}


# --- the numbers ------------------------------------------------------------------


def test_every_number_that_acts_is_there_and_no_other():
    icon = Icon.model_validate(RICH)
    read = {n.label: n.read(icon) for n in icon_numbers(icon, LABELS)}

    assert read == pytest.approx(
        {
            "energy, rad/s": 1.0,
            "day, rad/s": 1.5,
            "cosine, rad/s": 2.0,
            "cosine, period, s": 20.0,
            "cosine, phase, rad": 0.5,
            "🌙": 0.8,
            "🌾, size": 0.5,
            "🌾, angle": math.atan2(0.4, 0.3),
            "→ 🌾": 0.02,
            "← 🌙": 0.03,
            "decay → 🌙": 0.01,
            "decay → 🌙, depth": 0.75,
            "dephasing": 0.004,
        }
    )


@pytest.mark.parametrize(
    "number",
    list(icon_numbers(Icon.model_validate(RICH), LABELS)),
    ids=lambda n: n.label,
)
def test_writing_a_number_changes_it_alone_and_writing_it_back_restores_all(number):
    icon = Icon.model_validate(RICH)
    others = [n for n in icon_numbers(icon, LABELS) if n.label != number.label]
    authored = number.read(icon)

    changed = number.write(icon, 0.25)

    assert number.read(changed) == pytest.approx(0.25)
    for other in others:
        assert other.read(changed) == pytest.approx(other.read(icon))
    assert Icon.model_validate(changed.model_dump()) == changed
    back = number.write(changed, authored)
    assert back.couplings["🌾"] == pytest.approx(icon.couplings["🌾"])
    if "🌾," not in number.label:
        assert back == icon


def test_a_complex_coupling_finds_its_angle_again_after_it_was_zero():
    icon = Icon.model_validate(RICH)
    (size,) = [n for n in icon_numbers(icon, LABELS) if n.label == "🌾, size"]

    again = size.write(size.write(icon, 0.0), 0.5)

    assert again.couplings["🌾"] == pytest.approx(0.3 + 0.4j)


@pytest.mark.parametrize("emoji", [icon.emoji for icon in BUILTIN])
def test_every_authored_number_is_within_its_limits_with_room_to_both_sides(emoji):
    icon = BUILTIN.get(emoji)
    everyone = {other.key: other.emoji for other in BUILTIN}
    for number in icon_numbers(icon, everyone):
        value = number.read(icon)
        position = number.scale.position(value)
        assert number.scale.value(position) == pytest.approx(value, abs=1e-12)
        # A circle has no end, and the whole of a rate may change.
        if not number.label.endswith(("phase, rad", "depth")):
            assert position < 0.95
            assert position > 0.05 or value == 0.0


# --- moving a slider ---------------------------------------------------------------


def test_a_coupling_moved_changes_its_matrix_elements_and_nothing_else():
    session = rich_session()
    panel, _, _ = inspector(session, "☀")
    before = operators(session)

    drag(panel, session, "🌙", 40)

    after = operators(session)
    difference = (after.hamiltonian - before.hamiltonian).toarray()
    coupling = session.icons["☀"].couplings["🌙"]
    assert coupling.real > 0.8
    assert sorted(zip(*np.nonzero(difference), strict=True)) == [(0, 1), (1, 0)]
    assert after.hamiltonian[0, 1] == pytest.approx(coupling / 2)
    assert after.jumps == before.jumps
    assert after.drive.drivers == before.drive.drivers


def test_a_rate_moved_changes_its_jump_and_nothing_else():
    session = rich_session()
    panel, _, _ = inspector(session, "☀")
    before = operators(session)

    drag(panel, session, "→ 🌾", 60)

    after, rate = operators(session), session.icons["☀"].transfers_to["🌾"]
    assert rate > 0.02
    assert rates(after) == {**rates(before), (0, 2, "transfer", 0): rate}
    assert (after.hamiltonian != before.hamiltonian).nnz == 0


def test_the_running_bath_obeys_from_the_next_tick_on():
    session = rich_session()
    panel, _, _ = inspector(session, "☀")
    drag(panel, session, "decay → 🌙", 60)
    session.step_once()

    assert session.bath.operators.jumps == operators(session).jumps
    assert session.icons["☀"].decay.rate > 0.01


def test_a_shared_icon_is_edited_as_well_as_a_biomes_own():
    session = session_of("forest_small")
    for emoji in ("🌲", "🐺"):  # the biome's own, and a shared one
        panel, _, _ = inspector(session, emoji)
        drag(panel, session, "energy, rad/s", 50)
        assert session.icons[emoji].self_energy > 0.0


def test_a_rate_can_be_moved_to_exactly_zero():
    session = rich_session()
    panel, _, _ = inspector(session, "☀")

    drag(panel, session, "→ 🌾", -500)

    assert session.icons["☀"].transfers_to["🌾"] == 0.0
    assert (0, 2, "transfer", 0) not in rates(operators(session))


def test_many_movements_in_one_frame_make_one_edit_and_the_last_one_counts():
    session = rich_session()
    panel, _, _ = inspector(session, "☀")
    disc = knob(drawn(panel, session, *TALL), "🌙")
    panel.handle(Pressed(disc.x, disc.y))
    edits = []
    session.listeners.append(lambda event: edits.append(event.event))

    drawn(panel, session, *TALL)
    for step in range(1, 30):
        panel.handle(Moved(disc.x + step, disc.y))
    assert len(edits) == 1
    panel.handle(Released(disc.x + 29, disc.y))

    assert len(edits) == 2
    canvas = drawn(panel, session, *TALL)
    assert knob(canvas, "🌙").x == pytest.approx(disc.x + 29, abs=1.0)
    written = next(
        n for n in icon_numbers(session.icons["☀"], LABELS) if n.label == "🌙"
    )
    assert f"{written.read(session.icons['☀']):.3g}" in texts(canvas)


def test_the_small_button_resets_one_number_and_reset_all_of_them():
    session = rich_session()
    authored = session.icons["☀"]
    panel, _, _ = inspector(session, "☀")
    assert "↺" not in texts(drawn(panel, session, *TALL))
    drag(panel, session, "🌙", 40)
    drag(panel, session, "day, rad/s", 40)

    canvas = drawn(panel, session, *TALL)
    assert texts(canvas).count("↺") == 2
    click_text(panel, canvas, "↺", 1)
    assert session.icons["☀"].couplings == authored.couplings
    assert session.icons["☀"].drivers != authored.drivers
    click_text(panel, drawn(panel, session, *TALL), "Reset")

    assert session.icons["☀"] == authored
    assert "↺" not in texts(drawn(panel, session, *TALL))


def test_a_right_click_on_a_slider_resets_it():
    session = rich_session()
    panel, _, _ = inspector(session, "☀")
    drag(panel, session, "🌙", 40)

    disc = knob(drawn(panel, session, *TALL), "🌙")
    panel.handle(Pressed(disc.x, disc.y, "right"))
    panel.handle(Released(disc.x, disc.y, "right"))

    assert session.icons["☀"].couplings["🌙"] == 0.8


def test_what_another_icon_was_is_remembered_while_one_is_inspected():
    session = session_of("biotic_flux")
    authored = session.icons["☀"]
    panel, selection, _ = inspector(session, "☀")
    drag(panel, session, "energy, rad/s", -30)
    for emoji in ("🌙", "☀"):
        selection.inspected = emoji
        canvas = drawn(panel, session, *TALL)

    click_text(panel, canvas, "Reset")
    assert session.icons["☀"] == authored


def test_an_icon_reloaded_from_its_file_is_authored_anew():
    session = session_of("biotic_flux")
    panel, _, _ = inspector(session, "☀")
    drag(panel, session, "energy, rad/s", -30)
    reloaded = BUILTIN.get("☀").model_copy(update={"self_energy": 0.7})
    session.do(EditIcon(reloaded))

    canvas = drawn(panel, session, *TALL)
    assert "↺" not in texts(canvas)
    assert "0.7" in texts(canvas)


def test_a_refused_edit_leaves_the_slider_where_it_was():
    session = session_of("biotic_flux")
    set_method(session, "spec")
    set_dt(session, 1.0)
    panel, _, _ = inspector(session, "🌾")
    before = session.icons["🌾"]

    drag(panel, session, "← ☀ Sol", 500)

    assert isinstance(session.events[-1].event, Refused)
    assert session.icons["🌾"] == before
    assert "↺" not in texts(drawn(panel, session, *TALL))


def test_the_wheel_scrolls_and_moves_no_slider():
    session = rich_session()
    panel, _, _ = inspector(session, "☀")
    size = (384, 200)
    drawn(panel, session, *size)

    for y in range(20, 160, 12):
        panel.handle(Wheeled(200, y, -1))
        drawn(panel, session, *size)

    assert not [e for e in session.events if isinstance(e.event, Edited)]
    assert "dephasing" in texts(drawn(panel, session, *size))


def test_a_slider_scrolled_out_of_sight_is_still_dragged_but_cannot_be_grabbed():
    session = rich_session()
    panel, _, _ = inspector(session, "☀")
    size = (384, 300)
    disc = knob(drawn(panel, session, *size), "energy, rad/s")
    panel.handle(Pressed(disc.x, disc.y))
    panel.handle(Wheeled(200, 100, -20))
    assert "energy, rad/s" not in texts(drawn(panel, session, *size))

    panel.handle(Moved(disc.x - 20, disc.y))
    panel.handle(Released(disc.x - 20, disc.y))
    energy = session.icons["☀"].self_energy
    assert energy < 1.0
    panel.handle(Pressed(disc.x + 20, disc.y))
    panel.handle(Released(disc.x + 20, disc.y))
    assert session.icons["☀"].self_energy == energy


# --- what it says ------------------------------------------------------------------


def test_it_shows_name_description_and_partners_that_are_not_here():
    session = rich_session()
    found = texts(drawn(inspector(session, "☀")[0], session, *TALL))

    assert "Sol" in found
    assert "Shines." in found
    assert "Not in this biome: 🐭" in found
    assert "🐭" not in found


def test_an_emoji_without_an_icon_is_called_so():
    session = rich_session()
    panel, _, _ = inspector(session, "🌾")
    found = " ".join(texts(drawn(panel, session)))

    assert "🌾 has no icon" in found
    assert "Reset" not in found


def test_with_nothing_chosen_it_says_what_to_do():
    session = rich_session()
    found = " ".join(texts(drawn(inspector(session, None)[0], session)))

    assert "Click a bubble" in found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("emoji", ["☀", "🌾", None])
def test_texts_neither_overlap_nor_leave_the_panel(size, emoji):
    session = rich_session(
        name="A name so long that no panel could ever show it whole",
        description="A word or two of what it does. " * 12,
        tags=tuple(f"tag{n}" for n in range(40)),
    )
    panel, _, _ = inspector(session, emoji)
    drag_free = drawn(panel, session, *size)
    assert overlapping(drag_free) == []
    assert sticking_out(drag_free, drag_free.area) == []
    for _ in range(8):
        panel.handle(Wheeled(100, 60, -2))
        canvas = drawn(panel, session, *size)
        assert overlapping(canvas) == []


def test_it_fits_no_room_at_all():
    session = rich_session()
    panel, _, _ = inspector(session, "☀")
    for w, h in ((0, 0), (40, 20)):
        canvas = plain_canvas()
        panel.draw(canvas, Rect(10, 10, w, h), session.reading())
        assert sticking_out(canvas, canvas.area) == []


# --- saving ------------------------------------------------------------------------


@pytest.mark.parametrize("entry", list_biomes(), ids=lambda entry: entry.key)
def test_a_saved_biome_has_the_operators_that_were_played(entry, tmp_path):
    session = session_of(entry.key)
    emoji = next(iter(session.icons.values())).emoji
    panel, _, notices = inspector(session, emoji, tmp_path)
    drag(panel, session, "energy, rad/s", 37)

    click_text(panel, drawn(panel, session), "Save as YAML")

    path = tmp_path / f"{entry.key}-edited.yaml"
    assert notices == [f"Saved {path}"]
    assert check_content([path]).errors == 0
    played = operators(session)
    saved = compile_biome(read_biome(path), IconRegistry()).operators
    assert saved.emojis == played.emojis
    assert (saved.hamiltonian != played.hamiltonian).nnz == 0
    assert saved.jumps == played.jumps
    assert saved.drive.drivers == played.drive.drivers


def test_a_saved_biome_has_the_axes_that_are_planted(tmp_path):
    session = session_of("forest_small")
    session.do(Remove(1))
    session.plant("🐺", "🌳")
    inspector(session, "🐺", tmp_path)[0].save()

    saved = read_biome(tmp_path / "forest_small-edited.yaml")

    planted = [(plot.north, plot.south) for plot in session.world.plots.values()]
    assert [(axis.north, axis.south) for axis in saved.axes] == planted
    assert ("🐺", "🌳") in planted


def test_no_file_is_overwritten(tmp_path):
    session = session_of("two_level")
    panel, _, notices = inspector(session, "🌕", tmp_path)
    first = tmp_path / "two_level-edited.yaml"
    first.write_text("mine", encoding="utf-8")

    panel.save()
    panel.save()

    assert first.read_text(encoding="utf-8") == "mine"
    numbered = [tmp_path / f"two_level-edited-{n}.yaml" for n in (2, 3)]
    assert notices == [f"Saved {path}" for path in numbered]
    assert all(path.exists() for path in numbered)


def test_a_saved_biome_saved_again_keeps_its_name(tmp_path):
    inspector(session_of("two_level"), "🌕", tmp_path)[0].save()
    again = session_of(tmp_path / "two_level-edited.yaml")

    inspector(again, "🌕", tmp_path)[0].save()

    assert (tmp_path / "two_level-edited-2.yaml").exists()


def test_a_folder_that_cannot_be_written_is_told_of(tmp_path):
    panel, _, notices = inspector(session_of("two_level"), "🌕", tmp_path / "none")

    panel.save()

    assert len(notices) == 1
    assert notices[0].startswith("The biome could not be saved")


def test_an_edit_of_an_icon_whose_emoji_has_left_is_given_up():
    session = session_of("biotic_flux")
    edit = IconEdit(session)
    edit.begin_frame("🌾")
    edit.icon = edit.icon.model_copy(update={"self_energy": 0.5})
    session.play(read_biome("two_level"), BUILTIN)
    edit.begin_frame("🌕")
    assert edit.icon is not None
    assert edit.icon.key == "🌕"
