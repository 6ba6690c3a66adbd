"""The static part of the equation of motion, compiled to plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]
IndexArray = NDArray[np.uint32]


class StaticTerms(NamedTuple):
    """H and Γ as the kernels take them.

    Attributes:
        indptr: CSR row pointers of H off the diagonal, (N + 1,).
        indices: CSR column indices, (nnz,).
        re: Real parts of the entries in rad/s, (nnz,).
        im: Imaginary parts of the entries in rad/s, (nnz,).
        energy: Static diagonal of H in rad/s, (N,).
        half_decay: Γ/2 in 1/s, (N,).
    """

    indptr: IndexArray
    indices: IndexArray
    re: FloatArray
    im: FloatArray
    energy: FloatArray
    half_decay: FloatArray


class Feed(NamedTuple):
    """The classical feed of populations, W_ts = Σ γ_k over jumps s → t, as CSR.

    Attributes:
        indptr: Row pointers, (N + 1,).
        sources: Column indices, (F,).
        rates: Entries in 1/s, (F,).
    """

    indptr: IndexArray
    sources: IndexArray
    rates: FloatArray


@dataclass(frozen=True)
class Generator:
    """A Hamiltonian and one-entry jump operators L_k = √γ_k |t_k⟩⟨s_k|.

    Every jump operator has one entry, so the dissipator is a decay of coherences,
    Γ_i = Σ_{k: s_k = i} γ_k, and a classical feed of populations, W_ts = Σ γ_k:

        dρ/dt = Bρ + (Bρ)† + diag(W p),   B = −iH − Γ/2,   p_i = ρ_ii.

    Attributes:
        static: H and Γ.
        feed: W.
        jump_sources: s_k, (K,).
        jump_targets: t_k, (K,).
        jump_rates: γ_k in 1/s, (K,).
        channel_order: Where each source begins in ``channels``, (N + 1,).
        channels: Channels grouped by source, (K,).
        ket_bound: Upper bound on ‖B‖ in 1/s.
        density_bound: Upper bound on the norm of the Liouvillian in 1/s.
    """

    static: StaticTerms
    feed: Feed
    jump_sources: IntArray
    jump_targets: IntArray
    jump_rates: FloatArray
    channel_order: IntArray
    channels: IntArray
    ket_bound: float
    density_bound: float

    @property
    def dimension(self) -> int:
        """Number of basis states N."""
        return int(self.static.energy.size)

    @property
    def decay(self) -> FloatArray:
        """Γ, the total rate out of each state in 1/s, (N,)."""
        return 2 * self.static.half_decay

    @classmethod
    def build(
        cls,
        hamiltonian: sp.csr_array,
        sources: IntArray,
        targets: IntArray,
        rates: FloatArray,
    ) -> Generator:
        """Compile a Hermitian ``hamiltonian`` (N, N) and K jumps; arrays read-only."""
        n = hamiltonian.shape[0]
        decay = np.bincount(sources, rates, minlength=n).astype(np.float64)
        channels = np.argsort(sources, kind="stable")
        order = np.searchsorted(sources[channels], np.arange(n + 1))
        diagonal = hamiltonian.diagonal()
        coupling = sp.csr_array(hamiltonian - sp.diags_array(diagonal))
        coupling.eliminate_zeros()
        coupling.sort_indices()
        row_sums = abs(coupling).sum(axis=1) + abs(diagonal)
        largest = float(np.max(row_sums, initial=0.0))
        widest = float(np.max(decay, initial=0.0))
        generator = cls(
            static=StaticTerms(
                indptr=coupling.indptr.astype(np.uint32),
                indices=coupling.indices.astype(np.uint32),
                re=np.ascontiguousarray(coupling.data.real),
                im=np.ascontiguousarray(coupling.data.imag),
                energy=np.ascontiguousarray(diagonal.real),
                half_decay=decay / 2,
            ),
            feed=_feed(sources, targets, rates, n),
            jump_sources=sources.astype(np.int32),
            jump_targets=targets.astype(np.int32),
            jump_rates=rates.astype(np.float64),
            channel_order=order.astype(np.int32),
            channels=channels.astype(np.int32),
            ket_bound=largest + widest / 2,
            density_bound=2 * largest + 2 * widest,
        )
        for value in (*generator.static, *generator.feed, *vars(generator).values()):
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
        return generator


def _feed(sources: IntArray, targets: IntArray, rates: FloatArray, n: int) -> Feed:
    matrix = sp.csr_array((rates, (targets, sources)), shape=(n, n))
    matrix.sum_duplicates()
    return Feed(
        matrix.indptr.astype(np.uint32),
        matrix.indices.astype(np.uint32),
        matrix.data.astype(np.float64),
    )
