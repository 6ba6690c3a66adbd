"""ln Z of a 2^a × 2^b torus by tensor renormalization, and its exact derivatives.

The squares of four spins are renormalized two steps at a time, each pair of steps
halving both sides, until the shorter side is 2. The 2 × m lattice of tensors that
remains, m = 2 · longer/shorter, is contracted exactly as tr M^m, with M the transfer
matrix of a ring of two tensors: so a rectangle costs a few matrix squares more than a
square, and a 4 × 4 torus is exact. Tori with a side of 2 become a 1 × m lattice, and
those with a side of 1 are rings of spins.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    MethodLimitError,
    Thermodynamics,
    from_log_z,
)
from spacewheat_sim.statmech.trg.coarse_graining import (
    Scheme,
    check_scheme,
    coarse_grain,
    normalized,
)
from spacewheat_sim.statmech.trg.duals import (
    FloatArray,
    Jet,
    ScalarJet,
    divide,
    product,
    projected_norm,
)
from spacewheat_sim.statmech.trg.initial_tensor import (
    SPINS,
    boltzmann,
    initial_tensor,
)
from spacewheat_sim.statmech.trg.tensor import IntArray, Tensor
from spacewheat_sim.statmech.trg.truncation import Cut

LARGEST_SIDE = 2**30
LARGEST_CHI = 128


@dataclass(frozen=True)
class LogPartition:
    """What renormalization found.

    Attributes:
        log_z: ln Z, with directions β and h if derivatives were asked for.
        smallest_chi: Smallest dimension among the steps that discarded something, or
            the largest dimension of all if none did.
        discarded_weight: Largest Σ d² discarded in one step, of a total of 1.
    """

    log_z: ScalarJet
    smallest_chi: int
    discarded_weight: float


@dataclass(frozen=True)
class Renormalized:
    """A tensor on the way, of norm 1.

    Attributes:
        tensor: The tensor after ``steps`` steps.
        log_scale: ln of all that was divided out of one such tensor.
        steps: Steps taken since the squares of four spins.
        cut: How the last step cut the spectrum; None before the first.
    """

    tensor: Tensor
    log_scale: ScalarJet
    steps: int
    cut: Cut | None


def flow(
    conditions: Conditions, chi_max: int, scheme: Scheme, *, derivatives: bool
) -> Iterator[Renormalized]:
    """Yield the tensor of 2, 4, 8, … spins, each normalized, without end."""
    tensor, log_scale = initial_tensor(conditions, derivatives=derivatives)
    tensor, log_norm = normalized(tensor)
    at = Renormalized(tensor, log_scale + log_norm, 0, None)
    while True:
        yield at
        tensor, cut = coarse_grain(at.tensor, chi_max, scheme)
        tensor, log_norm = normalized(tensor)
        log_scale = at.log_scale.times(2.0) + log_norm
        at = Renormalized(tensor, log_scale, at.steps + 1, cut)


def log_partition(
    Lx: int,
    Ly: int,
    conditions: Conditions,
    *,
    chi_max: int = 32,
    scheme: Scheme = "levin_nave",
    derivatives: bool = True,
) -> LogPartition:
    """Return ln Z of the Lx × Ly torus.

    Args:
        Lx: A power of two.
        Ly: A power of two.
        conditions: T, J and h.
        chi_max: Largest dimension of a leg.
        scheme: ``"levin_nave"`` or ``"bond_weighted"``.
        derivatives: Whether to propagate the first and second derivatives in β and h.

    Raises:
        ArgumentError: ``chi_max`` is below 2, or J/T or h/T is beyond the floats.
        MethodLimitError: a side is no power of two, or too long; ``chi_max`` is too
            large for the memory, or so small that every cut would split a multiplet.
        UnknownNameError: there is no such ``scheme``.
    """
    _check(Lx, Ly, conditions, chi_max)
    check_scheme(scheme)
    short, long = sorted((Lx, Ly))
    if short == 1:
        return LogPartition(_ring(long, conditions, derivatives), 2, 0.0)
    # Tensors of 2, 8, 32, … spins stand on lattices along the axes after 1, 3, 5, …
    # steps; a tensor of (shorter/2)² spins leaves two to a row.
    last = 1 if short == 2 else 2 * (short.bit_length() - 1) - 3
    cuts: list[Cut] = []
    for at in flow(conditions, chi_max, scheme, derivatives=derivatives):
        if at.cut is not None:
            cuts.append(at.cut)
        if at.steps == last:
            break
    width = 1 if short == 2 else 2
    length = width * (long // short)
    matrix = transfer_matrix(at.tensor, width)
    log_trace = _log_trace_of_power(matrix, length)
    lossy = [cut.dimension for cut in cuts if cut.gap < 1.0]
    return LogPartition(
        log_trace + at.log_scale.times(float(width * length)),
        min(lossy) if lossy else max(cut.dimension for cut in cuts),
        max(cut.discarded_weight for cut in cuts),
    )


def trg_thermodynamics(
    Lx: int,
    Ly: int,
    conditions: Conditions,
    *,
    chi_max: int = 32,
    scheme: Scheme = "levin_nave",
) -> Thermodynamics:
    """Return the thermodynamics of the Lx × Ly torus; see `log_partition`.

    ``extra`` holds ``smallest_chi`` and ``discarded_weight``.
    """
    found = log_partition(Lx, Ly, conditions, chi_max=chi_max, scheme=scheme)
    log_z = found.log_z
    result = from_log_z(
        Lx * Ly,
        conditions,
        log_z.value,
        log_z.first[0],
        log_z.second[0],
        log_z.first[1],
        log_z.second[1],
    )
    extra = {
        "smallest_chi": float(found.smallest_chi),
        "discarded_weight": found.discarded_weight,
    }
    return Thermodynamics(
        result.free_energy,
        result.energy,
        result.magnetization,
        result.susceptibility,
        result.heat_capacity,
        extra,
    )


def _check(Lx: int, Ly: int, conditions: Conditions, chi_max: int) -> None:
    for name, side in (("Lx", Lx), ("Ly", Ly)):
        if side < 1:
            raise ArgumentError(f"Argument `{name}` must be at least 1, but is {side}")
        if side & (side - 1):
            low = 1 << (side.bit_length() - 1)
            near = low if side - low <= 2 * low - side else 2 * low
            raise MethodLimitError(
                f"Argument `{name}` must be a power of two for tensor renormalization, "
                f"but is {side}; the nearest is {near}. Enumeration and the transfer "
                "matrix take any small side, the exact sum without field any side, "
                "Monte Carlo both"
            )
        if side > LARGEST_SIDE:
            raise MethodLimitError(
                f"Argument `{name}` must be at most {LARGEST_SIDE}, but is {side}; "
                "take the exact infinite lattice"
            )
    if chi_max < 2:
        raise ArgumentError(f"Argument `chi_max` must be at least 2, but is {chi_max}")
    if chi_max > LARGEST_CHI:
        raise MethodLimitError(
            f"Argument `chi_max` must be at most {LARGEST_CHI}, but is {chi_max}: one "
            f"tensor would take {8e-9 * chi_max**4:.0f} GB; the exact sum without "
            "field needs none"
        )
    beta = conditions.beta
    for name, ratio in (("J", beta * conditions.J), ("h", beta * conditions.h)):
        if not abs(ratio) < math.inf:
            raise ArgumentError(f"Argument `{name}`/T must be finite, but is {ratio!r}")


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


def _charged_product(a: FloatArray, b: FloatArray, charge: IntArray) -> FloatArray:
    """Return a @ b where both conserve the ``charge`` of their rows and columns."""
    if not charge.any():
        return np.asarray(a @ b)
    out = np.zeros((a.shape[0], b.shape[1]))
    for value in (0, 1):
        at = np.flatnonzero(charge == value)
        block = np.ix_(at, at)
        out[block] = a[block] @ b[block]
    return out


def _log_trace_of_power(matrix: Jet, power: int) -> ScalarJet:
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


def _ring(length: int, conditions: Conditions, derivatives: bool) -> ScalarJet:
    """Return ln Z of a 1 × length torus: each spin is coupled to itself as well."""
    here, there = np.meshgrid(SPINS, SPINS, indexing="ij")
    matrix, log_scale = boltzmann(
        here * there + 1.0, 0.5 * (here + there), conditions, derivatives
    )
    return _log_trace_of_power(matrix, length) + log_scale.times(float(length))
