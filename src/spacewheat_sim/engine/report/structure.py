"""What a biome is made of: parts, traps, and what does nothing in it."""

from __future__ import annotations

from collections.abc import Iterator

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.checks.ways import parts_of, traps_of, ways_of
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.content.terms import BiomeTerms, biome_terms, pair_energies
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.report.section import Section, listed


def structure(compiled: CompiledBiome) -> Section:
    """Return which emojis are connected, and where probability stays for good."""
    biome = compiled.biome
    icons = resolve_icons(biome, compiled.registry)
    terms = biome_terms(biome, icons.values())
    jumps = sum(term.is_jump for term in terms.present)
    counts = (
        (len(compiled.emojis), "emoji"),
        (len(terms.present) - jumps, "coupling"),
        (jumps, "jump"),
    )
    said = [f"{n} {noun}" + "s" * (n != 1) for n, noun in counts]
    lines = [f"{listed(said)}."]
    if biome.register_axes:
        lines += _register_lines(biome)
    else:
        lines += _level_lines(biome, terms)
    if compiled.inert:
        lines.append(f"Without an icon, and so inert: {' '.join(compiled.inert)}.")
    dropped = len(compiled.dropped)
    if dropped:
        noun = "1 term is" if dropped == 1 else f"{dropped} terms are"
        lines.append(f"{noun} dropped, because the partner is not in the biome.")
    return Section("What it is made of", tuple(lines))


def _register_lines(biome: Biome) -> Iterator[str]:
    axes = [f"{axis.north}/{axis.south}" for axis in biome.register_axes]
    yield f"A register: each of the axes {listed(axes)} is a qubit of its own."


def _level_lines(biome: Biome, terms: BiomeTerms) -> Iterator[str]:
    coupled = [pair for pair, c in pair_energies(terms.present).items() if c]
    ways = ways_of(biome, terms, coupled)
    authored = dict(zip(biome.emoji_keys, biome.emojis, strict=True))
    shown = [" ".join(authored[key] for key in part) for part in parts_of(ways)]
    if len(shown) == 1:
        yield "All emojis are connected."
    else:
        yield f"It has {len(shown)} parts that no term connects: {listed(shown)}."
    traps = [" ".join(authored[key] for key in trap) for trap in traps_of(ways)]
    for trap in traps:
        yield f"Trap: probability that enters {trap} never leaves."
    if not traps:
        yield "No traps: probability that leaves an emoji can come back."
