"""What a generated register is to do, by dense matrices of its Kronecker products."""

from __future__ import annotations

import itertools

import numpy as np
from generated_drivers import Drive, Pulse, Step, Train, Wave
from generated_register import GeneratedRegister
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from spacewheat_sim.arrays import ComplexArray, FloatArray

# Rounding as in ``expected``: of each number, and how far it is felt.
ROUNDING, FLOOR = 32 * 4.5e-16, 2e-12
# Error of the driven reference.
FOLLOWED = 1e-11


class DenseRegister:
    """ρ(t) of a generated register, and its kets between jumps."""

    def __init__(self, case: GeneratedRegister) -> None:
        terms = case.terms
        self._case = case
        self.liouvillian = terms.liouvillian()
        self.jumps = terms.lindblad()
        h = terms.hamiltonian()
        lost = sum((own.conj().T @ own for own in self.jumps), np.zeros_like(h))
        # A constant is a phase, which nobody sees.
        middle = float(np.trace(h).real) / len(h)
        self.no_jump = -1j * (h - middle * np.eye(len(h))) - lost / 2
        places = [terms.projector(pole).diagonal().real for pole in case.poles]
        self._diagonals = [places[drive.state] for drive in case.drives]
        self.fastest = float(lost.diagonal().real.max())

    @property
    def norm(self) -> float:
        """A bound on the norm of the generator in 1/s."""
        moved = sum(drive.bound for drive in self._case.drives)
        return float(np.abs(self.liouvillian).sum(axis=0).max()) + 2 * moved

    @property
    def rounding(self) -> float:
        """Return the error that rounding the numbers makes unavoidable."""
        case, duration = self._case, self._case.schedule.duration
        found = FLOOR + ROUNDING * self.norm * duration
        if case.drives:
            found += FOLLOWED
        for drive in case.drives:
            frequency = getattr(drive, "frequency", 0.0)
            turns = frequency * duration + abs(getattr(drive, "phase", 0.0)) / 6.28
            found += drive.bound * ROUNDING * duration * (1 + turns)
            found += drive.bound * 64 * float(np.spacing(duration))
            if isinstance(drive, Pulse) and frequency:
                found += drive.bound * ROUNDING * (0.5 + turns) / frequency
        return found

    def promised(self, seconds: float) -> float:
        """Return the error that the tolerance allows after so many seconds."""
        return self._case.tolerance * max(seconds, 1.0)

    def densities(self, rho: ComplexArray, times: list[float]) -> list[ComplexArray]:
        """Return ρ at each of ``times``, increasing, from ``rho`` at 0."""
        turns = [-1j * (own[:, None] - own[None, :]).ravel() for own in self._diagonals]
        rows = self._followed(self.liouvillian, turns, rho.ravel(), 0.0, times)
        return [row.reshape(rho.shape) for row in rows]

    def kets(
        self, ket: ComplexArray, begin: float, times: list[float]
    ) -> list[ComplexArray]:
        """Return ψ̃ without a jump at each of ``times``, from ``ket`` at ``begin``."""
        turns = [-1j * own for own in self._diagonals]
        return self._followed(self.no_jump, turns, ket, begin, times)

    def _followed(self, static, turns, start, begin, times) -> list[ComplexArray]:
        found, now, state = [], begin, start.astype(complex)
        for time in times:
            if time > now:
                if turns:
                    state = self._driven(static, turns, state, now, time)
                else:
                    state = expm(static * (time - now)) @ state
                now = time
            found.append(state)
        return found

    def _driven(self, static, turns, state, begin, end) -> ComplexArray:
        drives = self._case.drives
        knots = {
            knot
            for drive in drives
            for knot in drive.knots(begin, end)
            if begin < knot < end
        }
        edges = [begin, *sorted(knots), end]
        for first, last in itertools.pairwise(edges):
            middle = first + (last - first) / 2

            def rate(time, vector, middle=middle):
                out = static @ vector
                for drive, turn in zip(drives, turns, strict=True):
                    out = out + _value(drive, time, middle) * turn * vector
                return out

            span = (first, last)
            state = solve_ivp(
                rate, span, state, method="DOP853", rtol=1e-12, atol=1e-14
            ).y[:, -1]
        return state

    def populations(self, rho: ComplexArray) -> FloatArray:
        """Return tr ρP of all poles."""
        return self._case.terms.pole_populations(rho)


def _value(drive: Drive, time: float, middle: float) -> float:
    """Return a drive's energy; one that is constant between knots has no edges."""
    if isinstance(drive, Pulse | Train | Step):
        time = middle
    if isinstance(drive, Wave | Pulse):
        return float(drive.values(np.array([time], dtype=np.longdouble))[0])
    return float(drive(time))
