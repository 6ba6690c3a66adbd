"""The steady state of a static bath, from the waits and landings of its jumps."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.generator import Generator
from spacewheat_sim.quantum.steady.dark_state import dark_state
from spacewheat_sim.quantum.steady.flows import Flows, connected
from spacewheat_sim.quantum.steady.null_space import not_unique, null_state
from spacewheat_sim.quantum.steady.part import Part
from spacewheat_sim.quantum.steady.recurrent import Recurrence
from spacewheat_sim.quantum.steady.structure import Structure, find_structure


def steady_state(generator: Generator, hamiltonian: ComplexArray) -> ComplexArray:
    """Return the one density matrix (N, N) with dρ/dt = 0.

    A jump leaves the bath in a basis state, so with B = −iH − Γ/2 a steady ρ obeys the
    Lyapunov equation Bρ + ρB† = −diag(f), f = W p, p = diag ρ. Its solution is linear
    in f, ρ = Σ_t f_t X_t with BX_t + X_tB† = −|t⟩⟨t|, and f is where the Markov chain
    from one landing of a jump to the next settles, f = W M f with M_it = (X_t)_ii. All
    numbers in it are positive, and elimination never takes one from another.

    The numbers given are taken as exact. What is ever left or reached is decided
    exactly, whatever the sizes. M comes from the modes of B with bounds on its errors;
    where these leave a population uncertain by more than 1e-9 of itself, ρ is refined
    or M found in as many decimal digits as it takes. With more than 40 states that H
    connects, populations may be right to 1e-9 of 1 only.

    Args:
        generator: The jumps. Where one leaves the bath in several states, as in a
            register, L itself is solved; see :mod:`.null_space`.
        hamiltonian: H in rad/s, dense, (N, N), static.

    Raises:
        ArgumentError: there are several steady states, and the message says how many
            independent operators ρ have dρ/dt = 0, coherences included; or roundings of
            the numbers in H decide where the bath ends.
        RunError: more than 40 connected states need more digits than doubles have.
    """
    if not generator.jumps.are_single:
        return null_state(generator)
    flows = Flows.of(hamiltonian, generator.jumps)
    decay, feed = flows.decay_and_feed()
    structure = find_structure(flows.hamiltonian, decay, feed)
    if structure.steady_states > 1:
        raise not_unique(structure.steady_states)
    if structure.dark:
        states, rho = dark_state(flows.hamiltonian, decay)
    else:
        flows = flows.in_their_unit()
        decay, feed = flows.decay_and_feed()
        parts = _recurrent_parts(flows.hamiltonian, decay, structure)
        recurrence = Recurrence(parts, flows, feed)
        states, rho = recurrence.states, recurrence.density()
    whole = np.zeros((flows.size, flows.size), dtype=np.complex128)
    whole[np.ix_(states, states)] = rho
    return whole


def _recurrent_parts(
    hamiltonian: ComplexArray, decay: FloatArray, structure: Structure
) -> list[Part]:
    """Return the parts that landings come back to."""
    parts = []
    for states in connected(hamiltonian):
        starts = np.flatnonzero(structure.recurrent[states])
        if starts.size:
            h = hamiltonian[states][:, states]
            reaches = structure.reaches[states][:, states[starts]]
            parts.append(Part(states, starts, h, decay[states], reaches))
    return parts
