from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from letter_measure import plain_canvas, pointed_canvas
from panel_checks import (
    NO_ICONS,
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

from spacewheat_sim.assets.atlas import atlas_emojis
from spacewheat_sim.engine.world.events import Refused
from spacewheat_sim.sandbox import palette
from spacewheat_sim.sandbox.biome.oval.view import OvalPanel
from spacewheat_sim.sandbox.biome.selection import Selection
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Key, Moved, Pressed, Released
from spacewheat_sim.sandbox.shapes import Clip, Disc, Emoji, Fill, Glow, Ring, Text

MEADOW = ("🌾", "🐇", "🐺", "🍂", "☀", "🌙")
AREA = (560, 340)
KNOWN = tuple(emoji for emoji in atlas_emojis() if emoji not in MEADOW)


def oval_of(session):
    selection = Selection()
    panel = OvalPanel(session, selection)
    session.listeners.append(panel.note)
    drawn(panel, session, *AREA)
    return panel, selection


def meadow(**content):
    session = session_without_axes(*MEADOW, **content)
    return session, *oval_of(session)


def place(panel, session, emoji):
    """Return where the bubble of ``emoji`` is, read off the picture."""
    canvas = drawn(panel, session, *AREA)
    shape = next(s for s in canvas.shapes if isinstance(s, Emoji) and s.emoji == emoji)
    return shape.x, shape.y


def planted(session):
    return [(plot.north, plot.south) for plot in session.world.plots.values()]


def of_kind(canvas, kind):
    return [shape for shape in canvas.shapes if isinstance(shape, kind)]


# --- choosing -------------------------------------------------------------------------


def test_a_click_chooses_a_bubble_and_a_second_one_plants_that_axis():
    session, panel, selection = meadow()
    assert click(panel, *place(panel, session, "🐺"))
    assert (selection.chosen, selection.inspected) == ("🐺", "🐺")
    assert planted(session) == []

    assert click(panel, *place(panel, session, "🌾"))
    assert planted(session) == [("🐺", "🌾")]
    assert (selection.chosen, selection.inspected) == (None, "🌾")


def test_the_same_bubble_again_chooses_none():
    session, panel, selection = meadow()
    for _ in range(2):
        click(panel, *place(panel, session, "🐺"))

    assert selection.chosen is None
    assert planted(session) == []


@pytest.mark.parametrize("how", ["escape", "beside"])
def test_a_choice_can_be_given_up(how):
    session, panel, selection = meadow()
    click(panel, *place(panel, session, "🐺"))
    give_up = Key("escape") if how == "escape" else Pressed(AREA[0] / 2, AREA[1] / 2)

    assert panel.handle(give_up)
    assert selection.chosen is None
    assert not panel.handle(give_up)  # now it is for somebody else


def test_dragging_from_bubble_to_bubble_plants():
    session, panel, selection = meadow()
    start, end = place(panel, session, "🐇"), place(panel, session, "☀")
    panel.handle(Pressed(*start))
    panel.handle(Moved(*end))
    panel.handle(Released(*end))

    assert planted(session) == [("🐇", "☀")]
    assert selection.chosen is None


def test_a_drag_that_ends_beside_all_bubbles_plants_nothing():
    session, panel, selection = meadow()
    panel.handle(Pressed(*place(panel, session, "🐇")))
    panel.handle(Released(AREA[0] / 2, AREA[1] / 2))

    assert planted(session) == []
    assert selection.chosen is None


def test_the_player_is_told_what_to_do_next():
    session, panel, _ = meadow()
    click(panel, *place(panel, session, "🐺"))

    assert "click its south pole" in " ".join(texts(drawn(panel, session, *AREA)))


def test_a_right_click_collapses_the_bath():
    session, panel, _ = meadow()
    assert panel.handle(Pressed(*place(panel, session, "🐇"), "right"))

    assert session.bath.probability("🐇") == pytest.approx(1.0)
    rings = of_kind(drawn(panel, session, *AREA), Ring)
    assert max(ring.width for ring in rings) > 4.0  # it flashes


def test_a_right_click_on_an_empty_bubble_is_refused_not_a_crash():
    session, panel, _ = meadow(initial={"emoji": "🌾"})
    panel.handle(Pressed(*place(panel, session, "🐇"), "right"))

    assert isinstance(session.events[-1].event, Refused)


def test_an_input_elsewhere_is_not_for_the_oval():
    _, panel, selection = meadow()

    assert not panel.handle(Pressed(AREA[0] + 50, 100))
    assert not panel.handle(Released(AREA[0] + 50, 100))
    assert not panel.handle(Moved(AREA[0] + 50, 100))
    assert not panel.handle(Key("space"))
    assert selection.inspected is None


def under(panel, session, *pointer):
    canvas = pointed_canvas(*pointer, *AREA)
    return panel.emoji_under(canvas, canvas.area, session.reading())


def test_a_bubble_is_hovered_while_the_pointer_is_on_it():
    session, panel, _ = meadow()

    assert under(panel, session, *place(panel, session, "🐺")) == "🐺"
    assert under(panel, session, AREA[0] + 50, 100) is None


def test_a_bubble_under_the_legend_is_not_under_the_pointer():
    session, panel, _ = meadow()
    for emoji in MEADOW:
        assert under(panel, session, *place(panel, session, emoji)) == emoji
    click_text(panel, drawn(panel, session, *AREA), "Legend")
    fills = of_kind(drawn(panel, session, *AREA), Fill)
    *_, sheet = (f.rect for f in fills if f.color == palette.GROUND)
    covered = [e for e in MEADOW if sheet.contains(*place(panel, session, e))]
    assert covered
    for emoji in covered:
        assert under(panel, session, *place(panel, session, emoji)) is None


def test_the_tooltip_tells_what_is_known():
    icons = (
        {
            "emoji": "🐺",
            "name": "Grey wolf",
            "self_energy": 0.25,
            "transfers_from": {"🐇": 0.4},
            "couplings": {"🌙": 0.8},
            "decay": {"rate": 0.1, "target": "🍂"},
        },
    )
    session, panel, selection = meadow(icons=icons, method="master")
    session.plant("🐺", "🐇")
    pointer = place(panel, session, "🐺")
    selection.hovered = under(panel, session, *pointer)
    canvas = drawn(panel, session, *AREA, pointer=pointer)
    found = " | ".join(texts(canvas))

    for told in (
        "Grey wolf",
        "population 16.67%",
        "self-energy 0.25 rad/s",
        "φ 0°, coherence 1.00",
        "coupled, 0.4 rad/s",
        "transfer from it, 0.4/s",
        "decays to it, 0.1/s",
    ):
        assert told in found


# --- bubbles --------------------------------------------------------------------------


def test_a_bubble_of_no_population_is_only_a_faint_ring_and_its_emoji():
    session, panel, _ = meadow(initial={"emoji": "🌾"})
    canvas = drawn(panel, session, *AREA)
    full = [(disc.x, disc.y) for disc in of_kind(canvas, Disc) if disc.r > 5]

    assert full == [place(panel, session, "🌾")]
    assert len([ring for ring in of_kind(canvas, Ring) if ring.alpha < 0.7]) == 5
    assert {emoji.emoji for emoji in of_kind(canvas, Emoji)} == set(MEADOW)
    assert all(emoji.alpha >= 0.5 for emoji in of_kind(canvas, Emoji))


def test_the_radius_of_a_ghost_ring_matches_the_mean():
    session, panel, _ = meadow()
    populations = np.array([0.8, 0.2, 0.0, 0.0, 0.0, 0.0])
    mean = np.array([0.2, 0.5, 0.3, 0.0, 0.0, 0.0])

    def rings(**change):
        canvas = plain_canvas(*AREA)
        reading = replace(session.reading(), populations=populations, **change)
        panel.draw(canvas, Rect(0, 0, *AREA), reading)
        return of_kind(canvas, Ring)

    ghosts = [ring for ring in rings(mean=mean) if ring not in rings(mean=None)]
    full = max(ring.r for ring in rings(mean=None)) / math.sqrt(0.8)
    assert [ghost.r for ghost in ghosts] == pytest.approx(
        [full * math.sqrt(m) for m in mean[:3]]
    )


def test_coherence_with_an_axis_partner_glows():
    session, panel, _ = meadow()
    assert of_kind(drawn(panel, session, *AREA), Glow) == []

    session.plant("🌾", "🐇")  # uniform: as coherent as can be
    glows = of_kind(drawn(panel, session, *AREA), Glow)
    places = [place(panel, session, emoji) for emoji in ("🌾", "🐇")]
    assert [(glow.x, glow.y) for glow in glows] == places


def test_a_jump_is_seen_to_happen():
    session = session_of("forest_small")
    panel, _ = oval_of(session)
    for _ in range(600):
        session.advance(1 / 60)
        panel.advance(1 / 60)
        emojis = [s.emoji for s in of_kind(drawn(panel, session, *AREA), Emoji)]
        if len(emojis) > len(session.bath.emojis):
            break

    prey = next(e for e in emojis if emojis.count(e) == 2)
    assert str(session.events[-1].event).endswith(f"took {prey}")


# --- every biome in every window ------------------------------------------------------


@pytest.mark.parametrize("size", [(300, 200), *SIZES])
@pytest.mark.parametrize("count", [1, 2, 6, 22, 26, 60])
def test_no_text_lies_on_another_and_all_stay_inside(count, size):
    session = session_without_axes(*KNOWN[: count - 1], "🫌")
    panel = OvalPanel(session, Selection())
    canvas = drawn(panel, session, *size)
    area = Rect(0, 0, *size)

    assert overlapping(canvas) == []
    assert sticking_out(canvas, area) == []
    clips = of_kind(canvas, Clip)
    assert [clip.rect for clip in clips] == [area, None]
    assert canvas.shapes[-1] == clips[-1]
    for shape in canvas.shapes:
        if isinstance(shape, Disc | Ring | Emoji):
            assert area.contains(shape.x, shape.y)


def test_an_emoji_without_a_picture_has_a_tile_with_its_name():
    session = session_without_axes("🌾", "🫍")
    panel, _ = oval_of(session)
    canvas = plain_canvas(*AREA)
    canvas.names = {"🫍": "Black Fin"}
    panel.draw(canvas, Rect(0, 0, *AREA), session.reading())

    assert "orca" in texts(drawn(panel, session, *AREA))
    assert {"Black", "Fin"} <= set(texts(canvas))


def test_the_legend_opens_and_folds():
    session, panel, _ = meadow()
    folded = drawn(panel, session, *AREA)
    click_text(panel, folded, "Legend")
    opened = drawn(panel, session, *AREA)
    click_text(panel, opened, "Legend")
    again = drawn(panel, session, *AREA)

    new = [text for text in texts(opened) if text not in texts(folded)]
    assert any("coherence" in text for text in new)
    assert any("decay" in text for text in new)
    assert texts(again) == texts(folded)


def test_another_biome_takes_the_place_of_the_first():
    session, panel, selection = meadow()
    click(panel, *place(panel, session, "🐺"))
    other = session_without_axes("🌾", "☀").biome
    session.play(other, NO_ICONS)
    canvas = drawn(panel, session, *AREA)

    assert {emoji.emoji for emoji in of_kind(canvas, Emoji)} == {"🌾", "☀"}
    assert (selection.chosen, selection.inspected) == (None, None)


def test_the_percentages_stand_beside_their_bubbles():
    session, panel, _ = meadow(initial={"weights": {"🌾": 0.75, "🐇": 0.25}})
    canvas = drawn(panel, session, *AREA)
    found = {
        text.text: (text.x, text.y)
        for text in of_kind(canvas, Text)
        if text.text in ("75%", "25%")
    }

    for text, emoji in (("75%", "🌾"), ("25%", "🐇")):
        far = {
            other: math.dist(found[text], place(panel, session, other))
            for other in MEADOW
        }
        assert min(far, key=far.__getitem__) == emoji
