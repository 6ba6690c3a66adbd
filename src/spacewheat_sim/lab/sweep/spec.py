"""What a sweep is to do, as it is declared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from spacewheat_sim.choices import DEFAULT_DT
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.lab.sweep.axes import Values, plain, read_values
from spacewheat_sim.lab.sweep.grid import Grid
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.seeding import resolve_seed

Keep = Literal["none", "recordings", "figures"]


@dataclass(frozen=True)
class SweepSpec:
    """A sweep of a biome or of an experiment.

    Attributes:
        biome: A biome's name or file; or
        experiment: an experiment's name.
        set: The values of each swept number or parameter.
        zip: Whether values go together instead of all with all.
        fixed: Other parameters of the experiment.
        seeds: Number of replicates; without it an experiment has one, and a biome's
            quantities are those of the mean of all runs.
        measure: A biome's quantities, as mappings.
        duration: Seconds of a biome's recordings; the last that a quantity needs
            without it.
        dt: Seconds between two looks at a history.
        keep: Whether there is a bundle of each row, and with figures.
        seed: Root seed.
    """

    biome: str | None = None
    experiment: str | None = None
    set: Mapping[str, Values] = field(default_factory=dict)
    zip: bool = False
    fixed: Mapping[str, Any] = field(default_factory=dict)
    seeds: int | None = None
    measure: tuple[Mapping[str, Any], ...] = ()
    duration: float | None = None
    dt: float = DEFAULT_DT
    keep: Keep = "none"
    seed: int = 0

    @property
    def name(self) -> str:
        """The biome or the experiment."""
        return self.biome or self.experiment or ""

    @property
    def grid(self) -> Grid:
        """Its points."""
        return Grid(self.set, self.zip, self.seeds or 1)

    @property
    def parameters(self) -> dict[str, Any]:
        """What it says, except for its seed, as its bundle holds it."""
        own = {"biome": self.biome} if self.biome else {"experiment": self.experiment}
        more = {
            "set": {name: plain(values) for name, values in self.set.items()},
            "zip": self.zip,
            "fixed": dict(self.fixed),
            "seeds": self.seeds,
            "measure": [dict(quantity) for quantity in self.measure],
            "duration": self.duration,
            "dt": self.dt,
            "keep": self.keep,
        }
        idle = IDLE["biome" if self.biome else "experiment"]
        return own | {key: value for key, value in more.items() if key not in idle}


# What a sweep of either kind has no use for.
IDLE = {"biome": ("fixed",), "experiment": ("measure", "duration", "dt")}
KEYS = (
    "biome",
    "experiment",
    "set",
    "zip",
    "fixed",
    "seeds",
    "measure",
    "duration",
    "dt",
    "keep",
    "seed",
)


def read_spec(given: Mapping[str, Any]) -> SweepSpec:
    """Return a sweep that was given by flags, by a file, or by a bundle.

    Raises:
        ArgumentError: a key or a value of it makes no sense.
    """
    for key in given:
        if key not in KEYS:
            raise UnknownNameError("key", key, KEYS, "of a sweep")
    said = {key: value for key, value in given.items() if value is not None}
    if ("biome" in said) == ("experiment" in said):
        raise ArgumentError("A sweep is of one `biome` or of one `experiment`")
    swept = _mapping(said, "set")
    values = {name: read_values(value, name) for name, value in swept.items()}
    spec = SweepSpec(
        biome=_of(said, "biome", str, "a biome's name or file"),
        experiment=_of(said, "experiment", str, "an experiment's name"),
        set=values,
        zip=bool(_of(said, "zip", bool, "true or false")),
        fixed=_mapping(said, "fixed"),
        seeds=_of(said, "seeds", int, "a whole number from 1"),
        measure=tuple(_list(said, "measure")),
        duration=_seconds(said, "duration"),
        dt=_seconds(said, "dt") or DEFAULT_DT,
        keep=said.get("keep", "none"),
        seed=resolve_seed(said.get("seed")),
    )
    _check(spec, said)
    return spec


def _check(spec: SweepSpec, said: Mapping[str, Any]) -> None:
    if spec.seeds is not None and spec.seeds < 1:
        raise ArgumentError(f"`seeds` must be 1 or more, but is {spec.seeds}")
    if spec.keep not in get_args(Keep):
        raise ArgumentError(
            f"`keep` must be one of {', '.join(get_args(Keep))}, but is {spec.keep!r}"
        )
    if not spec.set and spec.seeds is None:
        flag = "--set NUMBER=0:1:5" if spec.biome else "--L 8 10 12 or --g 0.2:2.0:41"
        raise ArgumentError(
            f"A sweep needs values to go through, such as {flag}, or --seeds"
        )
    kind = "biome" if spec.biome else "experiment"
    for key in IDLE[kind]:
        if said.get(key) not in (None, [], {}, ()) and getattr(spec, key) != getattr(
            SweepSpec(), key
        ):
            raise ArgumentError(f"A sweep of {_a(kind)} has no `{key}`")
    if spec.keep == "none":
        if spec.duration is not None:
            raise ArgumentError(
                "`duration` is that of recordings, which are kept by --keep recordings "
                "alone"
            )
        if spec.biome and spec.seeds is None and spec.dt != DEFAULT_DT:
            raise ArgumentError(
                "`dt` is that of histories and recordings, of which there are none "
                "without --seeds or --keep"
            )
    if spec.biome and not spec.measure and spec.keep == "none":
        raise ArgumentError(
            "A sweep of a biome needs a quantity, such as --measure '{population: 🐺, "
            "at: 60}', or --keep recordings"
        )
    spec.grid  # noqa: B018 -- refuses too many points


def _a(kind: str) -> str:
    return f"an {kind}" if kind == "experiment" else f"a {kind}"


def _of(said: Mapping[str, Any], key: str, kind: type, wanted: str) -> Any:
    value = said.get(key)
    if value is None:
        return None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ArgumentError(f"`{key}` must be {wanted}, but is {value!r:.60}")
    return value


def _mapping(said: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = said.get(key, {})
    if not isinstance(value, Mapping) or not all(isinstance(n, str) for n in value):
        raise ArgumentError(f"`{key}` must be a mapping of names, but is {value!r:.60}")
    return dict(value)


def _list(said: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    value = said.get(key, ())
    if not isinstance(value, list | tuple):
        raise ArgumentError(f"`{key}` must be a list, but is {value!r:.60}")
    for each in value:
        if not isinstance(each, Mapping):
            raise ArgumentError(
                f"`{key}` must hold mappings like {{population: 🐺, at: 6}}, but has "
                f"{each!r:.60}"
            )
    return [dict(each) for each in value]


def _seconds(said: Mapping[str, Any], key: str) -> float | None:
    value = said.get(key)
    if value is None:
        return None
    seconds = real(value)
    if not 0.0 < seconds < math.inf:
        raise ArgumentError(f"`{key}` must be seconds above 0, but is {shown(value)}")
    return seconds
