"""Quantum gates on one axis or two.

|0⟩ is the north of an axis, |1⟩ its south. On an axis: X, Y, Z, H = (X + Z)/√2,
S = diag(1, i), T = diag(1, e^{iπ/4}) and the turns R_a(θ) = e^{−iθa/2}. On two:
CNOT turns the second over where the first is in the south, CZ changes the sign where
both are, SWAP exchanges them, ISWAP does so with a factor i on what is exchanged.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from spacewheat_sim.arrays import ComplexArray, IndexArray
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum.arithmetic.kernels.elementary import (
    LARGEST_ANGLE,
    sine_cosine,
)
from spacewheat_sim.quantum.register.kernels import mix_rows
from spacewheat_sim.quantum.register.layout import emoji_states

ROOT: Final = math.sqrt(0.5)
FIXED: Final[dict[str, list[list[complex]]]] = {
    "X": [[0, 1], [1, 0]],
    "Y": [[0, -1j], [1j, 0]],
    "Z": [[1, 0], [0, -1]],
    "H": [[ROOT, ROOT], [ROOT, -ROOT]],
    "S": [[1, 0], [0, 1j]],
    "T": [[1, 0], [0, complex(ROOT, ROOT)]],
    "CNOT": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]],
    "CZ": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, -1]],
    "SWAP": [[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]],
    "ISWAP": [[1, 0, 0, 0], [0, 0, 1j, 0], [0, 1j, 0, 0], [0, 0, 0, 1]],
}


# Of the sine and cosine of half the angle.
TURNS: Final[dict[str, Callable[[float, float], list[list[complex]]]]] = {
    "RX": lambda s, c: [[c, -1j * s], [-1j * s, c]],
    "RY": lambda s, c: [[c, -s], [s, c]],
    "RZ": lambda s, c: [[complex(c, -s), 0], [0, complex(c, s)]],
}
ON_TWO: Final = ("CNOT", "CZ", "SWAP", "ISWAP")
ON_ONE: Final = (*(name for name in FIXED if name not in ON_TWO), *TURNS)
GATES: Final = (*ON_ONE, *ON_TWO)


def checked_gate(name: object) -> str:
    """Return the ``name`` of a gate in upper case.

    Raises:
        UnknownNameError: there is no such gate.
    """
    known = name.upper() if isinstance(name, str) else name
    if not isinstance(known, str) or known not in GATES:
        raise UnknownNameError("gate", known, GATES)
    return known


def gate_matrix(name: str, angle: float | None = None) -> ComplexArray:
    """Return U of a gate, (2, 2) or (4, 4), the basis of two being |00⟩ |01⟩ |10⟩ |11⟩.

    Raises:
        UnknownNameError: there is no such gate.
        ArgumentError: an angle for a gate that has none, none for one that has, or one
            that is not finite.
    """
    gate = checked_gate(name)
    if gate in FIXED:
        if angle is not None:
            raise ArgumentError(
                f"Gate {gate} has no `angle`, but was given {shown(angle)}; gates with "
                f"one are {', '.join(TURNS)}"
            )
        return np.array(FIXED[gate], dtype=np.complex128)
    if angle is None:
        raise ArgumentError(f"Gate {gate} needs an `angle` in rad")
    if not abs(real(angle)) <= LARGEST_ANGLE:
        raise ArgumentError(
            "Argument `angle` must be a finite number of rad, of at most "
            f"{LARGEST_ANGLE:.3g}, but is {shown(angle)}"
        )
    s, c = sine_cosine(real(angle) / 2)
    return np.array(TURNS[gate](s, c), dtype=np.complex128)


def gate_places(
    qubits: int, axis: tuple[int, int], other: tuple[int, int] | None = None
) -> IndexArray:
    """Return the basis states that a gate mixes, (2, M) or (4, M), north first.

    Args:
        qubits: The layout; see :mod:`spacewheat_sim.quantum.register.layout`.
        axis: Emojis at north and south.
        other: Those of the second axis of a gate on two, in a register.
    """
    first = [emoji_states(pole, qubits) for pole in axis]
    if other is None:
        return np.stack(first)
    second = [emoji_states(pole, qubits) for pole in other]
    return np.stack([np.intersect1d(a, b) for a in first for b in second])


def apply_gate(
    states: ComplexArray, unitary: ComplexArray, places: IndexArray
) -> ComplexArray:
    """Return Uψ of kets (B, D), or UρU† of density matrices (B, D, D)."""
    moved = np.array(states)
    if moved.ndim == 2:
        columns = np.ascontiguousarray(moved.T)
        mix_rows(unitary, places, columns)
        return np.ascontiguousarray(columns.T)
    for rho in moved:
        mix_rows(unitary, places, rho)
        right = np.ascontiguousarray(rho.conj().T)
        mix_rows(unitary, places, right)
        rho[:] = right.conj().T
    return moved
