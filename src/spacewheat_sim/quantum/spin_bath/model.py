"""The environment of a central spin: its couplings, its own terms and its start."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError


@dataclass(frozen=True)
class SpinBath:
    """n environment spins and the product state that they start in.

    Attributes:
        couplings: g_k in rad/s, (n,).
        field: h in rad/s.
        chain: J in rad/s, between neighbors of an open chain.
        spinors: Amplitudes of |0⟩ and |1⟩ of each spin, normalized, (n, 2).
    """

    couplings: FloatArray
    field: float
    chain: float
    spinors: ComplexArray

    @property
    def size(self) -> int:
        """The number n of environment spins."""
        return int(self.couplings.size)

    @property
    def starts_in_plus(self) -> bool:
        """Whether every spin starts in |+⟩."""
        return bool(np.array_equal(self.spinors, plus_spinors(self.size)))


def spin_bath(
    couplings: ArrayLike,
    *,
    field: float = 0.0,
    chain: float = 0.0,
    spinors: ArrayLike | None = None,
) -> SpinBath:
    """Return a checked bath, every spin in |+⟩ unless ``spinors`` (n, 2) are given.

    Raises:
        ArgumentError: no couplings, a number that is not finite, or spinors of another
            shape or norm.
    """
    g = np.array(couplings, dtype=np.float64)
    if g.ndim != 1 or g.size == 0 or not np.isfinite([*g, field, chain]).all():
        raise ArgumentError(
            "Arguments `couplings`, `field`, `chain` must be finite, with at least one "
            "coupling"
        )
    start = plus_spinors(g.size) if spinors is None else np.array(spinors, complex)
    if start.shape != (g.size, 2):
        raise ArgumentError(
            f"Argument `spinors` must have shape {(g.size, 2)}, but has {start.shape}"
        )
    # Written so that NaN fails too.
    if not (np.abs(np.linalg.norm(start, axis=1) - 1) < 1e-9).all():
        raise ArgumentError("Argument `spinors` must hold normalized spinors")
    for array in (g, start):
        array.setflags(write=False)
    return SpinBath(g, float(field), float(chain), start)


def plus_spinors(count: int) -> ComplexArray:
    """Return ``count`` spinors of |+⟩, (count, 2)."""
    return np.full((count, 2), np.sqrt(0.5), dtype=np.complex128)


def random_spinors(count: int, rng: np.random.Generator) -> ComplexArray:
    """Return ``count`` spinors uniform on the Bloch sphere, (count, 2)."""
    z = rng.uniform(-1.0, 1.0, count)
    phi = rng.uniform(0.0, 2.0 * np.pi, count)
    north = np.sqrt((1.0 + z) / 2.0)
    south = np.sqrt((1.0 - z) / 2.0) * np.exp(1j * phi)
    return np.stack([north.astype(np.complex128), south], axis=1)


def gaussian_time(bath: SpinBath) -> float:
    """Return the τ of |r(t)| ≈ exp(−t²/τ²) at short times, infinite if none decays.

    To second order in t neither h nor J matters: |r| = 1 − 2 t² Σ_k g_k² (1 − ⟨Z_k⟩²).
    """
    weight = np.abs(bath.spinors) ** 2
    # 1 − ⟨Z⟩² as 4 w₀ w₁ keeps its digits near the poles.
    spread = 2.0 * np.sqrt(weight[:, 0] * weight[:, 1])
    rate = math.sqrt(2.0) * norm(bath.couplings * spread)
    return 1.0 / rate if rate > 0.0 else math.inf


def norm(values: FloatArray) -> float:
    """Return √Σ v², whatever the scale of the v."""
    largest = float(np.max(np.abs(values)))
    if largest == 0.0:
        return 0.0
    return largest * float(np.sqrt(np.sum((values / largest) ** 2)))
