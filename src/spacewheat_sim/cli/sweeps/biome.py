"""``spacewheat sweep``: a biome at many points, or what a sweep file says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from spacewheat_sim.cli.arguments import PathWord, WholeNumber, parse_seconds
from spacewheat_sim.errors import ArgumentError

Words = Annotated[
    tuple[str, ...],
    Parameter(negative=(), show_default=False, allow_leading_hyphen=True),
]
Word = Annotated[str | None, Parameter(show_default=False)]
Count = Annotated[WholeNumber | None, Parameter(show_default=False)]
Place = Annotated[PathWord | None, Parameter(show_default=False)]
Flag = Annotated[bool, Parameter(negative=())]


def sweep(
    what: Annotated[str | None, Parameter(show_default=False)] = None,
    /,
    *,
    set_: Annotated[Words, Parameter(name="--set")] = (),
    zip_: Annotated[Flag, Parameter(name="--zip")] = False,
    seeds: Count = None,
    measure: Words = (),
    duration: Word = None,
    dt: Word = None,
    keep: Annotated[
        Literal["none", "recordings", "figures"] | None, Parameter(show_default=False)
    ] = None,
    seed: Count = None,
    out: PathWord = Path("runs"),
    resume: Place = None,
    executor: str = "serial",
    force: Flag = False,
    fail_fast: Flag = False,
    json: Flag = False,
) -> int:
    """Run a biome at many points: one bundle with one table.

    Args:
        what: Name of a biome, a path to its file, or a file of a sweep.
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
        out: Folder that the bundle goes into.
        resume: Bundle of a sweep to go on with.
        executor: serial, processes, processes:N, dask or dask://HOST:PORT.
        force: Go on although the program or the biome has changed.
        fail_fast: End at the first point that fails.
        json: Print one JSON document.
    """
    from spacewheat_sim.cli.sweeps.report import How, sweep_and_report

    flags = {
        "set": _pairs(set_) or None,
        "zip": zip_ or None,
        "seeds": seeds,
        "measure": [_mapping(text) for text in measure] or None,
        "duration": None if duration is None else parse_seconds(duration),
        "dt": None if dt is None else parse_seconds(dt),
        "keep": keep,
        "seed": seed,
    }
    how = How(out, resume, executor, force, fail_fast, json)
    said = {key: value for key, value in flags.items() if value is not None}
    if what is None:
        if said:
            raise ArgumentError(
                f"--{next(iter(said))} needs a biome: name it, or leave the flag out "
                "to go on with a sweep as it is"
            )
        return sweep_and_report(None, how)
    return sweep_and_report({**_named(what), **said}, how)


def _named(what: str) -> dict[str, Any]:
    """Return the sweep in a file, or that of a biome."""
    from spacewheat_sim.lab.sweep.sweep_file import is_sweep_file, read_sweep_file

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


def _mapping(text: str) -> Mapping[str, Any]:
    """Return a mapping that was written as YAML."""
    from spacewheat_sim.content.yaml.loader import parse_yaml

    document = parse_yaml(text.encode(), "the quantity")
    if document.problems or not isinstance(document.data, dict):
        raise ArgumentError(
            f"--measure {text!r} is no mapping; wanted one like "
            "{population: 🐺, at: 6}"
        )
    return document.data
