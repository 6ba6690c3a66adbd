"""What is found of a Python function of time, and what that costs."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacewheat_sim import BathOperators, QuantumBath
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.drive import DEFAULT_MAX_STEP, Drive, Reach
from spacewheat_sim.quantum.driving.driver import Driver

TOLERANCE = 1e-12
EVERYWHERE = Reach(math.inf, 0.0, 0.0)


class Followed:
    """A function followed by the steps of a drive.

    Attributes:
        integral: Of the polynomials of the steps.
        steps: How many there were.
        calls: How often the function was called.
    """

    def __init__(
        self,
        function: Callable[[float], float],
        end: float,
        start: float = 0.0,
        max_step: float = DEFAULT_MAX_STEP,
        tolerance: float = TOLERANCE,
    ) -> None:
        def counted(time: float) -> float:
            self.calls += 1
            return function(time)

        self.calls, self.steps, terms = 0, 0, []
        drive = Drive([Driver(0, function=counted, name="🌾")], max_step)
        time = start
        while time < end:
            h, series, _ = drive.series(time, end - time, EVERYWHERE, tolerance)
            terms.append(h * (series[0] / np.arange(1, series.shape[1] + 1)).sum())
            time += h
            self.steps += 1
        self.integral = math.fsum(terms)


@given(
    begin=st.floats(-1.0, 30.0),
    width=st.floats(1.0, 40.0),
    height=st.sampled_from([1e-3, 1.0, -300.0]),
    max_step=st.sampled_from([1e-3, DEFAULT_MAX_STEP, 0.1, 1.0]),
)
def test_a_window_of_at_least_max_step_is_found_whole(
    begin: float, width: float, height: float, max_step: float
) -> None:
    stop = begin + width * max_step
    found = Followed(
        lambda t: height if begin <= t < stop else 0.0, 30.0, 0.0, max_step
    )
    inside = max(0.0, min(stop, 30.0) - max(begin, 0.0))
    assert found.integral == pytest.approx(height * inside, abs=abs(height) * 1e-13)


@given(
    center=st.floats(0.0, 30.0),
    half_height=st.floats(1.0, 40.0),
    max_step=st.sampled_from([1e-3, DEFAULT_MAX_STEP, 0.1, 1.0]),
)
def test_a_bump_that_is_max_step_wide_at_half_its_height_is_found_whole(
    center: float, half_height: float, max_step: float
) -> None:
    sigma = half_height * max_step / (2 * math.sqrt(2 * math.log(2)))
    found = Followed(
        lambda t: math.exp(-(((t - center) / sigma) ** 2) / 2), 30.0, 0.0, max_step
    )
    ends = [math.erf((t - center) / sigma / math.sqrt(2)) for t in (0.0, 30.0)]
    exact = sigma * math.sqrt(math.pi / 2) * (ends[1] - ends[0])
    assert found.integral == pytest.approx(exact, abs=1e-10)


def test_a_feature_is_found_however_far_from_the_start_of_a_step() -> None:
    for begin in (3.0, 40.0, 400.0, 4000.0):
        found = Followed(lambda t, b=begin: 1.0 if b < t < b + 0.02 else 0.0, 2 * begin)
        assert found.integral == pytest.approx(0.02, abs=1e-11)


@pytest.mark.parametrize("start", [0.0, 1e3, 1e6])
def test_jumps_are_located_to_the_rounding_of_time(start: float) -> None:
    found = Followed(lambda t: 50.0 if t % 10.0 < 0.02 else 0.0, start + 95.0, start)
    assert found.integral == pytest.approx(10.0, abs=20 * 50 * math.ulp(start + 95))
    # A jump takes a step up to it and one from it on; a step has at most 2048 looks.
    assert found.steps < 60


@pytest.mark.parametrize(
    ("function", "exact"),
    [
        (lambda t: abs(t - 3.3), 3.3**2 / 2 + 6.7**2 / 2),
        (math.sqrt, 10**1.5 / 1.5),
        (lambda t: abs(math.sin(30 * t)), (191 - math.cos(300 - 95 * math.pi)) / 30),
        (lambda t: math.tanh((t - 3.0) / 1e-9), 4.0),
        (lambda t: t * 4 % 1, 5.0),
        (lambda t: 1.0 if t > 0 else 0.0, 10.0),
        (lambda t: 1 / (1 + ((t - 5) / 1e-3) ** 2), 2e-3 * math.atan(5e3)),
    ],
    ids=["kink", "root", "rectified", "steep", "sawtooth", "at the start", "peak"],
)  # fmt: skip
def test_kinks_jumps_and_steep_parts_keep_the_tolerance(
    function: Callable[[float], float], exact: float
) -> None:
    assert Followed(function, 10.0).integral == pytest.approx(exact, abs=1e-10)


def test_a_slow_function_is_looked_at_no_more_often_than_it_must_be() -> None:
    found = Followed(lambda t: 0.3 * math.sin(t), 100.0)
    looks = 100.0 / DEFAULT_MAX_STEP
    assert looks < found.calls < 1.3 * looks
    assert found.steps < 120
    coarse = Followed(lambda t: 0.3 * math.sin(t), 100.0, max_step=10.0)
    assert coarse.calls < 8000


def test_a_frame_of_a_slow_function_takes_a_look_at_its_start_and_at_each_node() -> (
    None
):
    assert Followed(math.sin, 1 / 60).calls == 13


@pytest.mark.parametrize("start", [0.0, 1e6])
@pytest.mark.parametrize("height", [1e-14, 1.0, 1e6])
def test_the_rounding_of_values_and_times_is_not_taken_for_features(
    start: float, height: float
) -> None:
    end = start + 10.0
    found = Followed(lambda t: height * math.sin(3 * t), end, start)
    assert found.steps < 200
    exact = height * (math.cos(3 * start) - math.cos(3 * end)) / 3
    known = 1e-11 + height * (1e-13 + 10 * math.ulp(end))
    assert found.integral == pytest.approx(exact, abs=known)


def test_noise_within_the_tolerance_is_let_be() -> None:
    rng = np.random.default_rng(0)
    found = Followed(lambda t: math.sin(t) + 1e-11 * rng.normal(), 10.0)
    assert found.integral == pytest.approx(1 - math.cos(10.0), abs=1e-9)
    assert found.steps < 100


@pytest.mark.parametrize("size", [1e-8, 1.0])
def test_a_function_with_more_noise_is_refused(size: float) -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ArgumentError, match=r"🌾.*t = 0 s.*noise.*`tolerance`"):
        Followed(lambda _: float(rng.normal()) * size, 1.0)


def test_single_precision_is_noise_to_a_fine_tolerance_and_not_to_a_coarse_one() -> (
    None
):
    def single(time: float) -> np.float32:
        return np.float32(math.sin(time))

    with pytest.raises(ArgumentError, match="noise"):
        Followed(single, 1.0)
    found = Followed(single, 1.0, tolerance=1e-6)
    assert found.integral == pytest.approx(1 - math.cos(1.0), abs=1e-6)


def test_a_function_is_called_only_within_the_time_asked_for() -> None:
    times = []

    def kept(time: float) -> float:
        times.append(time)
        return abs(math.sin(50 * time))

    Followed(kept, 7.0, 2.0)
    assert min(times) == 2.0
    assert max(times) <= 7.0


def test_several_functions_share_steps_that_suit_all() -> None:
    drivers = [
        Driver(0, function=lambda t: 1.0 if 2.0 < t < 2.3 else 0.0),
        Driver(1, function=lambda t: math.sin(5 * t)),
        Driver(1, 0.7, "pulse", 0.5),
    ]
    drive = Drive(drivers)
    time, sums = 0.0, np.zeros(2)
    while time < 10.0:
        h, series, _ = drive.series(time, 10.0 - time, EVERYWHERE, TOLERANCE)
        for x in (0.1, 0.9) if h > 1e-12 else ():  # not within a unit of a jump
            values = np.polynomial.polynomial.polyval(x, series.T)
            assert values == pytest.approx(drive.energies(time + x * h), abs=1e-10)
        sums += h * (series / np.arange(1, series.shape[1] + 1)).sum(axis=1)
        time += h
    exact = [0.3, (1 - math.cos(50.0)) / 5 + 3.5]
    assert sums == pytest.approx(exact, abs=1e-10)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "None"),
        (1j, "1j"),
        (np.complex128(2), "2"),
        (np.array([1.0, 2.0]), "array"),
        (np.array([1.0]), "array"),
        ("3", "'3'"),
        (True, "True"),
        (math.nan, "nan"),
        (-math.inf, "-inf"),
        (10**400, "1000"),
        ([0.5], r"\[0.5\]"),
    ],
    ids=repr,
)
def test_a_function_must_return_a_finite_number(value: object, shown: str) -> None:
    with pytest.raises(ArgumentError, match=f"🌾.*finite.*{shown}.*t = 2 s") as caught:
        Followed(lambda t: value if t >= 2.0 else 0.0, 2.5, 2.0)
    assert len(str(caught.value)) < 250


def test_an_error_in_a_function_is_told_with_its_emoji_and_time() -> None:
    with pytest.raises(
        ArgumentError, match=r"🌾.*ZeroDivisionError.*t = 0 s"
    ) as caught:
        Followed(lambda t: 1 / t, 1.0)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize("number", [2, np.float32(2), np.int64(2), np.array(2.0)])
def test_numbers_of_every_kind_are_taken(number: object) -> None:
    assert Followed(lambda _: number, 1.0).integral == pytest.approx(2.0, abs=1e-15)


@pytest.mark.parametrize("method", ["trajectory", "master"])
@pytest.mark.parametrize("share", [0.0, 0.6])
def test_a_function_too_strong_for_any_step_is_refused(
    method: str, share: float
) -> None:
    h = np.zeros((3, 3))
    jumps = [("C", "B", 9e8), ("B", "C", 3e8)]
    dt = 5e-8
    drivers = [("A", lambda t: 1e300 if t > share * dt else 0.0)]
    operators = BathOperators.from_terms("ABC", h, jumps, drivers)
    bath = QuantumBath(operators, method, seed=0)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="driver function of A"):
        bath.evolve(dt)
    assert bath.time == 0.0


def test_an_ensemble_refuses_a_driver_too_strong_for_its_rows() -> None:
    strong = [("A", 1e23, "sine", 1.0, 0.0)]
    operators = BathOperators.from_terms("AB", np.zeros((2, 2)), drivers=strong)
    bath = QuantumBath(operators, seed=0)
    with pytest.raises(ArgumentError, match=r"too large for a step of 1\.5 s"):
        bath.ensemble(3.0, 16, dt=1.5, seed=0)
