"""The next jump of baths whose energies and rates repeat."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, optimize

from spacewheat_sim import BathOperators, QuantumBath, load_biome
from spacewheat_sim.engine.analysis.static import no_jump_period_of
from spacewheat_sim.quantum.analysis import no_jump_period
from spacewheat_sim.quantum.analysis.forecast import next_driven_jump, survival_at
from spacewheat_sim.quantum.analysis.no_jump_period import NoJumpPeriod

FREQUENCY = 0.125


def two_ways_out() -> QuantumBath:
    """🥚 hatches by day and rots all the time: its survival is known in closed form."""
    jumps = [
        ("🥚", "🐣", (0.02, 0.8, "cosine", FREQUENCY, 0.3)),
        ("🥚", "🍂", 0.01),
    ]
    ops = BathOperators.from_terms("🥚🐣🍂", np.zeros((3, 3)), jumps)
    bath = QuantumBath(ops, seed=0)
    bath.initialize_emoji("🥚")
    return bath


def hatching(time: float) -> float:
    wave = math.cos(2 * math.pi * FREQUENCY * time + 0.3)
    return 0.02 * (0.2 + 0.8 * (1 + wave) / 2)


def survival(time: float, begin: float) -> float:
    turn = 2 * math.pi * FREQUENCY
    swing = math.sin(turn * time + 0.3) - math.sin(turn * begin + 0.3)
    return math.exp(-0.022 * (time - begin) - 0.008 * swing / turn)


@pytest.mark.parametrize("begin", [0.0, 2.7, 123.4])
def test_it_is_that_of_the_closed_form(begin: float) -> None:
    bath = two_ways_out()
    found = next_driven_jump(
        bath.operators.generator,
        bath.operators.drive,
        bath.density_matrix(),
        begin,
        no_jump_period_of(bath.operators),
    )
    ends = begin + np.arange(0.0, 2001.0, 4.0)
    pieces = list(pairwise(ends))
    hatched = math.fsum(
        integrate.quad(lambda t: hatching(t) * survival(t, begin), *piece)[0]
        for piece in pieces
    )
    mean = math.fsum(
        integrate.quad(lambda t: survival(t, begin), *piece)[0] for piece in pieces
    )
    median = optimize.brentq(
        lambda t: survival(begin + t, begin) - 0.5, 0.0, 200.0, xtol=1e-13
    )
    assert found.channels[0] == pytest.approx(hatched, rel=1e-11)
    assert found.channels.sum() == pytest.approx(1.0, abs=1e-12)
    assert found.mean == pytest.approx(mean, rel=1e-11)
    assert found.median == pytest.approx(median, rel=1e-11)
    assert (found.never, found.horizon) == (0.0, math.inf)


def test_whole_periods_change_nothing_where_their_quotient_is_rounded_down() -> None:
    """246 periods of 1/0.946 s, divided by it, are 245.99999999999997."""
    rates = [("🥚", "🐣", (0.02, 0.8, "cosine", 0.946, 0.3)), ("🐣", "🥚", 0.3)]
    ops = BathOperators.from_terms("🥚🐣", np.zeros((2, 2)), rates)
    known = no_jump_period_of(ops)
    assert known is not None
    time, rho = 246 * known.period, np.diag([1.0, 0.0]).astype(complex)
    assert math.floor(time / known.period) == 245
    late, early = (
        next_driven_jump(ops.generator, ops.drive, rho, t, known) for t in (time, 0.0)
    )
    assert late.channels == pytest.approx(early.channels, rel=1e-11)
    assert (late.mean, late.median) == pytest.approx(
        (early.mean, early.median), rel=1e-11
    )


@pytest.mark.parametrize("time", [0.0, 0.25, 1.9])
def test_a_median_far_from_time_0_is_as_near_as_its_clock_tells(time: float) -> None:
    """After 2^30 s times are 2.4e-7 s apart, and no error is larger."""
    rates = [("🥚", "🐣", (25.0, 0.5, "cosine", 0.5, 0.0)), ("🐣", "🥚", 0.3)]
    ops = BathOperators.from_terms("🥚🐣", np.zeros((2, 2)), rates)
    given, rho = (ops.generator, ops.drive), np.diag([1.0, 0.0]).astype(complex)
    known = no_jump_period_of(ops)
    early = next_driven_jump(*given, rho, time, known).median
    for period in (known, None):
        late = next_driven_jump(*given, rho, 2.0**30 + time, period).median
        assert late == pytest.approx(early, rel=0.0, abs=np.spacing(2.0**30))


@pytest.mark.parametrize("name", ["forest", "kitchen"])
@pytest.mark.parametrize("time", [0.0, 7.3])
def test_summed_periods_are_those_followed_one_by_one(name: str, time: float) -> None:
    bath = load_biome(name).bath(seed=3)
    if time:
        bath.evolve(time)
    given = (
        bath.operators.generator,
        bath.operators.drive,
        bath.density_matrix(),
        bath.time,
    )
    followed = next_driven_jump(*given)  # until all but 1e-9 has jumped
    summed = next_driven_jump(*given, no_jump_period_of(bath.operators))
    np.testing.assert_allclose(summed.channels, followed.channels, rtol=0, atol=2e-9)
    assert summed.median == pytest.approx(followed.median, abs=1e-11)
    assert summed.mean == pytest.approx(followed.mean, rel=2e-8)
    assert summed.channels.sum() == pytest.approx(1.0, abs=1e-12)


def test_what_is_known_of_each_step_is_what_a_run_over_it_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From inside a step, from its beginning, and from that of a period."""
    bath = load_biome("forest").bath(seed=3)
    bath.evolve(2.0)
    operators, rho = bath.operators, bath.density_matrix()
    given = operators.generator, operators.drive
    known, run = (NoJumpPeriod(*given, 20.0) for _ in range(2))
    assert known.outlook is not None
    begin = float(known.outlook.begins[3])
    monkeypatch.setattr(no_jump_period, "MOST_BYTES", 0)
    assert run.outlook is None
    for time in (0.0, 3.21, begin, 40.0 + begin, 59.9):
        found = next_driven_jump(*given, rho, time, known)
        wanted = next_driven_jump(*given, rho, time, run)
        np.testing.assert_allclose(found.channels, wanted.channels, rtol=1e-12)
        assert found.mean == pytest.approx(wanted.mean, rel=1e-12)
        assert found.median == pytest.approx(wanted.median, rel=1e-11)


