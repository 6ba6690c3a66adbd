"""Rules of a Markov chain."""

from __future__ import annotations

import math
from collections.abc import Iterator

from spacewheat_sim.content.model import Rule, Violation
from spacewheat_sim.content.rules.any_biome import AnyBiome
from spacewheat_sim.content.rules.members import absent

ROW_SUM_TOLERANCE = 1e-9


def _absent_in_chain(biome: AnyBiome) -> Iterator[Violation]:
    if biome.markov is None:
        return
    for start, row in biome.markov.chain.items():
        yield from absent(biome, ("markov", "chain", start), start, at_key=True)
        for end in row:
            yield from absent(biome, ("markov", "chain", start, end), end, at_key=True)


def _empty_row(biome: AnyBiome) -> Iterator[Violation]:
    if biome.markov is None:
        return
    for start, row in biome.markov.chain.items():
        if not any(row.values()):
            yield Violation(
                ("markov", "chain", start),
                f"the row of {start} is empty",
                "a probability above 0",
                at_key=True,
            )


def _missing_row(biome: AnyBiome) -> Iterator[Violation]:
    if biome.markov is None or biome.initial.markov is None:
        return
    chain = biome.markov.chain
    for emoji in biome.emoji_keys:
        if emoji not in chain:
            yield Violation(
                ("markov", "chain"),
                f"{emoji} has no row, so the chain has no stationary distribution",
                "a row for every emoji",
                at_key=True,
            )


def _row_sum(biome: AnyBiome) -> Iterator[Violation]:
    if biome.markov is None:
        return
    for start, row in biome.markov.chain.items():
        total = math.fsum(row.values())
        if total > 0 and abs(total - 1) > ROW_SUM_TOLERANCE:
            yield Violation(
                ("markov", "chain", start),
                f"the row of {start} sums to {total:.12g} and is normalized",
                "a sum of 1",
                at_key=True,
            )


CHAIN_RULES = (
    Rule("absent-in-chain", ("emojis", "markov"), _absent_in_chain),
    Rule("empty-row", ("markov",), _empty_row),
    Rule("missing-row", ("emojis", "initial", "markov"), _missing_row),
    Rule("row-sum", ("markov",), _row_sum, "warning"),
)
