"""Many attempts side by side are, to the bit, what each would be alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge, load_challenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.engine.challenges.many.episodes import EpisodeBatch
from spacewheat_sim.engine.compile import compile_biome, load_biome
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.kernels import batch_step

NAMES = [entry.key for entry in Library().challenges]
COUNT = 5
GOAL = {
    "harvested": {"🐇": 1},
    "quantities": [
        {"population": "🐇", "over": [1, 3], "mean": {"at_least": 0.1}},
        {"coherence": "🐇/🐺", "over": [0, 4], "max": {"at_least": 0.1}},
        {"radius": "🐇/🐺", "over": [0, 4], "swing": {"at_most": 0.1}},
        {"energy": True, "at": 3, "value": {"near": 1, "within": 1}},
        {"entropy": True, "over": [0, 4], "min": {"at_least": 0}},
        {"jumps": "🐇→🐺", "over": [0, 4], "rate": {"at_most": 1}},
    ],
}


def small_forest(**changes: Any) -> CompiledChallenge:
    """Return a challenge in a small forest that has every kind of act of levels."""
    method = changes.pop("method", "trajectory")
    biome = load_biome("forest_small")
    authored = biome.biome.with_fields(evolution={"method": method})
    acts = [
        {"harvest": ("🐇", "🐺"), "cost": 0.1},
        {"measure": ("🐇", "🌿"), "cost": 0.05},
        {"weak": ("🐇", "🐺"), "strength": 0.4},
        {"gate": "RX", "axis": ("🐇", "🌿"), "angle": 0.7, "cost": 0.2},
        {"edit": "🐺.transfers_from.🐇", "between": (0, 0.5), "levels": 3},
    ]
    given = {
        "name": "test",
        "biome": "forest_small",
        "seconds": 4,
        "step": 0.25,
        "acts": acts,
        "goal": GOAL,
        "stars": (1, 2, 3),
    }
    challenge = Challenge.model_validate(given | changes)
    return CompiledChallenge(challenge, compile_biome(authored, biome.registry))


def states(many: EpisodeBatch) -> np.ndarray:
    """Return the states of all attempts."""
    found = [None] * len(many)
    for content, own in many.contents:
        for b, state in zip(own, content.batch.checkpoint(own).states, strict=True):
            found[b] = state
    return np.array(found)


def check_against_single(compiled: CompiledChallenge, steps: int) -> None:
    """Play random moves in both, and compare all that can be seen."""
    many = EpisodeBatch(compiled, COUNT)
    seeds, numbers = [7, 8, 7, 7, 2**40], [0, 0, 1, 3, 2]
    many.begin(np.arange(COUNT), seeds, numbers)
    singles = [Episode(compiled, *who) for who in zip(seeds, numbers, strict=True)]
    rng = np.random.default_rng(5)
    for _ in range(min(steps, compiled.challenge.steps)):
        masks = many.masks()
        assert masks.tolist() == [each.mask().tolist() for each in singles]
        moves = rng.integers(0, len(compiled.challenge.moves), COUNT)
        many.step(moves)
        for single, move in zip(singles, moves.tolist(), strict=True):
            single.step(move)
        scores = [single.score for single in singles]
        reached = [single.result().is_reached for single in singles]
        kets = [next(iter(s.world.baths.values())).state for s in singles]
        assert many.scores().tolist() == scores
        assert many.are_reached().tolist() == reached
        assert (states(many) == np.array(kets)).all()
    spent = [single.attempt.standing.spent for single in singles]
    assert many.standings.spent.tolist() == spent


@pytest.mark.parametrize("name", NAMES)
def test_each_of_many_is_what_it_is_alone_in_every_challenge(name: str) -> None:
    check_against_single(load_challenge(name), 12)


@pytest.mark.parametrize("method", ["trajectory", "master", "spec"])
@pytest.mark.parametrize("budget", [None, 0.6])
def test_all_acts_and_quantities_are_the_same(method: str, budget: float) -> None:
    step = {"step": 0.125} if method == "spec" else {}
    check_against_single(small_forest(method=method, budget=budget, **step), 99)


def test_attempts_that_begin_at_other_times_do_not_disturb_each_other() -> None:
    compiled = small_forest()
    together, later = EpisodeBatch(compiled, 2), EpisodeBatch(compiled, 2)
    together.begin(np.array([0, 1]), [1, 2], [0, 0])
    later.begin(np.array([0]), [1], [0])
    goes = np.array([True, False])

    for _ in range(3):
        later.step(np.array([1, 0]), goes)
    later.begin(np.array([1]), [2], [0])
    for _ in range(3):
        later.step(np.array([1, 1]))
    for _ in range(3):
        together.step(np.array([1, 1]))

    assert later.standings.steps.tolist() == [6, 3]
    assert later.scores()[1] == together.scores()[1]
    assert (states(later)[1] == states(together)[1]).all()


def test_bad_moves_change_nothing() -> None:
    many = EpisodeBatch(small_forest(), 2)
    many.begin(np.arange(2), [1, 2], [0, 0])
    many.step(np.array([1, 2]))
    before = states(many), many.scores()

    with pytest.raises(ArgumentError, match="must be 0 to 7, but that of attempt 1"):
        many.step(np.array([0, 8]))

    assert (states(many) == before[0]).all()
    assert many.scores().tolist() == before[1].tolist()
    assert many.standings.steps.tolist() == [1, 1]


def test_an_interrupted_step_has_not_been(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = small_forest()
    many, other = EpisodeBatch(compiled, 3), EpisodeBatch(compiled, 3)
    for each in (many, other):
        each.begin(np.arange(3), [1, 2, 3], [0, 0, 0])
    step_groups = batch_step.step_groups

    def stopped(*given: Any) -> int:
        step_groups(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(batch_step, "step_groups", stopped)
        with pytest.raises(KeyboardInterrupt):
            many.step(np.array([1, 4, 5]))
    for _ in range(4):
        for each in (many, other):
            each.step(np.array([1, 4, 6]))

    assert (states(many) == states(other)).all()
    assert many.scores().tolist() == other.scores().tolist()


def test_attempts_that_are_over_go_no_further() -> None:
    many = EpisodeBatch(small_forest(seconds=3.25, goal={"harvested": {"🐇": 1}}), 2)
    with pytest.raises(ArgumentError, match="Attempt 0 is over"):
        many.step(np.array([0, 0]))

    many.begin(np.arange(2), [1, 2], [0, 0])
    for _ in range(13):
        many.step(np.array([0, 1]))

    assert many.are_over.all()
    assert not many.masks().any()
    with pytest.raises(ArgumentError, match="all of its 13 steps are done"):
        many.step(np.array([0, 0]))
