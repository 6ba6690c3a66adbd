"""Where the spectrum of H is cut, and the derivatives of the space that is kept.

The kept eigenvectors are never differentiated one by one, which would divide by the
gaps between them. Only their span is: with H = Σ d_n |n⟩⟨n| at the point itself, it
moves as K + Z, where Z maps kept to discarded vectors,

    Z′_{mk} = H′_{mk} / (d_k − d_m),

so degenerate kept values are harmless, and only a cut through a multiplet, d_m = d_k,
would not be. Cuts therefore fall into gaps.

Near a fixed point the values form clusters, the multiplets of its scaling operators.
Part of a cluster helps no more than none of it, so there are stretches of chi_max over
which the plain scheme does not improve, 10 to 12 and 24 to 27 at T_c; a cut in front of
the cluster loses nothing. Bond weights spread the values and shorten the stretches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from scipy.sparse.linalg import ArpackError, eigsh

from spacewheat_sim.arrays import FloatArray, IndexArray
from spacewheat_sim.statmech.ising.thermodynamics import MethodLimitError
from spacewheat_sim.statmech.trg.duals import Jet, total_square
from spacewheat_sim.statmech.trg.tensor import Sector, Tensor, pair_sectors

SMALLEST_GAP = 0.05
"""Values closer than this, relatively, count as one multiplet and stay together.

