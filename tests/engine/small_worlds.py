"""Small biomes with jumps, a driver and shared icons, for tests of worlds."""

from __future__ import annotations

from spacewheat_sim.choices import Method
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry

METHODS: tuple[Method, ...] = ("trajectory", "master", "spec")

WHEAT = Icon(
    emoji="🌾",
    name="Wheat",
    drivers=[{"shape": "cosine", "period": 2.5, "amplitude": 2.0}],
    couplings={"💀": 0.8, "🍂": {"re": 0.3, "im": 0.2}},
    decay={"rate": 0.6, "target": "🍂"},
)
SKULL = Icon(emoji="💀", name="Skull", transfers_to={"🍂": 0.5, "🌾": 0.7})
LEAF = Icon(emoji="🍂", name="Leaf", self_energy=0.5, transfers_to={"🌾": 0.9})
FISH = Icon(emoji="🐟", name="Fish", couplings={"🌿": 1.1}, dephasing=0.8)


def icons() -> IconRegistry:
    return IconRegistry([WHEAT, SKULL, LEAF, FISH])


def field(method: Method = "trajectory", **more: object) -> Biome:
    return Biome(
        name="field",
        emojis=("🌾", "💀", "🍂", "🪨"),
        initial={"weights": {"🌾": 0.3, "💀": 0.5, "🍂": 0.2}},
        evolution={"method": method},
        **more,
    )


def pond(method: Method = "trajectory") -> Biome:
    return Biome(name="pond", emojis=("🐟", "🌿"), evolution={"method": method})
