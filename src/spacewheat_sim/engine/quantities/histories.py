"""The values of quantities in single histories, many of which are run together."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.content.claims.asked import Asked, Statistic
from spacewheat_sim.engine.bath.batch import BathBatch
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.course import mean_period
from spacewheat_sim.engine.quantities.evaluate import FOLLOWED, evaluate
from spacewheat_sim.engine.quantities.levels import level_of
from spacewheat_sim.engine.quantities.problem import Problem, check_names
from spacewheat_sim.errors import ArgumentError

MOST_LOOKS = 1_000_000
# Numbers held of the histories that are run together.
MOST_HELD = 1 << 23


def evaluate_histories(
    biome: CompiledBiome,
    asked: Sequence[Asked],
    seed: int,
    first: int,
    count: int,
    dt: float,
) -> FloatArray:
    """Return each quantity in each of ``count`` histories, (count, Q).

    History i is trajectory ``first`` + i of ``seed``: it is the same to the last bit
    alone and among any others. What is followed is looked at every ``dt`` s, of which
    means are by trapezoids; jumps are counted exactly, and a first jump is 0 or 1. A
    quantity without a time is that of all histories together.

    Raises:
        UnknownNameError: an emoji or a jump that is not there.
        ArgumentError: too many looks, or a name that does not fit the biome.
    """
    problem = Problem.of(biome)
    for own in asked:
        check_names(problem, own)
    settled = [own for own in asked if own.when == "always"]
    known = dict(zip(settled, evaluate(problem, settled), strict=True))
    columns: list[_Column] = [
        _Followed(biome, own, dt) if own.kind in FOLLOWED else _Counted(biome, own)
        for own in asked
        if own not in known
    ]
    looks = sum(len(column.times) for column in columns)
    if looks > MOST_LOOKS:
        raise ArgumentError(
            f"Looks {dt:g} s apart would be {looks:,}; a history has at most "
            f"{MOST_LOOKS:,}: choose a larger dt"
        )
    together = max(1, MOST_HELD // max(looks, 1))
    parts = [
        _run(biome, columns, seed, begin, min(together, first + count - begin), dt)
        for begin in range(first, first + count, together)
    ]
    found = iter(np.hstack(parts)) if columns else iter(())
    rows = [
        np.full(count, known[own]) if own in known else next(found) for own in asked
    ]
    return np.array(rows).reshape(len(asked), count).T


def _run(
    biome: CompiledBiome,
    columns: list[_Column],
    seed: int,
    first: int,
    count: int,
    dt: float,
) -> FloatArray:
    """Return each column of ``count`` histories, (Q, count)."""
    options = biome.options()
    of = vars(options)
    batch = BathBatch(biome.operators, count, seed=seed, first=first, **of)
    # Only the source document's update depends on how long its steps are.
    longest = dt if options.method == "spec" else math.inf
    batch.initialize_ket(biome.bath(seed, "trajectory").amplitudes)
    for column in columns:
        column.begin(count)
    for time in sorted({time for column in columns for time in column.times}):
        step = time - batch.time
        jumps = _evolved(batch, step, longest) if step > 0.0 else ()
        for column in columns:
            column.see(batch, time, jumps)
    return np.array([column.values() for column in columns])


def _evolved(
    batch: BathBatch, seconds: float, longest: float
) -> list[tuple[int, Jumped]]:
    """Evolve a batch in equal steps of at most ``longest`` s; return all jumps."""
    steps = max(1, math.ceil(seconds / longest * (1 - 1e-12)))
    return [jump for _ in range(steps) for jump in batch.evolve(seconds / steps)]


class _Counted:
    """Jumps of a pair per second, or whether there was one before a time."""

    def __init__(self, biome: CompiledBiome, asked: Asked) -> None:
        operators = biome.operators
        source, target = (operators.index(name) for name in asked.names)
        self.times = (asked.span[1],)
        self._asked = asked
        self._pair = biome.emojis[source], biome.emojis[target]
        self._seen: list[int] = []

    def begin(self, count: int) -> None:
        self._seen = [0] * count

    def see(
        self, batch: BathBatch, time: float, jumps: Sequence[tuple[int, Jumped]]
    ) -> None:
        """Count the jumps that came before ``time``."""
        del batch, time
        first, last = self._asked.span
        for bath, jump in jumps:
            if (jump.source, jump.target) == self._pair and first <= jump.time <= last:
                self._seen[bath] += 1

    def values(self) -> list[float]:
        if self._asked.kind == "first":
            return [float(seen > 0) for seen in self._seen]
        first, last = self._asked.span
        return [seen / (last - first) for seen in self._seen]


class _Followed:
    """A number of the state, looked at every ``dt`` s."""

    def __init__(self, biome: CompiledBiome, asked: Asked, dt: float) -> None:
        first, last = asked.span
        count = min(math.ceil((last - first) / dt * (1 - 1e-12)), MOST_LOOKS)
        steps = [first + (last - first) * i / count for i in range(count)]
        self.times = (*steps, last)
        self._asked = asked
        self._due = frozenset(self.times)
        self._level = level_of(asked, biome.operators)
        self._place = None
        if asked.kind == "population":
            self._place = biome.operators.index(asked.names[0])
        self._looks: list[FloatArray] = []

    def begin(self, count: int) -> None:
        del count
        self._looks = []

    def see(
        self, batch: BathBatch, time: float, jumps: Sequence[tuple[int, Jumped]]
    ) -> None:
        """Look at the states at ``time``, if that is due."""
        del jumps
        if time not in self._due:
            return
        if self._place is not None:
            self._looks.append(batch.populations()[:, self._place])
            return
        states = batch.density_matrices()
        self._looks.append(np.array([self._level.value(rho, time) for rho in states]))

    def values(self) -> list[float]:
        """Return the statistic of each history."""
        times = np.array(self.times)
        # Each history in a row of its own, so that it is added up as it is alone.
        histories = np.array(self._looks).T.copy()
        return [_statistic(self._asked.statistic, times, own) for own in histories]


_Column = _Counted | _Followed


def _statistic(name: Statistic, times: FloatArray, values: FloatArray) -> float:
    if name == "value":
        return float(values[0])
    if name == "mean":
        return float(np.trapezoid(values, times) / (times[-1] - times[0]))
    if name == "peak_time":
        return float(times[np.argmax(values)])
    if name == "period":
        return mean_period(times, values)
    high, low = float(values.max()), float(values.min())
    return {"max": high, "min": low, "swing": high - low}[name]
