"""The tensor that renormalization starts from: a square of four spins.

Every second square of the checkerboard of an L × L' torus owns its four bonds and half
of the field of its four corners,

    T_{lurd} = exp[βJ(lu + ur + rd + dl) + βh(l + u + r + d)/2],   l, u, r, d = ±1,

and each spin is the bond between two such squares: N/2 tensors on a lattice turned by
45°. It equals the tensor after one exact step from the usual one-spin tensor, but is
smooth at J = 0, and serves both signs of J.
"""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.statmech.ising.thermodynamics import Conditions
from spacewheat_sim.statmech.trg.duals import Jet, ScalarJet
from spacewheat_sim.statmech.trg.tensor import Legs, Pairs, Tensor, pair_sectors

SPINS = np.array([1.0, -1.0])


def boltzmann(
    bonds: FloatArray, spins: FloatArray, conditions: Conditions, derivatives: bool
) -> tuple[Jet, ScalarJet]:
    """Return the jet of exp(βJ·bonds + βh·spins), largest value 1, and ln of its scale.

    The directions are β and h. The scale is the largest weight's own exponential, so
    nothing overflows and derivatives are those relative to that configuration.

    Args:
        bonds: Σ σσ over the bonds of each configuration, of any shape.
        spins: Σ σ of each configuration, likewise.
        conditions: T, J and h.
        derivatives: Whether the jets have directions at all.
    """
    beta, J, h = conditions.beta, conditions.J, conditions.h
    exponent = beta * J * bonds + beta * h * spins
    top = np.unravel_index(int(np.argmax(exponent)), exponent.shape)
    value = np.exp(exponent - exponent[top])
    if not derivatives:
        return Jet(value), ScalarJet(float(exponent[top]))
    slopes = J * bonds + h * spins, beta * spins
    tops = tuple(float(slope[top]) for slope in slopes)
    relative = [slope - at for slope, at in zip(slopes, tops, strict=True)]
    weights = Jet(
        value,
        tuple(value * slope for slope in relative),
        tuple(value * slope**2 for slope in relative),
    )
    return weights, ScalarJet(float(exponent[top]), tops, (0.0, 0.0))


def initial_tensor(
    conditions: Conditions, *, derivatives: bool
) -> tuple[Tensor, ScalarJet]:
    """Return the tensor of a square of four spins, and ln of the scale taken out.

    Legs are turned from σ = ±1 to (|+⟩ ± |−⟩)/√2, which have charges 0 and 1. Without
    field they are conserved, but for derivatives in the field, which mix them.
    """
    l, u, r, d = np.meshgrid(SPINS, SPINS, SPINS, SPINS, indexing="ij")  # noqa: E741
    weights, log_scale = boltzmann(
        l * u + u * r + r * d + d * l, 0.5 * (l + u + r + d), conditions, derivatives
    )
    charged = conditions.h == 0.0
    charge = np.array([0, 1 if charged else 0], dtype=np.intp)
    legs = Legs(np.ones(2), charge, np.ones(2), mixed=charged and derivatives)
    turn = np.sqrt(0.5) * np.array([[1.0, 1.0], [1.0, -1.0]])
    both = np.kron(turn, turn)

    def matrix(part: FloatArray) -> FloatArray:
        # T_{lurd} → H_{(lu),(dr)}
        return both @ part.transpose(0, 1, 3, 2).reshape(4, 4) @ both

    H = weights.linear(matrix)
    blocks = {}
    for sector, basis in pair_sectors(legs).items():
        states = _columns(basis)
        blocks[sector] = H.linear(lambda part, V=states: V.T @ part @ V)  # type: ignore[misc]
    return Tensor(legs, blocks), log_scale


def _columns(basis: Pairs) -> FloatArray:
    """Return the pair states as columns over (ij) of two-valued legs, (4, n)."""
    columns = np.zeros((4, basis.i.size))
    for n, (i, j, factor) in enumerate(
        zip(basis.i, basis.j, basis.factor, strict=True)
    ):
        columns[2 * i + j, n] += factor
        columns[2 * j + i, n] += basis.parity * factor
    return columns
