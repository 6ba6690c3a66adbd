"""Registers in worlds, logs, ensembles and batches, as level biomes are."""

from __future__ import annotations

import numpy as np
import pytest
from register_reference import NAMES, random_ket, random_register

from spacewheat_sim import (
    BathBatch,
    BathOperators,
    QuantumBath,
    ScheduledMeasurement,
    World,
    load_biome,
)
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.engine.world.commands import (
    ApplyGate,
    Collapse,
    EditBiome,
    Measure,
    Plant,
)
from spacewheat_sim.engine.world.events import Refused
from spacewheat_sim.errors import ArgumentError, ImpossibleOutcomeError


def projector(terms, pole):
    return terms.projector(pole)


def kraus_of(terms, kind, north, south, strength):
    """Return the Kraus operators of a measurement by its definition."""
    n, s = terms.projector(north), terms.projector(south)
    if kind == "projective":
        return [n, s]
    plus, minus = np.sqrt((1 + strength) / 2), np.sqrt((1 - strength) / 2)
    return [plus * n + minus * s, minus * n + plus * s]


@pytest.mark.parametrize("kind", ["projective", "weak"])
def test_measured_ensembles_average_to_the_measured_density_matrix(kind):
    """Σ KρK† between two evolutions; 4.5 standard errors (24 numbers: 1.6e-4)."""
    rng = np.random.default_rng(11)
    terms = random_register(rng, 3, driven=False)
    ket = random_ket(rng, 3)
    strength = None if kind == "projective" else 0.6
    bath = QuantumBath(terms.operators(), seed=1)
    bath.initialize_ket(ket)
    north, south = NAMES[1]
    measurement = ScheduledMeasurement(0.5, north, south, kind, strength)
    ensemble = bath.ensemble(1.0, 6000, dt=0.25, seed=2, measurements=[measurement])
    rho = terms.evolved(np.outer(ket, ket.conj()), 0.5)
    share = np.trace(rho @ terms.projector(north)).real
    rho = sum(k @ rho @ k.conj().T for k in kraus_of(terms, kind, north, south, 0.6))
    wanted = terms.pole_populations(terms.evolved(rho, 0.5))

    off = np.abs(ensemble.populations[-1] - wanted)
    assert (off <= 4.5 * ensemble.standard_error[-1]).all()
    norths = ensemble.outcome_counts[0, 0] / 6000
    likely = share if kind == "projective" else 0.5 + 0.6 * (share - 0.5)
    assert abs(norths - likely) < 4.5 * np.sqrt(0.25 / 6000)


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_measurements_and_collapses_act_on_one_qubit(method):
    """Partial and full collapse, game and projective: states by definition."""
    rng = np.random.default_rng(13)
    terms = random_register(rng, 3, driven=False)
    ket = random_ket(rng, 3)
    rho = np.outer(ket, ket.conj())
    north, south = NAMES[2]
    n, s = terms.projector(north), terms.projector(south)

    def bath():
        made = QuantumBath(terms.operators(), method=method, seed=4)
        made.initialize_ket(ket)
        return made

    def normalized(k):
        moved = k @ rho @ k.conj().T
        return moved / np.trace(moved).real

    full = bath()
    full.full_collapse(south)
    assert full.density_matrix() == pytest.approx(normalized(s), abs=1e-14)
    part = bath()
    part.partial_collapse(north, 0.5)
    assert part.density_matrix() == pytest.approx(
        normalized(1.5 * n + 0.95 * s), abs=1e-14
    )
    game = bath()
    outcome = game.measure_axis(north, south, 0.5)
    toward, away = (n, s) if outcome == north else (s, n)
    assert game.density_matrix() == pytest.approx(
        normalized(1.5 * toward + 0.95 * away), abs=1e-14
    )
    sharp = bath()
    outcome = sharp.measure_axis(north, south, kind="projective")
    assert sharp.density_matrix() == pytest.approx(
        normalized(n if outcome == north else s), abs=1e-14
    )
    assert sharp.measure_axis(north, south, kind="projective") == outcome
    with pytest.raises(ImpossibleOutcomeError):
        sharp.full_collapse(north if outcome == south else south)


def test_batches_measure_each_register_by_itself():
    """Outcomes come as often as the poles are probable; the rest stays coherent."""
    operators = BathOperators.from_register(NAMES[:2])
    batch = BathBatch(operators, 2000, seed=3)
    batch.initialize_weighted({"☀": 0.3})
    outcomes = batch.measure_axis("☀", "🌙", kind="projective")
    assert abs((outcomes == "☀").mean() - 0.3) < 4.5 * np.sqrt(0.21 / 2000)
    norths = batch.populations()[:, 0]
    assert set(norths.round(12)) == {0.0, 1.0}
    assert batch.project_onto_axis("🌾", "🍄").coherence == pytest.approx(np.ones(2000))


def test_active_states_of_a_register_follow_its_jumps():
    """With a threshold, populations are those of all states to 1e-4."""
    terms = random_register(np.random.default_rng(17), 4, driven=False)
    ends = []
    for threshold in (None, 1e-12):
        bath = QuantumBath(terms.operators(), seed=6, active_threshold=threshold)
        bath.initialize_poles([])
        bath.evolve_many(0.1, 30)
        ends.append(bath.populations())
    assert ends[1] == pytest.approx(ends[0], abs=1e-4)


