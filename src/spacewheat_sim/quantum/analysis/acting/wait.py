"""One step of waiting: no jump, or the last of its jumps and the time since.

From ψ at the beginning of a step of h seconds, with B = −iH − Γ/2:

    no jump:  e^{Bh}ψ;
    the last jump lands in k at time u:  e^{B(h−u)}|k⟩, with the density
    J_k(u) = Σ_{channels s→k} γ ⟨ψ| e^{L†u}(|s⟩⟨s|) |ψ⟩ of any landing at u.

The integral over u is a sum over Gauss–Legendre nodes, so that what may follow a step
is one ket without a jump and as many as there are landings and nodes with one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import linalg

from spacewheat_sim.arrays import ComplexArray, FloatArray
from spacewheat_sim.quantum.analysis.propagation import FeedEntries, Propagation, parts
from spacewheat_sim.quantum.analysis.static_bath import StaticBath
from spacewheat_sim.quantum.drive import Drive


class Wait(NamedTuple):
    """What may become of a ket in a step.

    Attributes:
        propagator: e^{Bh}, (N, N).
        landed: The normalized kets after a landing, one for each place k that is landed
            on and each age, (R, N).
        chances: C with ⟨ψ|C|ψ⟩ the weight of each of them, (R, N, N).
    """

    propagator: ComplexArray
    landed: ComplexArray
    chances: ComplexArray

    def defect(self) -> float:
        """Return the largest entry of U†U + Σ C − 1, which is 0 but for quadrature."""
        u = self.propagator
        whole = u.conj().T @ u + self.chances.sum(axis=0)
        return float(np.abs(whole - np.eye(len(u))).max())


def find_wait(bath: StaticBath, h: float, nodes: int) -> Wait:
    """Return what may become of a ket in ``h`` seconds, by ``nodes`` ages."""
    x, weights = np.polynomial.legendre.leggauss(nodes)
    times, weights = h * (x + 1) / 2, h * weights / 2
    present = _looked_back(bath, times)  # (Q, N, N, N)
    flows = bath.flows
    landed, chances = [], []
    for k in sorted(set(flows.targets[flows.rates > 0.0].tolist())):
        into = np.flatnonzero(flows.targets == k)
        for q, time in enumerate(times.tolist()):
            ket = linalg.expm(bath.b * (h - time))[:, k]
            left = float(np.vdot(ket, ket).real)
            density = np.tensordot(
                flows.rates[into], present[q, flows.sources[into]], 1
            )
            landed.append(ket / np.sqrt(left))
            chances.append(weights[q] * left * density)
    n = bath.size
    return Wait(
        np.asarray(linalg.expm(bath.b * h), dtype=np.complex128),
        np.array(landed, dtype=np.complex128).reshape(-1, n),
        np.array(chances, dtype=np.complex128).reshape(-1, n, n),
    )


def _looked_back(bath: StaticBath, times: FloatArray) -> ComplexArray:
    """Return e^{L†u}(|s⟩⟨s|) at sorted ``times`` u for each s, (Q, N, N, N)."""
    n = bath.size
    drive = Drive([])
    feed = FeedEntries.of(bath.generator.jumps)
    way = Propagation(bath.generator, drive, feed, adjoint=True)
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
