from __future__ import annotations

import json
import subprocess
import sys

import pytest

from spacewheat_sim.cli import main
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.world.commands import Collapse, Measure, Plant
from spacewheat_sim.engine.world.world import World

COMMAND = [sys.executable, "-m", "spacewheat_sim", "replay"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a log of two chapters with five commands."""
    path = tmp_path_factory.mktemp("log") / "session.jsonl"
    with SessionLog(path) as log:
        for seed in (1, 2):
            world = World(["two_level"], seed)
            log.begin(world)
            north, south = world.baths["two_level"].emojis
            log.obey(world, [Plant("two_level", 1, north, south)])
            for _ in range(100):
                log.tick(world)
            log.tick(world, [Measure(1)])
        log.tick(world, [Collapse("two_level", north, 0.25)])
        log.end(world)
    return path


def replay(capsys, path, *flags):
    code = main(["replay", str(path), *flags])
    return code, *capsys.readouterr()


def replay_json(capsys, path):
    code, out, _ = replay(capsys, path, "--json")
    return code, json.loads(out)


def altered(whole, tmp_path, old, new):
    text = whole.read_text(encoding="utf-8")
    path = tmp_path / "altered.jsonl"
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_a_whole_session_is_identical(capsys, whole):
    code, out, err = replay(capsys, whole)

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"{whole}: replayed 2 chapters, 203 ticks, 5 commands",
        "identical: 7 digests compared",
    ]


def test_json_is_one_document(capsys, whole):
    code, document = replay_json(capsys, whole)

    assert code == 0
    assert document == {
        "file": str(whole),
        "chapters": 2,
        "ticks": 203,
        "commands": 5,
        "digests": 7,
        "cut_short": False,
        "difference": None,
    }


def test_an_altered_digest_is_told_with_its_tick(capsys, whole, tmp_path):
    lines = whole.read_text(encoding="utf-8").splitlines()
    expected = json.loads(lines[-3])["digest"]
    path = altered(whole, tmp_path, expected, "f" * 64)

    code, out, err = replay(capsys, path)
    as_json, document = replay_json(capsys, path)

    assert (code, as_json, err) == (3, 3, "")
    assert "different: chapter 2, tick 101 (identical up to tick 60)" in out
    assert f"  recorded  {'f' * 64}\n  replayed  {expected}\n" in out
    difference = document["difference"]
    assert (difference["chapter"], difference["tick"]) == (2, 101)
    assert (difference["expected"], difference["found"]) == ("f" * 64, expected)


def test_an_altered_strength_makes_a_difference(capsys, whole, tmp_path):
    path = altered(whole, tmp_path, '"strength":0.25', '"strength":0.26')

    code, out, _ = replay(capsys, path)

    assert code == 3
    assert "different: chapter 2, tick 102 (identical up to tick 101)" in out


def test_a_difference_tells_of_another_version(capsys, whole, tmp_path):
    text = whole.read_text(encoding="utf-8")
    text = text.replace('"version":"', '"version":"7.')
    path = tmp_path / "altered.jsonl"
    path.write_text(text.replace('"strength":0.25', '"strength":0.5'), encoding="utf-8")

    code, out, _ = replay(capsys, path)

    assert code == 3
    assert "recorded by version 7." in out


def test_a_session_cut_short_is_replayed_as_far_as_it_goes(capsys, whole, tmp_path):
    data, cut = whole.read_bytes(), tmp_path / "cut.jsonl"
    cut.write_bytes(data[:-30])

    code, out, _ = replay(capsys, cut)
    as_json, document = replay_json(capsys, cut)

    assert (code, as_json) == (0, 0)
    assert "cut short" in out
    assert "identical: 6 digests compared" in out
    assert (document["cut_short"], document["ticks"]) == (True, 202)


def test_a_session_cut_after_its_first_record_has_nothing_to_compare(
    capsys, whole, tmp_path
):
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(whole.read_bytes().splitlines(keepends=True)[0])

    code, out, _ = replay(capsys, cut)

    assert code == 0
    assert "nothing to compare" in out


def test_what_is_no_session_log_is_refused_in_one_line(capsys, whole, tmp_path):
    contents = {
        "empty.jsonl": b"",
        "first_cut.jsonl": whole.read_bytes()[:500],
        "binary.jsonl": bytes(range(256)) * 4,
        "events.jsonl": b'{"event":"jumped","time":1.5}\n',
        "page.html": b"<html>\n</html>\n",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)

    for name in [*contents, "missing.jsonl", "."]:
        code, out, err = replay(capsys, tmp_path / name)
        assert (code, out) == (2, ""), name
        assert err.startswith("error: "), name
        assert str(tmp_path / name) in err, name
        assert err.count("\n") == 1, name


def test_the_command_itself_ends_with_these_codes(whole, tmp_path):
    different = altered(whole, tmp_path, '"strength":0.25', '"strength":0.26')
    paths = (whole, different, tmp_path / "missing.jsonl")
    runs = [
        subprocess.Popen(
            [*COMMAND, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for path in paths
    ]

    errors = [run.communicate()[1] for run in runs]

    assert [run.returncode for run in runs] == [0, 3, 2]
    assert all(b"Traceback" not in error for error in errors)


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from spacewheat_sim.cli import main\n"
        "main(['replay', '--help'])\n"
        "heavy = {'scipy', 'numba', 'pydantic', 'matplotlib', 'pygame'}\n"
        "sys.stderr.write(' '.join(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "session log" in done.stdout
