"""The Ising model's thermodynamics by Monte Carlo, with honest error bars.

A run starts in a state of low energy, discards :data:`DISCARDED` of its sweeps on top
of those asked for, and then measures after every sweep. Errors come from 32 bins: of a
mean directly, of χ and C by jackknife. To these comes the noise of moves that are too
rare for the run to hold (:mod:`excitations.moves`).

Without field every configuration is averaged with its mirror image, so ⟨M⟩ = 0 exactly
and χ = β⟨M²⟩/N, also where a run would not turn the whole lattice over in its lifetime.
What it would be around one of two ordered states is ``susceptibility_abs``, with ⟨|M|⟩.

Where J < 0 is frustrated or in a field, the sweeps are shared by four chains from
different starts, which must agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.statmech.excitations.moves import Window, rare_moves
from spacewheat_sim.statmech.ising.algorithms import (
    ALGORITHMS,
    EXCITED_TIMES,
    RING_ALGORITHMS,
    check_algorithm,
    chosen_algorithm,
    clusters_mix,
    is_frustrated,
)
from spacewheat_sim.statmech.ising.estimates import FROZEN, Recorded, summary
from spacewheat_sim.statmech.ising.samplers import Sampler, ring_sampler, sampler
from spacewheat_sim.statmech.ising.starts import ground_signs, other_signs
from spacewheat_sim.statmech.ising.statistics import BINS
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    MethodLimitError,
    Thermodynamics,
)
from spacewheat_sim.statmech.parts import parts

DISCARDED = 0.2
"""Sweeps discarded at the start, as a share of those measured."""

FEWEST_DISCARDED = 100

LARGEST_LATTICE = 2**28
"""Sites; each takes 1 to 13 bytes."""

CHAINS = 4

LARGEST_ANNEALED = 256
"""Sites of a lattice that annealing surely brings into equilibrium, unless it is hard.

