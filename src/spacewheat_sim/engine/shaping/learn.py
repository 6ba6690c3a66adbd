"""Learn: the numbers of a biome that make a history of jumps the most likely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy import optimize

from spacewheat_sim.arrays import BoolArray, FloatArray, IndexArray
from spacewheat_sim.content.numbers.writing import write_numbers
from spacewheat_sim.engine.analysis.table import Cell, Tabular
from spacewheat_sim.engine.bath.arguments import checked_instance
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.shaping.fit import fit_of
from spacewheat_sim.engine.shaping.free_numbers import FreeNumbers
from spacewheat_sim.engine.shaping.histories import read_histories
from spacewheat_sim.engine.shaping.likelihoods import Likelihood, check_learnable
from spacewheat_sim.errors import ArgumentError, RunError

# By what factor a number may differ from the present one.
FACTOR = 1000.0
# Steps of the search, and of the differences that give the information, in u.
STEPS, CURVE = 200, 1e-4
# How far beyond a maximum, in u, another is looked for; how much higher ln P is to be
# there, and how often.
HOPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
HIGHER, MOST_HOPS = 1e-3, 20
# How near to the end of what is searched, in u, a number is at it.
END = 1e-6
# Share of the largest information below which a direction is flat, and what is too
# little of it for any: the error in u is then 1000, and all that is searched 14.
FLAT, SILENT = 1e-7, 1e-6
# A fit below this is told as such.
ODD = 1e-3
# A part of a flat direction that is worth naming.
PART = 0.2


@dataclass(frozen=True, repr=False)
class LearnResult(Tabular):
    """The most likely numbers.

    Attributes:
        values: {path: number}.
        standard_errors: {path: its standard error}; ∞ where the data cannot tell, and
            of ``bounded`` numbers.
        biome: The biome with these numbers.
        log_likelihood: ln of the probability density of the data.
        jumps: How many waits that ended in a jump the data have.
        flat: Directions that the data cannot tell, each as the paths that it moves.
        mirrored: Numbers, 0 before, that are as likely with the other sign, each alone
            or else all of them at once.
        bounded: Numbers that the search left at its end: 1000 times more or less than
            they were, where the likeliest may lie beyond, or all that they can be.
        fit: Probability of data at least as odd, if the biome is right; see
            :func:`spacewheat_sim.engine.shaping.fit.fit_of`.
    """

    values: dict[str, float]
    standard_errors: dict[str, float]
    biome: CompiledBiome = field(repr=False)
    log_likelihood: float
    jumps: int
    flat: tuple[tuple[str, ...], ...]
    mirrored: tuple[tuple[str, ...], ...]
    bounded: tuple[str, ...]
    fit: float

    def write(self) -> tuple[Path, ...]:
        """Write the numbers into their files; every other byte stays.

        Raises:
            ArgumentError: a number stands in no file.
        """
        return write_numbers(self.biome.biome, self.values)

    def table(self) -> tuple[str, Sequence[str], Sequence[Sequence[Cell]]]:
        """See :class:`Tabular`."""
        rows = [
            (path, value, self.standard_errors[path])
            for path, value in self.values.items()
        ]
        return "\n".join(self._said()), ("number", "value", "standard error"), rows

    def _said(self) -> list[str]:
        """Return what there is to say besides the numbers, in sentences."""
        likely = (
            f"Learned from {self.jumps:,} jumps. If the biome is right, data at least "
            f"as odd come with probability {self.fit:.2g}."
        )
        said = [likely]
        if self.fit < ODD:
            said.append(
                "That is so seldom that something else is wrong: a number that was not "
                "free, the biome, or a search that ended elsewhere."
            )
        for direction in self.flat:
            tell = _and(direction)
            if len(direction) > 1:
                tell += " apart"
            said.append(
                f"The data cannot tell {tell}: some change leaves them as likely."
            )
        said += [
            f"With the other sign of {_and(paths)} the data are as likely: the error "
            "is around either."
            for paths in self.mirrored
        ]
        for path in self.bounded:
            value = self.values[path]
            if value in (0.0, 1.0):
                said.append(f"{path} is at {value:g}, the end of what it can be.")
            else:
                said.append(
                    f"{path} is at the end of what was searched, a factor of "
                    f"{FACTOR:g}: the likeliest may lie beyond."
                )
        return said


def learn(
    biome: CompiledBiome, logs: Any, free: Sequence[str] | str = ()
) -> LearnResult:
    """Return the numbers of a biome that make histories the most likely.

    Maximum likelihood with exact gradients, the numbers on logarithmic scales; standard
    errors from the curvature of the likelihood (the observed Fisher information). In a
    biome with rhythms, amplitudes, depths and phases can be learned too. Of a register
    only what follows its start without another act can be learned from.

    Args:
        biome: The biome, whose present numbers the search begins at.
        logs: One or many: paths of session logs, of bundles or of their
            ``events.jsonl``; or lists of jumps ``(time, source, target)``.
        free: Paths of the numbers to learn, with ``*`` for any name.

    Raises:
        ArgumentError: nothing is free, or a number that cannot be learned; a log is
            none, or of another biome; the data are impossible under it.
        UnknownNameError: a path that is not there.
        RunError: the search does not end.
    """
    compiled = checked_instance(biome, CompiledBiome, "biome")
    numbers = FreeNumbers.of(compiled, free, FACTOR)
    check_learnable(numbers)
    task = Likelihood(numbers, read_histories(compiled, logs))
    start = np.zeros(len(numbers.paths))
    if not np.isfinite(task.at(start)[0]):
        raise ArgumentError(
            "The history is impossible with the present numbers: it has jumps whose "
            "rate or amplitude is 0"
        )
    u, value = _likeliest_near(task, start)
    for _ in range(MOST_HOPS):
        beyond = _beyond(task, u, value)
        if beyond is None:
            break
        u, value = _likeliest_near(task, beyond)
    return _result(task, u, -value * task.jumps)


def _likeliest_near(task: Likelihood, start: FloatArray) -> tuple[FloatArray, float]:
    """Return where −ln P per wait is least near ``start``, and what it is there.

    Raises:
        RunError: it is not finite.
    """
    found = optimize.minimize(
        task.at,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(task.numbers.low, task.numbers.high, strict=True)),
        options={"maxiter": STEPS, "ftol": 1e-13, "gtol": 1e-7},
    )
    if not np.isfinite(found.fun):
        raise RunError("The likelihood is not finite near these numbers")
    return np.asarray(found.x), float(found.fun)


def _beyond(task: Likelihood, u: FloatArray, value: float) -> FloatArray | None:
    """Return where the histories are likelier than at the maximum ``u``, or None.

    A coupling brings amplitude that passes 0 and comes again: where it is 0 as one of
    the jumps comes, nothing is possible, and no search that goes uphill crosses that.
    So it is looked for beyond, along each number.
    """
    best, found = value - HIGHER / task.jumps, None
    for place in range(u.size):
        for step in (*HOPS, *(-step for step in HOPS)):
            there = u.copy()
            there[place] = u[place] + step
            if not task.numbers.low[place] < there[place] < task.numbers.high[place]:
                continue
            own = task.value(there)
            if own < best:
                best, found = own, there
    return found


def _result(task: Likelihood, u: FloatArray, likelihood: float) -> LearnResult:
    numbers = task.numbers
    values = numbers.at(u)
    biome = numbers.applied(values)
    information = _information(task, u) * task.jumps
    at_end = np.minimum(u - numbers.low, numbers.high - u) <= END
    inside = np.flatnonzero(~at_end)
    own, flat = _errors(
        information[np.ix_(inside, inside)], [numbers.paths[i] for i in inside]
    )
    errors = np.full(u.size, np.inf)
    errors[inside] = own * np.abs(numbers.slopes(u)[inside])
    silent = {paths[0] for paths in flat if len(paths) == 1}
    told = (np.abs(u) > END) & [path not in silent for path in numbers.paths]
    return LearnResult(
        dict(zip(numbers.paths, values.tolist(), strict=True)),
        dict(zip(numbers.paths, errors.tolist(), strict=True)),
        biome,
        likelihood,
        task.jumps,
        flat,
        _mirrored(task, u, likelihood, told),
        tuple(path for path, end in zip(numbers.paths, at_end, strict=True) if end),
        fit_of(biome.operators, task),
    )


def _mirrored(
    task: Likelihood, u: FloatArray, likelihood: float, told: BoolArray
) -> tuple[tuple[str, ...], ...]:
    """Return which numbers that were 0 may have the other sign, each alone or all.

    A detuning of two coupled states, for one, is seen by its square alone.

    Args:
        task: What is likely.
        u: Where it is likeliest, (P,).
        likelihood: ln P there.
        told: Which numbers the data tell anything of, (P,).
    """
    numbers = task.numbers
    free = np.flatnonzero((numbers.values == 0.0) & (numbers.low < 0.0) & told)

    def is_as_likely(places: IndexArray) -> bool:
        other = u.copy()
        other[places] *= -1
        return abs(task.value(other) * task.jumps + likelihood) <= HIGHER

    alone = [(numbers.paths[i],) for i in free.tolist() if is_as_likely(np.array([i]))]
    if alone or free.size < 2 or not is_as_likely(free):
        return tuple(alone)
    return (tuple(numbers.paths[i] for i in free.tolist()),)


def _and(paths: Sequence[str]) -> str:
    """Return paths as words of a sentence."""
    return " and ".join(filter(None, (", ".join(paths[:-1]), paths[-1])))


def _information(task: Likelihood, u: FloatArray) -> FloatArray:
    """Return the observed information per wait in u, (P, P)."""
    low, high = task.numbers.low, task.numbers.high
    rows = []
    for place in range(u.size):
        before, after = u.copy(), u.copy()
        before[place] = max(u[place] - CURVE, low[place])
        after[place] = min(u[place] + CURVE, high[place])
        width = float(after[place] - before[place])
        rows.append((task.at(after)[1] - task.at(before)[1]) / width)
    found = np.array(rows)
    return np.asarray((found + found.T) / 2)


def _errors(
    information: FloatArray, paths: Sequence[str]
) -> tuple[FloatArray, tuple[tuple[str, ...], ...]]:
    """Return standard errors in u (P,), and the directions that are flat."""
    values, vectors = np.linalg.eigh(information)
    largest = max(float(values.max(initial=0.0)), 1e-300)
    flat = values <= max(FLAT * largest, SILENT)
    inverse = np.where(flat, 0.0, 1.0 / np.where(flat, 1.0, values))
    errors = np.sqrt((vectors**2) @ inverse)
    names = []
    for direction in vectors[:, flat].T:
        parts = np.flatnonzero(np.abs(direction) > PART)
        errors[parts] = np.inf
        names.append(tuple(paths[i] for i in parts.tolist()))
    return errors, tuple(names)
