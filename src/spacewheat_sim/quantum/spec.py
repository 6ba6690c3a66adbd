"""The source document's own update of a ket, kept to the letter for comparison.

It is not the Lindblad equation: it adds amplitudes coherently, depends on the order of
the terms and diverges as dt → 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum import kernels
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.trajectory import LARGEST_REACH, MOST_TERMS, Jump

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]
HamiltonianStep = Literal["euler", "cayley", "split", "exact"]


class SpecUpdate:
    """time += dt, a Hamiltonian step at the new time, then every transfer in order.

    The Hamiltonian step, ψ normalized after it, is one of

    - euler: ψ − i dt Hψ, the document's own, of order 1;
    - cayley: (1 + iH dt/2)⁻¹ (1 − iH dt/2) ψ, unitary, of order 2;
    - split: e^{−iD dt/2} e^{−iV dt} e^{−iD dt/2} ψ with D the diagonal of H and V the
      rest, unitary, of order 2;
    - exact: e^{−iH dt} ψ.

    Then for each transfer ψ_t += √(γ dt) ψ_s, ψ_s *= √(1 − γ dt); and normalize.
    """

    def __init__(
        self,
        generator: Generator,
        drive: Drive,
        psi: ComplexArray,
        hamiltonian_step: HamiltonianStep = "euler",
    ) -> None:
        """Start from the ket ``psi`` (N,)."""
        if hamiltonian_step not in get_args(HamiltonianStep):
            raise ArgumentError(
                "Argument `hamiltonian_step` must be one of "
                f"{', '.join(get_args(HamiltonianStep))}, but is {hamiltonian_step!r}"
            )
        n = generator.dimension
        self._hamiltonian_step: HamiltonianStep = hamiltonian_step
        self._generator = generator
        self._drive = drive
        static = generator.static
        self._coupling = sp.csr_array(
            (
                static.re + 1j * static.im,
                static.indices.astype(np.int32),
                static.indptr.astype(np.int32),
            ),
            shape=(n, n),
        )
        self._cayley: tuple[float, bytes, Callable[[Any], Any]] | None = None
        self.state = psi

    @property
    def state(self) -> ComplexArray:
        """The ket, (N,), a copy."""
        return self._psi.copy()

    @state.setter
    def state(self, psi: ComplexArray) -> None:
        self._psi = np.array(psi, dtype=np.complex128)

    def populations(self) -> FloatArray:
        """Return |ψ_i|², (N,)."""
        return np.asarray(self._psi.real**2 + self._psi.imag**2)

    def block(self, n: int, s: int) -> tuple[float, float, complex]:
        """Return p_n, p_s and ρ_ns = α_n α_s* of two states."""
        north, south = complex(self._psi[n]), complex(self._psi[s])
        return abs(north) ** 2, abs(south) ** 2, north * south.conjugate()

    def advance(
        self,
        time: float,
        dt: float,
        steps: int = 1,
        offsets: FloatArray | None = None,
        out: FloatArray | None = None,
    ) -> list[Jump]:
        """Take ``steps`` steps of ``dt`` seconds from ``time``; there are no jumps.

        ``out`` (T, N) receives the populations after the steps that end nearest to
        ``offsets`` (T,). Needs γ·dt ≤ 1 of every term.
        """
        written = 0
        for step in range(1, steps + 1):
            self._step(time + step * dt, dt)
            if offsets is None or out is None or written == offsets.size:
                continue
            if step * dt > offsets[written] - dt / 2:
                out[written] = self.populations()
                written += 1
        return []

    def _step(self, time: float, dt: float) -> None:
        """Take one step of ``dt`` that ends at ``time``."""
        energy = self._generator.energy.copy()
        energy[self._drive.states] += self._drive.energies(time)
        self._psi = _normalized(self._unitary(energy, dt))
        g = self._generator
        kernels.spec_transfers(
            self._psi, g.jump_sources, g.jump_targets, g.jump_rates, dt
        )
        self._psi = _normalized(self._psi)

    def _unitary(self, energy: FloatArray, dt: float) -> ComplexArray:
        psi = self._psi
        if self._hamiltonian_step == "euler":
            return np.asarray(psi - 1j * dt * (self._coupling @ psi + energy * psi))
        if self._hamiltonian_step == "cayley":
            half = 0.5j * dt * (self._coupling @ psi + energy * psi)
            return np.asarray(self._cayley_solver(energy, dt)(psi - half))
        if self._hamiltonian_step == "split":
            phase = np.exp(-0.5j * dt * energy)
            moved = self._propagate(np.zeros_like(energy), phase * psi, dt)
            return np.asarray(phase * moved)
        return self._propagate(energy, psi, dt)

    def _cayley_solver(self, energy: FloatArray, dt: float) -> Callable[[Any], Any]:
        """Return v → (1 + iH dt/2)⁻¹ v, factorized once per Hamiltonian and dt."""
        key = energy.tobytes()
        if self._cayley is None or self._cayley[:2] != (dt, key):
            from scipy.sparse.linalg import splu

            diagonal = sp.diags_array(1 + 0.5j * dt * energy)
            matrix = sp.csc_array(diagonal + 0.5j * dt * self._coupling)
            self._cayley = (dt, key, splu(matrix).solve)
        return self._cayley[2]

    def _propagate(
        self, energy: FloatArray, psi: ComplexArray, dt: float
    ) -> ComplexArray:
        """Return e^{−iH dt} ψ for H = coupling + diag(energy), by its series."""
        g = self._generator
        bound = g.ket_bound + float(np.abs(energy).max())
        parts = max(1, math.ceil(dt * bound / LARGEST_REACH))
        state = np.array(psi).view(np.float64).reshape(-1, 2)
        coefficients = np.empty((MOST_TERMS + 1, *state.shape))
        no_decay = np.zeros_like(energy)
        for array in (energy, no_decay):
            array.setflags(write=False)  # as the generator's are: one compiled kernel
        static = g.static._replace(energy=energy, half_decay=no_decay)
        for _ in range(parts):
            end = np.empty_like(state)
            kernels.ket_step(
                static,
                self._drive.states[:0],
                np.empty((0, 1)),
                state,
                dt / parts,
                bound,
                1e-16,
                coefficients,
                end,
            )
            state = end
        return state.view(np.complex128)[:, 0]


def _normalized(psi: ComplexArray) -> ComplexArray:
    norm = float(np.linalg.norm(psi))
    return np.asarray(psi / norm) if norm > 1e-10 else psi
