"""Record the golden playthroughs again, which is done on purpose only.

    python tools/record_playthroughs.py [FOLDER]

``FOLDER`` is ``tests/playthroughs`` unless another is given. Each playthrough becomes
two files: its session log, and beside it what must come of it as JSON (the events, the
harvests and the last populations). They hold on every machine, to the last bit.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

from spacewheat_sim import World
from spacewheat_sim.choices import Method
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.files import list_biomes
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.world.commands import (
    ApplyGate,
    Collapse,
    Command,
    EditBiome,
    EditIcon,
    Harvest,
    Look,
    Measure,
    Plant,
    Remove,
    SetStep,
)
from spacewheat_sim.engine.world.events import WorldEvent, world_event_record
from spacewheat_sim.jsonio import pretty_json

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "playthroughs"


class Player:
    """Plays a world, and keeps all that happens in it."""

    def __init__(self, log: SessionLog, world: World) -> None:
        self.world = world
        self.events: list[WorldEvent] = []
        self._log = log
        log.begin(world)

    def run(self, ticks: int, *commands: Command) -> None:
        """Do ``ticks`` ticks, the first of them with ``commands``."""
        self.events += self._log.tick(self.world, commands)
        for _ in range(ticks - 1):
            self.events += self._log.tick(self.world)

    def give(self, *commands: Command) -> None:
        """Give ``commands`` while time stands still."""
        self.events += self._log.obey(self.world, commands)


def forest(log: SessionLog) -> Player:
    """Plant, measure in every way, edit an icon, and harvest."""
    player = Player(log, World(["forest_small"], seed=11, dt=1 / 10))
    name = "forest_small"
    player.give(Plant(name, 1, "🐺", "🐇"), Plant(name, 2, "🌿", "🍂"))
    player.run(300, Plant(name, "trees", "🌳", "🌲"))
    player.run(120, Measure(1), Look(2))
    (rabbit,) = (icon for icon in player.world.icons if icon.emoji == "🐇")
    player.give(Measure("trees", "weak", 0.3))
    player.give(EditIcon(rabbit.model_copy(update={"self_energy": 2.5})), Look(1))
    player.run(600, Harvest(2))
    player.run(180, Measure("trees", "projective"), Plant(name, 2, "💧", "🌿"))
    player.run(300, Harvest(1), Remove("trees"))
    player.run(300, Harvest(2))
    return player


def market(log: SessionLog) -> Player:
    """Go through every method and three lengths of a tick."""
    player = Player(log, World(["market"], seed=5, dt=1 / 10))
    before = player.world.biomes["market"]
    player.run(240, Plant("market", 1, "🐂", "🐻"), Plant("market", 2, "💰", "📦"))
    player.run(120, EditBiome("market", _under(before, "master")), Measure(1))
    player.give(SetStep(1 / 15), Look(2))
    player.run(240, Measure(2, "weak"))
    player.run(300, EditBiome("market", _under(before, "trajectory")))
    player.run(120, SetStep(1 / 40), EditBiome("market", _under(before, "spec")))
    player.run(60, Harvest(1))
    player.run(60, Harvest(2))
    return player


def neighbors(log: SessionLog) -> Player:
    """Collapse in one biome, wholly and in part, beside another one; then restart."""
    names = ["kitchen", "biotic_flux"]
    first = Player(log, World(names, seed=1, dt=1 / 10))
    first.run(100, Collapse("kitchen", "🌾"), Collapse("biotic_flux", "🍄", 0.6))
    player = Player(log, World(names, seed=2, dt=1 / 10))
    player.events = first.events
    player.give(Plant("kitchen", 1, "🔥", "❄"), Plant("biotic_flux", 2, "🌾", "💀"))
    player.run(400, Collapse("biotic_flux", "🌾", 0.8))
    player.run(400, Collapse("kitchen", "🔥"), Measure(2))
    player.run(200, Harvest(1), Harvest(2))
    player.run(200, Collapse("biotic_flux", "🍂"))
    return player


def farm(log: SessionLog) -> Player:
    """Entangle two axes of a register by gates, measure, collapse, change methods."""
    names = ["qubit_farm", "bell_pair"]
    player = Player(log, World(names, seed=8, dt=1 / 10))
    sun, crop, rain = ("☀", "🌙"), ("🌾", "🌱"), ("🌧", "🌵")
    player.give(Plant("qubit_farm", 1, *sun), Plant("qubit_farm", 2, *crop))
    player.run(60, ApplyGate("qubit_farm", "H", sun))
    player.run(60, ApplyGate("qubit_farm", "CNOT", sun, crop), Look(2))
    player.run(60, Measure(1, "weak", 0.4), ApplyGate("qubit_farm", "X", rain))
    before = player.world.biomes["qubit_farm"]
    player.run(60, EditBiome("qubit_farm", _under(before, "master")))
    player.run(60, ApplyGate("qubit_farm", "RY", crop, angle=0.7), Measure(2))
    player.run(60, Collapse("qubit_farm", "🦗", 0.5))
    ball, gem = ("🔮", "💤"), ("💎", "🪨")
    player.give(ApplyGate("bell_pair", "H", ball))
    player.give(ApplyGate("bell_pair", "CNOT", ball, gem))
    player.run(10, Plant("bell_pair", "gem", *gem), Measure("gem", "projective"))
    player.run(10, ApplyGate("bell_pair", "CNOT", ball, ball))
    return player


def every_act(log: SessionLog, biome: str) -> Player:
    """Do all that players can do in one biome, under the method it is authored with."""
    player = Player(log, World([biome], seed=4, dt=1 / 10))
    (name,) = player.world.baths
    content, emojis = player.world.biomes[name], player.world.baths[name].emojis
    axes = [(axis.north, axis.south) for axis in content.axes] or [emojis[:2]]
    first, last = axes[0], axes[-1]
    player.give(Plant(name, 1, *first), Plant(name, 2, *last))
    player.run(60, Measure(1, "projective"), Measure(2, "weak", 0.4), Look(1))
    player.run(60, Measure(1), Collapse(name, last[0], 0.7))
    player.run(60, SetStep(1 / 12), Harvest(1), Remove(2))
    player.run(60, Collapse(name, max(player.world.baths[name].probabilities())))
    player.run(30, Plant(name, 1, *last), Look(1), Harvest(1))
    return player


def _under(biome: Biome, method: Method) -> Biome:
    """Return ``biome`` with another method."""
    evolution = biome.evolution.model_copy(update={"method": method})
    return biome.model_copy(update={"evolution": evolution})


PLAYTHROUGHS: dict[str, Callable[[SessionLog], Player]] = {
    "forest": forest,
    "market": market,
    "neighbors": neighbors,
    "farm": farm,
    **{
        f"every_act_in_{biome.key}": partial(every_act, biome=biome.key)
        for biome in list_biomes()
    },
}


def outcome(player: Player) -> dict[str, object]:
    """Return what came of a playthrough, as JSON-ready data."""
    world = player.world
    return {
        "events": [world_event_record(event) for event in player.events],
        "inventory": dict(world.inventory),
        "populations": {
            name: bath.probabilities() for name, bath in world.baths.items()
        },
    }


def record(name: str, folder: Path) -> None:
    """Play ``name`` and write its two files into ``folder``."""
    path = folder / f"{name}.jsonl"
    path.unlink(missing_ok=True)
    with SessionLog(path) as log:
        player = PLAYTHROUGHS[name](log)
        log.end(player.world)
    text = pretty_json(outcome(player))
    path.with_suffix(".json").write_text(text, encoding="utf-8")
    print(f"{path.name}: {player.world.tick_count} ticks, {len(player.events)} events")


def main() -> None:
    """Record all playthroughs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in PLAYTHROUGHS:
        record(name, folder)


if __name__ == "__main__":
    main()
