"""An ensemble whose trajectories run one after the other."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.engine.bath.ensemble.start import EnsemblePlan, SingleRun
from spacewheat_sim.quantum.ensembles.group_sums import GroupSums, Shown
from spacewheat_sim.quantum.ensembles.groups import Group
from spacewheat_sim.quantum.ensembles.sums import Notes, TrajectorySums


class SingleTrajectories:
    """Trajectories that run one after the other."""

    def __init__(self, plan: EnsemblePlan, numbers: range) -> None:
        """Prepare the trajectories ``numbers`` of ``plan``."""
        start = plan.start
        self._start, self._outputs, self._numbers = start, plan.outputs, numbers
        self._lands = start.operators.lands(plan.target)
        self._sizes = start.operators.generator.jumps.size, len(start.measurements)
        self._sums = GroupSums(numbers, *self._sizes)

    def run(self, tell: Callable[[float], object]) -> None:
        """Run all of them; ``tell`` hears the share that is done, from 0 to 1."""
        series, first = self._start.series(), self._numbers.start
        for number in self._numbers:
            lone = self._start.run(number, series, self._outputs)
            self._sums.add(self._shown(number, lone))
            tell((number - first + 1) / len(self._numbers))

    def sums(self) -> TrajectorySums | None:
        """Return the sums over those that have come to their end; None if none has."""
        return self._sums.total()

    def shown(self) -> Shown:
        """Return what all of them have shown; they must have run."""
        return self._sums.shown()

    def _shown(self, number: int, lone: SingleRun) -> Shown:
        """Return what trajectory ``number`` has shown."""
        notes = Notes.empty(range(number, number + 1), *self._sizes)
        notes.outcomes[:, 0] = lone.outcomes
        for jump in reversed(lone.jumps):
            notes.jump_counts[jump.channel] += 1
            notes.first_jumps[0] = jump.time - self._start.time
            if self._lands[jump.channel]:
                notes.first_landings[0] = jump.time - self._start.time
        seen = lone.populations
        return Shown(notes, (Group(number, 1, seen, 0.0 * seen),))
