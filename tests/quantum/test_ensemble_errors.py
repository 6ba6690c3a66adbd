"""Standard errors of ensembles: small spreads, none, and what was not seen."""

import math

import numpy as np
import pytest
from scipy import stats

from spacewheat_sim import BathOperators, QuantumBath, ScheduledMeasurement, load_biome
from spacewheat_sim.engine.bath.ensemble import methods
from spacewheat_sim.engine.bath.ensemble.errors import MISSED, OFTEN
from spacewheat_sim.engine.bath.ensemble.single import SingleTrajectories
from spacewheat_sim.engine.bath.ensemble.start import EnsemblePlan
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.ensembles import tabulated
from spacewheat_sim.quantum.ensembles.moments import Moments, merged

COUPLED = [[0, 0.3, 0], [0.3, 0, 0.2], [0, 0.2, 0.1]]


def static_bath():
    jumps = [("A", "B", 0.3), ("C", "A", 0.2)]
    return QuantumBath(BathOperators.from_terms("ABC", COUPLED, jumps), seed=0)


def both_methods(monkeypatch):
    """Yield twice: for tables, and for evolving."""
    for most in (2.0**30, 0.0):
        monkeypatch.setattr(methods, "MOST_TABLE_BYTES", most)
        yield


@pytest.mark.parametrize("strength", [1e-5, 1e-8, 1e-9])
def test_weak_looks_have_the_spread_of_their_outcomes(strength):
    bath = QuantumBath(BathOperators.from_terms("AB", np.zeros((2, 2))), seed=0)
    look = ScheduledMeasurement(0.5, "A", "B", "weak", strength)
    result = bath.ensemble(1.0, 10_000, dt=1.0, seed=3, measurements=[look])
    share = result.outcome_counts[0, 0] / 10_000
    wanted = strength * math.sqrt(share * (1 - share) / 9_999)
    assert result.standard_error[-1] == pytest.approx([wanted] * 2, rel=1e-6)


def test_a_look_of_strength_zero_has_no_error():
    bath = QuantumBath(BathOperators.from_terms("AB", np.zeros((2, 2))), seed=0)
    look = ScheduledMeasurement(0.5, "A", "B", "weak", 0.0)
    result = bath.ensemble(1.0, 1000, dt=1.0, seed=3, measurements=[look])
    assert not result.standard_error.any()


def test_without_jumps_and_measurements_the_error_is_exactly_zero():
    bath = QuantumBath(BathOperators.from_terms("ABC", COUPLED), seed=0)
    for count in (2, 9, 1000):
        assert not bath.ensemble(10.0, count, dt=0.7, seed=0).standard_error.any()


def test_trajectories_that_have_not_jumped_have_no_spread(monkeypatch):
    operators = BathOperators.from_terms("ABC", COUPLED, [("A", "B", 1e-9)])
    bath = QuantumBath(operators, seed=0)
    for _ in both_methods(monkeypatch):
        result = bath.ensemble(10.0, 1000, dt=0.7, seed=0)
        assert not result.deviations.any()
        assert not result.standard_error[0].any()
        # q d² / n and no less: a jump has the chance 1e-9 t at most.
        q = -np.expm1(-1e-9 * result.time) * 2
        d = MISSED * np.maximum(result.populations, 1 - result.populations)
        wanted = np.sqrt(q[:, None] / 1000) * d
        assert result.standard_error == pytest.approx(wanted, rel=1e-12)


def test_jumps_that_hardly_change_anything_keep_the_digits_of_their_spread(monkeypatch):
    # C fills by 1e-8 (t − τ)² after a jump at τ, from which all trajectories differ.
    h = np.zeros((3, 3))
    h[1, 2] = h[2, 1] = 1e-4
    operators = BathOperators.from_terms("ABC", h, [("A", "B", 50.0)])
    found = []
    for _ in both_methods(monkeypatch):
        bath = QuantumBath(operators, seed=0)
        bath.initialize_emoji("A")
        found.append(bath.ensemble(2.0, 1000, dt=1.0, seed=1))
    tables, evolved = found
    c = [np.sin(1e-4 * (2.0 - each.first_jumps)) ** 2 for each in found]
    for result, exact in zip(found, c, strict=True):
        wanted = ((exact - exact.mean()) ** 2).sum()
        assert result.deviations[-1, 2] == pytest.approx(wanted, rel=1e-5)
    assert tables.deviations[-1, 2] == pytest.approx(
        evolved.deviations[-1, 2], rel=1e-5
    )


def test_moments_merge_to_those_of_the_whole_sample():
    rng = np.random.default_rng(0)
    values = 0.5 + 1e-9 * rng.normal(size=(3000, 4))
    groups = [
        Moments.about(
            part[0],
            len(part),
            (part - part[0]).sum(axis=0),
            ((part - part[0]) ** 2).sum(axis=0),
        )
        for part in np.split(values, [1, 10, 700])
    ]
    whole = merged(groups)
    assert whole.number == 3000
    assert whole.mean == pytest.approx(values.mean(axis=0), rel=1e-15)
    wanted = ((values - values.mean(axis=0)) ** 2).sum(axis=0)
    assert whole.deviations == pytest.approx(wanted, rel=1e-6)


