"""Rules of what a biome claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from spacewheat_sim.content.claims.rules import claim_violations, named_keys
from spacewheat_sim.content.model import Rule, Violation
from spacewheat_sim.content.rules.any_biome import AnyBiome
from spacewheat_sim.content.rules.members import absent


def _unsound_claims(biome: AnyBiome) -> Iterator[Violation]:
    for position, claim in enumerate(biome.claims):
        for found in claim_violations(claim):
            yield replace(found, key_path=("claims", position, *found.key_path))


def _absent_in_claims(biome: AnyBiome) -> Iterator[Violation]:
    for position, claim in enumerate(biome.claims):
        for kind, keys in named_keys(claim).items():
            for name in keys:
                yield from absent(biome, ("claims", position, kind), name)


CLAIM_RULES = (
    Rule("claim", ("claims",), _unsound_claims),
    Rule("absent-in-claim", ("emojis", "claims"), _absent_in_claims),
)
