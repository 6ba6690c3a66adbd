from __future__ import annotations

from types import SimpleNamespace

import pytest
from letter_measure import plain_canvas
from panel_checks import (
    SIZES,
    drawn,
    overlapping,
    session_of,
    session_without_axes,
    sticking_out,
    texts,
)

from spacewheat_sim.engine.world.commands import Harvest
from spacewheat_sim.sandbox.biome.inventory import InventoryPanel
from spacewheat_sim.sandbox.geometry import Rect
from spacewheat_sim.sandbox.inputs import Wheeled
from spacewheat_sim.sandbox.shapes import Emoji, Fill

SIXTY = tuple(chr(0x1F400 + number) for number in range(60))


def test_without_a_harvest_it_says_so():
    session = session_of("forest")

    assert texts(drawn(InventoryPanel(session), session)) == [
        "No harvest yet.",
        "Harvested",
    ]


def test_the_most_is_first_and_the_bars_are_in_proportion():
    session = session_without_axes("☀", "🌙", "🍂", initial={"emoji": "☀"})
    session.plant("☀", "🌙")
    session.do(Harvest(1))
    assert dict(session.world.inventory) == {"☀": 1.0}

    canvas = drawn(InventoryPanel(session), session)
    assert texts(canvas) == ["Harvested: 1.00", "1.00"]


def test_emojis_are_ranked_by_what_they_gave():
    session = session_of("biotic_flux", seed=1)
    for _ in range(30):
        for plot in list(session.world.plots):
            session.do(Harvest(plot))
        session.plant_axes([("🌾", "💀"), ("☀", "🌙"), ("🍄", "🍂")])
        for _ in range(10):
            session.advance(0.1)
    inventory = session.world.inventory
    assert len(inventory) >= 2

    canvas = drawn(InventoryPanel(session), session)
    shown = [shape.emoji for shape in canvas.shapes if isinstance(shape, Emoji)]
    bars = [s.rect.w for s in canvas.shapes if isinstance(s, Fill) and s.rect.h == 6.0]
    ranked = sorted(inventory, key=lambda emoji: -inventory[emoji])
    assert shown == ranked
    amounts = [inventory[emoji] for emoji in ranked]
    assert amounts == sorted(amounts, reverse=True)
    widths = [bars[0] * amount / amounts[0] for amount in amounts]
    assert bars == pytest.approx(widths, rel=1e-12)
    ratio = inventory[ranked[1]] / inventory[ranked[0]]
    assert bars[1] / bars[0] == pytest.approx(ratio)


@pytest.mark.parametrize("size", [*SIZES, (120, 90)])
def test_sixty_emojis_are_drawn_and_scrolled_to(size):
    inventory = {emoji: 1.0 / (1 + i) for i, emoji in enumerate(SIXTY)}
    panel = InventoryPanel(SimpleNamespace(world=SimpleNamespace(inventory=inventory)))

    canvas = plain_canvas(*size)
    panel.draw(canvas, canvas.area, None)
    assert overlapping(canvas) == []
    assert sticking_out(canvas, canvas.area) == []
    if size == (280, 160):
        assert panel.handle(Wheeled(50, 60, -1000))
        canvas = plain_canvas(*size)
        panel.draw(canvas, canvas.area, None)
        assert texts(canvas)[-1] == f"{1 / 60:.2f}"


def test_it_fits_no_room_at_all():
    session = session_of("forest")
    session.do(Harvest(1))
    panel = InventoryPanel(session)
    for w, h in ((0, 0), (40, 20)):
        canvas = plain_canvas()
        panel.draw(canvas, Rect(10, 10, w, h), session.reading())
        assert sticking_out(canvas, canvas.area) == []
