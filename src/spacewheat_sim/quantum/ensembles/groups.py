"""Moments of trajectories, taken two and two, so that no bit depends on who ran them.

A whole group has 2^k trajectories, the first of which is a multiple of 2^k. Where both
halves of a larger one are there, it takes their place. Whatever trajectories there are
therefore come to the same groups with the same moments, in whatever parts and order
they were run: both depend on their numbers alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.ensembles.moments import Moments, merged


class Group(NamedTuple):
    """What the trajectories ``first`` … ``first + size − 1`` have shown.

    Attributes:
        first: A multiple of ``size``.
        size: A power of two.
        mean: Mean populations, (T, C).
        deviations: Σ (x − x̄)² of them, (T, C).
    """

    first: int
    size: int
    mean: FloatArray
    deviations: FloatArray

    @property
    def numbers(self) -> range:
        """Which trajectories they are."""
        return range(self.first, self.first + self.size)


def whole_groups(numbers: range) -> Iterator[tuple[int, int]]:
    """Yield first and size of the largest whole groups of ``numbers``, in order."""
    first = numbers.start
    while first < numbers.stop:
        size = 1 << (numbers.stop - first).bit_length() - 1
        if first:
            size = min(size, first & -first)
        yield first, size
        first += size


def joined(groups: Iterable[Group]) -> list[Group]:
    """Return ``groups`` in order, halves of a larger one as that one."""
    found: list[Group] = []
    for group in sorted(groups, key=attrgetter("first")):
        found.append(group)
        while len(found) > 1 and _are_halves(*found[-2:]):
            right = found.pop()
            found.append(_union(found.pop(), right))
    return found


def moments(groups: Iterable[Group]) -> Moments:
    """Return the moments of all of ``groups``, merged in order."""
    return merged(Moments.of(group.size, *group[2:]) for group in groups)


def joined_ranges(ranges: Iterable[range]) -> tuple[range, ...]:
    """Return ``ranges``, of which none overlap, in order, neighbors as one."""
    found: list[range] = []
    for each in sorted(ranges, key=attrgetter("start")):
        is_next = bool(found) and found[-1].stop == each.start
        begin = found.pop().start if is_next else each.start
        found.append(range(begin, each.stop))
    return tuple(found)


def _are_halves(left: Group, right: Group) -> bool:
    is_next = left.first + left.size == right.first
    return is_next and left.size == right.size and left.first % (2 * left.size) == 0


def _union(left: Group, right: Group) -> Group:
    """Return two halves as one, by the formulas of the compiled loop."""
    shift = right.mean - left.mean
    return Group(
        left.first,
        2 * left.size,
        0.5 * (left.mean + right.mean),
        left.deviations + right.deviations + shift * shift * (0.5 * left.size),
    )
