"""``spacewheat ask``, ``tune`` and ``learn``: questions to a biome, and its numbers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter, convert

from spacewheat_sim.cli.arguments import Flag, PathWord, parse_mapping
from spacewheat_sim.cli.output import write_json
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.exit_codes import DIFFERENT, DONE

if TYPE_CHECKING:
    from cyclopts import Token

    from spacewheat_sim.engine.compile import CompiledBiome

Word = Literal[
    "next",
    "passage",
    "committor",
    "counting",
    "modes",
    "cycle",
    "twin",
    "sensitivities",
]
# What is answered under another name or by another command.
ELSEWHERE = {
    "forecast": "`spacewheat ask BIOME next`",
    "steady": "`spacewheat content report BIOME`, which tells where it settles; what "
    "moves that is told by `spacewheat ask BIOME sensitivities '{steady: 🐺}'`",
}


def _to_question(_type: Any, tokens: Sequence[Token]) -> Any:
    """Return a question, or say what answers one that has another name."""
    (token,) = tokens
    if token.value in ELSEWHERE:
        raise ArgumentError(
            f"{token.value} is no question of `ask`: use {ELSEWHERE[token.value]}"
        )
    return convert(Word, tokens)


Question = Annotated[Word, Parameter(converter=_to_question)]
Words = Annotated[tuple[str, ...], Parameter(consume_multiple=True, negative=())]


def ask(
    biome: str,
    question: Question,
    /,
    *names: str,
    start: str | None = None,
    time: float | None = None,
    count: int | None = None,
    dephasing: float | None = None,
    json: Flag = False,
) -> int:
    """Ask a biome for an exact answer.

    Args:
        biome: A biome's name or file.
        question: next (the next jump), passage EMOJI (its first landing), committor
            🐺 🌿 (which landing comes first), counting 🐇→🐺 (how often), modes (how it
            settles), cycle (its day), twin (without coherence) or sensitivities
            '{population: 🐺, at: 6}' (what each number does).
        names: What the question is about.
        start: With next and passage: the emoji to begin in, instead of the biome's
            initial state.
        time: With next: when it begins, in s; rhythms depend on it.
        count: With modes: how many of the slowest, 6 by default.
        dephasing: With twin: an additional decay rate of its coherences, in 1/s.
        json: Print one JSON document.
    """
    from spacewheat_sim import load_biome

    flags = {"start": start, "time": time, "count": count, "dephasing": dephasing}
    given = {flag: value for flag, value in flags.items() if value is not None}
    _check_used(question, given)
    compiled = load_biome(biome)
    answer, record = _ANSWERS[question](compiled, names, given)
    if json:
        write_json({"biome": biome, "question": question, **record})
    else:
        sys.stdout.write(f"{answer}\n")
    return DONE


def tune(
    biome: str,
    /,
    *,
    free: Words = (),
    claim: Words = (),
    factor: float = 10.0,
    write: Flag = False,
    json: Flag = False,
) -> int:
    """Change as few numbers as little as it takes, until all claims hold.

    Args:
        biome: A biome's name or file.
        free: Paths of the numbers that may change, such as '🐺.*'.
        claim: Claims instead of its file's: '{steady: 🍂, value: {at_most: 0.1}}'.
        factor: By how much a number may be multiplied or divided.
        write: Write the new numbers into their files; every other byte stays.
        json: Print one JSON document.
    """
    from dataclasses import asdict

    from spacewheat_sim import load_biome
    from spacewheat_sim.engine.shaping.tune import tune as find

    compiled = load_biome(biome)
    claims = [parse_mapping(text) for text in claim] if claim else None
    found = find(compiled, claims, free, factor=factor)
    if json:
        write_json(
            {
                "holds": found.holds,
                "changes": {k: list(pair) for k, pair in found.changes.items()},
                "claims": [asdict(own) for own in found.claims],
                "before": [asdict(own) for own in found.before],
                "in_the_way": [own.claim for own in found.in_the_way],
                "bounded": list(found.bounded),
            }
        )
    else:
        sys.stdout.write(f"{found}\n")
    if write and found.holds:
        _tell(found.write())
    elif write:
        sys.stderr.write("nothing was written: not all claims hold\n")
    return DONE if found.holds else DIFFERENT


def learn(
    biome: str,
    /,
    *logs: PathWord,
    free: Words = (),
    write: Flag = False,
    json: Flag = False,
) -> int:
    """Find the numbers that make recorded histories the most likely.

    Args:
        biome: A biome's name or file.
        logs: Session logs, bundles, or their events.jsonl.
        free: Paths of the numbers to learn, such as '🐺.transfers_from.*'.
        write: Write the numbers into their files; every other byte stays.
        json: Print one JSON document.
    """
    from spacewheat_sim import load_biome
    from spacewheat_sim.engine.shaping.learn import learn as find

    compiled = load_biome(biome)
    if not logs:
        raise ArgumentError("Name at least one log to learn from")
    found = find(compiled, list(logs), free)
    if json:
        write_json(
            {
                "values": found.values,
                "standard_errors": _finite(found.standard_errors),
                "log_likelihood": found.log_likelihood,
                "jumps": found.jumps,
                "flat": [list(direction) for direction in found.flat],
                "mirrored": [list(paths) for paths in found.mirrored],
                "bounded": list(found.bounded),
                "fit": found.fit,
            }
        )
    else:
        sys.stdout.write(f"{found}\n")
    if write:
        _tell(found.write())
    return DONE


Answer = tuple[Any, dict[str, Any]]


def _next(
    biome: CompiledBiome, names: tuple[str, ...], given: dict[str, Any]
) -> Answer:
    from dataclasses import asdict

    from spacewheat_sim import analysis

    _refuse(names, "next")
    found = analysis.forecast(biome, **given)
    record = {
        "channels": [asdict(channel) for channel in found.channels],
        **_finite({"never": found.never, "mean": found.mean, "median": found.median}),
    }
    return found, record


def _passage(
    biome: CompiledBiome, names: tuple[str, ...], given: dict[str, Any]
) -> Answer:
    from spacewheat_sim import analysis

    if not names:
        raise ArgumentError("passage needs the emoji to land on: passage 🐺")
    found = analysis.first_passage(biome, list(names), **given)
    numbers = {
        "probability": found.probability,
        "mean": found.mean,
        "mean_given": found.mean_given,
    }
    return found, {"targets": list(found.targets), **_finite(numbers)}


def _committor(
    biome: CompiledBiome, names: tuple[str, ...], given: dict[str, Any]
) -> Answer:
    from spacewheat_sim import analysis
    from spacewheat_sim.engine.analysis.table import plain_lines, shown_number

    del given
    if len(names) != 2:
        raise ArgumentError(
            "committor needs two emojis, of which one is landed on first: committor "
            "🐺 🌿"
        )
    found = analysis.committor(biome, *names)
    lines = plain_lines([(emoji, shown_number(p)) for emoji, p in found.items()])
    title = f"Probability to land on {names[0]} before {names[1]}, from each emoji"
    told = {"toward": names[0], "instead": names[1], "probabilities": found}
    return "\n".join((title, *lines)), told


def _cycle(
    biome: CompiledBiome, names: tuple[str, ...], given: dict[str, Any]
) -> Answer:
    from spacewheat_sim import analysis

    del given
    _refuse(names, "cycle")
    found = analysis.limit_cycle(biome)
    keys = ("peak_time", "max", "min", "mean")
    _, _, rows = found.table()
    emojis = {str(row[0]): dict(zip(keys, row[1:], strict=True)) for row in rows}
    factors = [[float(v.real), float(v.imag)] for v in found.multipliers]
    return found, {"period": found.period, "emojis": emojis, "multipliers": factors}


def _counting(
    biome: CompiledBiome, names: tuple[str, ...], given: dict[str, Any]
) -> Answer:
    from spacewheat_sim import analysis

    del given
    pairs = [tuple(name.replace("->", "→").split("→")) for name in names]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise ArgumentError("counting needs pairs of emojis: counting 🐇→🐺")
    found = analysis.counting(biome, [(pair[0], pair[1]) for pair in pairs])
    numbers = {"mean": found.mean, "variance": found.variance, "fano": found.fano}
    pairs_told = {"pairs": [list(pair) for pair in found.pairs]}
    return found, {**pairs_told, **_finite(numbers), "dies_out": found.dies_out}


def _modes(
    biome: CompiledBiome, names: tuple[str, ...], given: dict[str, Any]
) -> Answer:
    from spacewheat_sim import analysis

    _refuse(names, "modes")
    found = analysis.modes(biome, **given)
    values = [[float(v.real), float(v.imag)] for v in found.eigenvalues]
    settling = _finite({"settling_time": found.settling_time})
    return found, {"eigenvalues": values, **settling}


def _twin(
    biome: CompiledBiome, names: tuple[str, ...], given: dict[str, Any]
) -> Answer:
    from spacewheat_sim import analysis

    _refuse(names, "twin")
    found = analysis.twin(biome, **given)
    return found, {
        "biome_steady": dict(
            zip(found.emojis, found.biome_steady.tolist(), strict=True)
        ),
        "twin_steady": dict(zip(found.emojis, found.steady.tolist(), strict=True)),
    }


def _sensitivities(
    biome: CompiledBiome, names: tuple[str, ...], given: dict[str, Any]
) -> Answer:
    from spacewheat_sim import analysis

    del given
    if not names:
        raise ArgumentError(
            "sensitivities needs a quantity: sensitivities '{population: 🐺, at: 6}', "
            "and may be told which numbers"
        )
    found = analysis.sensitivities(biome, parse_mapping(names[0]), names[1:] or ("*",))
    record = {
        "value": found.value,
        "derivatives": _finite(dict(found)),
        "elasticities": _finite(found.elasticities),
    }
    return found, {"quantity": found.quantity, **record}


_ANSWERS: dict[str, Callable[..., Answer]] = {
    "next": _next,
    "passage": _passage,
    "committor": _committor,
    "counting": _counting,
    "modes": _modes,
    "cycle": _cycle,
    "twin": _twin,
    "sensitivities": _sensitivities,
}

# Which flags a question uses.
_USED = {
    "next": ("start", "time"),
    "passage": ("start",),
    "modes": ("count",),
    "twin": ("dephasing",),
}


def _check_used(question: str, given: dict[str, Any]) -> None:
    """Refuse a flag that would change nothing."""
    for flag in given:
        if flag not in _USED.get(question, ()):
            users = " and ".join(own for own, flags in _USED.items() if flag in flags)
            raise ArgumentError(
                f"{question} does not use --{flag}, which goes with {users}"
            )


def _refuse(names: tuple[str, ...], question: str) -> None:
    if names:
        raise ArgumentError(f"{question} takes no names, but was given {names[0]}")


def _finite(numbers: dict[str, float]) -> dict[str, float | None]:
    """Return numbers with null for what is infinite or none, as JSON has no such."""
    from math import isfinite

    return {name: x if isfinite(x) else None for name, x in numbers.items()}


def _tell(files: tuple[Path, ...]) -> None:
    for file in files:
        sys.stderr.write(f"wrote {file}\n")
