"""A spin that its environment dephases: python benchmarks/spin_bath.py [--quick].

The environment has n spins with spread couplings, a field and a chain, and 200 output
times up to t = 10. Every peer is given the two branches of the central spin as sparse
matrices and evolves both; ours evolves one where the environment starts in |+>, since
the other is its mirror image, and both where it starts in a random product state.
Errors are the largest |rho01 - ours| over all times. Peers that can be asked for an
accuracy are asked for 1e-11; the fastest counts even where it does not reach it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import scipy.sparse as sp
from case import Case
from measurement import Measurement, faster_than_peers
from numpy.typing import NDArray
from peer_environment import ask
from timing import Effort, measure

from spacewheat_sim.quantum.spin_bath import product, state_vector
from spacewheat_sim.quantum.spin_bath.model import (
    SpinBath,
    random_spinors,
    spin_bath,
)

T_MAX, STEPS = 10.0, 200
GAIN_BAR, PRODUCT_BAR = 5.0, 1.0
PEERS = {"scipy": "scipy expm_multiply", "qutip": "QuTiP sesolve", "quimb": "quimb"}

# Those that lead where a run takes long.
LEADING = ("scipy", "qutip")
PARTS = ("data", "indices", "indptr")

Ket = NDArray[np.complex128]


def evolve(
    size: int, random_start: bool, packages: tuple[str, ...], effort: Effort
) -> Iterator[Measurement]:
    """Measure the state vector's route, and the peers'."""
    bath = problem(size, random_start)
    start = "random product" if random_start else "|+>"
    found: list[Ket] = []

    def run() -> None:
        found.append(state_vector.decoherence_factor(bath, T_MAX / STEPS, STEPS))

    timing = measure(run, effort)
    ours = Measurement.timed(
        f"central spin, environment in {start}",
        "state_vector",
        "s",
        timing.seconds,
        symbol="n",
        size=size,
    )
    rows = [ours]
    for package in packages:
        by = PEERS[package]
        options = {"by": by, "package": package, "t_max": T_MAX, "steps": STEPS}
        for answer in ask("central_spin", options, branches(bath)):
            error = None
            if answer.result:
                r = np.array(answer.result["real"]) + 1j * np.array(
                    answer.result["imaginary"]
                )
                error = float(np.abs(r - found[0]).max() / 2)
            rows.append(answer.measured(ours, error=error))
    yield from rows
    yield from faster_than_peers(rows, GAIN_BAR if size == 16 else None)


def product_route(size: int, effort: Effort) -> Iterator[Measurement]:
    """Measure the product route, which needs no state vector."""
    bath = problem(size, random_start=True, chain=0.0)
    times = np.linspace(0.0, T_MAX, 1000)
    timing = measure(lambda: product.decoherence_factor(bath, times), effort)
    yield Measurement.timed(
        "central spin, environment without a chain, 1000 times",
        "product",
        "s",
        timing.seconds,
        symbol="n",
        size=size,
        bar=PRODUCT_BAR,
    )


def problem(size: int, random_start: bool, chain: float = 0.3) -> SpinBath:
    rng = np.random.default_rng(7)
    couplings = 0.4 * (1 + 0.5 * rng.uniform(-1, 1, size))
    spinors = random_spinors(size, rng) if random_start else None
    return spin_bath(couplings, field=0.5, chain=chain, spinors=spinors)


def branches(bath: SpinBath) -> dict[str, NDArray[np.generic]]:
    """Return H_+, H_- and the start as arrays."""
    start = np.ones(1, dtype=complex)
    for spinor in bath.spinors:
        start = np.kron(start, spinor)
    arrays: dict[str, NDArray[np.generic]] = {"start": start}
    for name, sign in (("plus", 1), ("minus", -1)):
        h = sparse_branch(bath, sign)
        arrays |= {f"{name}_{part}": getattr(h, part) for part in PARTS}
    return arrays


def sparse_branch(bath: SpinBath, sign: int) -> sp.csr_array:
    """Return H_+ or H_- as a sparse matrix."""
    n = bath.size
    z = [np.tile(np.repeat([1.0, -1.0], 2 ** (n - 1 - k)), 2**k) for k in range(n)]
    diagonal = sum(sign * g * z[k] for k, g in enumerate(bath.couplings))
    diagonal += bath.chain * sum(z[k] * z[k + 1] for k in range(n - 1))
    index = np.arange(2**n)
    columns = np.stack([index, *(index ^ (1 << k) for k in range(n))], axis=1)
    values = np.full(columns.shape, bath.field)
    values[:, 0] = diagonal
    starts = np.arange(0, columns.size + 1, n + 1)
    return sp.csr_array((values.ravel(), columns.ravel(), starts), dtype=complex)


CASES = (
    Case("8 spins, random product", partial(evolve, 8, True, tuple(PEERS))),
    Case("16 spins, |+>", partial(evolve, 16, False, LEADING), is_quick=False),
    Case(
        "16 spins, random product", partial(evolve, 16, True, LEADING), is_quick=False
    ),
    Case("2000 spins, product route", partial(product_route, 2000)),
)

if __name__ == "__main__":
    import suite

    raise SystemExit(suite.main(modules=("spin_bath",)))
