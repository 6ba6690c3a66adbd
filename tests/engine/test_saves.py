"""Saves: whole or as before, with a backup; and the list of what can be continued."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from spacewheat_sim import World
from spacewheat_sim.engine.session.listing import left_unfinished, list_sessions
from spacewheat_sim.engine.session.log import SessionLog, SessionWriteError
from spacewheat_sim.engine.world import saves
from spacewheat_sim.engine.world.commands import Harvest, Plant
from spacewheat_sim.engine.world.saves import backup_of, load_world, save_world
from spacewheat_sim.engine.world.snapshot import SnapshotError
from spacewheat_sim.errors import OutputError


def played(seconds: float = 0.5) -> World:
    world = World(["two_level", "decay_chain"], seed=3)
    world.tick([Plant("two_level", 1, "🌕", "🌑"), Harvest(1)])
    world.run(seconds)
    return world


def test_a_save_goes_on_bit_for_bit(tmp_path: Path) -> None:
    world, file = played(), tmp_path / "folder" / "a.world"
    save_world(world, file)
    loaded = load_world(file)
    assert (loaded.path, loaded.damage) == (file, "")
    assert loaded.world.run(1.0) == world.run(1.0)
    assert loaded.world.digest() == world.digest()
    assert [each.name for each in file.parent.iterdir()] == ["a.world"]


@pytest.mark.parametrize("damage", ["truncated", "flipped", "emptied", "removed"])
def test_a_damaged_save_is_told_and_its_backup_is_taken(
    tmp_path: Path, damage: str
) -> None:
    world, file = played(), tmp_path / "a.world"
    save_world(world, file)
    before = world.digest()
    world.tick()
    save_world(world, file)
    data = bytearray(file.read_bytes())
    if damage == "flipped":
        data[len(data) // 2] ^= 1
        file.write_bytes(data)
    elif damage == "removed":
        file.unlink()
    else:
        file.write_bytes(data[:-20] if damage == "truncated" else b"")
    loaded = load_world(file)
    assert loaded.path == backup_of(file)
    assert str(file) in loaded.damage
    assert loaded.world.digest() == before
    backup_of(file).unlink()
    with pytest.raises(SnapshotError, match=r"a\.world"):
        load_world(file)


@pytest.mark.parametrize("stage", ["_write_through", "_back_up"])
def test_a_save_that_fails_leaves_the_old_one_and_its_backup(
    tmp_path: Path, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, file = played(), tmp_path / "a.world"
    for _ in range(2):
        save_world(world, file)
        world.tick()
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(saves, stage, fail)
    with pytest.raises(OutputError, match=r"a\.world: no space left on device"):
        save_world(world, file)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def pickled(world: World) -> World:
    return pickle.loads(pickle.dumps(world))  # noqa: S301 - our own


@pytest.mark.parametrize(
    "how",
    [World.fork, copy.copy, copy.deepcopy, pickled],
)
def test_a_copy_of_a_world_goes_on_alone(how: Callable[[World], World]) -> None:
    world = played()
    before = world.digest()
    other = how(world)
    assert other.digest() == before
    other.run(0.5)
    assert world.digest() == before
    world.run(0.5)
    assert world.digest() == other.digest()


def recorded(file: Path, *, ended: bool = True) -> World:
    world = World(["two_level"], seed=1)
    with SessionLog(file) as log:
        log.begin(world)
        log.obey(world, [Plant("two_level", 1, "🌕", "🌑")])
        for _ in range(130):
            log.tick(world)
        if ended:
            log.end(world)
    return world


def test_sessions_and_saves_are_listed_with_what_became_of_them(tmp_path: Path) -> None:
    recorded(tmp_path / "a.jsonl")
    recorded(tmp_path / "b.jsonl", ended=False)
    save_world(played(), tmp_path / "c.world")
    (tmp_path / "d.jsonl").write_text("{}\n")
    (tmp_path / "notes.txt").write_text("not listed")
    with SessionLog(tmp_path / "e.jsonl") as running:
        running.begin(World(["two_level"], seed=1))
        found = {each.path.name: each for each in list_sessions(tmp_path)}
    states = {name: each.state for name, each in sorted(found.items())}
    assert states == {
        "a.jsonl": "ended",
        "b.jsonl": "cut short",
        "c.world": "saved",
        "d.jsonl": "unreadable",
        "e.jsonl": "running",
    }
    assert (found["a.jsonl"].biome, found["a.jsonl"].ticks) == ("TwoLevel", 130)
    assert found["c.world"].ticks == 31


def test_only_a_last_session_that_was_cut_short_is_left_unfinished(
    tmp_path: Path,
) -> None:
    assert left_unfinished(tmp_path / "nowhere") is None
    recorded(tmp_path / "a.jsonl", ended=False)
    left = left_unfinished(tmp_path)
    assert left is not None
    assert left.path.name == "a.jsonl"
    recorded(tmp_path / "b.jsonl")
    assert left_unfinished(tmp_path) is None


def test_a_clock_that_was_changed_hides_no_session_that_was_cut_short(
    tmp_path: Path,
) -> None:
    hour = 3600.0
    recorded(tmp_path / "a.jsonl", ended=False)
    recorded(tmp_path / "b.jsonl")
    now = time.time()
    os.utime(tmp_path / "b.jsonl", (now + hour, now + hour))
    left = left_unfinished(tmp_path)
    assert left is not None
    assert left.path.name == "a.jsonl"
    os.utime(tmp_path / "a.jsonl", (now + hour, now + hour))
    assert left_unfinished(tmp_path) is not None
    os.utime(tmp_path / "a.jsonl", (now - hour, now - hour))
    os.utime(tmp_path / "b.jsonl", (now, now))
    assert left_unfinished(tmp_path) is None


def test_a_session_of_which_nothing_was_written_hides_none(tmp_path: Path) -> None:
    recorded(tmp_path / "a.jsonl", ended=False)
    (tmp_path / "b.jsonl").write_bytes((tmp_path / "a.jsonl").read_bytes()[:100])
    left = left_unfinished(tmp_path)
    assert left is not None
    assert left.path.name == "a.jsonl"


def test_what_was_left_half_written_goes_whatever_the_clock_says(
    tmp_path: Path,
) -> None:
    world, file = World(["two_level"], seed=1), tmp_path / "a.world"
    now = time.time()
    for name, apart in {"past": -120.0, "now": 0.0, "future": 1e6}.items():
        left = tmp_path / f".a.world.{name}.fresh"
        left.write_bytes(b"half")
        os.utime(left, (now + apart, now + apart))
    save_world(world, file)
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        ".a.world.now.fresh",
        "a.world",
    ]


def test_a_log_that_was_removed_is_told(tmp_path: Path) -> None:
    world, file = World(["two_level"], seed=1), tmp_path / "a.jsonl"
    with SessionLog(file) as log:
        log.begin(world)
        file.unlink()
        with pytest.raises(SessionWriteError, match="it was removed"):
            log.obey(world, [Plant("two_level", 1, "🌕", "🌑")])
        log.obey(world, [Plant("two_level", 1, "🌕", "🌑")])
    assert list(world.plots) == [1]


SAVING = """
import sys
from spacewheat_sim import World
from spacewheat_sim.engine.world.saves import save_world
world = World(["two_level"], seed=int(sys.argv[2]))
for _ in range(60):
    world.tick()
    save_world(world, sys.argv[1])
