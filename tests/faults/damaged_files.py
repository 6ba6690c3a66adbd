"""Damages files at random, and has every reader read them.

A reader may take a file or refuse it with an error of its own; it may not raise another
one, take more than ten seconds, or ask for a gigabyte.
"""

from __future__ import annotations

import json
import random
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import damaged_runs

from spacewheat_sim import SpacewheatError, World
from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.folders import content_folder
from spacewheat_sim.content.scenario import Scenario
from spacewheat_sim.engine.session.listing import list_sessions
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.engine.session.scene import SetParameter
from spacewheat_sim.engine.world.commands import Harvest, Measure, Plant
from spacewheat_sim.engine.world.saves import load_world, save_world
from spacewheat_sim.engine.world.snapshot import world_digest
from spacewheat_sim.jsonio import canonical_json
from spacewheat_sim.lab.bundle.reading import read_bundle
from spacewheat_sim.sandbox.lab.recorded import STATES, RecordedScene, open_recorded

PLAYTHROUGHS = Path(__file__).parents[1] / "playthroughs"
LONGEST = 10.0  # s of the processor
MOST_BYTES = 2**30  # that a reader may ask for
WORDS = [
    *("0", "-1", "1e999", "NaN", "null", "true", "[]", "{}", "'", '"', "&a", "*a"),
    *(
        "9" * 400,
        "1e-320",
        "0.5",
        "🌾",
        "\u202e",
        "\\u001b",
        "!!python",
        "<<",
        "x" * 99,
    ),
    *("../../etc/passwd", "/dev/zero", "[" * 60, "{a: " * 60, "\n", ": ", "- ", "#"),
]


class Hang(BaseException):
    """A reader has taken too long."""


