from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import platformdirs
import pytest

from spacewheat_sim import __version__, kernel_cache

# Two states, the second with two channels of rates 1 and 3.
SMALL_KERNEL = """
import numpy as np
from spacewheat_sim.quantum.kernels import draw_channel
weights, decay, rates = np.array([0.5, 0.5]), np.array([2.0, 4.0]), np.array([2., 1, 3])
order, channels = np.array([0, 1, 3]), np.array([0, 1, 2])
draws = (0.2, 0.6, 0.9)
print([int(draw_channel(weights, x, decay, order, channels, rates)) for x in draws])
"""
WHERE = """
from spacewheat_sim.quantum.kernels import draw_channel
print(draw_channel.stats.cache_path)
"""
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


def finished(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, "")
    return out.strip()


def test_the_folder_is_the_one_that_platformdirs_names() -> None:
    wanted = platformdirs.user_cache_dir("spacewheat_sim", appauthor=False)
    assert kernel_cache.user_cache_folder() == wanted


def test_kernels_are_cached_in_the_users_folder_by_version(tmp_path: Path) -> None:
    found = finished(start(WHERE, {"XDG_CACHE_HOME": str(tmp_path)}))
    assert Path(found).parent == tmp_path / "spacewheat_sim" / __version__


def test_whoever_sets_numbas_variable_keeps_their_folder(tmp_path: Path) -> None:
    found = finished(start(WHERE, {"NUMBA_CACHE_DIR": str(tmp_path / "mine")}))
    assert Path(found).parent == tmp_path / "mine"


def test_compiled_kernels_are_found_again(tmp_path: Path) -> None:
    variables = {"XDG_CACHE_HOME": str(tmp_path)}
    again = f"{SMALL_KERNEL}\nprint(sum(draw_channel.stats.cache_hits.values()))"
    first, hits = finished(start(again, variables)).splitlines()
    assert hits == "0"
    second, hits = finished(start(again, variables)).splitlines()
    assert (second, hits) == (first, "1")


def test_four_processes_may_start_at_once_on_an_empty_cache(tmp_path: Path) -> None:
    variables = {"XDG_CACHE_HOME": str(tmp_path)}
    processes = [start(SMALL_KERNEL, variables) for _ in range(4)]
    assert {finished(process) for process in processes} == {"[0, 1, 2]"}
    # What they left serves the next one, and no half-written file is left over.
    assert finished(start(SMALL_KERNEL, variables)) == "[0, 1, 2]"
    assert not list(tmp_path.rglob("*.tmp.*"))


@pytest.mark.parametrize("variable", ["XDG_CACHE_HOME", "HOME"])
def test_a_folder_that_cannot_be_made_is_no_error(
    tmp_path: Path, variable: str
) -> None:
    # A file where a folder is wanted stops even those who may write anywhere.
    (tmp_path / "file").write_text("")
    variables = {variable: str(tmp_path / "file" / "cache")}
    assert finished(start(SMALL_KERNEL, variables)) == "[0, 1, 2]"


def test_a_missing_home_leaves_no_folder_named_after_it(tmp_path: Path) -> None:
    code = f"import os; os.chdir({str(tmp_path)!r})\n{SMALL_KERNEL}"
    assert finished(start(code, {"HOME": "~"})) == "[0, 1, 2]"
    assert list(tmp_path.iterdir()) == []
