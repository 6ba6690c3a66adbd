from __future__ import annotations

import numpy as np
import pytest
from small_worlds import METHODS, WHEAT, field, icons, pond

from spacewheat_sim import World
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.engine.world.commands import (
    EditBiome,
    EditIcon,
    Measure,
    Plant,
    SetStep,
)
from spacewheat_sim.engine.world.events import BiomeEdited, Refused
from spacewheat_sim.quantum.states import density_matrix, eigenket

DT = 1 / 60


def world(method="trajectory", seed=3):
    return World([field(method), pond()], seed=seed, dt=DT, registry=icons())


@pytest.mark.parametrize("before", METHODS)
@pytest.mark.parametrize("after", METHODS)
def test_a_live_change_of_method_keeps_time_and_goes_on_as_a_restored_world(
    before, after
):
    lively = world(before)
    lively.run(0.5)
    time = lively.time

    (event, *_) = lively.tick([EditBiome("field", field(after))])

    assert event.event == BiomeEdited(time, after)
    assert lively.baths["field"].method == after
    assert lively.baths["field"].time == lively.time
    copy = World.restore(lively.snapshot())
    lively.run(1.0)
    copy.run(1.0)
    assert copy.digest() == lively.digest()


def test_a_ket_becomes_its_density_matrix():
    lively = world("trajectory")
    lively.run(0.5)
    ket = lively.baths["field"].state

    lively.obey([EditBiome("field", field("master"))])

    bath = lively.baths["field"]
    np.testing.assert_allclose(bath.state, density_matrix(ket), atol=1e-15)


def test_the_mean_of_drawn_eigenkets_is_the_density_matrix():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4))
    rho = a @ a.conj().T
    rho /= np.trace(rho).real
    uniforms = (np.arange(20_000) + 0.5) / 20_000

    kets = np.array([eigenket(rho, u) for u in uniforms[::10]])

    mean = np.einsum("bi,bj->ij", kets, kets.conj()) / len(kets)
    # Stratified draws: each eigenvalue is met to within one draw in 2,000.
    np.testing.assert_allclose(mean, rho, atol=4 / 2_000)


def test_an_edited_biome_runs_under_its_own_icon_from_then_on():
    lively, untouched = world("master"), world("master")
    faster = Icon(emoji="🌾", name="Wheat", decay={"rate": 5.0, "target": "🍂"})

    lively.tick([EditBiome("field", field("master", icons=(faster,)))])
    untouched.tick()

    assert lively.baths["field"].probability("🌾") < untouched.baths[
        "field"
    ].probability("🌾")
    assert np.array_equal(lively.baths["pond"].state, untouched.baths["pond"].state)
    # Its own icon now shields it from edits of the shared one.
    (event, *_) = lively.tick([EditIcon(WHEAT)])
    assert event.event.biomes == ()


def test_other_emojis_are_refused_and_change_nothing():
    lively = world()
    before = lively.digest()

    lively_event = lively.obey([EditBiome("field", pond())])[0]

    assert isinstance(lively_event.event, Refused)
    assert "still there with probability" in lively_event.event.reason
    assert lively.digest() == before


def test_one_of_two_baths_of_a_biome_can_be_edited_alone():
    pair = World([field(), field()], seed=1, dt=DT, registry=icons())
    twin = World([field(), field()], seed=1, dt=DT, registry=icons())

    pair.tick([EditBiome("field-2", field("master"))])
    twin.tick()
    pair.run(1.0)
    twin.run(1.0)

    assert [bath.method for bath in pair.baths.values()] == ["trajectory", "master"]
    assert np.array_equal(pair.baths["field"].state, twin.baths["field"].state)


def test_an_edit_of_an_icon_in_the_same_tick_holds_whatever_follows_it():
    slow = WHEAT.model_copy(update={"decay": None})
    alone, followed = world("master"), world("master")

    alone.tick([EditIcon(slow)])
    alone.tick([SetStep(DT / 2)])
    followed.tick([EditIcon(slow), EditBiome("pond", pond("master"))])
    followed.tick([SetStep(DT / 2)])

    for one, other in [(alone, followed)]:
        assert np.array_equal(one.baths["field"].state, other.baths["field"].state)


def test_a_changed_step_counts_time_in_both_lengths():
    lively = world()
    lively.run(0.5)

    lively.tick([SetStep(0.25)])
    lively.tick()

    assert lively.dt == 0.25
    assert lively.time == pytest.approx(0.5 + 2 * 0.25, abs=1e-15)
    assert lively.baths["field"].time == lively.time
    assert World.restore(lively.snapshot()).time == lively.time


def test_a_step_too_long_for_spec_is_refused_and_changes_nothing():
    lively = world("spec")
    before = lively.digest()

    event = lively.obey([SetStep(10.0)])[0]

    assert isinstance(event.event, Refused)
    assert lively.digest() == before


@pytest.mark.parametrize("dt", [0.0, -1.0])
def test_a_step_of_no_time_is_refused(dt):
    (event, *_) = world().tick([SetStep(dt)])

    assert isinstance(event.event, Refused)


def test_commands_obeyed_before_a_tick_give_the_history_of_those_given_to_it():
    early, together = world(), world()
    early.run(0.5)
    together.run(0.5)
    commands = [Plant("field", 1, "🌾", "💀"), Measure(1), EditIcon(WHEAT)]

    first = early.obey(commands[:2])
    second = early.obey(commands[2:])

    assert first + second + early.tick() == together.tick(commands)
    assert early.digest() == together.digest()


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_an_icon_so_fast_that_no_step_would_end_is_refused(method):
    lively = world(method)
    before = lively.digest()
    mistaken = WHEAT.model_copy(update={"self_energy": 1e15})

    own = field(method, icons=(mistaken,))
    events = lively.obey([EditIcon(mistaken), EditBiome("field", own), SetStep(1e12)])

    assert [type(event.event) for event in events] == [Refused] * 3
    assert all("too large" in event.event.reason for event in events)
    assert lively.digest() == before
