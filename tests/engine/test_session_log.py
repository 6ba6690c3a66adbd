from __future__ import annotations

import itertools
import json
import resource
import subprocess
import sys
from contextlib import contextmanager

import pytest
from small_worlds import FISH, METHODS, WHEAT, field, icons, pond

from spacewheat_sim.engine.session.log import SessionLog, SessionWriteError
from spacewheat_sim.engine.session.reading import SessionLogError, read_session
from spacewheat_sim.engine.session.replay import (
    Began,
    Compared,
    Obeyed,
    Ticked,
    replay,
    replay_session,
)
from spacewheat_sim.engine.world.commands import (
    Collapse,
    EditBiome,
    EditIcon,
    Harvest,
    Look,
    Measure,
    Plant,
    SetStep,
)
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError, RunError
from spacewheat_sim.jsonio import canonical_json

EVERY = 10


def new_world(method="trajectory", seed=7):
    return World([field(method), pond()], seed, registry=icons())


def run(log, world, ticks):
    return [event for _ in range(ticks) for event in log.tick(world)]


def play(log, world):
    """Do all that a player can do, some of it while time stands still."""
    log.begin(world)
    events = [*log.obey(world, [Plant("field", 1, "🌾", "💀")])]
    events += run(log, world, 25)
    events += log.tick(world, [Measure(1), Collapse("nowhere", "🌾")])
    events += log.obey(world, [EditIcon(WHEAT.model_copy(update={"self_energy": 5.0}))])
    events += log.obey(world, [Look(1), SetStep(1 / 30)])
    events += run(log, world, 30)
    events += log.tick(world, [EditBiome("pond", pond("master")), Harvest(1)])
    events += run(log, world, 7)
    events += log.obey(world, [Collapse("field", "🍂", 0.4)])
    return events


def recorded(path, method="trajectory"):
    """Return a log of :func:`play`, and the world that was played."""
    world = new_world(method)
    with SessionLog(path, EVERY) as log:
        play(log, world)
        log.end(world)
    return path, world


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return recorded(tmp_path_factory.mktemp("log") / "session.jsonl")[0]


def altered(whole, path, change):
    """Write a copy of a log whose records ``change`` was applied to."""
    records = [json.loads(line) for line in whole.read_text().splitlines()]
    records = change(records) or records
    path.write_text("".join(canonical_json(record) + "\n" for record in records))
    return path


# --- what is recorded ---------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_a_replay_does_the_same_to_the_last_bit(tmp_path, method):
    world = new_world(method)
    with SessionLog(tmp_path / "a.jsonl", EVERY) as log:
        events = play(log, world)
        log.end(world)

    again = []
    for step in replay(read_session(log.path)):
        if isinstance(step, Began):
            replayed = step.world
        elif isinstance(step, Compared):
            assert step.equal
        else:
            again += step.events

    assert again == events
    assert replayed.snapshot() == world.snapshot()


def test_a_logged_world_has_the_history_of_one_that_is_not(tmp_path):
    logged, free = new_world(), new_world()
    commands = [Plant("field", 1, "🌾", "💀"), Measure(1)]
    with SessionLog(tmp_path / "a.jsonl", EVERY) as log:
        log.begin(logged)
        events = [*log.tick(logged, commands), *run(log, logged, 40)]

    assert events == [
        *free.tick(commands),
        *[event for _ in range(40) for event in free.tick()],
    ]
    assert logged.digest() == free.digest()


def test_digests_come_at_every_multiple_after_commands_and_at_the_end(tmp_path):
    world = new_world()
    with SessionLog(tmp_path / "a.jsonl", EVERY) as log:
        log.begin(world)
        run(log, world, 23)
        log.tick(world, [Look(1)])
        log.obey(world, [Look(1)])
        log.obey(world, [Look(1)])
        run(log, world, 8)
        log.end(world)

    lines = [json.loads(line) for line in log.path.read_text().splitlines()[1:]]
    digests = [line["tick"] for line in lines if "digest" in line]
    assert digests == [10, 20, 24, 25, 30, 32]
    assert lines[-1]["end"] is True
    assert [line["tick"] for line in lines if "commands" in line] == [23, 24, 24]


def test_a_log_is_flushed_with_every_record(tmp_path):
    world = new_world()
    with SessionLog(tmp_path / "a.jsonl", EVERY) as log:
        log.begin(world)
        log.tick(world, [Plant("field", 1, "🌾", "💀")])
        run(log, world, 25)
        session = read_session(log.path)

    assert session.cut_short
    assert session.ticks == 20
    assert replay_session(session).difference is None


