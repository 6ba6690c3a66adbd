"""The Hamiltonian in one sector of the parity ΠX_i, as Lanczos needs it."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.quantum.tfim import kernels
from spacewheat_sim.quantum.tfim.chain import Chain

# Bits of y inside a row: rows of 8 KiB, so that a row and its sums stay in the cache.
ROW_BITS = 10
# The starting product state never leaves out the flipped spins altogether.
LEAST_FLIP_AMPLITUDE = 0.05


class OpenSector:
    """All 2^(L−1) states of one parity of the open chain, as rows of a table.

    Amplitudes are labeled by y = row · W + column (see ``kernels``).
    """

    def __init__(self, chain: Chain, *, odd: bool) -> None:
        """Tabulate the diagonal by rows and columns."""
        bits = chain.L - 1
        inside = min(bits, ROW_BITS)
        self.shape = 2 ** (bits - inside), 2**inside
        columns = np.arange(self.shape[1])
        rows = np.arange(self.shape[0])[:, None]
        # Rows carry the bit y_{j−1} of the column's top with them, 0 or 1.
        above = (rows << 1) | np.array([0, 1]) | (int(odd) << (bits - inside + 1))
        within = columns ^ (columns << 1)
        self._low_flips = np.bitwise_count(within & (self.shape[1] - 1)).astype(float)
        self._high_flips = np.bitwise_count(
            (above ^ (above >> 1)) & (2 ** (bits - inside + 1) - 1)
        ).astype(float)
        self._low = chain.g * (2 * self._low_flips - chain.L)
        self._high = 2 * chain.g * self._high_flips
        self._J = chain.J
        self._flip_amplitude = _flip_amplitude(chain)
        self.norm = norm_bound(chain)

    def start(self) -> FloatArray:
        """Return the mean-field state's part in this sector, (R, W)."""
        half = max(self.shape[1] // 2, 1)
        low = self._flip_amplitude**self._low_flips
        high = self._flip_amplitude**self._high_flips
        return np.asarray(np.repeat(high, half, axis=1) * low)

    def dot(self, a: FloatArray, b: FloatArray) -> float:
        """Return Σ a b, row by row: one long sum would lose four digits at L = 24."""
        return float(np.sum(np.einsum("ij,ij->i", a, b)))

    def apply(self, v: FloatArray, out: FloatArray, scale: float, keep: float) -> float:
        """Set ``out`` to scale · H v − keep · out, and return ⟨v, out⟩."""
        return float(
            kernels.line_step(v, out, self._low, self._high, self._J, scale, keep)
        )

    def subtract(self, v: FloatArray, out: FloatArray, factor: float) -> float:
        """Subtract factor · v from ``out``, and return ⟨out, out⟩."""
        return float(kernels.line_subtract(v, out, factor))

    def add(self, v: FloatArray, out: FloatArray, factor: float) -> None:
        """Add factor · v to ``out``."""
        kernels.add_scaled(v.ravel(), out.ravel(), factor)

    def amplitudes(self, v: FloatArray) -> FloatArray:
        """Return the amplitude of every y, (2^(L−1),)."""
        return v.ravel()


class RingSector:
    """The states of one parity that rotations and reflections of the ring keep.

    A vector holds one amplitude per orbit, (D,), D near 2^(L−1)/2L, and the inner
    product weighs it by the orbit's size.
    """

    def __init__(self, chain: Chain, *, odd: bool) -> None:
        """Find the orbits."""
        bits = chain.L - 1
        self._orbit_of = np.full(2**bits, -1, dtype=np.int32)
        room = orbit_bound(chain.L)
        labels, sizes = np.empty(room, np.int32), np.empty(room, np.int32)
        count = kernels.find_orbits(chain.L, int(odd), self._orbit_of, labels, sizes)
        self._labels = labels[:count].copy()
        self._weights = sizes[:count].astype(float)
        full = self._labels.astype(np.int64) | (int(odd) << bits)
        flips = np.bitwise_count((full ^ (full << 1)) & (2**chain.L - 1))
        self._flips = flips.astype(float)
        self._diagonal = chain.g * (2 * self._flips - chain.L)
        self._J = chain.J
        self._flip_amplitude = _flip_amplitude(chain)
        self.norm = norm_bound(chain)

    def start(self) -> FloatArray:
        """Return the mean-field state's part in this sector, (D,)."""
        return np.asarray(self._flip_amplitude**self._flips)

    def dot(self, a: FloatArray, b: FloatArray) -> float:
        """Return Σ w a b."""
        return float(np.sum(self._weights * a * b))

    def apply(self, v: FloatArray, out: FloatArray, scale: float, keep: float) -> float:
        """Set ``out`` to scale · H v − keep · out, and return ⟨v, out⟩."""
        return float(
            kernels.ring_step(
                v,
                out,
                self._weights,
                self._diagonal,
                self._labels,
                self._orbit_of,
                self._J,
                scale,
                keep,
            )
        )

    def subtract(self, v: FloatArray, out: FloatArray, factor: float) -> float:
        """Subtract factor · v from ``out``, and return ⟨out, out⟩."""
        return float(kernels.ring_subtract(v, out, self._weights, factor))

    def add(self, v: FloatArray, out: FloatArray, factor: float) -> None:
        """Add factor · v to ``out``."""
        kernels.add_scaled(v, out, factor)

    def amplitudes(self, v: FloatArray) -> FloatArray:
        """Return the amplitude of every y, (2^(L−1),)."""
        return np.asarray(v[self._orbit_of])


def orbit_bound(L: int) -> int:
    """Return an upper bound on the number of orbits of one parity.

    Burnside's count, (1/2L) Σ over the 2L symmetries of the configurations that each
    leaves alone: 2^(L−1) for the identity, at most 2^⌈(L+1)/2⌉ for each other one.
    """
    return ((1 << (L - 1)) + 2 * L * (1 << (L // 2 + 1))) // (2 * L) + 1


def norm_bound(chain: Chain) -> float:
    """Return L(J + g) ≥ ‖H‖."""
    return chain.L * (chain.J + chain.g)


def _flip_amplitude(chain: Chain) -> float:
    """Return a = tan(θ/2) of the mean-field state Π(|+⟩ + a|−⟩), cos θ = g/2J."""
    cosine = min(1.0, chain.g / (2 * chain.J))
    return max(float(np.tan(0.5 * np.arccos(cosine))), LEAST_FLIP_AMPLITUDE)
