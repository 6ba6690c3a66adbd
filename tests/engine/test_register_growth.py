"""Axes that join running registers, and leave them where they are at a pole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from spacewheat_sim import (
    ArgumentError,
    BathBatch,
    BathOperators,
    QuantumBath,
    World,
    load_biome,
)
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.engine.world.commands import EditBiome, Measure, Plant
from spacewheat_sim.engine.world.events import BiomeEdited, Refused

DAY, FIRE, CROP = ("☀", "🌙"), ("🔥", "❄"), ("🌾", "🌱")
TERMS = {
    "couplings": [("☀", "🌙", 0.6), ("🔥", "❄", 0.3), ("☀", "🔥", 0.4)],
    "jumps": [("🔥", "❄", 0.5, {"when": "☀"}), ("☀", "🌙", 0.2)],
}
TWO = BathOperators.from_register([DAY, FIRE], **TERMS)
# The new axis is between the old ones, and nothing leads to it.
THREE = BathOperators.from_register([FIRE, CROP, DAY], **TERMS)


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_a_register_goes_on_as_before_with_an_axis_that_nothing_moves(method) -> None:
    bath, alone = (QuantumBath(TWO, method, seed=2) for _ in range(2))
    for each in (bath, alone):
        each.evolve(0.5)
    before = bath.probabilities()
    entropy = bath.entanglement_entropy(DAY) if method == "trajectory" else None
    bath.replace_operators(THREE)
    found = bath.probabilities()
    assert {pole: found[pole] for pole in before} == pytest.approx(before, abs=1e-15)
    assert (found["🌾"], found["🌱"]) == (0.0, pytest.approx(1.0, abs=1e-15))
    if entropy is not None:
        assert bath.entanglement_entropy(DAY) == pytest.approx(entropy, abs=1e-12)
    for each in (bath, alone):
        each.evolve_many(0.25, 8)
    found, wanted = bath.probabilities(), alone.probabilities()
    assert {pole: found[pole] for pole in wanted} == pytest.approx(wanted, abs=1e-11)
    bath.replace_operators(TWO)
    assert bath.probabilities() == pytest.approx(wanted, abs=1e-11)
    np.testing.assert_allclose(
        bath.density_matrix(), alone.density_matrix(), atol=1e-11
    )


def test_amplitudes_are_those_of_the_product() -> None:
    rng = np.random.default_rng(5)
    ket = rng.normal(size=4) + 1j * rng.normal(size=4)
    bath = QuantumBath(TWO, seed=2)
    bath.initialize_ket(ket)
    kept = bath.amplitudes.copy()
    bath.replace_operators(THREE)
    # FIRE, CROP, DAY: the crop is in the south, which is 1.
    wanted = np.einsum("df,c->fcd", kept.reshape(2, 2), [0.0, 1.0]).ravel()
    assert bath.amplitudes.tobytes() == wanted.tobytes()
    bath.replace_operators(TWO)
    assert bath.amplitudes.tobytes() == kept.tobytes()


def test_an_axis_leaves_once_it_was_measured() -> None:
    bath = QuantumBath(THREE, seed=4)
    bath.initialize_uniform()
    bath.evolve(0.7)
    with pytest.raises(ArgumentError, match=r"🔥/❄ cannot leave.*neither pole"):
        bath.replace_operators(BathOperators.from_register([CROP, DAY]))
    assert bath.emojis == THREE.emojis
    bath.measure_axis("🔥", "❄", kind="projective")
    before = bath.project_onto_axis("☀", "🌙")
    bath.replace_operators(BathOperators.from_register([CROP, DAY]))
    after = bath.project_onto_axis("☀", "🌙")
    assert after.bloch == pytest.approx(before.bloch, abs=1e-12)
    assert float((abs(bath.amplitudes) ** 2).sum()) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_in_a_batch_each_register_keeps_what_it_was_left_with(method) -> None:
    batch = BathBatch(TWO, 8, method, seed=3)
    batch.evolve(0.6)
    batch.measure_axis("🔥", "❄", kind="projective")
    fire = batch.populations()[:, 2]
    assert {0, 1} == set(np.rint(fire).astype(int).tolist())  # some here, some there
    day = batch.populations()[:, :2]
    batch.replace_operators(BathOperators.from_register([DAY]))
    np.testing.assert_allclose(batch.populations(), day, atol=1e-14)


def test_a_pole_keeps_its_partner_and_a_register_its_kind() -> None:
    bath = QuantumBath(TWO, seed=2)
    other = BathOperators.from_register([("☀", "❄"), ("🔥", "🌙")])
    with pytest.raises(ArgumentError, match="another partner"):
        bath.replace_operators(other)
    levels = BathOperators.from_terms("☀🌙🔥❄", np.zeros((4, 4)))
    with pytest.raises(ArgumentError, match="must stay what it is"):
        bath.replace_operators(levels)


def test_an_axis_may_be_turned_around() -> None:
    bath = QuantumBath(TWO, "master", seed=2)
    bath.evolve(0.5)
    before = bath.probabilities()
    bath.replace_operators(BathOperators.from_register([DAY, FIRE[::-1]], **TERMS))
    assert bath.probabilities() == pytest.approx(before, abs=1e-15)


def grown() -> tuple[Biome, Biome]:
    small = load_biome("catalyst").biome
    axes = (*small.register_axes, small.register_axes[0].model_copy(
        update={"north": "🔥", "south": "❄", "harvest": "🔥"}
    ))  # fmt: skip
    return small, small.with_fields(register_axes=axes)


def test_an_axis_joins_a_world_at_the_pole_of_its_harvest(tmp_path: Path) -> None:
    small, large = grown()
    path = tmp_path / "session.jsonl"
    with SessionLog(path) as log:
        world = World([small], seed=3)
        log.begin(world)
        for k in range(60):
            if k == 20:
                before = world.baths["catalyst"].probabilities()
                (found,) = log.obey(world, [EditBiome("catalyst", large)])
                assert isinstance(found.event, BiomeEdited)
                after = world.baths["catalyst"].probabilities()
                assert {p: after[p] for p in before} == pytest.approx(before, abs=0)
                assert (after["🔥"], after["❄"]) == (pytest.approx(1.0), 0.0)
            if k == 40:
                plant = Plant("catalyst", 1, "🔥", "❄")
                log.obey(world, [plant, Measure(1)])
                (refused,) = log.obey(world, [EditBiome("catalyst", small)])
                assert isinstance(refused.event, Refused)
                assert "plot 1 is on it" in refused.event.reason
            log.tick(world)
        log.end(world)
    again = World.restore(world.snapshot())
    world.run(1.0), again.run(1.0)
    assert again.digest() == world.digest()
    replayed = replay_session(read_session(path))
    assert replayed.difference is None
    assert replayed.digests > 0
