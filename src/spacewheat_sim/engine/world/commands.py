"""What a player may ask of a world, as plain frozen data."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, get_args

from spacewheat_sim.choices import MeasurementKind
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.engine.world.content_text import content_of, text_of
from spacewheat_sim.errors import ArgumentError, UnknownNameError, did_you_mean
from spacewheat_sim.plain_values import real, shown

PlotId = str | int
# A log is read by others too, not all of which know longer integers.
PLOT_BITS = 63


class _Checked:
    """Refuses field values of a wrong type, so that every command can be logged."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]  # only dataclasses derive
            fits, wanted = _FIELDS[field.name]
            value = getattr(self, field.name)
            if not fits(value):
                raise ArgumentError(
                    f"`{field.name}` of {type(self).__name__} must be {wanted}, but "
                    f"is {shown(value)}"
                )


@dataclass(frozen=True, slots=True)
class Plant(_Checked):
    """Put a plot on an axis of a biome; its name must be free."""

    biome: str
    plot: PlotId
    north: str
    south: str


@dataclass(frozen=True, slots=True)
class Look(_Checked):
    """Tell the projection of the bath on a plot's axis; it disturbs nothing."""

    plot: PlotId


@dataclass(frozen=True, slots=True)
class Measure(_Checked):
    """Measure a plot's axis.

    ``strength`` is k of a game measurement or κ of a weak one, 0.5 where None.
    """

    plot: PlotId
    kind: MeasurementKind = "projective"
    strength: float | None = None


@dataclass(frozen=True, slots=True)
class Harvest(_Checked):
    """Take what is on a plot's axis, and free the plot if anything was taken."""

    plot: PlotId


@dataclass(frozen=True, slots=True)
class Remove(_Checked):
    """Free a plot without a harvest."""

    plot: PlotId


@dataclass(frozen=True, slots=True)
class Collapse(_Checked):
    """Collapse a biome's bath toward an emoji; wholly where ``strength`` is None."""

    biome: str
    emoji: str
    strength: float | None = None


@dataclass(frozen=True, slots=True)
class ApplyGate(_Checked):
    """Apply a gate to an axis of a biome, or to two axes of a register.

    ``axis`` and ``other`` are pairs (north, south), ``angle`` is in rad; see
    :meth:`.QuantumBath.apply_gate`.
    """

    biome: str
    gate: str
    axis: tuple[str, str]
    other: tuple[str, str] | None = None
    angle: float | None = None


@dataclass(frozen=True, slots=True)
class EditIcon(_Checked):
    """Put ``icon`` in the place of its emoji's shared icon while the world runs."""

    icon: Icon


@dataclass(frozen=True, slots=True)
class EditRhythm(_Checked):
    """Put ``rhythm`` in the place of the shared one called ``name``, or add it."""

    name: str
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class EditBiome(_Checked):
    """Put ``content`` in the place of what a biome was made of; its state stays.

    Emojis may join, with probability 0, and leave where they are empty and no plot is
    on them. Axes of a register join at the pole to which a harvest brings them, and
    leave where they are at a pole for sure. Where the method differs the state is
    carried over: a ket becomes its density matrix, and a density matrix becomes one of
    its eigenkets, drawn with the eigenvalue as its weight.
    """

    biome: str
    content: Biome


@dataclass(frozen=True, slots=True)
class SetWeight(_Checked):
    """From this tick on, let the icons of a ``layer`` weigh ``weight`` in a biome."""

    biome: str
    layer: str
    weight: float


@dataclass(frozen=True, slots=True)
class SetStep(_Checked):
    """From this tick on, let a tick last ``dt`` seconds."""

    dt: float


@dataclass(frozen=True, slots=True)
class EditNumber(_Checked):
    """Put ``value`` at a path of a biome, such as ``🐺.transfers_from.🐇``."""

    biome: str
    path: str
    value: float


@dataclass(frozen=True, slots=True)
class Guess(_Checked):
    """Say what the hidden number of the world's challenge is."""

    value: float


Command = (
    Plant
    | Look
    | Measure
    | Harvest
    | Remove
    | Collapse
    | ApplyGate
    | EditIcon
    | EditRhythm
    | EditBiome
    | SetWeight
    | SetStep
    | EditNumber
    | Guess
)

