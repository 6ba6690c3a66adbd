import errno
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from spacewheat_sim.errors import ArgumentError, RunError, RunStoppedError
from spacewheat_sim.interrupts import exit_code, raising
from spacewheat_sim.jsonio import digest
from spacewheat_sim.lab.bundle import bundle as bundle_module
from spacewheat_sim.lab.bundle.bundle import Bundle
from spacewheat_sim.lab.bundle.unfinished import settle_unfinished


def test_nothing_is_seen_at_the_final_place_before_the_bundle_is_whole(tmp_path):
    with Bundle(tmp_path, "forest", {"seed": 1}) as bundle:
        bundle.write_results({"answer": 1.5})
        assert not bundle.path.exists()

    assert sorted(path.name for path in bundle.path.iterdir()) == [
        "meta.json",
        "results.json",
    ]


def test_two_runs_of_one_second_get_two_folders(tmp_path):
    first, second = (Bundle(tmp_path, "forest", {}) for _ in range(2))

    assert first.path != second.path


def test_a_run_id_is_stamp_name_and_eight_hex_digits(tmp_path):
    bundle = Bundle(tmp_path, "my forest/☀", {})

    stamp, name, token = bundle.path.name.split("-")
    assert len(stamp) == 16
    assert stamp.endswith("Z")
    assert name == "my_forest"
    assert int(token, 16) < 2**32


def test_the_folder_of_a_long_name_can_be_made(tmp_path):
    name = "a_long_name_" * 20

    with Bundle(tmp_path, name, {}) as bundle:
        bundle.write_results({})

    assert json.loads((bundle.path / "meta.json").read_text())["name"] == name


def test_a_nan_is_refused_rather_than_written(tmp_path):
    with (
        pytest.raises(ValueError, match="JSON compliant"),
        Bundle(tmp_path, "x", {}) as bundle,
    ):
        bundle.write_results({"answer": float("nan")})


def test_floats_survive_the_table(tmp_path):
    with Bundle(tmp_path, "x", {}) as bundle:
        bundle.write_table(["value"], [[0.1 + 0.2], [1e-300]])

    text = (bundle.path / "table.csv").read_text().split()
    assert [float(word) for word in text[1:]] == [0.1 + 0.2, 1e-300]


def test_timings_stand_apart_from_what_is_compared(tmp_path):
    with Bundle(tmp_path, "x", {"seed": 3}) as bundle, bundle.timed("evolution"):
        pass

    meta = json.loads((bundle.path / "meta.json").read_text())
    assert set(meta["timings"]) == {"evolution", "total"}
    assert meta["seed"] == 3
    assert meta["files"] == {}


def test_a_place_that_is_a_file_is_told(tmp_path):
    (tmp_path / "runs").write_text("")

    with (
        pytest.raises(RunError, match="choose another folder"),
        Bundle(tmp_path / "runs", "x", {}),
    ):
        pass


# --- status and files always agree ----------------------------------------------------


def the_bundle(root):
    """Return the only bundle under ``root`` and its metadata, whose hashes hold."""
    (folder,) = root.iterdir()
    meta = json.loads((folder / "meta.json").read_text())
    there = (p for p in folder.rglob("*") if p.is_file() and p.name != "meta.json")
    assert meta["files"] == {
        path.relative_to(folder).as_posix(): digest(path.read_bytes()) for path in there
    }
    return folder, meta


def write_all(bundle):
    with bundle.writing():
        bundle.write_results({"answer": 1.5})
        bundle.write_table(["x"], [[1.0]])


def test_a_run_that_is_interrupted_before_it_has_results_says_so(tmp_path):
    with Bundle(tmp_path, "x", {}) as bundle:
        raise KeyboardInterrupt
    folder, meta = the_bundle(tmp_path)
    assert (bundle.status, bundle.path) == ("interrupted", folder)
    assert (meta["status"], meta["stopped_in"]) == ("interrupted", "run")
    assert meta["files"] == {}


