"""Tune: change as few numbers as little as it takes, until claims hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy import optimize

from spacewheat_sim import seeding
from spacewheat_sim.arrays import FloatArray
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
# Starts of the first search beside the present numbers, and steps of each search.
STARTS, STEPS = 4, 40
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
    before = wishes.values(numbers.values)
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
    kept: FloatArray | None = None,
) -> FloatArray:
    """Lower Σ miss² + Σ w u² from ``start``; numbers of ``kept`` 0 stay as they are."""
    free = wishes.free
    moving = np.ones(start.size, dtype=np.bool_) if kept is None else kept
    if not moving.any():
        return start
    root = np.sqrt(weights[moving])
    known: dict[bytes, tuple[FloatArray, FloatArray]] = {}

    def whole(part: FloatArray) -> FloatArray:
        u = np.zeros(start.size)
        u[moving] = part
        return u

    def at(part: FloatArray) -> tuple[FloatArray, FloatArray]:
        key = part.tobytes()
        if key not in known:
            misses, rows = wishes.residuals(whole(part))
            residuals = np.concatenate((misses, root * part))
            known[key] = residuals, np.vstack((rows[:, moving], np.diag(root)))
        return known[key]

    found = optimize.least_squares(
        lambda part: at(part)[0],
        np.clip(start[moving], free.low[moving], free.high[moving]),
        jac=lambda part: at(part)[1],
        bounds=(free.low[moving] - 1e-12, free.high[moving] + 1e-12),
        max_nfev=STEPS,
        xtol=1e-6,
        ftol=1e-8,
    )
    return np.clip(whole(found.x), free.low, free.high)


def _sparing(wishes: Wishes, u: FloatArray) -> FloatArray:
    """Return other numbers that do as well, most of the change in few of them."""
    weights = SPARING / (np.abs(u) + 0.05)
    for _ in range(2):
        new = _descend(wishes, u, weights)
        if not wishes.holds(wishes.values(wishes.free.at(new))):
            break
        u, weights = new, SPARING / (np.abs(new) + 0.02)
    return u


def _fewer(wishes: Wishes, u: FloatArray) -> FloatArray:
    """Leave as many numbers as they were as can be, the least changed first."""
    u = np.where(np.abs(u) < SMALL, 0.0, u)
    if not wishes.holds(wishes.values(wishes.free.at(u))):
        u = _descend(wishes, u, np.full(u.size, MILD), u != 0.0)
    for place in np.argsort(np.abs(u)).tolist():
        if u[place] == 0.0 or np.count_nonzero(u) == 1:
            continue
        trial = u.copy()
        trial[place] = 0.0
        if not wishes.holds(wishes.values(wishes.free.at(trial))):
            trial = _descend(wishes, trial, np.full(u.size, MILD), trial != 0.0)
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
