"""How the window of a biome is set: what a log keeps, and gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self, get_args

from spacewheat_sim.choices import DEFAULT_STRENGTH, MeasurementKind

SLOWEST, FASTEST = 1 / 8, 64.0


@dataclass(frozen=True)
class WindowState:
    """Clock, measurements, and what is chosen and looked at.

    Attributes:
        speed: Seconds of the world's time per real second.
        paused: Whether time stands still.
        measurement: The kind of measurement.
        strengths: Strength of each kind that has one.
        tab: The page on the right.
        chosen: The plot of the chosen axis, or None.
        inspected: The emoji that was clicked last, or None.
        zoom: Place of the river's scale in the list of zooms, or None.
    """

    speed: float = 1.0
    paused: bool = False
    measurement: MeasurementKind = "projective"
    strengths: Mapping[MeasurementKind, float] = field(
        default_factory=lambda: {"game": DEFAULT_STRENGTH, "weak": DEFAULT_STRENGTH}
    )
    tab: str = "axes"
    chosen: int | str | None = None
    inspected: str | None = None
    zoom: int | None = None

    def record(self) -> dict[str, Any]:
        """Return it as JSON-ready data."""
        return asdict(self)

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Self:
        """Return what :meth:`record` told; what makes no sense is as at first."""
        names = [each.name for each in fields(cls)]
        told: dict[str, Any] = {name: record.get(name) for name in names}
        return cls(**{n: v for n, v in told.items() if _MAKES_SENSE[n](v)})


def _is_share(value: Any) -> bool:
    return type(value) in (int, float) and 0.0 <= value <= 1.0


def _are_strengths(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"game", "weak"}
        and all(map(_is_share, value.values()))
    )


_MAKES_SENSE: dict[str, Callable[[Any], bool]] = {
    "speed": lambda v: type(v) in (int, float) and SLOWEST <= v <= FASTEST,
    "paused": lambda v: type(v) is bool,
    "measurement": lambda v: type(v) is str and v in get_args(MeasurementKind),
    "strengths": _are_strengths,
    "tab": lambda v: type(v) is str,
    "chosen": lambda v: type(v) in (int, str),
    "inspected": lambda v: type(v) is str,
    "zoom": lambda v: type(v) is int,
}
