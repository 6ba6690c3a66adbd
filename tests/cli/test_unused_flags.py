"""A flag that would change nothing is refused or told, with what to do instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spacewheat_sim.cli import main

AVERAGE = ["simulate", "two_level", "--trajectories", "20"]
SCENARIO = ["simulate", "ising_ring"]


def lab(experiment: str, method: str, *words: str) -> list[str]:
    return ["lab", "run", experiment, "--method", method, *words]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        # One history or many.
        ([*AVERAGE, "--axis", "🌕/🌑"], "--method master follows"),
        ([*AVERAGE, "--collapse", "1:🌕"], "leave out --trajectories, or --collapse"),
        ([*AVERAGE, "--method", "master"], "the method is 'master'"),
        ([*AVERAGE, "--method", "spec"], "the method is 'spec'"),
        ([*AVERAGE, "--steps", "9", "--record-every", "10"], "more than its 9 steps"),
        (
            ["simulate", "two_level", "--steps", "2", "--duration", "1"],
            "the same thing",
        ),
        # A list runs nothing.
        (["simulate", "forest", "--list"], "no use for BIOME"),
        (["simulate", "--list", "--steps", "3"], "no use for --steps"),
        (["simulate", "--list", "--duration", "3"], "no use for --duration"),
        (["simulate", "--list", "--dt", "1"], "no use for --dt"),
        (["simulate", "--list", "--method", "spec"], "no use for --method"),
        (["simulate", "--list", "--seed", "3"], "no use for --seed"),
        (["simulate", "--list", "--axis", "a/b"], "no use for --axis"),
        (["simulate", "--list", "--measure", "1:a/b"], "no use for --measure"),
        (["simulate", "--list", "--collapse", "1:a"], "no use for --collapse"),
        (["simulate", "--list", "--trajectories", "3"], "no use for --trajectories"),
        (["simulate", "--list", "--record-every", "3"], "no use for --record-every"),
        (["simulate", "--list", "--out", "there"], "no use for --out"),
        (["simulate", "--list", "--no-figures"], "no use for --no-figures"),
        # A scenario has its own parameters.
        ([*SCENARIO, "--duration", "1"], "has no --duration"),
        ([*SCENARIO, "--steps", "1"], "has no --steps"),
        ([*SCENARIO, "--dt", "1"], "has no --dt"),
        ([*SCENARIO, "--method", "spec"], "has no --method"),
        ([*SCENARIO, "--axis", "a/b"], "has no --axis"),
        ([*SCENARIO, "--measure", "1:a/b"], "has no --measure"),
        ([*SCENARIO, "--collapse", "1:a"], "has no --collapse"),
        ([*SCENARIO, "--trajectories", "3"], "has no --trajectories"),
        ([*SCENARIO, "--record-every", "3"], "has no --record-every"),
        # The sandbox draws.
        (["replay", "x.jsonl", "--play", "--json"], "cannot be combined with --json"),
        (["lab", "run", "ising_1d", "--T", "1", "--T_grid", "1", "2", "3"], "give one"),
    ],
)
def test_a_flag_that_would_change_nothing_is_refused(
    words: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (lab("ising_1d", "exact", "--sweeps", "500"), "--sweeps has no effect"),
        (lab("ising_2d", "exact", "--sweeps", "500"), "for --method monte_carlo or"),
        (lab("ising_2d", "trg", "--algorithm", "wolff"), "--algorithm has no effect"),
        (lab("ising_2d", "exact", "--chi_max", "8"), "for --method trg or all"),
        (lab("ising_2d", "exact", "--scheme", "bond_weighted"), "--scheme has no"),
        (lab("blockspin_rg_ising", "migdal_kadanoff", "--L", "8"), "--L has no"),
        (lab("blockspin_rg_ising", "migdal_kadanoff", "--sweeps", "2000"), "--sweeps"),
        (lab("blockspin_rg_ising", "exact", "--dimension", "1", "--L", "8"), "--L"),
    ],
)
def test_a_number_that_the_method_has_no_use_for_is_told(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*words, "--seed", "0", "--no-figures", "--out", str(tmp_path)]
    assert main(words) == 0
    (note,) = (
        line
        for line in capsys.readouterr().err.splitlines()
        if line.startswith("note: ")
    )
    assert said in note


@pytest.mark.parametrize(
    "words",
    [
        lab("ising_1d", "monte_carlo", "--sweeps", "200"),
        lab("ising_1d", "exact", "--sweeps", "20000"),  # the default
        lab("ising_2d", "trg", "--chi_max", "4", "--scheme", "bond_weighted"),
    ],
)
def test_of_a_number_that_is_used_or_a_default_nothing_is_told(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [*words, "--seed", "0", "--no-figures", "--out", str(tmp_path)]
    assert main(words) == 0
    assert "note: " not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "end", "rows"),
    [
        (["--steps", "3601", "--dt", "0.01"], 36.01, 1801),
        (["--steps", "100", "--dt", "0.01", "--record-every", "30"], 0.9, 4),
    ],
)
def test_an_ensemble_goes_to_the_end_or_to_the_last_row_asked_for(
    words: list[str],
    end: float,
    rows: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = [*AVERAGE, *words, "--json", "--no-figures", "--out", str(tmp_path)]
    assert main(words) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["results"]["time"] == pytest.approx(end, rel=1e-12)
    table = (Path(report["bundle"]) / "table.csv").read_text().splitlines()
    assert len(table) == rows + 1
