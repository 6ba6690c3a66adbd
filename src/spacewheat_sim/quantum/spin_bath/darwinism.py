"""What parts of the environment know about the central spin: quantum Darwinism.

A fragment F of the environment has I(S:F) = S(S) + S(F) − S(SF) in nats, and as the
global state is pure, S(SF) is the entropy of the rest of the environment. Where that
information reaches S(S) already for small fragments, it is there many times over, and
so objective. Source: R. Blume-Kohout and W. H. Zurek, Phys. Rev. A 73, 062310 (2006).

Fragments are the beginnings of random orders of the environment's spins. Those of one
order are nested, so that I(S:F) cannot fall with the size of F, nor can its mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spacewheat_sim.arrays import ComplexArray, FloatArray, IntArray
from spacewheat_sim.long_call import interruptible
from spacewheat_sim.quantum.spin_bath.information import entropy_vn

DEFICIT = 0.1
"""Share of S(S) that a fragment may miss and still count in the redundancy."""

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
        sizes: Spins in the fragment, from 0 to n, among them the first that knows
            enough to count in the redundancy, (F,).
        information: Mean I(S:F) in nats, (F,).
    """

    time: float
    system_entropy: float
    sizes: IntArray
    information: FloatArray

    def redundancy(self) -> float | None:
        """Return n / f for the smallest f with I(S:F) ≥ (1 − :data:`DEFICIT`) S(S).

        That is how many disjoint fragments know nearly all of what can be known. None
        where there is nothing to know.
        """
        if self.system_entropy < NOTHING_TO_KNOW:
            return None
        enough = self.information >= (1.0 - DEFICIT) * self.system_entropy
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
    system = float(entropy_vn(np.sum(logs)))
    walks = logs[orders]
    none = np.zeros((len(orders), 1))
    sums = np.concatenate([none, np.cumsum(walks, axis=1)], axis=1)
    # Summed from the other end, not subtracted: −∞ − (−∞) has no value.
    rest = np.concatenate([none, np.cumsum(walks[:, ::-1], axis=1)], axis=1)[:, ::-1]

    def information(sizes: IntArray) -> FloatArray:
        terms = system + entropy_vn(sums[:, sizes]) - entropy_vn(rest[:, sizes])
        return np.asarray(terms.mean(axis=0))

    sizes = _with_enough(fragment_sizes(logs.size), information, system)
    return PartialInformation(time, system, sizes, information(sizes))


def _with_enough(
    sizes: IntArray, information: Callable[[IntArray], FloatArray], system: float
) -> IntArray:
    """Return the sizes, and between them the first that knows enough.

    I(S:F) does not fall with the size, so that halving intervals finds it.
    """
    wanted = (1.0 - DEFICIT) * system
    after = int(np.argmax(information(sizes) >= wanted))
    if after == 0:
        return sizes
    low, high = int(sizes[after - 1]), int(sizes[after])
    while high - low > 1:
        middle = (low + high) // 2
        enough = bool(information(np.array([middle]))[0] >= wanted)
        low, high = (low, middle) if enough else (middle, high)
    return np.union1d(sizes, [high])


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

    def spectrum() -> FloatArray:
        return np.asarray(np.linalg.eigvalsh(matrix @ matrix.conj().T))

    # From 256 rows on it takes some tens of milliseconds.
    weights = interruptible(spectrum) if matrix.shape[0] >= 256 else spectrum()
    weights = weights[weights > NO_POPULATION]
    return float(-np.sum(weights * np.log(weights))) + 0.0
