"""Rings of one or two tensors, and the trace of powers of their transfer matrix."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import FloatArray, IndexArray
from spacewheat_sim.statmech.ising.thermodynamics import MethodLimitError
from spacewheat_sim.statmech.trg.duals import (
    Jet,
    ScalarJet,
    block_product,
    divide,
    product,
    projected_norm,
)
from spacewheat_sim.statmech.trg.tensor import Tensor


def transfer_matrix(tensor: Tensor, width: int) -> Jet:
    """Return the transfer matrix of a ring of one or two tensors.

    With g the bonds' signs,

        M_{l,r} = Σ_u T_{luru} g_u g_r,
        M_{(l₁l₂),(r₁r₂)} = Σ_{ud} T_{l₁ u r₁ d} g_u g_d T_{l₂ d r₂ u} g_{r₁} g_{r₂}.

    Args:
        tensor: The tensor of one site.
        width: 1 or 2.

    Returns:
        A jet of shape (χ^width, χ^width).
    """
    T = tensor.dense()
    g = tensor.legs.bond
    chi = g.size
    if width == 1:
        return T.linear(lambda part: np.einsum("luru,u->lr", part, g) * g)
    left = T.linear(
        lambda part: (
            (part * g[:, None, None] * g).transpose(0, 2, 1, 3).reshape(chi**2, chi**2)
        )
    )  # ((l r), (u d))
    right = T.linear(
        lambda part: np.ascontiguousarray(
            (part * g[:, None]).transpose(3, 1, 0, 2)
        ).reshape(chi**2, chi**2)
    )  # ((u d), (l r))
    charge = tensor.legs.charge
    pair_charge = ((charge[:, None] + charge) % 2).ravel()
    joined = product(lambda a, b: _charged_product(a, b, pair_charge), left, right)

    def matrix(part: FloatArray) -> FloatArray:
        # The sign of r₂ is in ``right``; that of r₁ comes here.
        shaped = part.reshape(chi, chi, chi, chi).transpose(0, 2, 1, 3)
        return np.ascontiguousarray(shaped).reshape(chi**2, chi**2) * np.repeat(g, chi)

    return joined.linear(matrix)


def _charged_product(a: FloatArray, b: FloatArray, charge: IndexArray) -> FloatArray:
    """Return a @ b where each conserves or reverses the ``charge`` of an index."""
    if not charge.any():
        return np.asarray(a @ b)
    order = np.argsort(charge, kind="stable")
    split = int(np.count_nonzero(charge == 0))
    block = np.ix_(order, order)
    out = np.empty_like(a)
    out[block] = block_product(a[block], b[block], (split, split, split))
    return out


def log_trace_of_power(matrix: Jet, power: int) -> ScalarJet:
    """Return ln tr M^power for a power of two, by squaring with the scale taken out."""
    zeros = tuple(0.0 for _ in matrix.first)
    log_scale = ScalarJet(0.0, zeros, zeros)
    done = 1
    while True:
        scale = projected_norm([matrix])
        matrix = divide(matrix, scale)
        log_scale = log_scale + scale.log().times(power / done)
        if 2 * done >= power:
            break
        matrix = matrix @ matrix
        done *= 2
    if power == 1:
        trace = matrix.linear(lambda part: np.atleast_1d(np.trace(part)))
    else:
        trace = product(lambda a, b: np.atleast_1d(np.vdot(a, b.T)), matrix, matrix)
    total = ScalarJet(
        float(trace.value[0]),
        tuple(float(part[0]) for part in trace.first),
        tuple(float(part[0]) for part in trace.second),
    )
    if not total.value > 0.0:
        raise MethodLimitError(
            "Argument `chi_max` is too small: the truncated sum over states is not "
            "positive; take a larger one, or the transfer matrix"
        )
    return log_scale + total.log()
