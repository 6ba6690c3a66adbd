from __future__ import annotations

import numpy as np
import pytest
from letter_measure import plain_canvas
from panel_checks import (
    SIZES,
    click,
    click_text,
    drawn,
    overlapping,
    session_of,
    session_without_axes,
    sticking_out,
    texts,
)

from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.packs.library import open_biome
from spacewheat_sim.engine.compile import compile_biome
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.sandbox.biome.inspector.panel import InspectorPanel
from spacewheat_sim.sandbox.biome.oval.view import OvalPanel
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.biome.session.edits import set_weight
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.biome.terms.page import IconPage
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Pressed, Released
from spacewheat_sim.sandbox.shapes import Emoji


class Desk:
    """A session with its oval and its page of icons."""

    def __init__(self, session, folder=None):
        self.session = session
        self.told = []
        session.notice = self.told.append
        self.selection = Selection()
        self.oval = OvalPanel(session, self.selection)
        inspector = InspectorPanel(session, self.selection, self.told.append, folder)
        self.inspector = inspector
        self.page = IconPage(session, self.selection, inspector)
        drawn(self.oval, session)

    def drag(self, first, second):
        (x, y), (u, v) = (self.place(emoji) for emoji in (first, second))
        self.oval.handle(Pressed(x, y))
        self.oval.handle(Released(u, v))
        self.session.step_once()

    def place(self, emoji):
        canvas = drawn(self.oval, self.session)
        found = (s for s in canvas.shapes if isinstance(s, Emoji) and s.emoji == emoji)
        shape = next(found)
        return shape.x, shape.y

    def entry(self, first, second):
        operators = self.session.bath.operators
        i, j = operators.index(first), operators.index(second)
        return operators.hamiltonian.toarray()[i, j]

    def rate(self, source, target):
        operators = self.session.bath.operators
        i, j = operators.index(source), operators.index(target)
        return sum(t.rate for t in operators.jumps if (t.source, t.target) == (i, j))


@pytest.fixture
def desk(tmp_path):
    return Desk(session_without_axes("☀", "🌙", "🌾"), tmp_path)


def test_dragging_plants_until_another_tool_is_taken(desk):
    desk.drag("☀", "🌙")
    assert len(desk.session.world.plots) == 1
    desk.page.take("couple")
    desk.drag("☀", "🌾")
    assert len(desk.session.world.plots) == 1
    desk.page.leave()
    desk.drag("☀", "🌾")
    assert len(desk.session.world.plots) == 2


def test_a_drawn_coupling_has_the_number_that_was_set(desk):
    desk.page.take("couple")
    desk.page._set_number(0.7)
    desk.drag("☀", "🌙")
    assert desk.entry("☀", "🌙") == pytest.approx(0.7)
    desk.page._set_number(0.2)
    desk.drag("🌙", "☀")
    assert desk.entry("☀", "🌙") == pytest.approx(0.2)


def test_a_drawn_transfer_leads_from_the_first_to_the_second(desk):
    desk.page.take("transfer")
    desk.page._set_number(1.5)
    desk.drag("🌾", "☀")
    assert desk.rate("🌾", "☀") == 1.5
    assert desk.rate("☀", "🌾") == 0.0


def test_a_cut_removes_all_terms_between_two_and_no_other():
    desk = Desk(session_of("biotic_flux"))
    operators = desk.session.bath.operators
    h = np.abs(operators.hamiltonian.toarray())
    i, j = np.argwhere(np.triu(h, 1) > 0.0)[0].tolist()
    first, second = operators.emojis[i], operators.emojis[j]
    desk.page.take("cut")
    desk.drag(first, second)
    after = np.abs(desk.session.bath.operators.hamiltonian.toarray())
    assert after[i, j] == 0.0
    assert desk.rate(first, second) == desk.rate(second, first) == 0.0
    h[i, j] = h[j, i] = 0.0
    np.testing.assert_allclose(after, h)

    desk.drag(first, second)
    assert "no term" in desk.told[-1]


def test_an_emoji_joins_with_its_icon_and_probability_0():
    desk = Desk(session_of("forest_small"))
    new = next(
        icon.emoji
        for icon in desk.session.world.icons
        if icon.key not in desk.session.biome.emoji_keys
    )
    desk.page.add(new)
    desk.session.step_once()
    assert new in desk.session.bath.emojis
    assert desk.selection.inspected == new
    desk.session.past.undo()
    assert new not in desk.session.bath.emojis


def test_the_palette_lists_emojis_and_a_click_adds_one(desk):
    canvas = drawn(desk.page, desk.session)
    click_text(desk.page, canvas, "+ Emoji")
    canvas = drawn(desk.page, desk.session)
    emoji, cell = desk.page._palette._cells[0]
    assert emoji not in desk.session.bath.emojis
    assert click(desk.page, *cell.center)
    assert emoji in desk.session.bath.emojis


def test_what_was_drawn_is_in_the_log_and_in_the_saved_file(tmp_path):
    log = SessionLog(tmp_path / "a.jsonl")
    first = session_of("biotic_flux")
    session = BiomeSession(first.biome, first.world.registry(), seed=3, log=log)
    desk = Desk(session, tmp_path)
    desk.page.add("🦊")
    desk.page.take("couple")
    desk.drag("☀", "🦊")
    desk.page.take("transfer")
    desk.drag("🌾", "🦊")
    desk.page.take("cut")
    desk.drag("☀", "🌙")
    set_weight(session, "base", 0.5)
    session.step_once()
    session.past.timeline.end()
    assert replay_session(read_session(log.path)).difference is None

    desk.inspector.save()
    (path,) = tmp_path.glob("*.yaml")
    problems = check_content([path]).problems
    assert all(problem.severity == "warning" for problem in problems)
    saved = compile_biome(*open_biome(path)).operators
    now = session.bath.operators
    assert saved.emojis == now.emojis
    np.testing.assert_allclose(
        saved.hamiltonian.toarray(), now.hamiltonian.toarray(), atol=1e-12
    )
    terms = [
        sorted((t.source, t.target, round(t.rate, 12)) for t in operators.jumps)
        for operators in (saved, now)
    ]
    assert terms[0] == terms[1]


def test_the_own_icon_of_a_biome_stays_its_own():
    icons = [{"emoji": "☀", "name": "Own", "couplings": {"🌙": 0.4}}]
    desk = Desk(session_without_axes("☀", "🌙", "🌾", icons=icons))
    desk.page.take("cut")
    desk.drag("☀", "🌙")
    (own,) = desk.session.biome.icons
    assert (own.name, dict(own.couplings)) == ("Own", {})
    assert desk.entry("☀", "🌙") == 0.0


def test_a_register_has_no_tools():
    session = session_of("three_bells")
    desk_page = IconPage(
        session, Selection(), InspectorPanel(session, Selection(), print)
    )
    assert "Couple" not in texts(drawn(desk_page, session))


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_no_text_lies_on_another(desk, size, opened):
    desk.selection.inspected = "☀"
    desk.page.take("couple")
    if opened:
        desk.page._toggle()
    canvas = plain_canvas(*size)
    area = Rect(0, 0, *size)
    desk.page.draw(canvas, area, desk.session.reading())
    assert overlapping(canvas) == []
    assert sticking_out(canvas, area) == []
