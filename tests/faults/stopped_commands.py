"""Stops commands that ask, check, compare and write, and looks at what they have left.

What a command has in its folder when it begins is made once. Whatever it is stopped
at, each file must be as it was then, or as the command leaves it at its end; those that
belong together are all the one or all the other. Bundles and logs say themselves how
far they go.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from stopped_processes import ASKED, Child, fault_of_folder, fresh

from spacewheat_sim.cli.command import run_command
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session

MEAL = "{population: 🐺, over: [0, 6], mean: null}"
CLAIM = "{population: 🐌, over: [0, 10], mean: {at_least: 0.16}}"
GROWS_UP = "{population: 🐔, at: 6, value: {at_least: 0.4}}"
SWEPT = [
    *("sweep", "forest", "--set", "🐺.transfers_from.🐇=0:1:4", "--seed", "1"),
    *("--measure", MEAL, "--out", "out"),
]


class Stopped(NamedTuple):
    """A command, and what there is before it.

    Attributes:
        words: The command.
        before: Commands that make what it reads.
    """

    words: list[str]
    before: tuple[list[str], ...] = ()


def _line(text: str) -> list[str]:
    return text.split()


PACK = _line("content new pack garden")
GROWN = "garden/biomes/garden.yaml"
HISTORY = _line(f"simulate {GROWN} --duration 100 --seed 1 --no-figures --out history")
RUN = _line("lab run ising_1d --L 8 --T_grid 1 3 9 --seed 0 --out bundles")
OTHER = _line("lab run ising_1d --L 8 --T_grid 1 3 9 --seed 1 --out bundles")

COMMANDS = {
    "ask next": Stopped(_line("ask forest next")),
    "ask passage": Stopped(_line("ask decay_chain passage 🐥")),
    "ask counting": Stopped(_line("ask berry_bush counting 🫐→🐦")),
    "ask modes": Stopped(_line("ask berry_bush modes")),
    "ask cycle": Stopped(_line("ask biotic_flux cycle")),
    "ask twin": Stopped(_line("ask berry_bush twin")),
    "ask sensitivities": Stopped(["ask", "forest", "sensitivities", "{steady: 🐺}"]),
    "tune": Stopped(
        ["tune", "decay_chain", "--free", "*.decay.rate", "--claim", GROWS_UP]
    ),
    "tune --write": Stopped(
        [
            *("tune", GROWN, "--free", "🐌.decay.rate", "layers.rain"),
            *("--claim", CLAIM, "--write"),
        ],
        (PACK,),
    ),
    "learn --write": Stopped(
        [
            *("learn", GROWN, "history/*/events.jsonl", "--write"),
            *("--free", "🐌.decay.rate", "layers.rain"),
        ],
        (PACK, HISTORY),
    ),
    "content new pack": Stopped(PACK),
    "content new biome": Stopped(_line("content new biome pond")),
    "content check": Stopped(_line("content check many")),
    "content check --claims": Stopped(_line("content check --claims")),
    "content list": Stopped(_line("content list --pack garden"), (PACK,)),
    "content show": Stopped(_line("content show forest")),
    "content graph": Stopped(_line("content graph forest")),
    "content schema": Stopped(_line("content schema biome")),
    "content diff": Stopped(_line("content diff forest forest_small")),
    "content report": Stopped(_line("content report forest_small")),
    "content import": Stopped(_line("content import game.json")),
    "compare": Stopped(_line("compare bundles/*"), (RUN, OTHER)),
    "lab report": Stopped(_line("lab report bundles"), (RUN, OTHER)),
    "sweep": Stopped(SWEPT),
    "lab sweep": Stopped(_line("lab sweep ising_1d --T 1:4:6 --seed 0 --out out")),
    "rerun of a sweep": Stopped(["lab", "rerun", "out/*"], (SWEPT,)),
    "challenge list": Stopped(_line("challenge list")),
    "challenge run": Stopped(
        _line("challenge run first_harvest --episodes 40 --logs logs")
    ),
    "challenge optimum": Stopped(
        _line("challenge run first_harvest --policy optimum --episodes 40")
    ),
    "challenge score": Stopped(
        _line("challenge score logs"),
        (_line("challenge run first_harvest --episodes 4 --logs logs"),),
    ),
    "sessions": Stopped(
        _line("sessions logs"),
        (_line("challenge run first_harvest --episodes 4 --logs logs"),),
    ),
    "replay": Stopped(
        _line("replay a.jsonl"), (_line("play forest --frames 400 --log a.jsonl"),)
    ),
    "play a picture": Stopped(
        _line("play forest --frames 20 --screenshot a.png --seed 1 --log a.jsonl")
    ),
}

GAME = """{"biomes": [{"name": "Farm", "emojis": ["☀", "🌙", "🌾"], "icon_components":
{"☀": {"self_energy": 0.5, "hamiltonian": {"🌙": 0.8}}, "🌾": {"lindblad_incoming":
{"☀": 0.15}}}}]}"""
POND = """schema: 1
name: Pond{0}
emojis: [🌾, 🍄, 🐇, 🐺, 🍂]
initial: {{emoji: 🐇}}
"""


class Case:
    """A command and the folder that it begins in.

    Args:
        name: Which of ``COMMANDS``.
        root: Where folders are made, and removed again.
    """

    def __init__(self, name: str, root: Path) -> None:
        words, before = COMMANDS[name]
        self._root, self._kept = root / "work", root / "kept"
        folder = fresh(self._root)
        (folder / "game.json").write_text(GAME, encoding="utf-8")
        (folder / "many").mkdir()
        for number in range(120):
            pond = folder / "many" / f"pond{number}.yaml"
            pond.write_text(POND.format(number), encoding="utf-8")
        for earlier in before:
            child = Child(lambda words=earlier: run_command(words), folder)
            if child.end():
                raise RuntimeError(f"{' '.join(earlier)}: {child.errors}")
        shutil.rmtree(self._kept, ignore_errors=True)
        shutil.copytree(folder, self._kept)
        self.words = [each for word in words for each in _found(word, folder)]
        self.before = _contents(folder)
        Child(self.act, self._begun()).end()  # what it compiles is kept
        folder, begin = self._begun(), time.monotonic()
        child = Child(self.act, folder)
        self.code, self.errors = child.end(), child.errors
        self.usual = time.monotonic() - begin
        self.after = _contents(folder)

    def act(self) -> int:
        """Be the command."""
        return run_command(self.words)

    def stop(self, chance: random.Random) -> str:
        """Send a signal at a random moment; return how it came out."""
        folder, number = self._begun(), chance.choice(ASKED)
        child = Child(self.act, folder)
        time.sleep(chance.random() * self.usual)
        os.kill(child.pid, number)
        code = child.end()
        if code not in (self.code, 128 + number, -number):
            return f"exit code {code} after {number.name}: {child.errors[-300:]}"
        if "Traceback" in child.errors or "defect" in child.errors:
            return f"the wrong words: {child.errors[-300:]}"
        fault = self._fault(folder)
        return fault or ("ended before" if code == self.code else "whole")

    def _begun(self) -> Path:
        """Return a folder in which there is what was made once."""
        shutil.rmtree(self._root)
        return shutil.copytree(self._kept, self._root / "in")

    def _fault(self, folder: Path) -> str:
        """Return what is wrong with what was left, or ""."""
        there = _contents(folder)
        odd = {
            name
            for name in self.before | there
            if there.get(name) not in (self.before.get(name), self.after.get(name))
        }
        # These are of their moment, and say themselves whether they are whole.
        dated = {name for name in odd if name.startswith("out/")}
        logs = {name for name in odd - dated if name.endswith(".jsonl")}
        pages = {name for name in odd - dated if name.endswith(".html")}
        if odd - dated - logs - pages:
            return f"neither old nor new: {sorted(odd)}"
        # A log is of its own; other files belong together.
        changed = {name for name, _ in self.before.items() ^ self.after.items()}
        makes_logs = any(name.endswith(".jsonl") for name in changed)
        is_some = there not in (self.before, self.after) and not makes_logs
        if is_some and not (dated or logs or pages):
            return "some of the files that belong together"
        for name in logs:
            if replay_session(read_session(folder / name)).difference is not None:
                return f"a log that replays otherwise: {name}"
        for name in pages:
            if not (folder / name).read_text(encoding="utf-8").endswith("</html>\n"):
                return f"half a page: {name}"
        return fault_of_folder(folder, killed=False)


def _found(word: str, folder: Path) -> list[str]:
    """Return the files that ``word`` stands for, as a shell does."""
    files = sorted(folder.glob(word)) if "/*" in word else []
    return [str(file.relative_to(folder)) for file in files] or [word]


def _contents(folder: Path) -> dict[str, str]:
    """Return the digest of each file, and "" for each folder that is empty."""
    return {
        str(path.relative_to(folder)): ""
        if path.is_dir()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() or not any(path.iterdir())
    }


def run(times: int, seed: int, root: Path, only: str = "") -> Counter[tuple[str, str]]:
    """Stop each command whose name has ``only`` in it; return how they came out."""
    chance, tally = random.Random(seed), Counter[tuple[str, str]]()  # noqa: S311
    for name in COMMANDS:
        if only not in name:
            continue
        case = Case(name, root)
        if case.code:
            tally[name, f"exit code {case.code} by itself: {case.errors}"] += 1
        for _ in range(times):
            tally[name, case.stop(chance)] += 1
    return tally