@contextmanager
def bounded() -> Iterator[None]:
    """Stop what takes too long of the processor, and refuse it more memory."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Hang

    before = resource.getrlimit(resource.RLIMIT_AS)
    signal.signal(signal.SIGPROF, ring)
    # Again and again: what is raised in a destructor is lost.
    signal.setitimer(signal.ITIMER_PROF, LONGEST, 0.1 * LONGEST)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + MOST_BYTES, before[1]))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, before)


def _address_space() -> int:
    """Return the bytes of addresses that this process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return ``data`` with one to four changes."""
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        at, end = sorted(chance.randrange(len(changed) + 1) for _ in range(2))
        end = min(end, at + chance.choice([1, 4, 40, 4000]))
        match chance.randrange(6):
            case 0 if changed:
                changed[at % len(changed)] ^= 1 << chance.randrange(8)
            case 1:
                del changed[at:end]
            case 2:
                changed[at:at] = changed[at:end] * chance.choice([1, 2, 50])
            case 3:
                changed[at:end] = chance.choice(WORDS).encode()
            case 4:
                changed[at:at] = chance.choice(WORDS).encode()
            case _:
                del changed[at:]
        if not changed:
            break
    return bytes(changed[: 2**20])


def damaged_tree(value: object, chance: random.Random) -> object:
    """Return JSON data with one leaf or branch changed."""
    if isinstance(value, dict) and value and chance.random() < 0.95:
        key = chance.choice(list(value))
        if chance.random() < 0.05:
            return {k: v for k, v in value.items() if k != key}
        return {**value, key: damaged_tree(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.95:
        at = chance.randrange(len(value))
        return [*value[:at], damaged_tree(value[at], chance), *value[at + 1 :]]
    if isinstance(value, str) and value and chance.random() < 0.5:
        at = chance.randrange(len(value))
        return value[:at] + chance.choice(["A", "=", "/", "0", ""]) + value[at + 1 :]
    odd = [None, True, -1, 0, 2.5, 1e308, 10**30, "", "x", [], {}, [[]], "🌾" * 40]
    return chance.choice(odd)


def read_content(file: Path) -> None:
    check_content([file])


def read_log(file: Path) -> None:
    session = read_session(file, scenes=True)
    if session.ticks < 3000:
        replay_session(session, open_scene=open_recorded)


def read_listing(file: Path) -> None:
    list_sessions(file.parent)


def read_save(file: Path) -> None:
    load_world(file).world.tick()


def sources(root: Path) -> dict[str, tuple[str, list[bytes], Callable[[Path], object]]]:
    """Return, of each reader, the name of its files, good ones, and itself."""
    root.mkdir(parents=True, exist_ok=True)
    world = World(["two_level", "decay_chain"], seed=1)
    world.tick([Plant("two_level", 1, "🌕", "🌑"), Measure(1), Harvest(1)])
    save_world(world, root / "good.world")
    saved = (root / "good.world").read_bytes()
    (root / "good.world").unlink()
    folders = (content_folder("icons"), content_folder("biomes"))
    yaml = [file.read_bytes() for folder in folders for file in folder.rglob("*.yaml")]
    logs = [file.read_bytes() for file in sorted(PLAYTHROUGHS.glob("*.jsonl"))]
    scenes = [scene_log(name, root) for name in STATES]
    meta = {
        "schema_version": 1,
        "status": "complete",
        "kind": "experiment",
        "experiment": "ising_1d",
        "parameters": {"L": 8, "T_grid": [1.0, 2.0, 2]},
        "seed": 0,
        "files": {"results.json": "0" * 64, "table.csv": "0" * 64},
    }
    return {
        "content": ("a.yaml", yaml, read_content),
        "log": ("a.jsonl", logs, read_log),
        "scenes": ("a.jsonl", scenes, read_log),
        "listing": ("b.jsonl", logs, read_listing),
        "save": ("a.world", [saved], read_save),
        "bundle": ("meta.json", [json.dumps(meta).encode()], read_bundle),
        **damaged_runs.sources(root / "runs"),
    }


def scene_log(experiment: str, root: Path) -> bytes:
    """Return the log of a scene of the lab."""
    scenario = Scenario.model_validate(
        {"schema": 1, "name": "Scene", "experiment": experiment}
    )
    scene = RecordedScene(scenario, 1)
    name = "algorithm" if experiment == "ising_2d" else "n_env"
    with SessionLog(root / "scene.jsonl", digest_every=5) as log:
        log.begin(scene)
        for _ in range(20):
            log.tick(scene, [SetParameter(name, "wolff" if name == "algorithm" else 4)])
        log.end(scene)
    data = log.path.read_bytes()
    log.path.unlink()
    return data


def with_a_digest(data: bytes, chance: random.Random) -> bytes:
    """Return a snapshot with one value changed, and a digest that fits."""
    document = json.loads(data)
    part = chance.choice(["content", "state"])
    document[part] = damaged_tree(document[part], chance)
    try:
        texts = [canonical_json(document[each]) for each in ("content", "state")]
    except ValueError:
        return data
    document["digest"] = world_digest(*texts)
    return canonical_json(document).encode()


def with_a_value(data: bytes, chance: random.Random) -> bytes:
    """Return a JSON document with one to three values changed."""
    document = json.loads(data)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        document = damaged_tree(document, chance)
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")


def outcome(file: Path, read: Callable[[Path], object]) -> str:
    """Return how a reader comes out of a file."""
    try:
        with bounded():
            read(file)
    except SpacewheatError:
        return "refused"
    except Hang:
        return "HANG"
    except MemoryError:
        return "MEMORY"
    except Exception as error:
        return f"FAULT {type(error).__name__}: {error}"[:120]
    return "taken"


def run(seconds: float, seed: int, root: Path) -> Counter[tuple[str, str]]:
    """Damage files for so long; return how often each reader came out how.

    A file that a reader does not cope with stays in ``root``.
    """
    chance, tally = random.Random(seed), Counter[tuple[str, str]]()  # noqa: S311
    known, end, faults = sources(root), time.monotonic() + seconds, 0
    while time.monotonic() < end:
        for name, (file_name, good, read) in known.items():
            data = chance.choice(good)
            if name == "save" and chance.random() < 0.7:
                bad = with_a_digest(data, chance)
            elif file_name.endswith(".json") and chance.random() < 0.7:
                bad = with_a_value(data, chance)
            else:
                bad = damaged(data, chance)
            folder = root / name
            folder.mkdir(exist_ok=True)
            file = folder / file_name
            file.write_bytes(bad)
            how = outcome(file, read)
            if how == "HANG":  # or it was the compiler: what it made is kept
                how = outcome(file, read)
            tally[name, how] += 1
            if how not in ("taken", "refused"):
                faults += 1
                file.rename(root / f"fault-{faults}-{name}-{file_name}")
    return tally
