"""``spacewheat sweep``: a biome at many points, or what a sweep file says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from spacewheat_sim.cli.arguments import (
    WholeNumber,
    parse_mapping,
    parse_seconds,
)
from spacewheat_sim.cli.sweeps.how import USUAL, How
from spacewheat_sim.errors import ArgumentError

Words = Annotated[
    tuple[str, ...],
    Parameter(negative=(), show_default=False, allow_leading_hyphen=True),
]
Word = Annotated[str | None, Parameter(show_default=False)]
Count = Annotated[WholeNumber | None, Parameter(show_default=False)]
Keep = Literal["none", "recordings", "figures"]


@dataclass(frozen=True)
class SweepFlags:
    """What to sweep, and what to measure.

    Args:
        set_: NUMBER=VALUES, a number by its path with values 0,0.5,1 or a range
            START:STOP:COUNT, both ends included; may be repeated.
        zip_: Take first values together, then second ones, instead of all with all.
        seeds: Histories of each point; without it, quantities are those of the mean.
        measure: A quantity, as in claims: '{population: 🐺, over: [0, 60], mean: }';
            may be repeated.
        duration: Seconds of recordings; the last that a quantity needs without it.
        dt: Seconds between two looks at a history; 1/60 without it.
        keep: A bundle of each row: none, recordings or figures.
        seed: Root of all randomness; a fresh one is drawn, and shown, without it.
    """

    set_: Annotated[Words, Parameter(name="--set")] = ()
    zip_: Annotated[bool, Parameter(name="--zip", negative=())] = False
    seeds: Count = None
    measure: Words = ()
    duration: Word = None
    dt: Word = None
    keep: Annotated[Keep | None, Parameter(show_default=False)] = None
    seed: Count = None

    @property
    def given(self) -> dict[str, Any]:
        """The keys of a sweep that were given.

        Raises:
            ArgumentError: one is not of the form that it must have.
        """
        said = {
            "set": _pairs(self.set_) or None,
            "zip": self.zip_ or None,
            "seeds": self.seeds,
            "measure": [parse_mapping(text) for text in self.measure] or None,
            "duration": None if self.duration is None else parse_seconds(self.duration),
            "dt": None if self.dt is None else parse_seconds(self.dt),
            "keep": self.keep,
            "seed": self.seed,
        }
        return {key: value for key, value in said.items() if value is not None}


def sweep(
    what: Annotated[str | None, Parameter(show_default=False)] = None,
    /,
    *,
    flags: Annotated[SweepFlags, Parameter(name="*")] = SweepFlags(),
    how: Annotated[How, Parameter(name="*")] = USUAL,
) -> int:
    """Run a biome at many points: one bundle with one table.

    Args:
        what: Name of a biome, a path to its file, or a file of a sweep.
        flags: What to sweep, and what to measure.
        how: Where rows are run, where the bundle goes, and what is told.
    """
    from spacewheat_sim.cli.sweeps.report import sweep_and_report

    said = flags.given
    if what is not None:
        return sweep_and_report({**_named(what), **said}, how)
    if said:
        raise ArgumentError(
            f"--{next(iter(said))} needs a biome: name it, or leave the flag out to go "
            "on with a sweep as it is"
        )
    return sweep_and_report(None, how)


def _named(what: str) -> dict[str, Any]:
    """Return the sweep in a file, or that of a biome."""
    from spacewheat_sim.content.entries import as_path
    from spacewheat_sim.lab.sweep.sweep_file import is_sweep_file, read_sweep_file

    path = as_path(what)
    if path is not None and not path.exists():
        raise ArgumentError(f"There is no biome and no sweep in {what}")
    return read_sweep_file(Path(what)) if is_sweep_file(what) else {"biome": what}


def _pairs(words: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        name, equals, values = word.partition("=")
        if not (name and equals):
            raise ArgumentError(
                f"--set {word!r} is not of the form NUMBER=VALUES, such as "
                "layers.wolves=0,0.5,1 or 🐺.transfers_from.🐇=0.05:0.6:12"
            )
        if name in found:
            raise ArgumentError(f"--set gives {name} twice")
        found[name] = values
    return found
