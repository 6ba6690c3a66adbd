"""The parameters of a simulation as its bundle holds them, and the plan they give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from spacewheat_sim.choices import Method
from spacewheat_sim.engine.bath.arguments import checked_seconds
from spacewheat_sim.engine.bath.ensemble.measurements import ScheduledMeasurement
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.simulation.simulation import Action, Collapse, SimulationPlan
from spacewheat_sim.plain_values import shown

Count = Annotated[int, Field(ge=1, le=2**53, strict=True)]


def parameters(
    compiled: CompiledBiome, plan: SimulationPlan, trajectories: int | None
) -> dict[str, Any]:
    """Return the resolved parameters of a run, by the names of their flags.

    ``record_every`` stays None where the rows were not chosen: those of an ensemble
    are then spread evenly over the whole run.
    """
    # An ensemble follows none.
    axes = () if trajectories is not None else plan.axes or compiled.axes
    return {
        "biome": compiled.biome.key or compiled.biome.name,
        "steps": plan.steps,
        "dt": plan.dt,
        "method": plan.method or compiled.biome.evolution.method,
        "axis": [f"{north}/{south}" for north, south in axes],
        "actions": [_action_record(action) for action in plan.actions],
        "trajectories": trajectories,
        "record_every": plan.record_every,
        **({} if plan.trajectory is None else {"trajectory": plan.trajectory}),
    }


def read_parameters(record: Mapping[str, Any]) -> SimulationParameters:
    """Return parameters that :func:`parameters` wrote, checked.

    Raises:
        ArgumentError: no run wrote them; the message names the first wrong one.
    """
    try:
        found = SimulationParameters.model_validate(dict(record))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        found_there = (
            f"no {place}"
            if first["type"] == "missing"
            else f"{place} {shown(first['input'])}"
        )
        raise ArgumentError(
            f"`parameters` has {found_there}, which no simulation writes"
        ) from None
    checked_seconds(found.dt, "dt")
    return found


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _Collapse(_Record):
    do: Literal["collapse"]
    time: float
    emoji: str


class _Measurement(_Record):
    do: Literal["measurement"]
    time: float
    north: str
    south: str
    strength: float


class SimulationParameters(_Record):
    """Parameters of a simulation, as read from a bundle."""

    biome: str
    steps: Count
    dt: float
    method: Method
    axis: tuple[Annotated[str, Field(pattern=r"^[^/]+/[^/]+$")], ...]
    actions: tuple[Annotated[_Collapse | _Measurement, Field(discriminator="do")], ...]
    trajectories: Count | None
    record_every: Count | None
    trajectory: Annotated[int, Field(ge=0, le=2**53, strict=True)] | None = None

    def plan(self, seed: int) -> SimulationPlan:
        """Return what was run under ``seed``."""
        axes = [axis.split("/") for axis in self.axis]
        return SimulationPlan(
            self.steps,
            self.dt,
            seed,
            self.method,
            self.record_every,
            tuple((north, south) for north, south in axes),
            tuple(map(_action, self.actions)),
            self.trajectory,
        )


def _action_record(action: Action) -> dict[str, Any]:
    if isinstance(action, Collapse):
        return {"do": "collapse", **vars(action)}
    names = ("time", "north", "south", "strength")
    return {"do": "measurement", **{name: vars(action)[name] for name in names}}


def _action(record: _Collapse | _Measurement) -> Action:
    if isinstance(record, _Collapse):
        return Collapse(record.time, record.emoji)
    return ScheduledMeasurement(
        record.time, record.north, record.south, strength=record.strength
    )
