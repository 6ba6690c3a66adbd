import math
import tracemalloc

import numba
import numpy as np
import pytest

from spacewheat_sim import (
    BathOperators,
    QuantumBath,
    ScheduledMeasurement,
    load_biome,
    seeding,
)
from spacewheat_sim.engine.bath.ensemble import methods
from spacewheat_sim.engine.bath.ensemble.start import Start
from spacewheat_sim.quantum.ensembles import evolved
from spacewheat_sim.quantum.ensembles.timeline import Cuts, stretches
from spacewheat_sim.quantum.kernels.lane_taylor import (
    drive_to_come,
    shifted_series,
)
from spacewheat_sim.quantum.kernels.lanes import (
    LANES,
    any_nonzero,
    kept_above,
    load,
    splat,
    square_root,
    store,
)
from spacewheat_sim.quantum.methods.trajectory import Trajectory
from spacewheat_sim.quantum.series.ket import FullKetSeries

DRIVES = {
    "no drive": [],
    "cosine": [("s0", 1.3, "cosine", 0.11, 0.4)],
    "two on one state": [
        ("s1", 0.8, "sine", 0.31, 0.2),
        ("s1", 0.5, "cosine", 0.07, 0.0),
    ],
    "pulse": [("s2", 1.1, "pulse", 0.23, 0.7)],
    "function": [("s3", lambda t: math.exp(-((t - 2.0) ** 2)))],
    "brief and strong function": [
        ("s3", lambda t: 300 * math.exp(-(((t - 3.0) / 0.05) ** 2)))
    ],
    "function that leaps": [("s1", lambda t: 0.0 if t < 2.2 else 2.0)],
    "all states": [(f"s{i}", 0.6, "cosine", 0.05 * i, 0.3 * i) for i in range(6)],
    "faster than the rest": [("s0", 0.4, "sine", 3.0, 0.1)],
    "stronger than the rest": [("s4", 40.0, "cosine", 0.9, 0.0)],
}


def driven_operators(drivers, n=6, seed=3):
    rng = np.random.default_rng(seed)
    h = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
    h *= 0.3 * (rng.random((n, n)) < 0.6)
    names = [f"s{i}" for i in range(n)]
    jumps = [
        (names[i], names[int(rng.integers(n))], float(rng.uniform(0.05, 0.4)))
        for i in range(n)
        for _ in range(2)
    ]
    return BathOperators.from_terms(names, h + h.conj().T, jumps, drivers)


def bath_under(drive):
    bath = QuantumBath(driven_operators(DRIVES[drive]), seed=0)
    bath.initialize_ket(np.arange(1, 7) * np.exp(1j * np.arange(6)))
    return bath


def alone(bath, seed, number, duration, offsets):
    """Return jumps and populations (T, N) of one trajectory on its stream."""
    operators = bath.operators
    trajectory = Trajectory(
        operators.generator,
        FullKetSeries(operators.generator, operators.drive, 1e-9),
        bath.amplitudes,
        seeding.trajectory_stream(seed, number),
    )
    populations = np.empty((offsets.size + 1, len(operators)))
    populations[0] = trajectory.populations()
    jumps = trajectory.advance(bath.time, duration, 1, offsets, populations[1:])
    return jumps, populations


