"""Scenes of the lab in session logs: recorded, replayed, saved, listed, continued."""

from __future__ import annotations

import json

import pytest
from played_scenes import EXPERIMENTS, new_scene, played

from spacewheat_sim.cli import main
from spacewheat_sim.content.files import read_scenario
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.engine.session.listing import list_sessions
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import SessionLogError, read_session
from spacewheat_sim.engine.session.replay import replay_session
from spacewheat_sim.engine.world.saves import save_world
from spacewheat_sim.engine.world.snapshot import SnapshotError
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import canonical_json, digest
from spacewheat_sim.sandbox.app import App
from spacewheat_sim.sandbox.autosave import Autosave
from spacewheat_sim.sandbox.inputs import Key
from spacewheat_sim.sandbox.lab.continuing import scene_to_continue
from spacewheat_sim.sandbox.lab.recorded import RecordedScene, open_recorded
from spacewheat_sim.sandbox.lab.session import SceneSession
from spacewheat_sim.sandbox.screens import Screens


@pytest.fixture
def told():
    return []


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_a_replay_of_a_scene_does_the_same_to_the_last_bit(tmp_path, experiment, told):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        session = played(experiment, log, told.append)
        session.end()

    replayed = replay_session(
        read_session(log.path, scenes=True), open_scene=open_recorded
    )
    assert replayed.difference is None
    assert replayed.ticks == session.scene.tick_count > 60
    assert replayed.digests > 6
    assert not replayed.cut_short
    # What is refused is in the log too: Wolff clusters do not know a field.
    assert bool(told) == (experiment == "ising_2d")


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_a_snapshot_goes_on_as_the_scene_does(experiment):
    scene = played(experiment).scene
    twin = open_recorded(scene.snapshot())

    assert twin.snapshot() == scene.snapshot()
    for _ in range(30):
        scene.tick()
        twin.tick()
    assert twin.digest() == scene.digest()


@pytest.mark.parametrize("experiment", EXPERIMENTS)
@pytest.mark.parametrize("of_log", [True, False])
def test_a_scene_is_continued_where_it_was_left(tmp_path, experiment, of_log):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        session = played(experiment, log)
        session.end()
    save = tmp_path / "b.autosave"
    save_world(session.scene, save)

    scene = scene_to_continue(log.path if of_log else save)
    assert scene.snapshot() == session.scene.snapshot()


def test_frames_do_not_matter(tmp_path):
    ends = []
    for number, frame in enumerate((0.01, 0.25)):
        with SessionLog(tmp_path / f"{number}.jsonl", 10) as log:
            session = SceneSession(new_scene("ising_2d"), print, log)
            for _ in range(round(1.5 / frame)):
                session.advance(frame)
            session.set("T", 4.0)
            for _ in range(round(1.5 / frame)):
                session.advance(frame)
            session.end()
        ends.append((session.scene.digest(), log.path.read_bytes()))

    assert ends[0] == ends[1]


def test_a_session_goes_to_and_fro_between_a_biome_and_a_scene(tmp_path):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        screens = Screens(3, log)
        app = App(screens.catalog, screens.open, "two_level")
        for name, seconds in (
            ("ising_lattice", 0.4),
            ("two_level", 0.6),
            ("ising_lattice", 0.2),
            ("two_level", 0.3),
        ):
            app.advance(0.5)
            app.open(name)
            app.advance(seconds)
        world = app.screen.session.world
        screens.close()
    kinds = [json.loads(line).keys() for line in log.path.read_text().splitlines()]
    assert sum("scene" in keys for keys in kinds) == 1

    session = read_session(log.path, scenes=True)
    replayed = replay_session(session, open_scene=open_recorded)
    assert (replayed.chapters, replayed.difference) == (2, None)
    assert not replayed.cut_short

    # Whoever does not ask for scenes reads the session of the world alone.
    alone = read_session(log.path)
    assert [chapter.is_scene for chapter in alone.chapters] == [False]
    replayed = replay_session(alone)
    assert replayed.difference is None
    assert replayed.ticks == world.tick_count
    assert scene_to_continue(log.path) is None


