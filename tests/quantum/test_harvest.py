"""A harvest is a quantum instrument, and takes nothing twice."""

from __future__ import annotations

import dense_reference
import numpy as np
import pytest

from spacewheat_sim import BathBatch, BathOperators, QuantumBath, World, load_biome
from spacewheat_sim.content.files import list_biomes
from spacewheat_sim.engine.world.commands import Harvest, Measure, Plant
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.harvest import HarvestOutcome, harvest_outcomes

BIOMES = ("forest", "forest_small", "biotic_flux", "kitchen", "market", "two_level")
REGISTERS = ("bell_pair", "qubit_farm", "catalyst")


def kraus(outcome: HarvestOutcome, dimension: int) -> np.ndarray:
    matrix = np.zeros((dimension, dimension))
    matrix[outcome.targets, outcome.sources] = 1.0
    return matrix


def all_outcomes(operators: BathOperators) -> list[tuple[HarvestOutcome, ...]]:
    qubits, n = operators.qubits, len(operators.emojis)
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    if qubits:
        pairs = [(2 * a, 2 * a + 1) for a in range(qubits)]
    return [
        harvest_outcomes(i, j, operators.ground(i), operators.dimension, qubits)
        for i, j in pairs
    ]


@pytest.mark.parametrize("name", [*BIOMES, *REGISTERS])
def test_the_kraus_operators_of_every_axis_are_complete(name: str) -> None:
    operators = load_biome(name).operators
    one = np.eye(operators.dimension)
    for outcomes in all_outcomes(operators):
        matrices = [kraus(outcome, operators.dimension) for outcome in outcomes]
        total = sum(matrix.T @ matrix for matrix in matrices)
        assert np.abs(total - one).max() == 0.0


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_states_after_a_harvest_are_those_of_the_kraus_operators(method: str) -> None:
    rng = np.random.default_rng(3)
    h = dense_reference.random_hamiltonian(rng, 4)
    operators = BathOperators.from_terms(["a", "b", "🍂", "d"], h)
    seen = set()
    for seed in range(40):
        bath = QuantumBath(operators, method, seed=seed)
        bath.initialize_ket(dense_reference.random_ket(rng, 4))
        before = bath.density_matrix()
        found = bath.harvest("a", "d")
        seen.add(found)
        outcomes = harvest_outcomes(0, 3, 2, 4, 0)
        right = []
        for outcome in outcomes:
            matrix = kraus(outcome, 4)
            after = matrix @ before @ matrix.T
            name = None if outcome.taken is None else bath.emojis[outcome.taken]
            right.append((name, after / np.trace(after).real))
        gaps = [
            np.abs(bath.density_matrix() - after).max()
            for name, after in right
            if name == found
        ]
        assert min(gaps) < 1e-14
    assert seen == {"a", "d", None}


def test_outcomes_have_the_probabilities_of_born() -> None:
    operators = BathOperators.from_terms(["a", "b", "🍂"], np.zeros((3, 3)))
    batch = BathBatch(operators, 20_000, seed=5)
    batch.initialize_ket(np.sqrt([0.2, 0.3, 0.5]))
    found = batch.harvest("a", "🍂")
    # Of ten thousand seeds one has more than 4 standard errors.
    for emoji, share in (("a", 0.2), (None, 0.8)):
        error = np.sqrt(share * (1 - share) / 20_000)
        assert abs((found == emoji).mean() - share) < 4 * error
    taken = batch.populations()[found == "a"]
    assert (taken == [0.0, 0.0, 1.0]).all()


@pytest.mark.parametrize("name", BIOMES)
def test_what_is_taken_cannot_be_taken_again_at_once(name: str) -> None:
    biome = load_biome(name)
    for seed in range(5):
        bath = biome.bath(seed)
        for north, south in biome.axes:
            bath.harvest(north, south)
            assert bath.harvest(north, south) is None
            assert bath.harvest(south, north) is None


@pytest.mark.parametrize("name", REGISTERS)
def test_in_a_register_an_axis_goes_to_its_ground(name: str) -> None:
    biome = load_biome(name)
    bath = biome.bath(1)
    for north, south in biome.axes:
        assert bath.harvest(north, south) in (north, None)
        assert bath.probability(south) == pytest.approx(1.0, abs=1e-14)
        assert bath.harvest(north, south) is None


