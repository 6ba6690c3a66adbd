"""A static biome and a changing one, small enough to be followed exactly."""

from __future__ import annotations

from pathlib import Path

from spacewheat_sim import load_biome
from spacewheat_sim.engine.compile import CompiledBiome

STATIC = """\
schema: 1
name: Pond
emojis: [🌿, 🐇, 🐺, 🍂]   # grass, and what lives on it
initial: {emoji: 🌿}
icons:
  - {emoji: 🌿, name: Grass, couplings: {🐇: 0.4}}
  - emoji: 🐇
    name: Rabbit
    transfers_from: {🌿: 0.3}  # eats
    couplings: {🐺: {re: 0.5, im: 0.2}}
    self_energy: 0.2
  - {emoji: 🐺, name: Wolf, transfers_from: {🐇: 0.5}, decay: {rate: 0.2}}
  - {emoji: 🍂, name: Litter, transfers_to: {🌿: 0.3}}
"""

CHANGING = """\
schema: 1
name: Season
emojis: [🌿, 🐇, 🐺, 🍂]
initial: {weights: {🌿: 0.6, 🐇: 0.3, 🍂: 0.1}}
icons:
  - emoji: 🌿
    name: Grass
    couplings: {🐇: 0.4}
    drivers: [{rhythm: {shape: sine, period: 7, phase: 0.3}, amplitude: 0.6}]
  - emoji: 🐇
    name: Rabbit
    transfers_from: {🌿: {rate: 0.3, rhythm: {shape: cosine, period: 14}, depth: 0.8}}
    couplings: {🐺: {re: 0.2, im: 0.1}}
  - {emoji: 🐺, name: Wolf, transfers_from: {🐇: 0.5}, decay: {rate: 0.2}}
  - {emoji: 🍂, name: Litter, transfers_to: {🌿: 0.3}}
"""


def pond(folder: Path, text: str = STATIC, *, more: str = "") -> CompiledBiome:
    """Return a biome from a file in ``folder``."""
    file = folder / "pond.yaml"
    file.write_text(text + more, encoding="utf-8")
    return load_biome(file)
