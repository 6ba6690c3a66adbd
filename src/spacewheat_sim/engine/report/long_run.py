"""Populations and rates in the long run: settled, over a day, or from the start on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.engine.quantities.evaluate import (
    cycle_of,
    is_driven,
    steady_populations,
)
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.analysis.propagation.step import Step
from spacewheat_sim.quantum.register.layout import pole_populations

# Seconds from the start that are told of, where a biome does not settle.
FROM_START = 120.0
# Nodes of a step's integrals, and looks at a step.
_X, _W = np.polynomial.legendre.leggauss(8)
LOOKS = 9


@dataclass(frozen=True)
class LongRun:
    """What lasts.

    Attributes:
        kind: ``settled`` where nothing changes any more, ``day`` of a biome with
            rhythms, ``start`` where what lasts depends on the start or never comes.
        span: Seconds that means are over; 0 of a settled biome.
        why: Why it does not settle; empty if it does.
        mean: Mean population of each emoji, (E,).
        low: Smallest, (E,).
        high: Largest, (E,).
        peaks: When it is largest, in s from the beginning of the span, (E,).
        rates: Mean rate of each jump in 1/s, (K,).
    """

    kind: Literal["settled", "day", "start"]
    span: float
    why: str
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    peaks: FloatArray
    rates: FloatArray


def long_run(problem: Problem) -> LongRun:
    """Return what lasts of a biome.

    Raises:
        RunError: so many steps are needed that it would not end.
    """
    try:
        if is_driven(problem):
            start, period = cycle_of(problem)
            return _followed(Problem(problem.operators, start), period, "day")
        return _settled(problem)
    except (ArgumentError, RunError) as error:
        return _followed(problem, FROM_START, "start", str(error))


def _settled(problem: Problem) -> LongRun:
    operators = problem.operators
    states = steady_populations(problem)
    mean = pole_populations(states, operators.qubits)
    rates = _rates(problem, np.zeros(1), states[None, :])[0]
    return LongRun("settled", 0.0, "", mean, mean, mean, np.zeros(mean.size), rates)


def _followed(
    problem: Problem, span: float, kind: Literal["day", "start"], why: str = ""
) -> LongRun:
    """Return means, extremes and rates over a span of a run."""
    qubits = problem.operators.qubits
    populations = np.zeros(len(problem.operators))
    rates = np.zeros(len(problem.operators.jumps))
    times, rows = [], []
    for step in problem.run(span):
        for time, weight, states in _nodes(step):
            at = np.array([time])
            populations += weight * pole_populations(states, qubits)
            rates += weight * _rates(problem, at, states[None, :])[0]
        looks = np.linspace(step.begin, step.begin + step.h, LOOKS)
        times.append(looks)
        rows.append(pole_populations(step.diagonals(looks), qubits))
    every, seen = np.concatenate(times), np.concatenate(rows)
    return LongRun(
        kind,
        span,
        why,
        populations / span,
        seen.min(axis=0),
        seen.max(axis=0),
        every[seen.argmax(axis=0)],
        rates / span,
    )


def _nodes(step: Step) -> Iterator[tuple[float, float, FloatArray]]:
    """Yield times in a step, their weights in an integral, and the populations."""
    half = step.h / 2
    times = step.begin + half * (_X + 1)
    rows = step.diagonals(times)
    yield from zip(times.tolist(), (half * _W).tolist(), rows, strict=True)


def _rates(problem: Problem, times: FloatArray, states: FloatArray) -> FloatArray:
    """Return rate(t) · P(sources) of each jump at ``times`` (T,), (T, K)."""
    jumps = problem.operators.jumps
    found = np.empty((times.size, len(jumps)))
    for k, term in enumerate(jumps):
        sources, _ = problem.operators.generator.jumps.entries(k)
        rate = [term.rate_at(time) for time in times.tolist()]
        found[:, k] = np.array(rate) * states[:, sources].sum(axis=1)
    return found
