"""Jump operators as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    def of(cls, terms: Iterable[tuple[Sequence[int], Sequence[int], float]]) -> Jumps:
        """Return the operators of ``terms``, each of sources, targets and a rate."""
        given = tuple(terms)
        sizes = [len(sources) for sources, _, _ in given]
        return cls(
            np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
            np.array([s for sources, _, _ in given for s in sources], dtype=np.int32),
            np.array([t for _, targets, _ in given for t in targets], dtype=np.int32),
            np.array([rate for _, _, rate in given], dtype=np.float64),
        )

    @property
    def size(self) -> int:
        """The number of operators K."""
        return int(self.rates.size)

    @property
    def are_single(self) -> bool:
        """Whether each operator has one entry."""
        return self.sources.size == self.rates.size

    def decay(self, rates: FloatArray, n: int) -> FloatArray:
        """Return Γ, the total rate out of each of ``n`` states, (n,).

        ``rates`` (K,) are those of the operators.
        """
        each = rates[self.operators()]
        return np.bincount(self.sources, each, minlength=n).astype(np.float64)

    def operators(self) -> IntArray:
        """Return the operator that each entry belongs to, (E,)."""
        return np.repeat(np.arange(self.size), np.diff(self.order))

    def entries(self, k: int) -> tuple[Int32Array, Int32Array]:
        """Return the sources and the targets of operator ``k``."""
        entries = slice(int(self.order[k]), int(self.order[k + 1]))
        return self.sources[entries], self.targets[entries]
