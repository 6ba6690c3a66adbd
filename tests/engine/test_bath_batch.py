import math
from dataclasses import replace

import numba
import numpy as np
import pytest
from scipy import stats

from spacewheat_sim import BathBatch, QuantumBath, load_biome, seeding
from spacewheat_sim.errors import ArgumentError, ImpossibleOutcomeError
from spacewheat_sim.quantum.methods import batch_densities, batch_kets
from spacewheat_sim.quantum.streams import BatchStreams

COUNT = 19  # no multiple of the lanes


def pair(biome, method, seed=4):
    """Return a batch and the single baths that it must equal."""
    operators = load_biome(biome).operators
    batch = BathBatch(operators, COUNT, method, seed=seed)
    singles = [
        QuantumBath(operators, method, stream=seeding.trajectory_stream(seed, i))
        for i in range(COUNT)
    ]
    return batch, singles


def assert_equal_populations(batch, singles, seconds=1.0):
    """Each may be off by a thousandth of its tolerance of 1e-9 per second."""
    single = np.array([bath.populations() for bath in singles])
    assert np.abs(batch.populations() - single).max() < 1e-12 * max(seconds, 1.0)


@pytest.mark.parametrize("biome", ["biotic_flux", "forest", "decay_chain"])
@pytest.mark.parametrize("method", ["trajectory", "master"])
@pytest.mark.parametrize("dt", [1 / 60, 7.3])
def test_a_batch_has_the_jumps_and_outcomes_of_single_baths(biome, method, dt):
    batch, singles = pair(biome, method)
    north, south = load_biome(biome).axes[0]
    for bath in (batch, *singles):
        bath.initialize_uniform()
    for round_number in range(3):
        seen = [event for _ in range(12) for event in batch.evolve(dt)]
        wanted = [
            (i, event)
            for i, bath in enumerate(singles)
            for _ in range(12)
            for event in bath.evolve(dt)
        ]
        found = sorted(seen, key=lambda event: event[0])
        assert [(i, e.source, e.target, e.icon) for i, e in found] == [
            (i, e.source, e.target, e.icon) for i, e in wanted
        ]
        assert [e.time for _, e in found] == pytest.approx(
            [e.time for _, e in wanted], abs=1e-9
        )
        kind = ("game", "projective", "weak")[round_number]
        outcomes = batch.measure_axis(north, south, kind=kind)
        assert outcomes.tolist() == [
            bath.measure_axis(north, south, kind=kind) for bath in singles
        ]
        assert_equal_populations(batch, singles, batch.time)
    assert batch.time == pytest.approx(singles[0].time, abs=1e-12)


ALONE = {
    "spec": {"method": "spec"},
    "exact spec": {"method": "spec", "hamiltonian_step": "exact"},
    "active states": {"active_threshold": 1e-6},
}


def alone(options, seed=4):
    """Return a batch of a method that steps baths one by one, and single baths."""
    operators = load_biome("forest_small").operators
    return BathBatch(operators, COUNT, seed=seed, **options), [
        QuantumBath(operators, stream=seeding.trajectory_stream(seed, i), **options)
        for i in range(COUNT)
    ]


@pytest.mark.parametrize("options", ALONE.values(), ids=ALONE)
def test_a_batch_of_any_method_has_the_histories_of_single_baths(options):
    batch, singles = alone(options)
    some = np.arange(COUNT) % 3 > 0
    for kind in ("game", "projective", "weak"):
        for mask in (None, some):
            wanted = [
                (i, event)
                for i, bath in enumerate(singles)
                if mask is None or mask[i]
                for event in bath.evolve(0.25)
            ]
            assert list(batch.evolve(0.25, mask)) == wanted
            for bath, chosen in zip(singles, some, strict=True):
                if mask is not None and not chosen:
                    bath.resume(
                        replace(bath.checkpoint(), time=singles[1].checkpoint().time)
                    )
        outcomes = batch.measure_axis("🐺", "🐇", kind=kind)
        assert outcomes.tolist() == [
            bath.measure_axis("🐺", "🐇", kind=kind) for bath in singles
        ]
        assert_equal_populations(batch, singles)


BATCHES = {**ALONE, "trajectory": {}, "master": {"method": "master"}}


@pytest.mark.parametrize("options", BATCHES.values(), ids=BATCHES)
def test_a_batch_goes_on_from_a_checkpoint_bit_for_bit(options):
    batch, _ = alone(options)
    other, _ = alone(options, seed=4)
    batch.evolve(1.0)
    saved = batch.checkpoint()
    first = [batch.evolve(0.5) for _ in range(4)]
    for each in (batch, other):
        each.resume(saved)
        assert each.time == 1.0
        assert [each.evolve(0.5) for _ in range(4)] == first
    assert np.array_equal(batch.density_matrices(), other.density_matrices())


