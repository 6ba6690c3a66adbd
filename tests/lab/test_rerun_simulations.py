"""Simulations run again from their bundles alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from spacewheat_sim import load_biome
from spacewheat_sim.cli import main
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.content.packs.starting_pack import write_starting_pack
from spacewheat_sim.jsonio import digest
from spacewheat_sim.lab.rerun import rerun
from spacewheat_sim.lab.simulation.content import composed_text, read_composed

BIOMES = [entry.path for entry in Library(()).biomes]


def simulate(out: Path, *words: str) -> Path:
    assert main(["simulate", *words, "--no-figures", "--out", str(out)]) == 0
    (bundle,) = (path for path in out.iterdir() if path.is_dir())
    return bundle


@pytest.mark.parametrize("path", BIOMES, ids=lambda path: path.stem)
def test_a_composed_biome_has_the_operators_of_the_original(
    path: Path, tmp_path: Path
) -> None:
    original = load_biome(path)
    file = tmp_path / "biome.yaml"
    file.write_text(composed_text(original), encoding="utf-8")
    again = read_composed(file, original.biome.key)

    assert again.operators.jumps == original.operators.jumps
    difference = again.operators.hamiltonian != original.operators.hamiltonian
    assert difference.nnz == 0
    assert again.operators.whole_drive.drivers == original.operators.whole_drive.drivers
    assert again.options() == original.options()
    one, other = original.bath(seed=3), again.bath(seed=3)
    for bath in (one, other):
        bath.evolve_many(0.25, 20)
    assert one.state.tobytes() == other.state.tobytes()


@pytest.mark.parametrize(
    "words",
    [
        ["forest", "--duration", "4", "--dt", "1/7"],
        ["forest", "--duration", "3", "--measure", "1:🌲/🍂", "--collapse", "2:🍂"],
        ["bell_pair", "--duration", "2", "--method", "master", "--record-every", "7"],
        ["market", "--duration", "2", "--trajectories", "40"],
        ["decay_chain", "--steps", "10007", "--trajectories", "9"],
    ],
    ids=" ".join,
)
def test_a_simulation_is_run_again_to_the_last_byte(
    words: list[str], tmp_path: Path
) -> None:
    assert rerun(simulate(tmp_path, *words, "--seed", "5")).judgment == "identical"


def test_a_run_of_a_pack_that_is_gone_is_run_again_elsewhere(tmp_path: Path) -> None:
    pack, runs = tmp_path / "snails", tmp_path / "runs"
    write_starting_pack(pack)
    bundle = simulate(runs, str(pack / "biomes" / "snails.yaml"), "--duration", "9")
    moved = Path(shutil.move(bundle, tmp_path / "moved"))
    shutil.rmtree(pack)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [sys.executable, "-m", "experiments", "rerun", str(moved)]
    done = subprocess.run(
        command, cwd=elsewhere, capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.stdout, done.returncode) == ("identical\n", 0), done.stderr


def changed(bundle: Path, name: str, text: str) -> None:
    """Write another file with its right hash."""
    (bundle / name).write_text(text, encoding="utf-8")
    meta = json.loads((bundle / "meta.json").read_text(encoding="utf-8"))
    meta["files"][name] = digest(text)
    (bundle / "meta.json").write_text(json.dumps(meta), encoding="utf-8")


def test_a_changed_event_is_found_and_exits_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = simulate(tmp_path, "decay_chain", "--duration", "60", "--seed", "1")
    events = (bundle / "events.jsonl").read_text(encoding="utf-8")
    first = json.loads(events.splitlines()[0])
    later = json.dumps({**first, "time": first["time"] + 1e-3}, ensure_ascii=False)
    changed(bundle, "events.jsonl", "\n".join([later, *events.splitlines()[1:]]) + "\n")
    capsys.readouterr()
    assert main(["rerun", str(bundle)]) == 3
    assert "events.jsonl[0] time" in capsys.readouterr().out


def test_a_bundle_without_its_biome_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = simulate(tmp_path, "two_level", "--steps", "3")
    (bundle / "biome.yaml").unlink()
    assert main(["rerun", str(bundle)]) == 2
    assert "biome.yaml is missing" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"steps": 0}, "steps 0"),
        ({"dt": -1.0}, "`dt`"),
        ({"axis": ["🌕"]}, "axis.0"),
        ({"axis": ["🌕/🐺"]}, "Unknown emoji '🐺'"),
        ({"actions": [{"do": "dance"}]}, "actions.0"),
        ({"method": "guess"}, "method 'guess'"),
        ({"flags": 1}, "flags 1"),
    ],
)
def test_edited_parameters_are_told_in_a_sentence(
    changes: dict[str, Any],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bundle = simulate(tmp_path, "two_level", "--steps", "3")
    meta = json.loads((bundle / "meta.json").read_text(encoding="utf-8"))
    meta["parameters"] |= changes
    (bundle / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    capsys.readouterr()
    assert main(["rerun", str(bundle)]) == 2
    assert said in capsys.readouterr().err