def test_a_restart_is_a_chapter_and_the_one_before_is_replayed_to_its_last_tick(
    tmp_path,
):
    first, second = new_world(), new_world(seed=8)
    with SessionLog(tmp_path / "a.jsonl", EVERY) as log:
        log.begin(first)
        run(log, first, 17)
        log.begin(second)
        run(log, second, 4)
        log.begin(World.restore(first.snapshot()))

    steps = list(replay(read_session(log.path)))

    chapters = [step.chapter for step in steps if isinstance(step, Began)]
    assert [chapter.ticks for chapter in chapters] == [17, 4, 0]
    assert [chapter.start for chapter in chapters] == [0, 0, 17]
    digests = [step.found for step in steps if isinstance(step, Compared)]
    assert first.digest() in digests
    assert second.digest() in digests


def test_a_replay_takes_one_step_each_time_that_it_is_asked(whole):
    steps = replay(read_session(whole))
    world = next(steps).world

    seen = [(type(step), world.tick_count) for step in itertools.islice(steps, 4)]

    assert seen == [(Obeyed, 0), (Ticked, 1), (Compared, 1), (Ticked, 2)]


def test_a_session_can_be_replayed_twice(whole):
    session = read_session(whole)

    assert replay_session(session) == replay_session(session)
    assert replay_session(session).difference is None


REPLAY = """
import sys
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.engine.session.reading import read_session
done = replay_session(read_session(sys.argv[1]))
print(done.ticks, done.commands, done.digests, done.difference)
"""


def test_another_process_finds_equal_digests(whole):
    here = replay_session(read_session(whole))
    told = subprocess.run(
        [sys.executable, "-c", REPLAY, str(whole)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert here.difference is None
    assert told.stdout.split() == [
        str(here.ticks),
        str(here.commands),
        str(here.digests),
        "None",
    ]


# --- what differs -------------------------------------------------------------------


def test_the_first_digest_that_differs_ends_the_replay(whole, tmp_path):
    def change(records):
        wrong = [i for i, r in enumerate(records) if "digest" in r][2:4]
        for i in wrong:
            records[i]["digest"] = "0" * 64

    found = replay_session(read_session(altered(whole, tmp_path / "a.jsonl", change)))

    # Digests: after the tick with the first command, then every ten ticks.
    assert found.digests == 2
    assert (found.difference.chapter, found.difference.tick) == (1, 20)
    assert found.difference.equal_until == 10
    assert found.difference.expected == "0" * 64
    assert found.ticks == 20


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"command": "collapse", "strength": 0.4}, {"strength": 0.41}),
        ({"command": "set_step"}, {"dt": 1 / 31}),
        ({"command": "plant"}, {"south": "🍂"}),
        ({"command": "harvest"}, {"plot": 2}),
    ],
    ids=lambda value: " ".join(map(str, value.values())),
)
def test_an_altered_command_is_found_at_the_next_digest(whole, tmp_path, old, new):
    places = []

    def change(records):
        for record in records:
            for command in record.get("commands", ()):
                if old.items() <= command.items():
                    command.update(new)
                    places.append(record["tick"])

    found = replay_session(read_session(altered(whole, tmp_path / "a.jsonl", change)))

    (tick,) = places
    assert found.difference is not None
    assert tick <= found.difference.tick <= tick + 1


# --- what is cut short or damaged ---------------------------------------------------


