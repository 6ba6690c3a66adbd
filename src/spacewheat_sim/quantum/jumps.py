"""Jump operators as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray, Int32Array, IntArray


class Jumps(NamedTuple):
    """K jump operators L_k = √γ_k Σ_e |t_e⟩⟨s_e|, each a partial permutation.

    No two entries of an operator have a source or a target in common. So L†L is
    diagonal, and what leaves state i does so at the rate Γ_i = Σ γ_k over the entries
    whose source it is. An operator of one entry leaves a bath in a basis state.

    Attributes:
        order: Where the entries of each operator begin, (K + 1,).
        sources: s_e of all entries, (E,).
        targets: t_e, (E,).
        rates: γ_k in 1/s, (K,).
    """

    order: Int32Array
    sources: Int32Array
    targets: Int32Array
    rates: FloatArray

    @classmethod
    def single(
        cls, sources: Int32Array, targets: Int32Array, rates: FloatArray
    ) -> Jumps:
        """Return operators of one entry each, (K,)."""
        return cls(
            np.arange(rates.size + 1, dtype=np.int32),
            sources.astype(np.int32),
            targets.astype(np.int32),
            rates.astype(np.float64),
        )

    @property
    def size(self) -> int:
        """The number of operators K."""
        return int(self.rates.size)

    @property
    def are_single(self) -> bool:
        """Whether each operator has one entry."""
        return self.sources.size == self.rates.size

    def operators(self) -> IntArray:
        """Return the operator that each entry belongs to, (E,)."""
        return np.repeat(np.arange(self.size), np.diff(self.order))

    def entries(self, k: int) -> tuple[Int32Array, Int32Array]:
        """Return the sources and the targets of operator ``k``."""
        entries = slice(int(self.order[k]), int(self.order[k + 1]))
        return self.sources[entries], self.targets[entries]
