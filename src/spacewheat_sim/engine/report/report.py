"""A page that says what a biome does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.claims import values_or_errors
from spacewheat_sim.engine.quantities.problem import Problem
from spacewheat_sim.engine.report.influences import (
    how_regular,
    what_coherence_does,
    what_moves_it,
)
from spacewheat_sim.engine.report.long_run import long_run
from spacewheat_sim.engine.report.populations import how_often, where_it_settles
from spacewheat_sim.engine.report.section import Section, first_sentence
from spacewheat_sim.engine.report.structure import structure
from spacewheat_sim.engine.report.times import how_fast
from spacewheat_sim.errors import SpacewheatError


@dataclass(frozen=True)
class BiomeReport:
    """What a biome does.

    Attributes:
        name: The biome's name.
        description: What its author says of it.
        sections: The parts of the report.
    """

    name: str
    description: str
    sections: tuple[Section, ...]

    def __str__(self) -> str:
        head = f"{self.name}: {self.description}" if self.description else self.name
        return "\n\n".join((head, *map(str, self.sections)))

    def record(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "name": self.name,
            "description": self.description,
            "sections": [section.record() for section in self.sections],
        }


def biome_report(compiled: CompiledBiome) -> BiomeReport:
    """Return what a biome does: exact numbers, in the words of an author.

    Raises:
        ArgumentError: a register too large for a density matrix.
        RunError: so many steps are needed that it would not end.
    """
    problem = Problem.of(compiled)
    run = long_run(problem)
    sections = (
        structure(compiled),
        where_it_settles(compiled, run),
        how_fast(compiled, problem),
        how_often(compiled, run),
        how_regular(compiled, run),
        what_moves_it(compiled, run),
        what_coherence_does(compiled, run),
        _claimed(compiled, problem),
    )
    return BiomeReport(
        compiled.biome.name,
        compiled.biome.description,
        tuple(section for section in sections if section is not None),
    )


def _claimed(compiled: CompiledBiome, problem: Problem) -> Section | None:
    claims = compiled.biome.claims
    if not claims:
        return None
    found = zip(claims, values_or_errors(problem, claims), strict=True)
    lines = [
        f"{claim} is not known: {first_sentence(own)}."
        if isinstance(own, SpacewheatError)
        else str(own)
        for claim, own in found
    ]
    return Section("What it claims", tuple(lines))
