"""``spacewheat challenge`` from the command line, with good and with bad words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spacewheat_sim.cli import main
from spacewheat_sim.content.packs.library import Library

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the logs of two attempts."""
    folder = tmp_path_factory.mktemp("logs") / "new"
    words = ["run", "make_a_pair", "--policy", "random"]
    words += ["--episodes", "2", "--seed", "3"]
    assert main(["challenge", *words, "--logs", str(folder)]) == 0
    return folder


def challenge(capsys: Captured, *words: str) -> tuple[int, str, str]:
    code = main(["challenge", *words])
    return code, *capsys.readouterr()


def test_the_list_has_every_challenge_from_easy_to_hard(capsys: Captured) -> None:
    code, out, err = challenge(capsys, "list")
    assert (code, err) == (0, "")
    entries = out.partition("\n\n")[0].splitlines()
    keys = [e.split()[0] for e in entries if not e.startswith(" ")]
    assert set(keys) == {entry.key for entry in Library().challenges}
    assert "    Level 1 of 5: it takes one move at the right moment, and again" in out
    _, out, _ = challenge(capsys, "list", "--json")
    listed = json.loads(out)
    assert [each["key"] for each in listed] == keys
    assert [each["level"] for each in listed] == sorted(e["level"] for e in listed)
    assert all(each["takes"] for each in listed)


def test_a_broken_file_hides_no_other_challenge(
    capsys: Captured, tmp_path: Path
) -> None:
    assert main(["content", "new", "pack", str(tmp_path / "mine")]) == 0
    folder = tmp_path / "mine" / "biomes" / "challenges"
    folder.mkdir()
    (folder / "broken.yaml").write_text("schema: 1\ngaol: {}\nbiome: forest\n", "utf-8")
    (folder / "other.yaml").write_text("schema: 1\nname: Other\n", "utf-8")
    capsys.readouterr()
    for flags in ((), ("--json",)):
        words = ("list", *flags, "--pack", str(tmp_path / "mine"))
        code, out, err = challenge(capsys, *words)
        assert code == 2
        assert out == challenge(capsys, "list", *flags)[1]
        assert "broken.yaml:2:1: gaol: unknown key gaol" in err
        assert "other.yaml is no challenge" in err


def test_a_run_is_the_same_for_a_seed(capsys: Captured) -> None:
    words = ("run", "first_harvest", "--policy", "random", "--episodes", "3", "--json")
    code, out, _ = challenge(capsys, *words)
    found = json.loads(out)
    assert code == 0
    assert len(found["scores"]) == found["episodes"] == 3
    assert found["mean"] == pytest.approx(sum(found["scores"]) / 3)
    assert challenge(capsys, *words)[1] == out


def test_a_log_of_a_run_proves_its_score(capsys: Captured, logs: Path) -> None:
    words = ("run", "make_a_pair", "--policy", "random")
    words += ("--episodes", "2", "--seed", "3")
    scores = json.loads(challenge(capsys, *words, "--json")[1])["scores"]
    for number, score in enumerate(scores):
        path = logs / f"make_a_pair-3-{number}.jsonl"
        code, out, err = challenge(capsys, "score", str(path), "--json")
        assert (code, err) == (0, "")
        assert json.loads(out)["score"] == score
    code, out, _ = challenge(capsys, "score", str(path))
    assert f"make_a_pair, score {score:.6g}" in out
    assert main(["replay", str(path)]) == 0
    assert "identical" in capsys.readouterr().out


def test_a_folder_is_a_table_and_an_edited_log_is_refused(
    capsys: Captured, logs: Path, tmp_path: Path
) -> None:
    code, out, err = challenge(capsys, "score", str(logs))
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == 2
    text = (logs / "make_a_pair-3-0.jsonl").read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    place = next(i for i, line in enumerate(lines) if '"commands":' in line)
    edited = tmp_path / "edited.jsonl"
    edited.write_text("".join(lines[:place] + lines[place + 1 :]), encoding="utf-8")
    code, out, err = challenge(capsys, "score", str(edited))
    assert (code, out) == (3, "")
    assert "its digest differs at tick" in err
    code, out, err = challenge(capsys, "score", str(tmp_path))
    assert (code, out) == (3, "No attempts at challenges in this folder\n")
    assert err.startswith("refused: ")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("run", "first_harvst"), "Unknown challenge 'first_harvst'; did you mean"),
        (("run", "nowhere.yaml"), "nowhere.yaml"),
        (("run",), "requires an argument"),
        (("run", "make_a_pair", "--policy", "rndom"), "did you mean 'random'?"),
        (("run", "make_a_pair"), "needs an act of harvest"),
        (("run", "make_a_pair", "--episodes", "0"), "`--episodes` must be 1 to"),
        (("run", "make_a_pair", "--episodes", "1.5"), "not a whole number"),
        (("run", "make_a_pair", "--seed", "-1"), "must be a non-negative integer"),
        (("score", "nothing.jsonl"), "nothing.jsonl"),
        (("score",), "score"),
    ],
)
def test_bad_words_are_told(capsys: Captured, words: tuple[str, ...], why: str) -> None:
    code, out, err = challenge(capsys, *words)
    assert (code, out) == (2, "")
    assert why in err
    assert "Traceback" not in err


def test_a_challenge_of_ones_own_is_named_by_its_file(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["content", "new", "challenge", "feast"]) == 0
    words = ("--policy", "random", "--episodes", "1", "--logs", "logs")
    assert challenge(capsys, "run", "feast.yaml", *words)[0] == 0
    log = str(Path("logs") / "feast-0-0.jsonl")
    code, out, err = challenge(capsys, "score", log)
    assert (code, out) == (3, "")
    assert "name its file with --challenge" in err
    assert challenge(capsys, "score", log, "--challenge", "feast.yaml")[0] == 0
    code, _, err = challenge(capsys, "score", log, "--challenge", "first_harvest")
    assert code == 3
    assert "is not the one that goes by this name" in err


def test_a_log_that_is_there_is_not_written_over(capsys: Captured, logs: Path) -> None:
    words = ("run", "make_a_pair", "--policy", "random")
    words += ("--episodes", "1", "--seed", "3")
    before = (logs / "make_a_pair-3-0.jsonl").read_bytes()
    code, _, err = challenge(capsys, *words, "--logs", str(logs))
    assert code == 1
    assert "Cannot write the session log" in err
    assert (logs / "make_a_pair-3-0.jsonl").read_bytes() == before
