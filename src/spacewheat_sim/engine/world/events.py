"""What happens in a world, as plain frozen data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from spacewheat_sim.engine.bath.events import (
    Collapsed,
    Gated,
    Harvested,
    Jumped,
    Measured,
)
from spacewheat_sim.engine.world.commands import Command, PlotId, command_record
from spacewheat_sim.quantum.axis import AxisProjection


@dataclass(frozen=True, slots=True)
class Planted:
    """A plot was put on an axis."""

    time: float
    north: str
    south: str

    def __str__(self) -> str:
        return f"{self.north}/{self.south} planted"


@dataclass(frozen=True, slots=True)
class Looked:
    """A plot was looked at: the projection of the bath on its axis."""

    time: float
    north: str
    south: str
    projection: AxisProjection

    def __str__(self) -> str:
        return f"{self.north}/{self.south} seen: radius {self.projection.radius:.3f}"


@dataclass(frozen=True, slots=True)
class Removed:
    """A plot was removed without a harvest."""

    time: float
    north: str
    south: str

    def __str__(self) -> str:
        return f"{self.north}/{self.south} removed"


@dataclass(frozen=True, slots=True)
class Edited:
    """The icon of ``emoji`` was edited; the baths of ``biomes`` go on under it."""

    time: float
    emoji: str
    biomes: tuple[str, ...]

    def __str__(self) -> str:
        return f"icon of {self.emoji} edited"


@dataclass(frozen=True, slots=True)
class BiomeEdited:
    """A biome was given other content, and goes on under ``method``."""

    time: float
    method: str

    def __str__(self) -> str:
        return f"biome edited, method {self.method}"


@dataclass(frozen=True, slots=True)
class RhythmEdited:
    """The rhythm ``name`` was edited; the baths of ``biomes`` go on under it."""

    time: float
    name: str
    biomes: tuple[str, ...]

    def __str__(self) -> str:
        return f"rhythm {self.name} edited"


@dataclass(frozen=True, slots=True)
class WeightSet:
    """A biome gives its icons of ``layer`` another weight."""

    time: float
    layer: str
    weight: float

    def __str__(self) -> str:
        return f"layer {self.layer} weighs {self.weight:.4g}"


@dataclass(frozen=True, slots=True)
class StepSet:
    """A tick lasts ``dt`` seconds from now on."""

    time: float
    dt: float

    def __str__(self) -> str:
        return f"a tick lasts {self.dt:.4g} s"


@dataclass(frozen=True, slots=True)
class NumberEdited:
    """A number of a biome was given another value; ``biomes`` go on under it."""

    time: float
    path: str
    value: float
    biomes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.path} is {self.value:.4g} now"


@dataclass(frozen=True, slots=True)
class Guessed:
    """The hidden number of a challenge was said to be ``value``."""

    time: float
    value: float
    is_right: bool

    def __str__(self) -> str:
        return f"guessed {self.value:.4g}: {'right' if self.is_right else 'wrong'}"


@dataclass(frozen=True, slots=True)
class Refused:
    """A command was mistaken and changed nothing; ``reason`` says why."""

    time: float
    command: Command
    reason: str

    def __str__(self) -> str:
        return f"refused: {self.reason}"


Event = (
    Jumped
    | Measured
    | Collapsed
    | Gated
    | Planted
    | Looked
    | Harvested
    | Removed
    | Edited
    | RhythmEdited
    | BiomeEdited
    | WeightSet
    | StepSet
    | NumberEdited
    | Guessed
    | Refused
)


@dataclass(frozen=True, slots=True)
class WorldEvent:
    """What happened, when and where.

    Attributes:
        tick: The tick in which it happened, counted from 0: tick k leads from k·dt to
            (k + 1)·dt, and its commands are obeyed at its start.
        event: What happened; its ``time`` is in seconds of game time.
        biome: Name of the bath that it happened to, or None for the whole world.
        plot: The plot that it was done through, if it was.
    """

    tick: int
    event: Event
    biome: str | None = None
    plot: PlotId | None = None

    def __str__(self) -> str:
        place = "/".join(str(p) for p in (self.biome, self.plot) if p is not None)
        return f"{place}: {self.event}" if place else str(self.event)


def world_event_record(event: WorldEvent) -> dict[str, Any]:
    """Return ``event`` as one flat JSON-ready record, its type under ``event``."""
    what = event.event
    if isinstance(what, Refused):
        command = command_record(what.command)
        values = {"time": what.time, "command": command, "reason": what.reason}
    else:
        values = asdict(what)
    return {
        "tick": event.tick,
        "biome": event.biome,
        "plot": event.plot,
        "event": type(what).__name__.lower(),
        **values,
    }