def test_merged_ensembles_are_those_of_all_their_trajectories():
    bath = load_biome("market").bath(seed=0)
    one, two = (bath.ensemble(5.0, n, dt=1.0, seed=n) for n in (300, 500))
    both = one.merge(two)

    assert both.trajectories == 800
    assert both.seeds == (300, 500)
    mean = (300 * one.populations + 500 * two.populations) / 800
    assert np.abs(both.populations - mean).max() < 1e-15
    squares = sum(
        each.deviations + each.trajectories * each.populations**2 for each in (one, two)
    )
    assert np.abs(both.deviations - (squares - 800 * mean**2)).max() < 1e-11
    assert np.array_equal(both.jump_counts, one.jump_counts + two.jump_counts)
    assert both.history(300) == two.history(0)
    assert both.history(299) == one.history(299)


@pytest.mark.parametrize("name", ["market", "forest", "decay_chain"])
def test_ensembles_of_one_biome_loaded_twice_merge_as_those_of_one_bath(name):
    bath = load_biome(name).bath(seed=0)
    one, two = (bath.ensemble(2.0, 50, dt=1.0, seed=seed) for seed in (1, 2))
    again = load_biome(name).bath(seed=5).ensemble(2.0, 50, dt=1.0, seed=2)
    assert again.runs[0].start.operators is not one.runs[0].start.operators
    wanted, found = one.merge(two), one.merge(again)
    assert np.array_equal(found.populations, wanted.populations)
    assert np.array_equal(found.deviations, wanted.deviations)
    assert found.history(60) == wanted.history(60)


def terms(coupling=0.3, rate=0.2, amplitude=0.0, names="AB"):
    first, second = names
    drivers = [(first, amplitude, "cosine", 0.1, 0.0)] if amplitude else ()
    bath = QuantumBath(
        BathOperators.from_terms(
            names, [[0, coupling], [coupling, 0]], [(first, second, rate)], drivers
        ),
        seed=0,
    )
    bath.initialize_emoji(first)
    return bath


@pytest.mark.parametrize(
    "other",
    [
        {"coupling": 0.3 * (1 + 2e-16)},
        {"rate": 0.2 * (1 + 2e-16)},
        {"amplitude": 1.0},
        {"names": "AC"},
    ],
)
def test_operators_that_differ_in_anything_are_not_merged(other):
    one = terms().ensemble(2.0, 20, dt=1.0, seed=1)
    assert one.merge(terms().ensemble(2.0, 20, dt=1.0, seed=2)).trajectories == 40
    with pytest.raises(ArgumentError, match="but has other operators"):
        one.merge(terms(**other).ensemble(2.0, 20, dt=1.0, seed=2))


def test_functions_of_time_are_the_same_only_as_one_object():
    def bath(function):
        drivers = [("A", function)]
        operators = BathOperators.from_terms("AB", np.eye(2), (), drivers)
        return QuantumBath(operators, seed=0)

    def wave(time):
        return math.sin(time)

    one = bath(wave).ensemble(1.0, 20, dt=1.0, seed=1)
    assert one.merge(bath(wave).ensemble(1.0, 20, dt=1.0, seed=2)).trajectories == 40
    with pytest.raises(ArgumentError, match="but has other operators"):
        one.merge(bath(math.sin).ensemble(1.0, 20, 1.0, 2))


def test_what_keeps_two_ensembles_apart_is_told():
    bath = terms()
    one = bath.ensemble(2.0, 20, dt=1.0, seed=1, first_passage="B")
    with pytest.raises(ArgumentError, match=r"the duration 3.* where this one has 2"):
        one.merge(bath.ensemble(3.0, 20, dt=1.0, seed=2, first_passage="B"))
    with pytest.raises(ArgumentError, match="the first passage A where this one has B"):
        one.merge(bath.ensemble(2.0, 20, dt=1.0, seed=2, first_passage="A"))
    with pytest.raises(ArgumentError, match="the first passage none where"):
        one.merge(bath.ensemble(2.0, 20, dt=1.0, seed=2))
    looks = [ScheduledMeasurement(1.0, "A", "B")]
    with pytest.raises(ArgumentError, match="but has other measurements"):
        one.merge(bath.ensemble(2.0, 20, 1.0, 2, measurements=looks, first_passage="B"))
    bath.evolve(0.5)
    with pytest.raises(ArgumentError, match="but has another state"):
        one.merge(bath.ensemble(2.0, 20, dt=1.0, seed=2, first_passage="B"))


