"""The terms of a biome as a graph for Graphviz."""

from __future__ import annotations

import json

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.content.terms import biome_terms, pair_energies


def biome_graph(biome: Biome, registry: IconRegistry) -> str:
    """Return DOT text: an arrow per jump, a dashed line per pair of coupled emojis.

    A line is labeled with the entry of the Hamiltonian: half of the coupling of each
    side, with that of the second side conjugated.
    """
    icons = resolve_icons(biome, registry)
    terms = biome_terms(biome, icons.values()).present
    lines = [f"digraph {_quoted(biome.name)} {{", "  node [shape=circle];"]
    for emoji, key in zip(biome.emojis, biome.emoji_keys, strict=True):
        label = f", tooltip={_quoted(icons[key].name)}" if key in icons else ""
        lines.append(f"  {_quoted(key)} [label={_quoted(emoji)}{label}];")
    for (source, target), energy in pair_energies(terms).items():
        value = f"{energy.real:.4g}" if energy.imag == 0 else f"{energy:.4g}"
        lines.append(
            f"  {_quoted(source)} -> {_quoted(target)} "
            f'[dir=none, style=dashed, label="{value}"];'
        )
    lines.extend(
        f"  {_quoted(term.source)} -> {_quoted(term.target)} "
        f'[label="{term.rate:.4g}/s"];'
        for term in terms
        if term.is_jump
    )
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
