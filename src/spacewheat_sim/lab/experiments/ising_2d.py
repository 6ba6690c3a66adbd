"""Thermodynamics of the Ising torus by every method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from spacewheat_sim.lab.experiment import (
    Experiment,
    Grid,
    Outcome,
    Parameters,
    Streams,
)

if TYPE_CHECKING:
    from spacewheat_sim.lab.ising_comparison import Method
    from spacewheat_sim.statmech.exact.density_of_states import DensityOfStates
    from spacewheat_sim.statmech.ising.thermodynamics import Conditions, Thermodynamics

USUAL_TEMPERATURE = 2.0
# Shorter sides up to this have an exact answer within milliseconds, field or not.
QUICK_SIDE = 8


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
    ] = Field("all", description="one method, or all that can")
    chi_max: int = Field(32, ge=2, description="largest bond dimension of trg")
    scheme: Literal["levin_nave", "bond_weighted"] = Field(
        "levin_nave", description="of trg: plain or improved"
    )
    algorithm: Literal[
        "auto", "metropolis", "swendsen_wang", "wolff", "parallel_tempering"
    ] = Field(
        "auto",
        description="of Monte Carlo; auto is swendsen_wang, but for J < 0 "
        "parallel_tempering in a field and metropolis around an odd side",
    )
    sweeps: int = Field(20_000, ge=100, description="of Monte Carlo")


def run(parameters: TorusParameters, streams: Streams) -> Outcome:
    """Compute the torus at each temperature, beside what is known exactly."""
    from spacewheat_sim.lab.ising_comparison import (
        Comparison,
        chosen_temperatures,
        compare,
    )

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
            lambda conditions: exact_answer(parameters.Lx, parameters.Ly, conditions),
            f"Ising torus, {parameters.Lx} × {parameters.Ly}, J = {parameters.J:g}, "
            f"h = {parameters.h:g}",
            streams.progress,
        )
    )


def exact_answer(Lx: int, Ly: int, conditions: Conditions) -> Thermodynamics:
    """Return what is known exactly, with None for what is not.

    Kaufman's sum without field, the transfer matrix for narrow tori, which also has the
    susceptibility and takes a field.
    """
    from contextlib import suppress
    from dataclasses import replace

    from spacewheat_sim.errors import ArgumentError
    from spacewheat_sim.statmech.exact.closed_forms import exact_torus
    from spacewheat_sim.statmech.exact.transfer_torus import torus_thermodynamics
    from spacewheat_sim.statmech.ising.thermodynamics import Thermodynamics

    unknown = Thermodynamics(None, None, None, None, None)
    narrow = closed = unknown
    # A frustrated torus at low T has neither: its leading terms cancel.
    if min(Lx, Ly) <= QUICK_SIDE:
        with suppress(ArgumentError):
            narrow = torus_thermodynamics(Lx, Ly, conditions)
    if conditions.h != 0.0:
        return narrow
    with suppress(ArgumentError):
        closed = exact_torus(Lx, Ly, conditions)
    if closed is unknown:
        return narrow
    return replace(closed, susceptibility=narrow.susceptibility)


def _methods(parameters: TorusParameters, streams: Streams) -> dict[str, Method]:
    from functools import cache

    from spacewheat_sim.statmech.exact.closed_forms import exact_torus
    from spacewheat_sim.statmech.exact.enumeration import enumerate_torus
    from spacewheat_sim.statmech.exact.transfer_torus import torus_thermodynamics
    from spacewheat_sim.statmech.trg.torus import trg_thermodynamics

    Lx, Ly = parameters.Lx, parameters.Ly

    @cache
    def states() -> DensityOfStates:
        return enumerate_torus(Lx, Ly)

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


EXPERIMENT = Experiment(
    name="ising_2d",
    summary="Thermodynamics of the Ising torus by every method.",
    parameters=TorusParameters,
    run=run,
)
