"""The layout of a register: n axes, each a qubit, and the poles of each.

Basis state b of the 2^n has the first axis as its most significant bit; a bit is 0
where the axis is in the north. Pole 2a is the north of axis a, pole 2a + 1 its south.

A layout is told by its number of qubits. It is 0 for a bath of levels, whose emojis are
the basis states themselves.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IndexArray

Values = TypeVar("Values", FloatArray, ComplexArray)


def partner(pole: int) -> int:
    """Return the other pole of the same axis."""
    return pole ^ 1


def axis_of(pole: int) -> int:
    """Return the axis that a pole is of."""
    return pole >> 1


@lru_cache(maxsize=512)
def emoji_states(emoji: int, qubits: int) -> IndexArray:
    """Return the basis states in which an emoji is, in order, read-only.

    Of a register these are the 2^(n − 1) in which its axis is at this pole, and else
    the one that it is.
    """
    if qubits == 0:
        states = np.array([emoji], dtype=np.intp)
    else:
        grid = np.arange(1 << qubits, dtype=np.intp)
        states = grid[_bits(grid, axis_of(emoji), qubits) == emoji & 1]
    states.setflags(write=False)
    return states


def common_states(poles: tuple[int, ...], qubits: int) -> IndexArray:
    """Return the basis states of a register in which all of ``poles`` are, in order."""
    grid = np.arange(1 << qubits, dtype=np.intp)
    inside = np.ones(grid.size, dtype=np.bool_)
    for pole in poles:
        inside &= _bits(grid, axis_of(pole), qubits) == pole & 1
    return grid[inside]


def turned(states: IndexArray, axes: tuple[int, ...], qubits: int) -> IndexArray:
    """Return basis states with the qubits of ``axes`` turned over."""
    mask = sum(1 << (qubits - 1 - axis) for axis in axes)
    return np.asarray(states ^ mask)


def pole_populations(populations: FloatArray, qubits: int) -> FloatArray:
    """Return tr ρP_e of each emoji, (…, 2n), from populations of states (…, 2^n).

    The two of an axis are the sums over its states; those of levels are returned as
    they are.
    """
    if qubits == 0:
        return populations
    *rest, size = populations.shape
    out = np.empty((*rest, 2 * qubits))
    folded = populations
    for axis in range(qubits):
        # What remains of the axes before this one is summed already.
        size //= 2
        pair = folded.reshape(*rest, 2, size)
        out[..., 2 * axis : 2 * axis + 2] = summed(pair)
        folded = pair[..., 0, :] + pair[..., 1, :]
    return out


def summed(values: Values) -> Values:
    """Return the sums over the last axis, which holds a power of two, (…, 2^m) to (…,).

    Halves are added to halves: a library's own sums are in an order of its own.
    """
    while values.shape[-1] > 1:
        half = values.shape[-1] // 2
        values = values[..., :half] + values[..., half:]
    return values[..., 0]


def axis_blocks(
    many: ComplexArray, north: int, south: int, qubits: int
) -> tuple[FloatArray, FloatArray, ComplexArray]:
    """Return p_n, p_s and ρ_ns of T states on an axis, each (T,).

    Args:
        many: Kets (T, D) or density matrices (T, D, D).
        north: Emoji at the north.
        south: Emoji at the south; of a register, the partner of ``north``. Then ρ_ns
            is that of the reduced qubit, Σ_b ⟨n b|ρ|s b⟩ over all other axes.
        qubits: The layout.
    """
    n, s = emoji_states(north, qubits), emoji_states(south, qubits)
    if many.ndim == 2:
        a, b = many[:, n], many[:, s]
        p_n = summed(a.real**2 + a.imag**2)
        p_s = summed(b.real**2 + b.imag**2)
        # By parts: not every processor rounds a complex product twice.
        coherence = np.empty(len(many), dtype=np.complex128)
        coherence.real = summed(a.real * b.real + a.imag * b.imag)
        coherence.imag = summed(a.imag * b.real - a.real * b.imag)
        return p_n, p_s, coherence
    return summed(many[:, n, n].real), summed(many[:, s, s].real), summed(many[:, n, s])


def _bits(grid: IndexArray, axis: int, qubits: int) -> IndexArray:
    return (grid >> (qubits - 1 - axis)) & 1
