"""Times of the dephased central spin, beside its peers: python benchmarks/spin_bath.py.

The environment has n spins with spread couplings, a field and a chain, and 200 output
times up to t = 10. Every peer is given the two branches of the central spin as sparse
matrices and evolves both; ours evolves one where the environment starts in |+>, since
the other is its mirror image, and both where it starts in a random product state. The
deviation is the largest |rho01 - ours| over all times. Peers that can be asked for an
accuracy are asked for 1e-11; the fastest counts even where it does not reach it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from timing import FULL, QUICK, measure, pin_threads

if TYPE_CHECKING:
    import numpy as np
    import scipy.sparse as sp
    from numpy.typing import NDArray
    from timing import Effort

    from spacewheat_sim.quantum.spin_bath.model import SpinBath

    Ket = NDArray[np.complex128]
    # (H, start, times) -> kets in the order of the times, (T, N)
    Evolve = Callable[[sp.csr_array, Ket, NDArray[np.float64]], NDArray[np.complex128]]

T_MAX, STEPS = 10.0, 200
BAR_RATIO, BAR_PRODUCT_SECONDS = 5.0, 1.0
PEER_TOLERANCE = 1e-11


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="12 spins, not 16")
    options = parser.parse_args(argv)
    pin_threads()
    size = 12 if options.quick else 16
    effort = QUICK if options.quick else FULL
    for random_start in (False, True):
        report_state_vector(size, random_start, effort)
    report_product(effort)
    return 0


def report_state_vector(size: int, random_start: bool, effort: Effort) -> None:
    import numpy as np

    from spacewheat_sim.quantum.spin_bath import state_vector

    bath = problem(size, random_start)
    dt = T_MAX / STEPS

    def run() -> Ket:
        return state_vector.decoherence_factor(bath, dt, STEPS)

    ours, found = measure(run, effort).median, run()
    start = "random product" if random_start else "|+>"
    print(f"\n{size} spins, {STEPS} times, start {start}: ours {ours:.3f} s")
    fastest = np.inf
    for name, evolve in peers():
        began = time.perf_counter()
        r = by_peer(evolve, bath)
        seconds = time.perf_counter() - began
        error = np.abs(r - found).max() / 2
        fastest = min(fastest, seconds)
        print(f"  {name:<28} {seconds:7.2f} s  {seconds / ours:6.1f} x  {error:.1e}")
    met = "met" if fastest >= BAR_RATIO * ours else "missed"
    print(f"  fastest peer / ours: {fastest / ours:.1f}; bar {BAR_RATIO:g}: {met}")


def report_product(effort: Effort) -> None:
    import numpy as np

    from spacewheat_sim.quantum.spin_bath import product

    bath = problem(2000, random_start=True, chain=0.0)
    times = np.linspace(0.0, T_MAX, 1000)
    run = measure(lambda: product.decoherence_factor(bath, times), effort)
    met = "met" if run.median <= BAR_PRODUCT_SECONDS else "missed"
    print(
        f"\n2000 spins, 1000 times, product route: {run.median:.3f} s; bar "
        f"{BAR_PRODUCT_SECONDS:g} s: {met}"
    )


def problem(size: int, random_start: bool, chain: float = 0.3) -> SpinBath:
    import numpy as np

    from spacewheat_sim.quantum.spin_bath.model import random_spinors, spin_bath

    rng = np.random.default_rng(7)
    couplings = 0.4 * (1 + 0.5 * rng.uniform(-1, 1, size))
    spinors = random_spinors(size, rng) if random_start else None
    return spin_bath(couplings, field=0.5, chain=chain, spinors=spinors)


def by_peer(evolve: Evolve, bath: SpinBath) -> Ket:
    """Return r(t) from both branches, each evolved by ``evolve``."""
    import numpy as np

    times = np.linspace(0.0, T_MAX, STEPS + 1)
    start = np.ones(1, dtype=complex)
    for spinor in bath.spinors:
        start = np.kron(start, spinor)
    plus, minus = (evolve(sparse_branch(bath, s), start, times) for s in (1, -1))
    return np.sum(np.conj(minus) * plus, axis=1)


def sparse_branch(bath: SpinBath, sign: int) -> sp.csr_array:
    """Return H_+ or H_- as a sparse matrix."""
    import numpy as np
    import scipy.sparse as sp

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


def peers() -> Iterator[tuple[str, Evolve]]:
    """Yield the peers that are installed."""
    yield "scipy expm_multiply", _scipy
    try:
        import qutip  # noqa: F401
    except ImportError:
        print("  QuTiP is not installed")
    else:
        for method in ("vern9", "adams", "krylov"):
            yield f"QuTiP sesolve, {method}", _qutip(method)
    try:
        import quimb  # noqa: F401
    except ImportError:
        print("  quimb is not installed")
    else:
        for method in ("integrate", "expm"):
            yield f"quimb Evolution, {method}", _quimb(method)


def _scipy(
    h: sp.csr_array, start: Ket, times: NDArray[np.float64]
) -> NDArray[np.complex128]:
    from scipy.sparse.linalg import expm_multiply

    return expm_multiply(
        -1j * h, start, start=0.0, stop=times[-1], num=times.size, endpoint=True
    )


def _qutip(method: str) -> Evolve:
    import numpy as np
    import qutip

    def evolve(
        h: sp.csr_array, start: Ket, times: NDArray[np.float64]
    ) -> NDArray[np.complex128]:
        options = {"method": method, "progress_bar": "", "store_states": True}
        options |= {"atol": PEER_TOLERANCE}
        if method == "krylov":
            options["krylov_dim"] = 20
        else:
            options |= {"rtol": PEER_TOLERANCE, "nsteps": 10**6}
        solved = qutip.sesolve(
            qutip.Qobj(h), qutip.Qobj(start[:, None]), times, options=options
        )
        return np.stack([state.full()[:, 0] for state in solved.states])

    return evolve


def _quimb(method: str) -> Evolve:
    import numpy as np
    import quimb
    import scipy.sparse as sp

    def evolve(
        h: sp.csr_array, start: Ket, times: NDArray[np.float64]
    ) -> NDArray[np.complex128]:
        evolution = quimb.Evolution(start[:, None], sp.csr_matrix(h), method=method)
        return np.stack([np.ravel(ket) for ket in evolution.at_times(times)])

    return evolve


if __name__ == "__main__":
    raise SystemExit(main())
