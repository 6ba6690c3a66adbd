"""Where the wait for the next jump is spent, rare places to the same digits."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.steady.dark_subspace import find_dark
from spacewheat_sim.quantum.steady.extended import extended_forms
from spacewheat_sim.quantum.steady.flows import Flows, connected
from spacewheat_sim.quantum.steady.modal_waits import Modes, find_modes
from spacewheat_sim.quantum.steady.part import Part
from spacewheat_sim.quantum.steady.structure import find_reaches

# Largest relative error of a time, a tenth of what is promised; and below it none is.
ACCURACY, SMALLEST = 1e-7, 1e-290
ROUNDING = 2.0**-53
# Up to this many states that H connects, what is done with decimals takes seconds.
LARGEST_EXTENDED = 24


class SpentTimes:
    """The times that waits from any ρ spend in each state, part by part.

    A part of whose superpositions some never decay is not among these.
    """

    def __init__(self, flows: Flows) -> None:
        """Take H and the jumps."""
        decay, _ = flows.decay_and_feed()
        self._parts: list[_PartTimes] = []
        for states in connected(flows.hamiltonian):
            h, own = flows.hamiltonian[np.ix_(states, states)], decay[states]
            if not find_dark(h, own > 0.0).dimension:
                starts, reaches = np.arange(states.size), find_reaches(h, own)
                self._parts.append(_PartTimes(Part(states, starts, h, own, reaches)))

    def correct(self, spent: FloatArray, rho: ComplexArray) -> None:
        """Write over ``spent`` (N,) what is known better from a start ρ, (N, N).

        Left as they are: states of which a superposition never decays, and those among
        more than 24 that H connects, where doubles do not hold their times.

        Raises:
            RunError: thousands of digits would be needed.
        """
        for own in self._parts:
            states = own.part.states
            found = own.spent(np.ascontiguousarray(rho[np.ix_(states, states)]))
            if found is not None:
                spent[states] = found


class _PartTimes:
    """(∫ e^{Bτ} ρ e^{B†τ} dτ)_ii of states that H connects and that all decay.

    The modes of B give it with bounds on its errors, and where these are more than
    1e-7 of a time that a jump ends, as many decimal digits as it takes do.
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        found = find_modes(part)
        self._bounds = None if found is None else _Bounds(found[0])

    @cached_property
    def _forms(self) -> ComplexArray:
        return extended_forms(self.part)

    def spent(self, rho: ComplexArray) -> FloatArray | None:
        """Return the times in s from ρ (n, n), (n,); None where they are not known."""
        size = rho.diagonal().real
        if not size.any():
            return np.zeros(self.part.size)
        if self._bounds is not None:
            times, errors = self._bounds.spent(rho)
            reached = self.part.reaches[:, size > 0.0].any(axis=1)
            wanted = reached & (self.part.decay > 0.0)
            known = errors <= ACCURACY * times + SMALLEST
            if known[wanted].all() and errors.sum() <= ACCURACY * times.sum():
                return np.where(reached, times, 0.0)
        if self.part.size > LARGEST_EXTENDED:
            return None
        if not np.isfinite(self._forms).all():
            return None
        found = np.einsum("itu,tu->i", self._forms, rho).real
        return np.asarray(np.maximum(found, 0.0))


class _Bounds:
    """What bounds on errors of modes are made of; see :mod:`.steady.modal_waits`.

    With S_i, the sum of M_is over all states s, and φ = (VU − 1)ψ, the error of the
    time in i is at most S_i (2 ‖B − B̃‖ T + ‖φ‖²) + 2 ‖φ‖ √(S_i M_i) and its rounding.
    The times of a mixture of kets add up, and by the inequalities of Cauchy and of
    Minkowski their errors are at most those of one ket with |ψ_j|² = ρ_jj.
    """

    def __init__(self, modes: Modes) -> None:
        v, u = modes.vectors, modes.inverse
        self._modes = modes
        self._strays = v @ u - np.eye(len(v))
        self._blurs = np.abs(v) @ np.abs(u)
        inner = v @ (modes.overlaps * (u @ u.conj().T))
        self._most = np.abs((inner * v.conj()).sum(axis=1).real)
        self._rounding = (4 + len(v)) * ROUNDING
        off = np.linalg.norm(self._strays, axis=0)
        off += self._rounding * np.linalg.norm(self._blurs, axis=0)
        self._doubt = float(np.sum(2 * (modes.misfit * self._most + off)))
        self._ahead = np.abs(v) * np.sqrt(modes.overlaps.diagonal().real)
        self._back = np.abs(u)

    def spent(self, rho: ComplexArray) -> tuple[FloatArray, FloatArray]:
        """Return the times from ρ (n, n), and bounds on their errors, (n,) each."""
        v, u = self._modes.vectors, self._modes.inverse
        inner = self._modes.overlaps * (u @ rho @ u.conj().T)
        times = np.maximum(((v @ inner) * v.conj()).sum(axis=1).real, 0.0)
        if self._doubt >= 0.5:
            return times, np.full(len(times), np.inf)
        size = np.sqrt(np.maximum(rho.diagonal().real, 0.0))
        off = float(np.sum((self._strays @ rho) * self._strays.conj()).real)
        stray = np.sqrt(max(off, 0.0))
        stray += self._rounding * np.linalg.norm(self._blurs @ size)
        errors = self._most * (2 * self._modes.misfit * times.sum() + stray**2)
        errors += 2 * stray * np.sqrt(self._most * times)
        errors += 4 * self._rounding * (self._ahead @ (self._back @ size)) ** 2
        return times, errors / (1 - self._doubt)
