"""The rows of a recording that is yet to be made."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.bath.arguments import check_room, checked_count
from spacewheat_sim.engine.bath.step_clock import StepClock


class Rows(NamedTuple):
    """When rows are due, and where they are written.

    Attributes:
        steps: How many steps are taken.
        every: After how many of them a row is due.
        times: What the clock shows at each row, (T,).
        populations: Those of the emojis, (T, N), yet to be written.
    """

    steps: int
    every: int
    times: FloatArray
    populations: FloatArray


def rows_to_record(
    clock: StepClock, emojis: int, step: float, steps: int, every: int
) -> Rows:
    """Return the rows of ``steps`` steps of ``step`` seconds from now on.

    Raises:
        ArgumentError: a number of steps that is none, more rows than the memory holds,
            or a time that no clock shows.
    """
    count = checked_count(steps, "steps", at_least=0)
    each = checked_count(every, "record_every", at_least=1)
    rows = count // each + 1
    check_room(8.0 * rows * (emojis + 3), f"A recording of {rows:,} rows")
    now = clock.check(step, count)
    times = clock.times(step, each * np.arange(rows))
    times[0] = now
    return Rows(count, each, times, np.empty((rows, emojis)))
