"""The search for numbers that fulfil wishes, as few and as little changed as can be."""

from __future__ import annotations

import numpy as np
from scipy import optimize

from spacewheat_sim import seeding
from spacewheat_sim.arrays import BoolArray, FloatArray
from spacewheat_sim.engine.shaping.wishes import Wishes

# Weight of a change against a miss: of the first search, of one that goes on where it
# left a miss that such a weight may be the reason of, and of the sparing one.
MILD, FAINT, SPARING = 1e-4, 1e-9, 3e-3
# Starts of the first search beside the present numbers; steps of each, and of others.
STARTS, STEPS, FURTHER_STEPS = 4, 40, 12
# A change that counts as none, and how finely all are brought back.
SMALL, HALVINGS = 1e-3, 12
# By what share more may be missed, in squares, if a number can stay as it was.
NO_WORSE = 1e-3


def search(wishes: Wishes) -> FloatArray:
    """Return u (P,) at which all claims hold, or else are missed least.

    From several starts; then fewer numbers are changed, and less.
    """
    u = _search(wishes)
    if wishes.holds(wishes.values(wishes.free.at(u))):
        return _smaller(wishes, _fewer(wishes, _sparing(wishes, u)))
    return _of_use(wishes, u)


class _FulfilledError(Exception):
    """All claims hold at ``u``: a search may end."""

    def __init__(self, u: FloatArray) -> None:
        super().__init__()
        self.u = u


def _search(wishes: Wishes) -> FloatArray:
    """Return the u (P,) at which claims are missed least, from several starts."""
    free = wishes.free
    starts = [np.zeros(len(free.paths))]
    stream = seeding.stream(0, "tune")
    for _ in range(STARTS):
        share = stream.random(len(free.paths))
        starts.append(0.5 * (free.low + share * (free.high - free.low)))
    best, least = starts[0], np.inf
    for start in starts:
        u = _descend(wishes, start, np.full(start.size, MILD))
        values = wishes.values(free.at(u))
        if wishes.holds(values):
            return u
        miss = wishes.missed(free.at(u))
        if miss < least:
            best, least = u, miss
    u = _descend(wishes, best, np.full(best.size, FAINT))
    return u if wishes.missed(free.at(u)) < least * (1 - NO_WORSE) else best


def _descend(
    wishes: Wishes,
    start: FloatArray,
    weights: FloatArray,
    moving: BoolArray | None = None,
    *,
    steps: int = STEPS,
    until_fulfilled: bool = True,
) -> FloatArray:
    """Lower Σ miss² + Σ w u² from ``start``; numbers that are not ``moving`` stay."""
    free = wishes.free
    chosen = np.ones(start.size, dtype=np.bool_) if moving is None else moving
    if not chosen.any():
        return start
    root = np.sqrt(weights[chosen])
    known: dict[bytes, tuple[FloatArray, FloatArray]] = {}

    def whole(part: FloatArray) -> FloatArray:
        u = np.zeros(start.size)
        u[chosen] = part
        return u

    def at(part: FloatArray) -> tuple[FloatArray, FloatArray]:
        key = part.tobytes()
        if key not in known:
            misses, rows = wishes.residuals(whole(part))
            if until_fulfilled and not misses.any():
                raise _FulfilledError(whole(part))
            residuals = np.concatenate((misses, root * part))
            known[key] = residuals, np.vstack((rows[:, chosen], np.diag(root)))
        return known[key]

    def residuals(part: FloatArray) -> FloatArray:
        return at(part)[0]

    def slopes(part: FloatArray) -> FloatArray:
        return at(part)[1]

    low, high = free.low[chosen] - 1e-12, free.high[chosen] + 1e-12
    try:
        found = optimize.least_squares(
            residuals,
            np.clip(start[chosen], free.low[chosen], free.high[chosen]),
            jac=slopes,
            bounds=(low, high),
            max_nfev=steps,
            xtol=1e-5,
            ftol=1e-6,
        )
    except _FulfilledError as done:
        return done.u
    return np.clip(whole(found.x), free.low, free.high)


def _sparing(wishes: Wishes, u: FloatArray) -> FloatArray:
    """Return other numbers that do as well, most of the change in few of them."""
    weights = SPARING / (np.abs(u) + 0.05)
    for _ in range(2):
        new = _descend(wishes, u, weights, steps=FURTHER_STEPS, until_fulfilled=False)
        if not wishes.holds(wishes.values(wishes.free.at(new))):
            break
        u, weights = new, SPARING / (np.abs(new) + 0.02)
    return u


def _fewer(wishes: Wishes, u: FloatArray) -> FloatArray:
    """Leave as many numbers as they were as can be, the least changed first."""
    trial = np.where(np.abs(u) < SMALL, 0.0, u)
    if wishes.holds(wishes.values(wishes.free.at(trial))):
        u = trial
    mild = np.full(u.size, MILD)
    for place in np.argsort(np.abs(u)).tolist():
        if u[place] == 0.0 or np.count_nonzero(u) == 1:
            continue
        trial = u.copy()
        trial[place] = 0.0
        if not wishes.holds(wishes.values(wishes.free.at(trial))):
            trial = _descend(wishes, trial, mild, trial != 0.0, steps=FURTHER_STEPS)
        if wishes.holds(wishes.values(wishes.free.at(trial))):
            u = trial
    return u


def _smaller(wishes: Wishes, u: FloatArray) -> FloatArray:
    """Go back toward the present numbers as far as all claims hold."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if wishes.holds(wishes.values(wishes.free.at(middle * u))):
            high = middle
        else:
            low = middle
    return high * u


def _of_use(wishes: Wishes, u: FloatArray) -> FloatArray:
    """Leave numbers as they were whose change does not lower the misses."""
    limit = wishes.missed(wishes.free.at(u)) * (1 + NO_WORSE)
    for place in np.argsort(np.abs(u)).tolist():
        trial = u.copy()
        trial[place] = 0.0
        if u[place] != 0.0 and wishes.missed(wishes.free.at(trial)) <= limit:
            u = trial
    return u
