"""Learn: the numbers of a biome that make a history of jumps the most likely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from scipy import optimize, stats

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.content.numbers.writing import write_numbers
from spacewheat_sim.engine.analysis.static import static_bath_of
from spacewheat_sim.engine.analysis.table import Cell, Tabular
from spacewheat_sim.engine.bath.arguments import checked_instance
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.moves import Moves
from spacewheat_sim.engine.quantities.numbers import Derivatives, all_terms
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.engine.shaping.free_numbers import FreeNumbers
from spacewheat_sim.engine.shaping.histories import read_histories
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.analysis.likelihood import (
    Waits,
    likelihood_gradient,
    log_likelihood,
)
from spacewheat_sim.quantum.analysis.sensitivity import Gradient

# By what factor a number may differ from the present one.
FACTOR = 1000.0
# Steps of the search, and of the differences that give the information, in u.
STEPS, CURVE = 200, 1e-4
# How near to the end of what is searched, in u, a number is at it.
END = 1e-6
# Share of the largest information per number below which a direction is flat.
FLAT = 1e-7
# A part of a flat direction that is worth naming.
PART = 0.2
# Expected number of jumps from which on a class of its own is counted in χ².
OFTEN = 5.0


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
        bounded: Numbers that the search left at its end, 1000 times more or less than
            they were: the likeliest may lie beyond.
        fit: Probability of data at least as odd, if the biome is right: waits rescaled
            by their survival must be uniform (Kolmogorov and Smirnov), and jumps as
            frequent after each landing as they must (χ²); twice the smaller of both.
    """

    values: dict[str, float]
    standard_errors: dict[str, float]
    biome: CompiledBiome = field(repr=False)
    log_likelihood: float
    jumps: int
    flat: tuple[tuple[str, ...], ...]
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
        title = f"From {self.jumps} jumps; fit {self.fit:.3g}"
        for direction in self.flat:
            title += f"; the data cannot tell {' and '.join(direction)}"
        for path in self.bounded:
            title += f"; {path} is at the end of what was searched, and may lie beyond"
        return title, ("number", "value", "standard error"), rows


def learn(
    biome: CompiledBiome, logs: Any, free: Sequence[str] | str = ()
) -> LearnResult:
    """Return the numbers of a static biome that make histories the most likely.

    Maximum likelihood with exact gradients, the numbers on logarithmic scales; standard
    errors from the curvature of the likelihood (the observed Fisher information).

    Args:
        biome: The biome, whose present numbers the search begins at.
        logs: One or many: paths of session logs, of bundles or of their
            ``events.jsonl``; or lists of jumps ``(time, source, target)``.
        free: Paths of the numbers to learn, with ``*`` for any name.

    Raises:
        ArgumentError: nothing is free; a log is none, or of another biome; the biome is
            driven or a register; the data are impossible under it.
        UnknownNameError: a path that is not there.
        RunError: the search does not end.
    """
    compiled = checked_instance(biome, CompiledBiome, "biome")
    numbers = FreeNumbers.of(compiled, free, FACTOR)
    static_bath_of(compiled.operators, "likelihood")
    waits = read_histories(compiled, logs)
    task = _Likelihood(numbers, waits)
    start = np.zeros(len(numbers.paths))
    if not np.isfinite(task.at(start)[0]):
        raise ArgumentError(
            "The history is impossible with the present numbers: it has jumps whose "
            "rate or amplitude is 0"
        )
    found = optimize.minimize(
        task.at,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(numbers.low, numbers.high, strict=True)),
        options={"maxiter": STEPS, "ftol": 1e-13, "gtol": 1e-7},
    )
    if not np.isfinite(found.fun):
        raise RunError("The likelihood is not finite near these numbers")
    return _result(task, np.asarray(found.x), -float(found.fun) * waits.times.size)


class _Likelihood:
    """−ln P per wait as a function of u, with its gradient."""

    def __init__(self, numbers: FreeNumbers, waits: Waits) -> None:
        self.numbers, self.waits = numbers, waits
        moves = Moves(numbers.biome, Problem.of(numbers.biome))
        self._moves = {path: moves.of(path) for path in numbers.paths}

    def at(self, u: FloatArray) -> tuple[float, FloatArray]:
        """Return −ln P and its gradient by ``u``, per wait."""
        biome = self.numbers.applied(self.numbers.at(u))
        bath = static_bath_of(biome.operators, "likelihood")
        count = max(self.waits.times.size, 1)
        value = log_likelihood(bath, self.waits)
        if not np.isfinite(value):
            return np.inf, np.zeros(u.size)
        found = likelihood_gradient(bath, self.waits)
        terms = all_terms(biome.operators, self._moves.values())
        rates = np.zeros((1, len(terms)))
        rates[0, : found.rates.size] = found.rates
        n = bath.size
        gradient = Gradient(
            found.hamiltonian,
            np.zeros((n, n), dtype=np.complex128),
            np.zeros(1),
            np.zeros((1, n)),
            rates,
        )
        slopes = Derivatives(gradient, biome.operators, terms).by(self._moves)
        row = np.array([slopes[path] for path in self.numbers.paths])
        return -value / count, -row * self.numbers.slopes(u) / count


