"""Good files of sweeps, bundles, challenges, settings and packs, and their readers.

What is damaged in a bundle gets a hash that fits: no checksum is to stand in front of
the readers.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacewheat_sim import SpacewheatError, load_biome
from spacewheat_sim.cli.command import run_command
from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.folders import content_folder
from spacewheat_sim.content.importing.pack import import_pack
from spacewheat_sim.content.packs.starting_pack import write_starting_pack
from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.challenges.episode import Episode
from spacewheat_sim.engine.challenges.scoring import prove_all
from spacewheat_sim.engine.shaping.histories import read_histories
from spacewheat_sim.lab.bundle.files import META
from spacewheat_sim.lab.compare.differences import compare_runs
from spacewheat_sim.lab.compare.runs import read_run
from spacewheat_sim.lab.report.report import write_report
from spacewheat_sim.lab.sweep.resume import open_unfinished
from spacewheat_sim.lab.sweep.source import open_source
from spacewheat_sim.lab.sweep.spec import read_spec
from spacewheat_sim.lab.sweep.sweep_file import is_sweep_file, read_sweep_file
from spacewheat_sim.sandbox.biome.challenge.best_runs import BestRuns
from spacewheat_sim.sandbox.settings import Settings

Reader = Callable[[Path], object]
Sources = dict[str, tuple[str, list[bytes], Reader]]

SWEEP_FILE = """schema: 1
biome: decay_chain
set:
  🥚.decay.rate: 0.1:0.5:3
  🐣.decay.rate: [0.1, 0.2]
measure:
  - {population: 🥚, over: [0, 4], mean: null}
  - {first: 🥚→🐣, before: 10, probability: null}
