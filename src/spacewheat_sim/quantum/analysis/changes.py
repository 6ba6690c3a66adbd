"""What a number changes of L in the steady state: (∂L/∂θ)ρ in two doubles a number."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.analysis.kernels import counted as kernels
from spacewheat_sim.quantum.analysis.resolvent import Twofold


def energy_change(steady: Twofold, i: int) -> Twofold:
    """Return −i[|i⟩⟨i|, ρ], what the energy of state i changes, (N, N)."""

    def changed(rho: ComplexArray) -> ComplexArray:
        found = np.zeros_like(rho)
        found[i], found[:, i] = -1j * rho[i], 1j * rho[:, i]
        found[i, i] = 0.0
        return found

    errors = np.abs(changed(steady.errors.astype(np.complex128)))
    return Twofold(changed(steady.value), changed(steady.rest), errors)


def rate_change(steady: Twofold, source: int, target: int) -> Twofold:
    """Return ρ_ss |t⟩⟨t| − ½{|s⟩⟨s|, ρ}, what the rate of a jump changes, (N, N)."""

    def changed(rho: ComplexArray) -> ComplexArray:
        found = np.zeros_like(rho)
        found[source], found[:, source] = -rho[source] / 2, -rho[:, source] / 2
        found[source, source] = -rho[source, source]
        found[target, target] += rho[source, source]
        return found

    errors = np.abs(changed(steady.errors.astype(np.complex128)))
    return Twofold(changed(steady.value), changed(steady.rest), errors)


def counted_change(steady: Twofold, counted: FloatArray) -> Twofold:
    """Return Cρ − tr(Cρ) ρ, what counting jumps changes, (N, N).

    Args:
        steady: ρ.
        counted: Feed C_ts of the counted jumps in 1/s, (N, N).
    """
    value, rest = kernels.counted_change(counted, steady.value, steady.rest)
    off = counted @ steady.errors.diagonal()
    rate = float(counted.sum(axis=0) @ steady.value.diagonal().real)
    errors = np.diag(off) + rate * steady.errors
    return Twofold(value, rest, errors + off.sum() * np.abs(steady.value))
