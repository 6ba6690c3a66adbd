from __future__ import annotations

import numpy as np
import pytest

from spacewheat_sim import QuantumBath, World
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.files import read_biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.engine.world.commands import (
    EditBiome,
    Harvest,
    Measure,
    Plant,
    Remove,
)
from spacewheat_sim.engine.world.events import Harvested, Planted
from spacewheat_sim.sandbox.biome.session.beginning import Begun
from spacewheat_sim.sandbox.biome.session.edits import edit_icon, set_dt, set_method
from spacewheat_sim.sandbox.biome.session.session import BiomeSession

REGISTRY = IconRegistry.builtin()


def session(name="forest_small", seed=7, **options) -> BiomeSession:
    biome = read_biome(name, REGISTRY)
    return BiomeSession(biome, REGISTRY, seed=seed, **options)


def wild_frames(rng, seconds):
    """Yield lengths of frames, from a stutter to a blink, that sum to ``seconds``."""
    left = seconds
    while left > 0:
        frame = min(left, rng.choice([0.001, 0.016, 0.2]) * rng.random())
        yield frame
        left -= frame


@pytest.mark.parametrize("method", ["trajectory", "master", "spec"])
def test_the_history_is_the_headless_one_whatever_the_frames(method):
    played = session()
    set_method(played, method)
    axis = played.bath.emojis[:2]
    headless = World(["forest_small"], seed=7)
    authored = read_biome("forest_small", REGISTRY).axes
    plants = [
        Plant("forest_small", i + 1, axis.north, axis.south)
        for i, axis in enumerate(authored)
    ]
    changed = played.biome
    commands = [Plant("forest_small", 9, *axis), Measure(9)]

    rng = np.random.default_rng(1)
    for frame in wild_frames(rng, 1.0):
        played.advance(frame)
    at = played.world.tick_count
    played.do(*commands)
    for frame in wild_frames(rng, 2.0):
        played.advance(frame)

    headless.obey([*plants, EditBiome("forest_small", changed)])
    for tick in range(played.world.tick_count):
        headless.tick(commands if tick == at else ())
    assert played.world.tick_count == 180
    assert headless.digest() == played.world.digest()


def test_the_authored_axes_are_planted_at_the_beginning():
    planted = [(p.north, p.south) for p in session().world.plots.values()]

    authored = read_biome("forest_small", REGISTRY).axes
    assert planted == [(axis.north, axis.south) for axis in authored]


def test_a_restart_with_the_same_seed_plays_the_same_history_with_edits_and_plots():
    played = session()
    edited = next(iter(played.icons.values())).model_copy(update={"self_energy": 3.0})
    edit_icon(played, edited)
    plots = dict(played.world.plots)
    played.restart()
    first = [played.step_once() or played.world.digest() for _ in range(90)]

    played.restart()
    again = [played.step_once() or played.world.digest() for _ in range(90)]

    assert again == first
    assert dict(played.world.plots) == plots
    assert played.icons[edited.key].self_energy == 3.0


def test_a_restart_plants_the_harvested_axes_again_in_their_places():
    played = session()
    axes = [(p.north, p.south) for p in played.world.plots.values()]
    axes.append(played.bath.emojis[2:4])
    played.plant(*axes[-1])
    taken = next(
        plot
        for plot in list(played.world.plots)
        if any(
            isinstance(event.event, Harvested) and event.event.outcome is not None
            for event in played.do(Harvest(plot))
        )
    )
    assert taken not in played.world.plots

    played.restart()
    assert [(p.north, p.south) for p in played.world.plots.values()] == axes
    assert list(played.world.plots) == list(range(1, len(axes) + 1))
    played.do(Remove(2))
    played.restart()
    assert [(p.north, p.south) for p in played.world.plots.values()] == [
        axes[0],
        *axes[2:],
    ]


def test_a_restart_is_a_row_after_which_all_is_of_the_new_life():
    played = session()
    for _ in range(60):
        played.step_once()
    begun = []
    played.lives.beginners.append(lambda: begun.append(played.world.tick_count))
    played.restart()

    row = next(e for e in reversed(played.events) if isinstance(e, Begun))
    assert (row.time, str(row)) == (0.0, "restarted with the same seed, 7")
    assert begun == [0]
    played.restart(new_seed=True)
    row = next(e for e in reversed(played.events) if isinstance(e, Begun))
    assert str(row) == f"restarted with a new seed, {played.world.seed}"


def test_sessions_that_take_turns_in_one_log_replay(tmp_path):
    log = SessionLog(tmp_path / "session.jsonl", digest_every=10)
    one, other = session(log=log), session("forest", log=log)
    for played in (one, other, one):
        played.enter()
        for _ in range(15):
            played.advance(1 / 60)
    one.enter()  # it is about this one already
    log.end(one.world)

    replayed = replay_session(read_session(log.path))
    assert replayed.difference is None
    assert (replayed.chapters, replayed.ticks) == (2, 45)