def _result(task: _Likelihood, u: FloatArray, likelihood: float) -> LearnResult:
    numbers, waits = task.numbers, task.waits
    values = numbers.at(u)
    biome = numbers.applied(values)
    information = _information(task, u) * waits.times.size
    errors, flat = _errors(information, numbers.paths)
    at_end = np.minimum(u - numbers.low, numbers.high - u) <= END
    errors = np.where(at_end, np.inf, errors * np.abs(numbers.slopes(u)))
    return LearnResult(
        dict(zip(numbers.paths, values.tolist(), strict=True)),
        dict(zip(numbers.paths, errors.tolist(), strict=True)),
        biome,
        likelihood,
        int(waits.times.size),
        flat,
        tuple(path for path, end in zip(numbers.paths, at_end, strict=True) if end),
        _fit(biome, waits),
    )


def _information(task: _Likelihood, u: FloatArray) -> FloatArray:
    """Return the observed information per wait in u, (P, P)."""
    rows = []
    for place in range(u.size):
        step = np.zeros(u.size)
        step[place] = CURVE
        rows.append((task.at(u + step)[1] - task.at(u - step)[1]) / (2 * CURVE))
    found = np.array(rows)
    return np.asarray((found + found.T) / 2)


def _errors(
    information: FloatArray, paths: tuple[str, ...]
) -> tuple[FloatArray, tuple[tuple[str, ...], ...]]:
    """Return standard errors in u (P,), and the directions that are flat."""
    values, vectors = np.linalg.eigh(information)
    largest = max(float(values.max(initial=0.0)), 1e-300)
    flat = values <= FLAT * largest
    inverse = np.where(flat, 0.0, 1.0 / np.where(flat, 1.0, values))
    errors = np.sqrt((vectors**2) @ inverse)
    names = []
    for direction in vectors[:, flat].T:
        parts = np.flatnonzero(np.abs(direction) > PART)
        errors[parts] = np.inf
        names.append(tuple(paths[i] for i in parts))
    return errors, tuple(names)


def _fit(biome: CompiledBiome, waits: Waits) -> float:
    """Return the probability of waits and jumps at least as odd under the biome."""
    bath = static_bath_of(biome.operators, "likelihood")
    shares = np.empty(waits.times.size)
    chances = bath.feed[:, :, None] * np.real(bath.no_jump.times(0.0))[None]
    excess, degrees = 0.0, 0
    for landing in np.unique(waits.landings).tolist():
        start = np.zeros((bath.size, bath.size), dtype=np.complex128)
        start[landing, landing] = 1.0
        survival = bath.no_jump.survival(start)
        chosen = np.flatnonzero(waits.landings == landing)
        alive = np.array([survival(t) for t in waits.times[chosen].tolist()])
        shares[chosen] = alive / float(bath.no_jump.bright[landing])
        counts = np.zeros(bath.feed.shape)
        np.add.at(counts, (waits.targets[chosen], waits.sources[chosen]), 1.0)
        own, freedom = _excess(counts.ravel(), chances[:, :, landing].ravel())
        excess, degrees = excess + own, degrees + freedom
    uniform = float(stats.kstest(np.clip(shares, 0.0, 1.0), "uniform").pvalue)
    frequent = float(stats.chi2.sf(excess, degrees)) if degrees else 1.0
    return min(1.0, 2 * min(uniform, frequent))


def _excess(counts: FloatArray, chances: FloatArray) -> tuple[float, int]:
    """Return χ² and its degrees of freedom; what is expected seldom is one class."""
    expected = counts.sum() * chances / chances.sum()
    often = expected >= OFTEN
    found = np.append(counts[often], counts[~often].sum())
    wanted = np.append(expected[often], expected[~often].sum())
    kept = wanted >= OFTEN
    if kept.sum() < 2:
        return 0.0, 0
    excess = (found[kept] - wanted[kept]) ** 2 / wanted[kept]
    return float(excess.sum()), int(kept.sum()) - 1
