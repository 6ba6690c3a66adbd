"""Chains, solved by one method and checked by another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from spacewheat_sim.lab.experiment import grid_values
from spacewheat_sim.lab.progress import Progress
from spacewheat_sim.lab.tfim.parameters import SMALL, TfimParameters, scan_lengths

if TYPE_CHECKING:
    from spacewheat_sim.quantum.tfim.central_charge import EntropyGrowth
    from spacewheat_sim.quantum.tfim.chain import Chain, GroundState

Method = Literal["ed", "free_fermion"]

# Up to this length dense linear algebra checks free fermions.
MEDIUM = 128
# Estimated seconds for all checks of a scan.
CHECK_SECONDS = 3.0
DEFAULT_G_COUNT = 61
DEFAULT_L_SCAN = (16, 256, 9)


@dataclass(frozen=True)
class Solved:
    """One chain, solved by a method and, if possible, by a second one."""

    chain: Chain
    method: Method
    found: GroundState
    exact: GroundState | None
    exact_method: str | None


def chain_of(parameters: TfimParameters, **changes: Any) -> Chain:
    """Return the chain of ``parameters``, with ``changes``."""
    from spacewheat_sim.quantum.tfim.chain import Chain

    values = {name: getattr(parameters, name) for name in ("L", "J", "g", "boundary")}
    return Chain(**{**values, **changes})


def solve(chain: Chain, method: str, *, check: bool) -> Solved:
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
            solved.append(solve(chain, method, check=number % stride == 0))


def _check_seconds(L: int) -> float:
    """Estimate the time of the check of free fermions."""
    if L <= SMALL:
        return 1e-3 + math.ldexp(1e-7, L)
    return 1e-9 * math.pow(L, 3.5) if L <= MEDIUM else 0.0


def solve_fields(
    parameters: TfimParameters, progress: Progress, solved: list[Solved]
) -> None:
    """Solve the requested scan, or a fast one for the figure."""
    if parameters.g_grid is not None:
        chains = [chain_of(parameters, g=g) for g in grid_values(parameters.g_grid)]
        _solve_all(chains, parameters.method, progress, solved)
        return
    top = 2.0 * max(parameters.J, parameters.g)
    L = min(parameters.L, MEDIUM)
    fields = grid_values((0.0, top, DEFAULT_G_COUNT))
    solved.extend(_unchecked(chain_of(parameters, g=g, L=L)) for g in fields)


def solve_lengths(
    parameters: TfimParameters, progress: Progress, solved: list[Solved]
) -> None:
    """Solve the requested scan, or the default scan of a critical chain."""
    if parameters.L_scan is not None:
        lengths = scan_lengths(parameters.L_scan)
        chains = [chain_of(parameters, L=L) for L in lengths]
        _solve_all(chains, parameters.method, progress, solved)
    elif parameters.g == parameters.J:
        lengths = scan_lengths(DEFAULT_L_SCAN)
        solved.extend(_unchecked(chain_of(parameters, L=L)) for L in lengths)


def _unchecked(chain: Chain) -> Solved:
    from spacewheat_sim.quantum.tfim.free_fermion import solve_free_fermions

    return Solved(chain, "free_fermion", solve_free_fermions(chain), None, None)


def fit_growth(
    parameters: TfimParameters, scan: Sequence[Solved]
) -> EntropyGrowth | None:
    """Return the fit at the critical point, else None."""
    import numpy as np

    from spacewheat_sim.quantum.tfim.central_charge import fit_entropy_growth

    if parameters.g != parameters.J:
        return None
    lengths = np.array([float(solved.chain.L) for solved in scan])
    entropies = np.array([solved.found.entropy_half_chain for solved in scan])
    return fit_entropy_growth(lengths, entropies, parameters.boundary)
