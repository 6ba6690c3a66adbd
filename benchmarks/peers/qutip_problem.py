"""A random bath in QuTiP's terms, its energies driven by functions of time."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from problems import RandomBath


def operators(problem: RandomBath) -> tuple[Any, list[Any]]:
    """Return the Hamiltonian, a QobjEvo where it is driven, and the jump operators."""
    import qutip

    n = problem.states
    jumps = [
        np.sqrt(rate) * qutip.projection(n, target, source)
        for source, target, rate in problem.indexed_jumps()
    ]
    static = qutip.Qobj(sp.csr_matrix(problem.hamiltonian))
    waves = [
        [qutip.projection(n, row, row), _cosine(energy, frequency, phase)]
        for row, (_, energy, _, frequency, phase, _) in enumerate(problem.drivers)
    ]
    return (qutip.QobjEvo([static, *waves]) if waves else static), jumps


def _cosine(energy: float, frequency: float, phase: float) -> Any:
    """Return a coefficient as a string, which QuTiP compiles where it can."""
    import qutip

    omega = 2 * np.pi * frequency
    arguments = {"energy": energy, "omega": omega, "phase": phase}
    return qutip.coefficient("energy * cos(omega * t + phase)", args=arguments)
