"""Monte Carlo of the 2D Ising model: python benchmarks/ising_monte_carlo.py [--quick].

At T_c. The peer is a checkerboard Metropolis in numpy on a lattice of the same side:
the ratio is how many times more spins ours tries, or turns over, in a second; a sweep
of clusters is worth many of the peer's, as the autocorrelation times show. Every flip
that is tried has random bits of its own, also in ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from case import Case
from measurement import Measurement
from numpy.typing import NDArray
from timing import Effort, measure

from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING
from spacewheat_sim.statmech.ising.monte_carlo import IsingLattice
from spacewheat_sim.statmech.ising.sampling import monte_carlo_thermodynamics
from spacewheat_sim.statmech.ising.thermodynamics import Conditions
from spacewheat_sim.statmech.multispin.lattice import MultispinLattice

UNIT = "flips/ns"
# One call, and the spins that it tries or turns over.
Step = tuple[Callable[[], object], float]


def flips(
    name: str,
    make: Callable[[int], Step],
    side: int,
    effort: Effort,
    *,
    bar: float | None = None,
) -> Iterator[Measurement]:
    """Measure the spins that an algorithm tries or turns over, beside numpy's."""
    place = {"symbol": "L", "size": side}
    for by, maker, is_peer in ((name, make, False), ("numpy", _numpy, True)):
        run, spins = maker(side)
        timing = measure(run, effort)
        yield Measurement.timed(
            name,
            by,
            UNIT,
            timing.seconds,
            spins * 1e-9,
            **place,
            bar=None if is_peer else bar,
            is_peer=is_peer,
        )


def cluster_update(side: int, effort: Effort) -> Iterator[Measurement]:
    """Measure a Swendsen–Wang update of the whole lattice."""
    lattice = _equilibrated(side)
    yield Measurement.timed(
        "Swendsen–Wang, an update",
        "swendsen_wang",
        "ms",
        measure(lattice.swendsen_wang, effort).seconds,
        symbol="L",
        size=side,
        bar=8.0,
    )


def autocorrelation(
    algorithm: str, side: int, sweeps: int, effort: Effort
) -> Iterator[Measurement]:
    """Measure integrated autocorrelation times, of E and of M², in sweeps."""
    del effort  # the number of sweeps sets the accuracy
    found = monte_carlo_thermodynamics(
        side,
        side,
        Conditions(1 / CRITICAL_COUPLING),
        algorithm=algorithm,  # type: ignore[arg-type]
        sweeps=sweeps,
        rng=np.random.default_rng(side),
    )
    for by, key in (("of E", "energy_time"), ("of M²", "magnetization_time")):
        yield Measurement.of(
            f"autocorrelation time, {algorithm}",
            by,
            "sweeps",
            [found.extra[key]],
            symbol="L",
            size=side,
        )


def _words(h: float, side: int) -> Step:
    rng = np.random.default_rng(0)
    lattice = MultispinLattice(CRITICAL_COUPLING, side, side, rng, h=h)
    lattice.sample(100)
    return lattice.metropolis, side * side


def _single(side: int) -> Step:
    return _equilibrated(side).metropolis, side * side


def _wolff(side: int) -> Step:
    # Clusters differ in size too much to count: the same ones over and over.
    start = _equilibrated(side).spins.copy()

    def grow() -> int:
        again = IsingLattice(CRITICAL_COUPLING, side, side, np.random.default_rng(1))
        again.spins[:] = start
        return sum(again.wolff() for _ in range(100))

    return grow, grow()


def _numpy(side: int) -> Step:
    rng = np.random.default_rng(0)
    colors = np.ones((2, side, side // 2), dtype=np.int8)
    accept = np.minimum(1.0, np.exp(-2 * CRITICAL_COUPLING * np.arange(-4, 5)))
    accept = accept.astype(np.float32)
    return lambda: numpy_sweep(colors, accept, rng), side * side


def _equilibrated(side: int) -> IsingLattice:
    lattice = IsingLattice(CRITICAL_COUPLING, side, side, np.random.default_rng(0))
    lattice.swendsen_wang(300)
    return lattice


def numpy_sweep(
    colors: NDArray[np.int8], accept: NDArray[np.float32], rng: np.random.Generator
) -> None:
    """Update a checkerboard whose colors are apart, (2, L, L/2), row by row as ours.

    ``accept`` is min(1, e^{−2Kq}) at q + 4, with q = σ Σσ'.
    """
    for color in range(2):
        own, other = colors[color], colors[1 - color]
        near = np.roll(other, 1, 0) + np.roll(other, -1, 0) + other
        near[color::2] += np.roll(other[color::2], 1, 1)
        near[1 - color :: 2] += np.roll(other[1 - color :: 2], -1, 1)
        turns = rng.random(own.shape, dtype=np.float32) < accept[own * near + 4]
        np.negative(own, out=own, where=turns)


WORDS, FIELD_WORDS = partial(_words, 0.0), partial(_words, 0.1)
CASES = (
    Case(
        "Metropolis, words",
        partial(flips, "Metropolis, 64 spins a word", WORDS, 1024, bar=1.5),
    ),
    Case(
        "Metropolis, words, L = 128",
        partial(flips, "Metropolis, 64 spins a word", WORDS, 128),
        is_quick=False,
    ),
    Case(
        "Metropolis, words, field",
        partial(flips, "Metropolis in a field, 64 spins a word", FIELD_WORDS, 1024),
        is_quick=False,
    ),
    Case(
        "Metropolis, single spins",
        partial(flips, "Metropolis, one spin at a time", _single, 512),
        is_quick=False,
    ),
    Case("Swendsen–Wang", partial(cluster_update, 512)),
    Case(
        "Wolff",
        partial(flips, "Wolff, spins turned over", _wolff, 512, bar=0.04),
        is_quick=False,
    ),
    *(
        Case(
            f"autocorrelation, {algorithm}, L = {side}",
            partial(autocorrelation, algorithm, side, sweeps),
            is_quick=False,
        )
        for algorithm, sweeps in (("swendsen_wang", 30_000), ("wolff", 60_000))
        for side in (16, 32, 64)
    ),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("ising_monte_carlo",)))
