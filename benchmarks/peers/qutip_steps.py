"""Steps of a bath by QuTiP's solvers, the fastest of their methods."""

from __future__ import annotations

from typing import Any

from serve import Answers, Arrays, serve


def solve(options: dict[str, Any], arrays: Arrays) -> Answers:
    """Time steps of DT, as ``qutip_peer`` takes them."""
    import qutip_peer
    from problems import RandomBath
    from timing import Effort

    effort = Effort(options["repeats"], options["seconds"])
    problem = RandomBath.from_arrays(arrays)
    method, timing = qutip_peer.fastest(
        problem, options["master"], options["style"], effort
    )
    yield {"by": options["by"], "seconds": timing.seconds, "note": method}


if __name__ == "__main__":
    serve(solve)
