"""The values of quantities, all from as few runs as they need."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.content.claims.asked import ASKED, Asked
from spacewheat_sim.engine.quantities.course import Course, Weight
from spacewheat_sim.engine.quantities.levels import level_of
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.quantum.analysis.history import History
from spacewheat_sim.quantum.steady.state import steady_state

# Nodes of a step's integrals.
_X, _W = np.polynomial.legendre.leggauss(12)


def evaluate(problem: Problem, asked: Sequence[Asked]) -> list[float]:
    """Return the value of each quantity.

    Raises:
        UnknownNameError: an emoji or a jump that is not there.
        ArgumentError: a steady state that is not unique, and the like.
        RunError: a time too long to be followed.
    """
    courses = follow(problem, [own for own in asked if own.kind in FOLLOWED])
    found = []
    for own in asked:
        if own.kind in FOLLOWED:
            found.append(statistic_of(courses.pop(0), own)[0])
        elif own.kind == "jumps" and own.when == "over":
            begin, end = own.span
            found.append(_integral(problem, own, begin, end) / (end - begin))
        elif own.kind == "first":
            channels = problem.operators.channels(*own.names)
            found.append(_integral(problem, own, 0.0, own.span[1], channels))
        else:
            found.append(settled(problem, own))
    return found


FOLLOWED = tuple(kind for kind in ASKED if kind not in ("steady", "jumps", "first"))


def follow(
    problem: Problem, asked: Sequence[Asked], history: History | None = None
) -> list[Course]:
    """Return the courses of quantities of a state, from one run.

    Args:
        problem: What was asked about.
        asked: The quantities.
        history: Where to keep the run.
    """
    courses = [Course(level_of(own, problem.operators), *own.span) for own in asked]
    last = max((course.end for course in courses), default=0.0)
    for course in courses:
        if course.end == 0.0:
            course.start(problem.start)
    steps = problem.run(last) if history is None else history.run(last)
    for step in steps:
        for course in courses:
            course.see(step)
    return courses


def statistic_of(course: Course, asked: Asked) -> tuple[float, list[Weight]]:
    """Return a statistic of a course, and what it depends on."""
    value, weights = getattr(course, asked.statistic)
    return float(value), weights


def is_driven(problem: Problem) -> bool:
    """Return whether energies or rates depend on time."""
    return not problem.operators.drive.is_static


def settled(problem: Problem, asked: Asked) -> float:
    """Return a steady population or rate, of a driven biome its mean over a day."""
    if not is_driven(problem):
        (weights,) = weights_at(problem, asked, np.zeros(1))
        return float(steady_populations(problem) @ weights)
    start, period = cycle_of(problem)
    moved = Problem(problem.operators, start)
    return _integral(moved, asked, 0.0, period) / period


def weights_at(problem: Problem, asked: Asked, times: FloatArray) -> FloatArray:
    """Return w with the asked number w · diag ρ at each of ``times`` (T,), (T, D)."""
    operators = problem.operators
    weights = np.zeros((times.size, operators.dimension))
    if asked.kind == "steady":
        weights[:, operators.states(operators.index(asked.names[0]))] = 1.0
        return weights
    for k in operators.channels(*asked.names):
        term = operators.jumps[k]
        sources, _ = operators.generator.jumps.entries(k)
        rates = term.rates_over(times)
        weights[:, sources] += rates[:, None]
    return weights


def steady_density(problem: Problem) -> ComplexArray:
    """Return the steady ρ of a static biome, (D, D)."""
    operators = problem.operators
    return steady_state(operators.generator, operators.hamiltonian.toarray())


def steady_populations(problem: Problem) -> FloatArray:
    """Return the steady populations of a static biome's basis states, (D,)."""
    return np.asarray(steady_density(problem).diagonal().real)


def cycle_of(problem: Problem) -> tuple[ComplexArray, float]:
    """Return ρ(0) of the limit cycle, and its period in s."""
    return problem.cycle.start, float(problem.cycle.time[-1])


def _integral(
    problem: Problem,
    asked: Asked,
    begin: float,
    end: float,
    silent: Collection[int] = (),
) -> float:
    """Return ∫ w(t) · diag ρ(t) dt."""
    total = 0.0
    for step in problem.run(end, silent):
        first, last = max(step.begin, begin), min(step.begin + step.h, end)
        if last > first:
            half = (last - first) / 2
            times = first + half * (_X + 1)
            rows = step.diagonals(times) * weights_at(problem, asked, times)
            total += half * float(_W @ rows.sum(axis=1))
    return total
