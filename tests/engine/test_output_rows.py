"""Every row of a recording is written, at its own time, and the last is the end."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from spacewheat_sim import BathBatch, BathOperators, QuantumBath, World, load_biome
from spacewheat_sim.engine.bath.step_clock import ClockReading, StepClock
from spacewheat_sim.engine.world.clock import Clock
from spacewheat_sim.quantum.methods.output_rows import OutputRows, row_offsets

STEPS = range(1, 201)
EVERY = range(1, 21)
DTS = (1 / 60, 0.1, 0.01, 0.3, 1 / 7, 1e-3, 2.5)


def swinging(method: Any) -> QuantumBath:
    """P(💀) = sin²(t/4)."""
    operators = BathOperators.from_terms("🌾💀", [[0, 0.25], [0.25, 0]])
    bath = QuantumBath(operators, method, seed=0)
    bath.initialize_emoji("🌾")
    return bath


@pytest.mark.parametrize("dt", DTS)
@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_all_rows_are_the_state_at_their_times(method: str, dt: float) -> None:
    bath = swinging(method)
    for steps, every in product(STEPS[::7], EVERY):
        bath.initialize_emoji("🌾")
        recording = bath.evolve_many(dt, steps, record_every=every)

        assert recording.time.shape == (steps // every + 1,)
        exact = [float(Fraction(dt) * every * r) for r in range(steps // every + 1)]
        assert np.array_equal(recording.time, exact)
        wanted = np.sin(recording.time / 4) ** 2
        assert np.abs(recording.populations[:, 1] - wanted).max() < 1e-9
        assert np.abs(recording.populations.sum(axis=1) - 1).max() < 1e-14
        if steps % every == 0:
            assert np.array_equal(recording.populations[-1], bath.populations())
            assert recording.time[-1] == bath.time


@pytest.mark.slow
@pytest.mark.parametrize("method", ["trajectory", "master", "spec"])
def test_rows_and_end_agree_for_all_steps_and_strides(method: str) -> None:
    bath = swinging(method)
    # Each of spec's steps is taken by itself: fewer of them.
    dts, stride = (DTS[:1], 3) if method == "spec" else (DTS[:3], 1)
    for dt in dts:
        single = swinging(method)
        walked = [single.populations()]
        for _ in STEPS:
            single.evolve(dt)
            walked.append(single.populations())
        for steps, every in product(STEPS[::stride], EVERY):
            bath.initialize_emoji("🌾")
            recording = bath.evolve_many(dt, steps, record_every=every)
            rows = np.array(walked[: steps + 1 : every])
            assert recording.populations.shape == rows.shape
            allowed = 0.0 if method == "spec" else 1e-9
            assert np.abs(recording.populations - rows).max() <= allowed
            if steps % every == 0:
                assert np.array_equal(recording.populations[-1], bath.populations())


@pytest.mark.parametrize("method", ["trajectory", "master", "spec"])
@pytest.mark.parametrize("name", ["forest_small", "biotic_flux", "market"])
def test_a_recording_is_what_single_steps_see(name: str, method: str) -> None:
    dt = 1 / 60
    for steps, every in ((9, 3), (90, 6), (600, 50), (47, 5)):
        many, single = (load_biome(name).bath(seed=3, method=method) for _ in range(2))
        recording = many.evolve_many(dt, steps, record_every=every)
        rows, times = [single.populations()], [single.time]
        for step in range(1, steps + 1):
            single.evolve(dt)
            if step % every == 0:
                rows.append(single.populations())
                times.append(single.time)
        assert np.array_equal(recording.time, times)
        assert np.abs(recording.populations - rows).max() < 1e-9
        assert many.time == single.time


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_batches_and_worlds_come_to_where_a_recording_ends(method: str) -> None:
    compiled = load_biome("two_level")
    for dt, steps in product((1 / 60, 0.1, 0.01), (3, 9, 15, 49)):
        bath = compiled.bath(seed=0, method=method)
        ended = bath.evolve_many(dt, steps, record_every=steps).populations[-1]
        batch = BathBatch(compiled.operators, 2, method, seed=0)
        batch.initialize_ket(compiled.bath(seed=0).amplitudes)
        evolution = compiled.biome.evolution.model_copy(update={"method": method})
        biome = compiled.biome.model_copy(update={"evolution": evolution})
        world = World([biome], seed=0, dt=dt)
        for _ in range(steps):
            batch.evolve(dt)
            world.tick()
        assert batch.time == world.time == bath.time
        assert np.abs(batch.populations() - ended).max() < 1e-9
        seen = world.baths["two_level"].populations()
        assert np.abs(seen - ended).max() < 1e-9


def test_a_jump_in_the_last_step_is_in_the_last_row() -> None:
    operators = BathOperators.from_terms("🌾💀", np.zeros((2, 2)), [("🌾", "💀", 50.0)])
    for seed in range(20):
        bath = QuantumBath(operators, seed=seed)
        bath.initialize_emoji("🌾")
        recording = bath.evolve_many(0.1, 9, record_every=3)
        assert np.array_equal(recording.populations[-1], bath.populations())


def test_recordings_go_on_where_the_clock_is() -> None:
    bath = swinging("trajectory")
    for dt, steps, every in ((0.1, 7, 7), (0.1, 6, 3), (0.3, 9, 3), (1 / 60, 60, 20)):
        before = bath.time
        recording = bath.evolve_many(dt, steps, record_every=every)
        assert recording.time[0] == before
        assert recording.time[-1] == bath.time
        assert (np.diff(recording.time) > 0).all()


# --- how rows are handed out --------------------------------------------------------


def test_rows_whose_times_round_beyond_the_end_are_due_at_the_end() -> None:
    out = np.zeros((3, 1))
    end = 0.3
    beyond = np.array([0.1, 0.2, math.nextafter(end, 1)])
    rows = OutputRows(beyond, out, end)
    times, places = rows.due(0.15)
    assert times.tolist() == [0.1]
    assert len(places) == 1
    times, _ = rows.due(end)
    assert times.tolist() == beyond[1:].tolist()
    assert len(rows.due(end)[0]) == 0


@pytest.mark.parametrize("dt", [1 / 60, 0.1, 0.01, 1e-300, 5e-324, 1e300])
def test_a_row_at_the_end_has_the_time_of_the_end(dt: float) -> None:
    for steps, every in product(range(1, 60), range(1, 12)):
        offsets = row_offsets(dt, steps, every)
        assert offsets.size == steps // every
        assert (offsets <= steps * dt).all()
        if steps % every == 0:
            assert offsets[-1] == steps * dt


# --- ensembles ----------------------------------------------------------------------


@pytest.mark.parametrize("interval", [0.1, 1 / 60, 0.3, 0.7, 0.01])
@pytest.mark.parametrize("driven", [False, True])
def test_the_last_row_of_an_ensemble_is_its_end(interval: float, driven: bool) -> None:
    drivers = [("🌾", 1.0, "cosine", 0.2, 0.0)] if driven else ()
    operators = BathOperators.from_terms(
        "🌾💀", [[0, 0.3], [0.3, 0]], [("🌾", "💀", 0.4)], drivers
    )
    bath = QuantumBath(operators, seed=0)
    for rows in (1, 2, 3, 7, 9, 30):
        for duration in (rows * interval, sum([interval] * rows)):
            result = bath.ensemble(duration, 3, dt=interval, seed=0)
            assert result.time.shape == (rows + 1,)
            assert result.time[-1] == duration
            assert np.abs(result.populations.sum(axis=1) - 1).max() < 1e-9


# --- the clock ----------------------------------------------------------------------


def test_steps_of_two_lengths_in_turn_lose_no_digit() -> None:
    bath = QuantumBath(BathOperators.from_terms("a", [[0.0]]), seed=0)
    for _ in range(100_000):
        bath.evolve(0.1)
        bath.evolve(0.2)
    assert bath.time == 30_000.0


def test_a_clock_is_off_by_less_than_two_last_places_whatever_steps_came() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        clock, exact = StepClock(), Fraction(0)
        for _ in range(200):
            dt = float(rng.choice([0.1, 0.2, 1 / 60, 10 ** rng.uniform(-12, 6)]))
            steps = int(rng.choice([1, 1, 2, 1000, 10**9]))
            clock.count(dt, steps)
            exact += Fraction(dt) * steps
        off = abs(Fraction(clock.time) - exact)
        assert off < 2 * Fraction(math.ulp(clock.time))


def test_a_clock_set_to_a_reading_goes_on_as_the_one_that_was_read() -> None:
    first, second = StepClock(), StepClock()
    for dt in (0.1, 1 / 3, 1e9, 1e-9, 0.1):
        first.count(dt, 3)
    second.reading = first.reading
    assert first.reading.rest != 0.0
    for dt in (0.1, 0.2, 1e-9):
        first.count(dt)
        second.count(dt)
        assert first.time == second.time
        assert first.reading == second.reading


def test_a_clock_counts_on_beyond_what_doubles_count() -> None:
    clock = StepClock()
    clock.reading = ClockReading(0.0, 1.0, 2**53 - 1)
    ahead = clock.times(1.0, np.array([1, 3]))
    clock.count(1.0)
    assert clock.time == ahead[0] == 2**53
    clock.count(1.0)
    clock.count(1.0)
    assert clock.time == ahead[1] == 2**53 + 2


def test_a_frame_clock_and_a_step_clock_show_the_same_time() -> None:
    frames, steps = Clock(1 / 60), StepClock()
    for _ in range(1000):
        due = frames.advance(0.0171)
        steps.count(1 / 60, due)
    assert frames.time == steps.time