def test_what_was_done_before_an_interruption_is_kept_and_marked(tmp_path):
    with Bundle(tmp_path, "x", {}) as bundle:
        bundle.stop(KeyboardInterrupt())
        write_all(bundle)
    _, meta = the_bundle(tmp_path)
    assert (meta["status"], meta["stopped_in"]) == ("interrupted", "run")
    assert set(meta["files"]) == {"results.json", "table.csv"}


def test_an_interruption_of_the_figures_keeps_the_results(tmp_path):
    def interrupted():
        raise KeyboardInterrupt

    with Bundle(tmp_path, "x", {}) as bundle:
        write_all(bundle)
        bundle.draw({"first": Figure, "second": interrupted})
    _, meta = the_bundle(tmp_path)
    assert (meta["status"], meta["stopped_in"]) == ("interrupted", "figures")
    assert set(meta["files"]) == {"results.json", "table.csv", "figures/first.png"}


def test_an_interruption_that_drawing_code_turned_into_an_error_is_one(tmp_path):
    def turned():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except KeyboardInterrupt:
            raise ValueError("invalid bounding box") from None

    with raising(), Bundle(tmp_path, "x", {}) as bundle:
        write_all(bundle)
        bundle.draw({"first": turned})
    _, meta = the_bundle(tmp_path)
    assert (meta["status"], meta["stopped_in"]) == ("interrupted", "figures")
    assert exit_code(bundle.interrupt) == 143


def test_a_figure_that_cannot_be_drawn_ends_neither_the_others_nor_the_run(tmp_path):
    def broken():
        raise ValueError("no axis")

    def run():
        with Bundle(tmp_path, "x", {}) as bundle:
            write_all(bundle)
            bundle.draw({"first": broken, "second": Figure})

    with pytest.raises(ValueError, match="no axis") as caught:
        run()
    folder, meta = the_bundle(tmp_path)
    assert (meta["status"], meta["stopped_in"]) == ("partial", "figures")
    assert "figures/second.png" in meta["files"]
    notes = " ".join(caught.value.__notes__)
    assert "figures/first.png" in notes
    assert str(folder) in notes


def test_an_error_of_the_run_leaves_nothing(tmp_path):
    with pytest.raises(ArgumentError), Bundle(tmp_path, "x", {}):
        raise ArgumentError("no such thing")
    assert list(tmp_path.iterdir()) == []


def test_an_error_after_the_results_keeps_them_and_says_where(tmp_path):
    def run():
        with Bundle(tmp_path, "x", {}) as bundle:
            bundle.stop(RunError("too cold"))
            write_all(bundle)

    with pytest.raises(RunStoppedError, match="too cold; the run until then is in"):
        run()
    _, meta = the_bundle(tmp_path)
    assert (meta["status"], meta["stopped_in"]) == ("failed", "run")


def test_a_file_without_room_is_told_by_path_and_the_others_are_kept(
    tmp_path, monkeypatch
):
    def no_room_for_the_table(path):
        assert path.name == "table.csv"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(bundle_module, "written_atomically", no_room_for_the_table)
    with (
        pytest.raises(RunStoppedError, match=r"table\.csv: no space left") as caught,
        Bundle(tmp_path, "x", {}) as bundle,
    ):
        write_all(bundle)
    folder, meta = the_bundle(tmp_path)
    assert str(folder / "table.csv") in str(caught.value)
    assert (meta["status"], meta["stopped_in"]) == ("failed", "writing")
    assert set(meta["files"]) == {"results.json"}


def test_files_and_folders_follow_the_umask(tmp_path):
    before = os.umask(0o027)
    try:
        with Bundle(tmp_path, "x", {}) as bundle:
            write_all(bundle)
            bundle.draw({"first": Figure})
    finally:
        os.umask(before)
    for path in bundle.path.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o750 if path.is_dir() else 0o640)


