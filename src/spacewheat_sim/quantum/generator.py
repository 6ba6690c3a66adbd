"""The static part of the equation of motion, compiled to plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.arrays import ComplexArray, FloatArray, Int32Array, UInt32Array
from spacewheat_sim.errors import RunError
from spacewheat_sim.quantum.arithmetic.kernels import products
from spacewheat_sim.quantum.arithmetic.kernels.elementary import moduli
from spacewheat_sim.quantum.jumps import Jumps

# Amplitudes and coherences that are below rounding.
UNSEEN = 1e-16
# Angle in radians that doubles hold to a thousandth.
MOST_TURNED = 1e-3 * 2.0**52


class StaticTerms(NamedTuple):
    """H and Γ as the kernels take them.

    Attributes:
        indptr: CSR row pointers of H off the diagonal, (N + 1,).
        indices: CSR column indices, (nnz,).
        re: Real parts of the entries in rad/s, (nnz,).
        im: Imaginary parts of the entries in rad/s, (nnz,).
        energy: Static diagonal of H in the frame of the generator in rad/s, (N,).
        half_decay: Γ/2 in 1/s, (N,).
    """

    indptr: UInt32Array
    indices: UInt32Array
    re: FloatArray
    im: FloatArray
    energy: FloatArray
    half_decay: FloatArray

    def coupling(self) -> sp.csr_array:
        """Return the entries of H off the diagonal in rad/s, CSR (N, N)."""
        indices, indptr = self.indices.astype(np.int32), self.indptr.astype(np.int32)
        parts = (self.re + 1j * self.im, indices, indptr)
        return sp.csr_array(parts, shape=(self.energy.size, self.energy.size))


class EffectiveHamiltonian(NamedTuple):
    """H − iΓ/2 with its diagonal, as CSR.

    Attributes:
        indptr: Row pointers, (N + 1,).
        indices: Column indices, (nnz,).
        re: Real parts of the entries in rad/s, (nnz,).
        im: Imaginary parts, (nnz,).
    """

    indptr: UInt32Array
    indices: UInt32Array
    re: FloatArray
    im: FloatArray


class Feed(NamedTuple):
    """What jumps put in: Σ_k γ_k ρ[s_e, s_f] at [t_e, t_f] over their entries e, f.

    Of jumps of one entry this is a classical feed of populations, W_ts = Σ γ_k over
    jumps s → t, kept as CSR. The M jumps of several entries are kept by themselves.

    Attributes:
        indptr: Row pointers of W, (N + 1,).
        sources: Column indices of W, (F,).
        rates: Entries of W in 1/s, (F,).
        order: Where the entries of each of the M begin, (M + 1,).
        origins: s_e of their entries, (E,).
        landings: t_e, rising within each of them, (E,).
        strengths: Their rates in 1/s, (M,).
    """

    indptr: UInt32Array
    sources: UInt32Array
    rates: FloatArray
    order: UInt32Array
    origins: UInt32Array
    landings: UInt32Array
    strengths: FloatArray


@dataclass(frozen=True)
class Generator:
    """A Hamiltonian and jump operators.

    The dissipator is a decay of coherences at the rates Γ_i by which the jumps leave
    each state, and what the jumps L_k = √γ_k Σ_e |t_e⟩⟨s_e| put in elsewhere:

        dρ/dt = Bρ + (Bρ)† + Σ_k γ_k Σ_ef ρ[s_e, s_f] |t_e⟩⟨t_f|,   B = −iH − Γ/2.

    Where every jump has one entry the last part is a feed of populations, diag(W p)
    with W_ts = Σ γ_k and p_i = ρ_ii.

    A constant added to all energies of states that couplings connect changes nothing
    but phases. Where such constants make up most of ‖H‖, ``static`` holds H − F with
    F = diag(``frame``), which commutes with H and Γ, so that

        ψ(t + h) = e^{−iFh} ψ'(t + h),   ρ(t + h) = e^{−iFh} ρ'(t + h) e^{iFh}

    of what evolves under ``static`` from the same start.

    Attributes:
        static: H − F and Γ.
        frame: F in rad/s, the same for all states that couplings connect, (N,).
        energy: Static diagonal of H itself in rad/s, (N,).
        feed: What the jumps put in.
        jumps: The jump operators.
        channel_order: Where each source begins in ``channels``, (N + 1,).
        channels: Jump operators grouped by the sources of their entries, (E,).
        ket_bound: Upper bound on ‖B + iF‖ in 1/s.
        density_bound: Upper bound on the norm of the Liouvillian in 1/s, without F.
        qubits: The layout; see :mod:`spacewheat_sim.quantum.register.layout`.
    """

    static: StaticTerms
    frame: FloatArray
    energy: FloatArray
    feed: Feed
    jumps: Jumps
    channel_order: Int32Array
    channels: Int32Array
    ket_bound: float
    density_bound: float
    qubits: int = 0

    @property
    def dimension(self) -> int:
        """Number of basis states N."""
        return int(self.static.energy.size)

    @property
    def decay(self) -> FloatArray:
        """Γ, the total rate out of each state in 1/s, (N,)."""
        return 2 * self.static.half_decay

    @cached_property
    def has_frame(self) -> bool:
        """Whether F is not zero."""
        return bool(self.frame.any())

    @cached_property
    def has_parts(self) -> bool:
        """Whether F differs between states, so that a density matrix feels it."""
        return bool(np.ptp(self.frame) > 0.0)

    def turned_kets(self, psi: ComplexArray, h: float) -> ComplexArray:
        """Return e^{−iFh} ψ of kets (…, N).

        Raises:
            RunError: states of one ket turn so far against each other that the phase
                between them is lost in rounding.
        """
        seen = np.abs(psi) > UNSEEN
        high = np.where(seen, self.frame, -np.inf).max(axis=-1)
        low = np.where(seen, self.frame, np.inf).min(axis=-1)
        _check_turn(float(np.max(high - low)), h)
        flat = psi.reshape(-1, psi.shape[-1])
        return np.asarray(products.turn_kets(flat, self._turn(h)).reshape(psi.shape))

    def turned_densities(self, rho: ComplexArray, h: float) -> ComplexArray:
        """Return e^{−iFh} ρ e^{iFh} of density matrices (…, N, N).

        Raises:
            RunError: as in :meth:`turned_kets`, for a coherence.
        """
        gaps = np.abs(self.frame[:, None] - self.frame)
        _check_turn(float(np.max(gaps * (np.abs(rho) > UNSEEN))), h)
        flat = rho.reshape(-1, *rho.shape[-2:])
        turned = products.turn_densities(flat, self._turn(h))
        return np.asarray(turned.reshape(rho.shape))

    def _turn(self, h: float) -> ComplexArray:
        """Return the diagonal of e^{−iFh}, (N,).

        What all states turn by is rounded for all of them alike, so that coherences
        are as precise as the differences of F allow. Of what is beyond all doubles
        there is no phase, and 1 will do.
        """
        return np.asarray(products.frame_turns(self.frame, h))

    @cached_property
    def effective_hamiltonian(self) -> EffectiveHamiltonian:
        """H − F − iΓ/2 of the static terms, as one sparse matrix."""
        own = sp.diags_array(self.static.energy - 1j * self.static.half_decay)
        matrix = sp.csr_array(self.static.coupling() + own)
        matrix.sort_indices()
        return EffectiveHamiltonian(
            matrix.indptr.astype(np.uint32),
            matrix.indices.astype(np.uint32),
            np.ascontiguousarray(matrix.data.real),
            np.ascontiguousarray(matrix.data.imag),
        )

    def no_jump_matrix(self) -> ComplexArray:
        """Return B + iF = −i(H − F) − Γ/2 as a dense matrix, (N, N)."""
        indptr, indices, re, im, energy, half_decay = self.static
        matrix = np.zeros((energy.size, energy.size), dtype=np.complex128)
        counts = np.diff(indptr).astype(np.intp)
        rows = np.repeat(np.arange(energy.size), counts)
        matrix[rows, indices] = -1j * (re + 1j * im)
        matrix[np.diag_indices_from(matrix)] = -1j * energy - half_decay
        return matrix

    @classmethod
    def build(
        cls,
        hamiltonian: sp.csr_array,
        jumps: Jumps,
        qubits: int = 0,
    ) -> Generator:
        """Compile a Hermitian ``hamiltonian`` (N, N) and jumps; arrays read-only."""
        n = hamiltonian.shape[0]
        operators = jumps.operators()
        decay = jumps.decay(jumps.rates, n)
        entries = np.argsort(jumps.sources, kind="stable")
        order = np.searchsorted(jumps.sources[entries], np.arange(n + 1))
        diagonal = hamiltonian.diagonal()
        coupling = sp.csr_array(hamiltonian - sp.diags_array(diagonal))
        coupling.eliminate_zeros()
        coupling.sort_indices()
        energy = np.ascontiguousarray(diagonal.real)
        coupled = coupled_sums(coupling)
        frame = _frame(coupling, energy, coupled + decay / 2, jumps.are_single)
        row_sums = coupled + abs(energy - frame)
        largest = float(np.max(row_sums, initial=0.0))
        widest = float(np.max(decay, initial=0.0))
        generator = cls(
            static=StaticTerms(
                indptr=coupling.indptr.astype(np.uint32),
                indices=coupling.indices.astype(np.uint32),
                re=np.ascontiguousarray(coupling.data.real),
                im=np.ascontiguousarray(coupling.data.imag),
                energy=energy - frame if frame.any() else energy,
                half_decay=decay / 2,
            ),
            frame=frame,
            energy=energy,
            feed=_feed(jumps, n),
            jumps=jumps,
            channel_order=order.astype(np.int32),
            channels=operators[entries].astype(np.int32),
            ket_bound=largest + widest / 2,
            density_bound=2 * largest + 2 * widest,
            qubits=qubits,
        )
        parts = (*generator.static, *generator.feed, *jumps)
        for value in (*parts, *vars(generator).values()):
            if isinstance(value, np.ndarray):
                value.setflags(write=False)
        return generator


def coupled_sums(matrix: sp.csr_array) -> FloatArray:
    """Return Σ_j |a_ij| of a sparse matrix, (N,)."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    sizes = np.empty(matrix.data.size)
    moduli(matrix.data, sizes)
    return np.bincount(rows, sizes, minlength=matrix.shape[0]).astype(np.float64)