The domains of a larger one may not have grown into one when its measurement begins.
"""

WINDOWS, WINDOW_SITES = 32, 2**22
"""Configurations whose rare moves are counted, and the spins of all of them."""

FEWEST_SWEEPS = 2 * BINS


class Interrupted(KeyboardInterrupt):
    """Ctrl-C ended a run that had measured something.

    Attributes:
        found: What it had measured by then, not ``converged``.
        reason: The interrupt itself.
    """

    def __init__(self, found: Thermodynamics, reason: KeyboardInterrupt) -> None:
        """Keep both."""
        super().__init__(*reason.args)
        self.found, self.reason = found, reason


def monte_carlo_thermodynamics(
    Lx: int,
    Ly: int,
    conditions: Conditions,
    *,
    algorithm: str = "auto",
    sweeps: int = 10_000,
    rng: np.random.Generator,
    progress: Callable[[float], object] = lambda _share: None,
) -> Thermodynamics:
    """Measure the Lx × Ly torus; ``free_energy`` is None, since sampling has no ln Z.

    A sweep tries as many spins as there are (``metropolis``: 64 at a time where a side
    is a multiple of 128 and the other is even; ``parallel_tempering``: at each of its
    temperatures), or updates all clusters (``swendsen_wang``), or as many clusters as
    turn about one lattice of spins (``wolff``; the number is settled before measuring).
    ``auto`` is :func:`algorithms.usual_algorithm`. The cluster algorithms estimate χ by
    the clusters, which have less noise. Where 4|J| + |h| is below T/20, the others give
    way to ``swendsen_wang``, which then draws nearly independent spins.

    ``errors`` has standard errors of e, m, χ, C and the first two of ``extra``:

    - ``abs_magnetization``: ⟨|M|⟩/N, and ``susceptibility_abs``: χ with it for ⟨M⟩;
    - ``energy_time`` and ``magnetization_time``: integrated autocorrelation times in
      sweeps, of E, and of M (of M² without field); independent sweeps have ½;
    - ``unseen_share``: the largest share that moves of which the run holds too few have
      in the variances that it measures;
    - ``converged``: 1 where bins are longer than 5 autocorrelation times, the energy
      does not drift, chains from different starts agree, replicas of parallel tempering
      come from the hottest temperature at least 20 times, and ``unseen_share`` is at
      most ½; else 0, and the errors are rough.

    In a field, single spins also choose after every sweep between the configuration and
    its mirror image.

    Args:
        Lx: Columns.
        Ly: Rows.
        conditions: T, J and h.
        algorithm: ``auto`` or one of :data:`ALGORITHMS`.
        sweeps: Measured, of all chains together.
        rng: Source of all randomness.
        progress: Told after each part which share of all sweeps is done.

    Raises:
        MethodLimitError: ``wolff`` in a field, or for J < 0 with an odd side;
            ``parallel_tempering`` of too large a lattice; more than 2²⁸ sites. Names
            what can.
        ArgumentError: an unknown algorithm, a side below 1, too few sweeps, or J/T or
            h/T not finite.
        Interrupted: Ctrl-C, with what was measured by then.
    """
    K, h = weights_of(conditions)
    _check_run(Lx, Ly, sweeps)
    check_algorithm(algorithm, Lx, Ly, conditions, ("auto", *ALGORITHMS))
    algorithm = chosen_algorithm(algorithm, Lx, Ly, conditions)
    starts = _starts(algorithm, Lx, Ly, conditions)
    samplers = (sampler(algorithm, (Lx, Ly), K, h, signs, rng) for signs in starts)
    run = _Run(Lx * Ly, conditions, algorithm, len(starts), sweeps, progress)
    return run.measure(samplers)


def monte_carlo_ring(
    L: int,
    conditions: Conditions,
    *,
    algorithm: str = "sequential",
    sweeps: int = 10_000,
    rng: np.random.Generator,
    progress: Callable[[float], object] = lambda _share: None,
) -> Thermodynamics:
    """Measure a ring of L spins, which has L bonds; else as the torus.

    ``sequential`` counts an independent ring as a sweep.

    Raises:
        MethodLimitError: as :func:`monte_carlo_thermodynamics`; ``wolff`` at J < 0.
        ArgumentError: as :func:`monte_carlo_thermodynamics`.
        Interrupted: as :func:`monte_carlo_thermodynamics`.
    """
    K, h = weights_of(conditions)
    _check_run(L, 1, sweeps)
    check_algorithm(algorithm, L, 1, conditions, RING_ALGORITHMS)
    algorithm = chosen_algorithm(algorithm, L, 1, conditions)
    if algorithm == "sequential":
        run = _Run(L, conditions, algorithm, 1, sweeps, progress)
        return run.measure(iter([ring_sampler(L, K, h, rng)]))
    starts = _starts(algorithm, L, 1, conditions)
    samplers = (
        _as_ring(sampler(algorithm, (L, 1), K, h, signs, rng), L) for signs in starts
    )
    run = _Run(L, conditions, algorithm, len(starts), sweeps, progress)
    return run.measure(samplers)


def weights_of(conditions: Conditions) -> tuple[float, float]:
    """Return J/T and h/T, both scaled down where one is beyond :data:`FROZEN`.

    Raises:
        ArgumentError: one of them is not finite.
    """
    K, h = conditions.J / conditions.T, conditions.h / conditions.T
    for name, value in (("J/T", K), ("h/T", h)):
        if not math.isfinite(value):
            raise ArgumentError(f"{name} must be finite, but is {value!r}")
    scale = min(1.0, FROZEN / max(abs(K), abs(h), 1.0))
    return K * scale, h * scale


class _Run:
    """One run while it measures."""

    def __init__(
        self,
        sites: int,
        conditions: Conditions,
        algorithm: str,
        chains: int,
        sweeps: int,
        progress: Callable[[float], object],
    ) -> None:
        self._sites, self._conditions = sites, conditions
        self._algorithm, self._chains, self._progress = algorithm, chains, progress
        # Bins must not lie across chains.
        self._length = sweeps if chains == 1 else sweeps // BINS * BINS // chains
        independent = algorithm == "sequential"
        self._discarded = 0 if independent else _discarded(self._length)
        self._all = chains * (self._length + self._discarded)
        self._done = 0
        self._series = np.empty((chains * self._length, 4))
        self._filled = 0
        self._windows: list[Window] = []
        self._arrivals: int | None = None

    def measure(self, samplers: Iterator[Sampler]) -> Thermodynamics:
        """Return what chains of these samplers find, one after the other."""
        source = None
        try:
            for source in samplers:
                self._follow(source)
        except KeyboardInterrupt as reason:
            if source is None or self._filled < FEWEST_SWEEPS:
                raise  # too little to tell anything
            if not self._windows:
                self._windows.append(source.window())
            raise Interrupted(self._summary(), reason) from reason
        return self._summary()

    def _follow(self, source: Sampler) -> None:
        for first, last in parts(self._discarded, source.at_once):
            source.measure(last - first)
            self._tell(last - first)
        before = source.arrivals() if source.arrivals else 0
        # Where the windows are depends on no part, so that no number does.
        wanted = max(1, min(WINDOWS, WINDOW_SITES // self._sites) // self._chains)
        for begin, end in parts(self._length, math.ceil(self._length / wanted)):
            for first, last in parts(end - begin, source.at_once):
                part = source.measure(last - first)
                self._series[self._filled : self._filled + len(part)] = part
                self._filled += len(part)
                self._tell(last - first)
            self._windows.append(source.window())
        if source.arrivals:
            self._arrivals = source.arrivals() - before

    def _tell(self, sweeps: int) -> None:
        self._done += sweeps
        self._progress(self._done / self._all)

    def _summary(self) -> Thermodynamics:
        K, h = weights_of(self._conditions)
        is_whole = self._filled == len(self._series)
        recorded = Recorded(
            self._series[: self._filled],
            self._chains if is_whole else 1,
            rare_moves(self._windows, K, h),
            EXCITED_TIMES[self._algorithm],
            self._arrivals,
            is_whole,
        )
        return summary(recorded, self._sites, self._conditions, self._algorithm)


def _starts(
    algorithm: str, Lx: int, Ly: int, conditions: Conditions
) -> list[tuple[int, int] | None]:
    """Return the starts of the chains: signs of even and odd sites, or None to anneal.

    One chain will do where the algorithm leaves no state for long, or where the only
    states it would not leave are mirror images.
    """
    K, h = weights_of(conditions)
    ground = ground_signs(K, h)
    if clusters_mix(Lx, Ly, conditions) or algorithm == "parallel_tempering":
        return [ground]
    other = other_signs(*ground, h)
    if Lx * Ly <= LARGEST_ANNEALED:
        return [ground, other, None, None]
    is_hard = is_frustrated(Lx, Ly, conditions.J) and h != 0.0
    if algorithm == "metropolis" and not is_hard:
        # Domains of the other state would take too long to vanish.
        return [ground] * CHAINS
    return [ground, other, ground, other]


def _as_ring(source: Sampler, L: int) -> Sampler:
    """Return a sampler of a torus of height 1 without its bonds from spin to itself."""

    def measure(sweeps: int) -> FloatArray:
        series = source.measure(sweeps)
        series[:, 0] -= L
        return series

    return Sampler(measure, source.window, source.at_once, source.arrivals)


def _check_run(Lx: int, Ly: int, sweeps: int) -> None:
    if Lx < 1 or Ly < 1:
        raise ArgumentError(f"A lattice must have sides of at least 1, not {Lx} × {Ly}")
    if Lx * Ly > LARGEST_LATTICE:
        raise MethodLimitError(
            f"Monte Carlo holds at most 2^28 = {LARGEST_LATTICE} spins, not "
            f"{Lx} × {Ly} = {Lx * Ly}; the closed forms take any size"
        )
    if sweeps < FEWEST_SWEEPS:
        raise ArgumentError(
            f"Argument `sweeps` must be at least {FEWEST_SWEEPS}, two for each of "
            f"{BINS} bins, but is {sweeps}"
        )


def _discarded(sweeps: int) -> int:
    return max(FEWEST_DISCARDED, math.ceil(DISCARDED * sweeps))
