"""What jumps feed of one entry of a matrix to another."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray, Int32Array
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.jumps import Jumps


class FeedEntries(NamedTuple):
    """ρ[s, s'] fed to [t, t'] at a rate, for each pair of entries of each jump.

    Attributes:
        entries: (t, t', s, s'), (F, 4).
        operators: The jump operator of each, (F,).
        rates: The constant parts of their rates in 1/s, (F,).
        rows: The row of a drive's series that adds to each rate, or −1, (F,).
        extra: What is added to ρ[s, s'], (F,).
    """

    entries: Int32Array
    operators: Int32Array
    rates: FloatArray
    rows: Int32Array
    extra: FloatArray

    @classmethod
    def of(cls, jumps: Jumps, drive: Drive | None = None) -> FeedEntries:
        """Return the feed of ``jumps``, whose rates ``drive`` may change."""
        sizes = np.diff(jumps.order).astype(np.int64)
        own = np.repeat(np.arange(jumps.size), sizes**2)
        # Of E entries, each of E² pairs is one with each.
        number = np.arange(own.size) - np.repeat(
            np.cumsum(sizes**2) - sizes**2, sizes**2
        )
        first = jumps.order[own] + number // sizes[own]
        second = jumps.order[own] + number % sizes[own]
        s, t = jumps.sources, jumps.targets
        entries = np.stack((t[first], t[second], s[first], s[second]), axis=1)
        rows = np.full(own.size, -1, dtype=np.int32)
        if drive is not None:
            for place, k in enumerate(drive.rows.channels.tolist()):
                rows[own == k] = drive.rows.kets + place
        return cls(
            np.ascontiguousarray(entries, dtype=np.int32),
            own.astype(np.int32),
            jumps.rates[own],
            rows,
            np.zeros(own.size),
        )

    def transposed(self) -> FeedEntries:
        """Return the feed of the adjoint."""
        order = [2, 3, 0, 1]
        return self._replace(entries=np.ascontiguousarray(self.entries[:, order]))

    @classmethod
    def none(cls) -> FeedEntries:
        """Return a feed that feeds nothing."""
        whole, real = np.zeros(0, dtype=np.int32), np.zeros(0)
        return cls(whole.reshape(0, 4), whole, real, whole, real)

    def without(self, operators: Collection[int]) -> FeedEntries:
        """Return the feed without what some jump operators feed."""
        if not operators:
            return self
        kept = ~np.isin(self.operators, sorted(operators))
        return FeedEntries(
            np.ascontiguousarray(self.entries[kept]),
            self.operators[kept],
            self.rates[kept],
            self.rows[kept],
            self.extra[kept],
        )

    def counting(self, operators: Collection[int], factor: float) -> FeedEntries:
        """Return the feed of an adjoint that adds ``factor`` for each such jump."""
        counted = np.isin(self.operators, sorted(operators))
        diagonal = self.entries[:, 0] == self.entries[:, 1]
        return self._replace(extra=self.extra + factor * (counted & diagonal))