def test_a_log_cut_anywhere_is_replayed_as_far_as_it_is_whole_or_refused(tmp_path):
    """At every byte of what follows the snapshot, and at some within it."""
    world, cut = World([pond()], seed=0, registry=icons()), tmp_path / "cut.jsonl"
    with SessionLog(tmp_path / "whole.jsonl", digest_every=3) as log:
        log.begin(world)
        log.tick(world, [Plant("pond", 1, "🐟", "🌿")])
        run(log, world, 4)
        log.end(world)
    data = log.path.read_bytes()
    head = data.index(b"\n") + 1

    for size in [*range(0, head, 997), head - 1]:
        cut.write_bytes(data[:size])
        with pytest.raises(SessionLogError, match="is no session log"):
            read_session(cut)
    sessions = []
    for size in range(head, len(data)):
        cut.write_bytes(data[:size])
        sessions.append(read_session(cut))
        records = sessions[-1].chapters[0].records
        assert len(records) == data[:size].count(b"\n") - 1

    assert all(session.cut_short for session in sessions)
    assert len(sessions[-1].chapters[0].records) == 3
    for session in sessions[:: len(sessions) // 20]:
        assert replay_session(session).difference is None
    assert not read_session(log.path).cut_short


def damage(kind):
    """Return a change of a log's records."""

    def change(records):
        match kind:
            case "no chapter":
                return records[1:]
            case "a lost digest":
                return [r for r in records if r.get("tick") not in (20, 25, 26)]
            case "ticks backwards":
                records[2:4] = reversed(records[2:4])
            case "after the end":
                return [*records, records[-1]]
            case "chapter again":
                return [*records[:-1], records[0]]
            case "altered snapshot":
                records[0]["snapshot"]["state"]["tick"] = 3
            case "headless":
                del records[0]["schema_version"]
            case "newer":
                records[0]["schema_version"] = 4
            case _:
                records[3] = kind
        return records

    return change


@pytest.mark.parametrize(
    ("kind", "line", "message"),
    [
        ("no chapter", 1, "must begin with a chapter"),
        ("a lost digest", 5, "tick 27 cannot follow tick 10"),
        ("ticks backwards", 4, "tick 1 cannot follow tick 10"),
        ("after the end", 19, "a record after the end"),
        ("chapter again", 18, "chapter 1 in place of 2"),
        ("altered snapshot", 1, "snapshot was altered"),
        ("headless", 1, "schema version None"),
        ("newer", 1, "schema version 4, but this version"),
        ([], 4, "no record of a session"),
        ({}, 4, "unknown record, with no keys"),
        ({"tick": 11, "digets": "0"}, 4, "unknown record, with digets, tick"),
        ({"tick": 11, "digest": 0}, 4, "`digest` must be of type str, but is 0"),
        ({"tick": 11, "digest": "0", "end": False}, 4, "unknown record"),
        ({"tick": 11.0, "digest": "0"}, 4, "`tick` must be of type int"),
        ({"tick": True, "digest": "0"}, 4, "`tick` must be of type int"),
        ({"tick": 10**12, "digest": "0"}, 4, "cannot follow"),
        ({"tick": 11, "commands": {}}, 4, "`commands` must be of type list"),
        ({"tick": 11, "commands": ["harvest"]}, 4, "must be an object"),
        (
            {"tick": 11, "commands": [{"command": "harvets"}]},
            4,
            "Unknown command 'harvets'.*did you mean 'harvest'",
        ),
        ({"tick": 11, "commands": [{"command": "harvest"}]}, 4, "lacks plot"),
        (
            {"tick": 11, "commands": [{"command": "set_step", "dt": 10**400}]},
            4,
            "too large|finite number",
        ),
    ],
    ids=str,
)
def test_a_damaged_log_is_refused_by_file_and_line(
    whole, tmp_path, kind, line, message
):
    path = altered(whole, tmp_path / "a.jsonl", damage(kind))

    with pytest.raises(SessionLogError, match=message) as caught:
        read_session(path)

    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"tick": 11, "di\n', "not JSON"),
        (b"\n", "not JSON"),
        (b"\xff\xfe{}\n", "not UTF-8"),
        (b"[" * 100_000 + b"\n", "not JSON"),
        (b'{"tick": 11, "commands": NaN}\n', "must be of type list"),
    ],
    ids=["half", "blank", "binary", "deep", "nan"],
)
def test_a_broken_line_that_is_not_the_last_is_damage(whole, tmp_path, line, message):
    lines = whole.read_bytes().splitlines(keepends=True)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join([*lines[:3], line, *lines[4:]]))

    with pytest.raises(SessionLogError, match=message) as caught:
        read_session(path)

    assert f"{path}:4: " in str(caught.value)


# --- what fails ---------------------------------------------------------------------

LAST = FISH.model_copy(update={"self_energy": 2.0})


class Failing(World):
    """A world whose numbers leave double precision after 13 ticks."""

    def tick(self, commands=()):
        if self.tick_count == 13:
            raise RunError("numbers have left double precision")
        return super().tick(commands)


def fail(log):
    """Play until the numbers of a world leave double precision, after a command."""
    world = Failing([pond("master")], seed=0, registry=icons())
    log.begin(world)
    run(log, world, 13)
    with pytest.raises(RunError, match="double precision"):
        log.tick(world, [EditIcon(LAST)])
    return world


def test_a_world_that_fails_leaves_a_whole_log_up_to_the_last_command(tmp_path):
    with SessionLog(tmp_path / "a.jsonl", EVERY) as log:
        log.end(fail(log))

    session = read_session(log.path)
    steps = list(replay(session))

    assert not session.cut_short
    assert replay_session(session).difference is None
    assert replay_session(session).ticks == 13
    assert [step.commands for step in steps if isinstance(step, Obeyed)][-1] == (
        EditIcon(LAST),
    )


