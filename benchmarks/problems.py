"""Random baths of any size, the same for every run and every peer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacewheat_sim import BathOperators

SEED = 20240229
DT = 1 / 60
# A density matrix settles, and then any adaptive method has little left to do: it
# starts anew after this many steps (5 s), ours and the peers' alike.
RESTART = 300

ComplexArray = NDArray[np.complex128]
JumpTuple = tuple[str, str, float]
DriverTuple = tuple[str, float, str, float, float, float]


@dataclass(frozen=True, eq=False)
class RandomBath:
    """A bath in plain terms, from which ours and the peers' operators are made.

    Attributes:
        emojis: Names of the N states.
        hamiltonian: Static Hamiltonian in rad/s, CSR (N, N).
        jumps: (source, target, rate in 1/s).
        drivers: (emoji, energy in rad/s, shape, frequency in Hz, phase, amplitude).
    """

    emojis: tuple[str, ...]
    hamiltonian: sp.csr_array
    jumps: tuple[JumpTuple, ...]
    drivers: tuple[DriverTuple, ...]

    @property
    def states(self) -> int:
        """Number of basis states N."""
        return len(self.emojis)

    @property
    def nonzeros(self) -> int:
        """Entries of the Hamiltonian and of all jump operators."""
        return int(self.hamiltonian.nnz) + len(self.jumps)

    def operators(self) -> BathOperators:
        """Compile with the project's own public constructor."""
        # The peers' environment reads problems too, and does not have the project.
        from spacewheat_sim import BathOperators

        return BathOperators.from_terms(
            self.emojis, self.hamiltonian, self.jumps, self.drivers
        )

    def indexed_jumps(self) -> list[tuple[int, int, float]]:
        """Return the jumps as (source, target, rate) with basis indices."""
        index = {emoji: i for i, emoji in enumerate(self.emojis)}
        return [(index[s], index[t], rate) for s, t, rate in self.jumps]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as plain arrays, for another process."""
        h = self.hamiltonian
        return {
            "data": h.data,
            "indices": h.indices,
            "indptr": h.indptr,
            "jumps": np.array(self.indexed_jumps(), dtype=float).reshape(-1, 3),
            # (amplitude, frequency, phase) of the first states
            "drivers": np.array(
                [(d[1], d[3], d[4]) for d in self.drivers], dtype=float
            ).reshape(-1, 3),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the problem of ``arrays``; the first states are the driven ones."""
        n = arrays["indptr"].size - 1
        emojis = tuple(f"s{i}" for i in range(n))
        parts = (arrays["data"], arrays["indices"], arrays["indptr"])
        return cls(
            emojis,
            sp.csr_array(parts, shape=(n, n)),
            tuple(
                (emojis[int(i)], emojis[int(j)], rate)
                for i, j, rate in arrays["jumps"].tolist()
            ),
            tuple(
                (emojis[i], amplitude, "cosine", frequency, phase)
                for i, (amplitude, frequency, phase) in enumerate(
                    arrays["drivers"].tolist()
                )
            ),
        )

    def uniform_ket(self) -> ComplexArray:
        """Return the superposition of all states with equal amplitudes, (N,)."""
        return np.full(self.states, self.states**-0.5, dtype=np.complex128)


def random_bath(
    states: int,
    *,
    couplings: int = 4,
    jumps: int = 2,
    driven: int = 0,
    strength: float = 1.0,
    seed: int = SEED,
) -> RandomBath:
    """Draw a bath in which each state names ``couplings`` and ``jumps`` partners.

    As icons do, each coupling c adds c/2 to H_ij and its conjugate to H_ji, so a row
    of H holds about twice ``couplings`` entries. Magnitudes are those of authored
    icons: self-energies in ±1 rad/s, |c| from 0.1 to 0.9 rad/s with random phases,
    rates from 0.01 to 0.15 /s.

    Args:
        states: N.
        couplings: Coupling partners that each state names.
        jumps: Jump channels out of each state.
        driven: How many states, from the first, get a driver in place of their energy.
        strength: Multiplies energies and couplings.
        seed: The same seed draws the same bath.
    """
    rng = np.random.default_rng([seed, states, couplings, jumps])
    emojis = tuple(f"s{i}" for i in range(states))
    energies = strength * rng.uniform(-1.0, 1.0, states)
    drivers = tuple(
        (emojis[i], float(energies[i]), "cosine", 0.05 + 0.01 * (i % 5), 0.3 * i)
        for i in range(driven)
    )
    hamiltonian = strength * _couplings(rng, states, couplings)
    energies[:driven] = 0.0
    return RandomBath(
        emojis,
        sp.csr_array(hamiltonian + sp.diags_array(energies)),
        tuple(
            (emojis[i], emojis[j], float(rng.uniform(0.01, 0.15)))
            for i, j in _partners(rng, states, jumps)
        ),
        drivers,
    )


def _couplings(rng: np.random.Generator, states: int, count: int) -> sp.csr_array:
    rows, columns = np.array(list(_partners(rng, states, count))).T
    phases = np.exp(2j * np.pi * rng.random(rows.size))
    values = rng.uniform(0.1, 0.9, rows.size) * phases / 2
    half = sp.csr_array((values, (rows, columns)), shape=(states, states))
    return sp.csr_array(half + half.conj().T)


def _partners(
    rng: np.random.Generator, states: int, count: int
) -> Iterator[tuple[int, int]]:
    """Yield (i, j) for ``count`` different partners j ≠ i of every state i."""
    for i in range(states):
        for j in rng.choice(states - 1, count, replace=False).tolist():
            yield i, j + (j >= i)
