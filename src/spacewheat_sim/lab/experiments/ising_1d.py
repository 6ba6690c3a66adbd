"""Thermodynamics of the Ising ring by every method."""

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

USUAL_TEMPERATURE = 1.0
METHODS = ("enumeration", "transfer_matrix", "exact", "trg", "monte_carlo")


class RingParameters(Parameters):
    """Parameters of ``ising_1d``."""

    L: int = Field(16, ge=1, description="spins of the ring")
    T: float | None = Field(None, gt=0, description="temperature, 1 if none is given")
    T_grid: Grid | None = Field(None, description="START STOP COUNT, instead of --T")
    J: float = Field(1.0, description="coupling; positive is ferromagnetic")
    h: float = Field(0.0, description="field")
    method: Literal[
        "enumeration", "transfer_matrix", "exact", "trg", "monte_carlo", "all"
    ] = Field("all", description="one method, or all that apply")
    sweeps: int = Field(20_000, ge=100, description="sweeps of Monte Carlo")

    @property
    def idle(self) -> Mapping[str, str]:
        """Flags that the method does not use."""
        used = self.method in ("monte_carlo", "all")
        return {} if used else {"sweeps": "--method monte_carlo or all"}


def run(parameters: RingParameters, streams: Streams) -> Outcome:
    """Compute the ring at each temperature, and compare with the closed form."""
    from spacewheat_sim.lab.ising.comparison import chosen_temperatures, compare
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
            f"Ising ring, L = {parameters.L}, J = {parameters.J:g}, "
            f"h = {parameters.h:g}",
            streams.progress,
        )
    )


def _methods(parameters: RingParameters, streams: Streams) -> dict[str, Method]:
    from functools import cache

    from spacewheat_sim.statmech.exact.closed_forms import exact_chain
    from spacewheat_sim.statmech.exact.enumeration import enumerate_ring
    from spacewheat_sim.statmech.exact.transfer_chain import chain_thermodynamics
    from spacewheat_sim.statmech.ising.thermodynamics import MethodLimitError

    L = parameters.L

    @cache
    def states() -> DensityOfStates:
        return enumerate_ring(L, streams.progress)

    def trg(_conditions: Conditions, _number: int) -> Thermodynamics:
        raise MethodLimitError(
            "Tensor renormalization is for two dimensions; for a ring, use "
            "'transfer_matrix', which is exact for any length"
        )

    def monte_carlo(conditions: Conditions, number: int) -> Thermodynamics:
        from spacewheat_sim.statmech.ising.sampling import monte_carlo_ring

        rng = streams.get("monte_carlo", number)
        return monte_carlo_ring(
            L,
            conditions,
            sweeps=parameters.sweeps,
            rng=rng,
            progress=streams.progress,
        )

    return {
        "enumeration": lambda conditions, _: states().thermodynamics(conditions),
        "transfer_matrix": lambda conditions, _: chain_thermodynamics(L, conditions),
        "exact": lambda conditions, _: exact_chain(L, conditions),
        "trg": trg,
        "monte_carlo": monte_carlo,
    }


def _needs(parameters: RingParameters, name: str, _conditions: Conditions) -> Memory:
    """Estimate the resources of a method at one temperature."""
    from spacewheat_sim.statmech.exact.enumeration import LARGEST_SITES, seconds_needed

    L, sweeps = parameters.L, parameters.sweeps
    if name == "enumeration":
        seconds = seconds_needed(L) if L <= LARGEST_SITES else math.inf
        most = min(L, LARGEST_SITES)
        return Memory("states of the ring", 2**most, 3e5 * most, seconds)
    if name == "monte_carlo":
        rings = float(min(L, 10**300))
        return Memory(
            "sampled rings", L, 14.0 * rings + 64.0 * sweeps, 4e-8 * rings * sweeps
        )
    return Memory("transfer matrix", 2, 1e4, math.inf if name == "trg" else 3e-3)


def _memory(parameters: RingParameters) -> Memory:
    from spacewheat_sim.lab.ising.comparison import all_needs, chosen_names
    from spacewheat_sim.lab.ising.comparison import chosen_conditions as conditions

    names = chosen_names(METHODS, parameters.method)
    at = conditions(parameters, USUAL_TEMPERATURE)
    return all_needs(partial(_needs, parameters), names, at)


EXPERIMENT = Experiment(
    name="ising_1d",
    summary="Thermodynamics of the Ising ring by every method.",
    parameters=RingParameters,
    run=run,
    memory=_memory,
)
