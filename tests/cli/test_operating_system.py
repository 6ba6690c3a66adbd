"""What the operating system refuses is told as what it is, with the path."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from processes import meta_of, run

from spacewheat_sim.cli import main
from spacewheat_sim.lab.bundle.files import hashes

BIOME = Path(__file__).parents[2] / "biomes" / "two_level.yaml"
LONG = "a" * 300
HUGE = "1" + "0" * 400
PLAY = ["play", "two_level", "--frames", "1"]
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB, where one may be made."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    words = [str(mount), "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if (
        mount is None
        or subprocess.run(words, check=False, capture_output=True).returncode
    ):
        pytest.skip("no disk can be made here")
    yield disk
    subprocess.run([str(umount), str(disk)], check=True)


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Command:
    """Return code and words of an error that is one sentence and no defect."""

    def run_here(*words: str) -> tuple[int, str]:
        code, said = main(list(words)), capsys.readouterr().err
        # An experiment says first what it will take.
        assert said.splitlines()[-1].startswith("error: ")
        assert "defect" not in said
        assert "Traceback" not in said
        return code, said

    return run_here


# --- a full disk ----------------------------------------------------------------------


def test_a_table_without_room_is_told_and_the_results_are_kept(
    tiny_disk: Path, told: Command
) -> None:
    words = ["two_level", "--duration", "60", "--seed", "0", "--out", str(tiny_disk)]
    code, said = told("simulate", *words)
    (bundle,) = tiny_disk.iterdir()
    assert code == 1
    assert f"Cannot write {bundle / 'table.csv'}: no space left on device" in said
    meta = meta_of(bundle)
    assert (meta["status"], meta["stopped_in"]) == ("failed", "writing")
    assert "results.json" in meta["files"]
    assert not (bundle / "table.csv").exists()


def test_figures_without_room_are_told_and_the_rest_is_whole(
    tiny_disk: Path, told: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["ising_1d", "--T_grid", "1", "2", "3", "--seed", "0"]
    code, said = told("lab", "run", *words, "--out", str(tiny_disk))
    (bundle,) = tiny_disk.iterdir()
    assert code == 1
    assert f"Cannot write {bundle}/figures/" in said
    meta = meta_of(bundle)
    assert (meta["status"], meta["stopped_in"]) == ("partial", "figures")
    assert {"results.json", "table.csv"} <= set(meta["files"])
    for name in meta["files"]:
        assert (bundle / name).exists()
    assert main(["lab", "rerun", str(bundle)]) == 0
    assert capsys.readouterr().out.endswith("identical\n")


@pytest.mark.parametrize("free", [0, 4096, 8192, 12288, 16384, 20480, 28672])
def test_a_disk_that_holds_nothing_more_is_left_as_it_was_or_with_a_whole_bundle(
    free: int, tiny_disk: Path, told: Command
) -> None:
    (tiny_disk / "fill").write_bytes(b"0" * (65536 - free))
    words = ["two_level", "--duration", "60", "--no-figures", "--out", str(tiny_disk)]
    code, said = told("simulate", *words)
    assert code == 1
    assert "no space left on device" in said
    assert str(tiny_disk) in said
    left = [path for path in tiny_disk.iterdir() if path.name != "fill"]
    assert not left or free >= 8192
    for bundle in left:
        assert not bundle.name.startswith(".")
        assert meta_of(bundle)["files"] == hashes(bundle)


def test_a_starting_file_without_room_leaves_nothing_in_its_place(
    tiny_disk: Path, told: Command
) -> None:
    (tiny_disk / "fill").write_bytes(b"0" * 65536)
    path = tiny_disk / "swamp.yaml"
    code, said = told("content", "new", "biome", str(path))
    assert (code, said) == (
        1,
        f"error: {path} cannot be written: no space left on device\n",
    )
    assert [path.name for path in tiny_disk.iterdir()] == ["fill"]
    (tiny_disk / "fill").unlink()  # there is room for the biome, but not for its schema
    code, said = told("content", "new", "biome", str(path))
    assert code == 1
    assert "biome.schema.json cannot be written: no space left on device" in said
    assert list(tiny_disk.iterdir()) == []
    words = [str(shutil.which("mount")), "-o", "remount,size=1m", str(tiny_disk)]
    subprocess.run(words, check=True)
    assert main(["content", "new", "biome", str(path)]) == 0


def test_a_picture_without_room_leaves_nothing_in_its_place(
    tiny_disk: Path, told: Command
) -> None:
    (tiny_disk / "fill").write_bytes(b"0" * 65536)
    path = tiny_disk / "a.png"
    code, said = told("play", "two_level", "--frames", "1", "--screenshot", str(path))
    assert (code, said) == (1, f"error: Cannot save {path}: no space left on device\n")
    assert [path.name for path in tiny_disk.iterdir()] == ["fill"]


def test_a_limit_on_the_size_of_files_is_told_like_a_full_disk(tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    words = ["two_level", "--duration", "60", "--seed", "0", "--out", str(tmp_path)]
    environment = {
        **os.environ,
        "NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR", ""),
    }
    done = run("simulate", *words, preexec_fn=limit, env=environment)
    (bundle,) = tmp_path.iterdir()
    assert done.returncode == 1
    assert f"Cannot write {bundle / 'table.csv'}: file too large" in done.stderr
    assert set(meta_of(bundle)["files"]) == {
        "biome.yaml",
        "results.json",
        "events.jsonl",
    }


# --- paths ----------------------------------------------------------------------------


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of odd things, which commands are run in."""
    (tmp_path / "circle.yaml").symlink_to("circle.yaml")
    (tmp_path / "circle").symlink_to("circle")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder.png").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["content", "new", "biome", ""], 2, "a path cannot be empty"),
        (["content", "new", "biome", "/"], 2, "must name a file"),
        (["content", "new", "biome", ".."], 2, "must be a letter"),
        (["content", "new", "biome", "nowhere/x"], 2, "its folder does not exist"),
        (["content", "new", "biome", "file/x"], 2, "its folder does not exist"),
        (["content", "new", "biome", "circle/x"], 1, "levels of symbolic links"),
        (["content", "new", "biome", "circle"], 2, "already exists"),
        (["content", "new", "biome", LONG], 1, "file name too long"),
        (["content", "check", ""], 2, "a path cannot be empty"),
        (["content", "check", "circle.yaml"], 2, "levels of symbolic links"),
        (["content", "check", "circle"], 2, "levels of symbolic links"),
        (["content", "check", "pipe.yaml"], 2, "it is no regular file"),
        (["content", "check", "/dev/zero"], 2, "it is no regular file"),
        (["content", "check", LONG], 2, "file name too long"),
        (["content", "show", ""], 2, "Unknown biome, challenge or icon ''"),
        (["content", "show", "circle.yaml"], 2, "levels of symbolic links"),
        (["content", "show", f"{LONG}.yaml"], 2, "file name too long"),
        (["content", "graph", "pipe.yaml"], 2, "it is no regular file"),
        (["simulate", ""], 2, "Unknown biome ''"),
        (["simulate", "."], 2, "is a directory"),
        (["simulate", LONG], 2, "Unknown biome"),
        (["simulate", "circle.yaml"], 2, "levels of symbolic links"),
        (["simulate", "./pipe.yaml"], 2, "it is no regular file"),
        (["simulate", "two_level", "--out", ""], 2, "a path cannot be empty"),
        (["simulate", "two_level", "--out", "file"], 1, "Cannot write to file: "),
        (["simulate", "two_level", "--out", "circle/x"], 1, "write to circle/x: too"),
        (["lab", "run", "ising_1d", "--out", ""], 2, "a path cannot be empty"),
        (["lab", "run", "ising_1d", "--T", "1", "--out", "file"], 1, "write to file: "),
        (["lab", "rerun", ""], 2, "a path cannot be empty"),
        (["lab", "rerun", "circle"], 2, "Cannot read circle: too many levels"),
        (["lab", "rerun", "pipe.yaml"], 2, "it is no regular file"),
        (["lab", "rerun", "/dev/zero"], 2, "it is no regular file"),
        (["lab", "rerun", LONG], 2, "file name too long"),
        (["lab", "rerun", "."], 2, "Cannot read meta.json: no such file"),
        (["replay", ""], 2, "a path cannot be empty"),
        (["replay", "pipe.yaml"], 2, "it is no regular file"),
        (["replay", "/dev/zero"], 2, "it is no regular file"),
        (["replay", "circle"], 2, "too many levels of symbolic links"),
        (["play", "", "--frames", "1"], 2, "Unknown biome, lab scene or challenge ''"),
        (["play", "two_level", "--log", ""], 2, "a path cannot be empty"),
        (["play", "two_level", "--screenshot", ""], 2, "a path cannot be empty"),
        ([*PLAY, "--log", "."], 2, "--log .: the file already exists"),
        ([*PLAY, "--log", "file"], 2, "--log file: the file already exists"),
        ([*PLAY, "--log", "circle"], 2, "--log circle: the file already exists"),
        ([*PLAY, "--log", "file/x.jsonl"], 1, "file/x.jsonl: not a directory"),
        ([*PLAY, "--log", "/proc/x.jsonl"], 1, "the session log /proc/x.jsonl: no su"),
        ([*PLAY, "--log", LONG], 1, "file name too long"),
        ([*PLAY, "--screenshot", "x.txt"], 2, "should end in .png"),
        ([*PLAY, "--screenshot", "no/x.png"], 2, "there is no folder no"),
        ([*PLAY, "--screenshot", "file/x.png"], 2, "there is no folder file"),
        ([*PLAY, "--screenshot", "folder.png"], 2, "this is a folder"),
        ([*PLAY, "--screenshot", "/proc/x.png"], 1, "Cannot save /proc/x.png: no su"),
        (["simulate", "two_level", "--out", "/proc/x"], 1, "Cannot write to /proc/x: "),
        (["lab", "run", "ising_1d", "--out", "/proc/x"], 1, "write to /proc/x: no su"),
        (["content", "new", "biome", "/proc/x"], 2, "/proc/x.yaml cannot be written"),
        (["lab", "rerun", "folder.png"], 2, "Cannot read"),
        (["replay", "folder.png"], 2, "is a directory"),
        (["replay", "no.jsonl"], 2, "no such file"),
        (["replay", "--play", "no.jsonl"], 2, "no such file"),
        (["replay", "--play", "folder.png"], 2, "is a directory"),
    ],
)
@pytest.mark.usefixtures("odd")
def test_a_path_that_cannot_be_used_is_told(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == code
    captured = capsys.readouterr()
    assert said in captured.out + captured.err
    assert "defect" not in captured.err


def test_a_log_that_cannot_be_written_is_told_before_the_window_opens(
    odd: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    assert main(["play", "two_level", "--log", "file/x.jsonl"]) == 1
    assert "Cannot write the session log" in capsys.readouterr().err
    # Without a window there is no session: nothing is left behind.
    assert main(["play", "two_level", "--log", "x.jsonl"]) == 1
    assert "No display" in capsys.readouterr().err
    assert not (odd / "x.jsonl").exists()


def test_a_log_that_fills_the_disk_is_told_at_the_end(
    tiny_disk: Path, told: Command
) -> None:
    (tiny_disk / "filler").write_bytes(bytes(60_000))
    log = tiny_disk / "x.jsonl"
    code, said = told("play", "forest", "--frames", "2", "--log", str(log))
    assert code == 1
    assert f"Cannot write the session log {log}: no space left" in said


# --- absurd numbers -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--steps", HUGE], "`--steps` must be 1 to 9,007,199,254,740,992"),
        (["--steps", "1" + "0" * 5000], "Invalid value for --steps"),
        (["--steps", "1e400"], "Argument `--steps` must be 1 to"),
        (["--steps", "5", "--dt", "1e308"], "finite number of seconds"),
        (["--dt", "9" * 500 + "/1"], "`--dt` must be a finite number"),
        (["--dt=-" + "9" * 500 + "/1"], "`--dt` must be a finite number"),
        (["--dt", "1/" + "9" * 500], "`--dt` must be a finite number"),
        (["--dt", "1e400"], "`--dt` must be a finite number"),
        (["--duration", "9" * 500 + "/1"], "`--duration` must be a finite number"),
        (["--duration", "1e300", "--dt", "1e-300"], "choose a larger --dt"),
        (["--duration", "1e13", "--record-every", "1"], "GiB of memory"),
        (["--record-every", HUGE], "`--record-every` must be 1 to"),
        (["--trajectories", HUGE], "`--trajectories` must be 1 to"),
        (["--trajectories", "1000000000000"], "1,000,000,000,000, 3.7e+04 GiB of mem"),
        (
            ["--trajectories", "5", "--steps", "1e9", "--record-every", "1"],
            "recorded r",
        ),
        (["--trajectories", "-1"], "`--trajectories` must be 1 to"),
        (["--measure", f"{'9' * 500}/1:🌕/🌑"], "due at inf s"),
        (["--measure", "1:🌕/🌑:1e400"], "but is inf"),
        (["--collapse", "nan:🌕"], "due at nan s"),
    ],
)
def test_a_number_that_is_absurd_is_refused_in_a_short_sentence(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", "two_level", *words, "--out", str(tmp_path)]) == 2
    errors = capsys.readouterr().err
    assert said in errors
    assert len(errors) < 400
    assert "defect" not in errors
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("length", [str(2**53 + 1), HUGE])
def test_a_whole_number_that_no_float_can_hold_is_no_parameter(
    length: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["ising_1d", "--L", length, "--T", "1", "--out", str(tmp_path)]
    assert main(["lab", "run", *words]) == 2
    errors = capsys.readouterr().err
    assert "--L cannot be" in errors
    assert "whole numbers go up to 9,007,199,254,740,992" in errors


@pytest.mark.parametrize(
    "words",
    [
        ["bath_ensemble", "--n_times", "1e9"],
        ["bath_ensemble", "--trajectories", "1e12"],
        ["bath_unravelling", "--trajectories", "1e12"],
    ],
)
def test_an_experiment_beyond_the_memory_is_refused_before_it_begins(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lab", "run", *words, "--out", str(tmp_path)]) == 2
    assert "GiB of memory, but this machine has" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_too_little_memory_is_no_defect(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object, **__: object) -> None:
        raise MemoryError("Unable to allocate 14.6 TiB")

    from spacewheat_sim.lab.simulation import run as simulation_run

    monkeypatch.setattr(simulation_run, "prepare_ensemble", exhausted)
    words = ["two_level", "--trajectories", "10", "--out", str(tmp_path)]
    assert main(["simulate", *words]) == 1
    told = "error: this machine does not have enough memory: Unable to allocate"
    assert capsys.readouterr().err.startswith(told)
    assert list(tmp_path.iterdir()) == []


def test_a_defect_is_still_called_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from spacewheat_sim.content.checks import check

    def broken(*_: object) -> None:
        raise KeyError("lost")

    monkeypatch.setattr(check, "check_content", broken)
    assert main(["content", "check"]) == 1
    assert (
        "a defect of this program; --debug shows the traceback"
        in capsys.readouterr().err
    )
