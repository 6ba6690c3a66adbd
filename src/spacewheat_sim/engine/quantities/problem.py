"""A biome's operators and start, as what quantities are evaluated on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pydantic import ValidationError

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.content.claims.rules import asked_violations
from spacewheat_sim.content.schema_errors import first_problem
from spacewheat_sim.engine.bath.axes import axis_poles, two_register_axes
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.physical_memory import in_words, physical_memory
from spacewheat_sim.quantum.analysis.history import History
from spacewheat_sim.quantum.analysis.limit_cycle import (
    LimitCycle,
    common_period,
    limit_cycle,
)
from spacewheat_sim.quantum.analysis.propagation.feed import FeedEntries
from spacewheat_sim.quantum.analysis.propagation.propagation import Propagation
from spacewheat_sim.quantum.analysis.propagation.step import Step, parts
from spacewheat_sim.quantum.stepping import MOST_TERMS

# Of the machine's memory, what a run may take.
SHARE = 0.25


@dataclass(frozen=True)
class Problem:
    """What is asked about.

    Attributes:
        operators: H, jumps and drivers.
        start: ρ(0), (N, N).
    """

    operators: BathOperators
    start: ComplexArray

    @classmethod
    def of(cls, biome: CompiledBiome) -> Problem:
        """Return a biome in its initial state, on the mean of all runs.

        Raises:
            ArgumentError: it has so many states that the run would not fit in memory.
        """
        _check_size(biome.operators)
        return cls(
            biome.operators, biome.bath(seed=0, method="trajectory").density_matrix()
        )

    @cached_property
    def cycle(self) -> LimitCycle:
        """The limit cycle of a driven biome, and how fast it is approached.

        Raises:
            ArgumentError: it has no unique one.
            RunError: it is not found.
        """
        operators = self.operators
        period = common_period(operators.whole_drive.drivers)
        return limit_cycle(operators.generator, operators.drive, period, 2, 2)

    def run(self, until: float, silent: Collection[int] = ()) -> Iterator[Step]:
        """Yield the steps of ρ from 0 to ``until`` s, without what ``silent`` feed."""
        return self._way(silent).run(parts(self.start), 0.0, until)

    def history(self, silent: Collection[int] = ()) -> History:
        """Return a run whose steps are kept, without what ``silent`` feed."""
        return History(self._way(silent), parts(self.start))

    def _way(self, silent: Collection[int]) -> Propagation:
        generator, drive = self.operators.generator, self.operators.drive
        feed = FeedEntries.of(generator.jumps, drive).without(silent)
        return Propagation(generator, drive, feed)

    def states(self, times: list[float]) -> dict[float, ComplexArray]:
        """Return ρ at each of ``times``, (N, N)."""
        left, found = sorted(set(times)), {}
        while left and left[0] <= 0.0:
            found[left.pop(0)] = self.start
        if not left:
            return found
        last = left[-1]
        for step in self.run(last):
            end = step.begin + step.h
            is_last = end >= last * (1 - 1e-15)
            while left and (left[0] <= end or is_last):
                time = left.pop(0)
                x = step.shares(np.array([time]))
                found[time] = step.values(x)[0]
        return found


def check_level_biome(operators: BathOperators) -> None:
    """Refuse a register.

    Raises:
        ArgumentError: its basis states are not its emojis.
    """
    if operators.qubits:
        raise ArgumentError(
            "This question is answered from where jumps land, and those of a register "
            "do not land on one state. What can be asked of it are sensitivities "
            "(`spacewheat ask`, `analysis` in Python), claims, an ensemble (`simulate "
            "--trajectories`, `ensemble`) and a run of its mean (`simulate --method "
            "master`)"
        )


def _check_size(operators: BathOperators) -> None:
    size = operators.dimension
    needed = 16.0 * (MOST_TERMS + 1) * size**2
    if needed > SHARE * physical_memory():
        what = f"{operators.qubits} axes" if operators.qubits else f"{size} emojis"
        raise ArgumentError(
            f"A quantity of a biome of {what} would take {in_words(needed)} of memory: "
            "run an ensemble (`simulate --trajectories`, `ensemble`)"
        )


def check_names(problem: Problem, asked: Asked) -> None:
    """Refuse a quantity that names what is not in the biome.

    Raises:
        UnknownNameError: an emoji or a jump that is not there.
        ArgumentError: two emojis that are no axis, or one axis where two are wanted.
    """
    operators = problem.operators
    for name in asked.names:
        operators.index(name)
    if asked.kind in ("jumps", "first"):
        operators.channels(*asked.names)
    elif asked.kind == "information":
        information_axes(operators, asked)
    elif asked.kind in ("coherence", "radius"):
        axis_poles(operators, *asked.names)


def information_axes(
    operators: BathOperators, asked: Asked
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the poles of the two axes that ``information`` is of.

    Raises:
        UnknownNameError: an emoji that is not there.
        ArgumentError: a level biome, something that is no axis, or one axis twice.
    """
    north, south, other_north, other_south = asked.names
    axes = (north, south), (other_north, other_south)
    return two_register_axes(operators, *axes, "The quantity `information`")


def read_asked(quantity: object) -> Asked:
    """Return a quantity that was given as a mapping, checked.

    Raises:
        ArgumentError: it is none; the message says what was wanted.
    """
    if isinstance(quantity, Asked):
        return quantity
    if not isinstance(quantity, Mapping):
        raise ArgumentError(
            'A quantity must be a mapping like {"population": "🐺", "at": 6}, but is '
            f"{quantity!r:.60}"
        )
    try:
        asked = Asked.model_validate(dict(quantity))
    except ValidationError as error:
        place, said = first_problem(Asked, error)
        raise ArgumentError(f"The quantity's {place}: {said}") from None
    for violation in asked_violations(asked):
        raise ArgumentError(
            f"The quantity {dict(quantity)}: {violation.message}; wanted "
            f"{violation.wanted}"
        )
    return asked