def test_no_two_axes_hand_a_quantum_back_and_forth() -> None:
    # Nothing moves by itself: the one quantum is taken once, whatever is asked.
    operators = BathOperators.from_terms(["a", "b", "c", "🍂"], np.zeros((4, 4)))
    rng = np.random.default_rng(0)
    for seed in range(30):
        bath = QuantumBath(operators, seed=seed)
        pairs = [rng.choice(4, 2, replace=False) for _ in range(40)]
        names = bath.emojis
        taken = [bath.harvest(names[i], names[j]) for i, j in pairs]
        assert sum(each is not None for each in taken) <= 1


@pytest.mark.parametrize("name", [entry.key for entry in list_biomes()])
def test_no_axis_and_no_pair_of_axes_pumps(name: str) -> None:
    # What takes a quantum leaves it where nothing takes it: K′K = 0 for any two that
    # take, whatever their axes; in a register, for any two on one axis.
    operators = load_biome(name).operators
    landed: dict[int, set[int]] = {}
    taken: dict[int, set[int]] = {}
    for axis, outcomes in enumerate(all_outcomes(operators)):
        part = axis if operators.qubits else 0
        for each in outcomes:
            if each.taken is not None:
                landed.setdefault(part, set()).update(each.targets.tolist())
                taken.setdefault(part, set()).update(each.sources.tolist())
    assert taken.keys() == landed.keys()
    assert all(taken[part].isdisjoint(landed[part]) for part in taken)


@pytest.mark.parametrize("name", [entry.key for entry in list_biomes()])
def test_harvesting_every_axis_on_every_tick_takes_one_quantum_a_departure(
    name: str,
) -> None:
    # All axes of the file in each tick, in both orders: of levels, at most one is taken
    # in a tick, and never before the ground was left.
    biome = load_biome(name)
    qubits = biome.operators.qubits
    batch = BathBatch(biome.operators, 16, biome.options().method, seed=8)
    batch.initialize_ket(biome.bath(0, "trajectory").amplitudes)
    axes = [*biome.axes, *reversed(biome.axes)]
    for _ in range(60):
        taken = np.zeros(16)
        for north, south in axes:
            taken += [each is not None for each in batch.harvest(north, south)]
        assert taken.max() <= max(qubits, 1)
        batch.evolve(1 / 10)


def test_a_bath_without_a_ground_refuses() -> None:
    bath = QuantumBath(BathOperators.from_terms("ab", np.zeros((2, 2))), seed=0)
    before = bath.state
    with pytest.raises(ArgumentError, match="needs a ground"):
        bath.harvest("a", "b")
    assert (bath.state == before).all()


def test_a_world_counts_what_was_taken_and_does_not_pump() -> None:
    for seed in range(3):
        world = World(["forest"], seed=seed)
        for _ in range(600):
            world.tick([Plant("forest", 1, "🐇", "🐺"), Harvest(1)])
            if 1 in world.plots:
                world.tick([Harvest(1)])
        # Each quantum came by a jump or a rotation from the ground.
        assert sum(world.inventory.values()) < 40


def test_a_measurement_in_a_world_answers_the_same_at_once() -> None:
    for seed in range(20):
        world = World(["forest"], seed=seed)
        world.tick([Plant("forest", 1, "🐇", "🐺")])
        first, second = world.obey([Measure(1), Measure(1)])
        assert first.event.kind == "projective"
        assert first.event.outcome == second.event.outcome


def test_where_nothing_can_be_taken_nothing_is_drawn() -> None:
    operators = BathOperators.from_terms(["a", "b", "c", "🍂"], np.zeros((4, 4)))
    bath, batch = QuantumBath(operators, seed=1), BathBatch(operators, 3, seed=1)
    for each in (bath, batch):
        each.initialize_emoji("c")
    before = bath.checkpoint(), batch.checkpoint()
    assert bath.harvest("a", "b") is None
    assert batch.harvest("a", "b").tolist() == [None] * 3
    for old, new in zip(before, (bath.checkpoint(), batch.checkpoint()), strict=True):
        assert (old.states == new.states).all()
        assert (old.streams == new.streams).all()