def test_a_session_with_gates_replays_bit_for_bit(tmp_path):
    """Plants, measurements, collapses, gates, some refused: every digest is equal."""
    path = tmp_path / "session.jsonl"
    world = World(["qubit_farm", "two_level"], seed=9)
    sun, crop = ("☀", "🌙"), ("🌾", "🌱")
    script = {
        0: [Plant("qubit_farm", 1, *sun), ApplyGate("qubit_farm", "H", sun)],
        20: [ApplyGate("qubit_farm", "CNOT", sun, crop), Measure(1, "weak", 0.3)],
        40: [ApplyGate("two_level", "RX", ("🌕", "🌑"), angle=0.4)],
        50: [ApplyGate("qubit_farm", "CNOT", sun, sun), Collapse("qubit_farm", "🌾")],
    }
    refused = 0
    with SessionLog(path, 10) as log:
        log.begin(world)
        for tick in range(120):
            if tick in script:
                events = log.obey(world, script[tick])
                refused += sum(isinstance(event.event, Refused) for event in events)
            log.tick(world)
        log.end(world)
    assert refused == 1
    report = replay_session(read_session(path))
    assert report.difference is None
    assert report.digests > 10


def test_a_running_register_is_edited_and_stays_a_register():
    """Method and terms may change; another kind of biome is refused."""
    world = World(["catalyst"], seed=2)
    biome = world.biomes["catalyst"]
    master = biome.evolution.model_copy(update={"method": "master"})
    world.run(0.5)
    before = world.baths["catalyst"].populations()
    world.tick([EditBiome("catalyst", biome.model_copy(update={"evolution": master}))])
    assert world.baths["catalyst"].method == "master"
    assert world.baths["catalyst"].populations() == pytest.approx(before, abs=0.02)
    levels = Biome.model_validate({"name": "x", "emojis": biome.members})
    (event, *_) = world.tick([EditBiome("catalyst", levels)])
    assert isinstance(event.event, Refused)
    assert "a register was to become a level biome" in event.event.reason
    spec = biome.evolution.model_copy(update={"method": "spec"})
    (event, *_) = world.tick(
        [EditBiome("catalyst", biome.model_copy(update={"evolution": spec}))]
    )
    assert "no meaning for a register" in event.event.reason


def test_the_same_seed_gives_the_same_register():
    """To the last bit, alone and in a world, whatever other baths there are."""
    first, second = (World(["qubit_farm"] * n, seed=4) for n in (1, 3))
    for world in (first, second):
        world.run(1.0)
    mine, theirs = (world.baths["qubit_farm"] for world in (first, second))
    assert mine.amplitudes.tolist() == theirs.amplitudes.tolist()
    one, two = (load_biome("qubit_farm").bath(seed=7) for _ in range(2))
    assert one.evolve_many(0.1, 50).events == two.evolve_many(0.1, 50).events


def test_what_has_a_meaning_in_registers_only_is_dropped_from_level_biomes():
    """Of shared icons, and said; of a biome's own it is refused."""
    from spacewheat_sim.content.icon import Icon
    from spacewheat_sim.content.registry import IconRegistry
    from spacewheat_sim.engine.compile import compile_biome

    sun = {
        "emoji": "☀",
        "name": "Sun",
        "pair_couplings": {"🌾": 0.2},
        "alignments": {"🌾": 0.1},
        "transfers_to": {"🌾": {"rate": 0.3, "when": "🐇"}, "🌙": 0.4},
    }
    registry = IconRegistry([Icon.model_validate(sun)])
    level = Biome.model_validate({"name": "x", "emojis": ["☀", "🌙", "🌾"]})
    compiled = compile_biome(level, registry)
    kinds = [term.kind for term in compiled.dropped]
    assert kinds == ["pair_coupling", "alignment", "transfers_to"]
    assert [jump.rate for jump in compiled.operators.jumps] == [0.4]
    axes = [{"north": "☀", "south": "🌙"}, {"north": "🌾", "south": "🍄"}]
    register = Biome.model_validate({"name": "x", "register": axes})
    compiled = compile_biome(register, registry)
    assert [term.kind for term in compiled.dropped] == ["transfers_to"]  # 🐇 is absent
    assert compiled.operators.hamiltonian.nnz > 0
    own = level.model_copy(update={"icons": (Icon.model_validate(sun),)})
    with pytest.raises(ArgumentError, match="registers only"):
        compile_biome(own, registry)


def test_a_gate_of_an_absent_emoji_never_lets_and_never_stops():
    """``when`` an emoji that is not there: dropped; ``unless``: always."""
    from spacewheat_sim.content.registry import IconRegistry
    from spacewheat_sim.engine.compile import compile_biome

    axes = [{"north": "☀", "south": "🌙"}]
    for gate, count in (("when", 0), ("unless", 1)):
        sun = {"emoji": "☀", "name": "x"}
        sun["transfers_to"] = {"🌙": {"rate": 0.3, gate: "🐇"}}
        biome = Biome.model_validate({"name": "x", "register": axes, "icons": [sun]})
        compiled = compile_biome(biome, IconRegistry())
        assert len(compiled.operators.jumps) == count
        assert len(compiled.dropped) == 1 - count
