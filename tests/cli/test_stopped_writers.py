"""Whatever writes files and is asked to stop leaves them whole, or as they were."""

from __future__ import annotations

import gc
import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from every_moment import Bell

from spacewheat_sim import World, load_biome
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.numbers.writing import write_numbers
from spacewheat_sim.content.packs.starting_pack import write_starting_pack
from spacewheat_sim.content.schema.files import write_with_schema
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.engine.world.commands import Harvest, Measure, Plant
from spacewheat_sim.engine.world.saves import load_world, save_world
from spacewheat_sim.interrupts import raising
from spacewheat_sim.jsonio import write_atomically
from spacewheat_sim.lab.bundle.files import hashes
from spacewheat_sim.lab.bundle.reading import open_meta
from spacewheat_sim.lab.sweep.resume import open_unfinished
from spacewheat_sim.lab.sweep.source import open_source
from spacewheat_sim.lab.sweep.spec import read_spec
from spacewheat_sim.lab.sweep.sweep import go_on, run_sweep
from spacewheat_sim.sandbox.display.files import write_numbered

pytestmark = pytest.mark.filterwarnings(
    # A file that is opened at the moment of a stop is closed by the collector.
    "ignore::pytest.PytestUnraisableExceptionWarning"
)

WRITING = ("jsonio.py", "interrupts.py", "saves.py", "numbers/writing.py")
STARTING = (
    *("jsonio.py", "interrupts.py", "starting_files.py", "starting_pack.py"),
    "schema/files.py",
)
OLD, NEW = "old\n" * 1000, "new\n" * 2000
NUMBERS = {"layers.rain": 0.25, "🐌.decay.rate": 0.05}
SWEEP = {
    "biome": "decay_chain",
    "set": {"🥚.decay.rate": "0.1:0.5:3"},
    "measure": [{"population": "🥚", "over": [0, 4], "mean": None}],
    "seeds": 2,
    "dt": 0.5,
    "seed": 1,
}


class Writer(NamedTuple):
    """What is done to an empty folder first, then stopped, and looked at."""

    prepare: Callable[[Path], object]
    act: Callable[[Path], object]
    check: Callable[[Path], None]
    stride: int  # of the moments that the quick tests look at
    within: tuple[str, ...] = ("spacewheat_sim",)


def check_text(root: Path) -> None:
    assert (root / "page.html").read_text() in (OLD, NEW)


@cache
def world_at(tick: int) -> World:
    world = World(["two_level"], seed=1)
    for _ in range(tick):
        world.tick()
    return world


def check_save(root: Path) -> None:
    for name in {path.name for path in root.iterdir()} - {"a.world.backup"}:
        found = load_world(root / name)
        assert found.damage == ""
        assert found.world.digest() == world_at(found.world.tick_count).digest()


def record(root: Path) -> None:
    world = world_at(0)
    with SessionLog(root / "a.jsonl", digest_every=2) as log:
        log.begin(world)
        for k in range(3):
            log.tick(world, [Plant("two_level", k, "🌕", "🌑"), Measure(k), Harvest(k)])
        log.end(world)


def check_log(root: Path) -> None:
    path = root / "a.jsonl"
    if path.exists() and path.read_bytes():
        assert replay_session(read_session(path)).difference is None


def check_pack(root: Path) -> None:
    if (root / "garden").exists():
        assert len(hashes(root / "garden")) == 6
        load_biome(root / "garden" / "biomes" / "garden.yaml")


def check_file_and_schema(root: Path) -> None:
    there = {path.name for path in root.iterdir()}
    assert there in (set(), {"pond.yaml", "biome.schema.json"})


@cache
def garden(root: Path) -> Biome:
    return load_biome(root / "garden" / "biomes" / "garden.yaml").biome


def begin_numbers(root: Path) -> None:
    write_starting_pack(root / "garden")
    garden(root)


def check_numbers(root: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in root.rglob("*.yaml")]
    there = "\n".join(texts)
    assert ("rain: 0.25" in there) == ("decay: {rate: 0.05}" in there)
    assert ("rain: 0.5" in there) == ("decay: {rate: 0.02}" in there)


def check_pictures(root: Path) -> None:
    assert [path.read_bytes() for path in root.iterdir()] in ([], [b"0" * 5000])


def run_points(root: Path) -> None:
    run_sweep(open_source(read_spec(SWEEP)), root)


def check_sweep(root: Path) -> None:
    """Check that the bundle is whole, and that it goes on to its end."""
    for folder in root.iterdir():
        meta = open_meta(folder).data
        assert meta["files"] == hashes(folder)
        if meta["status"] != "complete" or (folder / "journal.jsonl").exists():
            assert go_on(open_unfinished(folder), folder).status == "complete"
        assert len((folder / "table.csv").read_text().splitlines()) == 7


def nothing(_root: Path) -> None:
    """Leave the folder empty."""


WRITERS = {
    "a file": Writer(
        lambda root: (root / "page.html").write_text(OLD),
        lambda root: write_atomically(root / "page.html", NEW),
        check_text,
        1,
    ),
    "a save": Writer(
        lambda root: save_world(world_at(0), root / "a.world"),
        lambda root: save_world(world_at(1), root / "a.world"),
        check_save,
        7,
        WRITING,
    ),
    "a session": Writer(nothing, record, check_log, 397),
    "a pack": Writer(
        nothing,
        lambda root: write_starting_pack(root / "garden"),
        check_pack,
        7,
        STARTING,
    ),
    "a file and its schema": Writer(
        nothing,
        lambda root: write_with_schema("biome", root / "pond"),
        check_file_and_schema,
        3,
        STARTING,
    ),
    "numbers of two files": Writer(
        begin_numbers,
        lambda root: write_numbers(garden(root), NUMBERS),
        check_numbers,
        11,
        WRITING,
    ),
    "a picture": Writer(
        nothing,
        lambda root: write_numbered(root, ".png", b"0" * 5000),
        check_pictures,
        1,
    ),
    "a sweep": Writer(nothing, run_points, check_sweep, 1999),
}


def stop_at(writer: Writer, stride: int, root: Path, *, insists: bool) -> int:
    """Stop a writer at each ``stride``-th moment; return how many there were."""
    moment = 0
    while True:
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        writer.prepare(root)
        bell = Bell(
            moment,
            writer.within,
            lambda: signal.raise_signal(signal.SIGTERM),
            insists=insists,
        )
        with suppress(KeyboardInterrupt), raising(), bell:
            writer.act(root)
        hidden = [path for path in root.rglob(".*") if "backup" not in path.name]
        assert hidden == [], f"stopped at moment {moment}"
        writer.check(root)
        if not bell.rang:
            gc.collect()
            return moment // stride
        moment += stride


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_that_is_asked_to_stop_leaves_what_is_whole(
    tmp_path: Path, name: str
) -> None:
    writer = WRITERS[name]
    assert stop_at(writer, writer.stride, tmp_path / "a", insists=False) > 2


@pytest.mark.slow
@pytest.mark.parametrize("insists", [False, True], ids=["once", "again and again"])
@pytest.mark.parametrize("name", WRITERS)
def test_no_moment_of_a_writer_leaves_what_is_not_whole(
    tmp_path: Path, name: str, insists: bool
) -> None:
    writer = WRITERS[name]
    stride = max(1, writer.stride // 19)
    assert stop_at(writer, stride, tmp_path / "a", insists=insists) > 2
