"""Requests to stop at every moment of a bundle, several in a row, and full disks."""

from __future__ import annotations

import gc
import json
import resource
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from every_moment import Bell

from spacewheat_sim.errors import ArgumentError, SpacewheatError
from spacewheat_sim.interrupts import raising
from spacewheat_sim.lab.bundle.bundle import Bundle
from spacewheat_sim.lab.bundle.files import JOURNAL, hashes
from spacewheat_sim.lab.bundle.unfinished import settle_unfinished

# A file that is opened at the moment of a stop is closed by the collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)

STRIDE = 11  # of the moments that the quick tests look at
LINE = '{"row":0,"values":[1.0]}\n'


def ask() -> None:
    signal.raise_signal(signal.SIGTERM)


def run(root: Path) -> None:
    with Bundle(root, "x", {"seed": 1}) as bundle, bundle.writing():
        bundle.write_results({"answer": 1.5})
        bundle.write_table(["x"], [[1.0]])


def run_that_was_asked(root: Path) -> None:
    with Bundle(root, "x", {"seed": 1}) as bundle:
        bundle.write_results({"answer": 1.5})
        ask()


def run_that_fails(root: Path) -> None:
    with Bundle(root, "x", {"seed": 1}) as bundle:
        bundle.write_results({"answer": 1.5})
        raise ArgumentError("no such thing")


def go_on(root: Path) -> None:
    with Bundle.reopened(root / "sweep", {"seed": 1}) as bundle, bundle.writing():
        bundle.write_results({"rows": 1})


def nothing(_root: Path) -> None:
    """Leave the folder empty."""


def begun(root: Path) -> None:
    """Leave a sweep that can be gone on with."""
    with Bundle(root, "x", {"seed": 1}) as bundle:
        (bundle.folder / JOURNAL).write_text(LINE)
        bundle.stop(KeyboardInterrupt())
    bundle.path.rename(root / "sweep")


ACTS = {
    "a run": (nothing, run),
    "a run that was asked to stop": (nothing, run_that_was_asked),
    "a run that fails": (nothing, run_that_fails),
    "a sweep that goes on": (begun, go_on),
}


def check(root: Path) -> str:
    """Check that what was left is whole; return what it says of itself."""
    left = list(root.iterdir())
    if not left:
        return "nothing"
    (folder,) = left
    assert not folder.name.startswith(".")
    meta = json.loads((folder / "meta.json").read_text())
    assert meta["files"] == hashes(folder)
    if folder.name == "sweep":
        assert (folder / JOURNAL).read_text() == LINE
    return str(meta["status"])


def stopped_at(
    moments: range, within: str, root: Path, name: str, *, insists: bool
) -> Counter[str]:
    """Return what was left by an act that was asked to stop at each of ``moments``."""
    prepare, act = ACTS[name]
    found: Counter[str] = Counter()
    for moment in moments:
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir()
        prepare(root)
        bell = Bell(moment, (within,), ask, insists=insists)
        try:
            with raising(), bell:
                act(root)
        except (KeyboardInterrupt, SpacewheatError):
            pass
        found[check(root)] += 1
        if not bell.rang:
            break
    gc.collect()
    return found


@pytest.mark.parametrize("insists", [False, True], ids=["once", "again and again"])
@pytest.mark.parametrize("name", ACTS)
def test_a_bundle_that_is_asked_to_stop_is_whole_or_is_not(
    tmp_path: Path, name: str, insists: bool
) -> None:
    first = 5 if insists else 0
    moments = range(first, 10_000, STRIDE)
    root = tmp_path / "runs"
    found = stopped_at(moments, "spacewheat_sim", root, name, insists=insists)
    assert found.total() > 100 / STRIDE


@pytest.mark.slow
@pytest.mark.parametrize("insists", [False, True], ids=["once", "again and again"])
@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("within", ["spacewheat_sim", "contextlib.py", "pathlib.py"])
def test_no_moment_of_a_bundle_leaves_what_is_not_whole(
    tmp_path: Path, name: str, within: str, insists: bool
) -> None:
    moments, root = range(10_000), tmp_path / "runs"
    found = stopped_at(moments, within, root, name, insists=insists)
    assert found.total() > 10


# --- full disks -----------------------------------------------------------------------

LIMITED = """
import resource, sys
from pathlib import Path
from spacewheat_sim.errors import RunError
from spacewheat_sim.lab.bundle.bundle import Bundle
root, first, then = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
limit(first)
try:
    with Bundle(root, "x", {"seed": 3}) as bundle:
        bundle.write_results({"answer": 1.5})
        for k in range(int(sys.argv[4])):
            (bundle.folder / f"{k}.txt").write_text("")
        limit(then)
except RunError as error:
    print(error)
"""


def on_a_disk_of(root: Path, first: int, then: int, files: int = 0) -> str:
    words = [sys.executable, "-c", LIMITED, *map(str, (root, first, then, files))]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_disk_without_room_for_metadata_is_told_at_once(tmp_path: Path) -> None:
    said = on_a_disk_of(tmp_path, 1000, 1000)
    assert "Cannot write to" in said
    assert "file too large" in said
    assert list(tmp_path.iterdir()) == []


def test_where_the_metadata_do_not_fit_the_next_run_finishes(tmp_path: Path) -> None:
    said = on_a_disk_of(tmp_path, resource.RLIM_INFINITY, 10_000, files=300)
    (folder,) = tmp_path.iterdir()
    assert folder.name.startswith(".")
    assert f"the files are in {folder}, which the next run" in said

    (line,) = settle_unfinished(tmp_path)
    assert "its results so far are in" in line
    assert check(tmp_path) == "interrupted"
    (folder,) = tmp_path.iterdir()
    assert len(hashes(folder)) == 301
