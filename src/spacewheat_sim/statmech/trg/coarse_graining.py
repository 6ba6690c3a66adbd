"""One step of tensor renormalization: halve the number of tensors, turn by 45°.

H = Σ d |v⟩⟨v| is cut, and its two halves A = Σ |v⟩ |d|^{(1−k)/2} are joined by a bond
of weight sign(d) |d|^k. Four halves around every second square, joined by the old bonds
of weight w, make the new tensor

    N_{(ya),(y′b)} = Σ_x w_x A_{xya} A_{xy′b},
    H_{(ab),(dc)} = Σ_{yy′} N_{(ya),(y′b)} w_y w_y′ N_{(yd),(y′c)}.

k = 0 is Levin and Nave's scheme (Physical Review Letters 99, 120601, 2007), and
k = −1/2 the bond-weighted one, at the value for which a critical tensor reproduces
itself (Adachi, Okubo and Todo, Physical Review B 105, L060402, 2022). The mirrors of
the square lattice make all four halves equal up to the parity of legs, which drops out
of the weights w; and they make H block-diagonal in the exchange of its pair of legs,
which divides the work by four, and by sixteen together with spin reversal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from spacewheat_sim.arrays import FloatArray, IndexArray
from spacewheat_sim.errors import UnknownNameError
from spacewheat_sim.statmech.trg.duals import (
    Jet,
    ScalarJet,
    divide,
    inverse,
    product,
    projected_norm,
    signed_gram,
    square_root,
)
from spacewheat_sim.statmech.trg.tensor import Legs, Pairs, Sector, Tensor, pair_sectors
from spacewheat_sim.statmech.trg.truncation import (
    Cut,
    choose_cut,
    invariant_subspace,
    spectra,
)

Scheme = Literal["levin_nave", "bond_weighted"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)


def check_scheme(scheme: str) -> None:
    """Refuse what is no scheme.

    Raises:
        UnknownNameError: ``scheme`` is not one of `SCHEMES`.
    """
    if scheme not in SCHEMES:
        raise UnknownNameError("scheme", scheme, SCHEMES)


@dataclass(frozen=True)
class Half:
    """Half of the tensors' eigenvectors: those of one sector and one sign.

    Attributes:
        sector: Sector of the pairs that the new leg's values are made of.
        sign: Sign of their eigenvalues.
        charge: Their charges, (values,).
        vectors: Jet of Q |S|^{(1−k)/2}, (pairs of the sector, values).
        weight_root: Jet of |S|^{k/2}, or None where k = 0.
    """

    sector: Sector
    sign: int
    charge: IndexArray
    vectors: Jet
    weight_root: Jet | None


def normalized(tensor: Tensor) -> tuple[Tensor, ScalarJet]:
    """Return the tensor divided by its norm, and ln of that norm."""
    scale = projected_norm(list(tensor.blocks.values()))
    blocks = {sector: divide(jet, scale) for sector, jet in tensor.blocks.items()}
    return Tensor(tensor.legs, blocks), scale.log()


def coarse_grain(tensor: Tensor, chi_max: int, scheme: Scheme) -> tuple[Tensor, Cut]:
    """Return the tensor of two squares, not normalized, and how the spectrum was cut.

    Args:
        tensor: The tensor of one square.
        chi_max: Largest dimension of the new legs.
        scheme: One of `SCHEMES`.

    Raises:
        MethodLimitError: no cut at or below ``chi_max`` keeps multiplets whole.
    """
    has_directions = bool(next(iter(tensor.blocks.values())).first)
    found = spectra(tensor, chi_max, complete=has_directions)
    cut = choose_cut(tensor, found, chi_max)
    halves = []
    for sector, count in cut.kept.items():
        values = found[sector].values[:count]
        for sign in (1, -1):
            kept = np.flatnonzero(sign * values > 0.0)
            if kept.size:
                Q, S = invariant_subspace(tensor.blocks[sector], found[sector], kept)
                charge = found[sector].charge[kept]
                halves.append(_half(sector, sign, charge, Q, S, scheme))
    legs = _new_legs(halves, mixed=tensor.legs.mixed)
    return _join(tensor.legs, legs, halves), cut


def _half(
    sector: Sector, sign: int, charge: IndexArray, Q: Jet, S: Jet, scheme: Scheme
) -> Half:
    root = square_root(S if sign > 0 else -S)
    if scheme == "levin_nave":
        return Half(sector, sign, charge, Q @ root, None)
    fourth = square_root(root)
    return Half(sector, sign, charge, Q @ (root @ fourth), inverse(fourth))


def _new_legs(halves: list[Half], *, mixed: bool) -> Legs:
    sizes = [half.vectors.value.shape[1] for half in halves]

    def label(of_halves: list[int]) -> FloatArray:
        return np.repeat(np.array(of_halves, dtype=np.float64), sizes)

    return Legs(
        parity=label([half.sector[0] for half in halves]),
        charge=np.concatenate([half.charge for half in halves]),
        sign=label([half.sign for half in halves]),
        weight_root=_direct_sum([half.weight_root for half in halves], sizes),
        mixed=mixed,
    )


def _direct_sum(parts: list[Jet | None], sizes: list[int]) -> Jet | None:
    """Return the block-diagonal jet of ``parts``, or None where they are."""
    jets = [part for part in parts if part is not None]
    if not jets:
        return None
    ends = np.cumsum(sizes)

    def assemble(arrays: list[FloatArray]) -> FloatArray:
        out = np.zeros((ends[-1], ends[-1]))
        for array, end, size in zip(arrays, ends, sizes, strict=True):
            out[end - size : end, end - size : end] = array
        return out

    directions = range(len(jets[0].first))
    return Jet(
        assemble([jet.value for jet in jets]),
        tuple(assemble([jet.first[n] for jet in jets]) for n in directions),
        tuple(assemble([jet.second[n] for jet in jets]) for n in directions),
    )


def _join(old: Legs, new: Legs, halves: list[Half]) -> Tensor:
    """Join four halves by the old bonds."""
    A = _gather(old, new, halves)
    if old.weight_root is not None:
        A = _weigh(A, old.weight_root)
    chi, chi_new = old.dimension, new.dimension
    rows = A.linear(
        lambda part: np.ascontiguousarray(part.reshape(chi, chi * chi_new).T)
    )
    whole = (chi * chi_new, chi)
    N = signed_gram(rows, old.sign, whole)  # ((y a), (y' b))
    R = N.linear(
        lambda part: np.ascontiguousarray(
            part.reshape(chi, chi_new, chi, chi_new).transpose(1, 3, 0, 2)
        )
    )  # (a, b, y, y')
    old_pairs = pair_sectors(old)
    blocks = {}
    for sector, basis in pair_sectors(new).items():
        if sector in old_pairs:
            inner = old_pairs[sector]
            block = R.linear(lambda part, p=basis, q=inner: _pair_block(part, p, q))  # type: ignore[misc]
            signs = old.sign[inner.i] * old.sign[inner.j]
            splits = (basis.split, inner.split)
            blocks[sector] = signed_gram(block, signs, splits)
    return Tensor(new, blocks)


def _gather(old: Legs, new: Legs, halves: list[Half]) -> Jet:
    """Return A_{xya} of all halves together, (χ, χ, χ_new)."""
    pairs = pair_sectors(old)
    chi = old.dimension

    def gather(arrays: list[FloatArray]) -> FloatArray:
        out = np.zeros((chi, chi, new.dimension))
        start = 0
        for half, array in zip(halves, arrays, strict=True):
            basis = pairs[half.sector]
            stop = start + array.shape[1]
            scaled = basis.factor[:, None] * array
            out[basis.i, basis.j, start:stop] += scaled
            out[basis.j, basis.i, start:stop] += basis.parity * scaled
            start = stop
        return out

    directions = range(len(halves[0].vectors.first))
    return Jet(
        gather([half.vectors.value for half in halves]),
        tuple(gather([half.vectors.first[n] for half in halves]) for n in directions),
        tuple(gather([half.vectors.second[n] for half in halves]) for n in directions),
    )


def _weigh(A: Jet, root: Jet) -> Jet:
    """Return A with the root of the bond weight on both of its old legs."""
    first = product(lambda m, part: np.tensordot(m, part, 1), root, A)
    return product(np.matmul, root, first)


def _pair_block(R: FloatArray, rows: Pairs, columns: Pairs) -> FloatArray:
    """Return R between normalized pairs: ⟨row|R|column⟩, (n_rows, n_columns)."""
    chi = R.shape[-1]
    at = R.reshape(R.shape[0], R.shape[1], chi * chi)[rows.i, rows.j]
    block = at[:, columns.i * chi + columns.j]
    block += rows.parity * at[:, columns.j * chi + columns.i]
    block *= 2.0 * rows.factor[:, None]
    block *= columns.factor
    return block