def test_a_scene_is_listed_and_continued_in_the_window(tmp_path, capsys):
    log = tmp_path / "a.jsonl"
    words = ["play", "ising_lattice", "--seed", "3", "--frames", "7"]
    assert main([*words, "--log", str(log)]) == 0
    save_world(new_scene("tfim_entanglement"), tmp_path / "b.world")

    listed = {each.path.name: each for each in list_sessions(tmp_path)}
    assert (listed["a.jsonl"].biome, listed["a.jsonl"].ticks) == ("IsingLattice", 7)
    assert listed["a.jsonl"].state == "ended"
    assert (listed["b.world"].biome, listed["b.world"].state) == ("Scene", "saved")

    capsys.readouterr()
    assert main(["replay", str(log)]) == 0
    assert "replayed 1 chapter, 7 ticks" in capsys.readouterr().out
    again = tmp_path / "c.jsonl"
    words = ["play", "--continue", str(log), "--frames", "5", "--log", str(again)]
    assert main(words) == 0
    straight = RecordedScene(
        read_scenario(Library().find("ising_lattice", scenarios=True)), 3
    )
    for _ in range(12):
        straight.tick()
    assert scene_to_continue(again).snapshot() == straight.snapshot()


def test_a_scene_that_was_cut_short_is_continued_from_its_last_record(tmp_path):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        session = SceneSession(new_scene("ising_2d"), print, log)
        session.advance(0.5)
        session.set("T", 4.0)
    expected = session.scene.snapshot()

    assert scene_to_continue(log.path).snapshot() == expected


def test_a_scene_saves_itself_each_minute_and_forgets_it_at_the_end(tmp_path):
    file = tmp_path / "a.autosave"
    scene = new_scene("decoherence_spin_bath")
    autosave = Autosave(lambda: scene, file, print)
    autosave.advance(59.0)
    assert not file.exists()
    autosave.advance(1.5)
    assert scene_to_continue(file).snapshot() == scene.snapshot()

    autosave.forget()
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_fails_is_told_once_and_the_scene_goes_on(tmp_path, told):
    log = SessionLog(tmp_path / "a.jsonl", 10)
    session = SceneSession(new_scene("ising_2d"), told.append, log)
    log.path.unlink()
    session.set("T", 4.0)
    session.set("T", 3.0)
    session.advance(0.5)

    assert session.state.get("T") == 3.0
    assert session.scene.tick_count == 30
    assert len(told) == 1
    assert "was removed" in told[0]


# --- damage ---------------------------------------------------------------------------


def altered(data, change):
    """Return a snapshot with a change, and a digest that fits."""
    document = json.loads(data)
    change(document)
    told = {k: v for k, v in document.items() if k not in ("about", "digest")}
    return canonical_json({**document, "digest": digest(canonical_json(told))}).encode()


def put(*path, value):
    def change(document):
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("experiment", "change"),
    [
        ("ising_2d", put("state", "spins", value="AAAA")),
        ("ising_2d", put("state", "spins", value="no base 64")),
        ("ising_2d", put("state", "generator", value=[0, 0, 0, 0])),
        ("ising_2d", put("state", "generator", value=[1, 2, 3, 2**64])),
        ("ising_2d", put("state", "T", value=-1.0)),
        ("ising_2d", put("state", "T", value="2")),
        ("ising_2d", put("state", "h", value=True)),
        ("ising_2d", put("state", "algorithm", value=["wolff"])),
        ("ising_2d", put("state", "sweeps", value=1.5)),
        ("ising_2d", put("scenario", "parameters", "Lx", value=10**6)),
        ("ising_2d", put("scenario", "experiment", value="zeno")),
        ("ising_2d", put("seed", value="four")),
        ("ising_2d", put("tick", value=None)),
        ("decoherence_spin_bath", put("state", "n_env", value=10**9)),
        ("decoherence_spin_bath", put("state", "n_env", value=5.0)),
        ("decoherence_spin_bath", put("state", "tilt", value=9.0)),
        ("decoherence_spin_bath", put("state", "ticks", value=-(10**400))),
        ("decoherence_spin_bath", put("state", "start", value="minus")),
        ("tfim_entanglement", put("state", "L", value=10**9)),
        ("tfim_entanglement", put("state", "boundary", value="knot")),
        ("tfim_entanglement", put("state", "up", value="yes")),
        ("tfim_entanglement", put("state", "more", value=1)),
        ("tfim_entanglement", put("state", value=None)),
    ],
)
def test_a_snapshot_that_holds_no_scene_is_refused(experiment, change):
    with pytest.raises(SnapshotError):
        open_recorded(altered(new_scene(experiment).snapshot(), change))


