"""Challenges admit their acts alone, take their cost, and count what was asked for."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from spacewheat_sim import World
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge, load_challenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.engine.challenges.numbers import number_of
from spacewheat_sim.engine.challenges.play import play
from spacewheat_sim.engine.challenges.policies.random_moves import RandomMoves
from spacewheat_sim.engine.challenges.policies.table import make_policy
from spacewheat_sim.engine.challenges.policies.wait_and_harvest import Periodic
from spacewheat_sim.engine.compile import load_biome
from spacewheat_sim.engine.quantities.problem import read_asked
from spacewheat_sim.engine.world.commands import (
    ApplyGate,
    Collapse,
    EditNumber,
    Guess,
    Harvest,
    Look,
    Measure,
    Plant,
    Remove,
    SetStep,
)
from spacewheat_sim.engine.world.events import Guessed, Refused
from spacewheat_sim.errors import ArgumentError, UnknownNameError

NAMES = [entry.key for entry in Library().challenges]


def challenge(biome: str, **fields: object) -> CompiledChallenge:
    """Return a challenge made in Python; a test names what is not as usual."""
    given = {
        "name": "Try",
        "biome": biome,
        "seconds": 10.0,
        "step": 0.5,
        "goal": {"harvested": {"🌕": 1.0}},
        "stars": (1.0, 2.0, 3.0),
        **fields,
    }
    return CompiledChallenge(Challenge.model_validate(given), load_biome(biome))


MOON = challenge("two_level", acts=({"harvest": "🌕/🌑", "cost": 0.4},), budget=1.0)


def refusal(world: World, command: object) -> str:
    """Return why a world refuses a command."""
    (event,) = world.obey([command])  # type: ignore[list-item]
    assert isinstance(event.event, Refused)
    return event.event.reason


def test_there_are_at_least_ten_challenges_and_all_can_be_played() -> None:
    assert len(NAMES) >= 10
    for name in NAMES:
        compiled = load_challenge(name)
        episode = Episode(compiled, seed=1)
        for _ in range(3):
            episode.step(len(episode.moves) - 1)
        assert math.isfinite(episode.score)


def test_a_score_is_what_was_harvested_less_what_was_spent() -> None:
    episode = Episode(MOON, seed=0)
    first = episode.step(1)
    assert [type(event.event).__name__ for event in first] == ["Planted", "Harvested"]
    assert episode.score == 1.0 - 0.4
    second = episode.step(1)
    assert second[-1].event.outcome is None or episode.world.inventory["🌕"] == 2.0
    assert episode.score == episode.world.inventory["🌕"] - 0.8


def test_what_cannot_be_paid_is_refused_and_costs_nothing() -> None:
    episode = Episode(MOON, seed=0)
    episode.step(1)
    episode.step(1)
    assert episode.mask().tolist() == [True, False]
    before, spent = episode.world.tick_count, episode.attempt.standing.spent
    *_, event = episode.step(1)
    assert isinstance(event.event, Refused)
    assert "costs 0.4, but 0.2 is left" in event.event.reason
    assert episode.attempt.standing.spent == spent
    assert episode.world.tick_count == before + 1


def test_there_is_one_act_a_step_and_none_after_the_end() -> None:
    world = MOON.world(0)
    world.obey([Plant("two_level", 1, "🌑", "🌕"), Harvest(1)])
    world.obey([Plant("two_level", 1, "🌕", "🌑")])
    assert "One act a step: the next can be at 0.5 s" in refusal(world, Harvest(1))
    world.run(10.0)
    assert "is over" in refusal(world, Harvest(1))


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (Collapse("two_level", "🌕"), "Collapse is no act of this challenge"),
        (SetStep(0.1), "SetStep is no act"),
        (EditNumber("two_level", "🌕.couplings.🌑", 3.0), "🌕.couplings.🌑 = 3 is no"),
        (ApplyGate("two_level", "X", ("🌕", "🌑")), "X on 🌕/🌑 is no act"),
        (Measure(1), "A projective measurement there is no act"),
        (Measure(1, "weak", 0.5), "A weak measurement of strength 0.5 there is no act"),
        (Look(1), "Look is no act"),
        (Guess(1.0), "Guess is no act"),
        (Harvest(2), "Unknown plot '2'"),
    ],
)
def test_what_is_no_act_is_refused(command: object, why: str) -> None:
    world = MOON.world(0)
    world.obey([Plant("two_level", 1, "🌕", "🌑")])
    before = world.digest()
    assert why in refusal(world, command)
    assert world.digest() == before


def test_plots_may_be_planted_and_removed_on_the_axes_of_acts_only() -> None:
    two = challenge(
        "forest_small",
        acts=({"measure": "🐺/🐇"},),
        goal={
            "quantities": [{"population": "🐺", "at": 1, "value": {"at_least": 0.1}}]
        },
    )
    world = two.world(0)
    assert "A plot on 🌿/🍂 is no act" in refusal(
        world, Plant("forest_small", 1, "🌿", "🍂")
    )
    world.tick([Plant("forest_small", 1, "🐇", "🐺"), Remove(1)])
    assert world.plots == {}
    assert world.attempt.standing.acts == 0


def test_edits_are_held_in_their_bounds_and_act() -> None:
    path = "🐺.transfers_from.🐇"
    compiled = challenge(
        "forest_small",
        acts=({"edit": path, "between": (0.0, 0.6), "levels": 4, "cost": 0.1},),
        goal={
            "quantities": [
                {"jumps": "🐇→🐺", "over": (0, 10), "rate": {"at_least": 0.1}}
            ]
        },
    )
    world = compiled.world(0)
    assert [str(move) for move in compiled.challenge.moves] == [
        "wait",
        *(f"edit {path} = {value:g}" for value in (0.0, 0.2, 0.4, 0.6)),
    ]
    assert "0.7 is no act" in refusal(world, EditNumber("forest_small", path, 0.7))
    (event,) = world.obey([EditNumber("forest_small", path, 0.55)])
    assert event.event.biomes == ("forest_small",)
    assert world.registry().get("🐺").transfers_from["🐇"] == 0.55
    assert World.restore(world.snapshot()).digest() == world.digest()


def test_a_number_edited_in_a_world_does_what_the_edited_content_does() -> None:
    edited = World(["forest_small"], seed=3, dt=0.25)
    edited.obey([EditNumber("forest_small", "🐺.decay.rate", 0.5)])
    biome = load_biome("forest_small").with_("🐺.decay.rate", 0.5)
    right = World([biome], seed=3, dt=0.25)
    edited.run(20.0)
    right.run(20.0)
    assert edited.baths["forest_small"].populations().tolist() == (
        right.baths["forest_small"].populations().tolist()
    )


def test_a_hidden_number_is_drawn_acts_and_can_be_guessed_once() -> None:
    compiled = load_challenge("count_the_lights")
    values = compiled.challenge.hidden.values
    drawn = []
    for number in range(300):
        world = compiled.world(7, number)
        drawn.append(world.attempt.hidden)
        ((_, biome),) = world.biomes.items()
        assert biome.number("🌌.transfers_to.✨") == world.attempt.hidden
    counts = np.array([drawn.count(value) for value in values])
    # χ² of 2 degrees of freedom is above 18.4 once in 10,000 draws of a fair one.
    assert ((counts - 100) ** 2 / 100).sum() < 18.4
    episode = Episode(compiled, seed=7)
    (event,) = episode.world.obey([Guess(episode.attempt.hidden)])
    assert isinstance(event.event, Guessed)
    assert event.event.is_right
    assert episode.score == compiled.challenge.goal.guessed - 1.0
    episode.step(0)
    assert "guessed already" in refusal(episode.world, Guess(values[0]))
    other = Episode(compiled, seed=7)
    assert "is one of" in refusal(other.world, Guess(0.3))


def test_quantities_are_counted_at_the_ends_of_steps() -> None:
    # P(🌕) = cos²(π t/4): 1, ½, 0, ½, 1 at 0, 1, 2, 3, 4 s.
    wanted = [
        {"population": "🌕", "over": (0, 4), "mean": {"at_least": 0.5}},
        {"population": "🌕", "at": 2, "value": {"at_most": 0.1}, "worth": 4.0},
        {"population": "🌕", "over": (1, 3), "swing": {"near": 0.4, "within": 1.0}},
        {"coherence": "🌕/🌑", "over": (0, 4), "max": {"at_least": 1.01}},
    ]
    compiled = challenge(
        "two_level",
        seconds=4.0,
        step=1.0,
        acts=({"harvest": "🌕/🌑"},),
        goal={"quantities": wanted},
    )
    episode = Episode(compiled, seed=0)
    assert episode.score == pytest.approx(1 / 5)
    while not episode.is_over:
        episode.step(0)
    values = [value for _, value, _ in episode.attempt.quantities]
    assert values == pytest.approx([0.6, 0.0, 0.5, 1.0], abs=1e-8)
    assert [met for *_, met in episode.attempt.quantities] == [True, True, True, False]
    assert episode.score == pytest.approx(0.6 - 0.0 - 0.1 + 1.0, abs=1e-8)


def test_jumps_are_counted_as_the_events_tell_them() -> None:
    compiled = challenge(
        "night_sky",
        seconds=40.0,
        acts=({"measure": "🌌/✨"},),
        goal={
            "quantities": [
                {"jumps": "🌌→✨", "over": (10, 30), "rate": {"at_least": 0.3}},
                {"first": "✨→🌌", "before": 5, "probability": {"at_least": 1}},
            ]
        },
    )
    for seed in range(4):
        episode, events = Episode(compiled, seed=seed), []
        while not episode.is_over:
            events += episode.step(0)
        jumps = [event.event for event in events]
        lit = [j for j in jumps if j.source == "🌌" and 10.0 < j.time <= 30.0]
        out = [j for j in jumps if j.source == "✨" and j.time <= 5.0]
        rate, first = (value for _, value, _ in episode.attempt.quantities)
        assert rate == len(lit) / 20.0
        assert first == float(bool(out))


@pytest.mark.parametrize("biome", ["fading_twins", "qubit_farm", "forest_small"])
@pytest.mark.parametrize("seed", [0, 1])
def test_numbers_of_a_state_are_those_that_the_bath_tells(
    biome: str, seed: int
) -> None:
    compiled = load_biome(biome)
    method = "master" if biome != "qubit_farm" else None
    bath = compiled.bath(seed=seed, method=method)
    bath.evolve(0.7)
    told = bath.observables()
    for kind in ("purity", "entropy", "energy"):
        asked = read_asked({kind: True, "at": 1})
        assert number_of(asked, bath) == pytest.approx(told[kind], abs=1e-12)
    if bath.operators.qubits:
        first, second = bath.operators.axes[:2]
        named = ["/".join(first), "/".join(second)]
        asked = read_asked({"information": named, "at": 1})
        right = bath.mutual_information(first, second)
        assert number_of(asked, bath) == pytest.approx(right, abs=1e-12)


def test_a_new_attempt_is_the_world_that_is_made_from_its_biome() -> None:
    compiled = load_challenge("wolf_and_rabbits")
    for seed, number in ((0, 0), (5, 0), (5, 3)):
        quick = compiled.world(seed, number)
        name = compiled.bath_name(number)
        biome = compiled.biome.biome.model_copy(update={"key": name})
        registry, step = compiled.biome.registry, compiled.challenge.step
        slow = World([biome], seed, step, registry, compiled.challenge)
        assert quick.snapshot() == slow.snapshot()
        quick.run(5.0)
        slow.run(5.0)
        assert quick.digest() == slow.digest()


def test_attempt_n_is_bath_n_of_a_world_with_many() -> None:
    compiled = load_challenge("berry_season")
    many = World(["berry_bush"] * 5, seed=9, dt=compiled.challenge.step)
    many.run(20.0)
    for number, name in enumerate(many.baths):
        alone = compiled.world(9, number)
        alone.run(20.0)
        assert (alone.baths[name].state == many.baths[name].state).all()


def test_an_attempt_goes_on_from_a_snapshot_and_from_a_fork() -> None:
    episode = Episode(load_challenge("count_the_lights"), seed=3)
    for step in range(40):
        episode.step(step % 2)
    world = episode.world
    for other in (World.restore(world.snapshot()), world.fork()):
        assert other.attempt.standing == world.attempt.standing
        other.tick([Guess(0.4)])
        assert other.attempt.score(other.inventory) != episode.score
    assert world.attempt.standing.guess is None


def test_moves_that_are_none_are_refused_and_so_is_a_step_after_the_end() -> None:
    episode = Episode(MOON, seed=0)
    for move in (-1, 2, 1.0, True, None, "1"):
        with pytest.raises(ArgumentError, match="A move must be"):
            episode.step(move)  # type: ignore[arg-type]
    assert episode.steps_done == 0
    while not episode.is_over:
        episode.step(0)
    with pytest.raises(ArgumentError, match="is over: all of its 20 steps"):
        episode.step(0)
    assert not episode.mask().any()


def test_a_world_of_a_challenge_has_its_step_and_one_biome() -> None:
    for biomes, dt in ((["two_level"], 0.1), (["two_level", "kitchen"], 0.5)):
        with pytest.raises(ArgumentError, match="must have one biome and ticks"):
            World(biomes, 0, dt, challenge=MOON.challenge)


def test_a_guess_in_a_world_without_a_challenge_is_refused() -> None:
    assert "nothing to guess" in refusal(World(["two_level"], 0), Guess(1.0))


def test_the_best_period_earns_more_than_its_neighbors() -> None:
    compiled = load_challenge("first_harvest")
    best = make_policy("wait_and_harvest", compiled, 0)
    assert isinstance(best, Periodic)
    # P(🌕) = sin²(π t/4) after a harvest: 1.5 s are worth (0.854 − 0.1)/1.5 a second,
    # 1 s 0.4 and 2 s 0.45.
    assert best.period == 3
    found = {
        period: play(compiled, replace(best, period=period), 40, 1).mean
        for period in (2, 3, 4)
    }
    assert max(found, key=found.__getitem__) == 3


def test_random_moves_are_those_of_the_mask_and_of_the_seed() -> None:
    first = [RandomMoves(4).choose(Episode(MOON, seed=0)) for _ in range(3)]
    assert len(set(first)) == 1
    episode, policy = Episode(MOON, seed=0), RandomMoves(1)
    while not episode.is_over:
        move = policy.choose(episode)
        assert episode.mask()[move]
        episode.step(move)
    assert episode.attempt.standing.spent <= 1.0


def test_policies_that_are_none_or_cannot_play_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="Unknown policy 'greed'"):
        make_policy("greed", MOON, 0)
    with pytest.raises(ArgumentError, match="needs an act of harvest"):
        make_policy("wait_and_harvest", load_challenge("make_a_pair"), 0)


def test_an_attempt_is_the_same_alone_and_among_others() -> None:
    compiled = load_challenge("daily_bread")
    harvest = Periodic(1, 5, 0, "every 5")
    many = play(compiled, harvest, 4, seed=2)
    alone = Episode(compiled, 2, 3)
    while not alone.is_over:
        alone.step(harvest.choose(alone))
    assert many.results[3] == alone.result()
