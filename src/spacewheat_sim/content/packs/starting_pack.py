"""A pack for authors to start from, which runs as it is."""

from __future__ import annotations

import os
from pathlib import Path

from spacewheat_sim.content.schema.files import builtin_schema_text, schema_name
from spacewheat_sim.content.starting_files import title_of, write_folder
from spacewheat_sim.errors import ArgumentError

_ICONS = """\
# yaml-language-server: $schema=icon.schema.json
# Icons of this pack. They come before the built-in ones of the same emoji.
schema: 1
icons:
  - emoji: 🐌
    name: Snail
    description: Slow, and always hungry for leaves at night.
    tags: [fauna, herbivore]
    trophic_level: 2
    self_energy: 0.01                   # rad/s
    couplings: {🌿: 0.3}                # rad/s; probability swings back and forth
    transfers_from:                     # 1/s; jumps from another emoji to this one
      🌿: {rate: 0.1, rhythm: night, depth: 0.9}   # a rate that changes in a rhythm
    decay: {rate: 0.02}                 # 1/s; to 🍂
"""
_RHYTHMS = """\
# yaml-language-server: $schema=icon.schema.json
# Functions of time that icons use by name.
schema: 1
rhythms:
  night: {shape: cosine, period: 20, phase: 3.141592653589793}   # s, rad
"""
_LAYER = """\
# yaml-language-server: $schema=icon.schema.json
# Icons in a layer of their own add to those of the same emoji in other layers, times
# the weight that a biome gives this layer.
schema: 1
layer: rain
icons:
  - emoji: 🌿
    name: Wet Green
    description: After rain, leaves grow from water.
    transfers_from: {💧: 0.2}
  - emoji: 💧
    name: Rain Water
    description: Rain washes away what has fallen.
    transfers_from: {🍂: 0.1}
"""
_BIOME = """\
# yaml-language-server: $schema=biome.schema.json
# `spacewheat content check DIR` reports problems of a whole pack.
schema: 1
name: NAME
description: A snail between leaves and rain.
emojis: [☀, 💧, 🌿, 🐌, 🍂]
initial:
  weights: {💧: 0.5, 🌿: 0.3, 🐌: 0.2}  # relative; the others start at 0
layers: {base: 1.0, rain: 0.5}          # weights; 0 leaves a layer out
axes:
  - {north: 🌿, south: 🐌}
"""


def write_starting_pack(folder: Path) -> tuple[Path, ...]:
    """Write a valid pack with icons, a rhythm, a layer and a biome, and their schemas.

    Args:
        folder: The pack to be, which must not exist, in a folder that does.

    Returns:
        The files, without the schemas that they name.

    Raises:
        ArgumentError: It exists, its parent does not, or its name is invalid.
        RunError: It cannot be written.
    """
    title = title_of(folder.name)
    if os.path.lexists(folder):
        raise ArgumentError(f"{folder} already exists; choose another name")
    texts = {
        Path("icons/icons.yaml"): _ICONS,
        Path("icons/rhythms.yaml"): _RHYTHMS,
        Path("icons/rain.yaml"): _LAYER,
        Path(f"biomes/{folder.name}.yaml"): _BIOME.replace("NAME", title),
    }
    schemas = {
        Path("icons") / schema_name("icon"): builtin_schema_text("icon"),
        Path("biomes") / schema_name("biome"): builtin_schema_text("biome"),
    }
    write_folder(folder, {**texts, **schemas})
    return tuple(folder / place for place in texts)
