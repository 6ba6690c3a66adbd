"""The lowest state of a real symmetric operator by Lanczos, with two or three vectors.

The three-term recursion w = H q_j − β_j q_{j−1} − α_j q_j needs no older vectors. Its
coefficients give the energy; the vector is summed in a second pass over the same
recursion. Rounding makes copies of the lowest state appear among the higher ones, which
does no harm to the lowest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.linalg import eigh_tridiagonal

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import RunError

MOST_STEPS = 2000
# Steps between two looks at the tridiagonal matrix.
STRIDE = 4


class SymmetricOperator(Protocol):
    """What the recursion asks of H, symmetric under its own inner product."""

    norm: float
    """An upper bound on ‖H‖."""

    def start(self) -> FloatArray:
        """Return a new vector that is not orthogonal to the lowest state."""
        ...

    def dot(self, a: FloatArray, b: FloatArray) -> float:
        """Return the inner product."""
        ...

    def apply(self, v: FloatArray, out: FloatArray, scale: float, keep: float) -> float:
        """Set ``out`` to scale · H v − keep · out, and return ⟨v, out⟩."""
        ...

    def subtract(self, v: FloatArray, out: FloatArray, factor: float) -> float:
        """Subtract factor · v from ``out``, and return ⟨out, out⟩."""
        ...

    def add(self, v: FloatArray, out: FloatArray, factor: float) -> None:
        """Add factor · v to ``out``."""
        ...


@dataclass(frozen=True)
class Lowest:
    """The lowest state.

    Attributes:
        energy: Its eigenvalue.
        vector: Its vector, normalized; None where it was not asked for.
        steps: Applications of H in the first pass.
        residual: ‖H q − E q‖ as the recursion estimates it.
    """

    energy: float
    vector: FloatArray | None
    steps: int
    residual: float


class _Recursion:
    """Lanczos vectors without their normalization, which each next step undoes."""

    def __init__(self, operator: SymmetricOperator) -> None:
        self.operator = operator
        self.current = operator.start()
        self.previous = np.zeros_like(self.current)
        self.length = operator.dot(self.current, self.current) ** 0.5
        self.previous_length = 1.0

    def step(self) -> tuple[float, float]:
        """Advance by one vector, and return its α and the next β."""
        length = self.length
        overlap = self.operator.apply(
            self.current, self.previous, 1.0 / length, length / self.previous_length
        )
        square = self.operator.subtract(
            self.current, self.previous, overlap / length**2
        )
        self.current, self.previous = self.previous, self.current
        self.previous_length, self.length = length, square**0.5
        return overlap / length, self.length


def lowest_state(
    operator: SymmetricOperator, *, tolerance: float, with_vector: bool
) -> Lowest:
    """Return the lowest state of ``operator``.

    The energy's error is about residual² over the distance to the next level, the
    vector's the residual over that distance.

    Args:
        operator: H.
        tolerance: Largest residual, relative to ‖H‖.
        with_vector: Whether to go through the recursion again for the vector.

    Raises:
        RunError: The residual does not fall to the tolerance.
    """
    alphas: list[float] = []
    betas: list[float] = []
    recursion = _Recursion(operator)
    while len(alphas) < MOST_STEPS:
        alpha, beta = recursion.step()
        alphas.append(alpha)
        betas.append(beta)
        is_closed = beta <= 1e-14 * operator.norm
        if is_closed or len(alphas) % STRIDE == 0:
            energy, weights = _lowest_of_tridiagonal(alphas, betas)
            residual = abs(beta * weights[-1])
            if is_closed or residual <= tolerance * operator.norm:
                del recursion
                vector = _combination(operator, weights) if with_vector else None
                return Lowest(energy, vector, len(alphas), residual)
    raise RunError(
        f"Lanczos has a residual of {residual:.1e} after {MOST_STEPS} steps, which is "
        f"more than {tolerance * operator.norm:.1e}"
    )


def _lowest_of_tridiagonal(
    alphas: list[float], betas: list[float]
) -> tuple[float, FloatArray]:
    energies, vectors = eigh_tridiagonal(
        np.array(alphas), np.array(betas[:-1]), select="i", select_range=(0, 0)
    )
    return float(energies[0]), np.asarray(vectors[:, 0], dtype=np.float64)


def _combination(operator: SymmetricOperator, weights: FloatArray) -> FloatArray:
    """Return Σ weights_j q_j, normalized, from a second pass."""
    recursion = _Recursion(operator)
    total = np.zeros_like(recursion.current)
    for j, weight in enumerate(weights):
        operator.add(recursion.current, total, weight / recursion.length)
        if j + 1 < len(weights):
            recursion.step()
    total /= operator.dot(total, total) ** 0.5
    return total