def test_a_log_goes_on_with_the_world_that_takes_the_place_of_one_that_failed(tmp_path):
    world = new_world()
    with SessionLog(tmp_path / "a.jsonl", EVERY) as log:
        fail(log)
        log.begin(world)
        run(log, world, 12)
        log.end(world)

    replayed = replay_session(read_session(log.path))

    assert (replayed.chapters, replayed.ticks) == (2, 25)
    assert (replayed.cut_short, replayed.difference) == (False, None)


# --- what cannot be written ---------------------------------------------------------


@contextmanager
def files_of_at_most(size):
    """Let no file grow beyond ``size`` bytes, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_once_before_anything_is_done_and_the_world_goes_on(
    tmp_path,
):
    world, free = new_world(), new_world()
    with SessionLog(tmp_path / "a.jsonl", EVERY) as log:
        log.begin(world)
        run(log, world, 5)
        free.run(5 / 60)
        with files_of_at_most(log.path.stat().st_size + 20):
            with pytest.raises(SessionWriteError, match="file too large"):
                log.tick(world, [Plant("field", 1, "🌾", "💀")])
            assert world.digest() == free.digest()
            assert log.failure is not None
            assert run(log, world, 30) == list(free.run(0.5))
            log.end(world)

    session = read_session(log.path)
    assert session.cut_short
    assert session.ticks == 0


def test_a_log_overwrites_no_file(tmp_path):
    path, world = recorded(tmp_path / "a.jsonl")
    before = path.read_bytes()

    with SessionLog(path) as log, pytest.raises(SessionWriteError, match="exists"):
        log.begin(world)

    assert path.read_bytes() == before


@pytest.mark.parametrize("act", ["begin", "reserve"])
def test_a_folder_that_cannot_be_made_is_told(tmp_path, act):
    (tmp_path / "file").write_text("")
    log = SessionLog(tmp_path / "file" / "a.jsonl")

    with pytest.raises(SessionWriteError, match=r"a\.jsonl: not a directory"):
        log.begin(new_world()) if act == "begin" else log.reserve()


def test_a_file_that_was_reserved_holds_a_session_or_is_removed(tmp_path):
    path = tmp_path / "a.jsonl"
    with SessionLog(path, EVERY) as log:
        log.reserve()
        assert path.read_bytes() == b""
        assert log.is_empty
    assert not path.exists()

    world = new_world()
    with SessionLog(path, EVERY) as log:
        log.reserve()
        log.begin(world)
        run(log, world, 5)
        log.end(world)
    assert read_session(path).ticks == 5


def test_a_file_in_the_way_is_neither_reserved_nor_removed(tmp_path):
    (tmp_path / "a.jsonl").write_text("mine")
    with (
        SessionLog(tmp_path / "a.jsonl") as log,
        pytest.raises(SessionWriteError, match="exists"),
    ):
        log.reserve()
    assert (tmp_path / "a.jsonl").read_text() == "mine"


def test_a_log_makes_its_folder(tmp_path):
    path, _ = recorded(tmp_path / "deep" / "er" / "a.jsonl")

    assert replay_session(read_session(path)).difference is None


def test_a_world_that_no_chapter_is_about_is_refused(tmp_path):
    with SessionLog(tmp_path / "a.jsonl") as log:
        with pytest.raises(ArgumentError, match="must begin a chapter with"):
            log.tick(new_world())
        log.begin(new_world())
        with pytest.raises(ArgumentError, match="must begin a chapter with"):
            log.obey(new_world(), [])


@pytest.mark.parametrize("every", [0, -1, 1.5, True])
def test_digests_cannot_come_less_than_every_tick(tmp_path, every):
    with pytest.raises(ArgumentError, match="`digest_every` must be"):
        SessionLog(tmp_path / "a.jsonl", every)


def test_a_small_log_cannot_ask_for_endless_ticks(tmp_path):
    path = tmp_path / "a.jsonl"
    world = World(["two_level"], seed=0)
    with pytest.raises(ArgumentError, match="at most 100,000"):
        SessionLog(path, digest_every=10**15)
    with SessionLog(path) as log:
        log.begin(world)
        log.end(world)
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('"digest_every":60', f'"digest_every":{10**15}').replace(
            '"tick":0}', f'"tick":{10**15}}}'
        ),
        encoding="utf-8",
    )
    with pytest.raises(SessionLogError, match="digest_every"):
        read_session(path)
