"""The waiting time to the next quantum jump."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.evolution import KetSeries


def survival(
    series: KetSeries, psi: ComplexArray, time: float, offsets: FloatArray
) -> FloatArray:
    """Return S(τ) = ‖ψ̃(τ)‖², the probability that no jump has come by then.

    ψ̃ obeys dψ̃/dt = (−iH − Γ/2) ψ̃ from the normalized ``psi``; the first jump's
    waiting time has the distribution function 1 − S.

    Args:
        series: The no-jump evolution.
        psi: Ket at ``time``, (N,).
        time: Present time in seconds.
        offsets: Increasing times after it, (T,).

    Returns:
        S at each of ``offsets``, (T,).
    """
    ket = np.array(psi, dtype=np.complex128).view(np.float64).reshape(-1, 2)
    left, done = 1.0, 0.0
    values = np.empty(offsets.size)
    for i, offset in enumerate(offsets.tolist()):
        while done < offset:
            h, share = series.expand(ket, time + done, offset - done)
            ket = series.end.copy()
            left *= share
            done = offset if h >= offset - done else done + h
        values[i] = left
    return values
