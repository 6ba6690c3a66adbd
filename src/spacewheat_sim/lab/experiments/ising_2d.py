"""Thermodynamics of the Ising torus by every method."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from spacewheat_sim.lab.experiment import (
    Experiment,
    Grid,
    Memory,
    Outcome,
    Parameters,
    Streams,
)

if TYPE_CHECKING:
    from spacewheat_sim.lab.ising.references import Method
    from spacewheat_sim.statmech.exact.density_of_states import DensityOfStates
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions, Thermodynamics

USUAL_TEMPERATURE = 2.0
METHODS = ("enumeration", "transfer_matrix", "exact", "trg", "monte_carlo")


class TorusParameters(Parameters):
    """Parameters of ``ising_2d``."""

    Lx: int = Field(4, ge=1, description="columns of the torus")
    Ly: int = Field(4, ge=1, description="rows of the torus")
    T: float | None = Field(None, gt=0, description="temperature, 2 if none is given")
    T_grid: Grid | None = Field(None, description="START STOP COUNT, instead of --T")
    J: float = Field(1.0, description="coupling; positive is ferromagnetic")
    h: float = Field(0.0, description="field")
    method: Literal[
        "enumeration", "transfer_matrix", "exact", "trg", "monte_carlo", "all"
    ] = Field("all", description="one method, or all that apply")
    chi_max: int = Field(32, ge=2, description="largest bond dimension of trg")
    scheme: Literal["levin_nave", "bond_weighted"] = Field(
        "levin_nave", description="scheme of trg: plain or improved"
    )
    algorithm: Literal[
        "auto", "metropolis", "swendsen_wang", "wolff", "parallel_tempering"
    ] = Field(
        "auto",
        description="of Monte Carlo; auto is swendsen_wang, but for J < 0 "
        "parallel_tempering in a field and metropolis around an odd side",
    )
    sweeps: int = Field(20_000, ge=100, description="of Monte Carlo")

    @property
    def idle(self) -> Mapping[str, str]:
        """Flags that the method does not use."""
        idle: dict[str, str] = {}
        if self.method not in ("trg", "all"):
            idle |= dict.fromkeys(("chi_max", "scheme"), "--method trg or all")
        if self.method not in ("monte_carlo", "all"):
            users = "--method monte_carlo or all"
            idle |= dict.fromkeys(("algorithm", "sweeps"), users)
        return idle


def run(parameters: TorusParameters, streams: Streams) -> Outcome:
    """Compute the torus at each temperature, and compare with exact values."""
    from spacewheat_sim.lab.ising.comparison import chosen_temperatures, compare
    from spacewheat_sim.lab.ising.figures import critical_temperature
    from spacewheat_sim.lab.ising.points import Comparison

    temperatures = chosen_temperatures(
        parameters.T, parameters.T_grid, USUAL_TEMPERATURE
    )
    return compare(
        Comparison(
            temperatures,
            parameters.J,
            parameters.h,
            _methods(parameters, streams),
            parameters.method,
            partial(_needs, parameters),
            f"Ising torus, {parameters.Lx} × {parameters.Ly}, J = {parameters.J:g}, "
            f"h = {parameters.h:g}",
            streams.progress,
            critical_temperature(
                parameters.J, parameters.h, parameters.Lx, parameters.Ly
            ),
        )
    )


def _methods(parameters: TorusParameters, streams: Streams) -> dict[str, Method]:
    from functools import cache

    from spacewheat_sim.statmech.exact.closed_forms import exact_torus
    from spacewheat_sim.statmech.exact.enumeration import enumerate_torus
    from spacewheat_sim.statmech.exact.transfer_torus import torus_thermodynamics
    from spacewheat_sim.statmech.trg.torus import trg_thermodynamics

    Lx, Ly = parameters.Lx, parameters.Ly

    @cache
    def states() -> DensityOfStates:
        return enumerate_torus(Lx, Ly, streams.progress)

    def trg(conditions: Conditions, _number: int) -> Thermodynamics:
        return trg_thermodynamics(
            Lx, Ly, conditions, chi_max=parameters.chi_max, scheme=parameters.scheme
        )

    def monte_carlo(conditions: Conditions, number: int) -> Thermodynamics:
        from spacewheat_sim.statmech.ising.sampling import monte_carlo_thermodynamics

        return monte_carlo_thermodynamics(
            Lx,
            Ly,
            conditions,
            algorithm=parameters.algorithm,
            sweeps=parameters.sweeps,
            rng=streams.get("monte_carlo", number),
            progress=streams.progress,
        )

    return {
        "enumeration": lambda conditions, _: states().thermodynamics(conditions),
        "transfer_matrix": lambda conditions, _: torus_thermodynamics(
            Lx, Ly, conditions
        ),
        "exact": lambda conditions, _: exact_torus(Lx, Ly, conditions),
        "trg": trg,
        "monte_carlo": monte_carlo,
    }


def _needs(parameters: TorusParameters, name: str, conditions: Conditions) -> Memory:
    """Estimate the resources of a method at one temperature."""
    from spacewheat_sim.statmech.exact import closed_forms, enumeration, transfer_torus
    from spacewheat_sim.statmech.trg import torus as trg

    Lx, Ly = parameters.Lx, parameters.Ly
    sites = float(min(Lx * Ly, 10**300))
    if name == "enumeration":
        few = sites <= enumeration.LARGEST_SITES
        seconds = enumeration.seconds_needed(Lx * Ly) if few else math.inf
        most = min(Lx * Ly, enumeration.LARGEST_SITES)
        return Memory("states of the torus", 2**most, 3e5 * most, seconds)
    if name == "transfer_matrix":
        row = min(Lx, Ly)
        if row > transfer_torus.LARGEST_SIDE:
            return Memory("rows of the torus", row, 0.0, math.inf)
        seconds = transfer_torus.seconds_needed(Lx, Ly, conditions)
        needed = transfer_torus.memory_needed(Lx, Ly)
        return Memory("rows of the torus", 2**row, needed, seconds)
    if name == "trg":
        chi = trg.reached_dimension(min(Lx, Ly), parameters.chi_max)
        needed = trg.memory_needed(chi, derivatives=True)
        seconds = trg.seconds_needed(min(Lx, Ly), chi, derivatives=True)
        return Memory("tensors of four legs", chi**4, needed, seconds)
    if name == "exact":
        momenta = min(Lx, Ly, closed_forms.LARGEST_SIDE)
        seconds = closed_forms.seconds_needed(Lx, Ly, conditions)
        return Memory("momenta of a side", momenta, 700.0 * momenta, seconds)
    needed = 14.0 * sites + 64.0 * parameters.sweeps
    seconds = 2e-8 * sites * parameters.sweeps
    return Memory("spins of the lattice", Lx * Ly, needed, seconds)


def _memory(parameters: TorusParameters) -> Memory:
    from spacewheat_sim.lab.ising.comparison import all_needs, chosen_names
    from spacewheat_sim.lab.ising.comparison import chosen_conditions as conditions

    names = chosen_names(METHODS, parameters.method)
    at = conditions(parameters, USUAL_TEMPERATURE)
    return all_needs(partial(_needs, parameters), names, at)


EXPERIMENT = Experiment(
    name="ising_2d",
    summary="Thermodynamics of the Ising torus by every method.",
    parameters=TorusParameters,
    run=run,
    memory=_memory,
)
