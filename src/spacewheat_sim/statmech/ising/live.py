"""An Ising lattice that runs sweep by sweep while its conditions change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.seeding import stream
from spacewheat_sim.statmech.ising.algorithms import LIVE_ALGORITHMS, check_algorithm
from spacewheat_sim.statmech.ising.monte_carlo import IsingLattice
from spacewheat_sim.statmech.ising.sampling import weights_of
from spacewheat_sim.statmech.ising.thermodynamics import Conditions


class LiveLattice:
    """A torus in contact with a heat bath, H = −J Σ σσ − h Σ σ, k_B = 1.

    It starts ordered. Equal seeds and equal calls give equal histories. A change that
    is refused leaves everything as it was.

    Attributes:
        sweeps: Sweeps so far.

    Example:
        >>> lattice = LiveLattice(32, 32, Conditions(T=1.5), seed=1)
        >>> lattice.step(100)
        >>> bool(lattice.magnetization > 0.9)
        True
        >>> lattice.conditions = Conditions(T=50.0)
        >>> lattice.step(100)
        >>> bool(abs(lattice.magnetization) < 0.3)
        True
    """

    def __init__(
        self,
        Lx: int,
        Ly: int,
        conditions: Conditions,
        *,
        algorithm: str = "metropolis",
        seed: int = 0,
    ) -> None:
        """Make a lattice of width Lx and height Ly.

        Raises:
            ArgumentError: a side is below 1, an unknown algorithm, or J/T not finite.
            MethodLimitError: ``wolff`` in a field, or for J < 0 with an odd side.
        """
        rng = stream(seed, "live lattice")
        check_algorithm(algorithm, Lx, Ly, conditions, LIVE_ALGORITHMS)
        self._lattice = IsingLattice(weights_of(conditions)[0], Lx, Ly, rng)
        self._conditions, self._algorithm = conditions, algorithm
        self.sweeps = 0

    @property
    def conditions(self) -> Conditions:
        """Temperature, coupling and field; may be set between sweeps."""
        return self._conditions

    @conditions.setter
    def conditions(self, conditions: Conditions) -> None:
        height, width = self._lattice.spins.shape
        check_algorithm(self._algorithm, width, height, conditions, LIVE_ALGORITHMS)
        self._lattice.K = weights_of(conditions)[0]
        self._conditions = conditions

    @property
    def algorithm(self) -> str:
        """What a sweep is; may be set between sweeps."""
        return self._algorithm

    @algorithm.setter
    def algorithm(self, algorithm: str) -> None:
        height, width = self._lattice.spins.shape
        check_algorithm(algorithm, width, height, self._conditions, LIVE_ALGORITHMS)
        self._algorithm = algorithm

    @property
    def spins(self) -> NDArray[np.int8]:
        """The configuration as a read-only view that follows it, (Ly, Lx)."""
        view = self._lattice.spins.view()
        view.flags.writeable = False
        return view

    @property
    def energy(self) -> float:
        """E/N of the configuration."""
        bonds, spins = self._lattice.bond_sum(), self._lattice.spin_sum()
        at = self._conditions
        return (-at.J * bonds - at.h * spins) / self._lattice.spins.size

    @property
    def magnetization(self) -> float:
        """M/N of the configuration."""
        return self._lattice.spin_sum() / self._lattice.spins.size

    @property
    def words(self) -> tuple[int, ...]:
        """The four words of the generator that draws the next sweeps."""
        return tuple(int(word) for word in self._lattice.generator)

    def put_back(
        self, spins: NDArray[np.int8], words: Sequence[int], sweeps: int
    ) -> None:
        """Go on from the configuration, the words and the sweeps of another lattice.

        Raises:
            ArgumentError: the spins are not ±1 on as many sites, or the words are not
                four of 64 bits, not all of them 0.
        """
        if spins.shape != self._lattice.spins.shape or not (abs(spins) == 1).all():
            raise ArgumentError("Argument `spins` must be ±1 on each site")
        if len(words) != 4 or not any(words) or not all(0 <= w < 2**64 for w in words):
            raise ArgumentError(
                "Argument `words` must be four of 64 bits, not all of them 0"
            )
        self._lattice.spins[...] = spins
        self._lattice.generator[...] = np.array(words, dtype=np.uint64)
        self.sweeps = sweeps

    def step(self, sweeps: int = 1) -> None:
        """Run sweeps: as many random spins as there are, or all clusters, or some.

        The last, for ``wolff``, stops at the first cluster that completes as many
        turned spins as there are sites. That is right to look at but not to measure
        with: it prefers the moments after large clusters.
        """
        for _ in range(sweeps):
            if self._algorithm == "wolff":
                self._turn_clusters()
            elif self._algorithm == "swendsen_wang":
                self._lattice.swendsen_wang(1, self._field)
            else:
                self._lattice.metropolis(self._field)
            self.sweeps += 1

    @property
    def _field(self) -> float:
        return weights_of(self._conditions)[1]

    def _turn_clusters(self) -> None:
        turned = 0
        while turned < self._lattice.spins.size:
            turned += self._lattice.wolff()
