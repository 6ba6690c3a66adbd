"""The terms of a biome as a graph for Graphviz."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import ResolvedIcon, resolve_icons
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.content.terms import Term, TermKind, biome_terms, pair_energies

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
    gates. A rhythm is a gray box with its period, and a gray line to each emoji whose
    energy it moves; arrows tell the rhythm that moves their rate, and by which share.
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
        for (source, target), energy in pair_energies(terms, kind).items():
            value = f"{energy.real:.4g}" if energy.imag == 0 else f"{energy:.4g}"
            lines.append(
                f"  {_quoted(source)} -> {_quoted(target)} "
                f'[dir=none, style={style}, label="{value}"];'
            )
    lines.extend(
        f"  {_quoted(term.source)} -> {_quoted(term.target)} "
        f"[label={_quoted(f'{term.rate:.4g}/s{_rhythm(term)}{_gates(term)}')}];"
        for term in terms
        if term.is_jump
    )
    lines += _rhythms(icons, terms, registry.rhythms)
    return "\n".join([*lines, "}"]) + "\n"


def _boxes(nodes: list[str]) -> list[str]:
    """Return the nodes of a register's poles with a box around each axis."""
    lines = []
    for axis in range(0, len(nodes), 2):
        lines.append(f"  subgraph cluster_{axis // 2} {{")
        lines += [f"  {node}" for node in nodes[axis : axis + 2]]
        lines.append("  }")
    return lines


def _rhythms(
    icons: Mapping[str, ResolvedIcon],
    terms: Iterable[Term],
    known: Mapping[str, Rhythm],
) -> list[str]:
    """Return a box for each rhythm that is used, and lines to the energies it moves."""
    used: dict[str, Rhythm | None] = {}
    lines = []
    for key, icon in icons.items():
        for driver in icon.drivers:
            name = _note(driver.rhythm, used, known)
            lines.append(
                f"  {_quoted(name)} -> {_quoted(key)} [arrowhead=dot, color=gray, "
                f'label="energy {driver.amplitude:+.4g} rad/s"];'
            )
    for term in terms:
        if term.rhythm is not None:
            _note(term.rhythm, used, known)
    return [*_rhythm_boxes(used), *lines]


def _note(
    rhythm: str | Rhythm, used: dict[str, Rhythm | None], known: Mapping[str, Rhythm]
) -> str:
    """Take a rhythm into ``used``; return what its box is called."""
    name = f"rhythm {rhythm}"
    used[name] = known.get(rhythm) if isinstance(rhythm, str) else rhythm
    return name


def _rhythm_boxes(used: Mapping[str, Rhythm | None]) -> list[str]:
    lines = []
    for name, rhythm in used.items():
        said = name.removeprefix("rhythm ")
        if rhythm is not None and str(rhythm) != said:
            said = f"{said}: {rhythm}"
        lines.append(
            f"  {_quoted(name)} [shape=box, color=gray, label={_quoted(said)}];"
        )
    return lines


def _rhythm(term: Term) -> str:
    if term.rhythm is None:
        return ""
    share = "" if term.depth == 1.0 else f" (depth {term.depth:g})"
    return f" {term.rhythm}{share}"


def _gates(term: Term) -> str:
    gates = ("when", term.when), ("unless", term.unless)
    return "".join(f" {name} {gate}" for name, gate in gates if gate is not None)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