"""


@pytest.mark.slow
def test_two_processes_that_save_to_one_file_leave_a_whole_one(tmp_path: Path) -> None:
    file = tmp_path / "a.world"
    command = [sys.executable, "-c", SAVING, str(file)]
    both = [
        subprocess.Popen([*command, seed], stderr=subprocess.PIPE, text=True)
        for seed in ("1", "2")
    ]
    while any(process.poll() is None for process in both):
        if file.exists():
            assert load_world(file).damage == ""
    for process in both:
        assert process.communicate()[1] == ""
        assert process.returncode == 0
    assert load_world(file).world.seed in (1, 2)
    left = {each.name for each in tmp_path.iterdir()}
    assert left == {"a.world", backup_of(file).name}


def test_what_a_killed_save_has_left_is_removed_by_the_next(tmp_path: Path) -> None:
    file, now = tmp_path / "a.world", time.time()
    for name, age in (
        (".a.world.0a1b2c3d.fresh", 3600.0),
        (".a.world.0a1b2c3d.second", 3600.0),
        (".a.world.00000000.fresh", 0.0),  # another process may be writing it
        (".b.world.0a1b2c3d.fresh", 3600.0),
    ):
        (tmp_path / name).write_bytes(b"half")
        os.utime(tmp_path / name, (now - age, now - age))
    save_world(played(), file)
    assert {each.name for each in tmp_path.iterdir()} == {
        "a.world",
        ".a.world.00000000.fresh",
        ".b.world.0a1b2c3d.fresh",
    }


@pytest.mark.parametrize("seconds", [-1e13, -1.0, 1e13])
def test_a_file_from_beyond_all_calendars_is_listed(
    tmp_path: Path, seconds: float
) -> None:
    file = tmp_path / "a.world"
    save_world(played(), file)
    os.utime(file, (seconds, seconds))  # of which a file system may keep a part
    (listed,) = list_sessions(tmp_path)
    assert (listed.path, listed.state) == (file, "saved")
