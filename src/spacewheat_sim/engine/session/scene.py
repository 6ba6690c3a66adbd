"""What a session needs of a scene of the lab, which a log may be about as of a world.

The engine knows no physics of the lab: a scene is what obeys these commands and ticks,
and whoever replays a log says how a recorded one is opened.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from spacewheat_sim.engine.world.commands import Command, command_record
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real, shown

MARK = b'{"about":"scene"'  # how the snapshot of a scene begins


@dataclass(frozen=True, slots=True)
class SetParameter:
    """Give a parameter of the scene another value."""

    name: str
    value: float | str

    def __post_init__(self) -> None:
        """Refuse what a log cannot hold."""
        value = self.value
        if type(self.name) is not str or not (
            type(value) is str
            or (type(value) in (int, float) and math.isfinite(real(value)))
        ):
            raise ArgumentError(
                f"A parameter of a scene is a finite number or a word by its name, but "
                f"{shown(self.name)} is set to {shown(value)}"
            )


@dataclass(frozen=True, slots=True)
class Restart:
    """Begin the scene anew with a root seed."""

    seed: int

    def __post_init__(self) -> None:
        """Refuse what is no seed."""
        if type(self.seed) is not int or self.seed < 0:
            raise ArgumentError(
                f"A seed must be a whole number from 0 on, but is {shown(self.seed)}"
            )


SceneCommand = SetParameter | Restart


C_contra = TypeVar("C_contra", Command, SceneCommand, contravariant=True)


class Played(Protocol[C_contra]):
    """A world or a scene: its seed and its commands determine its history."""

    @property
    def tick_count(self) -> int:
        """Ticks that it has done, from its very beginning."""

    def tick(self) -> tuple[WorldEvent, ...]:
        """Step by one tick; a scene has no events."""

    def obey(self, commands: Sequence[C_contra]) -> tuple[WorldEvent, ...]:
        """Obey ``commands``, in order; what it refuses changes nothing."""

    def snapshot(self) -> bytes:
        """Return all of it as JSON, which of a scene begins with :data:`MARK`."""

    def digest(self) -> str:
        """Return the SHA-256 of what its history depends on."""


Scene = Played[SceneCommand]
OpenScene = Callable[[bytes], Scene]


def record_of(command: Command | SceneCommand) -> dict[str, Any]:
    """Return a command as JSON-ready data, its name under the key ``command``.

    Raises:
        ArgumentError: ``command`` is no command.
    """
    match command:
        case SetParameter():
            return {"command": "set", "name": command.name, "value": command.value}
        case Restart():
            return {"command": "restart", "seed": command.seed}
    return command_record(command)


def scene_command(record: dict[str, Any]) -> SceneCommand:
    """Return the command of a scene that :func:`record_of` was given.

    Raises:
        ArgumentError: it is none.
    """
    match record:
        case {"command": "set", "name": name, "value": value, **rest} if not rest:
            return SetParameter(name, value)
        case {"command": "restart", "seed": seed, **rest} if not rest:
            return Restart(seed)
    raise ArgumentError(f"not a command of a scene: {shown(record)}")