def test_a_new_seed_is_told_and_gives_another_history():
    played = session()
    seed = played.world.seed

    played.restart(new_seed=True)

    assert played.world.seed != seed
    assert played.reading().seed == played.world.seed


def test_a_whole_session_replays_with_equal_digests(tmp_path):
    log = SessionLog(tmp_path / "session.jsonl", digest_every=10)
    played = session(log=log)
    played.plant(*played.bath.emojis[2:4])
    for _ in range(30):
        played.advance(1 / 60)
    played.do(Measure(1), Harvest(2))
    set_method(played, "master")
    set_dt(played, 1 / 30)
    for _ in range(30):
        played.advance(1 / 60)
    played.restart(new_seed=True)
    for _ in range(30):
        played.advance(1 / 60)
    log.end(played.world)

    replayed = replay_session(read_session(log.path))

    assert replayed.difference is None
    assert (replayed.chapters, replayed.cut_short) == (2, False)
    assert replayed.ticks == 30 + 15 + 15


def test_a_log_that_cannot_be_written_is_told_once_and_changes_no_history(tmp_path):
    (tmp_path / "file").write_text("in the way")
    told = []
    log = SessionLog(tmp_path / "file" / "session.jsonl")
    played, silent = session(log=log, notice=told.append), session()

    for _ in range(20):
        played.advance(1 / 60)
        silent.advance(1 / 60)

    assert len(told) == 1
    assert "without a log" in told[0]
    assert played.world.digest() == silent.world.digest()


def test_an_edit_of_an_own_icon_stays_the_biomes_own():
    own = Icon(emoji="🌾", name="Own wheat", self_energy=1.0)
    biome = Biome(name="plot", emojis=("🌾", "💀"), icons=(own,))
    played = BiomeSession(biome, REGISTRY, seed=0)

    edit_icon(played, own.model_copy(update={"self_energy": 2.0}))

    assert played.icons["🌾"].self_energy == 2.0
    shared = IconRegistry(played.world.icons).get("🌾")
    assert shared == REGISTRY.get("🌾")


def test_an_edited_icon_changes_the_links_that_are_shown():
    played = session()
    wiring = played.wiring
    icon = next(i for i in played.icons.values() if i.couplings)

    edit_icon(played, icon.model_copy(update={"couplings": {}}))
    played.step_once()

    assert np.abs(played.wiring.energies).sum() < np.abs(wiring.energies).sum()


def test_the_mean_beside_a_history_is_what_the_master_equation_gives():
    played, mean = session("biotic_flux", seed=1), session("biotic_flux", seed=1)
    set_method(mean, "master")

    for _ in range(120):
        played.advance(1 / 60)
        mean.advance(1 / 60)

    shown = played.reading().mean
    np.testing.assert_allclose(shown, mean.bath.populations(), atol=1e-5)
    assert mean.reading().mean is None


def test_the_mean_begins_anew_from_what_a_measurement_leaves():
    played = session("biotic_flux", seed=1)
    for _ in range(120):
        played.advance(1 / 60)
    plot = next(iter(played.world.plots))

    played.do(Harvest(plot))

    np.testing.assert_allclose(
        played.reading().mean, played.bath.populations(), atol=1e-12
    )


def test_listeners_hear_every_event_in_order():
    played, heard = session(), []
    played.listeners.append(heard.append)

    played.plant(*played.bath.emojis[1:3])
    for _ in range(600):
        played.advance(1 / 60)

    assert isinstance(heard[0].event, Planted)
    assert heard == list(played.events)[-len(heard) :]
    assert [event.tick for event in heard] == sorted(event.tick for event in heard)


def test_currents_between_emojis_are_what_the_hamiltonian_moves():
    # Without jumps dP/dt is all coherent: the sum of the currents into a state.
    played = session("two_level", seed=0)
    set_method(played, "trajectory")
    for _ in range(20):
        played.step_once()
    reading, wiring = played.reading(), played.wiring
    moved = np.zeros(len(reading.emojis))
    np.add.at(moved, wiring.seconds, reading.currents)
    np.add.at(moved, wiring.firsts, -reading.currents)

    h = 1e-4
    bath = QuantumBath(played.bath.operators)
    bath.initialize_ket(played.bath.amplitudes)
    before = bath.populations()
    bath.evolve(h)
    after = bath.populations()

    np.testing.assert_allclose((after - before) / h, moved, atol=1e-3)
    assert np.abs(moved).max() > 0.01