seeds: 2
dt: 0.5
seed: 1
"""
LAB_SWEEP_FILE = """schema: 1
experiment: ising_1d
set: {T: "1:4:3", L: [8, 16]}
seed: 1
"""
GAME = {
    "biomes": [
        {
            "name": "Farm",
            "emojis": ["☀", "🌙", "🌾", "💀"],
            "icon_components": {
                "☀": {
                    "self_energy": 0.5,
                    "driver": {"type": "cosine", "freq": 0.05, "phase": 1, "amp": 1},
                    "hamiltonian": {"🌙": 0.8, "🌾": [0.3, 0.1]},
                },
                "🌾": {
                    "lindblad_incoming": {"☀": 0.15},
                    "decay": {"rate": 0.05, "target": "💀"},
                },
            },
        }
    ],
    "factions": [{"name": "Guild", "self_energies": {"☀": 0.3}}],
}
COMMANDS = {
    "simulation": "simulate decay_chain --duration 4 --seed 1 --no-figures",
    "experiment": "lab run ising_1d --L 8 --T_grid 1 3 3 --seed 0 --no-figures",
    "sweep": "sweep FOLDER/swept.yaml",
}
BUNDLED = ("meta.json", "results.json", "table.csv", "events.jsonl", "content.json")


def sources(root: Path) -> Sources:
    """Return, of each reader, the name of its files, good ones, and itself."""
    root.mkdir(parents=True, exist_ok=True)
    challenges = content_folder("biomes") / "challenges"
    found: Sources = {
        "sweep file": (
            "a.yaml",
            [SWEEP_FILE.encode(), LAB_SWEEP_FILE.encode()],
            read_sweep,
        ),
        "challenge": ("a.yaml", _all(challenges), play_challenge),
        "settings": (
            "a.json",
            [b'{"sounds": true, "first_steps_done": ["plant"]}'],
            read_settings,
        ),
        "game": ("a.json", [json.dumps(GAME).encode()], import_game),
        "best run": _best_run(root),
    }
    found |= _packs(root)
    for name, bundle in bundles(root).items():
        for part in BUNDLED:
            if (bundle / part).exists():
                found[f"{name}, {part}"] = (
                    part,
                    [(bundle / part).read_bytes()],
                    _reader(bundle, part),
                )
    return found


def _all(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in sorted(folder.glob("*.yaml"))]


def _packs(root: Path) -> Sources:
    pack = root / "garden"
    write_starting_pack(pack)

    def read(at: Path) -> Reader:
        def one(file: Path) -> None:
            before = at.read_bytes()
            shutil.copy(file, at)
            try:
                check_content([pack])
                load_biome(pack / "biomes" / "garden.yaml").bath(seed=1).evolve(0.1)
            finally:
                at.write_bytes(before)

        return one

    return {
        f"pack, {file.name}": ("a.yaml", [file.read_bytes()], read(file))
        for file in sorted(pack.rglob("*.yaml"))
    }


def bundles(root: Path) -> dict[str, Path]:
    """Return a bundle of each kind."""
    (root / "swept.yaml").write_text(SWEEP_FILE, encoding="utf-8")
    found: dict[str, Path] = {}
    for kind, line in COMMANDS.items():
        out = root / f"{kind} bundles"
        words = [word.replace("FOLDER", str(root)) for word in line.split()]
        with contextlib.redirect_stdout(io.StringIO()):
            if run_command([*words, "--out", str(out)]):
                raise RuntimeError(line)
        (found[kind],) = out.iterdir()
    return found


def _reader(bundle: Path, part: str) -> Reader:
    """Return what reads a bundle in which ``part`` is another file."""

    def read(file: Path) -> None:
        again = Path(shutil.copytree(bundle, file.parent / "bundle"))
        try:
            data = file.read_bytes()
            (again / part).write_bytes(data)
            if part != META:
                meta: dict[str, Any] = json.loads((again / META).read_text("utf-8"))
                meta["files"][part] = hashlib.sha256(data).hexdigest()
                (again / META).write_text(json.dumps(meta), "utf-8")
            for look in (_compare(bundle), report, resume, learn):
                _refusing(look, again)
        finally:
            shutil.rmtree(again)

    return read


def _refusing(look: Reader, bundle: Path) -> None:
    """Let a reader refuse what is damaged; the next one sees it, too."""
    with contextlib.suppress(SpacewheatError):
        look(bundle)


def _compare(good: Path) -> Reader:
    def compare(bundle: Path) -> None:
        compare_runs([read_run(good), read_run(bundle)], None, None)

    return compare


def report(bundle: Path) -> None:
    write_report([bundle], bundle.parent / "report.html", figures=1)


def resume(bundle: Path) -> None:
    open_unfinished(bundle, force=True)


def learn(bundle: Path) -> None:
    read_histories(load_biome("decay_chain"), bundle)


def read_sweep(file: Path) -> None:
    is_sweep_file(str(file))
    open_source(read_spec(read_sweep_file(file)))


def play_challenge(file: Path) -> None:
    check_content([file])
    episode = Episode(load_challenge(file), seed=1)
    if episode.world.attempt is not None:
        episode.step(0)


def read_settings(file: Path) -> None:
    settings = Settings(file, lambda _line: None)
    settings.take_step("measure")
    settings.set_sounds(True)
    assert Settings(file).sounds


def import_game(file: Path) -> None:
    pack = file.parent / "pack"
    shutil.rmtree(pack, ignore_errors=True)
    import_pack([file], pack)
    wrong = [p for p in check_content([pack]).problems if p.severity == "error"]
    assert not wrong, wrong


def _best_run(root: Path) -> tuple[str, list[bytes], Reader]:
    """Return the log of a finished run of a challenge, where best runs are kept."""
    compiled, folder = load_challenge("first_harvest"), root / "best_runs"
    world = compiled.world(1)
    while world.tick_count < compiled.challenge.steps:
        world.tick()
    BestRuns(folder).keep(compiled, world, ())
    (kept,) = folder.iterdir()

    def read(file: Path) -> None:
        shutil.copy(file, kept)
        BestRuns(folder, lambda _line: None).best(compiled)
        prove_all(folder)

    return "a.jsonl", [kept.read_bytes()], read