@pytest.mark.parametrize("drive", DRIVES)
def test_each_trajectory_is_a_single_one_on_the_same_stream(drive, monkeypatch):
    monkeypatch.setattr(methods, "MOST_TABLE_BYTES", 0.0)
    bath = bath_under(drive)
    bath.evolve(0.7)  # the drive's phase at the start is not that at time 0
    count, duration = 60, 9.0
    result = bath.ensemble(duration, count, dt=0.75, seed=5, first_passage="s3")

    counts = np.zeros_like(result.jump_counts)
    means = np.zeros_like(result.populations)
    for number in range(count):
        jumps, populations = alone(
            bath, 5, number, duration, result.time[1:] - bath.time
        )
        means += populations / count
        times = [jump.time - bath.time for jump in jumps]
        landings = [
            time
            for time, jump in zip(times, jumps, strict=True)
            if bath.operators.jumps[jump.channel].target == 3
        ]
        for jump in jumps:
            counts[jump.channel] += 1
        first, landed = (
            min(seconds, default=math.inf) for seconds in (times, landings)
        )
        assert result.first_jumps[number] == pytest.approx(first, abs=1e-9)
        assert result.first_passages[number] == pytest.approx(landed, abs=1e-9)
        told = result.history(number)
        assert [jump.channel for jump in told] == [jump.channel for jump in jumps]
        assert [jump.time for jump in told] == pytest.approx(
            [jump.time for jump in jumps], abs=1e-9
        )
    assert np.array_equal(counts, result.jump_counts)
    assert counts.sum() > count
    assert np.abs(means - result.populations).max() < 1e-9


@pytest.mark.parametrize("drive", ["cosine", "pulse", "function", "all states"])
def test_driven_means_agree_with_the_master_equation(drive):
    operators = driven_operators(DRIVES[drive])
    bath = QuantumBath(operators, "master", seed=0)
    bath.initialize_emoji("s0")
    result = bath.ensemble(6.0, 40_000, dt=1.0, seed=8)
    exact = bath.evolve_many(1.0, 6).populations
    z = (result.populations - exact) / np.maximum(result.standard_error, 1e-9)
    # 4 times 36 correlated normal numbers beyond 5: a false alarm in 12,000 runs.
    assert np.abs(z[1:]).max() < 5.0


def test_a_mixed_start_averages_to_the_master_equation():
    bath = QuantumBath(driven_operators(DRIVES["cosine"]), "master", seed=0)
    bath.evolve(4.0)
    result = bath.ensemble(3.0, 40_000, dt=1.0, seed=2)
    exact = bath.evolve_many(1.0, 3).populations
    z = (result.populations - exact) / np.maximum(result.standard_error, 1e-9)
    assert np.abs(z).max() < 5.0  # 24 normal numbers: a false alarm in 70,000 runs


def test_a_trajectory_does_not_depend_on_how_many_others_run():
    bath = load_biome("forest").bath(seed=0)
    few, many = (
        bath.ensemble(10.0, count, dt=5.0, seed=6, first_passage="🐺")
        for count in (11, 700)
    )
    assert np.array_equal(few.first_jumps, many.first_jumps[:11])
    assert np.array_equal(few.first_passages, many.first_passages[:11])


@pytest.mark.parametrize("drive", ["no drive", "pulse", "function", "all states"])
def test_a_trajectory_is_the_same_to_the_bit_among_few_and_many(drive, monkeypatch):
    monkeypatch.setattr(methods, "MOST_TABLE_BYTES", 0.0)
    bath = bath_under(drive)
    few, many = (
        bath.ensemble(9.0, count, dt=3.0, seed=6, first_passage="s3")
        for count in (11, 700)
    )
    assert np.isfinite(few.first_jumps).all()
    assert np.array_equal(few.first_jumps, many.first_jumps[:11])
    assert np.array_equal(few.first_passages, many.first_passages[:11])


def test_the_number_of_threads_changes_no_bit():
    bath = load_biome("forest").bath(seed=0)
    most = numba.config.NUMBA_NUM_THREADS
    results = []
    for threads in (1, 2):
        numba.set_num_threads(min(threads, most))
        results.append(bath.ensemble(6.0, 500, dt=0.5, seed=1))
    numba.set_num_threads(most)
    first, second = results
    assert np.array_equal(first.populations, second.populations)
    assert np.array_equal(first.standard_error, second.standard_error)
    assert np.array_equal(first.first_jumps, second.first_jumps)


