"""What parts of the environment know about the central spin: quantum Darwinism.

A fragment F of the environment has I(S:F) = S(S) + S(F) − S(SF) in nats, and as the
global state is pure, S(SF) is the entropy of the rest of the environment. Where that
information reaches S(S) already for small fragments, it is there many times over, and
so objective. Source: R. Blume-Kohout and W. H. Zurek, Phys. Rev. A 73, 062310 (2006).

Fragments are the beginnings of random orders of the environment's spins. Those of one
order are nested, so that I(S:F) cannot fall with the size of F, nor can its mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.quantum.spin_bath.information import entropy_vn
from spacewheat_sim.quantum.spin_bath.model import ComplexArray, FloatArray

IntArray = NDArray[np.int64]

# Below this an eigenvalue of a density matrix is rounding.
NO_POPULATION = 1e-15
# Below this entropy the central spin has nothing that could be known.
NOTHING_TO_KNOW = 1e-6


@dataclass(frozen=True)
class PartialInformation:
    """The mean information of fragments of each size at one time.

    Attributes:
        time: In seconds.
        system_entropy: S(S) in nats.
        sizes: Spins in the fragment, from 0 to n, (F,).
        information: Mean I(S:F) in nats, (F,).
    """

    time: float
    system_entropy: float
    sizes: IntArray
    information: FloatArray

    def redundancy(self, deficit: float = 0.1) -> float | None:
        """Return n / f for the smallest f with I(S:F) ≥ (1 − ``deficit``) S(S).

        That is how many disjoint fragments know all but ``deficit`` of what can be
        known; sizes between the tabulated ones count as reached by the next. None where
        there is nothing to know.
        """
        if self.system_entropy < NOTHING_TO_KNOW:
            return None
        enough = self.information >= (1.0 - deficit) * self.system_entropy
        return float(self.sizes[-1] / self.sizes[int(np.argmax(enough))])


def fragment_orders(size: int, count: int, rng: np.random.Generator) -> IntArray:
    """Return ``count`` random orders of ``size`` spins, (count, size)."""
    return np.array([rng.permutation(size) for _ in range(count)], dtype=np.int64)


def fragment_sizes(count: int, most: int = 64) -> IntArray:
    """Return fragment sizes from 0 to ``count``: all, or about ``most`` of them.

    Those of a large environment crowd at both ends, where I(S:F) rises.
    """
    if count <= most:
        return np.arange(count + 1)
    half = np.geomspace(1.0, count / 2.0, most // 2).round().astype(np.int64)
    return np.unique(np.concatenate([[0], half, count - half, [count]]))


def partial_information_of_overlaps(
    logs: FloatArray, orders: IntArray, time: float
) -> PartialInformation:
    """Return the mean I(S:F) where each spin evolved on its own.

    F and the rest of the environment are then mixtures of two kets, whose overlaps are
    the products over their spins.

    Args:
        logs: log |⟨e_k−|e_k+⟩| of each spin, (n,).
        orders: See :func:`fragment_orders`, (R, n).
        time: What to note as the time.
    """
    sizes = fragment_sizes(logs.size)
    system = entropy_vn(np.sum(logs))
    total = np.zeros(sizes.size)
    for order in orders:
        sums = np.concatenate([[0.0], np.cumsum(logs[order])])
        # Summed from the other end, not subtracted: −∞ − (−∞) has no value.
        rest = np.concatenate([[0.0], np.cumsum(logs[order][::-1])])[::-1]
        total += system + entropy_vn(sums[sizes]) - entropy_vn(rest[sizes])
    return PartialInformation(time, float(system), sizes, total / len(orders))


def partial_information_of_kets(
    kets: ComplexArray, orders: IntArray, time: float
) -> PartialInformation:
    """Return the mean I(S:F) by partial traces of the global state.

    Args:
        kets: E_+ and E_−, (2, 2ⁿ).
        orders: See :func:`fragment_orders`, (R, n).
        time: What to note as the time.
    """
    count = kets.shape[1].bit_length() - 1
    sizes = np.arange(count + 1)
    joint = kets.reshape((2,) * (count + 1)) / np.sqrt(2.0)
    system = _cut_entropy(joint.reshape(2, -1))
    total = np.zeros(sizes.size)
    for order in orders:
        first = joint.transpose([0, *(1 + order)]).reshape(2, -1)
        last = np.ascontiguousarray(first.T)
        for f in sizes:
            fragment = _cut_entropy(last.reshape(2**f, -1))
            with_system = _cut_entropy(first.reshape(2 ** (f + 1), -1))
            total[f] += system + fragment - with_system
    return PartialInformation(time, system, sizes, total / len(orders))


def _cut_entropy(matrix: ComplexArray) -> float:
    """Return the entanglement entropy of a pure state across rows | columns."""
    if matrix.shape[0] > matrix.shape[1]:
        matrix = matrix.T
    weights = np.linalg.eigvalsh(matrix @ matrix.conj().T)
    weights = weights[weights > NO_POPULATION]
    return float(-np.sum(weights * np.log(weights))) + 0.0