def test_a_checkpoint_of_other_baths_is_refused():
    batch, _ = alone({})
    strangers = [
        alone({"active_threshold": 1e-6})[0],
        alone({"method": "master"})[0],
        BathBatch(batch.operators, COUNT + 1),
        QuantumBath(batch.operators),
    ]
    before = batch.amplitudes
    for stranger in strangers:
        with pytest.raises(ArgumentError, match="checkpoint"):
            batch.resume(stranger.checkpoint())
    assert np.array_equal(batch.amplitudes, before)


def test_projections_are_those_of_single_baths():
    for method in ("trajectory", "master"):
        batch, singles = pair("biotic_flux", method)
        for bath in (batch, *singles):
            bath.evolve(2.0)
        many = batch.project_onto_axis("🌾", "💀")
        for i, bath in enumerate(singles):
            one = bath.project_onto_axis("🌾", "💀")
            assert many.radius[i] == pytest.approx(one.radius, abs=1e-10)
            assert many.theta[i] == pytest.approx(one.theta, abs=1e-10)
            assert many.phi[i] == pytest.approx(one.phi, abs=1e-9)
            assert many.bloch[i] == pytest.approx(one.bloch, abs=1e-10)
            assert many.purity[i] == pytest.approx(one.purity, abs=1e-10)
            assert many.coherence[i] == pytest.approx(one.coherence, abs=1e-10)
            assert many.valid[i] == one.valid


def test_an_empty_axis_is_invalid_and_unmeasurable():
    batch = BathBatch(load_biome("decay_chain").operators, 4, seed=0)
    batch.initialize_emoji("🥚")
    many = batch.project_onto_axis("🐣", "🐔")
    assert not many.valid.any()
    assert many.theta.tolist() == [np.pi / 2] * 4
    assert many.radius.tolist() == [0.0] * 4
    assert batch.measure_axis("🐣", "🐔").tolist() == [None] * 4


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_a_mask_leaves_the_others_as_they_are(method):
    batch, _ = pair("forest_small", method)
    mask = np.arange(COUNT) % 3 == 0
    before = batch.populations()
    batch.evolve(3.0, mask)
    evolved = batch.populations()
    assert np.array_equal(evolved[~mask], before[~mask])
    assert np.abs(evolved[mask] - before[mask]).max() > 0.01
    batch.full_collapse("🐺", mask)
    collapsed = batch.populations()
    assert np.array_equal(collapsed[~mask], before[~mask])
    wolf = batch.operators.index("🐺")
    assert collapsed[mask, wolf] == pytest.approx(1.0, abs=1e-12)
    outcomes = batch.measure_axis("🐺", "🐇", kind="projective", mask=~mask)
    assert all(outcome is None for outcome in outcomes[mask])
    assert np.array_equal(batch.populations()[mask], collapsed[mask])


def test_partial_collapses_are_those_of_single_baths():
    batch, singles = pair("market", "trajectory")
    for bath in (batch, *singles):
        bath.evolve(1.0)
        bath.partial_collapse("💰", 2.5)
    assert_equal_populations(batch, singles)


def test_every_bath_may_have_a_ket_of_its_own():
    starts = np.random.default_rng(0).normal(size=(COUNT, 6)) + 0.1
    batch, singles = pair("biotic_flux", "trajectory")
    batch.initialize_ket(starts)
    for bath, ket in zip(singles, starts, strict=True):
        bath.initialize_ket(ket)
    for bath in (batch, *singles):
        bath.evolve(0.7)
    assert_equal_populations(batch, singles)
    assert np.linalg.norm(batch.amplitudes, axis=1) == pytest.approx(1.0, abs=1e-12)


def test_the_mean_of_a_batch_is_the_master_equation():
    operators = load_biome("biotic_flux").operators
    batch = BathBatch(operators, 20_000, seed=3)
    master = QuantumBath(operators, "master", seed=0)
    for _ in range(20):
        batch.evolve(0.5)
        master.evolve(0.5)
    found = batch.populations()
    error = found.std(axis=0, ddof=1) / np.sqrt(len(batch))
    # Six normal numbers beyond 4.5: a false alarm once in 24,000 runs.
    assert np.abs((found.mean(axis=0) - master.populations()) / error).max() < 4.5


def test_outcomes_over_a_batch_follow_the_born_rule():
    batch = BathBatch(load_biome("biotic_flux").operators, 20_000, seed=8)
    batch.initialize_weighted({"🌾": 3, "💀": 1, "☀": 4})
    outcomes = batch.measure_axis("🌾", "💀", kind="projective")
    counts = [int((outcomes == name).sum()) for name in ("🌾", "💀")]
    counts.append(len(batch) - sum(counts))
    expected = np.array([3, 1, 4]) / 8 * len(batch)
    assert stats.chisquare(counts, expected).pvalue > 1e-4  # the false-alarm rate


@pytest.mark.parametrize(
    ("method", "module"), [("trajectory", batch_kets), ("master", batch_densities)]
)
def test_the_number_of_threads_changes_no_bit(method, module, monkeypatch):
    results = []
    for threads, worth in ((1, math.inf), (1, 0), (2, 0)):
        monkeypatch.setattr(module, "WORTH_THREADS", worth)
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        batch, _ = pair("forest", method)
        for _ in range(30):
            batch.evolve(0.3)
        results.append(batch.density_matrices())
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])


