"""Which numbers of a generator change with time, and where a kernel finds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import IndexArray, Int32Array
from spacewheat_sim.quantum.driving.driver import Driver
from spacewheat_sim.quantum.jumps import Jumps
from spacewheat_sim.quantum.register.layout import emoji_states


class DrivenRows(NamedTuple):
    """What each row of a drive's series (R, J) belongs to: three blocks, in this order.

    A ket feels the first two, as E_i(t) − iΓ_i(t)/2 on the diagonal; a density matrix
    all three.

    Attributes:
        energies: States whose energies change, in rad/s, (E,).
        decays: States out of which jumps change; their rows are Γ_i/2 in 1/s, (S,).
        channels: Jump operators whose rates change, in 1/s, (C,).
        feed_rows: For each entry |t⟩⟨s| of those, which of the C it belongs to, (F,).
        feed_order: Where the entries of each of the C begin, (C + 1,).
        feed_decays: Which of the S the source is, (F,).
        feed_sources: The sources s, (F,).
        feed_targets: The targets t, (F,).
    """

    energies: Int32Array
    decays: Int32Array
    channels: Int32Array
    feed_rows: Int32Array
    feed_order: Int32Array
    feed_decays: Int32Array
    feed_sources: Int32Array
    feed_targets: Int32Array

    @property
    def kets(self) -> int:
        """Number of rows that a ket feels."""
        return int(self.energies.size + self.decays.size)

    @property
    def total(self) -> int:
        """Number of rows."""
        return self.kets + int(self.channels.size)

    @classmethod
    def of(
        cls,
        energies: Sequence[Driver],
        rates: Sequence[Driver],
        jumps: Jumps | None,
        qubits: int = 0,
    ) -> DrivenRows:
        """Return the rows of drivers; those of ``rates`` are of the ``jumps``."""
        emojis = {driver.state for driver in energies}
        driven = [state for e in emojis for state in emoji_states(e, qubits).tolist()]
        channels = sorted({driver.state for driver in rates})
        feeds = [
            (row, int(source), int(target))
            for row, k in enumerate(channels)
            if jumps is not None
            for source, target in zip(*jumps.entries(k), strict=True)
        ]
        rows, sources, targets = zip(*feeds, strict=True) if feeds else ((), (), ())
        decays = sorted(set(sources))
        blocks = (
            sorted(set(driven)),
            decays,
            channels,
            rows,
            np.searchsorted(np.array(rows), np.arange(len(channels) + 1)),
            np.searchsorted(np.array(decays), np.array(sources)),
            sources,
            targets,
        )
        return cls(*(np.array(block, dtype=np.int32) for block in blocks))

    def of_energy(self, states: IndexArray) -> list[tuple[int, float]]:
        """Return the rows that an energy of ``states`` adds to, and by what factors."""
        return [(row, 1.0) for row in np.searchsorted(self.energies, states).tolist()]

    def of_rate(self, jump: int) -> list[tuple[int, float]]:
        """Return the rows that a rate of ``jump`` adds to, and by what factors."""
        channel = int(np.searchsorted(self.channels, jump))
        sources = self.feed_sources[self.feed_rows == channel]
        halves = np.searchsorted(self.decays, sources) + self.energies.size
        return [
            (self.kets + channel, 1.0),
            *((row, 0.5) for row in halves.tolist()),
        ]

    def row_of(self, n: int) -> Int32Array:
        """Return the rows of each state's energy and decay, or −1, (N, 2)."""
        found = np.full((n, 2), -1, dtype=np.int32)
        found[self.energies, 0] = np.arange(self.energies.size)
        found[self.decays, 1] = self.energies.size + np.arange(self.decays.size)
        return found


class KetRows(NamedTuple):
    """What of :class:`DrivenRows` a ket feels: few arrays are quickly given to a loop.

    Attributes:
        energies: States whose energies change, in rad/s, (E,).
        decays: States out of which jumps change; their rows are Γ_i/2 in 1/s, (S,).
    """

    energies: Int32Array
    decays: Int32Array


_NONE = np.empty(0, dtype=np.int32)
NOTHING_DRIVEN = KetRows(_NONE, _NONE)
