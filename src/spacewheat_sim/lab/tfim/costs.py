"""Time and memory that chains take."""

from __future__ import annotations

import math

from spacewheat_sim.lab.experiment import Memory
from spacewheat_sim.lab.tfim.parameters import SMALL, TfimParameters, scan_lengths
from spacewheat_sim.lab.tfim.solutions import chain_of


def memory_of(parameters: TfimParameters) -> Memory:
    """Return the memory and the time that a run takes."""
    from spacewheat_sim.quantum.tfim.exact_diagonalization import (
        dimension,
        memory_needed,
    )

    lengths = [parameters.L]
    lengths += scan_lengths(parameters.L_scan) if parameters.L_scan else []
    points = parameters.g_grid[2] if parameters.g_grid else 0
    solved = [(parameters.L, 1 + points), *((L, 1) for L in lengths[1:])]
    rows = float(sum(L * count for L, count in solved))
    seconds = sum(_seconds(parameters, L) * count for L, count in solved)
    chain = chain_of(parameters, L=max(lengths))
    if is_diagonalized(parameters, chain.L):
        needed = memory_needed(chain)
        what, size = "Lanczos vectors", dimension(chain)
    else:
        needed, what, size = 4 * 8.0 * chain.L**2, "correlation matrix", chain.L
    return Memory(what, size, needed + 800.0 * rows, seconds + 0.3)


def is_diagonalized(parameters: TfimParameters, L: int) -> bool:
    """Return whether a chain of ``L`` sites is solved by exact diagonalization."""
    return parameters.method == "ed" or (parameters.method == "auto" and L <= SMALL)


def _seconds(parameters: TfimParameters, L: int) -> float:
    """Estimate the time of one chain."""
    if is_diagonalized(parameters, L):
        symmetric = 0.1 if parameters.boundary == "periodic" else 1.0
        return 1e-3 + 5e-8 * symmetric * math.ldexp(L, L)
    return fermion_seconds(L)


def fermion_seconds(L: int) -> float:
    """Estimate the time of one chain by free fermions."""
    return 1e-3 + 5e-8 * math.pow(L, 2.4)
