"""Print a digest of what comes of play, to the last bit: worlds, attempts, sessions.

    python tools/play_digests.py [PART]… > before.txt

is for what players do what ``tools/run_digests.py`` is for runs. Parts are ``methods``,
``registers``, ``edits``, ``attempts``, ``episodes``, ``histories``, ``sandbox`` and
``sessions``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from run_digests import digest
from spacewheat_sim import World, load_biome
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.claims.asked import Asked
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.engine.challenges.many.episodes import EpisodeBatch
from spacewheat_sim.engine.challenges.play import attempt
from spacewheat_sim.engine.challenges.policies.random_moves import RandomMoves
from spacewheat_sim.engine.quantities.histories import evaluate_histories
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import Compared, replay
from spacewheat_sim.engine.world.commands import (
    ApplyGate,
    Collapse,
    EditBiome,
    EditNumber,
    EditRhythm,
    Harvest,
    Look,
    Measure,
    Plant,
    Remove,
    SetStep,
    SetWeight,
)
from spacewheat_sim.sandbox.launch import play

Lines = Iterator[tuple[str, str]]
PLAYTHROUGHS = Path(__file__).resolve().parents[1] / "tests/playthroughs"
METHODS = ("master", "trajectory", "spec", "master", "trajectory")
ASKED = [
    {"population": "🐇", "over": [0, 4], "mean": None},
    {"coherence": "🌿/🐇", "over": [0, 4], "max": None},
    {"jumps": "🐇→🐺", "over": [0, 8]},
    {"first": "🐇→🐺", "before": 8},
]


def under(biome: Biome, method: Any) -> Biome:
    """Return ``biome`` with another method."""
    evolution = biome.evolution.model_copy(update={"method": method})
    return biome.model_copy(update={"evolution": evolution})


def methods() -> Lines:
    """Yield worlds whose state is carried over from method to method as they run."""
    for name in ("forest", "biotic_flux", "kitchen", "catalyst"):
        world = World([name], seed=3, dt=1 / 10)
        content, seen = world.biomes[name], [world.run(2.0)]
        for method in METHODS:
            if method == "spec" and content.register_axes:
                continue
            seen.append(world.tick([EditBiome(name, under(content, method))]))
            seen.append(world.run(1.0))
            seen.append(world.baths[name].density_matrix())
        yield name, digest(seen, world.digest())


def registers() -> Lines:
    """Yield worlds of registers: gates, measurements, harvests, axes that join."""
    for name in ("qubit_farm", "catalyst", "bell_pair"):
        for method in ("trajectory", "master"):
            world = World([under(load_biome(name).biome, method)], seed=5, dt=1 / 10)
            yield f"{name}, {method}", digest(_played(world, name), world.digest())


def _played(world: World, name: str) -> list[Any]:
    content, (first, second, *_) = world.biomes[name], world.baths[name].operators.axes
    axes = content.register_axes
    more = axes[0].model_copy(update={"north": "🪁", "south": "🪃", "harvest": "🪁"})
    larger = content.model_copy(update={"register_axes": (*axes, more)})
    acts: list[list[Any]] = [
        [Plant(name, 1, *first), Plant(name, 2, *second)],
        [ApplyGate(name, "H", first), ApplyGate(name, "CNOT", first, second)],
        [ApplyGate(name, "RX", second, angle=0.7), Measure(1, "game", 0.3), Look(2)],
        [ApplyGate(name, "ISWAP", second, first), Measure(2, "weak", 0.4), Look(1)],
        [EditBiome(name, larger), ApplyGate(name, "RY", ("🪁", "🪃"), angle=1.1)],
        [ApplyGate(name, "CZ", ("🪁", "🪃"), first), Collapse(name, second[0], 0.6)],
        [Plant(name, 3, "🪁", "🪃"), Measure(3, "projective"), Harvest(3)],
        [Remove(3), EditBiome(name, content), Measure(1), Harvest(2)],
    ]
    seen: list[Any] = []
    for act in acts:
        seen += [world.tick(act), world.run(0.5), world.baths[name].probabilities()]
        seen += [world.project(name, *axis).bloch for axis in (first, second)]
    return seen


def edits() -> Lines:
    """Yield a world whose numbers, rhythms, layers and steps change as it runs."""
    world = World(["night_shift", "forest", "tidal_pool"], seed=2, dt=1 / 10)
    seen = [world.run(2.0)]
    for act in (
        EditNumber("forest", "🐺.transfers_from.🐇", 0.5),
        EditRhythm("night", Rhythm(shape="pulse", period=7.0, duty=0.3)),
        EditRhythm("day", Rhythm(shape="sine", period=9.0, phase=0.4)),
        SetWeight("forest", "base", 0.7),
        SetStep(1 / 7),
        EditRhythm("tide", Rhythm(shape="ramp", over=11.0)),
    ):
        seen += [world.tick([act]), world.run(1.5)]
    back = World.restore(world.snapshot())
    yield "world", digest(seen, world.digest(), back.run(1.0), back.digest())


def attempts() -> Lines:
    """Yield what random moves come to in every built-in challenge, with its score."""
    for challenge in Library().challenges:
        compiled = load_challenge(challenge.key)
        episodes = [Episode(compiled, 3, number) for number in range(2)]
        results = [attempt(episode, RandomMoves(3)) for episode in episodes]
        worlds = [episode.world.digest() for episode in episodes]
        yield challenge.key, digest(results, worlds)


def episodes() -> Lines:
    """Yield the scores and quantities of many attempts side by side."""
    for key in ("first_harvest", "make_a_pair", "wolf_and_rabbits"):
        many = EpisodeBatch(load_challenge(key), 24)
        many.begin(np.arange(24), list(range(24)), [0] * 24)
        draws, seen = np.random.default_rng(1), []
        while not many.are_over.all():
            masks = many.masks()
            chances = np.where(masks, draws.random(masks.shape), -1.0)
            many.step(np.argmax(chances, axis=1))
            seen += [many.scores(), many.values()]
        yield key, digest(*seen)


def histories() -> Lines:
    """Yield the rows of a sweep over single histories."""
    asked = [Asked.model_validate(each) for each in ASKED]
    rows = evaluate_histories(load_biome("forest"), asked, 5, 0, 40, 0.1)
    yield "forest", digest(rows)


def sandbox() -> Lines:
    """Yield the histories of the sandbox, drawn in pictures of several sizes."""
    for biome, size in (("forest", (1280, 720)), ("qubit_farm", (900, 600))):
        with TemporaryDirectory() as folder:
            log = Path(folder) / "session.jsonl"
            play(biome, seed=3, frames=60, size=size, log=log)
            yield biome, digest(all_digests(log))


def sessions() -> Lines:
    """Yield all digests of the golden playthroughs, as they come out here."""
    for path in sorted(PLAYTHROUGHS.glob("*.jsonl")):
        yield path.stem, digest(all_digests(path))


def all_digests(log: Path) -> list[str]:
    """Return the digests that a session has when it is replayed here."""
    steps = replay(read_session(log))
    return [step.found for step in steps if isinstance(step, Compared)]


PARTS: dict[str, Callable[[], Lines]] = {
    "methods": methods,
    "registers": registers,
    "edits": edits,
    "attempts": attempts,
    "episodes": episodes,
    "histories": histories,
    "sandbox": sandbox,
    "sessions": sessions,
}


if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        for name, found in PARTS[part]():
            print(f"{found}  {part}: {name}", flush=True)
