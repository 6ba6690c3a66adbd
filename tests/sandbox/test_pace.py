from __future__ import annotations

from itertools import count

import pytest
from panel_checks import session_of

from spacewheat_sim.sandbox.pace import Pace


class Worker:
    """A clock that only moves when something is said to have taken time."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def test_ticks_may_take_most_of_a_frame_and_ten_milliseconds_at_least():
    worker = Worker()
    pace = Pace(worker)
    for frame, allowed in ((0.001, 0.010), (0.1, 0.06)):
        pace.begin(frame)
        worker.seconds += 0.99 * allowed
        assert not pace.spent
        worker.seconds += 0.02 * allowed
        assert pace.spent


def test_the_speed_is_told_where_it_falls_short_after_a_while_at_it():
    pace = Pace(Worker())
    pace.note(0.4, 3, 61)
    assert pace.short_of(64.0) is None  # not known yet
    for _ in range(60):
        pace.note(1 / 60, 3, 61)
    assert pace.short_of(64.0) == pytest.approx(3.0)
    pace.forget()
    assert pace.short_of(64.0) is None


def test_a_world_of_long_ticks_does_not_fall_short_between_two_of_them():
    pace = Pace(Worker())
    for frame in range(100):
        pace.note(1 / 60, int(frame == 70), 0)
        assert pace.short_of(1.0) is None


def test_a_world_that_cannot_keep_up_is_played_in_slow_motion():
    """Each tick takes 6 ms of work, so that a frame of 1/60 s has room for two."""
    session = session_of("forest_small")
    looks = count()
    session.ticks.pace = Pace(lambda: 0.006 * next(looks))
    session.clock.speed = 64.0
    for _ in range(60):
        session.advance(1 / 60)

    assert session.world.tick_count == session.clock.tick == 60 * 2
    assert session.clock.dropped == 60 * 64 - 120
    assert session.ticks.pace.short_of(64.0) == pytest.approx(2.0)
