"""H(t) and its mean: the static Hamiltonian with what drivers add to its diagonal."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum import states
from spacewheat_sim.quantum.drive import Drive


def hamiltonian_at(
    hamiltonian: sp.csr_array, drive: Drive, time: float
) -> sp.csr_array:
    """Return H(t) in rad/s at ``time`` seconds, CSR (D, D).

    Raises:
        ArgumentError: ``time`` is not a finite number.
    """
    _check_time(time)
    if drive.is_static:
        return hamiltonian
    (diagonal,) = driven_energies(drive, hamiltonian.shape[0], [time])
    return sp.csr_array(hamiltonian + sp.diags_array(diagonal))


def energy(
    hamiltonian: sp.csr_array, drive: Drive, state: ComplexArray, time: float
) -> float:
    """Return ⟨H(t)⟩ in rad/s of a ket (D,) or a density matrix (D, D).

    Raises:
        ArgumentError: ``state`` is no such array, or ``time`` not a finite number.
    """
    _check_time(time)
    n = hamiltonian.shape[0]
    if not isinstance(state, np.ndarray) or state.shape not in ((n,), (n, n)):
        raise ArgumentError(
            f"Argument `state` must be an array of shape ({n},) or ({n}, {n}), but "
            f"is {shown(state)}"
        )
    static = states.expect(hamiltonian, state)
    if drive.is_static:
        return static
    driven = states.populations(state)[drive.states]
    return static + float(driven @ drive.energies(time))


def driven_energies(drive: Drive, dimension: int, times: Sequence[float]) -> FloatArray:
    """Return what drivers add to the diagonal at each of ``times`` in s, (T, D)."""
    driven = np.zeros((len(times), dimension))
    if not drive.is_static:
        driven[:, drive.states] = [drive.energies(time) for time in times]
    return driven


def _check_time(time: object) -> None:
    if not math.isfinite(real(time)):
        raise ArgumentError(
            "Argument `time` must be a finite number of seconds, but is " + shown(time)
        )