Below T_c the values pair up, the closer the larger the squares. A cut between partners
of a pair changes ln Z little, but its second derivative in the field by 1/gap²: wrong
by many powers of ten at a gap of 0.001, and still by a factor of ten at 0.02.
"""

DEGENERATE = 1e-6
"""Where no gap is as wide as `SMALLEST_GAP`, the widest serves, if above this."""

SMALLEST_VALUE = 1e-14
"""Eigenvalues below this, relative to the largest, are rounding and are dropped."""

DENSE_UP_TO = 160
"""Order of a block below which all of its eigenvalues are computed at once."""


@dataclass(frozen=True)
class Spectrum:
    """Leading eigenpairs of one block, largest |d| first.

    Attributes:
        values: d, (k,).
        vectors: Orthonormal, (n, k).
        charge: Charge of each vector, (k,).
    """

    values: FloatArray
    vectors: FloatArray
    charge: IndexArray


@dataclass(frozen=True)
class Cut:
    """What is kept of each sector.

    Attributes:
        kept: Number of leading eigenpairs kept, by sector.
        dimension: Their sum, χ.
        gap: Relative gap at the cut; 1 where nothing was discarded.
        discarded_weight: Σ d² of what is discarded over Σ d² of all.
    """

    kept: dict[Sector, int]
    dimension: int
    gap: float
    discarded_weight: float

    @property
    def discards(self) -> bool:
        """Whether anything beyond rounding was discarded."""
        return self.gap < 1.0


def spectra(tensor: Tensor, chi_max: int, *, complete: bool) -> dict[Sector, Spectrum]:
    """Return the leading eigenpairs of each block: all that a cut can need.

    Args:
        tensor: Whose H to take apart.
        chi_max: Largest number of values that will be kept.
        complete: Whether to return all eigenpairs, as derivatives need.
    """
    found = {}
    pairs = pair_sectors(tensor.legs)
    for sector, block in tensor.blocks.items():
        n = block.value.shape[0]
        if complete:
            found[sector] = _complete(block.value, pairs[sector].split, sector[1])
        else:
            count = n if n <= DENSE_UP_TO else min(n, chi_max // 2 + 6)
            found[sector] = _spectrum(block.value, count, sector[1])
    while True:
        short = _too_short(found, chi_max)
        if not short:
            return found
        for sector in short:
            matrix = tensor.blocks[sector].value
            count = min(matrix.shape[0], 2 * found[sector].values.size)
            found[sector] = _spectrum(matrix, count, sector[1])


def _too_short(found: dict[Sector, Spectrum], chi_max: int) -> list[Sector]:
    """Return the sectors that may hold further values above the cut."""
    sizes = np.sort(np.concatenate([abs(s.values) for s in found.values()]))[::-1]
    level = sizes[chi_max] if sizes.size > chi_max else 0.0
    level = max(level, SMALLEST_VALUE * sizes[0])
    return [
        sector
        for sector, spectrum in found.items()
        if spectrum.values.size < spectrum.vectors.shape[0]
        and abs(spectrum.values[-1]) > level
    ]


def _complete(matrix: FloatArray, split: int, charge: int) -> Spectrum:
    """Return all eigenpairs of a matrix of two diagonal blocks divided at ``split``."""
    n = matrix.shape[0]
    upper = _spectrum(matrix[:split, :split], split, charge)
    if split in (0, n):
        return upper if split else _spectrum(matrix, n, 1 - charge)
    lower = _spectrum(matrix[split:, split:], n - split, 1 - charge)
    values = np.concatenate([upper.values, lower.values])
    order = np.argsort(-abs(values), kind="stable")
    vectors = scipy.linalg.block_diag(upper.vectors, lower.vectors)
    labels = np.concatenate([upper.charge, lower.charge])
    return Spectrum(
        values[order], np.ascontiguousarray(vectors[:, order]), labels[order]
    )


def _spectrum(matrix: FloatArray, count: int, charge: int) -> Spectrum:
    n = matrix.shape[0]
    if count < 0.5 * n:
        try:
            # A start of unequal entries has a part in every eigenspace.
            start = 1.0 + np.arange(n) % 7
            values, vectors = eigsh(matrix, k=count, v0=start, which="LM")
        except ArpackError:
            values, vectors = np.linalg.eigh(matrix)
    else:
        values, vectors = np.linalg.eigh(matrix)
    order = np.argsort(-abs(values), kind="stable")[:count]
    return Spectrum(
        values[order],
        np.ascontiguousarray(vectors[:, order]),
        np.full(count, charge, dtype=np.intp),
    )


def choose_cut(tensor: Tensor, found: dict[Sector, Spectrum], chi_max: int) -> Cut:
    """Return the largest cut of at most ``chi_max`` values that splits no multiplet.

    Raises:
        MethodLimitError: the leading multiplet alone is larger than ``chi_max``.
    """
    sectors = list(found)
    sizes = np.concatenate([abs(found[s].values) for s in sectors])
    owner = np.repeat(np.arange(len(sectors)), [found[s].values.size for s in sectors])
    order = np.argsort(-sizes, kind="stable")
    sizes, owner = sizes[order], owner[order]
    rank = int(np.count_nonzero(sizes > SMALLEST_VALUE * sizes[0]))
    dimension, gap = rank, 1.0
    if rank > chi_max:
        gaps = 1.0 - sizes[1 : chi_max + 1] / sizes[:chi_max]
        wide = np.flatnonzero(gaps > min(SMALLEST_GAP, 0.999 * gaps.max()))
        if gaps.max() < DEGENERATE:
            raise MethodLimitError(
                f"Argument `chi_max` must be above {chi_max}: every cut would split a "
                "multiplet of equal singular values"
            )
        dimension, gap = int(wide[-1]) + 1, float(gaps[wide[-1]])
    counts = np.bincount(owner[:dimension], minlength=len(sectors))
    kept = dict(zip(sectors, counts.tolist(), strict=True))
    total = sum(total_square(block) for block in tensor.blocks.values())
    weight = 1.0 - float(sizes[:dimension] @ sizes[:dimension]) / total
    return Cut(kept, dimension, gap, max(0.0, weight))


def invariant_subspace(H: Jet, spectrum: Spectrum, kept: IndexArray) -> tuple[Jet, Jet]:
    """Return an orthonormal basis Q of a space that H maps to itself, and QᵀHQ.

    Q follows the space without turning inside it. With Z the mixing defined above,

        Z″ = [H″_{mk} + 2(H′Z′ − Z′H′)_{mk}] / (d_k − d_m),
        (QᵀHQ)″ = H″ + 2H′Z′ + Z′ᵀZ′ D − D Z′ᵀZ′.

    Args:
        H: Jet (n, n), symmetric.
        spectrum: Its eigenpairs; all n of them if the jet has directions.
        kept: Which of them span the space, (k,).

    Returns:
        Q of shape (n, k) and QᵀHQ of shape (k, k), diagonal at the point itself.
    """
    d, U = spectrum.values, spectrum.vectors
    rest = np.setdiff1d(np.arange(d.size), kept)
    U_k, d_k = U[:, kept], d[kept]
    q_first, q_second, s_first, s_second = [], [], [], []
    if H.first:
        U_m = U[:, rest]
        gaps = d_k[None, :] - d[rest][:, None]
    for H_1, H_2 in zip(H.first, H.second, strict=True):
        slope = H_1 @ U_k
        inside, outside = U_k.T @ slope, U_m.T @ slope
        Z = outside / gaps
        moved = U_m @ Z
        bend = H_2 @ U_k
        mixing = U_m.T @ (bend + 2.0 * (H_1 @ moved)) - 2.0 * Z @ inside
        square = Z.T @ Z
        q_first.append(moved)
        q_second.append(U_m @ (mixing / gaps) - U_k @ square)
        s_first.append(0.5 * (inside + inside.T))
        twice = (
            U_k.T @ bend + 2.0 * outside.T @ Z + square * d_k - d_k[:, None] * square
        )
        s_second.append(0.5 * (twice + twice.T))
    return (
        Jet(U_k, tuple(q_first), tuple(q_second)),
        Jet(np.diag(d_k), tuple(s_first), tuple(s_second)),
    )
