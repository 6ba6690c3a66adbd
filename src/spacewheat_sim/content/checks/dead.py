"""What makes a level biome dead: parts, traps, and terms that change nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.checks.ways import Ways, parts_of, traps_of, ways_of
from spacewheat_sim.content.problems import KeyPath, Problem
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import ResolvedIcon, resolve_icons
from spacewheat_sim.content.terms import BiomeTerms, biome_terms, pair_energies
from spacewheat_sim.content.yaml.document import YamlDocument

# A rule, its place, what is wrong and what is wanted.
DeadEnd = tuple[str, KeyPath, str, str]


def dead_content(
    document: YamlDocument, biome: Biome, registry: IconRegistry
) -> Iterator[Problem]:
    """Yield a warning for each thing that keeps a part of ``biome`` from changing."""
    icons = resolve_icons(biome, registry)
    terms = biome_terms(biome, icons.values())
    energies = pair_energies(terms.present)
    coupled = {pair for pair, energy in energies.items() if energy}
    warnings = (
        # Couplings that add up to 0 are a warning of their own.
        *_lonely(biome, icons, ways_of(biome, terms, energies)),
        *_traps(biome, ways_of(biome, terms, coupled)),
        *_canceled(biome, terms),
        *_mostly_dropped(terms),
        *_idle_drivers(biome, icons, coupled),
        *_repeated_axes(biome),
    )
    for rule, key_path, message, wanted in warnings:
        yield document.problem(
            key_path,
            message,
            wanted,
            kind="meaningless",
            rule=rule,
            severity="warning",
        )


def _lonely(
    biome: Biome, icons: Mapping[str, ResolvedIcon], leads_to: Ways
) -> Iterator[DeadEnd]:
    """Yield emojis that nothing joins to others, and parts that nothing joins."""
    parts = parts_of(leads_to)
    for part in parts:
        key = part[0]
        if len(part) == 1 and len(biome.emojis) > 1 and key in icons:
            yield (
                "isolated",
                _place(biome, key),
                f"nothing leads from {_shown(biome, part)} or to it",
                "a coupling or a transfer to another emoji",
            )
    joined = [part for part in parts if len(part) > 1]
    if len(joined) > 1:
        listed = " and ".join(_shown(biome, part) for part in joined)
        yield (
            "disconnected",
            ("emojis",),
            f"the biome falls into {len(joined)} parts that share no term: {listed}",
            "a term from one part to the other",
        )


def _traps(biome: Biome, leads_to: Ways) -> Iterator[DeadEnd]:
    """Yield sets of emojis that probability enters and never leaves."""
    for closed in traps_of(leads_to):
        yield (
            "trap",
            _place(biome, closed[0]),
            f"probability that comes to {_shown(biome, closed)} never leaves",
            "a term that leads back, unless this is the end of all",
        )


def _canceled(biome: Biome, terms: BiomeTerms) -> Iterator[DeadEnd]:
    for (a, b), energy in pair_energies(terms.present).items():
        if energy == 0.0:
            yield (
                "canceled-coupling",
                _place(biome, a),
                f"the couplings of {_shown(biome, [a, b])} add up to 0",
                "the same number on both sides (a complex one conjugated), or one side",
            )


def _mostly_dropped(terms: BiomeTerms) -> Iterator[DeadEnd]:
    kept, dropped = len(terms.present), len(terms.dropped)
    if dropped > kept:
        yield (
            "mostly-dropped",
            ("emojis",),
            f"{dropped} of {kept + dropped} terms lack a partner and are dropped",
            "emojis that have to do with each other",
        )


def _idle_drivers(
    biome: Biome,
    icons: Mapping[str, ResolvedIcon],
    coupled: Iterable[tuple[str, str]],
) -> Iterator[DeadEnd]:
    """Yield emojis whose changing energy nobody feels."""
    felt = {key for pair in coupled for key in pair}
    for key, icon in icons.items():
        if any(driver.amplitude for driver in icon.drivers) and key not in felt:
            yield (
                "idle-driver",
                _place(biome, key),
                f"the drivers of {icon.emoji} change nothing: nothing is coupled to it",
                "a coupling, or no driver",
            )


def _repeated_axes(biome: Biome) -> Iterator[DeadEnd]:
    seen: dict[tuple[str, str], int] = {}
    for position, axis in enumerate(biome.axes):
        pair = axis.north, axis.south
        if seen.setdefault(pair, position) != position:
            yield (
                "repeated-axis",
                ("axes", position),
                f"the axis {axis.north}/{axis.south} is there already",
                "each axis once",
            )


def _place(biome: Biome, key: str) -> KeyPath:
    return "emojis", biome.emoji_keys.index(key)


def _shown(biome: Biome, keys: Iterable[str]) -> str:
    """Return emojis as the biome shows them."""
    authored = dict(zip(biome.emoji_keys, biome.emojis, strict=True))
    return " ".join(authored[key] for key in keys)
