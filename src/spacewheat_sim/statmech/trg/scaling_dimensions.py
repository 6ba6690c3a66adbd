"""The conformal data that a critical tensor shows.

A ring of two tensors, one tensor long, is a strip of modulus ½ whose transfer matrix
has the eigenvalues

    λ_n^{(2)} = exp[2f − π (x_n − c/12)],      λ_0^{(1)} = exp[f + πc/6],

the latter for a ring of one, with f the bulk's part of one tensor, c the central charge
and x_n the scaling dimensions (Gu and Wen, Physical Review B 80, 155131, 2009). Hence

    x_n = ln(λ_0/λ_n)/π,      c = (4/π) [2 ln λ_0^{(1)} − ln λ_0^{(2)}].

The critical Ising model has c = ½ and the dimensions 1/8, 1, 9/8 twice, 2 four times.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import eigs

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.statmech.trg.tensor import Tensor
from spacewheat_sim.statmech.trg.transfer import transfer_matrix

ISING_CENTRAL_CHARGE = 0.5
ISING_DIMENSIONS = (0.125, 1.0, 1.125, 1.125, 2.0, 2.0, 2.0, 2.0)

DENSE_UP_TO = 300
"""Order of a matrix below which all of its eigenvalues are computed."""


@dataclass(frozen=True)
class ConformalData:
    """What a tensor says of the fixed point.

    Attributes:
        central_charge: c.
        dimensions: x₁ ≤ x₂ ≤ …, above x₀ = 0.
    """

    central_charge: float
    dimensions: tuple[float, ...]


def conformal_data(tensor: Tensor, count: int = 8) -> ConformalData:
    """Return the central charge and the ``count`` lowest scaling dimensions.

    Fewer are returned where the transfer matrix has a lower rank. They mean something
    only for tensors on a lattice along the axes, after 1, 3, 5, … steps, at T_c.

    Args:
        tensor: The tensor of one site, of any norm.
        count: How many dimensions.
    """
    one = leading_sizes(transfer_matrix(tensor, 1).value, 1)
    two = leading_sizes(transfer_matrix(tensor, 2).value, count + 1)
    two = two[two > 1e-14 * two[0]]
    return ConformalData(
        4.0 / math.pi * (2.0 * math.log(one[0]) - math.log(two[0])),
        tuple((np.log(two[0] / two[1:]) / math.pi).tolist()),
    )


def leading_sizes(matrix: FloatArray, count: int) -> FloatArray:
    """Return |λ| of the ``count`` largest eigenvalues, or of all if fewer, falling."""
    n = matrix.shape[0]
    if n <= max(DENSE_UP_TO, count + 2):
        values = np.linalg.eigvals(matrix)
    else:
        # A start of unequal entries has a part in every eigenspace.
        values = eigs(
            matrix,
            k=count + 4,
            v0=1.0 + np.arange(n) % 7,
            return_eigenvectors=False,
        )
    return np.asarray(np.sort(abs(values))[::-1][:count], dtype=np.float64)
