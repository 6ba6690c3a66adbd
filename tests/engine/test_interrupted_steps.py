"""Ctrl-C at any moment leaves baths, batches, worlds and recorders in some step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pytest
from every_moment import stopped_at_every_moment

from spacewheat_sim import (
    BathBatch,
    BathOperators,
    QuantumBath,
    World,
    bath_evolved,
    bath_jumped,
    bath_measured,
    load_biome,
)
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.engine.bath.recordings.recorder import Recorder
from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.engine.challenges.many.episodes import EpisodeBatch
from spacewheat_sim.engine.world.commands import (
    ApplyGate,
    Command,
    EditBiome,
    EditIcon,
    Harvest,
    Measure,
    Plant,
    SetStep,
    SetWeight,
)
from spacewheat_sim.errors import BusyError, SpacewheatError

HAMILTONIAN = np.diag(np.full(3, 0.4), 1) + np.diag(np.full(3, 0.4), -1)
JUMPS = [("a", "b", 6.0), ("b", "c", 5.0), ("c", "a", 7.0), ("d", "a", 0.1)]
OPTIONS: dict[str, dict[str, Any]] = {
    "trajectory": {"method": "trajectory"},
    "active states": {"method": "trajectory", "active_threshold": 1e-6},
    "master": {"method": "master"},
    "spec": {"method": "spec"},
}


def most_slow(names: Iterable[str], quick: set[str]) -> Iterator[Any]:
    """Yield parameters, those marked slow that are not ``quick``."""
    for name in names:
        yield name if name in quick else pytest.param(name, marks=pytest.mark.slow)


def operators(speed: float = 1.0, joining: str = "") -> BathOperators:
    """Return four states, and those ``joining``, which nothing leads to."""
    jumps = [(source, target, speed * rate) for source, target, rate in JUMPS]
    hamiltonian = np.pad(HAMILTONIAN, (0, len(joining)))
    return BathOperators.from_terms("abcd" + joining, hamiltonian, jumps)


SLOWER, GROWN = operators(0.5), operators(0.2, "ef")


def bath_as_it_is(bath: QuantumBath | BathBatch) -> Any:
    at = bath.checkpoint()
    active = [(a.rows.tolist(), a.fed.tolist(), a.neglected) for a in at.active]
    return at.states.tobytes(), at.clocks.tolist(), repr(at.streams), at.time, active


BATH_CHANGES: dict[str, Callable[[QuantumBath], object]] = {
    "a step": lambda bath: bath.evolve(0.3),
    "many steps": lambda bath: bath.evolve_many(0.1, 3),
    "a measurement": lambda bath: bath.measure_axis("a", "b", kind="projective"),
    "a collapse": lambda bath: bath.full_collapse("a"),
    "a start": lambda bath: bath.initialize_emoji("c"),
    "a gate": lambda bath: bath.apply_gate("RX", ("a", "b"), angle=0.7),
    "other operators": lambda bath: bath.replace_operators(SLOWER),
    "emojis that join": lambda bath: bath.replace_operators(GROWN),
}


def once(bath: QuantumBath | BathBatch, act: Callable[[Any], object]) -> set[str]:
    """Return what the bath may be like when ``act`` has been stopped, as text."""
    before = repr(bath_as_it_is(bath))
    act(bath)
    return {before, repr(bath_as_it_is(bath))}


@pytest.mark.parametrize(
    "change", [*most_slow(BATH_CHANGES, {"a step", "a measurement"})]
)
@pytest.mark.parametrize("options", OPTIONS)
def test_a_bath_is_before_or_after_a_change_that_was_stopped(
    options: str, change: str
) -> None:
    made = operators(0.2 if options == "spec" else 1.0)

    def prepare() -> QuantumBath:
        bath = QuantumBath(made, seed=4, **OPTIONS[options])
        bath.evolve(0.25)
        return bath

    whole = once(prepare(), BATH_CHANGES[change])
    found = set()
    for moment, bath in stopped_at_every_moment(prepare, BATH_CHANGES[change]):
        now = repr(bath_as_it_is(bath))
        assert now in whole, f"stopped at moment {moment}"
        found.add(now)
        bath.evolve(0.1)
    assert found == whole


BATCH_CHANGES: dict[str, Callable[[BathBatch], object]] = {
    "a step": lambda batch: batch.evolve(0.3),
    "a measurement": lambda batch: batch.measure_axis("a", "b", kind="projective"),
    "a collapse": lambda batch: batch.full_collapse("a"),
    "a start": lambda batch: batch.initialize_emoji("c"),
    "a gate": lambda batch: batch.apply_gate("RX", ("a", "b"), angle=0.7),
    "emojis that join": lambda batch: batch.replace_operators(GROWN),
}


@pytest.mark.parametrize("change", [*most_slow(BATCH_CHANGES, {"a step"})])
@pytest.mark.parametrize("options", OPTIONS)
def test_a_batch_is_before_or_after_a_change_that_was_stopped(
    options: str, change: str
) -> None:
    made = operators(0.2 if options == "spec" else 1.0)

    def prepare() -> BathBatch:
        batch = BathBatch(made, 3, seed=4, **OPTIONS[options])
        batch.evolve(0.25)
        return batch

    whole = once(prepare(), BATCH_CHANGES[change])
    for moment, batch in stopped_at_every_moment(prepare, BATCH_CHANGES[change]):
        assert repr(bath_as_it_is(batch)) in whole, f"stopped at moment {moment}"
        batch.evolve(0.1)


BIOMES = ["two_level", "decay_chain", "decay_chain"]
# Not what pydantic calls back: there it takes an interrupt for a mistake of content.
RUNNING = ("spacewheat_sim/engine", "spacewheat_sim/quantum")
GRAIN = load_biome("two_level").registry.get("🌾")
ACTS: dict[str, Callable[[World], object]] = {
    "a tick": World.tick,
    "commands": lambda world: world.tick(
        [Plant("two_level", 1, "🌕", "🌑"), Measure(1), Harvest(1), SetStep(0.1)]
    ),
    "an edit": lambda world: world.tick([EditIcon(GRAIN)]),
    "commands without a tick": lambda world: world.obey(
        [Plant("two_level", 1, "🌕", "🌑"), Harvest(1)]
    ),
}


@pytest.mark.parametrize("act", [*most_slow(ACTS, {"a tick"})])
def test_a_world_is_before_or_after_a_tick_that_was_stopped(act: str) -> None:
    origin = World(BIOMES, seed=2)
    origin.run(0.1)
    stop_everywhere(origin, ACTS[act])


def stop_everywhere(
    origin: World,
    act: Callable[[World], object],
    within: tuple[str, ...] = ("spacewheat_sim",),
) -> None:
    """Stop ``act`` on a world such as ``origin`` at every moment ``within`` some files.

    It must be as before the act or as after it, and go on as that one does.
    """
    start = origin.snapshot()

    def prepare() -> World:
        return World.restore(start)

    last = prepare()
    act(last)
    assert last.digest() != origin.digest()
    whole = {(origin.digest(), origin.time): origin, (last.digest(), last.time): last}
    for moment, world in stopped_at_every_moment(prepare, act, within):
        twin = whole.get((world.digest(), world.time))
        assert twin is not None, f"stopped at moment {moment}"
        again, there = World.restore(twin.snapshot()), world.tick()
        assert repr(again.tick()) == repr(there)
        assert again.digest() == world.digest()


def under(biome: Biome, method: str) -> Biome:
    evolution = biome.evolution.model_copy(update={"method": method})
    return biome.model_copy(update={"evolution": evolution})


def with_axis(biome: Biome) -> Biome:
    axes = biome.register_axes
    more = {"north": "🔥", "south": "❄", "harvest": "🔥"}
    return biome.with_fields(register_axes=(*axes, axes[0].model_copy(update=more)))


CHAIN, CATALYST = (load_biome(name).biome for name in ("decay_chain", "catalyst"))
LARGER = CHAIN.with_fields(emojis=(*CHAIN.emojis, "🔥"))
EDITS: dict[str, tuple[str, Command]] = {
    "emojis that join": ("decay_chain", EditBiome("decay_chain", LARGER)),
    "an axis that joins": ("catalyst", EditBiome("catalyst", with_axis(CATALYST))),
    "another method": ("decay_chain", EditBiome("decay_chain", under(CHAIN, "master"))),
    "a layer's weight": ("decay_chain", SetWeight("decay_chain", "base", 0.5)),
    "a gate on two axes": (
        "bell_pair",
        ApplyGate("bell_pair", "CNOT", ("🔮", "💤"), ("💎", "🪨")),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS)
def test_a_world_is_before_or_after_an_edit_that_was_stopped(edit: str) -> None:
    biome, command = EDITS[edit]
    origin = World([biome], seed=2)
    origin.run(0.1)
    stop_everywhere(origin, lambda world: world.tick([command]), RUNNING)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["first_harvest", "make_a_pair"])
def test_an_attempt_is_before_or_after_a_move_that_was_stopped(name: str) -> None:
    compiled = load_challenge(name)
    episode = Episode(compiled, seed=3)
    episode.step(0)
    move = int(np.flatnonzero(episode.mask())[-1])

    def act(world: World) -> None:
        playing = Episode(compiled, seed=3)
        playing.world = world
        playing.step(move)

    stop_everywhere(episode.world, act)


@pytest.mark.slow
def test_attempts_side_by_side_are_before_or_after_a_move_that_was_stopped() -> None:
    compiled = load_challenge("first_harvest")

    def prepare() -> EpisodeBatch:
        many = EpisodeBatch(compiled, 3)
        many.begin(np.arange(3), [0, 1, 2], [0, 0, 0])
        many.step(np.array([1, 0, 1]))
        return many

    def act(many: EpisodeBatch) -> None:
        many.step(np.array([0, 1, 1]))

    def as_it_is(many: EpisodeBatch) -> str:
        states = [content.batch.every_state().tobytes() for content, _ in many.contents]
        return repr((states, many.scores().tolist(), many.standings.steps.tolist()))

    last = prepare()
    act(last)
    whole = {as_it_is(prepare()), as_it_is(last)}
    assert len(whole) == 2
    for moment, many in stopped_at_every_moment(prepare, act):
        assert as_it_is(many) in whole, f"stopped at moment {moment}"
        act(many)


def test_rows_of_a_recorder_are_whole_and_true_whenever_it_is_stopped() -> None:
    made = operators()
    times = np.round(np.arange(9) * 0.1, 12)

    def prepare() -> tuple[QuantumBath, Recorder]:
        bath = QuantumBath(made, seed=4)
        return bath, Recorder(bath, [("a", "b")])

    def follow(both: tuple[QuantumBath, Recorder]) -> None:
        bath, recorder = both
        with recorder:
            for k in range(4):
                recorder.sample()
                if k == 2:
                    recorder.recording()
                bath.evolve(0.1)

    _, recorder = both = prepare()
    follow(both)
    reference = recorder.recording()
    assert len(reference.events) >= 1
    for moment, (bath, stopped) in stopped_at_every_moment(prepare, follow):
        seen = stopped.recording()
        rows = len(seen.time)
        where = f"stopped at moment {moment}"
        assert np.array_equal(seen.time, reference.time[:rows]), where
        assert np.array_equal(seen.populations, reference.populations[:rows]), where
        assert len(seen.axes[0].radius) == rows, where
        assert {len(each) for each in seen.observables.values()} <= {rows}, where
        assert np.isclose(times, bath.time, atol=1e-12).any(), where
        assert seen.events == reference.events[: len(seen.events)], where


def test_where_taking_back_is_stopped_too_the_next_look_does_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bath = QuantumBath(operators(), seed=4, method="master")
    bath.evolve(0.1)
    before = repr(bath_as_it_is(bath))

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(type(bath._running.clock), "count", stop)
        patch.setattr(type(bath._running.evolver), "recall", stop)
        with pytest.raises(KeyboardInterrupt):
            bath.evolve(0.1)
    assert repr(bath_as_it_is(bath)) == before


def test_all_receivers_are_called_and_the_first_error_comes_after_the_step() -> None:
    bath, twin = (QuantumBath(operators(), seed=4) for _ in range(2))
    heard = []

    def first(_bath: object, event: object) -> None:
        heard.append(event)
        raise ValueError(f"number {len(heard)}")

    def second(_bath: object, event: object) -> None:
        heard.append(event)

    with (
        bath_jumped.connected_to(first, sender=bath),
        bath_evolved.connected_to(second, sender=bath),
        pytest.raises(ValueError, match="number 1"),
    ):
        bath.evolve(2.0)
    jumps = twin.evolve(2.0)
    assert len(jumps) > 1
    assert heard[:-1] == list(jumps)
    assert repr(bath_as_it_is(bath)) == repr(bath_as_it_is(twin))


def test_signals_of_a_tick_that_fails_are_never_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, heard = World(["two_level"], seed=1), []

    def hear(_bath: object, event: object) -> None:
        heard.append(event)

    commands = [Plant("two_level", 1, "🌕", "🌑"), Measure(1)]
    with bath_measured.connected_to(hear):
        with monkeypatch.context() as patch:
            patch.setattr(world._running.baths, "evolve", lambda: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                world.tick(commands)
        assert heard == []
        world.tick(commands)
    assert len(heard) == 1


def test_a_bath_that_another_thread_moves_is_refused() -> None:
    began, goes_on = threading.Event(), threading.Event()

    def wait(_time: float) -> float:
        began.set()
        goes_on.wait(10)
        return 1.0

    driven = BathOperators.from_terms("ab", np.zeros((2, 2)), (), [("a", wait)])
    bath = QuantumBath(driven, seed=0, max_step=0.1)
    thread = threading.Thread(target=bath.evolve, args=(0.1,))
    thread.start()
    began.wait(10)
    try:
        for use in (bath.populations, lambda: bath.time, lambda: bath.evolve(0.1)):
            with pytest.raises(BusyError, match="another thread"):
                use()
    finally:
        goes_on.set()
        thread.join()
    assert bath.time == 0.1


def test_a_driver_cannot_change_the_bath_that_looks_at_it() -> None:
    baths: list[QuantumBath] = []

    def meddle(_time: float) -> float:
        baths[0].evolve(0.1)
        return 1.0

    driven = BathOperators.from_terms("ab", np.zeros((2, 2)), (), [("a", meddle)])
    baths.append(QuantumBath(driven, seed=0))
    with pytest.raises(SpacewheatError, match="in the middle of a step"):
        baths[0].evolve(0.1)
    assert baths[0].time == 0.0


def test_a_receiver_may_change_the_bath_that_it_hears() -> None:
    bath, heard = QuantumBath(operators(), seed=4), []

    def go_on(bath: QuantumBath, event: Any) -> None:
        heard.append(event.time)
        if len(heard) < 5:
            bath.evolve(0.1)

    with bath_jumped.connected_to(go_on, sender=bath):
        bath.evolve(2.0)
    assert heard == sorted(heard)
    assert len(heard) >= 5
