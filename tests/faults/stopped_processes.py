"""Kills and stops commands at random moments, and looks at what they have left.

Children are forked from a process that has loaded everything, so that the moments fall
into the work and not into imports; tests of starting and ending are in ``tests/cli``.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import random
import resource
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from spacewheat_sim import World
from spacewheat_sim.cli.command import run_command
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.engine.world.commands import Harvest, Measure, Plant
from spacewheat_sim.engine.world.saves import backup_of, load_world, save_world
from spacewheat_sim.lab.bundle.unfinished import settle_unfinished

LONGEST = 120.0  # s that a child may take
HANGS = -1000
ASKED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
RUNS = {
    "simulate": "simulate two_level --duration 60 --seed 0 --out out",
    "simulate without figures": "simulate forest --duration 60 --seed 0 --no-figures"
    " --out out",
    "simulate trajectories": "simulate decay_chain --duration 20 --trajectories 30000"
    " --seed 0 --no-figures --out out",
    "lab run": "lab run ising_1d --L 8 --T_grid 1 3 9 --method transfer_matrix --seed 0"
    " --out out",
    "lab run without figures": "lab run ising_2d --Lx 16 --Ly 16 --T 2.2 --method"
    " monte_carlo --sweeps 4000 --seed 0 --no-figures --out out",
}


def save_often() -> int:
    """Save a world after each of its ticks."""
    world = World(["two_level"], seed=1)
    for _ in range(400):
        world.tick()
        save_world(world, "a.world")
    return 0


def play_and_record() -> int:
    """Record a session with many commands."""
    world = World(["two_level"], seed=1)
    with SessionLog("a.jsonl", digest_every=5) as log:
        log.begin(world)
        for k in range(2000):
            log.tick(world, [Plant("two_level", k, "🌕", "🌑"), Measure(k), Harvest(k)])
        log.end(world)
    return 0


def works() -> dict[str, Callable[[], int]]:
    """Return what is stopped, by name."""
    commands = {
        name: (lambda words=words: run_command(words.split()))
        for name, words in RUNS.items()
    }
    return {**commands, "saves": save_often, "recorded session": play_and_record}


class Child:
    """A process that does ``work`` in ``folder``.

    Attributes:
        errors: What it has written to standard error, once it has ended.
    """

    def __init__(
        self, work: Callable[[], int], folder: Path, largest: int | None = None
    ) -> None:
        """Start it; ``largest`` bytes is the most that a file of it may have."""
        self.errors = ""
        self._pipe, write = os.pipe()
        # What comes before the child is itself waits until it is.
        signal.pthread_sigmask(signal.SIG_BLOCK, ASKED)
        self.pid = os.fork()
        if not self.pid:
            _live(work, folder, largest, write)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKED)
        os.close(write)

    def end(self) -> int:
        """Wait for it; return its exit code, negative where a signal ended it."""
        deadline = time.monotonic() + LONGEST
        pid, status = 0, 0
        while not pid and time.monotonic() < deadline:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            time.sleep(0 if pid else 0.002)
        if not pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        with os.fdopen(self._pipe, encoding="utf-8", errors="replace") as pipe:
            self.errors = pipe.read()
        return os.waitstatus_to_exitcode(status) if pid else HANGS


def _live(
    work: Callable[[], int], folder: Path, largest: int | None, errors: int
) -> NoReturn:
    """Be the child: do ``work`` and end."""
    code = 99
    try:
        os.chdir(folder)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(errors, 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKED)
        if largest is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
        code = work()
        sys.stdout.flush()
        sys.stderr.flush()
    except KeyboardInterrupt:
        code = 130
    except BaseException:
        with open(2, "w", encoding="utf-8", closefd=False) as errors:
            errors.write(traceback.format_exc())
    os._exit(code)


def fault_of_bundle(bundle: Path) -> str:
    """Return what is wrong with a finished bundle, or ""."""
    try:
        meta = json.loads((bundle / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "a bundle without metadata"
    there = {
        str(path.relative_to(bundle)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in bundle.rglob("*")
        if path.is_file() and path.name != "meta.json"
    }
    if there != meta["files"]:
        return "files that the metadata does not tell"
    if meta["status"] == "complete" and not {"results.json", "table.csv"} <= set(there):
        return "a complete bundle without results"
    return ""


def fault_of_folder(folder: Path, *, killed: bool) -> str:
    """Return what is wrong with what was left, or ""."""
    out = folder / "out"
    if out.exists():
        left = [path for path in out.iterdir() if path.name.startswith(".")]
        if left and not killed:
            return "an unfinished folder"
        for path in left:  # a run that has just begun has a minute to lock its folder
            if not (path / "meta.json").exists():
                os.utime(path, (0, 0))
        list(settle_unfinished(out))
        for path in out.iterdir():
            fault = fault_of_bundle(path)
            if fault:
                return fault
    save, log = folder / "a.world", folder / "a.jsonl"
    if save.exists() or backup_of(save).exists():
        loaded = load_world(save)
        if loaded.damage or loaded.world.digest() != _digest_at(loaded.world):
            return "a save that is not of its tick"
    if log.exists() and log.read_bytes().count(b"\n"):
        replayed = replay_session(read_session(log))
        if replayed.difference is not None:
            return "a log that replays otherwise"
    return ""


def _digest_at(world: World) -> str:
    twin = World(["two_level"], seed=1)
    for _ in range(world.tick_count):
        twin.tick()
    return twin.digest()


def run(
    count: int, seed: int, root: Path, signals: tuple[int, ...]
) -> Counter[tuple[str, str]]:
    """Send one of ``signals`` to ``count`` children; return how they came out."""
    chance, tally = random.Random(seed), Counter[tuple[str, str]]()  # noqa: S311
    known, usual = works(), dict[str, float]()
    for name, work in known.items():
        load(work, root)
        begin = time.monotonic()
        code = Child(work, fresh(root)).end()
        usual[name] = time.monotonic() - begin
        if code:
            tally[name, f"exit code {code} by itself"] += 1
    done = 0
    while done < count:
        name = chance.choice(list(known))
        number = chance.choice(signals)
        folder = fresh(root)
        child = Child(known[name], folder)
        time.sleep(chance.random() * usual[name])
        os.kill(child.pid, number)
        tally[name, _outcome(folder, child, number)] += 1
        done += 1
    return tally


def fill_disks(count: int, seed: int, root: Path) -> Counter[tuple[str, str]]:
    """Let files reach a random size at most; return how ``count`` children came out."""
    chance, tally = random.Random(seed), Counter[tuple[str, str]]()  # noqa: S311
    for _ in range(count):
        name = chance.choice(list(RUNS))
        folder, words = fresh(root), RUNS[name].split()
        largest = int(10 ** chance.uniform(0.0, 5.5))
        child = Child(lambda w=words: run_command(w), folder, largest)
        code, errors = child.end(), child.errors
        fault = fault_of_folder(folder, killed=False)
        if code not in (0, 1):
            fault = f"exit code {code}"
        elif "Traceback" in errors or "defect" in errors:
            fault = "the wrong words"
        elif code == 1 and "large" not in errors:
            fault = "no reason told"
        tally[name, fault or ("complete" if code == 0 else "told what is missing")] += 1
    return tally


def load(work: Callable[[], int], root: Path) -> None:
    """Do ``work`` in this process, so that children need not load what it needs."""
    before = Path.cwd()
    os.chdir(fresh(root))
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            work()
    finally:
        os.chdir(before)


def fresh(root: Path) -> Path:
    """Return an empty folder; what the last child has said is forgotten."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "in").mkdir(parents=True)
    return root / "in"


def _outcome(folder: Path, child: Child, number: int) -> str:
    code = child.end()
    killed = number == signal.SIGKILL
    # A signal that comes before the handlers are set ends the child as usual.
    fine = (-number,) if killed else (0, 128 + number, 130, -number)
    if code != 0 and code not in fine:
        return f"exit code {code} after {signal.Signals(number).name}"
    if "Traceback" in child.errors or "defect" in child.errors:
        return "the wrong words"
    fault = fault_of_folder(folder, killed=killed or code == -number)
    return fault or ("ended before" if code == 0 else "whole")
