"""Whether what a file says of baths can be the state of any."""

from __future__ import annotations

import math

import numpy as np

from spacewheat_sim.engine.bath.state import BathState
from spacewheat_sim.engine.bath.step_clock import MOST_STEPS
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.quantum.evolution import ActiveSet

# What rounding may add up to; long histories stay far below.
ROUNDING = 1e-9
LARGEST = 2.0  # beyond what rounding may do to an entry, and far below an overflow
# How far below 0 the loosest tolerance may bring an eigenvalue.
LEAST_EIGENVALUE = -0.05


def check_possible(state: BathState) -> None:
    """Refuse what no baths can be in.

    Raises:
        ArgumentError: a ket that is not of norm 1; a density matrix that is not
            Hermitian, of trace 1 and positive; a jump clock or a time that runs
            backward; a number that is not finite.
    """
    origin, dt, steps, rest = state.time
    if not (math.isfinite(origin + steps * dt + rest) and dt >= 0.0):
        raise ArgumentError(f"the clock shows no time: {tuple(state.time)}")
    if not 0 <= steps <= MOST_STEPS:
        raise ArgumentError(f"the clock has counted {steps} steps")
    if state.states.ndim not in (2, 3) or not np.isfinite(state.states).all():
        raise ArgumentError("a state holds a number that is not finite")
    parts = state.states.real, state.states.imag
    if max(float(np.abs(part).max(initial=0.0)) for part in parts) > LARGEST:
        raise ArgumentError("a state holds a number above 1")
    if state.states.ndim == 2:
        norms = (state.states.real**2 + state.states.imag**2).sum(axis=1)
        _check_all(np.abs(norms - 1.0) <= ROUNDING, "has a ket of another norm than 1")
    else:
        _check_matrices(state)
    survival, threshold = state.clocks.reshape(-1, 2).T
    due = (survival > 0.0) & (survival <= 1.0 + ROUNDING)
    due &= (threshold >= 0.0) & (threshold <= 1.0)
    _check_all(due, "has a jump clock that shows no probability")
    if state.streams.dtype.kind == "i":
        _check_all(state.streams >= 0, "has given less than no random number")
    for active in state.active:
        _check_active(active, state.states.shape[1])


def _check_matrices(state: BathState) -> None:
    rho = state.states
    if rho.shape[1] != rho.shape[2]:
        raise ArgumentError(f"density matrices of shape {rho.shape[1:]}")
    off = np.abs(rho - rho.conj().transpose(0, 2, 1)).max(axis=(1, 2))
    _check_all(off <= ROUNDING, "has a density matrix that is not Hermitian")
    traces = rho.diagonal(axis1=1, axis2=2).real.sum(axis=1)
    _check_all(np.abs(traces - 1.0) <= ROUNDING, "has a density matrix of trace not 1")
    lowest = np.linalg.eigvalsh(rho)[:, 0]
    _check_all(lowest >= LEAST_EIGENVALUE, "has a density matrix that is not positive")


def _check_active(active: ActiveSet, n: int) -> None:
    rows = active.rows
    is_set = rows.ndim == 1 and bool((np.diff(rows) > 0).all())
    if rows.size:
        is_set = is_set and int(rows[0]) >= 0 and int(rows[-1]) < n
    shapes = active.fed.shape == (n,) == active.risen.shape
    if not is_set or not shapes:
        raise ArgumentError("an active set is not one of the states")
    if not (np.isfinite(active.fed).all() and 0.0 <= active.neglected < math.inf):
        raise ArgumentError("an active set holds a number that is not finite")


def _check_all(fine: np.ndarray[tuple[int], np.dtype[np.bool_]], fault: str) -> None:
    if not fine.all():
        raise ArgumentError(f"bath {int(np.argmin(fine)) + 1} {fault}")
