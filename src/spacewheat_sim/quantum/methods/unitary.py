"""e^{−iHt} ψ of a Hermitian H, by whichever of two methods costs less.

The Taylor series costs products with H in proportion to ‖H‖t. Squaring the propagator
of a short time costs N³ times the logarithm of ‖H‖t, once for each H and t. Energies
are taken from the middle of the spectrum: a constant on the diagonal turns the phase of
all states and costs nothing.
"""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.arithmetic.kernels.products import frame_turns, turn_kets
from spacewheat_sim.quantum.driving.rows import NOTHING_DRIVEN
from spacewheat_sim.quantum.generator import Generator, StaticTerms, coupled_sums
from spacewheat_sim.quantum.kernels import squaring, taylor_ket
from spacewheat_sim.quantum.series.powers import BASE, TERMS
from spacewheat_sim.quantum.stepping import LARGEST_REACH, MOST_TERMS

# Beyond this ‖H − c‖t the phases lose more than half of their digits to rounding.
MOST_REACH = 1e8
# Nobody waits longer for a step.
MOST_SECONDS = 10.0
# Neglected terms of a series, of its largest.
NEGLECTED = 1e-16
# Seconds of one core: of one series by itself, per entry of H in all its terms, of one
# propagator by itself, and per N³ of each squaring: measured on a server of 2024. They
# decide the method, so that they know nothing of the machine.
SERIES_SECONDS, ENTRY_SECONDS = 20e-6, 50e-9
POWER_SECONDS, CUBE_SECONDS = 100e-6, 2e-9


class Unitary:
    """e^{−iHt} of H = V + diag(energy), V a generator's entries off the diagonal."""

    def __init__(self, generator: Generator) -> None:
        """Take V from ``generator``; its own diagonal is not looked at."""
        self._static = generator.static
        self._generator = generator
        self._row_sums = coupled_sums(generator.static.coupling())
        self._key: tuple[bytes, float] | None = None
        self._propagator: ComplexArray = np.empty((0, 0), dtype=np.complex128)

    def check(self, spread: float, dt: float) -> None:
        """Refuse a step of ``dt`` seconds whose phases or costs get out of hand.

        ``spread`` bounds how far apart the entries of the diagonal may come.

        Raises:
            ArgumentError: ‖H − c‖·dt is beyond 1e8, or the step would take too long.
        """
        self._check_reach((spread / 2 + float(self._row_sums.max())) * dt, dt)

    def apply(self, energy: FloatArray, psi: ComplexArray, dt: float) -> ComplexArray:
        """Return e^{−iH dt} ψ for the diagonal ``energy`` (N,) of H.

        Raises:
            ArgumentError: as in :meth:`check`.
        """
        low = float((energy - self._row_sums).min())
        half = (float((energy + self._row_sums).max()) - low) / 2
        middle, reach = low + half, half * dt
        self._check_reach(reach, dt)
        if self._power_seconds(reach) < self._series_seconds(reach):
            moved = self._by_powers(energy - middle, psi, dt, half)
        else:
            moved = self._by_series(energy - middle, psi, dt, half)
        turn = frame_turns(np.full(moved.size, middle), dt)
        return np.asarray(turn_kets(moved[None], turn)[0])

    def _check_reach(self, reach: float, dt: float) -> None:
        if not reach <= MOST_REACH:
            raise ArgumentError(
                f"A step of {dt:g} s turns phases by up to {reach:.3g} rad, which "
                f"double precision cannot follow; {MOST_REACH:g} rad is the most"
            )
        seconds = min(self._series_seconds(reach), self._power_seconds(reach))
        if seconds > MOST_SECONDS:
            raise ArgumentError(
                f"A step of {dt:g} s of {self._row_sums.size} states turns phases by "
                f"up to {reach:.3g} rad and would take about {seconds:.2g} s to "
                "compute; take shorter steps"
            )

    def _power_seconds(self, reach: float) -> float:
        cube = float(self._row_sums.size) ** 3
        return POWER_SECONDS + CUBE_SECONDS * cube * (1 + _doublings(reach))

    def _series_seconds(self, reach: float) -> float:
        entries = self._static.indices.size + self._row_sums.size
        each = SERIES_SECONDS + ENTRY_SECONDS * entries
        return math.ceil(reach / LARGEST_REACH) * each

    def _by_powers(
        self, energy: FloatArray, psi: ComplexArray, dt: float, bound: float
    ) -> ComplexArray:
        """Return ψ + (e^{−iH dt} − 1) ψ, of a propagator that is kept."""
        key = energy.tobytes(), dt
        if key != self._key:
            self._propagator = self._power(energy, dt, _doublings(bound * dt))
            self._key = key
        moved = np.array(psi)
        squaring.step_vector(self._propagator, moved)
        return moved

    def _power(self, energy: FloatArray, dt: float, doublings: int) -> ComplexArray:
        """Return e^{−iH dt} − 1, (N, N)."""
        matrix = self._generator.no_jump_matrix()
        matrix[np.diag_indices(energy.size)] = -1j * energy
        power = np.empty_like(matrix)
        squaring.base_propagator(matrix, math.ldexp(dt, -doublings), TERMS, power)
        for _ in range(doublings):
            power = squaring.doubled(power)
        return power

    def _by_series(
        self, energy: FloatArray, psi: ComplexArray, dt: float, bound: float
    ) -> ComplexArray:
        """Return e^{−iH dt} ψ by Taylor series, each over at most ‖H‖t = 6."""
        parts = max(1, math.ceil(dt * bound / LARGEST_REACH))
        state = np.array(psi).view(np.float64).reshape(-1, 2)
        coefficients = np.empty((MOST_TERMS + 1, *state.shape))
        static = undamped(self._static, energy)
        for _ in range(parts):
            end = np.empty_like(state)
            taylor_ket.ket_step(
                static,
                NOTHING_DRIVEN,
                _NO_DRIVE,
                state,
                dt / parts,
                bound,
                NEGLECTED,
                coefficients,
                end,
            )
            state = end
        return state.view(np.complex128)[:, 0]


def _doublings(reach: float) -> int:
    """Return how often a base step is doubled to span ‖H‖t = ``reach``."""
    return max(0, math.frexp(reach / BASE)[1])


_NO_DRIVE = np.empty((0, 1))


def undamped(static: StaticTerms, energy: FloatArray) -> StaticTerms:
    """Return H with another diagonal and no decay, read-only as a generator's is."""
    no_decay = np.zeros_like(energy)
    for array in (energy, no_decay):
        array.setflags(write=False)  # one compiled kernel for both
    return static._replace(energy=energy, half_decay=no_decay)
