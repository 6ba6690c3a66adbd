"""The values of quantities, all from as few runs as they need."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.engine.quantities.course import Course, Weight
from spacewheat_sim.engine.quantities.levels import level_of
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.quantum.analysis.limit_cycle import common_period, limit_cycle
from spacewheat_sim.quantum.analysis.propagation import Step
from spacewheat_sim.quantum.analysis.static_bath import StaticBath
from spacewheat_sim.quantum.steady.state import steady_state

# Points of a limit cycle whose mean is its mean, to rounding: the trapezoidal rule of a
# smooth periodic function.
CYCLE_ROWS = 257


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
            found.append(_jump_rate(problem, own))
        elif own.kind == "first":
            found.append(_first(problem, own))
        else:
            found.append(
                float(settled_populations(problem) @ settled_weight(problem, own))
            )
    return found


FOLLOWED = ("population", "coherence", "radius", "purity", "entropy", "energy")


def follow(problem: Problem, asked: Sequence[Asked]) -> list[Course]:
    """Return the courses of quantities of a state, from one run."""
    courses = [Course(level_of(own, problem.operators), *own.span) for own in asked]
    last = max((course.end for course in courses), default=0.0)
    for course in courses:
        if course.end == 0.0:
            course.start(problem.start)
    for step in problem.run(last):
        for course in courses:
            if step.begin <= course.end and step.begin + step.h >= course.begin:
                course.see(step)
    return courses


def statistic_of(course: Course, asked: Asked) -> tuple[float, list[Weight]]:
    """Return a statistic of a course, and what it depends on."""
    value, weights = getattr(course, asked.statistic)
    return float(value), weights


def is_driven(problem: Problem) -> bool:
    """Return whether energies depend on time."""
    return not problem.operators.drive.is_static


def settled_weight(problem: Problem, asked: Asked) -> FloatArray:
    """Return the diagonal of O of a settled quantity tr Oρ, (N,)."""
    operators = problem.operators
    weight = np.zeros(len(operators))
    if asked.kind == "steady":
        weight[operators.index(asked.names[0])] = 1.0
        return weight
    for k in problem.channels_of(asked):
        weight[operators.jumps[k].source] += operators.jumps[k].rate
    return weight


def settled_populations(problem: Problem) -> FloatArray:
    """Return the steady populations, of a driven biome their mean over a day, (N,)."""
    operators = problem.operators
    if not is_driven(problem):
        hamiltonian = operators.hamiltonian.toarray()
        return np.asarray(
            steady_state(operators.generator, hamiltonian).diagonal().real
        )
    return cycle_of(problem)[2]


def cycle_of(problem: Problem) -> tuple[ComplexArray, float, FloatArray]:
    """Return ρ(0), the period in s and the mean populations of the limit cycle."""
    operators = problem.operators
    period = common_period(operators.whole_drive.drivers)
    found = limit_cycle(operators.generator, operators.drive, period, 2, 2)
    mean = np.zeros(len(operators))
    for step in Problem(operators, found.start).run(period):
        mean += step.integral().diagonal().real
    return found.start, period, mean / period


def static_bath(problem: Problem) -> StaticBath:
    """Return a static problem's bath."""
    operators = problem.operators
    return StaticBath(operators.generator, operators.hamiltonian.toarray())


def _jump_rate(problem: Problem, asked: Asked) -> float:
    weight = settled_weight(problem, asked)
    begin, end = asked.span
    spent = sum(_between(step, begin, end) for step in problem.run(end))
    return float(weight @ spent) / (end - begin)


def _between(step: Step, begin: float, end: float) -> FloatArray:
    """Return the integrals of the populations over a step's part of an interval."""
    first = min(max(step.begin, begin), step.begin + step.h)
    low, high = step.integrated(np.array([first, min(step.begin + step.h, end)]))
    return np.asarray(high - low)


def _first(problem: Problem, asked: Asked) -> float:
    channels = problem.channels_of(asked)
    weight = settled_weight(problem, asked)
    _, end = asked.span
    spent = sum(_between(step, 0.0, end) for step in problem.run(end, channels))
    return float(weight @ spent)
