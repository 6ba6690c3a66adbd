from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import copytree

import pytest

from spacewheat_sim import __version__
from spacewheat_sim.kernel_cache import DIGEST

# Two states, the second with two channels of rates 1 and 3.
SMALL_KERNEL = """
import numpy as np
from spacewheat_sim.quantum.kernels.draws import draw_channel
weights, decay, rates = np.array([0.5, 0.5]), np.array([2.0, 4.0]), np.array([2., 1, 3])
order, channels = np.array([0, 1, 3]), np.array([0, 1, 2])
draws = (0.2, 0.6, 0.9)
print([int(draw_channel(weights, x, decay, order, channels, rates)) for x in draws])
"""
FOUND = "[0, 1, 2]"
# The same kernel compiled for other types, one in one process, one in another.
TYPED = SMALL_KERNEL.replace(
    "draws =", "weights, rates = weights.astype({0}), rates.astype({0})\ndraws ="
)
HITS = "print(sum(draw_channel.stats.cache_hits.values()))"
VARIABLES = ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME")


def start(code: str, variables: Mapping[str, str]) -> subprocess.Popen[str]:
    clean = {name: text for name, text in os.environ.items() if name not in VARIABLES}
    return subprocess.Popen(
        [sys.executable, "-W", "error::UserWarning", "-c", code],
        env=clean | dict(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str], note: str = "") -> str:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert len(err.splitlines()) == bool(note), err
    assert note in err
    return out.strip()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder with the compiled kernel."""
    folder = tmp_path_factory.mktemp("kept")
    finished(start(SMALL_KERNEL, {"XDG_CACHE_HOME": str(folder)}))
    return folder


def test_kernels_are_kept_in_the_users_folder_by_version(kept: Path) -> None:
    files = [path for path in kept.rglob("*") if path.is_file()]
    assert {path.parent for path in files} == {kept / "spacewheat_sim" / __version__}


def test_whoever_sets_numbas_variable_keeps_their_folder(tmp_path: Path) -> None:
    finished(start(SMALL_KERNEL, {"NUMBA_CACHE_DIR": str(tmp_path / "mine")}))
    assert list((tmp_path / "mine" / __version__).iterdir())


def test_compiled_kernels_are_found_again(tmp_path: Path) -> None:
    variables = {"XDG_CACHE_HOME": str(tmp_path)}
    runs = [finished(start(SMALL_KERNEL + HITS, variables)) for _ in range(2)]
    assert [run.splitlines() for run in runs] == [[FOUND, "0"], [FOUND, "1"]]


def test_a_kernel_of_given_types_may_call_one_of_any(tmp_path: Path) -> None:
    code = """
from spacewheat_sim.kernel_cache import njit
@njit()
def after(x):
    return x + 1
@njit("int64(int64)")
def twice_after(x):
    return 2 * after(x)
