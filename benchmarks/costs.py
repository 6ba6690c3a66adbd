"""Cost against size, with the fitted exponent: python benchmarks/costs.py [--quick].

The cost of a ket's step grows as the nonzeros of the Hamiltonian, which is N for random
baths of fixed couplings; that of a density matrix as nonzeros times N; that of
trajectories and of game time in proportion. Exponents are slopes of log cost against
log size; for chains, whose space doubles with every spin, the factor per spin.
``plot_costs.py`` draws them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
from case import Case
from measurement import Measurement
from problems import DT, random_bath
from timing import Effort, Timing, measure

from spacewheat_sim import QuantumBath
from spacewheat_sim.quantum.tfim.chain import Chain
from spacewheat_sim.quantum.tfim.exact_diagonalization import lowest_states
from spacewheat_sim.quantum.tfim.free_fermion import solve_free_fermions

EXPONENT_BAR = 0.15
# A step long enough that its series has the same number of terms at every N, nearly.
STEP = 0.05
KET_SIZES = (64, 128, 256, 512, 1024, 2048)
DENSITY_SIZES = (64, 128, 256, 512, 1024, 2048)
COUNTS = (100_000, 300_000, 1_000_000, 3_000_000)
DURATIONS = (10, 30, 100, 300, 1000)
CHAINS = (10, 12, 14, 16, 18, 20)
FERMIONS = (64, 128, 256, 512, 1024)


def curve(
    name: str,
    symbol: str,
    sizes: Sequence[int],
    time_at: Callable[[int, Effort], Timing],
    expected: float | None,
    effort: Effort,
) -> Iterator[Measurement]:
    """Measure a cost at all sizes, and how far its exponent is from the expected."""
    medians = []
    for size in sizes:
        timing = time_at(size, effort)
        medians.append(timing.median)
        yield Measurement.timed(
            name, "cost", "ms", timing.seconds, symbol=symbol, size=size
        )
    exponent = float(np.polyfit(np.log(sizes), np.log(medians), 1)[0])
    if expected is not None:
        yield Measurement.of(
            name,
            f"exponent's distance from {expected:g}",
            "",
            [abs(exponent - expected)],
            bar=EXPONENT_BAR,
            note=f"it is {exponent:.2f}",
        )


def ket_step(states: int, effort: Effort) -> Timing:
    """Time a call of ``evolve`` of a ket."""
    bath = QuantumBath(random_bath(states).operators(), seed=1)
    return measure(lambda: bath.evolve(STEP), effort)


def density_step(states: int, effort: Effort) -> Timing:
    """Time a call of ``evolve`` of a density matrix."""
    bath = QuantumBath(random_bath(states).operators(), "master")

    def step() -> None:
        # One that has settled takes fewer terms, and small ones settle while timed.
        bath.initialize_uniform()
        bath.evolve(STEP)

    return measure(step, effort)


def trajectories(count: int, effort: Effort) -> Timing:
    """Time an ensemble at N = 22 over 20 s, its tables included."""
    bath = QuantumBath(random_bath(22).operators(), seed=0)
    return measure(lambda: bath.ensemble(20.0, count, dt=1.0, seed=0), effort)


def game_time(duration: int, effort: Effort) -> Timing:
    """Time the steps of a driven ket at N = 22."""
    bath = QuantumBath(random_bath(22, driven=3).operators(), seed=0)
    steps = round(duration / DT)
    return measure(lambda: bath.evolve_many(DT, steps), effort)


def chain(L: int, effort: Effort) -> Timing:
    """Time both parities' ground states of an open chain."""
    return measure(lambda: lowest_states(Chain(L, 1.0, 1.0, "open")), effort)


def fermions(L: int, effort: Effort) -> Timing:
    """Time energy, gap and all entropies of an open chain by free fermions."""
    return measure(lambda: solve_free_fermions(Chain(L, 1.0, 1.0, "open")), effort)


CASES = (
    Case("ket", partial(curve, "a ket's step", "N", KET_SIZES, ket_step, 1.0)),
    Case(
        "density matrix",
        partial(
            curve, "a density matrix's step", "N", DENSITY_SIZES, density_step, 2.0
        ),
        is_quick=False,
    ),
    Case(
        "trajectories",
        partial(curve, "trajectories, N = 22", "B", COUNTS, trajectories, 1.0),
        cores=2,
        is_quick=False,
    ),
    Case(
        "game time",
        partial(curve, "game time, N = 22, driven", "t", DURATIONS, game_time, 1.0),
        is_quick=False,
    ),
    Case(
        "chain",
        partial(curve, "Ising chain, states", "L", CHAINS, chain, None),
        is_quick=False,
    ),
    Case(
        "free fermions",
        partial(curve, "Ising chain, free fermions", "L", FERMIONS, fermions, None),
        is_quick=False,
    ),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("costs",)))
