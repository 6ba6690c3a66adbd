"""Times of tensor renormalization, beside plain numpy: python benchmarks/trg.py.

ln Z of the 1024 × 1024 Ising torus at T_c, one thread. The peer is Levin and Nave's
scheme as it is usually written: two full singular value decompositions of the χ² × χ²
matrices and four contractions by tensordot in each step, without any symmetry. It stops
at a torus of one tensor. Errors are those of ln Z per site against Kaufman's sum.
"""

from __future__ import annotations

import argparse
import math
import time
from typing import TYPE_CHECKING

from timing import Effort, measure, pin_threads

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from spacewheat_sim.statmech.trg.coarse_graining import Scheme

SIDE = 1024
BARS = {32: 1.0, 64: 25.0}
PEER_UP_TO = 32
"""Largest chi_max that the peer is asked for: it would need half an hour at 64."""
ACCURACY_BAR, GAIN_BAR = 1e-6, 10.0


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="chi_max 16 alone, one repeat"
    )
    options = parser.parse_args(argv)
    pin_threads()
    for chi_max in (16,) if options.quick else (16, 32, 64):
        repeats = 1 if options.quick or chi_max > 32 else 5
        errors = [
            report(scheme, chi_max, Effort(repeats, 0.02))
            for scheme in ("levin_nave", "bond_weighted")
        ]
        gain = errors[0] / errors[1]
        print(
            f"  bond-weighted is {gain:.0f} times more accurate{met(gain >= GAIN_BAR)}"
        )
        if chi_max == 32:
            print(f"  plain error {errors[0]:.1e}{met(errors[0] <= ACCURACY_BAR)}")
        if chi_max <= PEER_UP_TO:
            report_peer(chi_max)
    for chi_max in (16,) if options.quick else (16, 32):
        report_derivatives(chi_max)
    return 0


def met(is_met: bool) -> str:
    return "; bar met" if is_met else "; BAR MISSED"


def report(scheme: Scheme, chi_max: int, effort: Effort) -> float:
    """Print the time of one scheme, and return its error per site."""
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions
    from spacewheat_sim.statmech.trg.torus import log_partition

    conditions = Conditions(critical_temperature())

    def run() -> float:
        found = log_partition(
            SIDE,
            SIDE,
            conditions,
            chi_max=chi_max,
            scheme=scheme,
            derivatives=False,
        )
        return found.log_z.value / SIDE**2

    seconds = measure(run, effort).median
    error = abs(run() - exact())
    bar = BARS.get(chi_max, math.inf)
    verdict = f"; bar {bar:g} s{met(seconds <= bar)}" if chi_max in BARS else ""
    print(f"chi_max {chi_max}, {scheme}: {seconds:.3f} s, error {error:.1e}{verdict}")
    return error


def report_derivatives(chi_max: int) -> None:
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions
    from spacewheat_sim.statmech.trg.torus import trg_thermodynamics

    began = time.perf_counter()
    trg_thermodynamics(SIDE, SIDE, Conditions(critical_temperature()), chi_max=chi_max)
    seconds = time.perf_counter() - began
    print(f"chi_max {chi_max}, all derivatives: {seconds:.2f} s")


def report_peer(chi_max: int) -> None:
    began = time.perf_counter()
    error = abs(plain_trg(chi_max) - exact())
    seconds = time.perf_counter() - began
    print(f"  numpy, full SVD: {seconds:.2f} s, error {error:.1e}")


def critical_temperature() -> float:
    return 2.0 / math.log1p(math.sqrt(2.0))


def exact() -> float:
    from spacewheat_sim.statmech.ising import kaufman

    return kaufman.torus(1.0 / critical_temperature(), SIDE, SIDE).value / SIDE**2


def plain_trg(chi_max: int) -> float:
    """Return ln Z per site at T_c by Levin and Nave's scheme in plain numpy."""
    import numpy as np

    beta = 1.0 / critical_temperature()
    even, odd = math.sqrt(math.cosh(beta)), math.sqrt(math.sinh(beta))
    W = np.array([[even, odd], [even, -odd]])
    T = np.einsum("sl,su,sr,sd->lurd", W, W, W, W)
    log_z, sites = 0.0, float(SIDE**2)
    while sites >= 1.0:
        scale = np.abs(T).max()
        log_z += sites * math.log(scale)
        T = T / scale
        if sites == 1.0:
            break
        T = plain_step(T, chi_max)
        sites /= 2.0
    return (log_z + math.log(np.einsum("abab->", T))) / SIDE**2


def plain_step(T: NDArray[np.float64], chi_max: int) -> NDArray[np.float64]:
    """Return the tensor of two; T is (χ, χ, χ, χ) over left, up, right, down."""
    import numpy as np

    one, three = halves(T, chi_max)  # (l, u, n), (n, r, d)
    two, four = halves(T.transpose(0, 3, 2, 1), chi_max)  # (l, d, n), (n, r, u)
    # x above, x' below, y left, y' right: three[a x y] two[x y' b]
    top = np.tensordot(three, two, (1, 0))  # (a, y, y', b)
    low = np.tensordot(four, one, (1, 0))  # (d, y, y', c)
    return np.tensordot(top, low, ((1, 2), (1, 2))).transpose(0, 1, 3, 2)


def halves(
    T: NDArray[np.float64], chi_max: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Split T between its first and last two legs."""
    import numpy as np

    chi = T.shape[0]
    U, s, V = np.linalg.svd(T.reshape(chi**2, chi**2), full_matrices=False)
    kept = min(chi_max, s.size)
    root = np.sqrt(s[:kept])
    left = (U[:, :kept] * root).reshape(chi, chi, kept)
    return left, (root[:, None] * V[:kept]).reshape(kept, chi, chi)


if __name__ == "__main__":
    raise SystemExit(main())
