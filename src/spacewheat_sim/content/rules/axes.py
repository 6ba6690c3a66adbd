"""Rules of the axes that are watched."""

from __future__ import annotations

from collections.abc import Iterator

from spacewheat_sim.content.model import Rule, Violation
from spacewheat_sim.content.rules.any_biome import AnyBiome
from spacewheat_sim.content.rules.members import absent


def _absent_axis(biome: AnyBiome) -> Iterator[Violation]:
    for position, axis in enumerate(biome.axes):
        for pole, emoji in (("north", axis.north), ("south", axis.south)):
            yield from absent(biome, ("axes", position, pole), emoji)


def _flat_axis(biome: AnyBiome) -> Iterator[Violation]:
    for position, axis in enumerate(biome.axes):
        if axis.north == axis.south:
            yield Violation(
                ("axes", position, "south"),
                f"{axis.south} is at both poles of the axis",
                "two different emojis",
            )


AXIS_RULES = (
    Rule("absent-axis", ("emojis", "register", "axes"), _absent_axis),
    Rule("flat-axis", ("axes",), _flat_axis),
)
