"""Rules of where harvests go."""

from __future__ import annotations

from collections.abc import Iterator

from spacewheat_sim.content.model import Rule, Violation
from spacewheat_sim.content.rules.any_biome import AnyBiome
from spacewheat_sim.content.rules.members import absent
from spacewheat_sim.emoji import canonical_emoji


def _harvest_of_nothing(biome: AnyBiome) -> Iterator[Violation]:
    if biome.harvest is not None and biome.register_axes:
        yield Violation(
            ("harvest",),
            "a register has a ground of its own on each axis",
            "`harvest: EMOJI` on an axis, one of its poles",
        )
    elif biome.harvest is not None:
        ground = canonical_emoji(biome.harvest.to)
        yield from absent(biome, ("harvest", "to"), ground)
    for position, axis in enumerate(biome.register_axes):
        poles = canonical_emoji(axis.north), canonical_emoji(axis.south)
        if axis.harvest is not None and canonical_emoji(axis.harvest) not in poles:
            yield Violation(
                ("register", position, "harvest"),
                f"{axis.harvest} is no pole of this axis",
                f"{axis.north} or {axis.south}",
            )


GROUND_RULES = (
    Rule("absent-ground", ("emojis", "register", "harvest"), _harvest_of_nothing),
)
