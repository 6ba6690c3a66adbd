"""Parameters of a block-spin flow: lattice, initial couplings, and method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from spacewheat_sim.lab.experiment import Grid, Parameters

LARGEST_BLOCK = 4

Method = Literal["exact", "monte_carlo", "migdal_kadanoff"]

LARGEST_COUPLING = 1e300
"""J/T, whose sums over a chain are floats."""


class BlockSpinParameters(Parameters):
    """The lattice, the initial couplings, and the method of coarse-graining."""

    dimension: Literal[1, 2] = Field(2, description="chain (1) or square lattice (2)")
    L: int = Field(
        16, ge=4, le=1024, description="side of each sampled ring or torus, in spins"
    )
    b: int = Field(2, ge=2, le=64, description="scale: side of a block, in spins")
    K_grid: Grid = Field(
        (0.1, 1.0, 20),
        description="START STOP COUNT of the couplings J/T, not negative",
    )
    h: float = Field(
        0.0, ge=-100, le=100, description="field over temperature, in one dimension"
    )
    n_iter: int = Field(
        4,
        ge=1,
        le=100,
        description="steps from each coupling; each K' is the K of the next step",
    )
    method: Literal["auto", "exact", "monte_carlo", "migdal_kadanoff"] = Field(
        "auto", description="auto is exact for dimension 1, monte_carlo for 2"
    )
    sweeps: int = Field(
        10_000,
        ge=1000,
        le=1_000_000,
        description="cluster updates, or sampled rings, of each Monte Carlo step",
    )

    @property
    def idle(self) -> Mapping[str, str]:
        """Flags that the method does not use."""
        sampled = self.resolved_method == "monte_carlo"
        return {} if sampled else dict.fromkeys(("L", "sweeps"), "--method monte_carlo")

    @property
    def resolved_method(self) -> Method:
        """The method, with ``auto`` resolved."""
        if self.method == "auto":
            return "exact" if self.dimension == 1 else "monte_carlo"
        return self.method

    @model_validator(mode="after")
    def _method_fits(self) -> Self:
        method = self.resolved_method
        if min(self.K_grid[:2]) < 0.0:
            raise ValueError(
                f"--K_grid cannot go from {self.K_grid[0]:g} to {self.K_grid[1]:g}; "
                "allowed: couplings ≥ 0"
            )
        if max(self.K_grid[:2]) > LARGEST_COUPLING:
            raise ValueError(
                f"--K_grid cannot go up to {max(self.K_grid[:2]):g}; allowed: "
                f"couplings ≤ {LARGEST_COUPLING:g}"
            )
        if self.dimension == 2 and method == "exact":
            raise ValueError(
                "--method exact cannot be used with --dimension 2: there is no "
                "closed form for blocked spins in two dimensions; allowed: "
                "--method monte_carlo, the approximation --method migdal_kadanoff, or "
                "--dimension 1"
            )
        if self.h and (self.dimension == 2 or method == "migdal_kadanoff"):
            raise ValueError(
                f"--h cannot be {self.h:g} with --dimension {self.dimension} --method "
                f"{method}: Migdal-Kadanoff and the exact torus have no field; "
                "allowed: --h 0, or --dimension 1 with --method exact or monte_carlo"
            )
        if method == "monte_carlo":
            self._check_blocks()
        return self

    def _check_blocks(self) -> None:
        most = self.L // 2 if self.dimension == 1 else LARGEST_BLOCK
        allowed = [b for b in range(2, min(most, self.L // 2) + 1) if self.L % b == 0]
        if self.b in allowed:
            return
        listed = ", ".join(map(str, allowed)) or f"none with --L {self.L}"
        raise ValueError(
            f"--b cannot be {self.b} with --L {self.L} --dimension {self.dimension} "
            "--method monte_carlo: it must divide --L into at least 2 blocks per side"
            + (f", of at most {most} spins per side" if self.dimension == 2 else "")
            + f"; allowed: {listed}"
        )
