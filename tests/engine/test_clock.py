from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spacewheat_sim.engine.world.clock import Clock
from spacewheat_sim.errors import ArgumentError

FRAMES = st.lists(st.floats(0.0, 0.5), max_size=40)
DT = st.sampled_from([1 / 240, 1 / 60, 0.1, 1.0])
SPEED = st.sampled_from([1 / 8, 1 / 3, 1.0, 64.0])


@given(FRAMES, DT, SPEED)
@example([3.0], 1.0, 1 / 3)  # just below 1 s, which a product of floats rounds to 1 s
def test_the_ticks_are_the_whole_part_of_real_time_times_speed(frames, dt, speed):
    clock = Clock(dt, speed=speed, catch_up=10**9)

    given_ticks = sum(clock.advance(frame) for frame in frames)

    total = sum(map(Fraction, frames), Fraction(0)) * Fraction(speed)
    assert given_ticks == clock.tick == math.floor(total / Fraction(dt))


@given(st.integers(0, 20_000), st.lists(st.integers(0, 20_000), max_size=30), DT)
def test_any_split_of_real_time_gives_the_same_number_of_ticks(total, cuts, dt):
    milestones = [0, *sorted(min(cut, total) for cut in cuts), total]
    whole, split = Clock(dt, catch_up=10**9), Clock(dt, catch_up=10**9)

    whole.advance(total / 1024)
    for start, end in pairwise(milestones):
        split.advance((end - start) / 1024)

    assert split.tick == whole.tick


def test_a_hundred_thousand_frames_of_dt_are_as_many_ticks_and_no_second_is_lost():
    clock = Clock(1 / 60)

    for _ in range(100_000):
        clock.advance(1 / 60)

    assert clock.tick == 100_000
    assert clock.time == 100_000 * (1 / 60)


def test_ticks_beyond_the_limit_are_dropped_and_counted():
    clock = Clock(0.25, catch_up=2.5)

    assert clock.advance(100.125) == 10
    assert clock.dropped == 390
    assert clock.advance(0.0) == 0
    assert clock.advance(0.125) == 1  # what made up no whole tick was kept
    assert clock.time == 11 * 0.25


@given(DT, SPEED)
def test_the_limit_is_of_real_time_and_lets_any_speed_through(dt, speed):
    clock = Clock(dt, speed=speed)

    clock.advance(4.0)

    assert clock.tick == math.floor(Fraction(speed) * 4 / Fraction(dt))
    assert clock.dropped == 0


def test_ticks_that_were_handed_back_are_dropped():
    clock = Clock(0.25, catch_up=10.0)
    clock.advance(5.0)
    clock.hand_back(8)

    assert (clock.tick, clock.dropped, clock.time) == (12, 8, 3.0)
    with pytest.raises(ArgumentError, match="0 to 12"):
        clock.hand_back(13)


def test_a_paused_clock_lets_real_time_pass_in_vain():
    clock = Clock(0.25)
    clock.advance(0.2)
    clock.paused = True

    assert clock.advance(5.0) == 0

    clock.paused = False
    assert clock.advance(0.06) == 1  # the 0.2 s from before the pause count


def test_a_single_step_pauses_and_gives_one_tick():
    clock = Clock(0.25)
    clock.step_once()

    assert clock.paused
    assert [clock.advance(1.0), clock.advance(1.0)] == [1, 0]


def test_speed_counts_from_when_it_is_set():
    clock = Clock(0.25)
    clock.advance(1.0)
    clock.speed = 2.0

    assert clock.advance(1.0) == 8


@pytest.mark.parametrize("dt", [0.0, -1.0, math.nan, math.inf, "soon"])
def test_a_dt_that_is_no_time_is_refused(dt):
    with pytest.raises(ArgumentError, match="`dt` must be"):
        Clock(dt)


@pytest.mark.parametrize("speed", [0.0, -2.0, math.nan, math.inf])
def test_a_speed_that_is_none_is_refused(speed):
    clock = Clock()

    with pytest.raises(ArgumentError, match="`speed` must be"):
        clock.speed = speed

    assert clock.speed == 1.0


@pytest.mark.parametrize("seconds", [-0.1, math.nan, math.inf])
def test_real_time_cannot_run_backward_or_be_infinite(seconds):
    with pytest.raises(ArgumentError, match="`real_seconds` must be"):
        Clock().advance(seconds)