def _check_turn(apart: float, h: float) -> None:
    if not apart * h <= MOST_TURNED:
        raise RunError(
            f"Energies {apart:.3g} rad/s apart are too large to be followed over {h:g} "
            "s at once: double precision does not hold the phase between their states"
        )


def _frame(
    coupling: sp.csr_array,
    energy: FloatArray,
    others: FloatArray,
    in_parts: bool,
) -> FloatArray:
    """Return a constant energy for each part of H, where that halves the norm, (N,).

    It is the energy of the state nearest to the middle of the part's, so that
    differences from it are exact. ``others`` (N,) is what bounds the norm besides.
    Jumps of several entries carry phases from part to part: then all states are one.
    """
    before = float(np.max(np.abs(energy) + others))
    if 2 * float(np.max(others)) >= before:
        return np.zeros_like(energy)
    # Loaded here: few baths have such energies.
    from scipy.sparse.csgraph import connected_components

    part = np.zeros(energy.size, dtype=np.int32)
    if in_parts:
        _, part = connected_components(abs(coupling), directed=False)
    low, high = np.full((2, energy.size), [[np.inf], [-np.inf]])
    np.minimum.at(low, part, energy)
    np.maximum.at(high, part, energy)
    distance = np.abs(energy - (low[part] / 2 + high[part] / 2))
    order = np.lexsort((distance, part))
    _, first = np.unique(part[order], return_index=True)
    frame = energy[order[first]][part]
    after = float(np.max(np.abs(energy - frame) + others))
    return frame if 2 * after < before else np.zeros_like(energy)


def _feed(jumps: Jumps, n: int) -> Feed:
    sizes = np.diff(jumps.order)
    single = np.repeat(sizes == 1, sizes)
    rates = jumps.rates[sizes == 1]
    pairs = (jumps.targets[single], jumps.sources[single])
    matrix = sp.csr_array((rates, pairs), shape=(n, n))
    matrix.sum_duplicates()
    wide = np.flatnonzero(sizes != 1)
    entries = []
    for k in wide.tolist():
        sources, targets = jumps.entries(k)
        order = np.argsort(targets, kind="stable")
        entries.append((sources[order], targets[order]))
    origins, landings = (
        np.concatenate([np.empty(0, np.uint32), *part]).astype(np.uint32)
        for part in (zip(*entries, strict=True) if entries else ((), ()))
    )
    return Feed(
        matrix.indptr.astype(np.uint32),
        matrix.indices.astype(np.uint32),
        matrix.data.astype(np.float64),
        np.concatenate(([0], np.cumsum(sizes[wide]))).astype(np.uint32),
        origins,
        landings,
        jumps.rates[wide],
    )
