"""No number is rounded to a whole one without a word, on no method into a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from spacewheat_sim.cli import main
from spacewheat_sim.cli.arguments import parse_whole
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.experiments import NAMES, get_experiment
from spacewheat_sim.lab.run_experiment import checked_parameters


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("12.0", 12),
        ("1e3", 1000),
        ("0x10", 16),
        ("1e22", 10**22),
    ],
)
def test_whole_numbers_are_taken_as_they_are(text: str, value: int) -> None:
    assert parse_whole(text) == value


@pytest.mark.parametrize(
    "text", ["12.7", "1.5", "1e-3", "abc", "", "1/2", "nan", "inf"]
)
def test_other_numbers_are_none(text: str) -> None:
    with pytest.raises(ArgumentError, match="whole number"):
        parse_whole(text)


@pytest.mark.parametrize(
    "words",
    [
        "lab run ising_1d --L 12.7",
        "lab run ising_1d --seed 1.5",
        "lab run ising_1d --sweeps 100.5",
        "lab run ising_2d --chi_max 8.2",
        "lab run ising_2d --T_grid 1 2 2.5",
        "lab run trg_convergence --chi_grid 8.5 16 2",
        "lab run tfim_entanglement --L_scan 4 8.2 3",
        "lab run decoherence_spin_bath --n-env 2.5",
        "simulate biotic_flux --seed 1.5",
        "simulate biotic_flux --steps 10.5",
        "simulate biotic_flux --trajectories 3.5",
        "simulate biotic_flux --record-every 1.2",
        "play --seed 1.5",
        "play --frames 2.5",
    ],
)
def test_a_flag_that_counts_refuses_a_fraction(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words.split()) == 2
    flag = next(word for word in words.split() if word.startswith("--"))
    assert f"Invalid value for {flag}" in capsys.readouterr().err


@pytest.mark.parametrize("name", NAMES)
def test_every_whole_parameter_refuses_fractions_and_truth_values(name: str) -> None:
    experiment = get_experiment(name)
    fields = experiment.parameters.model_fields
    counted = [n for n, info in fields.items() if info.annotation is int]
    assert counted
    for parameter in counted:
        for value in (12.7, True):
            with pytest.raises(ArgumentError, match=f"--{parameter} cannot be"):
                checked_parameters(experiment, {parameter: value})


@pytest.mark.parametrize(
    ("parameters", "seed", "code"),
    [("{L: 12.7}", "0", 2), ("{L: true}", "0", 2), ("{L: 4}", "1.5", 2)],
)
def test_a_scenario_refuses_them_too(
    parameters: str, seed: str, code: int, tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / "scenario.yaml"
    file.write_text(
        f"schema: 1\nname: X\nexperiment: ising_1d\nparameters: {parameters}\n"
        f"seed: {seed}\n",
        encoding="utf-8",
    )
    assert main(["simulate", str(file), "--out", str(tmp_path / "runs")]) == code
    assert "12.7" in capsys.readouterr().err or "12.7" not in parameters
