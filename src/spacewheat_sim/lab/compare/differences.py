"""Where two runs differ by more than a tolerance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.compare.runs import ComparedRun
from spacewheat_sim.lab.comparison import excess
from spacewheat_sim.lab.experiment import Tolerance
from spacewheat_sim.plain_values import real


@dataclass(frozen=True)
class Difference:
    """One number that differs.

    Attributes:
        place: The row, and the name of the number in it.
        value: In this run.
        reference: In the first run.
        excess: |value − reference| as a multiple of the tolerance; infinite of what
            are not two numbers.
    """

    place: str
    value: Any
    reference: Any
    excess: float

    def __str__(self) -> str:
        by = ""
        if isinstance(self.value, int | float) and isinstance(
            self.reference, int | float
        ):
            by = f" (differs by {self.value - self.reference:.3g})"
        return (
            f"{self.place}: {_said(self.value)} instead of {_said(self.reference)}{by}"
        )


@dataclass(frozen=True)
class ColumnSummary:
    """What the numbers of one name differ by, over all rows that both runs have.

    Attributes:
        compared: How many there are.
        different: How many differ by more than the tolerance.
        mean: Mean of value − reference of those that are two numbers; None of none.
        largest: Largest |value − reference| of these; None of none.
    """

    compared: int
    different: int
    mean: float | None
    largest: float | None

    @classmethod
    def of(cls, pairs: Sequence[tuple[Any, Any]], different: int) -> ColumnSummary:
        """Return what (value, reference) of a column come to."""
        gaps = [a - b for a, b in pairs if _is_finite(a) and _is_finite(b)]
        if not gaps:
            return cls(len(pairs), different, None, None)
        mean = math.fsum(gap / len(gaps) for gap in gaps)
        return cls(len(pairs), different, mean, max(map(abs, gaps)))


def _is_finite(value: Any) -> bool:
    return math.isfinite(real(value))


def _said(value: Any) -> str:
    return "nothing" if value is None else str(value)


@dataclass(frozen=True)
class Comparison:
    """A run beside the first one.

    Attributes:
        run: The run.
        parameters: Those that differ: this run's and the first one's.
        compared: How many numbers both have.
        only_here: Rows that the first run does not have.
        only_there: Rows that only the first run has.
        differences: What differs by more than the tolerance, the largest first.
        columns: What the numbers of each name that is in several rows differ by, where
            some do.
    """

    run: ComparedRun
    parameters: dict[str, tuple[Any, Any]]
    compared: int
    only_here: list[str] = field(default_factory=list)
    only_there: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    columns: dict[str, ColumnSummary] = field(default_factory=dict)

    @property
    def is_equal(self) -> bool:
        """Whether all numbers of both are equal within the tolerance."""
        return not (self.differences or self.only_here or self.only_there)


def compare_runs(
    runs: Sequence[ComparedRun],
    relative: float | None = None,
    absolute: float | None = None,
) -> list[Comparison]:
    """Compare each run with the first one; |a − b| ≤ absolute + relative · |b|.

    Rows are aligned on their parameters: those of sweeps on the values of their point
    and their replicate, those of tables on their first column, such as the time.

    Args:
        runs: At least two, of one kind.
        relative: Instead of the first run's own tolerance.
        absolute: Likewise.

    Raises:
        ArgumentError: there are less than two, or of different kinds.
    """
    if len(runs) < 2:
        raise ArgumentError("A comparison needs at least two runs")
    first, *others = runs
    for run in others:
        if (run.kind, run.name) != (first.kind, first.name):
            raise ArgumentError(
                f"{run.folder} is a {run.kind} of {run.name}, but {first.folder} a "
                f"{first.kind} of {first.name}; only runs of the same can be compared"
            )
    own = first.tolerance
    tolerance = Tolerance(
        own.relative if relative is None else relative,
        own.absolute if absolute is None else absolute,
    )
    for name, size in vars(tolerance).items():
        if not (math.isfinite(size) and size >= 0.0):
            raise ArgumentError(f"The {name} tolerance must be 0 or more, not {size}")
    return [_beside(run, first, tolerance) for run in others]


def _beside(run: ComparedRun, first: ComparedRun, tolerance: Tolerance) -> Comparison:
    names = dict.fromkeys((*first.parameters, *run.parameters))
    parameters = {
        name: (run.parameters.get(name), first.parameters.get(name))
        for name in names
        if run.parameters.get(name) != first.parameters.get(name)
    }
    found: list[Difference] = []
    pairs: dict[str, list[tuple[Any, Any]]] = {}
    different: Counter[str] = Counter()
    for key, row in run.rows.items():
        reference = first.rows.get(key)
        if reference is None:
            continue
        for name in dict.fromkeys((*reference, *row)):
            a, b = row.get(name), reference.get(name)
            pairs.setdefault(name, []).append((a, b))
            if (over := excess(a, b, tolerance)) > 1.0:
                found.append(Difference(f"{key}, {name}", a, b, over))
                different[name] += 1
    found.sort(key=lambda each: -each.excess)
    here = [key for key in run.rows if key not in first.rows]
    there = [key for key in first.rows if key not in run.rows]
    columns = {
        name: ColumnSummary.of(own, different[name])
        for name, own in pairs.items()
        if different[name] and len(own) > 1
    }
    compared = sum(map(len, pairs.values()))
    return Comparison(run, parameters, compared, here, there, found, columns)