SIZES = {
    "a piece at a time": {"STRETCH_SECONDS": 1e-9},
    "a few pieces at a time": {"PIECE_BYTES": 2.0**12},
    "a few rows at a time": {"SEEN_BYTES": 2.0**12},
    "a few trajectories at a time": {"CARRIED_BYTES": 2.0**13},
    "a few of everything": {
        "STRETCH_SECONDS": 1e-4,
        "SEEN_BYTES": 2.0**13,
        "CARRIED_BYTES": 2.0**13,
    },
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("drive", ["pulse", "function that leaps", "all states"])
def test_no_bit_depends_on_how_time_and_trajectories_are_divided(
    drive, size, monkeypatch
):
    def result():
        looks = [
            ScheduledMeasurement(time, "s0", "s1", "projective")
            for time in (0.0, 2.5, 9.0)
        ]
        return bath_under(drive).ensemble(
            9.0, 150, dt=0.05, seed=5, first_passage="s3", measurements=looks
        )

    whole = result()
    for name, value in SIZES[size].items():
        monkeypatch.setattr(evolved, name, value)
    divided = result()
    assert whole.jump_counts.sum() > 150
    for name in (
        "populations",
        "standard_error",
        "jump_counts",
        "first_jumps",
        "first_passages",
        "outcomes",
    ):
        assert np.array_equal(getattr(divided, name), getattr(whole, name))


def test_memory_does_not_grow_with_how_fast_the_drive_is(monkeypatch):
    def peak(frequency):
        drivers = [("s0", 1.0, "cosine", frequency, 0.0)]
        bath = QuantumBath(driven_operators(drivers), seed=0)
        tracemalloc.start()
        bath.ensemble(2.0, 8, dt=2.0, seed=0)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    monkeypatch.setattr(evolved, "PIECE_BYTES", 2.0**19)
    monkeypatch.setattr(evolved, "PLAN_BYTES", 2.0**19)
    peak(1.0)
    # Pieces take half a kilobyte each: 600 of them, and 12,000.
    assert peak(1000.0) < peak(50.0) + 1e6


def test_rows_between_the_pieces_and_none_at_all():
    bath = bath_under("cosine")
    fine, coarse = (bath.ensemble(4.0, 50, dt=dt, seed=1) for dt in (0.01, 1.0))
    assert np.abs(fine.populations[::100] - coarse.populations).max() < 1e-12
    only_start = bath.ensemble(1.0, 50, dt=2.0, seed=1)
    assert only_start.populations.shape == (1, 6)
    assert only_start.jump_counts.sum() > 0


def test_a_driven_bath_without_jumps_follows_its_one_ket():
    h = np.array([[0, 0.4], [0.4, 0]])
    drivers = [("🌾", 0.7, "sine", 0.2, 0.0)]
    operators = BathOperators.from_terms("🌾💀", h, [], drivers)
    bath = QuantumBath(operators, seed=0)
    bath.initialize_emoji("🌾")
    result = bath.ensemble(12.0, 9, dt=0.5, seed=0)
    exact = bath.evolve_many(0.5, 24).populations
    assert np.abs(result.populations - exact).max() < 1e-11
    assert result.standard_error.max() < 1e-7
    assert np.isinf(result.first_jumps).all()


def test_large_static_baths_are_evolved_and_small_ones_tabulated():
    def uses_tables(n, trajectories, duration):
        operators = driven_operators([], n)
        ket = np.eye(n)[:1].astype(complex)
        start = Start(operators, np.ones(1), ket, 0.0, duration, 0, 1e-9)
        return methods.worth_tables(start, trajectories)

    assert uses_tables(4, 10, 5.0)
    assert uses_tables(60, 1_000_000, 20.0)
    assert not uses_tables(60, 10, 20.0)
    assert not uses_tables(400, 1_000_000, 500.0)  # gigabytes of tables


def test_a_bath_too_large_for_tables_still_has_the_histories_of_single_ones():
    n, count = 300, 12
    rng = np.random.default_rng(4)
    names = [f"s{i}" for i in range(n)]
    h = rng.normal(size=(n, n)) * (rng.random((n, n)) < 4 / n)
    jumps = [
        (names[i], names[int(rng.integers(n))], float(rng.uniform(0.1, 0.5)))
        for i in range(n)
    ]
    bath = QuantumBath(BathOperators.from_terms(names, (h + h.T) / 2, jumps), seed=0)
    result = bath.ensemble(6.0, count, dt=6.0, seed=2)
    counts = np.zeros_like(result.jump_counts)
    means = np.zeros((2, n))
    for number in range(count):
        told, populations = alone(bath, 2, number, 6.0, np.array([6.0]))
        means += populations / count
        for jump in told:
            counts[jump.channel] += 1
        first = told[0].time if told else math.inf
        assert result.first_jumps[number] == pytest.approx(first, abs=1e-9)
    assert np.array_equal(counts, result.jump_counts)
    assert np.abs(means - result.populations).max() < 1e-9


# --- the parts ------------------------------------------------------------------------


def test_a_shifted_series_is_the_same_polynomial():
    series = np.random.default_rng(0).normal(size=(3, 9))
    out = np.zeros((3, 9, LANES))
    shifted_series(series, 0.3, 0.6, np.empty(9), 5, out)
    for y in (0.0, 0.4, 1.0):
        wanted = np.polynomial.polynomial.polyval(0.3 + 0.6 * y, series.T)
        found = np.polynomial.polynomial.polyval(y, out[:, :, 5].T)
        assert found == pytest.approx(wanted, abs=1e-12)
    later = np.empty((10, LANES))
    energies = np.array([[0, -1], [1, -1], [2, -1]])
    drive_to_come(out, energies, later)
    largest = np.abs(out[:, :, 5]).max(axis=0)
    assert later[:, 5] == pytest.approx([largest[m:].sum() for m in range(10)])


@pytest.mark.parametrize("most_pieces", [1, 3, 1000])
@pytest.mark.parametrize("drive", DRIVES)
def test_a_timeline_holds_the_drive_at_every_time(drive, most_pieces):
    operators = driven_operators(DRIVES[drive])
    stops = np.array([0.0, 1.5, 1.5, 7.0])
    outputs = np.linspace(0.0, 7.0, 15)
    cuts = Cuts(operators.generator, operators.drive, 0.9, 7.0, stops, outputs, 1e-9)
    times = np.random.default_rng(1).uniform(0.0, 7.0, 60)
    reached, row, checked = 0.0, 0, 0
    for timeline in stretches(cuts, most_pieces, 4):
        assert timeline.edges[0] == reached
        assert timeline.rows[0] == row
        due = [
            timeline.due[p + 1] - timeline.due[p] for p in range(timeline.edges.size)
        ]
        assert due == [stops.tolist().count(edge) for edge in timeline.edges.tolist()]
        reached, row = timeline.edges[-1], timeline.rows[1]
        for time in times[(times > timeline.edges[0]) & (times < reached)]:
            p = int(np.searchsorted(timeline.edges, time, "right")) - 1
            x = (time - timeline.edges[p]) / np.diff(timeline.edges)[p]
            found = np.polynomial.polynomial.polyval(x, timeline.series[p].T)
            wanted = operators.drive.energies(0.9 + time)
            assert found == pytest.approx(wanted, abs=1e-9)
            checked += 1
    assert (reached, row, checked) == (7.0, 15, 60)


@numba.njit
def _lanes_at_work(a, b, out):
    x, y = load(a), load(b)
    store(2.0 * x + y * x - 0.5, out[0])
    store(square_root(splat(2.0)) * y, out[1])
    store(kept_above(x, y, splat(0.0)), out[2])
    return any_nonzero(x - x), any_nonzero(kept_above(y, y, splat(0.0)))


def test_lanes_compute_what_numpy_does():
    a, b = np.random.default_rng(2).normal(size=(2, LANES))
    out = np.empty((3, LANES))
    assert _lanes_at_work(a, b, out) == (False, True)
    assert out[0] == pytest.approx(2 * a + b * a - 0.5, rel=1e-15, abs=1e-15)
    assert out[1] == pytest.approx(math.sqrt(2) * b, rel=1e-15)
    assert np.array_equal(out[2], np.where(b > 0, a, 0.0))
