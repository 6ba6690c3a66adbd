"""Where probability can go in a level biome, and what follows from it alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.terms import BiomeTerms

# From each emoji, those that it leads to in one step.
Ways = Mapping[str, set[str]]


def ways_of(
    biome: Biome, terms: BiomeTerms, coupled: Iterable[tuple[str, str]]
) -> Ways:
    """Return where probability can go from each emoji in one step."""
    leads_to: dict[str, set[str]] = {key: set() for key in biome.emoji_keys}
    for a, b in coupled:
        leads_to[a].add(b)
        leads_to[b].add(a)
    for term in terms.present:
        if term.is_jump and term.rate > 0.0 and term.source != term.target:
            leads_to[term.source].add(term.target)
    return leads_to


def parts_of(leads_to: Ways) -> list[list[str]]:
    """Return the sets of emojis that terms join, whichever way they lead."""
    joined: dict[str, set[str]] = {key: set(ends) for key, ends in leads_to.items()}
    for key, ends in leads_to.items():
        for end in ends:
            joined[end].add(key)
    parts: list[list[str]] = []
    for key in leads_to:
        if not any(key in part for part in parts):
            together = _reached(key, joined)
            parts.append([other for other in leads_to if other in together])
    return parts


def traps_of(leads_to: Ways) -> list[list[str]]:
    """Return the sets of emojis that probability enters and never leaves."""
    reach = {key: _reached(key, leads_to) for key in leads_to}
    found: list[list[str]] = []
    for key in leads_to:
        closed = [other for other in leads_to if other in reach[key]]
        if closed not in found and all(reach[other] == reach[key] for other in closed):
            found.append(closed)
    return [
        closed
        for closed in found
        if any(k not in closed and closed[0] in reach[k] for k in leads_to)
    ]


def _reached(key: str, leads_to: Ways) -> frozenset[str]:
    """Return all emojis that some way from ``key`` comes to, itself too."""
    reached, waiting = {key}, [key]
    while waiting:
        for end in leads_to[waiting.pop()] - reached:
            reached.add(end)
            waiting.append(end)
    return frozenset(reached)
