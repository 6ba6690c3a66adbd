"""What happens to a bath, as plain frozen data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from spacewheat_sim.choices import MeasurementKind

JumpKind = Literal["transfer", "decay", "dephasing"]


@dataclass(frozen=True, slots=True)
class Initialized:
    """The bath was given a new state; its time is 0 again."""

    how: str
    time: float = 0.0

    def __str__(self) -> str:
        return f"initialized: {self.how}"


@dataclass(frozen=True, slots=True)
class Evolved:
    """The bath has reached ``time`` after ``steps`` steps of ``dt`` seconds."""

    time: float
    dt: float
    steps: int = 1

    def __str__(self) -> str:
        return f"evolved {self.steps} × {self.dt:g} s"


@dataclass(frozen=True, slots=True)
class Jumped:
    """A quantum jump: at ``time`` the bath went from ``source`` to ``target``.

    ``icon`` is the emoji whose icon declared the term: the one that acted.
    """

    time: float
    source: str
    target: str
    icon: str
    kind: JumpKind = "transfer"

    def __str__(self) -> str:
        if self.kind == "dephasing":
            return f"{self.source} was seen"
        if self.kind == "decay":
            return f"{self.source} decayed to {self.target}"
        if self.icon == self.source:
            return f"{self.source} became {self.target}"
        return f"{self.icon} took {self.source}" + (
            "" if self.icon == self.target else f" to {self.target}"
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """An axis was measured; ``outcome`` is an emoji, or None for neither."""

    time: float
    north: str
    south: str
    kind: MeasurementKind
    strength: float
    outcome: str | None

    def __str__(self) -> str:
        return f"{self.north}/{self.south} measured: {self.outcome or 'neither'}"


@dataclass(frozen=True, slots=True)
class Collapsed:
    """The bath collapsed toward ``emoji``; ``strength`` is None for a full collapse."""

    time: float
    emoji: str
    strength: float | None

    def __str__(self) -> str:
        if self.strength is None:
            return f"collapsed onto {self.emoji}"
        return f"partly collapsed toward {self.emoji}"


@dataclass(frozen=True, slots=True)
class Gated:
    """A gate was applied to an axis, or to two.

    ``angle`` is in rad, None for a gate that has none.
    """

    time: float
    gate: str
    axis: tuple[str, str]
    other: tuple[str, str] | None = None
    angle: float | None = None

    def __str__(self) -> str:
        turn = "" if self.angle is None else f"({self.angle:.4g})"
        second = "" if self.other is None else f", {'/'.join(self.other)}"
        return f"{self.gate}{turn} on {'/'.join(self.axis)}{second}"


BathEvent = Initialized | Evolved | Jumped | Measured | Collapsed | Gated


def event_record(event: BathEvent) -> dict[str, Any]:
    """Return ``event`` as JSON-ready data, its type under the key ``event``."""
    return {"event": type(event).__name__.lower(), **asdict(event)}