def test_a_request_that_comes_when_all_is_done_leaves_a_complete_bundle(
    tmp_path, monkeypatch
):
    write_meta = bundle_module.write_meta

    def asked_while_closing(folder, meta, *, is_last):
        if is_last:
            os.kill(os.getpid(), signal.SIGTERM)
        write_meta(folder, meta, is_last=is_last)

    monkeypatch.setattr(bundle_module, "write_meta", asked_while_closing)
    with raising(), Bundle(tmp_path, "x", {}) as bundle:
        write_all(bundle)
    _, meta = the_bundle(tmp_path)
    assert (meta["status"], meta["stopped_in"]) == ("complete", None)
    assert exit_code(bundle.interrupt) == 143


# --- what a killed run leaves ---------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from spacewheat_sim.lab.bundle.bundle import Bundle
bundle = Bundle(Path(sys.argv[1]), "x", {"seed": 3}).__enter__()
if sys.argv[2] != "run":
    with bundle.writing():
        bundle.write_results({"answer": 1.5})
        if sys.argv[2] == "writing":
            os.kill(os.getpid(), signal.SIGKILL)
        bundle.write_table(["x"], [[1.0]])
Path(bundle.folder, ".half.unfinished").write_text("{")
os.kill(os.getpid(), signal.SIGKILL)
"""


def kill_a_run(root, stage):
    words = [sys.executable, "-c", KILLED, str(root), stage]
    assert subprocess.run(words, check=False).returncode == -9
    (folder,) = root.iterdir()
    assert folder.name.endswith(".unfinished")
    return folder


@pytest.mark.parametrize(
    ("stage", "files"),
    [("writing", ["results.json"]), ("figures", ["results.json", "table.csv"])],
)
def test_the_next_run_finishes_what_a_killed_one_left(tmp_path, stage, files):
    kill_a_run(tmp_path, stage)
    (line,) = settle_unfinished(tmp_path)
    folder, meta = the_bundle(tmp_path)
    assert str(folder) in line
    assert not folder.name.startswith(".")
    assert (meta["status"], meta["stopped_in"]) == ("interrupted", stage)
    assert (sorted(meta["files"]), meta["seed"]) == (files, 3)
    assert list(settle_unfinished(tmp_path)) == []


def test_the_next_run_removes_what_was_killed_before_it_had_anything(tmp_path):
    folder = kill_a_run(tmp_path, "run")
    (line,) = settle_unfinished(tmp_path)
    assert str(folder) in line
    assert list(tmp_path.iterdir()) == []


def test_a_living_run_and_a_strangers_folder_are_left_alone(tmp_path):
    with Bundle(tmp_path, "x", {}) as bundle:
        stranger = tmp_path / ".20260101T000000Z-x-0123456789.unfinished"
        stranger.mkdir()
        young = tmp_path / ".20260101T000000Z-x-01234567.unfinished"
        young.mkdir()
        assert list(settle_unfinished(tmp_path)) == []
        os.utime(young, (0, 0))
        (line,) = settle_unfinished(tmp_path)
        assert str(young) in line
        assert stranger.is_dir()
    assert bundle.path.is_dir()


def test_results_without_metadata_are_not_thrown_away(tmp_path):
    folder = kill_a_run(tmp_path, "figures")
    (folder / "meta.json").write_text("[")
    os.utime(folder, (0, 0))
    (line,) = settle_unfinished(tmp_path)
    assert str(folder) in line
    assert "cannot be finished: its meta.json tells nothing" in line
    assert (folder / "results.json").exists()


def test_a_place_that_is_gone_is_told_with_what_was_meant(tmp_path):
    root = tmp_path / "runs"
    with pytest.raises(RunError, match="Cannot write"), Bundle(root, "x", {}):
        shutil.rmtree(root)
    assert list(settle_unfinished(root)) == []
    assert not Path(root).exists()
