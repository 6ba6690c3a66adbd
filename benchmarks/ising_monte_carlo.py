"""Monte Carlo of the 2D Ising model beside numpy: benchmarks/ising_monte_carlo.py."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from timing import FULL, QUICK, Effort, Timing, measure, pin_threads

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGES = ("spacewheat-sim", "numpy", "numba")
SIZES = (16, 32, 64, 128)
NOTES = """\
At T_c, one thread. The peer is a checkerboard Metropolis in numpy on a lattice of the
same side, run in the same process: ratio is how many times more spins ours tries, or
turns over, in a second; a sweep of clusters is worth many of the peer's, as the times
below show. Every flip that is tried has random bits of its own, also in ours."""


@dataclass(frozen=True)
class Case:
    """Something to time.

    Attributes:
        name: What.
        unit: Of the figure.
        bar: What the project asks for, if anything.
        larger: Whether larger figures are better.
        side: Of the lattice.
    """

    name: str
    unit: str
    bar: float | None
    larger: bool
    side: int


CASES = (
    Case("Metropolis, 64 spins a word", "flips/ns", 1.5, True, 1024),
    Case("Metropolis in a field, 64 spins a word", "flips/ns", None, True, 1024),
    Case("Metropolis, 64 spins a word, L = 128", "flips/ns", None, True, 128),
    Case("Metropolis, one spin at a time", "flips/ns", None, True, 512),
    Case("Swendsen–Wang, an update", "ms", 8.0, False, 512),
    Case("Wolff, spins turned over", "M/s", 40.0, True, 512),
)


def main(argv: list[str] | None = None) -> int:
    options = _parse(argv)
    pin_threads()
    effort = QUICK if options.quick else FULL
    environment = _environment()
    print("; ".join(f"{key} {value}" for key, value in environment.items()))
    peers = {side: _peer_rate(side, effort) for side in {case.side for case in CASES}}
    records = [_run(case, effort, peers[case.side]) for case in CASES]
    print(NOTES)
    times = _report_times(4_000 if options.quick else 60_000)
    report = {"schema": 1, "environment": environment, "quick": options.quick}
    report |= {"cases": records, "autocorrelation": times}
    if options.json:
        text = json.dumps(report, ensure_ascii=False, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write figures here")
    parser.add_argument(
        "--quick", action="store_true", help="short repeats: a look, not a measurement"
    )
    return parser.parse_args(argv)


def _environment() -> dict[str, str]:
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **{package: metadata.version(package) for package in PACKAGES},
    }


def numpy_sweep(
    colors: NDArray[np.int8], accept: NDArray[np.float32], rng: np.random.Generator
) -> None:
    """Update a checkerboard whose colors are apart, (2, L, L/2), row by row as ours.

    ``accept`` is min(1, e^{−2Kq}) at q + 4, with q = σ Σσ'.
    """
    import numpy as np

    for color in range(2):
        own, other = colors[color], colors[1 - color]
        near = np.roll(other, 1, 0) + np.roll(other, -1, 0) + other
        near[color::2] += np.roll(other[color::2], 1, 1)
        near[1 - color :: 2] += np.roll(other[1 - color :: 2], -1, 1)
        turns = rng.random(own.shape, dtype=np.float32) < accept[own * near + 4]
        np.negative(own, out=own, where=turns)


def _peer_rate(side: int, effort: Effort) -> float:
    """Return the spins that numpy tries in a second."""
    import numpy as np

    from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING

    rng = np.random.default_rng(0)
    colors = np.ones((2, side, side // 2), dtype=np.int8)
    accept = np.minimum(1.0, np.exp(-2 * CRITICAL_COUPLING * np.arange(-4, 5)))
    accept = accept.astype(np.float32)
    timing = measure(lambda: numpy_sweep(colors, accept, rng), effort)
    return side * side / timing.median


def _run(case: Case, effort: Effort, peer: float) -> dict[str, Any]:
    step, steps, spins = _step(case)
    timing = measure(step, effort, steps)
    low, figure, high = sorted(_figure(case, s, spins) for s in _three(timing))
    met = None
    if case.bar is not None:
        met = figure >= case.bar if case.larger else figure <= case.bar
    bar = "" if case.bar is None else f"{'≥' if case.larger else '≤'} {case.bar:g}"
    verdict = {None: "", True: "yes", False: "NO"}[met]
    ratio = spins / timing.median / peer
    print(
        f"{case.name:40} L = {case.side:5}  {figure:6.3g} [{low:.3g}, {high:.3g}] "
        f"{case.unit:9} {bar:7} {verdict:4} numpy {peer / 1e9:.3f} flips/ns, "
        f"ratio {ratio:,.2g}"
    )
    return {
        "case": case.name,
        "side": case.side,
        "unit": case.unit,
        "bar": case.bar,
        "met": met,
        "first_quartile": low,
        "median": figure,
        "third_quartile": high,
        "numpy_flips_per_second": peer,
    }


def _three(timing: Timing) -> tuple[float, float, float]:
    return timing.quartiles[0], timing.median, timing.quartiles[1]


def _figure(case: Case, seconds: float, spins: float) -> float:
    if case.unit == "ms":
        return 1e3 * seconds
    return spins / seconds * (1e-9 if case.unit == "flips/ns" else 1e-6)


def _step(case: Case) -> tuple[Callable[[], object], int, float]:
    """Return what to time, its steps, and spins tried or turned over in a step."""
    import numpy as np

    from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING
    from spacewheat_sim.statmech.ising.monte_carlo import IsingLattice
    from spacewheat_sim.statmech.multispin.lattice import MultispinLattice

    rng, L = np.random.default_rng(0), case.side
    if "a word" in case.name:
        h = 0.1 if "field" in case.name else 0.0
        words = MultispinLattice(CRITICAL_COUPLING, L, L, rng, h=h)
        words.sample(100)
        return words.metropolis, 1, L * L
    lattice = IsingLattice(CRITICAL_COUPLING, L, L, rng)
    lattice.swendsen_wang(300)
    if case.name.startswith("Metropolis"):
        return lattice.metropolis, 1, L * L
    if case.name.startswith("Swendsen"):
        return lattice.swendsen_wang, 1, L * L
    # Clusters differ in size too much to count: the same ones over and over.
    start, clusters = lattice.spins.copy(), 100

    def grow() -> int:
        again = IsingLattice(CRITICAL_COUPLING, L, L, np.random.default_rng(1))
        again.spins[:] = start
        return sum(again.wolff() for _ in range(clusters))

    return grow, clusters, grow() / clusters


def _report_times(sweeps: int) -> dict[str, Any]:
    """Print τ_int at T_c by size, and the z of τ ~ L^z fitted to them.

    Metropolis draws its sites at random up to L = 64 and goes by colors at 128, which
    takes several times fewer sweeps: the fit leaves that out.
    """
    import numpy as np

    from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING
    from spacewheat_sim.statmech.ising.sampling import (
        ALGORITHMS,
        monte_carlo_thermodynamics,
    )
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions

    print("\nintegrated autocorrelation times at T_c in sweeps, of E and of M²")
    print("(Metropolis: random sites; by colors at L = 128, which z leaves out)")
    print(f"{'':16}" + "".join(f"{'L = ' + str(L):>18}" for L in SIZES) + "   z_E  z_M")
    report = {}
    for algorithm in ALGORITHMS:
        times = []
        for L in SIZES:
            # Metropolis: some 2000 times as long as what is measured.
            single = algorithm == "metropolis"
            share = L**2.17 * 80 / 60_000 if single else 1.0
            found = monte_carlo_thermodynamics(
                L,
                L,
                Conditions(1 / CRITICAL_COUPLING),
                algorithm=algorithm,
                sweeps=round(sweeps * share),
                rng=np.random.default_rng(L),
            )
            times.append(
                [found.extra["energy_time"], found.extra["magnetization_time"]]
            )
        used = len(SIZES) - 1 if algorithm == "metropolis" else len(SIZES)
        slopes = np.polyfit(np.log(SIZES[:used]), np.log(times[:used]), 1)[0]
        cells = "".join(f"{e:9.2f}{m:9.2f}" for e, m in times)
        print(f"{algorithm:16}{cells}   {slopes[0]:.2f} {slopes[1]:.2f}")
        report[algorithm] = {
            "sides": SIZES,
            "times": times,
            "exponents": slopes.tolist(),
        }
    return report


if __name__ == "__main__":
    sys.exit(main())
