"""Sweeps run again from their bundles alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from spacewheat_sim.cli import main
from spacewheat_sim.content.packs.starting_pack import write_starting_pack
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import digest
from spacewheat_sim.lab.comparison import compare
from spacewheat_sim.lab.experiment import Tolerance
from spacewheat_sim.lab.rerun import How, rerun
from spacewheat_sim.lab.sweep.source import open_source
from spacewheat_sim.lab.sweep.spec import read_spec
from spacewheat_sim.lab.sweep.sweep import Settings, run_sweep

RATE = "🥚.decay.rate"
JUMPS = {"jumps": "🥚→🐣", "over": [0, 2]}
HISTORIES = {
    "biome": "decay_chain",
    "set": {RATE: [0.1, 0.5]},
    "seeds": 3,
    "dt": 0.25,
    "measure": [JUMPS, {"population": "🥚", "over": [0, 2], "mean": None}],
    "seed": 4,
}
LATTICES = {
    "experiment": "ising_1d",
    "set": {"T": "1:2:3", "L": [4, 6]},
    "fixed": {"method": "monte_carlo", "sweeps": 200},
    "seeds": 2,
}
SOME_FAIL = HISTORIES | {"set": {RATE: [0.1, -1.0, 0.5]}}


def sweep(given: dict[str, Any], out: Path, **settings: Any) -> Path:
    return run_sweep(open_source(read_spec(given)), out, Settings(**settings)).path


def changed(bundle: Path, name: str, text: str) -> None:
    """Write another file with its right hash."""
    (bundle / name).write_text(text, encoding="utf-8")
    meta = json.loads((bundle / "meta.json").read_text(encoding="utf-8"))
    meta["files"][name] = digest(text)
    (bundle / "meta.json").write_text(json.dumps(meta), encoding="utf-8")


@pytest.mark.parametrize(
    "given",
    [
        HISTORIES,
        {key: value for key, value in HISTORIES.items() if key not in ("seeds", "dt")},
        HISTORIES | {"keep": "recordings"},
        {"biome": "market", "seeds": 2, "keep": "figures", "duration": 1, "dt": 0.25},
        {"biome": "bell_pair", "seeds": 2, "keep": "recordings", "duration": 1},
        LATTICES,
        LATTICES | {"set": {"T": [1, 2], "L": [4, 6]}, "zip": True},
        SOME_FAIL,
        SOME_FAIL | {"keep": "recordings"},
    ],
    ids=range(9),
)
def test_a_sweep_is_run_again_to_the_last_byte(
    given: dict[str, Any], tmp_path: Path
) -> None:
    assert rerun(sweep(given, tmp_path)).judgment == "identical"


@pytest.mark.slow
def test_two_processes_run_it_again_to_the_same_bytes(tmp_path: Path) -> None:
    shares: list[float] = []
    how = How("processes:2", progress=shares.append)
    assert rerun(sweep(LATTICES, tmp_path), how).judgment == "identical"
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_sweep_of_a_pack_that_is_gone_is_run_again_elsewhere(tmp_path: Path) -> None:
    pack, runs = tmp_path / "snails", tmp_path / "runs"
    write_starting_pack(pack)
    measure = [{"population": "🐌", "at": 3}]
    biome = str(pack / "biomes" / "snails.yaml")
    swept = {"set": {"🐌.self_energy": [0, 0.5]}, "measure": measure}
    bundle = sweep({"biome": biome, **swept}, runs)
    moved = Path(shutil.move(bundle, tmp_path / "moved"))
    shutil.rmtree(pack)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [sys.executable, "-m", "experiments", "rerun", str(moved)]
    done = subprocess.run(
        command, cwd=elsewhere, capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.stdout, done.returncode) == ("identical\n", 0), done.stderr
    assert list(elsewhere.iterdir()) == []


def test_a_changed_cell_is_found_and_exits_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = sweep(HISTORIES, tmp_path)
    head, first, *rest = (bundle / "table.csv").read_text(encoding="utf-8").split("\n")
    *cells, last = first.split(",")
    other = ",".join([*cells, repr(float(last) + 1e-3)])
    changed(bundle, "table.csv", "\n".join([head, other, *rest]))
    assert main(["rerun", str(bundle), "--json"]) == 3
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["judgment"] == "different"
    assert "table.csv row 1, column population 🥚" in verdict["worst"]


def test_rows_that_differ_in_their_recordings_alone_are_found(tmp_path: Path) -> None:
    recorded = HISTORIES | {"keep": "recordings", "duration": 2, "measure": []}
    bundle = sweep(recorded, tmp_path)
    folder = min((bundle / "points").iterdir())
    name = (folder / "results.json").relative_to(bundle).as_posix()
    results = json.loads((bundle / name).read_text(encoding="utf-8"))
    changed(bundle, name, json.dumps(results | {"time": 3.0}))
    verdict = rerun(bundle)
    assert verdict.judgment == "different"
    assert verdict.worst == f"{name} time: 2.0 instead of 3.0"


def test_a_row_that_failed_and_does_no_longer_is_told(tmp_path: Path) -> None:
    bundle = sweep(HISTORIES, tmp_path)
    text = (bundle / "table.csv").read_text(encoding="utf-8")
    changed(bundle, "table.csv", text.replace("complete", "failed", 1))
    verdict = rerun(bundle)
    assert verdict.judgment == "different"
    assert "column status: 'complete' instead of 'failed'" in verdict.worst


def test_a_point_whose_digest_looks_like_an_infinity_is_a_word(tmp_path: Path) -> None:
    folders = tmp_path / "one", tmp_path / "other"
    for folder, value in zip(folders, ("0.5", "0.50"), strict=True):
        folder.mkdir()
        (folder / "results.json").write_text("{}")
        (folder / "table.csv").write_text(f"point,x\n1234e56789012345,{value}\n")
    assert compare(*folders, Tolerance()).judgment == "equal"


@pytest.mark.parametrize("name", ["content.json", "biome.yaml", "table.csv"])
def test_a_bundle_without_one_of_its_files_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = sweep(HISTORIES, tmp_path)
    (bundle / name).unlink()
    assert main(["rerun", str(bundle)]) == 2
    assert f"{name} is missing" in capsys.readouterr().err


def test_a_sweep_with_rows_left_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended_early = sweep(SOME_FAIL, tmp_path, fail_fast=True)
    assert main(["rerun", str(ended_early)]) == 2
    assert "before it had all results" in capsys.readouterr().err


def test_what_runs_in_one_process_takes_no_executor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["simulate", "decay_chain", "--steps", "9", "--no-figures"]
    assert main([*words, "--out", str(tmp_path)]) == 0
    (bundle,) = (path for path in tmp_path.iterdir() if path.is_dir())
    assert main(["rerun", str(bundle), "--executor", "processes"]) == 2
    assert "One history runs in one process" in capsys.readouterr().err
    with pytest.raises(ArgumentError, match="cannot be 'cloud'"):
        rerun(sweep(HISTORIES, tmp_path / "sweep"), How("cloud"))
