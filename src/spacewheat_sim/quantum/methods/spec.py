"""The source document's own update of a ket, kept to the letter for comparison.

It is not the Lindblad equation: it adds amplitudes coherently, depends on the order of
the terms and diverges as dt → 0.
"""

from __future__ import annotations

import math
from typing import get_args

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.choices import HamiltonianStep
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.quantum.arithmetic.kernels.products import (
    frame_turns,
    normalized,
    square_norm,
    turn_kets,
)
from spacewheat_sim.quantum.drive import Drive
from spacewheat_sim.quantum.evolution import FRESH_CLOCK, ActiveSet, Jump, JumpClock
from spacewheat_sim.quantum.generator import Generator, StaticTerms
from spacewheat_sim.quantum.kernels import spec as kernels
from spacewheat_sim.quantum.methods.output_rows import OutputRows
from spacewheat_sim.quantum.methods.unitary import Unitary, undamped
from spacewheat_sim.quantum.states import ket_block

# Where less of a normalized ket is left its direction is rounding. The document stops
# normalizing here, and goes on with next to nothing.
LEAST_NORM = 1e-10
# Largest ‖H‖·dt of which the squares of H·dt ψ are still doubles.
LARGEST_TURN = 1e150


class SpecUpdate:
    """time += dt, a Hamiltonian step at the new time, then every transfer in order.

    The Hamiltonian step, ψ normalized after it, is one of

    - euler: ψ − i dt Hψ, the document's own, of order 1;
    - cayley: (1 + iH dt/2)⁻¹ (1 − iH dt/2) ψ, unitary, of order 2;
    - split: e^{−iD dt/2} e^{−iV dt} e^{−iD dt/2} ψ with D the diagonal of H and V the
      rest, unitary, of order 2;
    - exact: e^{−iH dt} ψ.

    Then for each transfer ψ_t += √(γ dt) ψ_s, ψ_s *= √(1 − γ dt); and normalize. Where
    the transfers cancel all amplitude there is no state to go on from: an error.
    """

    clock: JumpClock = FRESH_CLOCK
    active: ActiveSet | None = None

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
        self._hamiltonian_step: HamiltonianStep = hamiltonian_step
        self._generator = generator
        self._drive = drive
        self._cayley: tuple[float, bytes, ComplexArray] | None = None
        self._unitary = Unitary(generator)
        self.state = psi

    @property
    def state(self) -> ComplexArray:
        """The ket, (N,), a copy."""
        return self._psi.copy()

    @state.setter
    def state(self, psi: ComplexArray) -> None:
        self._psi = np.array(psi, dtype=np.complex128)

    def memory(self) -> ComplexArray:
        """Return what :meth:`advance` changes."""
        return self._psi  # no step writes to it: each puts another in its place

    def recall(self, memory: ComplexArray) -> None:
        """Be as one was when :meth:`memory` was called."""
        self._psi = memory

    def populations(self) -> FloatArray:
        """Return |ψ_i|², (N,)."""
        return np.asarray(self._psi.real**2 + self._psi.imag**2)

    def block(self, n: int, s: int) -> tuple[float, float, complex]:
        """Return p_n, p_s and ρ_ns = α_n α_s* of two states."""
        north, south = complex(self._psi[n]), complex(self._psi[s])
        return ket_block(north, south)

    def advance(
        self,
        time: float,
        dt: float,
        steps: int = 1,
        offsets: FloatArray | None = None,
        out: FloatArray | None = None,
    ) -> list[Jump]:
        """Take ``steps`` steps of ``dt`` seconds from ``time``; there are no jumps.

        ``out`` (T, N) receives the populations after the first step that ends at or
        after each of ``offsets`` (T,). Needs γ·dt ≤ 1 of every term.

        Raises:
            ArgumentError: as in :func:`check_turn`.
            RunError: a step cancels all amplitude, or numbers leave double precision.
        """
        rows = None
        if offsets is not None and out is not None:
            rows = OutputRows(offsets, out, steps * dt)
        for step in range(1, steps + 1):
            self._step(time + step * dt, dt)
            if rows is not None:
                _, places = rows.due(step * dt)
                places[:] = self.populations()
        return []

    def _step(self, time: float, dt: float) -> None:
        """Take one step of ``dt`` that ends at ``time``."""
        energy = self._generator.energy.copy()
        energy[self._drive.states] += self._drive.energies(time)
        psi = _normalized(self._turned(energy, dt), time)
        g = self._generator
        rates = self._rates(time, dt)
        kernels.spec_transfers(psi, g.jumps.sources, g.jumps.targets, rates, dt)
        self._psi = _normalized(psi, time)

    def _rates(self, time: float, dt: float) -> FloatArray:
        """Return the rates of all transfers at ``time``, (K,).

        Raises:
            ArgumentError: γ·dt > 1 of one that changes.
        """
        rates = self._drive.rates(time, self._generator.jumps.rates)
        for driver in self._drive.rate_drivers:
            rate = float(rates[driver.state])
            if rate * dt > 1.0:
                raise ArgumentError(
                    f"A step of {dt:g} s is too long for method 'spec' at t = {time:g} "
                    f"s: the rate {rate:.6g} /s of {driver.called} gives γ·dt = "
                    f"{rate * dt:.4g} > 1; the largest dt allowed is {1 / rate:.6g} s"
                )
        return rates

    def _turned(self, energy: FloatArray, dt: float) -> ComplexArray:
        psi = self._psi
        static = undamped(self._generator.static, energy)
        if self._hamiltonian_step == "euler":
            return np.asarray(kernels.euler_step(static, psi, dt))
        if self._hamiltonian_step == "cayley":
            moved = kernels.euler_step(static, psi, dt / 2)
            kernels.solve(self._cayley_factors(static, dt), moved)
            return np.asarray(moved)
        if self._hamiltonian_step == "split":
            self._unitary.check(float(np.ptp(energy)), dt)
            phase = frame_turns(energy, dt / 2)
            turned = turn_kets(psi[None], phase)[0]
            moved = self._unitary.apply(np.zeros_like(energy), turned, dt)
            return np.asarray(turn_kets(moved[None], phase)[0])
        return self._unitary.apply(energy, psi, dt)

    def _cayley_factors(self, static: StaticTerms, dt: float) -> ComplexArray:
        """Return the factors of 1 + iH dt/2, found once for each H and dt."""
        key = static.energy.tobytes()
        if self._cayley is None or self._cayley[:2] != (dt, key):
            factors = np.zeros((static.energy.size,) * 2, dtype=np.complex128)
            kernels.factorize(static, dt / 2, factors)
            self._cayley = (dt, key, factors)
        return self._cayley[2]


