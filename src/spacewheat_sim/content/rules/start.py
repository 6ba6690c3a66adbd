"""Rules of where a biome starts, and of how it evolves."""

from __future__ import annotations

from collections.abc import Iterator

from spacewheat_sim.content.evolution import METHODS_OF_OPTION
from spacewheat_sim.content.model import Rule, Violation
from spacewheat_sim.content.rules.any_biome import AnyBiome
from spacewheat_sim.content.rules.members import absent


def _absent_initial(biome: AnyBiome) -> Iterator[Violation]:
    for emoji in biome.initial.weights or {}:
        yield from absent(biome, ("initial", "weights", emoji), emoji, at_key=True)
    if biome.initial.emoji is not None:
        yield from absent(biome, ("initial", "emoji"), biome.initial.emoji)


def _zero_weights(biome: AnyBiome) -> Iterator[Violation]:
    weights = biome.initial.weights
    if biome.register_axes:
        return  # each axis has a weight of its own
    if weights is not None and not any(weights.values()):
        yield Violation(
            ("initial", "weights"), "all weights are zero", "a weight above 0"
        )


def _stationary_without_chain(biome: AnyBiome) -> Iterator[Violation]:
    if biome.initial.markov is not None and biome.markov is None:
        yield Violation(
            ("initial", "markov"),
            "the biome has no chain, so there is no stationary distribution",
            "a `markov` block",
        )


def _idle_option(biome: AnyBiome) -> Iterator[Violation]:
    evolution = biome.evolution
    for option, methods in METHODS_OF_OPTION.items():
        if option in evolution.model_fields_set and evolution.method not in methods:
            yield Violation(
                ("evolution", option),
                f"{option} is not an option of method {evolution.method}",
                f"method {' or '.join(methods)}, or no {option}",
                at_key=True,
            )


START_RULES = (
    Rule("absent-initial", ("emojis", "register", "initial"), _absent_initial),
    Rule("zero-weights", ("register", "initial"), _zero_weights),
    Rule("no-chain", ("initial", "markov"), _stationary_without_chain),
    Rule("idle-option", ("evolution",), _idle_option),
)