def lockstep(numbers, starts):
    """Return trajectories of the forest, each on the stream of its number."""
    operators = load_biome("forest").operators
    streams = BatchStreams(seeding.bath_key(6), numbers)
    return batch_kets.BatchKets(
        operators.generator, operators.drive, 1e-9, starts[numbers], streams
    )


def random_kets(count):
    """Return normalized kets of the forest, (count, 22)."""
    rng = np.random.default_rng(9)
    found = rng.normal(size=(count, 22)) + 1j * rng.normal(size=(count, 22))
    return found / np.linalg.norm(found, axis=1)[:, None]


@pytest.mark.parametrize("dt", [1 / 60, 7.3])
def test_no_bit_depends_on_neighbors_or_place(dt):
    starts = random_kets(COUNT)
    orders = [np.arange(COUNT), np.arange(COUNT)[::-1], np.arange(5), np.array([3])]
    states, jumps = [], []
    for order in orders:
        batch = lockstep(order.copy(), starts)
        everyone = np.ones(order.size, dtype=bool)
        jumped = [
            (order[i], jump)
            for step in range(20)
            for i, jump in batch.advance(step * dt, dt, everyone)
        ]
        found = batch.get(np.arange(order.size))
        states.append({number: found[i] for i, number in enumerate(order)})
        jumps.append(sorted(jumped))
    assert len(jumps[0]) > 0
    for state, jumped in zip(states[1:], jumps[1:], strict=True):
        assert all(np.array_equal(ket, states[0][i]) for i, ket in state.items())
        assert jumped == [jump for jump in jumps[0] if jump[0] in state]


def test_a_series_that_does_not_converge_is_no_neighbors_concern(monkeypatch):
    """With few terms some kets converge and others go alone, in smaller steps."""
    starts = random_kets(COUNT)
    starts[::2] = np.eye(22)[::2][: len(starts[::2])]  # few neighbors: fewer terms
    exact = lockstep(np.arange(COUNT), starts)
    monkeypatch.setattr(batch_kets, "MOST_TERMS", 9)
    together = lockstep(np.arange(COUNT), starts)
    alone = [lockstep(np.array([i]), starts) for i in range(COUNT)]
    for batch in (exact, together, *alone):
        batch.advance(0.0, 0.05, np.ones(len(batch.populations()), dtype=bool))
    found = together.get(np.arange(COUNT))
    for i, single in enumerate(alone):
        assert np.array_equal(found[i], single.get(np.array([0]))[0])
    assert np.abs(found - exact.get(np.arange(COUNT))).max() < 1e-12


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (lambda o: BathBatch(o, 0), "`count`"),
        (lambda o: BathBatch(o, 2, hamiltonian_step="exact"), "method 'spec'"),
        (lambda o: BathBatch(o, 2, active_threshold=2.0), "`active_threshold`"),
        (lambda o: BathBatch(o, 2, "mster"), "did you mean 'master'"),
        (lambda o: BathBatch(o, 2).evolve(0.0), "`dt`"),
        (lambda o: BathBatch(o, 2).evolve(1.0, [1, 0]), "`mask`"),
        (lambda o: BathBatch(o, 2).evolve(1.0, np.ones(3, dtype=bool)), "`mask`"),
        (lambda o: BathBatch(o, 2).initialize_ket(np.ones((3, 2))), "`ket`"),
        (lambda o: BathBatch(o, 2).project_onto_axis("🌕", "🌕"), "different"),
        (lambda o: BathBatch(o, 2).full_collapse("🐺"), "Unknown emoji"),
        (lambda o: BathBatch(o, 2, "master").amplitudes, "no amplitudes"),
    ],
)
def test_mistakes_are_named(mistake, said):
    with pytest.raises(ArgumentError, match=said):
        mistake(load_biome("two_level").operators)


def test_a_collapse_that_is_impossible_for_one_bath_changes_none():
    batch = BathBatch(load_biome("two_level").operators, 2, seed=0)
    batch.initialize_ket(np.array([[1, 0], [1, 1]]))
    before = batch.amplitudes
    with pytest.raises(ImpossibleOutcomeError, match="Bath 0"):
        batch.full_collapse("🌑")
    assert np.array_equal(batch.amplitudes, before)


@pytest.mark.parametrize("how", [{"method": "spec"}, {"active_threshold": 1e-6}])
def test_baths_stepped_one_by_one_may_all_be_off_an_axis(how):
    batch = BathBatch(load_biome("forest").operators, 3, seed=0, **how)
    batch.initialize_emoji("🐺")
    before = batch.amplitudes
    assert batch.measure_axis("🐇", "🦌").tolist() == [None] * 3
    assert batch.harvest("🐇", "🦌").tolist() == [None] * 3
    np.testing.assert_array_equal(batch.amplitudes, before)