CHANGES_CONTENT = (EditIcon, EditRhythm, EditBiome, EditNumber, SetWeight, SetStep)
# By name, as `apply_gate` is that of ApplyGate.
COMMANDS: dict[str, type[Command]] = {
    re.sub("(?<=[a-z])(?=[A-Z])", "_", kind.__name__).lower(): kind
    for kind in get_args(Command)
}
_NAMES = {command: name for name, command in COMMANDS.items()}
# Fields that hold content, which records have as text.
_CONTENT: dict[str, type[Icon | Rhythm | Biome]] = {
    "icon": Icon,
    "rhythm": Rhythm,
    "content": Biome,
}


def command_record(command: Command) -> dict[str, Any]:
    """Return ``command`` as JSON-ready data, its name under the key ``command``.

    Raises:
        ArgumentError: ``command`` is no command.
    """
    if type(command) not in _NAMES:
        raise ArgumentError(f"Not a command: {shown(command)}")
    record: dict[str, Any] = {"command": _NAMES[type(command)]}
    for field in fields(command):
        value = getattr(command, field.name)
        record[field.name] = _plain(value)
    return record


def command_from_record(record: Mapping[str, Any]) -> Command:
    """Return the command that :func:`command_record` made ``record`` of.

    Raises:
        UnknownNameError: there is no command of this name.
        ArgumentError: a field is missing, unknown or of a wrong type.
    """
    name = record.get("command")
    if not isinstance(name, str):
        raise ArgumentError(
            f"A record of a command must name it under `command`, but has {shown(name)}"
        )
    if name not in COMMANDS:
        raise UnknownNameError("command", name, COMMANDS, "in a record")
    kind = COMMANDS[name]
    values = {key: value for key, value in record.items() if key != "command"}
    _check_names(name, kind, values)
    for key, content in _CONTENT.items():
        if isinstance(values.get(key), str):
            values[key] = content_of(content, values[key])
    for key in ("axis", "other"):
        if isinstance(values.get(key), list):
            values[key] = tuple(values[key])
    return kind(**values)


def _plain(value: object) -> object:
    if isinstance(value, Icon | Rhythm | Biome):
        return text_of(value)
    return list(value) if isinstance(value, tuple) else value


def _check_names(name: str, kind: type[Command], values: Mapping[str, Any]) -> None:
    known = {field.name: field.default is MISSING for field in fields(kind)}
    for key in values:
        if key not in known:
            raise ArgumentError(
                f"The command {name!r} has no field {key!r}{did_you_mean(key, known)}"
            )
    missing = [key for key, required in known.items() if required and key not in values]
    if missing:
        raise ArgumentError(f"The command {name!r} lacks {', '.join(missing)}")


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_plot(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int):
        return _is_name(value)
    return value.bit_length() <= PLOT_BITS


def _is_number(value: object) -> bool:
    # Of Python's own types only, which every log can hold.
    return isinstance(value, int | float) and math.isfinite(real(value))


def _is_strength(value: object) -> bool:
    return value is None or _is_number(value)


def _is_axis(value: object) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(map(_is_name, value))


_NAMED = ("biome", "north", "south", "emoji", "kind", "name", "layer", "path", "gate")
_FIELDS: dict[str, tuple[Callable[[object], bool], str]] = {
    **dict.fromkeys(_NAMED, (_is_name, "a non-empty text")),
    **dict.fromkeys(("value", "weight", "dt"), (_is_number, "a finite number")),
    **dict.fromkeys(("strength", "angle"), (_is_strength, "a finite number or None")),
    "axis": (_is_axis, "a pair (north, south) of non-empty texts"),
    "other": (
        lambda value: value is None or _is_axis(value),
        "a pair (north, south) of non-empty texts or None",
    ),
    "plot": (_is_plot, f"a non-empty text or an integer of up to {PLOT_BITS} bits"),
    "icon": (lambda value: isinstance(value, Icon), "an Icon"),
    "rhythm": (lambda value: isinstance(value, Rhythm), "a Rhythm"),
    "content": (lambda value: isinstance(value, Biome), "a Biome"),
}
