"""Whether what an author claims of a biome is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.content.claims.bound import Bound
from spacewheat_sim.content.claims.rules import claim_violations
from spacewheat_sim.content.problems import Problem as ContentProblem
from spacewheat_sim.content.schema_errors import first_problem
from spacewheat_sim.content.yaml.document import YamlDocument
from spacewheat_sim.engine.bath.arguments import checked_items
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.evaluate import evaluate
from spacewheat_sim.engine.quantities.problem import Problem, check_names
from spacewheat_sim.errors import ArgumentError, SpacewheatError


@dataclass(frozen=True)
class ClaimResult:
    """A claim beside what is true.

    Attributes:
        claim: The quantity, in words.
        value: Its value.
        bound: What it is to be, in words.
        holds: Whether it is.
    """

    claim: str
    value: float
    bound: str
    holds: bool

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "FAILS"
        return f"{verdict}: {self.claim} is {self.value:.6g}, claimed {self.bound}"


def check_claims(
    biome: CompiledBiome, claims: Sequence[Asked] | None = None
) -> tuple[ClaimResult, ...]:
    """Return each claim with its value, on the mean of all runs.

    Args:
        biome: A loaded biome.
        claims: Instead of the biome's own.
    """
    asked = biome.biome.claims if claims is None else tuple(claims)
    values = evaluate(Problem.of(biome), asked)
    pairs = zip(asked, values, strict=True)
    return tuple(result_of(claim, value) for claim, value in pairs)


def values_or_errors(
    problem: Problem, claims: Sequence[Asked]
) -> list[ClaimResult | SpacewheatError]:
    """Return each claim with its value, or why it has none.

    A claim has none where, for example, it is of a steady state that is not unique.
    """
    try:
        values = evaluate(problem, claims)
    except SpacewheatError as error:
        if len(claims) == 1:
            return [error]
        # Each by itself, so that the others keep their values.
        return [one for own in claims for one in values_or_errors(problem, [own])]
    return [result_of(own, value) for own, value in zip(claims, values, strict=True)]


def claims_in(
    document: YamlDocument, biome: CompiledBiome
) -> tuple[tuple[ClaimResult, ...], tuple[ContentProblem, ...]]:
    """Return the claims of a biome's file that have a value, and what others lack."""
    found = values_or_errors(Problem.of(biome), biome.biome.claims)
    problems = tuple(
        document.problem(
            ("claims", number),
            str(error).rstrip("."),
            "a claim that has a value",
            kind="meaningless",
            rule="claim-without-value",
        )
        for number, error in enumerate(found)
        if isinstance(error, SpacewheatError)
    )
    return tuple(own for own in found if isinstance(own, ClaimResult)), problems


def result_of(claim: Asked, value: float) -> ClaimResult:
    """Return a claim beside its value."""
    bound = bound_of(claim)
    return ClaimResult(str(claim), value, str(bound), bound.holds(value))


def bound_of(claim: Asked) -> Bound:
    """Return the bound of a checked claim."""
    assert claim.bound is not None  # noqa: S101 - claims are checked when they are read
    return claim.bound


def read_claims(biome: CompiledBiome, claims: object) -> tuple[Asked, ...]:
    """Return claims that were given as mappings; None means the biome's own.

    Raises:
        ArgumentError: there are none, or one is no claim.
        UnknownNameError: one names what is not in the biome.
    """
    if claims is None:
        found = biome.biome.claims
    else:
        given = checked_items(claims, "claims", "mappings")
        found = tuple(_read(claim, number) for number, claim in enumerate(given))
    if not found:
        name = biome.biome.key or biome.biome.name
        raise ArgumentError(
            f"{name} claims nothing: give `claims`, or write them in its file"
        )
    problem = Problem.of(biome)
    for claim in found:
        check_names(problem, claim)
    return found


def _read(claim: object, number: int) -> Asked:
    where = f"claims[{number}]"
    if isinstance(claim, Asked):
        return claim
    if not isinstance(claim, Mapping):
        raise ArgumentError(f"{where} must be a mapping, but is {claim!r:.60}")
    try:
        asked = Asked.model_validate(dict(claim))
    except ValidationError as error:
        place, said = first_problem(Asked, error)
        raise ArgumentError(f"{where}.{place}: {said}") from None
    for violation in claim_violations(asked):
        raise ArgumentError(f"{where}: {violation.message}; wanted {violation.wanted}")
    return asked
