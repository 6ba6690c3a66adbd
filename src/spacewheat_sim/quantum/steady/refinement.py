"""A steady state made right by what is left of dρ/dt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.steady.flows import Flows
from spacewheat_sim.quantum.steady.kernels.elimination import respond
from spacewheat_sim.quantum.steady.modal_waits import Modes

MOST_ROUNDS = 12
# Relative change of populations at which a further round would change nothing.
CONVERGED = 1e-14


def refine(
    rho: ComplexArray,
    flows: Flows,
    modes: Sequence[Modes],
    chain: FloatArray,
    feed: FloatArray,
) -> tuple[ComplexArray, FloatArray]:
    """Return ρ with δ added until Lδ = −Lρ has none to add, and the last change.

    Lρ is summed in twice the digits of a double. The equation for δ is solved by waits
    and landings as that for ρ was, Bδ + δB† = −Lρ − diag(Wx), x = diag δ: so for ρ to
    become right, these need to be right to a few digits only.

    Args:
        rho: ρ on the states of all ``modes``, one part after the other, (N, N).
        flows: H and jumps among them.
        modes: The modes of each part.
        chain: q = WM, landings in the order of the parts, (C, C).
        feed: W into these landings, (C, N).

    Returns:
        ρ, and by how much each population was changed in the last round, (N,).
    """
    rest = np.zeros_like(rho)
    change = np.full(len(rho), np.inf)
    for _ in range(MOST_ROUNDS):
        step = _response(flows.slope(rho, rest), modes, chain, feed)
        step -= step.trace().real * rho
        now = np.abs(step.diagonal().real)
        if not now.sum() < change.sum() / 2:
            break
        change = now
        total = rho + (rest + step)
        rest = (rest + step) - (total - rho)
        rho = total
        if (change <= CONVERGED * np.abs(rho.diagonal().real)).all():
            break
    return rho, change


def _response(
    slope: ComplexArray, modes: Sequence[Modes], chain: FloatArray, feed: FloatArray
) -> ComplexArray:
    """Return δ with Lδ = −slope."""
    found = np.zeros_like(slope)
    first = 0
    places = []
    for own in modes:
        place = slice(first, first + own.part.size)
        found[place, place] = own.integral(slope[place, place])
        places.append(place)
        first = place.stop
    landings = respond(chain.copy(), feed @ found.diagonal().real)
    for own, place in zip(modes, places, strict=True):
        count = own.part.starts.size
        found[place, place] += own.density(landings[:count])
        landings = landings[count:]
    return found
