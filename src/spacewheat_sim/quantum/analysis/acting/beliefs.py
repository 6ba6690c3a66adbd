"""What an agent can believe of a bath whose jumps it sees: kets, and what follows them.

A ket is known from the last landing, its age, and what was done since. Each outcome
of each act, and then a step without a jump, leads to one other ket; a step with jumps
leads to one of the kets shortly after a landing. There are infinitely many: of those
that come up most probably it is found out what follows them, the others are left as
they are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import BoolArray, ComplexArray, FloatArray, IndexArray

# Kets closer than this are one, and what is rarer than this does not happen.
SAME, NEVER = 1e-10, 1e-14
# Kets that are followed at a time.
AT_ONCE = 64


class Beliefs(NamedTuple):
    """Kets that may come up, the given ones first, and where they go in a step.

    Attributes:
        kets: Normalized, (M, N).
        followed: Of which it is known what follows, (M,).
        ends: Which come up after the last step only, (M,).
        chance: Probability of each outcome and of no jump after it, (M, O).
        place: Which ket then follows, (M, O).
    """

    kets: ComplexArray
    followed: BoolArray
    ends: BoolArray
    chance: FloatArray
    place: IndexArray


def find_beliefs(
    given: ComplexArray,
    depth: IndexArray,
    operators: ComplexArray,
    steps: int,
    most: int,
) -> Beliefs:
    """Follow normalized kets through ``steps`` steps.

    Args:
        given: The kets to begin with, (G, N).
        depth: After how many steps each of them may come up first, (G,).
        operators: What takes a ket through each outcome and a step, (O, N, N).
        steps: How many steps are to be taken.
        most: How many kets are to be kept, more only where more are given.
    """
    growing = _Growing(given, depth, operators)
    open_ = growing.open_before(steps)
    while open_.size and len(growing.kets) < most:
        growing.follow(open_)
        open_ = growing.open_before(steps)
    ends = growing.depth >= steps
    return Beliefs(growing.kets, growing.followed, ends, growing.chance, growing.place)


def moved_by(
    operators: ComplexArray, kets: ComplexArray
) -> tuple[ComplexArray, FloatArray]:
    """Return where operators (O, N, N) take kets (M, N), and with what probability.

    Returns:
        Normalized kets (M, O, N), and ‖Kψ‖² (M, O), 0 where it is nothing but rounding.
    """
    moved = np.einsum("oij,mj->moi", operators, kets)
    chance = (np.abs(moved) ** 2).sum(axis=2)
    there = chance > NEVER
    moved[there] /= np.sqrt(chance[there])[:, None]
    return moved, np.where(there, chance, 0.0)


class _Growing:
    """Beliefs as they are found; ``depth`` is after how many steps each comes up."""

    def __init__(
        self, given: ComplexArray, depth: IndexArray, operators: ComplexArray
    ) -> None:
        count, outcomes = len(given), len(operators)
        self._operators = operators
        self.kets, self.depth = _in_one_phase(given), depth.copy()
        self._weight = np.ones(count)
        self.followed = np.zeros(count, dtype=np.bool_)
        self.chance = np.zeros((count, outcomes))
        self.place = np.zeros((count, outcomes), dtype=np.intp)

    def open_before(self, steps: int) -> IndexArray:
        """Return which kets of fewer than ``steps`` steps are not followed yet."""
        return np.flatnonzero(~self.followed & (self.depth < steps))

    def follow(self, open_: IndexArray) -> None:
        """Find what follows those of ``open_`` that come up most probably."""
        most = np.argsort(-self._weight[open_], kind="stable")[:AT_ONCE]
        which = np.sort(open_[most])
        moved, chance = moved_by(self._operators, self.kets[which])
        self.chance[which] = chance
        self.followed[which] = True
        row, column = np.nonzero(chance)
        source, came = which[row], _in_one_phase(moved[row, column])
        place = _same_among(came, self.kets)
        new = place < 0
        weight = self._weight[source] * chance[row, column]
        place[new] = self._add(came[new], weight[new])
        self.place[source, column] = place
        np.minimum.at(self.depth, place, self.depth[source] + 1)

    def _add(self, kets: ComplexArray, weight: FloatArray) -> IndexArray:
        """Keep each of ``kets`` once; return their places."""
        before = len(self.kets)
        if not len(kets):
            return np.empty(0, dtype=np.intp)
        own, number = np.unique(_first_of_same(kets), return_inverse=True)
        most = np.zeros(own.size)
        np.maximum.at(most, number, weight)
        far = np.full(own.size, np.iinfo(np.intp).max)
        more = (own.size, self.chance.shape[1])
        self.kets = np.concatenate((self.kets, kets[own]))
        self.depth = np.concatenate((self.depth, far))
        self._weight = np.concatenate((self._weight, most))
        self.followed = np.concatenate((self.followed, np.zeros(own.size, np.bool_)))
        self.chance = np.concatenate((self.chance, np.zeros(more)))
        self.place = np.concatenate((self.place, np.zeros(more, dtype=np.intp)))
        return np.asarray(before + number)


def _in_one_phase(kets: ComplexArray) -> ComplexArray:
    """Return ``kets`` (M, N) with the first large amplitude of each real, positive."""
    sizes = np.abs(kets)
    first = np.argmax(sizes > 0.9 * sizes.max(axis=1, keepdims=True), axis=1)
    lead = kets[np.arange(len(kets)), first]
    return np.asarray(kets * (lead.conj() / np.abs(lead))[:, None])


def _same_among(kets: ComplexArray, among: ComplexArray) -> IndexArray:
    """Return which of ``among`` is the same as each of ``kets``, or −1, (M,)."""
    overlaps = kets.conj() @ among.T
    place = np.argmax(np.abs(overlaps), axis=1)
    return np.where(_apart(kets, among[place]) < SAME, place, -1)


def _first_of_same(kets: ComplexArray) -> IndexArray:
    """Return for each of ``kets`` the first one that is the same, (M,)."""
    near = np.abs(kets.conj() @ kets.T) > 1.0 - 1e-12
    first = np.argmax(near, axis=1)
    apart = _apart(kets, kets[first])
    return np.where(apart < SAME, first, np.arange(len(kets)))


def _apart(kets: ComplexArray, others: ComplexArray) -> FloatArray:
    """Return how far kets are from others, whatever their phases, (M,).

    It has all its digits, where √(1 − |⟨φ|ψ⟩|²) has lost half of them.
    """
    overlaps = (others.conj() * kets).sum(axis=1)
    turns = overlaps / np.maximum(np.abs(overlaps), NEVER)
    return np.asarray(np.linalg.norm(kets - others * turns[:, None], axis=1))
