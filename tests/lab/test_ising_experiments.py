import csv
import json
import signal
from pathlib import Path

import pytest

from spacewheat_sim.cli import main

QUANTITIES = (
    "free_energy",
    "energy",
    "magnetization",
    "susceptibility",
    "heat_capacity",
)


def run(capsys, tmp_path, *words):
    assert main(["lab", "run", *words, "--out", str(tmp_path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    return report["results"], Path(report["bundle"])


def test_one_method_at_one_temperature_gives_its_numbers_beside_the_exact(
    capsys, tmp_path
):
    words = ("ising_2d", "--method", "transfer_matrix", "--T", "1.0", "--Lx", "2")
    results, bundle = run(capsys, tmp_path, *words, "--Ly", "2")

    # Z of the 2 × 2 torus at T = 1, whose bonds all count twice: 2e^8 + 12 + 2e^-8.
    import math

    z = 2 * math.exp(8) + 12 + 2 * math.exp(-8)
    assert results["free_energy"] == pytest.approx(-math.log(z) / 4, rel=1e-12)
    for name in QUANTITIES:
        assert results[name] == pytest.approx(results[f"{name}_exact"], abs=1e-12)
    timings = json.loads((bundle / "meta.json").read_text())["timings"]
    assert set(timings) >= {"transfer_matrix", "run", "figures", "total"}


@pytest.mark.parametrize("h", ["0", "0.3"])
def test_all_methods_agree_and_say_why_they_cannot(capsys, tmp_path, h):
    words = ("ising_2d", "--T", "2.5", "--h", h, "--seed", "1", "--sweeps", "4000")
    results, bundle = run(capsys, tmp_path, *words)

    able = {"enumeration", "transfer_matrix", "trg", "monte_carlo"}
    assert set(results) - {"skipped"} == (able | {"exact"} if h == "0" else able)
    assert list(results.get("skipped", ())) == ([] if h == "0" else ["exact"])
    for name in QUANTITIES:
        value = results["enumeration"][name]
        assert results["transfer_matrix"][name] == pytest.approx(value, abs=1e-10)
        assert results["trg"][name] == pytest.approx(value, abs=1e-4)
    found, error = (results["monte_carlo"][k] for k in ("energy", "energy_error"))
    # Five standard errors: a false alarm once in 1.7 million.
    assert abs(found - results["enumeration"]["energy"]) < 5 * error
    assert results["monte_carlo"]["free_energy"] is None
    for name in ("quantities", "errors", "cost"):
        assert (bundle / "figures" / f"{name}.png").exists()


def test_a_grid_gives_a_row_per_temperature_and_method(capsys, tmp_path):
    words = ("ising_1d", "--L", "8", "--T_grid", "0.5", "4", "4", "--h", "0.1")
    results, bundle = run(capsys, tmp_path, *words, "--sweeps", "1000", "--seed", "0")

    rows = list(csv.DictReader((bundle / "table.csv").read_text().splitlines()))
    assert len(rows) == 4 * 4
    assert {row["method"] for row in rows} == {
        "enumeration",
        "transfer_matrix",
        "exact",
        "monte_carlo",
    }
    assert list(results["skipped"]) == ["trg"]
    for row in rows:
        if row["method"] != "monte_carlo":
            for name in QUANTITIES:
                assert float(row[name]) == pytest.approx(
                    float(row[f"{name}_exact"]), rel=1e-10, abs=1e-12
                )


def test_a_cold_frustrated_torus_can_be_counted(capsys, tmp_path):
    # Of three bonds around an odd loop one is always broken: −1/3 a site, twice.

    words = ("ising_2d", "--Lx", "3", "--Ly", "3", "--J", "-1", "--T", "0.01")
    results, _ = run(capsys, tmp_path, *words, "--method", "enumeration")
    assert results["energy"] == pytest.approx(-2 / 3, abs=1e-12)
    assert results["heat_capacity_exact"] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("--T 0.8 --seed 94", {"heat_capacity": 0.0046821724, "energy": -1.9996293}),
        ("--T 0.6 --seed 94", {"heat_capacity": 0.00028958712, "energy": -1.999987}),
        ("--T 0.4 --seed 1", {"heat_capacity": 8.2458e-07, "energy": -2.0}),
        (
            "--Lx 5 --Ly 5 --J -1 --T 0.5 --seed 0",
            {"susceptibility": 0.225488, "energy": -1.199678},
        ),
        (
            "--Lx 5 --Ly 5 --J -1 --T 0.5 --seed 0 --algorithm parallel_tempering",
            {"susceptibility": 0.225488, "energy": -1.199678},
        ),
        (
            "--J -1 --h 2 --T 0.7 --seed 0",
            {"susceptibility": 0.0093656900, "energy": -1.9934212},
        ),
        (
            "--J -1 --h 2 --T 0.7 --seed 0 --algorithm metropolis",
            {"susceptibility": 0.0093656900, "energy": -1.9934212},
        ),
    ],
)
def test_rare_and_frustrated_states_are_within_the_errors(
    words, right, capsys, tmp_path
):
    words = ("ising_2d", "--method", "monte_carlo", *words.split(), "--no-figures")
    results, _ = run(capsys, tmp_path, *words)
    for name, value in right.items():
        # At fixed seeds: three errors.
        distance = abs(results[name] - value)
        assert distance < 3 * results[f"{name}_error"] + 1e-9
        assert results[f"{name}_error"] > 0.0


def test_the_table_says_which_points_converged_and_by_what(capsys, tmp_path):
    words = (
        "ising_2d",
        "--method",
        "all",
        "--T_grid",
        "0.5",
        "2.5",
        "2",
        "--seed",
        "3",
        "--no-figures",
    )
    results, bundle = run(capsys, tmp_path, *words, "--sweeps", "4000")
    rows = list(csv.DictReader((bundle / "table.csv").read_text().splitlines()))
    sampled = [row for row in rows if row["method"] == "monte_carlo"]
    assert [float(row["converged"]) for row in sampled] == [0.0, 1.0]
    assert {row["algorithm"] for row in sampled} == {"swendsen_wang"}
    assert all(float(row["abs_magnetization_error"]) > 0.0 for row in sampled)
    assert results["monte_carlo"]["converged"] == [0.0, 1.0]
    others = [row for row in rows if row["method"] != "monte_carlo"]
    assert {row["converged"] for row in others} == {""}


def test_the_default_algorithm_is_the_one_that_the_document_names():
    from spacewheat_sim.lab.experiments.ising_2d import TorusParameters

    text = (Path(__file__).parents[2] / "docs" / "lab.md").read_text(encoding="utf-8")
    default = TorusParameters().algorithm
    assert f"| `--algorithm` | `{default}` |" in text


def stopping_at(share):
    from spacewheat_sim.lab.progress import Progress

    def tell(done):
        if done >= share:
            signal.raise_signal(signal.SIGINT)

    return Progress(tell)


@pytest.mark.parametrize(
    ("share", "rows", "whole"), [(0.3, 2, 1), (0.85, 4, 3), (0.999, 4, 4)]
)
def test_an_interrupted_grid_keeps_its_points(share, rows, whole):
    from spacewheat_sim.lab.experiment import Streams
    from spacewheat_sim.lab.experiments.ising_2d import EXPERIMENT, TorusParameters

    parameters = TorusParameters(
        Lx=8, Ly=8, T_grid=(2.0, 3.0, 4), method="monte_carlo", sweeps=6400
    )
    outcome = EXPERIMENT.run(parameters, Streams(1, stopping_at(share)))
    assert isinstance(outcome.interrupt, KeyboardInterrupt)
    assert len(outcome.rows) == rows
    trusted = [dict(zip(outcome.columns, row, strict=True)) for row in outcome.rows]
    assert sum(row["converged"] for row in trusted) == whole
    assert len(outcome.results["energy"]) == rows


def test_an_interrupted_run_writes_what_it_has(tmp_path):
    from spacewheat_sim.lab.experiments.ising_2d import EXPERIMENT, TorusParameters
    from spacewheat_sim.lab.run_experiment import run_experiment

    parameters = TorusParameters(Lx=8, Ly=8, T=2.0, method="monte_carlo", sweeps=6400)

    def tell(done):
        if done > 0.5:
            signal.raise_signal(signal.SIGINT)

    done = run_experiment(EXPERIMENT, parameters, 1, tmp_path, progress=tell)
    assert done.status == "interrupted"
    meta = json.loads((done.path / "meta.json").read_text())
    assert meta["status"] == "interrupted"
    assert set(meta["files"]) == {"results.json", "table.csv"}
    results = json.loads((done.path / "results.json").read_text())
    assert results["converged"] == 0.0
    assert results["energy_error"] > 0.0


@pytest.mark.parametrize("experiment", ["ising_1d", "ising_2d"])
def test_progress_of_all_methods_grows_to_the_end(experiment):
    from spacewheat_sim.lab.experiment import Streams
    from spacewheat_sim.lab.experiments import get_experiment
    from spacewheat_sim.lab.progress import Progress

    told = []
    found = get_experiment(experiment)
    parameters = found.parameters(T_grid=(1.0, 3.0, 3), sweeps=640)
    outcome = found.run(parameters, Streams(1, Progress(told.append)))
    assert outcome.interrupt is None
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert len(told) > 30


def test_the_same_seed_gives_the_same_bytes(capsys, tmp_path):
    words = ("ising_2d", "--method", "monte_carlo", "--seed", "5", "--sweeps", "500")
    _, first = run(capsys, tmp_path, *words)
    _, again = run(capsys, tmp_path, *words)
    for name in ("results.json", "table.csv", "figures/quantities.png"):
        assert (first / name).read_bytes() == (again / name).read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ising_2d", "--Lx", "0"], "≥ 1"),
        (["ising_2d", "--T", "0"], "> 0"),
        (["ising_2d", "--T", "-1"], "> 0"),
        (["ising_2d", "--T_grid", "-1", "2", "4"], "--T_grid"),
        (["ising_2d", "--T", "1", "--T_grid", "1", "2", "3"], "give one"),
        (["ising_2d", "--T_grid", "1", "2", "0"], "COUNT of at least 1"),
        (["ising_2d", "--J", "nan"], "finite"),
        (["ising_2d", "--h", "inf"], "finite"),
        (["ising_2d", "--chi_max", "1"], "≥ 2"),
        (["ising_2d", "--method", "trg", "--Lx", "6"], "power of two"),
        (["ising_2d", "--method", "exact", "--h", "0.5"], "transfer_matrix"),
        (["ising_2d", "--method", "enumeration", "--Lx", "50"], "2^200 states"),
        (
            ["ising_2d", "--method", "transfer_matrix", "--Lx", "64", "--Ly", "64"],
            "exact",
        ),
        (["ising_1d", "--method", "trg"], "two dimensions"),
        (["ising_1d", "--method", "enumeration", "--L", "60"], "transfer_matrix"),
        (["ising_2d", "--method", "trgg"], "trg"),
    ],
)
def test_what_cannot_be_done_exits_with_2_and_says_why(words, said, capsys, tmp_path):
    assert main(["lab", "run", *words, "--out", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
