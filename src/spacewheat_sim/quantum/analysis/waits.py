"""How long waits last and where they end, each number with its own digits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spacewheat_sim.arrays import FloatArray, IndexArray
from spacewheat_sim.quantum.analysis.no_jump import find_no_jump
from spacewheat_sim.quantum.steady.dark_subspace import find_dark
from spacewheat_sim.quantum.steady.decimals import LARGEST_EXTENDED
from spacewheat_sim.quantum.steady.extended import extended_waits
from spacewheat_sim.quantum.steady.flows import Flows, connected
from spacewheat_sim.quantum.steady.modal_waits import find_modes
from spacewheat_sim.quantum.steady.part import Part
from spacewheat_sim.quantum.steady.structure import find_reaches

# Error that is taken for that of a mean time where no bound is known, relative to the
# largest from the same start.
UNBOUNDED = 1e-9
# Error in s of a mean time of which no digit is known.
LOST = 1e100


class WaitTimes(NamedTuple):
    """What the waits for a jump from each of N states add up to.

    Attributes:
        times: M_it, the mean time in s that a wait from t spends in i before a jump, on
            what jumps can leave, (N, N).
        errors: Bounds on the errors of M, (N, N).
        never: Probability that no jump ever ends a wait from t, 0 exactly where it is
            known to be, (N,).
    """

    times: FloatArray
    errors: FloatArray
    never: FloatArray


def find_waits(flows: Flows, *, careful: bool = False) -> WaitTimes:
    """Return the mean times of waits.

    Args:
        flows: H and the jumps.
        careful: Whether to spend seconds on decimal numbers where modes leave an entry
            uncertain.
    """
    decay, _ = flows.decay_and_feed()
    n = flows.size
    found = WaitTimes(np.zeros((n, n)), np.zeros((n, n)), np.zeros(n))
    for states in connected(flows.hamiltonian):
        inside = np.ix_(states, states)
        own = _waits_of_part(flows, states, decay[states], careful)
        found.times[inside], found.errors[inside] = own.times, own.errors
        found.never[states] = own.never
    return found


def _waits_of_part(
    flows: Flows, states: IndexArray, decay: FloatArray, careful: bool
) -> WaitTimes:
    n = states.size
    h = np.ascontiguousarray(flows.hamiltonian[states][:, states])
    dark = find_dark(h, decay > 0.0)
    if dark.dimension == n:
        return WaitTimes(np.zeros((n, n)), np.zeros((n, n)), np.ones(n))
    reaches = find_reaches(h, decay)
    if not dark.dimension:
        part = Part(states, np.arange(n), h, decay, reaches)
        if careful and n <= LARGEST_EXTENDED:
            waits = extended_waits(part)
            return WaitTimes(waits.times, waits.errors, np.zeros(n))
        modes = find_modes(part)
        if modes is not None:
            waits = modes[1]
            times = np.where(reaches, np.maximum(waits.times, 0.0), 0.0)
            return WaitTimes(times, waits.errors * reaches, np.zeros(n))
    no_jump = find_no_jump(flows.among(states))
    times = np.maximum(np.real(no_jump.times(0.0)), 0.0)
    # A column of which nothing is left has no scale either.
    largest = times.max(axis=0)
    errors = np.broadcast_to(np.where(largest > 0.0, UNBOUNDED * largest, LOST), (n, n))
    never = np.where(dark.bright, 0.0, np.maximum(1.0 - no_jump.bright, 0.0))
    return WaitTimes(
        np.where(reaches, times, 0.0), np.where(reaches, errors, 0.0), never
    )
