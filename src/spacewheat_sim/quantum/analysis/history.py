"""A forward run, kept for a run back over the same steps."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.analysis.kernels import overlaps as kernels
from spacewheat_sim.quantum.analysis.propagation.feed import FeedEntries
from spacewheat_sim.quantum.analysis.propagation.propagation import Propagation
from spacewheat_sim.quantum.analysis.propagation.step import NODES, PASSED, Step
from spacewheat_sim.quantum.stepping import MOST_TERMS

# Bytes that the nodes of a run may take until the run back needs them, and those of
# some steps in a row.
KEPT, BLOCK = 2**27, 2**21
# A mark this share of a step beside its ends is at them.
MARGIN = 1e-13


class Stretch(NamedTuple):
    """Some steps in a row.

    Attributes:
        steps: They, of whose terms c_0 alone may be left.
        nodes: Re X + Im X at the nodes of each, (S, T, N, N).
    """

    steps: Sequence[Step]
    nodes: FloatArray


class History:
    """The steps of X from time 0 on, as far as it was run.

    Those that fit in ``KEPT`` bytes keep X at their nodes, the others at their start.
    """

    def __init__(self, ahead: Propagation, start: FloatArray) -> None:
        """Take what moves X, and X at time 0, (2, N, N)."""
        self._ahead, self._state = ahead, start
        self._steps: list[Step] = []
        each = 8 * NODES * start[0].size
        self._block = max(1, BLOCK // each)
        self._most = KEPT // each
        self._nodes: list[FloatArray] = []
        self._packed = np.empty((MOST_TERMS + 1, start[0].size))
        self._end = 0.0

    @property
    def feed(self) -> FeedEntries:
        """What jumps feed in the run."""
        return self._ahead.feed

    def adjoint(self) -> Propagation:
        """Return what moves the adjoint of X, which goes back over the same steps."""
        return self._ahead.adjoint()

    def run(self, until: float) -> Iterator[Step]:
        """Yield the steps from where the last run ended.

        Raises:
            RunError: so many steps are needed that it would not end.
        """
        if until <= self._end:
            return
        for step in self._ahead.run(self._state, self._end, until):
            self._keep(step)
            yield step
        self._state, self._end = self._ahead.state(), until

    def back(self, marks: Sequence[float]) -> Iterator[Stretch]:
        """Yield the steps from the last on, in stretches that no mark is inside of.

        Args:
            marks: Times in s, sorted.
        """
        last = len(self._steps)
        while last:
            first = last - 1
            step = self._steps[first]
            begin, end = step.begin, step.begin + step.h
            margin = MARGIN * step.h
            near = slice(
                bisect_right(marks, begin + margin), bisect_left(marks, end - margin)
            )
            inside = marks[near]
            if inside or first >= self._most:
                yield from self._cut(step, [begin, *inside, end])
            else:
                while first % self._block and not self._has_mark(first, marks):
                    first -= 1
                place, row = divmod(first, self._block)
                nodes = self._nodes[place][row : row + last - first]
                yield Stretch(self._steps[first:last], nodes)
            last = first

    def _keep(self, step: Step) -> None:
        number = len(self._steps)
        self._steps.append(step._replace(terms=step.terms[:1].copy()))
        if number < self._most:
            place, row = divmod(number, self._block)
            if not row:
                n = step.terms.shape[2]
                self._nodes.append(np.empty((self._block, NODES, n, n)))
            self._write_nodes(step, self._nodes[place][row])

    def _cut(self, step: Step, times: Sequence[float]) -> list[Stretch]:
        """Return the parts of a step between ``times``, the last one first."""
        whole = self._ahead.repeat(step)
        found = []
        for first, last in reversed(list(pairwise(times))):
            part = whole.within(first, last)
            nodes = np.empty((1, NODES, *part.terms.shape[2:]))
            self._write_nodes(part, nodes[0])
            found.append(Stretch([part], nodes))
        return found

    def _write_nodes(self, step: Step, out: FloatArray) -> None:
        """Write Re X + Im X at the nodes of a step to ``out``, (T, N, N).

        The one is symmetric and the other is not: its transpose is Re X − Im X.
        """
        terms = step.terms.reshape(len(step.terms), 2, -1)
        kernels.at_nodes(terms, PASSED, self._packed, out.reshape(NODES, -1))

    def _has_mark(self, number: int, marks: Sequence[float]) -> bool:
        """Return whether a mark is inside the step before ``number``, or at its end."""
        before = self._steps[number - 1]
        margin = MARGIN * before.h
        place = bisect_right(marks, before.begin + margin)
        return place < len(marks) and marks[place] <= before.begin + before.h + margin
