"""Rows of spins on a ring, sorted into orbits of rotations and reflections.

A matrix V_{ss′} that depends only on how many spins of two rows differ commutes with
the rotation R of a row and with its reflection P. Rotations split it by the momentum
k; P followed by complex conjugation keeps k and makes each part real:

    |s, k⟩ = p^{−1/2} Σ_t e^{2πikt/L} |R^t s⟩   (p: the period of s),
    P K |s, k⟩ = |P s, k⟩.

Rows with P s = R^a s give the invariant state e^{−iπka/L} |s, k⟩; the other rows come
in pairs, whose invariant states are (|s⟩ + |Ps⟩)/√2 and i(|s⟩ − |Ps⟩)/√2. The momenta k
and −k have the same spectrum, so k = 0 … L/2 suffice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.arrays import ComplexArray, FloatArray, IntArray


@dataclass(frozen=True)
class Rows:
    """Rows of L spins; bit 1 of a state is an up spin.

    Attributes:
        length: L.
        states: The rows, (n,).
        bond_sums: Σ σ_i σ_{i+1} of each row, (n,).
        magnetizations: Σ σ_i of each row, (n,).
    """

    length: int
    states: IntArray
    bond_sums: FloatArray
    magnetizations: FloatArray


@dataclass(frozen=True)
class RowOrbits:
    """One row of every orbit of rotations: mirror images of themselves, then pairs.

    Attributes:
        rows: S rows that are their own mirror images up to a rotation, then Q rows,
            then the mirror images of these Q in the same order.
        shifts: a with P s = R^a s of the self-mirrored rows, (S,).
        periods: Period of each row under rotation, (S + 2Q,).
        differences: How many spins of row a and of R^t b differ, (L, S + 2Q, S + 2Q).
    """

    rows: Rows
    shifts: IntArray
    periods: IntArray
    differences: NDArray[np.uint8]

    def sectors(self, tables: FloatArray) -> Iterator[tuple[int, IntArray, FloatArray]]:
        """Yield, for each k, its copies, its rows (d,), and its real blocks.

        ``tables`` (T, L + 1) holds T functions of the number of differing spins; the
        blocks of the T matrices have the shape (T, d, d).
        """
        L = self.rows.length
        momenta = np.arange(L // 2 + 1)
        angle = 2.0 * np.pi / L * np.outer(momenta, np.arange(L))
        waves = np.concatenate([np.cos(angle), np.sin(angle)])
        count = self.periods.size
        flat = np.take(tables, self.differences.reshape(L, -1), axis=1)
        sums = (waves @ flat).reshape(-1, 2, momenta.size, count, count)
        weight = np.sqrt(self.periods) / np.sqrt(L)
        for k in momenta:
            kept = np.flatnonzero(k * self.periods % L == 0)
            block = np.empty((sums.shape[0], kept.size, kept.size), np.complex128)
            block.real = sums[:, 0, k][:, kept][:, :, kept]
            block.imag = sums[:, 1, k][:, kept][:, :, kept]
            block *= np.outer(weight[kept], weight[kept])
            half = self._to_invariant_rows(block, int(k), kept)
            half = np.conj(half.swapaxes(1, 2))
            real = np.ascontiguousarray(
                self._to_invariant_rows(half, int(k), kept).real
            )
            yield (1 if 2 * k % L == 0 else 2), kept, real

    def _to_invariant_rows(
        self, block: ComplexArray, k: int, kept: IntArray
    ) -> ComplexArray:
        """Return Q† block: its rows in the basis that mirror and conjugation leave."""
        single = kept < self.shifts.size
        phase = np.exp(1j * np.pi / self.rows.length * k * self.shifts[kept[single]])
        own, paired = block[:, single], block[:, ~single]
        half = paired.shape[1] // 2
        one, other = paired[:, :half], paired[:, half:]
        root = np.sqrt(0.5)
        parts = (phase[:, None] * own, root * (one + other), -1j * root * (one - other))
        return np.concatenate(parts, axis=1)


@lru_cache(maxsize=4)
def row_orbits(L: int) -> RowOrbits:
    """Return the orbits of the 2^L rows of L spins; bit 1 is an up spin."""
    states = np.arange(1 << L, dtype=np.int64)
    turned = _rotations(states, L)
    mirrored = _mirror(states, L)
    leaders = np.flatnonzero(turned.min(axis=0) == states)
    to_mirror = turned[:, leaders] == mirrored[leaders]
    own = to_mirror.any(axis=0)
    others = leaders[~own]
    # Of two mirror images the one whose orbit has the smaller leader comes first.
    firsts = others[others < turned[:, mirrored[others]].min(axis=0)]
    kept = np.concatenate([leaders[own], firsts, mirrored[firsts]])
    again = turned[1:, kept] == kept
    again = np.concatenate([again, np.ones((1, kept.size), dtype=bool)])
    return RowOrbits(
        rows=_rows(kept, L),
        shifts=np.argmax(to_mirror[:, own], axis=0),
        periods=1 + np.argmax(again, axis=0),
        differences=np.bitwise_count(kept[None, :, None] ^ turned[:, kept][:, None, :]),
    )


def all_rows(L: int) -> Rows:
    """Return all 2^L rows, row s being the state s."""
    return _rows(np.arange(1 << L, dtype=np.int64), L)


def row_images(L: int) -> IntArray:
    """Return what rotations, then mirrored ones, make of every row, (2L, n)."""
    states = np.arange(1 << L, dtype=np.int64)
    turned = [_rotations(each, L) for each in (states, _mirror(states, L))]
    return np.concatenate(turned)


def _rows(states: IntArray, L: int) -> Rows:
    full = (1 << L) - 1
    next_spin = ((states << 1) | (states >> (L - 1))) & full
    broken = np.bitwise_count(states ^ next_spin).astype(np.float64)
    up = np.bitwise_count(states).astype(np.float64)
    return Rows(L, states, L - 2.0 * broken, 2.0 * up - L)


def _rotations(states: IntArray, L: int) -> IntArray:
    """Return R^t of every state, (L, n)."""
    full = (1 << L) - 1
    turns = [((states << t) | (states >> (L - t))) & full for t in range(L)]
    return np.stack(turns)


def _mirror(states: IntArray, L: int) -> IntArray:
    """Return P of every state: bit i becomes bit L − 1 − i."""
    bits = [((states >> i) & 1) << (L - 1 - i) for i in range(L)]
    return np.asarray(np.sum(bits, axis=0), dtype=np.int64)
