"""A central spin loses its coherence to an environment of spins."""

from __future__ import annotations

from time import perf_counter

from spacewheat_sim.lab.decoherence.check import Check, independent_check
from spacewheat_sim.lab.decoherence.costs import product_seconds, state_seconds
from spacewheat_sim.lab.decoherence.course import decoherence_time, follow
from spacewheat_sim.lab.decoherence.figures import figures_of
from spacewheat_sim.lab.decoherence.parameters import DecoherenceParameters, bath_of
from spacewheat_sim.lab.decoherence.table import COLUMNS, results_of, rows_of
from spacewheat_sim.lab.experiment import (
    Experiment,
    Memory,
    Outcome,
    Streams,
    Tolerance,
)


def run(parameters: DecoherenceParameters, streams: Streams) -> Outcome:
    """Evolve, compare with an independent method if there is one, and tabulate."""
    import numpy as np
    from threadpoolctl import threadpool_limits

    bath = bath_of(parameters, streams)
    times = np.linspace(0.0, parameters.t_max, parameters.n_steps + 1)
    rng, method = streams.get("fragments"), parameters.resolved_method
    # With more threads, BLAS would sum in another order.
    with threadpool_limits(1, user_api="blas"):
        start = perf_counter()
        course = follow(bath, times, method, rng, streams.progress)
        seconds = perf_counter() - start
        check, crossing, interrupt = Check(), None, course.interrupt
        try:
            if interrupt is None:
                crossing = decoherence_time(bath, parameters.t_max)
                check = independent_check(bath, times, method)
        except KeyboardInterrupt as stop:
            interrupt = stop
    return Outcome(
        results=results_of(parameters, bath, course, check, crossing),
        columns=COLUMNS,
        rows=rows_of(course, check),
        figures=figures_of(parameters, bath, course, check, crossing),
        timings={method: seconds},
        interrupt=interrupt,
    )


def _memory(parameters: DecoherenceParameters) -> Memory:
    from spacewheat_sim.quantum.spin_bath.state_vector import needed_bytes

    n, rows = parameters.n_env, parameters.n_steps + 1
    if parameters.resolved_method == "product":
        needed = 1000.0 * rows + 2000.0 * n
        return Memory(
            "overlaps of the spins", n * rows, needed, product_seconds(n, rows)
        )
    branches = 1 if parameters.env_state == "plus" else 2
    traced = 2.0**n * 2 * 16 * 6  # partial traces copy both kets
    needed = needed_bytes(n, branches) + traced
    seconds = state_seconds(
        bath_of(parameters, Streams(0)), parameters.t_max, parameters.n_steps
    )
    return Memory("state vector of the environment", 2**n, needed, seconds)


EXPERIMENT = Experiment(
    name="decoherence_spin_bath",
    summary="A central spin loses its coherence to an environment of spins.",
    parameters=DecoherenceParameters,
    run=run,
    tolerance=Tolerance(relative=1e-9, absolute=1e-10),
    memory=_memory,
)