print(twice_after(20))
"""
    assert finished(start(code, {"XDG_CACHE_HOME": str(tmp_path)})) == "42"


@pytest.mark.parametrize("damage", [b"", b"\0" * 1000])
def test_a_damaged_file_is_compiled_anew(
    kept: Path, tmp_path: Path, damage: bytes
) -> None:
    variables = {"XDG_CACHE_HOME": str(tmp_path)}
    copytree(kept, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.rglob("*draw_channel*"):
        path.write_bytes(damage)
    again = finished(start(SMALL_KERNEL + HITS, variables))
    assert again.splitlines() == [FOUND, "0"]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_file_with_a_flipped_bit_is_compiled_anew(
    kept: Path, tmp_path: Path, share: float
) -> None:
    variables = {"XDG_CACHE_HOME": str(tmp_path)}
    copytree(kept, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.rglob("*draw_channel*"):
        data = bytearray(path.read_bytes())
        data[int(share * len(data))] ^= 1
        path.write_bytes(data)
    again = finished(start(SMALL_KERNEL + HITS, variables))
    assert again.splitlines() == [FOUND, "0"]


def test_code_for_a_type_that_has_moved_is_compiled_anew(
    kept: Path, tmp_path: Path
) -> None:
    variables = {"XDG_CACHE_HOME": str(tmp_path)}
    copytree(kept, tmp_path, dirs_exist_ok=True)
    moved = b"cspacewheat_sim.no_such_module\nType\n."
    for path in tmp_path.rglob("*draw_channel*"):
        heading = path.read_bytes()[:DIGEST]
        path.write_bytes(heading + hashlib.sha256(moved).digest() + moved)
    again = finished(start(SMALL_KERNEL + HITS, variables))
    assert again.splitlines() == [FOUND, "0"]


def test_processes_may_compile_other_types_at_once(tmp_path: Path) -> None:
    variables = {"XDG_CACHE_HOME": str(tmp_path)}
    codes = [TYPED.format(f"np.{name}") for name in ("float64", "float32")]
    processes = [start(code, variables) for code in codes * 2]
    assert {finished(process) for process in processes} == {FOUND}
    for code in codes:
        assert finished(start(code + HITS, variables)).splitlines() == [FOUND, "1"]
    assert not list(tmp_path.rglob(".new-*"))


def test_code_under_the_name_of_other_types_is_not_run(tmp_path: Path) -> None:
    variables = {"XDG_CACHE_HOME": str(tmp_path)}
    codes = [TYPED.format(f"np.{name}") for name in ("float64", "float32")]
    files = []
    for code in codes:
        finished(start(code, variables))
        (new,) = set(tmp_path.rglob("*.draw_channel-*")) - set(files)
        files.append(new)
    files[0].write_bytes(files[1].read_bytes())
    assert finished(start(codes[0] + HITS, variables)).splitlines() == [FOUND, "0"]


@pytest.mark.parametrize("variable", ["NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME"])
def test_a_folder_that_cannot_be_made_costs_a_note(
    tmp_path: Path, variable: str
) -> None:
    # A file where a folder is wanted stops even those who may write anywhere.
    (tmp_path / "file").write_text("")
    variables = {variable: str(tmp_path / "file" / "cache")}
    note = "compiled kernels cannot be kept"
    assert finished(start(SMALL_KERNEL, variables), note) == FOUND


@pytest.mark.skipif(os.name != "posix", reason="has no permissions of this kind")
def test_the_folder_is_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    variables = {"XDG_CACHE_HOME": str(tmp_path)}
    finished(start("import os; os.umask(0)\n" + SMALL_KERNEL, variables))
    folder = tmp_path / "spacewheat_sim" / __version__
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o777)
    # What others could have put there is not read, but put in order with the next file.
    again = finished(start(SMALL_KERNEL + HITS, variables))
    assert again.splitlines() == [FOUND, "0"]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert finished(start(SMALL_KERNEL + HITS, variables)).splitlines() == [FOUND, "1"]


@pytest.mark.skipif(os.name != "posix", reason="has no permissions of this kind")
@pytest.mark.parametrize(
    "harm",
    [
        "writable",
        pytest.param("a link", marks=pytest.mark.slow),
        pytest.param("a pipe", marks=pytest.mark.slow),
        pytest.param("another owner", marks=pytest.mark.slow),
    ],
)
def test_a_file_that_another_user_may_have_written_is_not_run(
    tmp_path: Path, harm: str
) -> None:
    variables = {"XDG_CACHE_HOME": str(tmp_path)}
    finished(start(SMALL_KERNEL, variables))
    (path,) = tmp_path.rglob("*.draw_channel-*")
    if harm == "writable":
        path.chmod(0o666)
    elif harm == "a link":
        path.symlink_to(path.rename(tmp_path / "elsewhere"))
    elif harm == "a pipe":
        path.unlink()
        os.mkfifo(path)
    elif os.geteuid() != 0:
        pytest.skip("only the superuser can give a file away")
    else:
        os.chown(path, 12345, 12345)
    again = finished(start(SMALL_KERNEL + HITS, variables))
    assert again.splitlines() == [FOUND, "0"]
