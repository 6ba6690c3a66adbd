"""What the terms of a register do to its basis states.

i and j are poles, ē the other pole of the axis of e, P_e the projector on e. All other
axes are spectators: each term is one operator on all of their states.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.arrays import IndexArray
from spacewheat_sim.quantum.register.layout import (
    axis_of,
    common_states,
    emoji_states,
    partner,
    turned,
)

Pairs = tuple[IndexArray, IndexArray]


class HamiltonianTerms:
    """Adds up the terms of a Hamiltonian of a register of n axes."""

    def __init__(self, qubits: int) -> None:
        self._qubits = qubits
        self._rows: list[IndexArray] = []
        self._columns: list[IndexArray] = []
        self._values: list[complex] = []

    def add_energy(self, i: int, energy: float) -> None:
        """Add E P_i, in rad/s."""
        states = emoji_states(i, self._qubits)
        self._add(states, states, energy)

    def add_coupling(self, i: int, j: int, coupling: complex) -> None:
        """Add half of what an icon i declares toward j, in rad/s.

        (c/2) |i⟩⟨j| + h.c. on one axis; across two the exchange
        (c/2) |i⟩⟨ī| ⊗ |j̄⟩⟨j| + h.c., which moves an excitation.
        """
        if partner(i) == j:
            states = emoji_states(i, self._qubits)
            self._add_both(
                states, turned(states, (axis_of(i),), self._qubits), coupling
            )
        else:
            self._add_flips(i, partner(j), coupling)

    def add_pair_coupling(self, i: int, j: int, coupling: complex) -> None:
        """Add (c/2) |i⟩⟨ī| ⊗ |j⟩⟨j̄| + h.c.: both on from both off."""
        self._add_flips(i, j, coupling)

    def add_alignment(self, i: int, j: int, energy: float) -> None:
        """Add a P_i P_j, in rad/s."""
        states = common_states((i, j), self._qubits)
        self._add(states, states, energy)

    def matrix(self) -> sp.csr_array:
        """Return the sum, Hermitian, CSR (2^n, 2^n)."""
        size = 1 << self._qubits
        none = np.empty(0, dtype=np.intp)
        lengths = [rows.size for rows in self._rows]
        values = np.repeat(np.array(self._values, dtype=np.complex128), lengths)
        rows = np.concatenate([none, *self._rows])
        columns = np.concatenate([none, *self._columns])
        matrix = sp.csr_array((values, (rows, columns)), shape=(size, size))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        return matrix

    def _add_flips(self, i: int, j: int, coupling: complex) -> None:
        """Add half of ``coupling`` from where i and j are off to where both are on."""
        states = common_states((i, j), self._qubits)
        off = turned(states, (axis_of(i), axis_of(j)), self._qubits)
        self._add_both(states, off, coupling)

    def _add_both(
        self, rows: IndexArray, columns: IndexArray, coupling: complex
    ) -> None:
        self._add(rows, columns, coupling / 2)
        self._add(columns, rows, complex(coupling).conjugate() / 2)

    def _add(self, rows: IndexArray, columns: IndexArray, value: complex) -> None:
        self._rows.append(rows)
        self._columns.append(columns)
        self._values.append(value)


def jump_entries(
    source: int, target: int, when: int | None, unless: int | None, qubits: int
) -> Pairs:
    """Return sources and targets, in order of sources, of a jump of a register.

    From i to its partner |j⟩⟨i|; to the pole j of another axis |ī⟩⟨i| ⊗ |j⟩⟨j̄|, which
    acts where i is on and j is off; from i to itself P_i. Only where the pole ``when``
    is on, and ``unless`` is not.
    """
    if source == target:
        held: tuple[int, ...] = (source,)
        axes: tuple[int, ...] = ()
    elif partner(source) == target:
        held, axes = (source,), (axis_of(source),)
    else:
        held, axes = (source, partner(target)), (axis_of(source), axis_of(target))
    if when is not None:
        held += (when,)
    if unless is not None:
        held += (partner(unless),)
    sources = common_states(held, qubits)
    return sources, turned(sources, axes, qubits)


def landings(source: int, target: int) -> tuple[int, ...]:
    """Return the poles that a jump of a register brings its axes to."""
    if source == target or partner(source) == target:
        return (target,)
    return target, partner(source)
