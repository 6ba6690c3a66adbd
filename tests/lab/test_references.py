"""What stands as exact beside a number, and what one bad point or figure leaves."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from spacewheat_sim.cli import main
from spacewheat_sim.errors import ArgumentError, RunStoppedError
from spacewheat_sim.lab.experiment import Experiment, Outcome, Parameters, Streams
from spacewheat_sim.lab.ising.references import References
from spacewheat_sim.lab.run_experiment import run_experiment
from spacewheat_sim.statmech.ising.thermodynamics import (
    Conditions,
    MethodLimitError,
    Thermodynamics,
)


def results_of(words: str, out: Path, code: int = 0) -> Any:
    assert main(["lab", "run", *words.split(), "--out", str(out)]) == code
    (bundle,) = out.iterdir()
    return json.loads((bundle / "results.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("ising_1d --T 0.01", {"free_energy": -1.000433217}),
        (
            "ising_1d --T 0.005 --method transfer_matrix",
            {"free_energy": -1.000216608, "susceptibility": 3200.0},
        ),
        ("ising_1d --T 0.001 --J -1 --L 5 --h 0.5", {"free_energy": -0.7003218876}),
        ("ising_1d --T 0.01 --J -1 --L 5", {"heat_capacity": 1.225708542e-169}),
        (
            "ising_2d --T 0.12 --method transfer_matrix",
            {"heat_capacity": 4.952814035e-26},
        ),
        (
            "ising_2d --T 0.12 --method exact",
            {"heat_capacity": 4.952814035e-26},
        ),
    ],
)
def test_cold_numbers_and_their_references_are_right(
    words: str, right: dict[str, float], tmp_path: Path
) -> None:
    results = results_of(f"{words} --seed 0 --sweeps 100 --no-figures", tmp_path)
    one = results if "energy" in results else results["transfer_matrix"]
    for name, value in right.items():
        assert one[name] == pytest.approx(value, rel=1e-9)
        assert one[f"{name}_exact"] == pytest.approx(value, rel=1e-9)


def test_no_method_is_its_own_reference() -> None:
    def answer(value: float) -> Any:
        return lambda _conditions, _number: Thermodynamics(value, *[value] * 4)

    methods = {"enumeration": answer(1.0), "transfer_matrix": answer(2.0)}
    methods["trg"] = answer(3.0)
    references = References(methods, lambda _name, _conditions: 0.0, 1)
    at = Conditions(1.0)
    given = {
        name: references.of(name, at, 0, search=True).energy
        for name in (*methods, None)
    }
    assert given == {
        "enumeration": 2.0,
        "transfer_matrix": 1.0,
        "trg": 1.0,
        None: 1.0,
    }


def test_a_slow_method_is_reference_only_where_it_ran_anyway() -> None:
    asked: list[str] = []

    def slow(_conditions: Conditions, _number: int) -> Thermodynamics:
        asked.append("slow")
        return Thermodynamics(1.0, 1.0, 1.0, 1.0, 1.0)

    references = References({"transfer_matrix": slow}, lambda _n, _c: 60.0, 1)
    at = Conditions(1.0)
    assert references.of("trg", at, 0, search=True).energy is None
    references.found["transfer_matrix", 0] = slow(at, 0)
    assert references.of("trg", at, 0, search=True).energy == 1.0
    assert asked == ["slow"]


def test_one_temperature_that_cannot_be_done_leaves_the_others(tmp_path: Path) -> None:
    # At 11 × 11 the blocks of a frustrated torus cancel when it is cold.
    words = "ising_2d --Lx 11 --Ly 11 --J -1 --T_grid 0.05 4 2 --method transfer_matrix"
    results = results_of(f"{words} --no-figures", tmp_path)
    assert results["T"] == [4.0]
    assert len(results["energy"]) == 1
    assert "at T = 0.05" in results["skipped"]["transfer_matrix"]


def test_a_method_that_can_do_no_temperature_is_refused(tmp_path: Path) -> None:
    words = "ising_2d --Lx 11 --Ly 11 --J -1 --T_grid 0.05 0.1 2"
    words += " --method transfer_matrix"
    assert main(["lab", "run", *words.split(), "--out", str(tmp_path)]) == 2


def test_the_summary_of_a_grid_prints_its_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "ising_1d --L 8 --T_grid 1 3 3 --seed 1 --sweeps 200 --no-figures"
    results = results_of(words, tmp_path)
    said = capsys.readouterr().out
    for value in results["transfer_matrix"]["free_energy"]:
        assert f"{value:.10g}" in said


class NoParameters(Parameters):
    """None."""


def experiment_with(figure: Any) -> Experiment[NoParameters]:
    def run(_parameters: NoParameters, _streams: Streams) -> Outcome:
        figures = {"bad": figure, "again": figure}
        return Outcome({"answer": 42}, ["x"], [[1.0]], figures)

    return Experiment("figureless", "One.", NoParameters, run)


def fails() -> Any:
    raise MethodLimitError("no line at T/2")


def test_a_figure_that_fails_leaves_results_and_table(tmp_path: Path) -> None:
    with pytest.raises(RunStoppedError, match="no line at T/2"):
        run_experiment(experiment_with(fails), NoParameters(), 0, tmp_path)
    (bundle,) = tmp_path.iterdir()
    results = json.loads((bundle / "results.json").read_text(encoding="utf-8"))
    assert results == {"answer": 42}
    table = (bundle / "table.csv").read_text(encoding="utf-8")
    assert list(csv.reader(table.splitlines())) == [["x"], ["1.0"]]
    meta = json.loads((bundle / "meta.json").read_text(encoding="utf-8"))
    assert (meta["status"], meta["stopped_in"]) == ("partial", "figures")


def test_a_run_without_results_is_an_error_still(tmp_path: Path) -> None:
    def run(_parameters: NoParameters, _streams: Streams) -> Outcome:
        raise ArgumentError("nothing to do")

    failing = Experiment("failing", "One.", NoParameters, run)
    with pytest.raises(ArgumentError, match="nothing to do"):
        run_experiment(failing, NoParameters(), 0, tmp_path)
    assert list(tmp_path.iterdir()) == []
