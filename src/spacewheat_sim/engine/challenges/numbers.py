"""The numbers of a bath's present state that goals ask for.

They are parts of a world's digest, and so are made of sums, products and quotients that
every processor rounds alike.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.engine.bath.axes import axis_poles
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.quantum.arithmetic.kernels.eigenvalues import eigenvalues
from spacewheat_sim.quantum.arithmetic.kernels.elementary import logarithm
from spacewheat_sim.quantum.register.layout import common_states


def number_of(asked: Asked, bath: QuantumBath) -> float:
    """Return the present value of a quantity of the state.

    Args:
        asked: ``population``, ``coherence``, ``radius``, ``purity``, ``entropy``,
            ``energy`` or ``information``.
        bath: Whose state it is.

    Raises:
        UnknownNameError: it names an emoji that is not there.
        ArgumentError: it names no axis of the bath.
    """
    kind, names = asked.kind, asked.names
    if kind == "population":
        return bath.probability(names[0])
    if kind == "coherence":
        return bath.project_onto_axis(names[0], names[1]).coherence
    if kind == "radius":
        return bath.project_onto_axis(names[0], names[1]).radius
    if kind == "energy":
        return _energy(bath)
    if kind == "information":
        return _information(bath, names)
    state = bath.state
    if kind == "purity":
        return 1.0 if state.ndim == 1 else _squared(state)
    return 0.0 if state.ndim == 1 else _entropy(state)


def _squared(rho: ComplexArray) -> float:
    """Return tr ρ²."""
    return _sum(rho.real**2, rho.imag**2)


def _entropy(rho: ComplexArray) -> float:
    """Return −tr ρ ln ρ in nats."""
    weights = [w for w in eigenvalues(np.ascontiguousarray(rho)).tolist() if w > 0.0]
    return max(0.0, -math.fsum(w * logarithm(w) for w in weights))


def _energy(bath: QuantumBath) -> float:
    """Return tr Hρ in rad/s."""
    entries = bath.operators.hamiltonian_at(bath.time).tocoo()
    rows, columns = entries.coords
    state = bath.state
    if state.ndim == 2:
        picked = state[columns, rows]
        re, im = picked.real, picked.imag
    else:
        a, b = state[columns], state[rows]  # ρ_ji = ψ_j ψ_i*
        re = a.real * b.real + a.imag * b.imag
        im = a.imag * b.real - a.real * b.imag
    return _sum(entries.data.real * re, -entries.data.imag * im)


def _information(bath: QuantumBath, names: tuple[str, ...]) -> float:
    """Return S_a + S_b − S_ab of two axes of a register, in nats."""
    operators, state = bath.operators, bath.state
    first, second = axis_poles(operators, *names[:2]), axis_poles(operators, *names[2:])
    singles = [
        _entropy(_reduced(state, [(p,) for p in axis], operators))
        for axis in (first, second)
    ]
    pairs = [(a, b) for a in first for b in second]
    together = _entropy(_reduced(state, pairs, operators))
    return max(0.0, singles[0] + singles[1] - together)


def _reduced(
    state: ComplexArray, poles: Sequence[tuple[int, ...]], operators: BathOperators
) -> ComplexArray:
    """Return the reduced density matrix over the states in which ``poles`` are."""
    places = [common_states(each, operators.qubits) for each in poles]
    rho = np.empty((len(poles), len(poles)), dtype=np.complex128)
    for i, rows in enumerate(places):
        for j, columns in enumerate(places):
            if state.ndim == 2:
                picked = state[rows, columns]
                rho[i, j] = complex(_sum(picked.real), _sum(picked.imag))
            else:
                a, b = state[rows], state[columns]
                rho[i, j] = complex(
                    _sum(a.real * b.real, a.imag * b.imag),
                    _sum(a.imag * b.real, -(a.real * b.imag)),
                )
    return rho


def _sum(*parts: np.ndarray) -> float:
    """Return the sum of all entries of ``parts``, rounded once."""
    return math.fsum(value for part in parts for value in part.ravel().tolist())
