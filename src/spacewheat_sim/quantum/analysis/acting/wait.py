"""One step of waiting: no jump, or the last of its jumps and the time since.

From ψ at the beginning of a step of h seconds, with B = −iH − Γ/2:

    no jump:  e^{Bh}ψ;
    the last jump lands in k at time u:  e^{B(h−u)}|k⟩, with the density
    J_k(u) = Σ_{channels s→k} γ ⟨ψ| e^{L†u}(|s⟩⟨s|) |ψ⟩ of any landing at u.

J is smooth, and known everywhere from a few Gauss–Legendre nodes. What a ket after a
landing is worth has kinks where another act becomes the best, so that its integral with
J is taken over many panels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import linalg

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.analysis.propagation.feed import FeedEntries
from spacewheat_sim.quantum.analysis.propagation.propagation import Propagation
from spacewheat_sim.quantum.analysis.propagation.step import parts
from spacewheat_sim.quantum.analysis.static_bath import StaticBath
from spacewheat_sim.quantum.drive import Drive

# Panels of a step, each with two nodes: enough for kinks, each of which costs the
# square of a panel.
PANELS = 256
# What is left of a ket that jumps have left for certain.
GONE = 1e-290


class Wait(NamedTuple):
    """What may become of a ket in a step, for T places that are landed on.

    Attributes:
        propagator: e^{Bh}, (N, N).
        landed: Normalized kets at the nodes of each landing, (T Q, N).
        aged: The same at all nodes of the panels, (T F, N).
        densities: D with ⟨ψ|D|ψ⟩ the density J at each node of each landing,
            (T Q, N, N).
        weights: What each of ``aged`` counts with each density, (T Q, T F).
    """

    propagator: ComplexArray
    landed: ComplexArray
    aged: ComplexArray
    densities: ComplexArray
    weights: FloatArray

    def defect(self) -> float:
        """Return how far all probabilities are from 1: the error of the integrals."""
        u = self.propagator
        jumped = np.tensordot(self.weights.sum(axis=1), self.densities, 1)
        return float(np.abs(u.conj().T @ u + jumped - np.eye(len(u))).max())


def find_wait(bath: StaticBath, h: float, nodes: int) -> Wait:
    """Return what may become of a ket in ``h`` seconds, by ``nodes`` of J."""
    flows, b = bath.flows, bath.b
    x, _ = np.polynomial.legendre.leggauss(nodes)
    times = h * (x + 1) / 2
    fine, share = _panels(h)
    basis = _lagrange(times, fine) * share  # (Q, F)
    present = _looked_back(bath, times)  # (Q, N, N, N)
    places = sorted(set(flows.targets[flows.rates > 0.0].tolist()))
    count, n = len(places), bath.size
    landed, aged, densities = [], [], []
    weights = np.zeros((count, nodes, count, fine.size))
    ages = [linalg.expm(b * (h - time)) for time in times.tolist()]
    later = [linalg.expm(b * (h - time)) for time in fine.tolist()] if count else []
    for i, k in enumerate(places):
        into = np.flatnonzero(flows.targets == k)
        rates = flows.rates[into]
        densities += [np.tensordot(rates, at[flows.sources[into]], 1) for at in present]
        landed += [_unit(age[:, k])[0] for age in ages]
        units = [_unit(age[:, k]) for age in later]
        aged += [ket for ket, _ in units]
        weights[i, :, i] = basis * np.array([left for _, left in units])
    return Wait(
        np.asarray(linalg.expm(b * h), dtype=np.complex128),
        np.array(landed, dtype=np.complex128).reshape(-1, n),
        np.array(aged, dtype=np.complex128).reshape(-1, n),
        np.array(densities, dtype=np.complex128).reshape(-1, n, n),
        weights.reshape(count * nodes, count * fine.size),
    )


def _panels(h: float) -> tuple[FloatArray, FloatArray]:
    """Return the nodes of all panels of a step and their weights, each (F,)."""
    x, share = np.polynomial.legendre.leggauss(2)
    begins = np.arange(PANELS)[:, None]
    nodes = h * (begins + (x + 1) / 2) / PANELS
    return nodes.ravel(), np.tile(h * share / 2 / PANELS, PANELS)


def _lagrange(nodes: FloatArray, at: FloatArray) -> FloatArray:
    """Return ℓ_q, 1 at node q and 0 at the others, at other places, (Q, F)."""
    found = np.ones((nodes.size, at.size))
    for q, node in enumerate(nodes.tolist()):
        for other in np.delete(nodes, q).tolist():
            found[q] *= (at - other) / (node - other)
    return found


def _unit(ket: ComplexArray) -> tuple[ComplexArray, float]:
    """Return ψ/‖ψ‖ and ‖ψ‖²; any unit ket, and 0, where nothing is left."""
    left = float(np.vdot(ket, ket).real)
    if left < GONE:
        return np.eye(ket.size, dtype=np.complex128)[0], 0.0
    return ket / np.sqrt(left), left


def _looked_back(bath: StaticBath, times: FloatArray) -> ComplexArray:
    """Return e^{L†u}(|s⟩⟨s|) at sorted ``times`` u for each s, (Q, N, N, N)."""
    n = bath.size
    feed = FeedEntries.of(bath.generator.jumps)
    way = Propagation(bath.generator, Drive([]), feed).adjoint()
    found = np.empty((times.size, n, n, n), dtype=np.complex128)
    for s in range(n):
        there = np.zeros((n, n), dtype=np.complex128)
        there[s, s] = 1.0
        done = 0
        for step in way.run(parts(there), 0.0, float(times[-1])):
            end = step.begin + step.h
            upto = int(np.searchsorted(times, end * (1 + 1e-15), side="right"))
            found[done:upto, s] = step.values(step.shares(times[done:upto]))
            done = upto
    return found
