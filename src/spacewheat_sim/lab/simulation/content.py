"""The biome of a run as one file, which depends on no pack and no other file."""

from __future__ import annotations

from pathlib import Path

from spacewheat_sim.content.packs.biome_file import read_biome_file
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.content.yaml.writer import biome_yaml
from spacewheat_sim.engine.compile import CompiledBiome, compile_biome
from spacewheat_sim.jsonio import canonical_json, digest


def composed_text(compiled: CompiledBiome) -> str:
    """Return a biome with every icon that acts in it, as the text of a YAML file."""
    icons = resolve_icons(compiled.biome, compiled.registry)
    return biome_yaml(compiled.biome, icons.values(), compiled.registry.rhythms)


def read_composed(path: Path, key: str) -> CompiledBiome:
    """Return the biome of :func:`composed_text`, with no icons but its own.

    Args:
        path: Its file.
        key: The biome's key, after which its random stream is named.

    Raises:
        ContentError: the file is invalid; it lists every problem.
    """
    registry = IconRegistry()
    biome = read_biome_file(path, registry)
    return compile_biome(biome.with_fields(key=key), registry)


def content_digest(compiled: CompiledBiome) -> str:
    """Return the SHA-256 of the biome, but for its ``meta``, and of its icons."""
    icons = resolve_icons(compiled.biome, compiled.registry)
    content = {
        "biome": compiled.biome.model_dump(mode="json", exclude={"source", "meta"}),
        "icons": [
            [icon.model_dump(mode="json"), weight]
            for resolved in icons.values()
            for icon, weight in resolved.parts
        ],
    }
    return digest(canonical_json(content))
