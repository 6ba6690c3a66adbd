"""The terms of a biome as a graph for Graphviz."""

from __future__ import annotations

import json

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.content.terms import Term, TermKind, biome_terms

LINES: dict[TermKind, str] = {
    "coupling": "dashed",
    "pair_coupling": "dotted",
    "alignment": "bold",
}


def biome_graph(biome: Biome, registry: IconRegistry) -> str:
    """Return DOT text: an arrow per jump, a dashed line per pair of coupled emojis.

    A line is labeled with the entry of the Hamiltonian: half of the coupling of each
    side, with that of the second side conjugated. In a register the poles of an axis
    share a box, pair couplings are dotted, alignments bold, and arrows tell their
    gates.
    """
    icons = resolve_icons(biome, registry)
    terms = biome_terms(biome, icons.values()).present
    lines = [f"digraph {_quoted(biome.name)} {{", "  node [shape=circle];"]
    nodes = []
    for emoji, key in zip(biome.members, biome.emoji_keys, strict=True):
        label = f", tooltip={_quoted(icons[key].name)}" if key in icons else ""
        nodes.append(f"  {_quoted(key)} [label={_quoted(emoji)}{label}];")
    lines += _boxes(nodes) if biome.register_axes else nodes
    for kind, style in LINES.items():
        for (source, target), energy in _pair_energies(terms, kind).items():
            value = f"{energy.real:.4g}" if energy.imag == 0 else f"{energy:.4g}"
            lines.append(
                f"  {_quoted(source)} -> {_quoted(target)} "
                f'[dir=none, style={style}, label="{value}"];'
            )
    lines.extend(
        f"  {_quoted(term.source)} -> {_quoted(term.target)} "
        f"[label={_quoted(f'{term.rate:.4g}/s{_gates(term)}')}];"
        for term in terms
        if term.is_jump
    )
    return "\n".join([*lines, "}"]) + "\n"


def _boxes(nodes: list[str]) -> list[str]:
    """Return the nodes of a register's poles with a box around each axis."""
    lines = []
    for axis in range(0, len(nodes), 2):
        lines.append(f"  subgraph cluster_{axis // 2} {{")
        lines += [f"  {node}" for node in nodes[axis : axis + 2]]
        lines.append("  }")
    return lines


def _gates(term: Term) -> str:
    gates = ("when", term.when), ("unless", term.unless)
    return "".join(f" {name} {gate}" for name, gate in gates if gate is not None)


def _pair_energies(
    terms: tuple[Term, ...], kind: TermKind
) -> dict[tuple[str, str], complex]:
    """Return the energy in rad/s of each pair (i, j), i being the first icon.

    Of couplings it is H_ij: half of what each side declares. An alignment is whole.
    """
    share = 1.0 if kind == "alignment" else 0.5
    pairs: dict[tuple[str, str], complex] = {}
    for term in terms:
        if term.kind != kind:
            continue
        pair, value = (term.source, term.target), complex(term.value) * share
        if pair[::-1] in pairs:
            # Both on from both off is the same from either side.
            pairs[pair[::-1]] += value if kind != "coupling" else value.conjugate()
        else:
            pairs[pair] = pairs.get(pair, 0) + value
    return pairs


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