def test_an_altered_snapshot_is_refused_by_file_and_chapter(tmp_path):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        played("ising_2d", log).end()
    text = log.path.read_text()
    log.path.write_text(text.replace('"seed":4', '"seed":5', 1))

    session = read_session(log.path, scenes=True)
    with pytest.raises(SessionLogError, match=r"a\.jsonl: chapter 1: .*altered"):
        replay_session(session, open_scene=open_recorded)


def test_a_log_of_scenes_alone_is_refused_where_a_world_is_wanted(tmp_path):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        played("tfim_entanglement", log).end()

    with pytest.raises(SessionLogError, match="nothing but scenes of the lab"):
        read_session(log.path)


@pytest.mark.parametrize(
    "record",
    [
        {"command": "set", "name": "T"},
        {"command": "set", "name": 3, "value": 1.0},
        {"command": "set", "name": "T", "value": True},
        {"command": "set", "name": "T", "value": [1.0]},
        {"command": "set", "name": "T", "value": 1.0, "more": 0},
        {"command": "restart", "seed": -1},
        {"command": "restart", "seed": 1.5},
        {"command": "measure", "plot": 1},
    ],
)
def test_what_is_no_command_of_a_scene_is_refused_by_its_line(tmp_path, record):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        played("tfim_entanglement", log).end()
    lines = log.path.read_text().splitlines()
    number = next(n for n, line in enumerate(lines) if '"commands"' in line)
    tick = json.loads(lines[number])["tick"]
    lines[number] = canonical_json({"tick": tick, "commands": [record]})
    log.path.write_text("\n".join(lines) + "\n")

    with pytest.raises(SessionLogError, match=rf"a\.jsonl:{number + 1}: "):
        read_session(log.path, scenes=True)


def test_a_scene_has_no_branches_of_its_own(tmp_path):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        played("tfim_entanglement", log)
    branch = canonical_json({"branch": 2, "of": 1, "tick": 10, "given": 0})
    with log.path.open("a") as file:
        file.write(branch + "\n")

    with pytest.raises(SessionLogError, match="branch 1 is of a scene"):
        read_session(log.path, scenes=True)


def test_parameters_that_a_scene_does_not_have_are_refused():
    for experiment in EXPERIMENTS:
        state = new_scene(experiment).state
        before = state.document()
        for name, value in (("K", 1.0), ("seed", 3), ("T", -1.0), ("L", 1e9)):
            with pytest.raises(ArgumentError):
                state.set(name, value)
        assert state.document() == before


def test_keys_of_time_are_recorded(tmp_path):
    with SessionLog(tmp_path / "a.jsonl", 10) as log:
        screens = Screens(3, log)
        app = App(screens.catalog, screens.open, "tfim_critical")
        app.handle(Key("."))
        app.handle(Key("f5", shift=True))
        app.handle(Key("space"))
        app.advance(0.5)
        seed = app.screen.session.state.seed
        screens.close()

    told = log.path.read_text()
    assert f'"command":"restart","seed":{seed}' in told
    assert scene_to_continue(log.path).tick_count == 31