def test_ensembles_that_do_not_belong_together_are_not_merged():
    bath = load_biome("market").bath(seed=0)
    one = bath.ensemble(5.0, 10, dt=1.0, seed=1)
    with pytest.raises(ArgumentError, match="seed 1"):
        one.merge(bath.ensemble(5.0, 20, dt=1.0, seed=1))
    with pytest.raises(ArgumentError, match="same rows"):
        one.merge(bath.ensemble(5.0, 20, dt=0.5, seed=2))
    with pytest.raises(ArgumentError, match="other"):
        one.merge(3)


def test_rare_events_lie_beyond_three_errors_with_a_chance_below_one_percent():
    # k of many trajectories have had the event, whose expected number is m: the error
    # is d/n times the root of k, and of 4 more where k is small.
    for m in np.geomspace(1e-3, 300.0, 2000):
        k = np.arange(int(m + 40 * math.sqrt(m) + 40))
        missed = np.where(k < OFTEN, np.minimum(m, 1.0) * MISSED**2, 0.0)
        beyond = np.abs(k - m) > 3.0 * np.sqrt(k + missed)
        assert stats.poisson.pmf(k[beyond], m).sum() < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("rate", [1e-4, 1e-3, 1e-2])
def test_errors_cover_the_mean_before_and_after_the_first_jumps(rate):
    bath = QuantumBath(
        BathOperators.from_terms("AB", np.zeros((2, 2)), [("A", "B", rate)]), seed=0
    )
    bath.initialize_emoji("A")
    beyond = np.zeros(4)
    for seed in range(400):
        result = bath.ensemble(4.0, 500, dt=1.0, seed=seed)
        exact = np.exp(-rate * result.time[1:])
        off = np.abs(result.populations[1:, 0] - exact)
        beyond += off > 3.0 * result.standard_error[1:, 0]
    # At most 1 % of 400: more than 14 of them come once in 10,000 runs.
    assert beyond.max() <= 14


def test_parts_of_a_run_change_no_bit(monkeypatch):
    bath = static_bath()
    whole = bath.ensemble(5.0, 2000, dt=1.0, seed=3)
    monkeypatch.setattr(tabulated, "FIRST_PART", 1)
    monkeypatch.setattr(tabulated, "PART_SECONDS", 1e-9)
    parts = bath.ensemble(5.0, 2000, dt=1.0, seed=3)
    for name in ("populations", "deviations", "first_jumps", "jump_counts"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name


def test_an_interrupted_ensemble_leaves_the_bath_as_it_was(monkeypatch):
    calls = []

    def interrupted():
        calls.append(None)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return 0.0

    bath = static_bath()
    bath.evolve(1.0)
    before, time = bath.state.copy(), bath.time
    monkeypatch.setattr(tabulated, "perf_counter", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bath.ensemble(5.0, 20_000, dt=1.0, seed=3)
    assert np.array_equal(bath.state, before)
    assert bath.time == time
    monkeypatch.undo()
    bath.ensemble(5.0, 10, dt=1.0, seed=3)


def test_a_stiff_ensemble_follows_its_slow_rate():
    operators = BathOperators.from_terms(
        "ABC", np.zeros((3, 3)), [("A", "B", 1e6), ("B", "C", 1.0)]
    )
    bath = QuantumBath(operators, seed=0)
    bath.initialize_emoji("A")
    result = bath.ensemble(1000.0, 200, dt=1000.0, seed=4, first_passage="C")
    assert result.jump_counts.tolist() == [200, 200]
    assert result.populations[-1].tolist() == [0.0, 0.0, 1.0]
    assert stats.kstest(result.first_passages, "expon").pvalue > 1e-4  # false alarms


def test_trajectories_run_one_by_one_are_those_run_together():
    operators = BathOperators.from_terms(
        "ABC", COUPLED, [("A", "B", 0.3), ("C", "A", 0.2)]
    )
    look = ScheduledMeasurement(2.0, "A", "B", "game", 0.7)
    bath = QuantumBath(operators, "master", seed=0)
    bath.evolve(1.0)
    result = bath.ensemble(4.0, 60, dt=1.0, seed=2, measurements=[look])
    start = result.runs[0][0]
    plan = EnsemblePlan(start, result.time - start.time, 60, -1)
    run = SingleTrajectories(plan, range(60))
    run.run(lambda _share: None)
    alone = run.sums()
    assert np.abs(alone.populations.mean - result.populations).max() < 1e-8
    assert np.abs(alone.populations.deviations - result.deviations).max() < 1e-6
    assert np.array_equal(alone.outcomes, result.outcomes)
    assert np.array_equal(alone.jump_counts, result.jump_counts)
    jumped = np.isfinite(result.first_jumps)
    assert np.array_equal(jumped, np.isfinite(alone.first_jumps))
    off = alone.first_jumps[jumped] - result.first_jumps[jumped]
    assert np.abs(off).max() < 1e-7
