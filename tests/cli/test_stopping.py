"""Ctrl-C, SIGTERM and SIGHUP: what is done is kept, and the code tells which it was."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import SIGNALS, meta_of, start, stopped, wait_until

from spacewheat_sim.cli import main

SIMULATE = ["simulate", "biotic_flux", "--seed", "0", "--out"]
ENSEMBLE = ["lab", "run", "bath_ensemble", "--biome", "decay_chain", "--seed", "0"]


def unfinished(root: Path, file: str = "meta.json") -> list[Path]:
    return list(root.glob(f".*.unfinished/{file}"))


def only_bundle(root: Path) -> Path:
    (folder,) = root.iterdir()
    return folder


@pytest.mark.parametrize("number", SIGNALS)
def test_a_run_that_is_stopped_keeps_what_it_has(number: int, tmp_path: Path) -> None:
    words = [*SIMULATE, str(tmp_path), "--duration", "1e7", "--json"]
    process = start(*words)
    wait_until(lambda: unfinished(tmp_path), process)
    time.sleep(0.3)
    code, output, errors = stopped(process, number)

    assert (code, errors.splitlines()[1:]) == (128 + number, [])
    assert "terms were dropped" in errors
    report, bundle = json.loads(output), only_bundle(tmp_path)
    assert report["status"] == "interrupted"
    meta = meta_of(bundle)
    assert (meta["status"], meta["stopped_in"]) == ("interrupted", "run")
    assert set(meta["files"]) == {
        "biome.yaml",
        "results.json",
        "table.csv",
        "events.jsonl",
    }
    # The last state is that of a whole step.
    steps = report["results"]["time"] * 60
    assert abs(steps - round(steps)) < 1e-6
    assert sum(report["results"]["populations"].values()) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("number", SIGNALS)
def test_results_are_kept_when_the_figures_are_stopped(
    number: int, tmp_path: Path
) -> None:
    process = start(*SIMULATE, str(tmp_path), "--duration", "20")
    wait_until(lambda: unfinished(tmp_path, "table.csv"), process)
    code, output, errors = stopped(process, number)

    assert (code, errors.splitlines()[1:]) == (128 + number, [])
    assert "terms were dropped" in errors
    bundle = only_bundle(tmp_path)
    assert str(bundle) in output
    meta = meta_of(bundle)
    assert (meta["status"], meta["stopped_in"]) == ("interrupted", "figures")
    assert {"results.json", "table.csv", "events.jsonl"} <= set(meta["files"])


def test_results_of_an_experiment_are_kept_and_can_be_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    process = start(*ENSEMBLE, "--trajectories", "100", "--out", str(tmp_path))
    wait_until(lambda: unfinished(tmp_path, "table.csv"), process)
    code, _, errors = stopped(process, signal.SIGTERM)

    assert code == 143
    assert re.fullmatch(r"trajectories: dimension 100, [^\n]*\n", errors)
    assert meta_of(only_bundle(tmp_path))["stopped_in"] == "figures"
    assert main(["lab", "rerun", str(only_bundle(tmp_path))]) == 0
    assert capsys.readouterr().out == "identical\n"


def test_an_interrupted_rerun_is_interrupted(tmp_path: Path) -> None:
    words = ["--trajectories", "100", "--no-figures", "--out", str(tmp_path)]
    assert main([*ENSEMBLE, *words]) == 0
    bundle = only_bundle(tmp_path)
    # Enough to compute for some seconds.
    meta = meta_of(bundle)
    meta["parameters"] |= {"trajectories": 10_000_000, "n_times": 1000}
    (bundle / "meta.json").write_text(json.dumps(meta))
    folder = tmp_path / "temporary"
    folder.mkdir()
    process = start(
        "lab", "rerun", str(bundle), env={**os.environ, "TMPDIR": str(folder)}
    )
    wait_until(lambda: list(folder.glob("*/.*.unfinished")), process)
    code, output, errors = stopped(process, signal.SIGINT)

    assert (code, output, errors) == (130, "", "error: interrupted\n")
    assert list(folder.iterdir()) == []


def test_a_killed_run_is_told_and_finished_by_the_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    process = start(*SIMULATE, str(tmp_path), "--duration", "20")
    wait_until(lambda: unfinished(tmp_path, "table.csv"), process)
    assert stopped(process, signal.SIGKILL)[0] == -signal.SIGKILL
    (left,) = unfinished(tmp_path, "table.csv")

    words = [*SIMULATE, str(tmp_path), "--duration", "1", "--no-figures"]
    assert main(words) == 0
    kept = tmp_path / left.parent.name.removeprefix(".").removesuffix(".unfinished")
    assert str(kept) in capsys.readouterr().err
    assert meta_of(kept)["status"] == "interrupted"
    assert unfinished(tmp_path) == []


def test_a_run_under_nohup_outlives_its_terminal(tmp_path: Path) -> None:
    process = start(
        *SIMULATE,
        str(tmp_path),
        "--duration",
        "1e7",
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )
    wait_until(lambda: unfinished(tmp_path), process)
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    assert stopped(process, signal.SIGTERM)[0] == 143


@pytest.mark.slow
def test_no_moment_of_a_run_leaves_anything_that_does_not_agree(tmp_path: Path) -> None:
    moments = random.Random(11)  # noqa: S311 -- moments, no secrets
    for turn in range(60):
        root = tmp_path / str(turn)
        number = SIGNALS[turn % 3]
        process = start(*SIMULATE, str(root), "--duration", "20")
        time.sleep(moments.uniform(0.15, 4.0))
        code, _, errors = stopped(process, number)
        if "Traceback" in errors:
            # The interpreter's own first moments know nothing of us.
            assert "/spacewheat_sim/" not in errors
            assert not root.exists(), errors
            continue
        bundles = list(root.iterdir()) if root.exists() else []
        assert code in (0, 128 + number, -number), errors
        for bundle in bundles:
            meta = meta_of(bundle)
            assert not bundle.name.startswith(".")
            whole = {"results.json", "table.csv", "events.jsonl"} <= set(meta["files"])
            assert whole == (meta["stopped_in"] != "run" or bool(meta["files"]))
            if code == 0:
                assert meta["status"] == "complete"


EARLY = """
import signal, sys
from importlib.abc import MetaPathFinder
class Interrupts(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == sys.argv[1]:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupts())
from spacewheat_sim.cli import run
run(["content", "show", "forest"])
"""


@pytest.mark.parametrize(
    "module", ["spacewheat_sim.cli.command", "cyclopts", "pydantic", "yaml", "rich"]
)
def test_ctrl_c_while_the_program_loads_shows_no_traceback(module: str) -> None:
    words = [sys.executable, "-c", EARLY, module]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert done.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in done.stderr


def test_signals_after_the_end_of_a_command_change_nothing() -> None:
    code = (
        "import atexit, signal\n"
        "atexit.register(lambda: signal.raise_signal(signal.SIGINT))\n"
        "from spacewheat_sim.cli import run\n"
        "run(['--version'])"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
