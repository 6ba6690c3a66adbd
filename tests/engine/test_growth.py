"""Emojis that join running baths, and leave them where they are empty."""

from __future__ import annotations

import numpy as np
import pytest
from small_worlds import METHODS, field, icons

from spacewheat_sim import ArgumentError, BathBatch, BathOperators, QuantumBath, World
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.engine.world.commands import Collapse, EditBiome, Plant
from spacewheat_sim.engine.world.events import BiomeEdited, Refused

JUMPS = [("a", "b", 0.5), ("b", "a", 0.3)]
TWO = BathOperators.from_terms("ab", [[0, 0.4], [0.4, 0.1]], JUMPS)
FOUR = BathOperators.from_terms(  # the new ones are on their own
    "xaby",
    [[0, 0, 0, 0], [0, 0, 0.4, 0], [0, 0.4, 0.1, 0], [0, 0, 0, 0]],
    JUMPS,
)


@pytest.mark.parametrize("method", METHODS)
def test_a_bath_goes_on_as_before_with_emojis_that_nothing_leads_to(method) -> None:
    bath, alone = (QuantumBath(TWO, method, seed=2) for _ in range(2))
    for each in (bath, alone):
        each.evolve(0.5)
    before = bath.probabilities()
    bath.replace_operators(FOUR)
    assert bath.probabilities() == {"x": 0.0, **before, "y": 0.0}
    assert bath.time == alone.time
    for each in (bath, alone):
        each.evolve_many(0.25, 8)
    found, wanted = bath.probabilities(), alone.probabilities()
    assert {e: found[e] for e in wanted} == pytest.approx(wanted, abs=1e-12)
    bath.replace_operators(TWO)
    assert bath.probabilities() == {e: found[e] for e in wanted}


@pytest.mark.parametrize("method", METHODS)
def test_a_batch_grows_and_shrinks_as_a_bath_does(method) -> None:
    batch, alone = (BathBatch(TWO, 5, method, seed=2) for _ in range(2))
    for each in (batch, alone):
        each.evolve(0.5)
    before = batch.populations()
    batch.replace_operators(FOUR)
    assert batch.populations()[:, [1, 2]].tobytes() == before.tobytes()
    for each in (batch, alone):
        each.evolve(1.5)
    np.testing.assert_allclose(
        batch.populations()[:, [1, 2]], alone.populations(), atol=1e-12
    )
    with pytest.raises(ArgumentError, match="a cannot leave"):
        batch.replace_operators(BathOperators.from_terms("bx", np.zeros((2, 2))))
    assert batch.emojis == tuple("xaby")


def test_emojis_may_change_places() -> None:
    swapped = BathOperators.from_terms("ba", [[0.1, 0.4], [0.4, 0]], JUMPS)
    bath, alone = (QuantumBath(TWO, "master", seed=2) for _ in range(2))
    for each in (bath, alone):
        each.evolve(0.5)
    bath.replace_operators(swapped)
    for each in (bath, alone):
        each.evolve(2.0)
    assert bath.probabilities() == pytest.approx(alone.probabilities(), abs=1e-12)


def grown(method="trajectory"):
    small = field(method)
    return small, small.with_fields(emojis=("🦋", *small.emojis))


@pytest.mark.parametrize("method", METHODS)
def test_an_emoji_joins_a_world_and_changes_no_probability(method) -> None:
    small, large = grown(method)
    world = World([small, small], seed=3, registry=icons())
    world.run(1.0)
    before = world.baths["field"].probabilities()
    (event,) = world.obey([EditBiome("field", large)])
    assert isinstance(event.event, BiomeEdited)
    assert world.baths["field"].probabilities() == {"🦋": 0.0, **before}
    again = World.restore(world.snapshot())
    world.run(1.0), again.run(1.0)
    assert again.digest() == world.digest()
    world.tick([Collapse("field", "💀"), EditBiome("field", small)])
    assert world.baths["field"].emojis == small.emojis


def test_an_emoji_that_is_still_there_or_planted_cannot_leave() -> None:
    small, large = grown()
    large = large.with_fields(initial={"emoji": "🦋"})
    world = World([large], seed=3, registry=icons())
    world.obey([Plant("field", 1, "🌾", "💀")])
    before = world.digest()
    (event,) = world.obey([EditBiome("field", small)])
    assert isinstance(event.event, Refused)
    assert "🦋 cannot leave, because it is still there" in event.event.reason
    no_wheat = small.with_fields(
        emojis=("🦋", *small.emojis[1:]), initial={"emoji": "🦋"}
    )
    (event,) = world.obey([EditBiome("field", no_wheat)])
    assert "plot 1 is on it" in event.event.reason
    assert world.digest() == before


def test_growth_is_replayed(tmp_path) -> None:
    small, large = grown()
    path = tmp_path / "session.jsonl"
    with SessionLog(path) as log:
        world = World([small], seed=3, registry=icons())
        log.begin(world)
        for k in range(90):
            if k == 20:
                log.obey(world, [EditBiome("field", large)])
            if k == 60:
                commands = [Collapse("field", "💀"), EditBiome("field", small)]
                log.obey(world, commands)
            log.tick(world)
        log.end(world)
    replayed = replay_session(read_session(path))
    assert replayed.difference is None
    assert replayed.digests > 0
