"""Tune: change as few numbers as little as it takes, until claims hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy import optimize

from spacewheat_sim import seeding
from spacewheat_sim.arrays import BoolArray, FloatArray
from spacewheat_sim.content.numbers.writing import write_numbers
from spacewheat_sim.engine.analysis.table import Cell, Tabular
from spacewheat_sim.engine.bath.arguments import checked_instance
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.claims import (
    ClaimResult,
    read_claims,
    result_of,
)
from spacewheat_sim.engine.shaping.free_numbers import FreeNumbers, rounded
from spacewheat_sim.engine.shaping.wishes import Wishes

# By what factor a number may change at most, if not told.
FACTOR = 10.0
# Weight of a change against a miss: of the first search, and of the sparing one.
MILD, SPARING = 1e-4, 3e-3
# Starts of the first search beside the present numbers; steps of each, and of others.
STARTS, STEPS, FURTHER_STEPS = 4, 40, 12
# A change that counts as none, and how finely all are brought back.
SMALL, HALVINGS = 1e-3, 12


@dataclass(frozen=True, repr=False)
class TuneResult(Tabular):
    """What tuning has found.

    Attributes:
        biome: The biome with the new numbers.
        changes: {path: (old, new)} of those that changed.
        claims: The claims with the new numbers.
        before: The claims with the old ones.
        holds: Whether all of them hold now.
        in_the_way: The claims that no numbers within the bounds were found to fulfil.
    """

    biome: CompiledBiome = field(repr=False)
    changes: dict[str, tuple[float, float]]
    claims: tuple[ClaimResult, ...]
    before: tuple[ClaimResult, ...]
    holds: bool
    in_the_way: tuple[ClaimResult, ...]

    def write(self) -> tuple[Path, ...]:
        """Write the new numbers into their files; every other byte stays.

        Returns:
            The files.

        Raises:
            ArgumentError: a number stands in no file.
        """
        new = {path: after for path, (_, after) in self.changes.items()}
        return write_numbers(self.biome.biome, new)

    def table(self) -> tuple[str, Sequence[str], Sequence[Sequence[Cell]]]:
        """See :class:`Tabular`."""
        rows: list[tuple[Cell, ...]] = [
            (path, old, new) for path, (old, new) in self.changes.items()
        ]
        for old, new in zip(self.before, self.claims, strict=True):
            verdict = "holds" if new.holds else "fails"
            rows.append((f"{new.claim} ({new.bound}, {verdict})", old.value, new.value))
        title = "All claims hold" if self.holds else "Not all claims can hold"
        return title, ("", "before", "after"), rows


def tune(
    biome: CompiledBiome,
    claims: Sequence[Mapping[str, Any]] | None = None,
    free: Sequence[str] | str = (),
    *,
    factor: float = FACTOR,
) -> TuneResult:
    """Change as few numbers as little as it takes, until all claims hold.

    Gauss–Newton steps on Σ miss² with exact gradients, the numbers on logarithmic
    scales; then fewer and smaller changes, as long as all claims hold. Where none will
    do within the bounds, the numbers that miss least are returned, and ``in_the_way``
    says which claims they miss. The search is local, from the present numbers and from
    a few others.

    Args:
        biome: What :func:`spacewheat_sim.load_biome` returns; driven ones too.
        claims: Claims as mappings; the biome's own by default.
        free: Paths of the numbers that may change, with ``*`` for any name.
        factor: By how much a number may be multiplied or divided.

    Raises:
        ArgumentError: nothing is free, or nothing is claimed, or a claim is none.
        UnknownNameError: a path or a name that is not there.
        RunError: a run with the present numbers cannot be followed.

    Example:
        >>> from spacewheat_sim import load_biome, tune
        >>> egg = load_biome("decay_chain")
        >>> wish = {"population": "🐔", "at": 10, "value": {"at_least": 0.5}}
        >>> found = tune(egg, [wish], free=["🐥.*"])
        >>> found.holds, list(found.changes)
        (True, ['🐥.decay.rate'])
    """
    compiled = checked_instance(biome, CompiledBiome, "biome")
    numbers = FreeNumbers.of(compiled, free, factor)
    wishes = Wishes(read_claims(compiled, claims), numbers)
    before = wishes.present()
    if wishes.holds(before):
        return _result(wishes, numbers.values, before)
    u = _search(wishes)
    if wishes.holds(wishes.values(numbers.at(u))):
        u = _sparing(wishes, u)
        u = _fewer(wishes, u)
        u = _smaller(wishes, u)
    values = rounded(numbers.at(u), numbers.values)
    if not wishes.holds(wishes.values(values)):
        values = numbers.at(u)
    return _result(wishes, values, before)


def _result(wishes: Wishes, values: FloatArray, before: list[float]) -> TuneResult:
    free = wishes.free
    after = wishes.values(values)
    results = [
        tuple(result_of(c, v) for c, v in zip(wishes.claims, own, strict=True))
        for own in (after, before)
    ]
    changes = {
        path: (float(old), float(new))
        for path, old, new in zip(free.paths, free.values, values, strict=True)
        if new != old
    }
    failed = tuple(result for result in results[0] if not result.holds)
    return TuneResult(
        free.applied(values), changes, results[0], results[1], not failed, failed
    )


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
        miss = float((wishes.misses(values) ** 2).sum())
        if miss < least:
            best, least = u, miss
    return best


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
