"""What a sweep says at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from spacewheat_sim import load_biome
from spacewheat_sim.cli.command import run_command


def test_rows_and_the_first_failure_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["sweep", "decay_chain", "--set", "🥚.decay.rate=0.1,1e300"]
    words += ["--seeds", "6", "--measure", "{population: 🐔, at: 1000}"]
    assert run_command([*words, "--out", str(tmp_path)]) == 4
    out = capsys.readouterr().out
    assert "  🥚.decay.rate  replicate  population 🐔 at 1000 s: value\n" in out
    assert "  0.1            5          1\n" in out
    assert "  4 more rows in table.csv\n" in out
    assert "the first failure: RunError: The state is no longer finite" in out


def test_the_first_failure_is_that_of_the_first_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rates = [-1.0 - i for i in range(9)]
    swept = ",".join(["0", *map(str, rates), "0.5"])
    words = ["sweep", "decay_chain", "--set", f"🥚.decay.rate={swept}"]
    words += ["--measure", "{population: 🥚, at: 1}", "--out", str(tmp_path)]
    assert run_command(words) == 4
    out = capsys.readouterr().out
    assert "the first failure: " in out
    assert "cannot be -1.0" in out


def test_a_sweep_of_means_shows_one_row_a_point(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["sweep", "decay_chain", "--set", "🥚.decay.rate=0.1:0.5:3"]
    words += ["--measure", "{population: 🥚, at: 1}", "--out", str(tmp_path)]
    assert run_command(words) == 0
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    egg = load_biome("decay_chain").with_("🥚.decay.rate", 0.3)
    bath = egg.bath(method="master")
    bath.evolve(1.0)
    assert ["0.3", f"{bath.probability('🥚'):.6g}"] in shown
