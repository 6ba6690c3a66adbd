"""Entanglement of the ground state of the transverse-field Ising chain."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, model_validator

from spacewheat_sim.lab.experiment import (
    MOST_POINTS,
    Experiment,
    Grid,
    Memory,
    Outcome,
    Parameters,
    Streams,
    Tolerance,
    grid_values,
)
from spacewheat_sim.lab.progress import Progress

if TYPE_CHECKING:
    from spacewheat_sim.lab.sampled_lines import SampledLine
    from spacewheat_sim.quantum.tfim.central_charge import EntropyGrowth
    from spacewheat_sim.quantum.tfim.chain import Chain, GroundState

Method = Literal["ed", "free_fermion"]

# Exact diagonalization keeps 2^(L−1) amplitudes.
MOST_ED_SITES = 24
# A correlation matrix of this size takes 128 MiB, its entropies a few seconds.
MOST_SITES = 4096
# Up to this length `auto` diagonalizes, and diagonalization checks free fermions.
SMALL = 14
# Up to this length dense linear algebra checks free fermions.
MEDIUM = 128
# Estimated seconds for all checks of a scan.
CHECK_SECONDS = 3.0
# Estimated seconds for the line of a figure.
LINE_SECONDS = 2.0
FEWEST_LINE_POINTS, MOST_LINE_POINTS = 25, 241
DEFAULT_G_COUNT = 61
# Of field and coupling: beyond, it would leave the floats somewhere in a figure.
LARGEST_RATIO = 1e150
DEFAULT_L_SCAN = (16, 256, 9)

COLUMNS = (
    "L",
    "g",
    "ell",
    "entropy",
    "entropy_exact",
    "ground_energy",
    "ground_energy_exact",
    "gap",
    "gap_exact",
    "method",
)


class TfimParameters(Parameters):
    """Parameters of ``tfim_entanglement``; energies and fields are dimensionless."""

    L: int = Field(12, ge=2, le=MOST_SITES, description="number of sites")
    J: float = Field(1.0, gt=0, description="ferromagnetic coupling")
    g: float = Field(1.0, ge=0, description="transverse field; critical at g = J")
    boundary: Literal["open", "periodic"] = Field(
        "open", description="boundary condition of the chain"
    )
    method: Literal["auto", "ed", "free_fermion"] = Field(
        "auto",
        description=f"ed: Lanczos, L ≤ {MOST_ED_SITES}; free_fermion: any L; "
        f"auto: ed for L ≤ {SMALL}",
    )
    g_grid: Grid | None = Field(
        None, description="scan of the field, START STOP COUNT, evenly spaced"
    )
    L_scan: tuple[int, int, int] | None = Field(
        None,
        description="scan of even lengths for the central charge, START STOP COUNT, "
        "evenly spaced in ln L",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.method == "ed" and self.L > MOST_ED_SITES:
            raise ValueError(
                f"--method ed takes at most {MOST_ED_SITES} sites, but --L is "
                f"{self.L}; use --method free_fermion"
            )
        if self.g_grid is not None and min(self.g_grid[:2]) < 0:
            raise ValueError("--g_grid cannot go below 0")
        highest = max([self.g, *(self.g_grid or ())[:2]])
        if highest / self.J > LARGEST_RATIO:
            raise ValueError(
                f"the field can be at most {LARGEST_RATIO:g} times the coupling, but "
                f"is {highest:g} where --J is {self.J:g}"
            )
        if self.L_scan is not None:
            self._check_lengths(self.L_scan)
        return self

    def _check_lengths(self, scan: tuple[int, int, int]) -> None:
        top = MOST_ED_SITES if self.method == "ed" else MOST_SITES
        if not 4 <= scan[0] < scan[1] <= top or scan[2] < 3:
            raise ValueError(
                "--L_scan START STOP COUNT cannot be "
                f"{' '.join(map(str, scan))}; allowed: 4 ≤ START < STOP ≤ {top} with "
                f"method {self.method}, COUNT ≥ 3"
            )
        if scan[2] > MOST_POINTS:
            raise ValueError(f"--L_scan has a COUNT of at most {MOST_POINTS:,}")
        if len(scan_lengths(scan)) < 3:
            raise ValueError("--L_scan needs at least 3 different even lengths")


def scan_lengths(scan: tuple[int, int, int]) -> list[int]:
    """Return even lengths from START to STOP, roughly evenly spaced in ln L."""
    start, stop, count = scan
    ratio = stop / start
    lengths = [start * ratio ** (i / (count - 1)) for i in range(count)]
    evens = {2 * round(length / 2) for length in lengths}
    return sorted(L for L in evens if start <= L <= stop)


@dataclass(frozen=True)
class Solved:
    """One chain, solved by a method and, if possible, by a second one."""

    chain: Chain
    method: Method
    found: GroundState
    exact: GroundState | None
    exact_method: str | None


def run(parameters: TfimParameters, streams: Streams) -> Outcome:
    """Solve the chain and its scans; nothing is random.

    A request to stop keeps the chains solved so far.
    """
    from threadpoolctl import threadpool_limits

    # One thread gives the same bytes for any number of cores.
    with threadpool_limits(1, "blas"):
        return _run(parameters, streams.progress)


def _run(parameters: TfimParameters, progress: Progress) -> Outcome:
    point = _solve(_chain(parameters), parameters.method, check=True)
    g_scan: list[Solved] = []
    L_scan: list[Solved] = []
    interrupt = None
    try:
        with progress.part(0, 2):
            _scan_fields(parameters, progress, g_scan)
        with progress.part(1, 2):
            _scan_lengths(parameters, progress, L_scan)
    except KeyboardInterrupt as stop:
        interrupt = stop
    growth = None if interrupt else _growth(parameters, L_scan)
    solved = [point]
    solved += g_scan if parameters.g_grid is not None else []
    solved += L_scan if parameters.L_scan is not None else []
    results = _results(point, g_scan, L_scan, growth)
    short = [each for each in solved if each.chain.L <= MEDIUM]
    unchecked = sum(each.exact is None for each in short)
    if unchecked:
        results["exact_left_out"] = f"{unchecked} of {len(short)} chains"
    figures = {} if interrupt else _figures(point, g_scan, L_scan, growth)
    return Outcome(results, COLUMNS, _rows(solved), figures, interrupt=interrupt)


def _chain(parameters: TfimParameters, **changes: Any) -> Chain:
    from spacewheat_sim.quantum.tfim.chain import Chain

    values = {name: getattr(parameters, name) for name in ("L", "J", "g", "boundary")}
    return Chain(**{**values, **changes})


def _solve(chain: Chain, method: str, *, check: bool) -> Solved:
    """Solve by ``method``, and check by the most different fast method."""
    from spacewheat_sim.quantum.tfim.exact_diagonalization import solve_exactly
    from spacewheat_sim.quantum.tfim.free_fermion import solve_free_fermions
    from spacewheat_sim.quantum.tfim.quadratic_form import solve_quadratic_form

    if method == "ed" or (method == "auto" and chain.L <= SMALL):
        exact = solve_free_fermions(chain)
        return Solved(chain, "ed", solve_exactly(chain), exact, "free_fermion")
    found = solve_free_fermions(chain)
    if check and chain.L <= SMALL:
        return Solved(chain, "free_fermion", found, solve_exactly(chain), "ed")
    if check and chain.L <= MEDIUM:
        exact = solve_quadratic_form(chain)
        return Solved(chain, "free_fermion", found, exact, "quadratic_form")
    return Solved(chain, "free_fermion", found, None, None)


def _solve_all(
    chains: list[Chain], method: str, progress: Progress, solved: list[Solved]
) -> None:
    """Solve chains, and check as many of them, evenly spaced, as time allows."""
    seconds = sum(_check_seconds(chain.L) for chain in chains)
    stride = max(1, math.ceil(seconds / CHECK_SECONDS))
    for number, chain in enumerate(chains):
        with progress.part(number, len(chains)):
            solved.append(_solve(chain, method, check=number % stride == 0))


def _check_seconds(L: int) -> float:
    """Estimate the time of the check of free fermions."""
    if L <= SMALL:
        return 1e-3 + math.ldexp(1e-7, L)
    return 1e-9 * math.pow(L, 3.5) if L <= MEDIUM else 0.0


def _scan_fields(
    parameters: TfimParameters, progress: Progress, solved: list[Solved]
) -> None:
    """Solve the requested scan, or a fast one for the figure."""
    if parameters.g_grid is not None:
        chains = [_chain(parameters, g=g) for g in grid_values(parameters.g_grid)]
        _solve_all(chains, parameters.method, progress, solved)
        return
    top = 2.0 * max(parameters.J, parameters.g)
    L = min(parameters.L, MEDIUM)
    fields = grid_values((0.0, top, DEFAULT_G_COUNT))
    solved.extend(_unchecked(_chain(parameters, g=g, L=L)) for g in fields)


def _scan_lengths(
    parameters: TfimParameters, progress: Progress, solved: list[Solved]
) -> None:
    """Solve the requested scan, or the default scan of a critical chain."""
    if parameters.L_scan is not None:
        lengths = scan_lengths(parameters.L_scan)
        chains = [_chain(parameters, L=L) for L in lengths]
        _solve_all(chains, parameters.method, progress, solved)
    elif parameters.g == parameters.J:
        lengths = scan_lengths(DEFAULT_L_SCAN)
        solved.extend(_unchecked(_chain(parameters, L=L)) for L in lengths)


def _unchecked(chain: Chain) -> Solved:
    from spacewheat_sim.quantum.tfim.free_fermion import solve_free_fermions

    return Solved(chain, "free_fermion", solve_free_fermions(chain), None, None)


def _growth(parameters: TfimParameters, scan: Sequence[Solved]) -> EntropyGrowth | None:
    """Return the fit at the critical point, else None."""
    import numpy as np

    from spacewheat_sim.quantum.tfim.central_charge import fit_entropy_growth

    if parameters.g != parameters.J:
        return None
    lengths = np.array([float(solved.chain.L) for solved in scan])
    entropies = np.array([solved.found.entropy_half_chain for solved in scan])
    return fit_entropy_growth(lengths, entropies, parameters.boundary)


def _results(
    point: Solved,
    g_scan: Sequence[Solved],
    L_scan: Sequence[Solved],
    growth: EntropyGrowth | None,
) -> dict[str, Any]:
    found = point.found
    return {
        "method": point.method,
        "ground_energy": found.ground_energy,
        "gap": found.gap,
        "entropy_half_chain": found.entropy_half_chain,
        "entropies": found.entropies,
        "exact": _comparison(point),
        "central_charge": growth.central_charge if growth else None,
        "central_charge_error": growth.central_charge_error if growth else None,
        "central_charge_exact": 0.5 if growth else None,
        "entropy_vs_g": {
            "L": g_scan[0].chain.L,
            "g": [solved.chain.g for solved in g_scan],
            "entropy_half_chain": [s.found.entropy_half_chain for s in g_scan],
            "gap": [solved.found.gap for solved in g_scan],
        }
        if g_scan
        else None,
        "entropy_vs_L": {
            "L": [solved.chain.L for solved in L_scan],
            "entropy_half_chain": [s.found.entropy_half_chain for s in L_scan],
        }
        if L_scan
        else None,
    }


def _comparison(point: Solved) -> dict[str, Any]:
    """Return each number with that of the other method, and the error."""
    names = ("ground_energy", "gap", "entropy_half_chain", "entropies")
    compared: dict[str, Any] = {"method": point.exact_method}
    for name in names:
        value = getattr(point.found, name)
        exact = getattr(point.exact, name) if point.exact else None
        error = abs(value - exact) if exact is not None else None
        compared[name] = {"value": value, "exact": exact, "error": error}
    return compared


def _rows(solved: Sequence[Solved]) -> list[list[Any]]:
    """Return a row per chain and cut; a chain of both scans has one row."""
    rows: list[list[Any]] = []
    seen = set()
    for each in solved:
        if (each.chain.L, each.chain.g) in seen:
            continue
        seen.add((each.chain.L, each.chain.g))
        found, exact = each.found, each.exact
        for i, entropy in enumerate(found.entropies.tolist()):
            rows.append(
                [
                    each.chain.L,
                    each.chain.g,
                    i + 1,
                    entropy,
                    float(exact.entropies[i]) if exact else None,
                    found.ground_energy,
                    exact.ground_energy if exact else None,
                    found.gap,
                    exact.gap if exact else None,
                    each.method,
                ]
            )
    return rows


def _figures(
    point: Solved,
    g_scan: Sequence[Solved],
    L_scan: Sequence[Solved],
    growth: EntropyGrowth | None,
) -> Mapping[str, Any]:
    from spacewheat_sim.lab.figures.tfim import chain, scan

    exact = point.exact.entropies if point.exact else None
    fields = [(s.chain, s.found.entropy_half_chain) for s in g_scan]
    figures = {
        "entropy_vs_cut": lambda: chain.entropy_profile_figure(
            point.chain, point.found.entropies, exact, point.exact_method
        ),
        "entropy_vs_g": lambda: scan.entropy_scan_figure(
            fields,
            (point.chain, point.found.entropy_half_chain),
            _scan_line([solved.chain for solved in g_scan]),
        ),
        "spectrum": lambda: scan.spectrum_figure(
            point.chain, [solved.chain.g for solved in g_scan]
        ),
    }
    if growth is not None:
        lengths = [(s.chain.L, s.found.entropy_half_chain) for s in L_scan]
        figures["entropy_vs_L"] = lambda: chain.entropy_growth_figure(lengths, growth)
    return figures


def _scan_line(chains: Sequence[Chain]) -> SampledLine | None:
    """Return the half-chain entropy between the points of a scan, against g/J.

    Uses free fermions; None if they take too long, or if the scan is one point.
    """
    from spacewheat_sim.lab.figures.tfim.axes import along, field_at, is_wide
    from spacewheat_sim.lab.sampled_lines import SampledLine, sampled_lines
    from spacewheat_sim.quantum.tfim.chain import Chain
    from spacewheat_sim.quantum.tfim.free_fermion import solve_free_fermions

    first = chains[0]
    ratios = [chain.g / chain.J for chain in chains]
    low, high = min(ratios), max(ratios)
    most = int(LINE_SECONDS / _fermion_seconds(first.L))
    if low == high or most < FEWEST_LINE_POINTS:
        return None

    def entropy(ratio: float) -> dict[str, float | None]:
        chain = Chain(first.L, 1.0, ratio, first.boundary)
        return {"entropy": solve_free_fermions(chain).entropy_half_chain}

    most = min(most, MOST_LINE_POINTS)
    if not is_wide(ratios):
        return sampled_lines(entropy, low, high, most=most)["entropy"]
    line = sampled_lines(
        lambda x: entropy(field_at(x)), along(low), along(high), most=most
    )["entropy"]
    return SampledLine([field_at(x) for x in line.x], line.y, line.joined)


def _memory(parameters: TfimParameters) -> Memory:
    from spacewheat_sim.quantum.tfim.exact_diagonalization import (
        dimension,
        memory_needed,
    )

    lengths = [parameters.L]
    lengths += scan_lengths(parameters.L_scan) if parameters.L_scan else []
    points = parameters.g_grid[2] if parameters.g_grid else 0
    solved = [(parameters.L, 1 + points), *((L, 1) for L in lengths[1:])]
    rows = float(sum(L * count for L, count in solved))
    seconds = sum(_seconds(parameters, L) * count for L, count in solved)
    chain = _chain(parameters, L=max(lengths))
    if _is_diagonalized(parameters, chain.L):
        needed = memory_needed(chain)
        what, size = "Lanczos vectors", dimension(chain)
    else:
        needed, what, size = 4 * 8.0 * chain.L**2, "correlation matrix", chain.L
    return Memory(what, size, needed + 800.0 * rows, seconds + 0.3)


def _is_diagonalized(parameters: TfimParameters, L: int) -> bool:
    return parameters.method == "ed" or (parameters.method == "auto" and L <= SMALL)


def _seconds(parameters: TfimParameters, L: int) -> float:
    """Estimate the time of one chain."""
    if _is_diagonalized(parameters, L):
        symmetric = 0.1 if parameters.boundary == "periodic" else 1.0
        return 1e-3 + 5e-8 * symmetric * math.ldexp(L, L)
    return _fermion_seconds(L)


def _fermion_seconds(L: int) -> float:
    return 1e-3 + 5e-8 * math.pow(L, 2.4)


EXPERIMENT = Experiment(
    name="tfim_entanglement",
    summary="Ground-state entanglement of the transverse-field Ising chain.",
    parameters=TfimParameters,
    run=run,
    # The two methods agree to 1e-11. Their differences, which are in the results, are
    # not reproducible between machines, so the absolute part is larger.
    tolerance=Tolerance(relative=1e-9, absolute=1e-10),
    memory=_memory,
)
