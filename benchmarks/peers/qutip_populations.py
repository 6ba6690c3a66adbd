"""Populations of a density matrix after many of QuTiP's steps."""

from __future__ import annotations

import time
from typing import Any

from serve import Answers, Arrays, serve


def solve(options: dict[str, Any], arrays: Arrays) -> Answers:
    """Take the steps as ``qutip_peer`` times them."""
    import qutip_peer
    from problems import RandomBath

    problem = RandomBath.from_arrays(arrays)
    steps = options["steps"]
    way = ("CSR", "tsit5")
    step = qutip_peer.stepper(problem, True, options["style"], *way, restart=steps)
    start = time.perf_counter()
    for _ in range(steps):
        rho = step()
    seconds = time.perf_counter() - start
    populations = rho.diag().real.tolist()
    yield {"by": options["by"], "seconds": [seconds], "result": populations}


if __name__ == "__main__":
    serve(solve)