@pytest.mark.parametrize("begin", [0.0, 1e3, 123456.7, 1e6])
@pytest.mark.parametrize("delay", [0.002, 0.1, 0.7, 3.0])
def test_no_delay_is_left_out_far_from_time_0(begin: float, delay: float) -> None:
    """A run's last step ended a rounding too early: nothing had jumped, it said."""
    drivers = [("💀", 2.0, "cosine", 0.25, 0.1)]
    operators = BathOperators.from_terms(
        "🌾💀", np.zeros((2, 2)), [("🌾", "💀", 0.5)], drivers
    )
    rho = np.diag([1.0, 0.0]).astype(complex)

    found = survival_at(
        operators.generator, operators.drive, rho, begin, np.array([delay / 3, delay])
    )

    assert found == pytest.approx(np.exp([-delay / 6, -delay / 2]), rel=1e-9)


def test_what_no_jump_ever_leaves_is_said() -> None:
    """A third of ρ is where nothing jumps, in a bath that swings."""
    ops = BathOperators.from_terms(
        "🥚🐣🪨",
        np.zeros((3, 3)),
        [("🥚", "🐣", 0.5)],
        [("🥚", 1.0, "cosine", 0.2, 0.0)],
    )
    bath = QuantumBath(ops, seed=0)
    bath.initialize_weighted({"🥚": 2.0, "🪨": 1.0})
    found = bath.forecast()
    assert found.never == pytest.approx(1 / 3, abs=1e-9)
    assert found.channels[0].probability == pytest.approx(2 / 3, abs=1e-9)
    assert found.median == pytest.approx(2.0 * math.log(4.0), rel=1e-9)
    assert found.mean == math.inf
