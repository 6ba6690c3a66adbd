import numpy as np
import pytest
from scipy import stats

from spacewheat_sim import BathOperators, QuantumBath, load_biome, seeding
from spacewheat_sim.engine.bath.ensemble.measurements import ScheduledMeasurement
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum import measurement

Measure = ScheduledMeasurement
SCHEDULE = [
    Measure(4.0, "🌾", "💀", "weak", 0.7),
    Measure(0.0, "☀", "🌙"),
    Measure(2.5, "🌾", "🍄", "projective"),
    Measure(4.0, "🍂", "💀", "game", 3.0),
    Measure(6.0, "🌾", "💀", "projective"),
]


def single_history(biome, seed, number, schedule, duration):
    """Return jumps and outcomes of a single bath that is measured on the way."""
    bath = QuantumBath(
        biome.operators, stream=seeding.trajectory_stream(seed, number), seed=0
    )
    bath.initialize_uniform()
    jumps, outcomes = [], []
    for each in schedule:
        if each.time > bath.time:
            jumps += bath.evolve(each.time - bath.time)
        outcome = bath.measure_axis(
            each.north, each.south, kind=each.kind, strength=each.strength
        )
        outcomes.append({each.north: 1, each.south: -1, None: 0}[outcome])
    if duration > bath.time:
        jumps += bath.evolve(duration - bath.time)
    return jumps, outcomes


@pytest.mark.parametrize("name", ["biotic_flux", "forest_small", "decay_chain"])
def test_a_measured_trajectory_is_a_single_measured_bath(name):
    biome = load_biome(name)
    north, south = biome.axes[0]
    schedule = [
        Measure(each.time, north, south, each.kind, each.strength) for each in SCHEDULE
    ]
    bath = biome.bath(seed=0)
    bath.initialize_uniform()
    count = 50
    result = bath.ensemble(6.0, count, dt=3.0, seed=4, measurements=schedule)

    assert [each.time for each in result.measurements] == [0.0, 2.5, 4.0, 4.0, 6.0]
    assert [each.kind for each in result.measurements[2:4]] == ["weak", "game"]
    counts = np.zeros(len(result.jump_counts))
    for number in range(count):
        jumps, outcomes = single_history(biome, 4, number, result.measurements, 6.0)
        assert result.outcomes[:, number].tolist() == outcomes
        first = jumps[0].time if jumps else np.inf
        assert result.first_jumps[number] == pytest.approx(first, abs=1e-9)
        told = result.history(number)
        assert [jump.time for jump in told] == pytest.approx(
            [jump.time for jump in jumps], abs=1e-9
        )
        for jump in told:
            counts[jump.channel] += 1
    assert np.array_equal(counts, result.jump_counts)
    assert result.outcome_counts.sum(axis=1).tolist() == [count] * 5


def test_outcomes_follow_the_born_rule_of_the_master_equation():
    biome = load_biome("biotic_flux")
    bath = biome.bath(seed=0)
    result = bath.ensemble(
        3.0,
        20_000,
        dt=3.0,
        seed=1,
        measurements=[Measure(3.0, "🌾", "💀", "projective")],
    )
    master = biome.bath(method="master")
    master.evolve(3.0)
    north, south = master.probability("🌾"), master.probability("💀")
    expected = np.array([north, south, 1 - north - south]) * 20_000
    p_value = stats.chisquare(result.outcome_counts[0], expected).pvalue
    assert p_value > 1e-4  # the false-alarm rate
    # The row at the time of the measurement is of the state before it.
    z = (result.populations[1] - master.populations()) / result.standard_error[1]
    assert np.abs(z).max() < 4.5  # 6 normal numbers: a false alarm in 24,000 runs


@pytest.mark.parametrize(("kind", "strength"), [("projective", None), ("weak", 0.8)])
def test_what_follows_a_measurement_averages_to_the_channel_it_is(kind, strength):
    operators = BathOperators.from_terms(
        "🌾💀🍂",
        [[0.3, 0.4, 0.2j], [0.4, -0.5, 0.3], [-0.2j, 0.3, 0.1]],
        [("🌾", "💀", 0.2), ("💀", "🍂", 0.3), ("🍂", "🌾", 0.1)],
    )
    bath = QuantumBath(operators, seed=0)
    result = bath.ensemble(
        5.0,
        40_000,
        dt=2.5,
        seed=3,
        measurements=[Measure(2.5, "🌾", "💀", kind, strength)],
    )
    master = QuantumBath(operators, "master")
    master.evolve(2.5)
    what = measurement.AxisMeasurement(0, 1, kind, strength or 1.0)
    _, kraus = measurement.axis_kraus(3, what)
    rho = master.density_matrix()
    master.initialize_density_matrix(sum(k[:, None] * rho * k for k in kraus))
    master.evolve(2.5)
    error = np.maximum(result.standard_error[2], 1e-9)
    z = (result.populations[2] - master.populations()) / error
    assert np.abs(z).max() < 4.5  # 3 normal numbers: a false alarm in 50,000 runs


def test_a_measurement_on_an_empty_axis_changes_and_draws_nothing():
    bath = load_biome("decay_chain").bath(seed=0)
    bath.initialize_emoji("🥚")
    measured = bath.ensemble(
        0.5, 40, dt=0.5, seed=2, measurements=[Measure(0.0, "🐥", "🐔")]
    )
    assert measured.outcomes.tolist() == [[0] * 40]
    plain = bath.ensemble(0.5, 40, dt=0.5, seed=2)
    assert measured.first_jumps == pytest.approx(plain.first_jumps, abs=1e-9)


def test_a_row_at_the_time_of_a_measurement_is_of_the_state_before_it():
    bath = load_biome("biotic_flux").bath(seed=0)
    projections = [Measure(0.3, "🌾", "💀", "projective")]
    rows = [
        bath.ensemble(0.3, 30, dt=0.1, seed=1, measurements=given).populations[-1]
        for given in ([], projections)  # 3 · 0.1 is a little more than 0.3
    ]
    assert rows[1] == pytest.approx(rows[0], abs=1e-12)


def test_an_ensemble_without_measurements_has_no_outcomes():
    result = load_biome("forest").bath(seed=0).ensemble(1.0, 5, seed=0)
    assert result.measurements == ()
    assert result.outcomes.shape == (0, 5)
    assert result.outcome_counts.shape == (0, 3)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (Measure(-0.1, "🌾", "💀"), "times from 0 to 5 s.*-0.1"),
        (Measure(5.1, "🌾", "💀"), "times from 0 to 5 s.*5.1"),
        (Measure(np.nan, "🌾", "💀"), "times from 0 to 5 s.*nan"),
        (Measure(1.0, "🌾", "🐺"), "Unknown emoji.*🐺"),
        (Measure(1.0, "🌾", "🌾"), "two different emojis"),
        (Measure(1.0, "🌾", "💀", "wek"), "`kind`"),
        (Measure(1.0, "🌾", "💀", "weak", 1.2), "`strength`"),
        (Measure(1.0, "🌾", "💀", "projective", 0.5), "`strength`"),
    ],
)
def test_mistakes_in_a_schedule_are_named(mistake, said):
    bath = load_biome("biotic_flux").bath(seed=0)
    with pytest.raises(ArgumentError, match=said):
        bath.ensemble(5.0, 3, measurements=[mistake])
