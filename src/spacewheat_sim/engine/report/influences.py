"""What each number does, how jumps are spaced, and what coherence is good for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.analysis.counting import counting
from spacewheat_sim.engine.analysis.twin import twin
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.problem import read_asked
from spacewheat_sim.engine.quantities.sensitivities import Sensitivities
from spacewheat_sim.engine.report.long_run import FROM_START, LongRun
from spacewheat_sim.engine.report.section import Section, first_sentence
from spacewheat_sim.errors import ArgumentError, RunError

# Quantities that are asked about, and numbers that are shown of each.
ASKED, SHOWN = 3, 4
# Emojis beyond which only the numbers of those that are watched are tried.
LARGE = 12
# Percent for a percent that are as good as nothing.
SLIGHT = 0.005
# Fano factors that are told from that of independent jumps.
EVEN = 0.05


def what_moves_it(compiled: CompiledBiome, run: LongRun) -> Section:
    """Return which numbers move what is watched the most."""
    title = "What moves it"
    if compiled.operators.qubits:
        line = "Shown for level biomes only; this is a register."
        return Section(title, (line,))
    numbers, watched = compiled.numbers, tuple(_watched(compiled, run))
    chosen = [
        path
        for path, value in numbers.items()
        if value and _may_matter(path, compiled, watched)
    ]
    rows: list[tuple[str, float, str, float, float]] = []
    try:
        known = Sensitivities(compiled, chosen)
        for emoji in watched:
            value, slopes = known.of(read_asked(_mean_of(emoji, run)))
            sizes = {p: numbers[p] * slopes[p] / (value or np.inf) for p in chosen}
            told = {p: size for p, size in sizes.items() if abs(size) >= SLIGHT}
            largest = sorted(told.items(), key=lambda each: -abs(each[1]))[:SHOWN]
            rows += [(emoji, value, p, numbers[p], size) for p, size in largest]
    except (ArgumentError, RunError) as error:
        return Section(title, (f"It is not known: {first_sentence(error)}.",))
    if not rows:
        return Section(title, ("No number changes what is watched noticeably.",))
    head = ("", "mean", "number", "now", "% per %")
    return Section(title, (), head, tuple(rows))


def how_regular(compiled: CompiledBiome, run: LongRun) -> Section | None:
    """Return whether the busiest jumps keep apart, where this is known."""
    if run.kind != "settled" or compiled.operators.qubits:
        return None
    emojis = compiled.emojis
    pairs: dict[tuple[str, str], None] = {}
    for k in np.argsort(-run.rates, kind="stable").tolist():
        term = compiled.operators.jumps[k]
        if term.source != term.target and run.rates[k] > 0.0:
            pairs[(emojis[term.source], emojis[term.target])] = None
    rows = []
    for pair in list(pairs)[:ASKED]:
        try:
            found = counting(compiled, [pair])
        except (ArgumentError, RunError):
            continue
        rows.append((" → ".join(pair), found.mean, found.fano, _spacing(found.fano)))
    if not rows:
        return None
    return Section(
        "How regular", (), ("jump", "1/s", "Fano factor", "so they"), tuple(rows)
    )


def what_coherence_does(compiled: CompiledBiome, run: LongRun) -> Section | None:
    """Return how it would settle without coherence, where both are known."""
    if run.kind != "settled" or compiled.operators.qubits:
        return None
    try:
        found = twin(compiled)
    except (ArgumentError, RunError):
        return None
    moved = found.biome_steady - found.steady
    most = [i for i in np.argsort(-np.abs(moved)).tolist() if abs(moved[i]) > SLIGHT]
    if not most:
        line = "Nothing in the long run: rates instead of couplings give the same."
        return Section("What coherence does", (line,))
    rows = [
        (compiled.emojis[i], float(found.biome_steady[i]), float(found.steady[i]))
        for i in most[:SHOWN]
    ]
    return Section("What coherence does", (), ("", "with", "without"), tuple(rows))


def _may_matter(path: str, compiled: CompiledBiome, watched: tuple[str, ...]) -> bool:
    """Return whether a number is asked about: in a large biome, of what is watched."""
    icon, _, rest = path.partition(".")
    if icon in ("rhythms", "initial", "layers", "markov") or rest == "value":
        return False
    is_large = len(compiled.emojis) > LARGE
    return not is_large or icon in map(canonical_emoji, watched)


def _mean_of(emoji: str, run: LongRun) -> dict[str, Any]:
    """Return the quantity that a report tells of an emoji."""
    if run.kind == "start":
        return {"population": emoji, "over": [0.0, FROM_START], "mean": True}
    return {"steady": emoji}


def _watched(compiled: CompiledBiome, run: LongRun) -> Iterator[str]:
    """Yield the norths of the axes, or what there is most of where there are none."""
    north = [axis.north for axis in compiled.biome.axes]
    most = [compiled.emojis[i] for i in np.argsort(-run.mean, kind="stable").tolist()]
    unique = {canonical_emoji(emoji): emoji for emoji in north or most}
    yield from list(unique.values())[:ASKED]


def _spacing(fano: float) -> str:
    if fano < 1 - EVEN:
        return "keep apart"
    return "come in bunches" if fano > 1 + EVEN else "come at random"
