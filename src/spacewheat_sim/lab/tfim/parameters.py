"""Parameters of ``tfim_entanglement``."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from spacewheat_sim.lab.experiment import MOST_POINTS, Grid, Parameters

# Exact diagonalization keeps 2^(L−1) amplitudes.
MOST_ED_SITES = 24
# A correlation matrix of this size takes 128 MiB, its entropies a few seconds.
MOST_SITES = 4096
# Up to this length `auto` diagonalizes, and diagonalization checks free fermions.
SMALL = 14
# Of field and coupling: beyond, it would leave the floats somewhere in a figure.
LARGEST_RATIO = 1e150


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
