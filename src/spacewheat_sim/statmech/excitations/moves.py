"""What a run may not have seen: rare moves, and the noise that they would have made.

At low temperature a run may hold few of the excitations that make C and χ, or none, and
its scatter then tells nothing of them. But their rate is known: a move that turns some
spins of a configuration at the cost Δ (over T) leads to a state of e^{−Δ} times its
weight. With all other spins held, the two are a system of two levels that is in the
other one with p = 1/(1 + e^Δ), so that whatever changes by δ has the variance δ² p(1−p)
and the fourth cumulant δ⁴ p(1−p) to leading order. Where moves are rare they are
independent, and these sums over all moves are those of the lattice: the noise of a mean
of n independent configurations is √(κ₂/n), that of a variance √((κ₄ + 2 κ₂²)/n).

Two kinds of moves make all that is rare in a lattice: the turn of a single spin, of
which there are as many kinds as surroundings, and that of a band of rows or columns,
which are cheap where the torus is thin. On a ring the bands hold the single spins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import FloatArray, IntArray
from spacewheat_sim.statmech.excitations import kernels
from spacewheat_sim.statmech.ising.statistics import FEWEST_EVENTS, rare_share

MOST_BANDS = 64
"""Beginnings of bands, and their lengths, that are tried; more are sampled."""

LONGEST_CUT = 64
"""Spins across a band: walls that are longer than this cost too much to be seen."""

LEAST_SEEN = 0.05
"""Share of the variance of all single turns that a run must show, a fourth of 1/5."""

LIKELY = 0.1
"""Probability from which the turn of a band is no rare move."""

COLUMNS, ROWS = 10, 11
"""Kinds of moves, after those of single spins in up to ten surroundings."""


@dataclass(frozen=True)
class Window:
    """A configuration, or as much of it as tells its rare moves.

    Attributes:
        spins: Rows of the lattice, int8 (h, width).
        sites: Of the whole lattice. Where the window is not all of it, its first and
            last row only serve as neighbors of the others.
        total: Σ σ of the whole lattice.
    """

    spins: NDArray[np.int8]
    sites: int
    total: float

    @property
    def is_whole(self) -> bool:
        """Whether the window is the lattice."""
        return self.spins.size == self.sites


@dataclass(frozen=True)
class Moves:
    """Moves of many kinds: what they change, and the weight p(1−p) of each, summed.

    Attributes:
        kind: Of the move, (m,).
        weight: p(1−p) times how many there are in a configuration, (m,).
        cost: Change of E/T, (m,).
        turn: Change of Σ σ, (m,).
        total: Σ σ before, (m,).
    """

    kind: IntArray
    weight: FloatArray
    cost: FloatArray
    turn: FloatArray
    total: FloatArray

    def events(self, independent: float) -> FloatArray:
        """Return how many moves of each kind so many configurations hold, (12,)."""
        each = np.bincount(self.kind, weights=self.weight, minlength=ROWS + 1)
        return np.asarray(each * independent)


def rare_moves(windows: Sequence[Window], K: float, h: float) -> Moves:
    """Return the moves of the mean configuration among ``windows``.

    ``K`` and ``h`` are J/T and h/T.
    """
    found = []
    for window in windows:
        height, width = window.spins.shape
        if min(height, width) > 1 or height == width:
            found.append(_single_turns(window, K, h))
        if window.is_whole and width > 1 and height <= LONGEST_CUT:
            found.append(_band_turns(window.spins, COLUMNS, window.total, K, h))
        if window.is_whole and height > 1 and width <= LONGEST_CUT:
            found.append(_band_turns(window.spins.T, ROWS, window.total, K, h))
    kind, weight, cost, turn, total = (
        np.concatenate(each) for each in zip(*found, strict=True)
    )
    return Moves(kind, weight / len(windows), cost, turn, total)


def unseen_variances(moves: Moves, independent: float, field: bool) -> dict[str, float]:
    """Return squared errors, by quantity, from moves that a run may not hold enough of.

    Those of E/T, Σ σ, |Σ σ| and (Σ σ)² are of means; those of the variances of E/T,
    Σ σ and |Σ σ| are named ``var_…``. Each kind counts with the share of its variance
    that the scatter of the run may miss.

    Args:
        moves: Of the mean configuration.
        independent: How many independent configurations the run is worth.
        field: Whether Σ σ has a mean, and (Σ σ)² is of no interest.
    """
    shares = np.array([rare_share(each) for each in moves.events(independent)])
    weight = moves.weight * shares[moves.kind] / independent
    found = {}
    for name, change in _changes(moves, field).items():
        second = float(weight @ change**2)
        found[name] = second
        if name != "square":
            fourth = float(weight @ change**4)
            found[f"var_{name}"] = fourth + 2.0 * second**2 * independent
    return found


def unseen_share(moves: Moves, independent: float, seen: Mapping[str, float]) -> float:
    """Return the largest share that too rare moves have in what a run measures.

    That is their share in a variance: of the one that all moves make, or of the one
    seen where that is more, since not all is made by moves of single spins and bands.
    Too rare is a kind of which the run holds fewer than :data:`FEWEST_EVENTS`.

    Args:
        moves: Of the mean configuration.
        independent: How many independent configurations the run is worth.
        seen: The variance of E/T, |Σ σ|, (Σ σ)² and Σ σ in the run, of those that
            matter: ``energy``, ``size``, ``square``, ``spins``; 0 where a few lucky
            events make it.
    """
    rare = (moves.events(independent) < FEWEST_EVENTS)[moves.kind]
    changes = _changes(moves, "spins" in seen)
    shares = [0.0]
    for name, variance in seen.items():
        parts = moves.weight * changes[name] ** 2
        total = max(variance, float(parts.sum()))
        if total > 0.0:
            shares.append(float(parts[rare].sum()) / total)
    return max(shares)


def are_made(moves: Moves, independent: float, seen: Mapping[str, float]) -> bool:
    """Return whether a run scatters as much as the moves that it should have made.

    The variance of anything is at least that which remains with all but some
    independent spins held, and a fifth of all spins are independent of each other, for
    each has four neighbors. A run that scatters far less does not make these moves.

    Args:
        moves: Of the mean configuration.
        independent: How many independent configurations the run is worth.
        seen: The variances of :func:`unseen_share`.
    """
    common = (moves.events(independent) >= FEWEST_EVENTS)[moves.kind]
    common &= moves.kind < COLUMNS
    changes = _changes(moves, "spins" in seen)
    return all(
        variance
        >= LEAST_SEEN * float((moves.weight * changes[name] ** 2)[common].sum())
        for name, variance in seen.items()
        if name != "size"
    )


def _changes(moves: Moves, field: bool) -> dict[str, FloatArray]:
    """Return what each move changes of E/T, |Σ σ|, and Σ σ or (Σ σ)²."""
    after = moves.total + moves.turn
    changes = {
        "energy": moves.cost,
        "size": np.abs(after) - np.abs(moves.total),
        "square": after**2 - moves.total**2,
    }
    if field:
        del changes["square"]
        changes["spins"] = moves.turn
    return changes


_Columns = tuple[IntArray, FloatArray, FloatArray, FloatArray, FloatArray]


def _single_turns(window: Window, K: float, h: float) -> _Columns:
    """Return the turns of single spins, one row for each kind of surroundings."""
    height = len(window.spins)
    # The outer rows of a window that is not whole do not know all their neighbors.
    first, last = (0, height) if window.is_whole else (1, height - 1)
    counts = np.zeros((2, 5), dtype=np.int64)
    kernels.count_surroundings(window.spins, first, last, counts)
    code = np.arange(10, dtype=np.int64)
    up, near = np.divmod(code.astype(np.float64), 5.0)
    sign, neighbors = 2.0 * up - 1.0, 2.0 * near - 4.0
    # Only a field tells up from down.
    equal = (2.0 + 0.5 * sign * neighbors).astype(np.int64)
    kind = code if h != 0.0 else equal
    cost = 2.0 * sign * (K * neighbors + h)
    whole = window.sites / float(counts.sum())
    weight = counts.ravel().astype(np.float64) * whole * _chance(cost)
    return kind, weight, cost, -2.0 * sign, np.full(10, window.total)


def _band_turns(
    spins: NDArray[np.int8], kind: int, total: float, K: float, h: float
) -> _Columns:
    """Return the turns of bands of columns, one row for each beginning and length.

    The cost is 2K times the bonds across both ends, and 2h times the Σ σ between.
    """
    width = spins.shape[1]
    first = np.unique(np.linspace(0, width, MOST_BANDS, endpoint=False).astype(int))
    length, lengths = _lengths(width)
    last = first[:, None] + length
    bonds = (spins * np.roll(spins, -1, axis=1)).sum(axis=0, dtype=np.int64)
    sums = np.cumsum(np.tile(spins.sum(axis=0, dtype=np.int64), 2))
    between = (sums[last] - sums[first][:, None]).astype(np.float64)
    ends = bonds[first][:, None] + bonds[last % width]
    cost = 2.0 * (K * ends + h * between)
    chance = _chance(cost)
    # Without field, a band and the rest of the lattice are mirror images.
    count = width / first.size * lengths * (0.5 if h == 0.0 else 1.0)
    weight: FloatArray = np.where(chance < LIKELY, chance * count, 0.0)
    rows = cost.size
    return (
        np.full(rows, kind, dtype=np.int64),
        weight.ravel(),
        np.asarray(cost.ravel(), dtype=np.float64),
        np.asarray(-2.0 * between.ravel(), dtype=np.float64),
        np.full(rows, total, dtype=np.float64),
    )


def _lengths(width: int) -> tuple[IntArray, FloatArray]:
    """Return lengths of bands from 1 to ``width`` − 1, and how many each stands for."""
    longest = width - 1
    if longest <= MOST_BANDS:
        return np.arange(1, width), np.ones(longest)
    spread = np.geomspace(1.0, longest, MOST_BANDS)
    length = np.unique(np.rint(spread).astype(np.int64))
    middle = 0.5 * (length[1:] + length[:-1])
    edges = np.concatenate([[0.5], middle, [longest + 0.5]])
    return length, np.diff(edges)


def _chance(cost: FloatArray) -> FloatArray:
    """Return p(1−p) with p = 1/(1 + e^cost), without overflow."""
    small = np.exp(-np.abs(cost))
    return np.asarray(small / (1.0 + small) ** 2)
