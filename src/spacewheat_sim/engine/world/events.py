"""What happens in a world, as plain frozen data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

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
class _Event:
    """Something that happened at ``time`` s; prints as ``told``, with its fields."""

    told: ClassVar[str]
    time: float

    def __str__(self) -> str:
        return self.told.format(self)


@dataclass(frozen=True, slots=True)
class _PlotEvent(_Event):
    north: str
    south: str


@dataclass(frozen=True, slots=True)
class Planted(_PlotEvent):
    """A plot was put on an axis."""

    told = "{0.north}/{0.south} planted"


@dataclass(frozen=True, slots=True)
class Looked(_PlotEvent):
    """A plot was looked at: the projection of the bath on its axis."""

    told = "{0.north}/{0.south} seen: radius {0.projection.radius:.3f}"
    projection: AxisProjection


@dataclass(frozen=True, slots=True)
class Removed(_PlotEvent):
    """A plot was removed without a harvest."""

    told = "{0.north}/{0.south} removed"


@dataclass(frozen=True, slots=True)
class Edited(_Event):
    """The icon of ``emoji`` was edited; the baths of ``biomes`` go on under it."""

    told = "icon of {0.emoji} edited"
    emoji: str
    biomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BiomeEdited(_Event):
    """A biome was given other content, and goes on under ``method``."""

    told = "biome edited, method {0.method}"
    method: str


@dataclass(frozen=True, slots=True)
class RhythmEdited(_Event):
    """The rhythm ``name`` was edited; the baths of ``biomes`` go on under it."""

    told = "rhythm {0.name} edited"
    name: str
    biomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeightSet(_Event):
    """A biome gives its icons of ``layer`` another weight."""

    told = "layer {0.layer} weighs {0.weight:.4g}"
    layer: str
    weight: float


@dataclass(frozen=True, slots=True)
class StepSet(_Event):
    """A tick lasts ``dt`` seconds from now on."""

    told = "a tick lasts {0.dt:.4g} s"
    dt: float


@dataclass(frozen=True, slots=True)
class NumberEdited(_Event):
    """A number of a biome was given another value; ``biomes`` go on under it."""

    told = "{0.path} is {0.value:.4g} now"
    path: str
    value: float
    biomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guessed(_Event):
    """The hidden number of a challenge was said to be ``value``."""

    told = "guessed {0.value:.4g}: {0.verdict}"
    value: float
    is_right: bool

    @property
    def verdict(self) -> str:
        """What players are told of it."""
        return "right" if self.is_right else "wrong"


@dataclass(frozen=True, slots=True)
class Refused(_Event):
    """A command was mistaken and changed nothing; ``reason`` says why."""

    told = "refused: {0.reason}"
    command: Command
    reason: str


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
