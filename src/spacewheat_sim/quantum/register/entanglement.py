"""How the axes of a register belong together: reduced states and what they tell."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray
from spacewheat_sim.quantum.register.gates import gate_places
from spacewheat_sim.quantum.states import entropies

Poles = tuple[int, int]


def reduced_axis(many: ComplexArray, axis: Poles, qubits: int) -> ComplexArray:
    """Return tr_others ρ of an axis, (T, 2, 2), north first.

    Args:
        many: Kets (T, D) or density matrices (T, D, D) of a register.
        axis: Poles at north and south.
        qubits: Number of its axes.
    """
    return _reduced(many, gate_places(qubits, axis))


def reduced_pair(
    many: ComplexArray, axis: Poles, other: Poles, qubits: int
) -> ComplexArray:
    """Return tr_others ρ of two axes, (T, 4, 4), in the order nn, ns, sn, ss."""
    return _reduced(many, gate_places(qubits, axis, other))


def mutual_information(
    many: ComplexArray, axis: Poles, other: Poles, qubits: int
) -> FloatArray:
    """Return S_a + S_b − S_ab of two axes in nats, (T,); at most 2 ln 2.

    Of a pure state of two axes it is twice their entanglement entropy; of a mixed one
    it counts classical correlation too.
    """
    pair = reduced_pair(many, axis, other, qubits)
    folded = pair.reshape(-1, 2, 2, 2, 2)
    first = np.trace(folded, axis1=2, axis2=4)
    second = np.trace(folded, axis1=1, axis2=3)
    shared = entropies(first) + entropies(second) - entropies(pair)
    return np.maximum(shared, 0.0)


def negativity(
    many: ComplexArray, axis: Poles, other: Poles, qubits: int
) -> FloatArray:
    """Return Σ |λ| over the negative eigenvalues λ of ρ_ab, transposed on b, (T,).

    It is 0 where the two axes are not entangled, and 1/2 for a Bell pair (Vidal and
    Werner, Phys. Rev. A 65, 032314, 2002).
    """
    pair = reduced_pair(many, axis, other, qubits).reshape(-1, 2, 2, 2, 2)
    turned = pair.swapaxes(2, 4).reshape(-1, 4, 4)
    return np.asarray(np.clip(-np.linalg.eigvalsh(turned), 0.0, None).sum(axis=-1))


def _reduced(many: ComplexArray, places: IndexArray) -> ComplexArray:
    """Return Σ_m ρ[places[i][m], places[j][m]], (T, d, d)."""
    size = len(places)
    rho = np.empty((len(many), size, size), dtype=np.complex128)
    for i in range(size):
        for j in range(i + 1):
            if many.ndim == 2:
                entry = (many[:, places[i]] * many[:, places[j]].conj()).sum(axis=1)
            else:
                entry = many[:, places[i], places[j]].sum(axis=1)
            rho[:, i, j], rho[:, j, i] = entry, entry.conj()
    return rho
