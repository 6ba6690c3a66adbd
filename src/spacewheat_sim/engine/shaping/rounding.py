"""Numbers with no more digits than claims need."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.shaping.wishes import Wishes

# Digits that are tried, the fewest first.
DIGITS = (2, 3, 4, 6)
# By what share more may be missed, in squares, for a shorter number.
NO_WORSE = 1e-2
# Rounding of a bound itself.
ROUNDED = 1e-12


def plain(wishes: Wishes, u: FloatArray) -> FloatArray:
    """Return the numbers at ``u`` (P,), each with as few digits as do, (P,).

    All claims hold as before, or are missed by no more; no number leaves its bounds.
    """
    free = wishes.free
    values = free.at(u)
    low, high = np.sort([free.at(free.low), free.at(free.high)], axis=0)
    held = wishes.holds(wishes.values(values))
    limit = wishes.missed(values) * (1 + NO_WORSE)
    for place in np.flatnonzero(values != free.values).tolist():
        slack = ROUNDED * abs(values[place])
        for digits in DIGITS:
            trial = values.copy()
            trial[place] = float(f"{values[place]:.{digits}g}")
            if not low[place] - slack <= trial[place] <= high[place] + slack:
                continue
            found = wishes.values(trial)
            if wishes.holds(found) if held else wishes.missed(trial) <= limit:
                values = trial
                break
    return values
