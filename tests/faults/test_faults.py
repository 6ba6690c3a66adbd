"""A few of each kind of fault; ``run_faults.py`` makes as many as one likes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("needs forks and timers", allow_module_level=True)

import answers
import damaged_files
import long_runs
import run_faults
import stopped_commands
import stopped_processes
from run_faults import report

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*sum to 1:UserWarning"),
]


def test_interrupted_objects_are_in_a_step() -> None:
    # In a process of its own: an interrupt that falls into a callback of the garbage
    # collector, of which the tools of these tests have one, is lost with a warning.
    words = [sys.executable, run_faults.__file__, "--objects=200", "--seed=1"]
    assert subprocess.run(words, check=False).returncode == 0


def test_killed_processes_leave_what_is_whole(tmp_path: Path) -> None:
    kill = (signal.SIGKILL,)
    tally = stopped_processes.run(25, 1, tmp_path / "a", kill)
    assert report("kills", tally) == 0


def test_processes_that_are_asked_to_stop_do(tmp_path: Path) -> None:
    tally = stopped_processes.run(25, 1, tmp_path / "a", stopped_processes.ASKED)
    assert report("stops", tally) == 0


@pytest.mark.parametrize("only", ["content new", "tune --write", "rerun"])
def test_commands_that_are_asked_to_stop_leave_what_is_whole(
    tmp_path: Path, only: str
) -> None:
    assert report("commands", stopped_commands.run(6, 1, tmp_path / "a", only)) == 0


def test_full_disks_are_told(tmp_path: Path) -> None:
    tally = stopped_processes.fill_disks(12, 1, tmp_path / "a")
    assert report("disks", tally) == 0


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    assert report("readers", damaged_files.run(15.0, 1, tmp_path / "a")) == 0


@pytest.mark.parametrize(
    "only",
    [
        *("1024², metropolis", "1024², swendsen", "enumeration 6", "TRG χ = 64"),
        *("modes", "compiling for an ensemble"),
    ],
)
def test_ctrl_c_is_answered_in_half_a_second_of_the_processor(only: str) -> None:
    for _, found in answers.run(2, 1, only):
        assert all(answer.is_fine for answer in found), found


@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_many_steps_do_not_drift(method: str) -> None:
    names = ("biotic_flux", "qubit_farm")
    for found in long_runs.run(
        method, 2_000_000 if method == "trajectory" else 60_000, names
    ):
        assert found.drift <= long_runs.DRIFT, found
        assert found.least >= -long_runs.DRIFT, found
