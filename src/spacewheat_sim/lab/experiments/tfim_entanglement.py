"""Entanglement of the ground state of the transverse-field Ising chain."""

from __future__ import annotations

from spacewheat_sim.lab.experiment import Experiment, Outcome, Streams, Tolerance
from spacewheat_sim.lab.progress import Progress
from spacewheat_sim.lab.tfim.costs import memory_of
from spacewheat_sim.lab.tfim.figures import figures_of
from spacewheat_sim.lab.tfim.parameters import TfimParameters
from spacewheat_sim.lab.tfim.solutions import (
    MEDIUM,
    Solved,
    chain_of,
    fit_growth,
    solve,
    solve_fields,
    solve_lengths,
)
from spacewheat_sim.lab.tfim.table import COLUMNS, results_of, rows_of


def run(parameters: TfimParameters, streams: Streams) -> Outcome:
    """Solve the chain and its scans; nothing is random.

    A request to stop keeps the chains solved so far.
    """
    from threadpoolctl import threadpool_limits

    # One thread gives the same bytes for any number of cores.
    with threadpool_limits(1, "blas"):
        return _run(parameters, streams.progress)


def _run(parameters: TfimParameters, progress: Progress) -> Outcome:
    point = solve(chain_of(parameters), parameters.method, check=True)
    g_scan: list[Solved] = []
    L_scan: list[Solved] = []
    interrupt = None
    try:
        with progress.part(0, 2):
            solve_fields(parameters, progress, g_scan)
        with progress.part(1, 2):
            solve_lengths(parameters, progress, L_scan)
    except KeyboardInterrupt as stop:
        interrupt = stop
    growth = None if interrupt else fit_growth(parameters, L_scan)
    solved = [point]
    solved += g_scan if parameters.g_grid is not None else []
    solved += L_scan if parameters.L_scan is not None else []
    results = results_of(point, g_scan, L_scan, growth)
    short = [each for each in solved if each.chain.L <= MEDIUM]
    unchecked = sum(each.exact is None for each in short)
    if unchecked:
        results["exact_left_out"] = f"{unchecked} of {len(short)} chains"
    figures = {} if interrupt else figures_of(point, g_scan, L_scan, growth)
    return Outcome(results, COLUMNS, rows_of(solved), figures, interrupt=interrupt)


EXPERIMENT = Experiment(
    name="tfim_entanglement",
    summary="Ground-state entanglement of the transverse-field Ising chain.",
    parameters=TfimParameters,
    run=run,
    # The two methods agree to 1e-11. Their differences, which are in the results, are
    # not reproducible between machines, so the absolute part is larger.
    tolerance=Tolerance(relative=1e-9, absolute=1e-10),
    memory=memory_of,
)
