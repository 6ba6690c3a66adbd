"""Tensor renormalization beside plain numpy: python benchmarks/trg.py [--quick].

ln Z of the 1024 × 1024 Ising torus at T_c. The peer is Levin and Nave's scheme as it is
usually written: two full singular value decompositions of the χ² × χ² matrices and four
contractions by tensordot in each step, without any symmetry. It stops at a torus of one
tensor. Errors are those of ln Z per site against Kaufman's sum.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from case import Case
from measurement import Measurement
from numpy.typing import NDArray
from timing import Effort, measure, once

from spacewheat_sim.statmech.ising import kaufman
from spacewheat_sim.statmech.ising.thermodynamics import Conditions
from spacewheat_sim.statmech.trg.torus import log_partition, trg_thermodynamics

if TYPE_CHECKING:
    from spacewheat_sim.statmech.trg.coarse_graining import Scheme

SIDE = 1024
SECONDS_BARS = {32: 1.0, 64: 25.0}
GAIN_BAR, PLAIN_ERROR_BAR = 10.0, 1e-6
SCHEMES: tuple[Scheme, ...] = ("levin_nave", "bond_weighted")


def free_energy(
    chi_max: int, effort: Effort, *, peer: bool = True
) -> Iterator[Measurement]:
    """Measure both schemes, how much the second gains, and plain numpy."""
    size = {"symbol": "χ", "size": chi_max}
    name = "ln Z of a 1024² torus at T_c"
    errors = []
    for scheme in SCHEMES:
        timing = measure(partial(_ours, chi_max, scheme), effort)
        errors.append(abs(_ours(chi_max, scheme) - exact()))
        yield Measurement.timed(
            name,
            scheme,
            "s",
            timing.seconds,
            **size,
            bar=SECONDS_BARS.get(chi_max),
            error=errors[-1],
        )
    if peer:
        error = abs(plain_trg(chi_max) - exact())
        timing = once(lambda: plain_trg(chi_max))
        yield Measurement.timed(
            name,
            "numpy, full SVD",
            "s",
            timing.seconds,
            **size,
            error=error,
            is_peer=True,
        )
    plain_bar = PLAIN_ERROR_BAR if chi_max == 32 else None
    yield Measurement.of(
        name, "error of levin_nave", "", errors[:1], **size, bar=plain_bar
    )
    yield Measurement.of(
        name,
        "gain in accuracy of bond_weighted",
        "×",
        [errors[0] / errors[1]],
        **size,
        bar=GAIN_BAR,
        sense="higher",
    )


def derivatives(chi_max: int, effort: Effort) -> Iterator[Measurement]:
    """Measure energy, heat capacity, magnetization and susceptibility as well."""
    at = Conditions(critical_temperature())

    def run() -> None:
        trg_thermodynamics(SIDE, SIDE, at, chi_max=chi_max)

    yield Measurement.timed(
        "all derivatives of a 1024² torus at T_c",
        "trg_thermodynamics",
        "s",
        measure(run, effort).seconds,
        symbol="χ",
        size=chi_max,
    )


def _ours(chi_max: int, scheme: Scheme) -> float:
    found = log_partition(
        SIDE,
        SIDE,
        Conditions(critical_temperature()),
        chi_max=chi_max,
        scheme=scheme,
        derivatives=False,
    )
    return found.log_z.value / SIDE**2


def critical_temperature() -> float:
    return 2.0 / math.log1p(math.sqrt(2.0))


def exact() -> float:
    return kaufman.torus(1.0 / critical_temperature(), SIDE, SIDE).value / SIDE**2


def plain_trg(chi_max: int) -> float:
    """Return ln Z per site at T_c by Levin and Nave's scheme in plain numpy."""
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
    chi = T.shape[0]
    U, s, V = np.linalg.svd(T.reshape(chi**2, chi**2), full_matrices=False)
    kept = min(chi_max, s.size)
    root = np.sqrt(s[:kept])
    left = (U[:, :kept] * root).reshape(chi, chi, kept)
    return left, (root[:, None] * V[:kept]).reshape(kept, chi, chi)


CASES = (
    Case("ln Z, χ = 16", partial(free_energy, 16)),
    Case("ln Z, χ = 32", partial(free_energy, 32, peer=False), is_quick=False),
    Case("ln Z, χ = 64", partial(free_energy, 64, peer=False), is_quick=False),
    Case("derivatives, χ = 16", partial(derivatives, 16)),
    Case("derivatives, χ = 32", partial(derivatives, 32), is_quick=False),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("trg",)))
