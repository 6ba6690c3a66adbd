"""Tune: change as few numbers as little as it takes, until claims hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from spacewheat_sim.arrays import FloatArray
from spacewheat_sim.content.numbers.writing import write_numbers
from spacewheat_sim.engine.analysis.table import Cell, Tabular
from spacewheat_sim.engine.bath.arguments import checked_instance
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.claims import (
    ClaimResult,
    read_claims,
    result_of,
)
from spacewheat_sim.engine.shaping.free_numbers import FreeNumbers
from spacewheat_sim.engine.shaping.rounding import plain
from spacewheat_sim.engine.shaping.search import search
from spacewheat_sim.engine.shaping.wishes import Wishes

# By what factor a number may change at most, if not told.
FACTOR = 10.0
# How near to the end of what the factor allows, in u, a number is at it.
END = 1e-6


@dataclass(frozen=True, repr=False)
class TuneResult(Tabular):
    """What tuning has found.

    Attributes:
        biome: The biome with the new numbers.
        changes: {path: (old, new)} of those that changed.
        claims: The claims with the new numbers.
        before: The claims with the old ones.
        holds: Whether all of them hold now.
        in_the_way: The claims that no numbers within the bounds were found to fulfil.
        bounded: Those changed numbers that the factor lets go no further.
        factor: By how much a number could be multiplied or divided.
    """

    biome: CompiledBiome = field(repr=False)
    changes: dict[str, tuple[float, float]]
    claims: tuple[ClaimResult, ...]
    before: tuple[ClaimResult, ...]
    holds: bool
    in_the_way: tuple[ClaimResult, ...]
    bounded: tuple[str, ...]
    factor: float

    def write(self) -> tuple[Path, ...]:
        """Write the new numbers into their files; every other byte stays.

        Returns:
            The files.

        Raises:
            ArgumentError: a number stands in no file.
        """
        new = {path: after for path, (_, after) in self.changes.items()}
        return write_numbers(self.biome.biome, new)

    def table(self) -> tuple[str, Sequence[str], Sequence[Sequence[Cell]]]:
        """See :class:`Tabular`."""
        rows: list[tuple[Cell, ...]] = [
            (path, old, new) for path, (old, new) in self.changes.items()
        ]
        for old, new in zip(self.before, self.claims, strict=True):
            verdict = "holds" if new.holds else "fails"
            rows.append((f"{new.claim} ({new.bound}, {verdict})", old.value, new.value))
        return "\n".join(self._said()), ("", "before", "after"), rows

    def _said(self) -> list[str]:
        """Return what was found, in sentences."""
        if self.holds:
            return ["All claims hold" + ("" if self.changes else " as it is")]
        said = [
            "No numbers were found that make all claims hold. "
            + (
                "Those that come nearest miss:"
                if self.changes
                else "No change brings them nearer. Missed:"
            )
        ]
        said += [
            f"  {own.claim} is {own.value:.4g}, claimed {own.bound}"
            for own in self.in_the_way
        ]
        if self.bounded:
            said.append(
                f"A factor of {self.factor:g} lets these go no further: "
                f"{', '.join(self.bounded)}."
            )
        return said


def tune(
    biome: CompiledBiome,
    claims: Sequence[Mapping[str, Any]] | None = None,
    free: Sequence[str] | str = (),
    *,
    factor: float = FACTOR,
) -> TuneResult:
    """Change as few numbers as little as it takes, until all claims hold.

    Gauss–Newton steps on Σ miss² with exact gradients, the numbers on logarithmic
    scales; then fewer and smaller changes, as long as all claims hold. Where none will
    do within the bounds, the numbers that miss least are returned, and ``in_the_way``
    says which claims they miss. Numbers that do not help stay as they were, and the
    others have no more digits than the claims need. The search is local, from the
    present numbers and from a few others.

    Args:
        biome: What :func:`spacewheat_sim.load_biome` returns; driven ones too.
        claims: Claims as mappings; the biome's own by default.
        free: Paths of the numbers that may change, with ``*`` for any name.
        factor: By how much a number may be multiplied or divided.

    Raises:
        ArgumentError: nothing is free, or nothing is claimed, or a claim is none.
        UnknownNameError: a path or a name that is not there.
        RunError: a run with the present numbers cannot be followed.

    Example:
        >>> from spacewheat_sim import load_biome, tune
        >>> egg = load_biome("decay_chain")
        >>> wish = {"population": "🐔", "at": 10, "value": {"at_least": 0.5}}
        >>> found = tune(egg, [wish], free=["🐥.*"])
        >>> found.holds, list(found.changes)
        (True, ['🐥.decay.rate'])
    """
    compiled = checked_instance(biome, CompiledBiome, "biome")
    numbers = FreeNumbers.of(compiled, free, factor)
    wishes = Wishes(read_claims(compiled, claims), numbers)
    before = wishes.present()
    if wishes.holds(before):
        return _result(wishes, numbers.values, before)
    u = search(wishes)
    at_end = np.minimum(u - numbers.low, numbers.high - u) <= END
    ends = [p for p, end in zip(numbers.paths, at_end, strict=True) if end]
    return _result(wishes, plain(wishes, u), before, ends)


def _result(
    wishes: Wishes,
    values: FloatArray,
    before: list[float],
    ends: Sequence[str] = (),
) -> TuneResult:
    free = wishes.free
    after = wishes.values(values)
    results = [
        tuple(result_of(c, v) for c, v in zip(wishes.claims, own, strict=True))
        for own in (after, before)
    ]
    changes = {
        path: (float(old), float(new))
        for path, old, new in zip(free.paths, free.values, values, strict=True)
        if new != old
    }
    failed = tuple(result for result in results[0] if not result.holds)
    return TuneResult(
        free.applied(values),
        changes,
        results[0],
        results[1],
        not failed,
        failed,
        tuple(path for path in ends if path in changes),
        free.factor,
    )