def check_turn(
    generator: Generator, drive: Drive, hamiltonian_step: HamiltonianStep, dt: float
) -> None:
    """Refuse a step of ``dt`` seconds that the Hamiltonian part cannot take.

    What a function drives is known when the step is taken only, and refused then.

    Raises:
        ArgumentError: H·dt leaves double precision; under ``split`` and ``exact``, as
            in :meth:`spacewheat_sim.quantum.methods.unitary.Unitary.check`.
    """
    fastest = generator.ket_bound + drive.bound
    if not fastest * dt < LARGEST_TURN:
        raise ArgumentError(
            f"Energies and rates of up to {fastest:.3g} /s are too large for a step of "
            f"{dt:g} s in double precision"
        )
    if hamiltonian_step in ("split", "exact"):
        spread = float(np.ptp(generator.static.energy)) + drive.bound
        Unitary(generator).check(spread, dt)


def _normalized(psi: ComplexArray, time: float) -> ComplexArray:
    """Return ψ/‖ψ‖ of what a step has made of a normalized ket.

    Raises:
        RunError: next to nothing is left, or something is not finite.
    """
    norm = math.sqrt(square_norm(psi))
    if LEAST_NORM < norm < math.inf:
        return np.asarray(normalized(psi))
    if norm <= LEAST_NORM:
        raise RunError(
            f"The step of method 'spec' that ends at {time:g} s cancels the whole "
            f"state: a norm of {norm:.3g} is left of 1. Its transfers add amplitudes; "
            "a shorter step leaves more of them"
        )
    raise RunError(
        f"The state is no longer finite at t = {time:g} s: some energy or rate is too "
        "large for double precision"
    )
