"""The experiment on the transverse-field Ising chain: bundle, scans, refusals."""

import csv
import json
import math
import os
import subprocess
import sys

import pytest

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.experiments.tfim_entanglement import COLUMNS, EXPERIMENT
from spacewheat_sim.lab.rerun import rerun
from spacewheat_sim.lab.run_experiment import checked_parameters, run_experiment
from spacewheat_sim.lab.tfim.parameters import scan_lengths


def run(folder, *, figures=False, **values):
    parameters = checked_parameters(EXPERIMENT, values)
    return run_experiment(EXPERIMENT, parameters, 0, folder, figures=figures)


def results_of(done):
    return json.loads((done.path / "results.json").read_text(encoding="utf-8"))


def rows_of(done):
    with (done.path / "table.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_example_of_the_documentation(tmp_path):
    done = run(tmp_path, L=12, g=0.5, boundary="open", figures=True)
    results, rows = results_of(done), rows_of(done)
    assert results["method"] == "ed"
    assert len(results["entropies"]) == 11
    assert results["entropy_half_chain"] == results["entropies"][5]
    assert results["entropy_half_chain"] > math.log(2)
    assert tuple(rows[0]) == COLUMNS
    assert [int(row["ell"]) for row in rows] == list(range(1, 12))
    names = {path.name for path in (done.path / "figures").iterdir()}
    assert names == {"entropy_vs_cut.png", "entropy_vs_g.png", "spectrum.png"}


@pytest.mark.parametrize(
    ("values", "exact_method", "tolerance"),
    [
        ({"L": 10, "method": "ed"}, "free_fermion", 1e-10),
        ({"L": 10, "method": "free_fermion"}, "ed", 1e-10),
        ({"L": 50, "boundary": "periodic"}, "quadratic_form", 1e-10),
    ],
)
def test_each_number_stands_beside_its_exact_value(
    tmp_path, values, exact_method, tolerance
):
    results = results_of(run(tmp_path, **values))
    assert results["exact"]["method"] == exact_method
    for name in ("ground_energy", "gap", "entropy_half_chain"):
        entry = results["exact"][name]
        assert entry["value"] == results[name]
        assert entry["error"] == abs(entry["value"] - entry["exact"]) <= tolerance
    assert max(results["exact"]["entropies"]["error"]) <= tolerance


def test_a_scan_of_the_field_fills_the_table(tmp_path):
    done = run(tmp_path, L=6, g=1.0, g_grid=(0.5, 1.5, 5))
    rows = rows_of(done)
    assert sorted({float(row["g"]) for row in rows}) == [0.5, 0.75, 1.0, 1.25, 1.5]
    assert len(rows) == 5 * 5
    for row in rows:
        assert float(row["entropy"]) == pytest.approx(
            float(row["entropy_exact"]), abs=1e-10
        )
    assert results_of(done)["entropy_vs_g"]["g"] == [0.5, 0.75, 1.0, 1.25, 1.5]


def test_a_scan_of_critical_rings_gives_the_central_charge(tmp_path):
    done = run(tmp_path, L=32, boundary="periodic", L_scan=(16, 128, 4), figures=True)
    assert results_of(done)["central_charge"] == pytest.approx(0.5, rel=0.01)
    assert {int(row["L"]) for row in rows_of(done)} == {16, 32, 64, 128}
    assert (done.path / "figures" / "entropy_vs_L.png").is_file()


def test_three_short_chains_give_the_central_charge_within_its_error(tmp_path):
    results = results_of(run(tmp_path, L=8, L_scan=(4, 8, 3)))
    assert results["central_charge"] == pytest.approx(0.538, abs=1e-3)
    distance = abs(results["central_charge"] - results["central_charge_exact"])
    assert distance <= results["central_charge_error"] < 0.1


def test_away_from_criticality_there_is_no_central_charge(tmp_path):
    results = results_of(run(tmp_path, L=8, g=0.9))
    assert results["central_charge"] is None
    assert results["central_charge_error"] is None
    assert results["entropy_vs_L"] is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"L": 25, "method": "ed"}, "free_fermion"),
        ({"L": 1}, "--L cannot be 1; allowed: ≥ 2"),
        ({"J": -1.0}, "--J"),
        ({"g": -1.0}, "--g"),
        ({"g_grid": (-1.0, 1.0, 3)}, "--g_grid"),
        ({"g_grid": (0.0, 1.0, 0)}, "COUNT"),
        ({"L_scan": (16, 8, 4)}, "--L_scan"),
        ({"L_scan": (16, 32, 2)}, "COUNT"),
        ({"L_scan": (4, 30, 4), "method": "ed"}, "24"),
        ({"L_scan": (16, 18, 3)}, "3 different"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_the_reason(values, words):
    with pytest.raises(ArgumentError, match=words):
        checked_parameters(EXPERIMENT, values)


def test_lengths_of_a_scan_are_even_and_keep_their_ends():
    assert scan_lengths((16, 256, 5)) == [16, 32, 64, 128, 256]
    assert all(L % 2 == 0 and 5 <= L <= 101 for L in scan_lengths((5, 101, 7)))


@pytest.mark.parametrize("L", [2, 3])
@pytest.mark.parametrize("g", [0.0, 1.0])
@pytest.mark.parametrize("boundary", ["open", "periodic"])
def test_the_shortest_chains_draw_all_figures(tmp_path, L, g, boundary):
    done = run(tmp_path, L=L, g=g, boundary=boundary, g_grid=(g, 2.0, 1), figures=True)
    assert done.status == "complete"


def test_memory_is_told_before_a_long_exact_diagonalization():
    memory = EXPERIMENT.memory(checked_parameters(EXPERIMENT, {"L": 24}))
    assert memory.dimension == 24
    by_ed = checked_parameters(EXPERIMENT, {"L": 24, "method": "ed"})
    memory = EXPERIMENT.memory(by_ed)
    assert memory.dimension == 2**23
    assert memory.bytes < 3e9


def test_a_rerun_is_identical(tmp_path):
    assert rerun(run(tmp_path, L=9, g=0.8).path).judgment == "identical"


@pytest.mark.slow
def test_the_number_of_threads_changes_no_byte(tmp_path):
    command = [sys.executable, "-m", "experiments", "run", "tfim_entanglement"]
    command += ["--L", "90", "--seed", "0", "--no-figures"]
    bundles = []
    for threads in ("1", "2"):
        folder = tmp_path / threads
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads}
        environment["OMP_NUM_THREADS"] = environment["NUMBA_NUM_THREADS"] = threads
        subprocess.run([*command, "--out", folder], env=environment, check=True)
        (bundle,) = folder.iterdir()
        bundles.append(
            [(bundle / name).read_bytes() for name in ("results.json", "table.csv")]
        )
    assert bundles[0] == bundles[1]


def test_listing_the_experiment_loads_no_physics():
    code = (
        "import sys; import spacewheat_sim.lab.experiments.tfim_entanglement; "
        "sys.exit(any(m in sys.modules for m in ('numpy', 'scipy', 'numba')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_long_scan_checks_as_many_chains_as_is_quick(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from spacewheat_sim.lab.experiment import Streams
    from spacewheat_sim.lab.tfim import solutions

    values = {"L": 60, "method": "free_fermion", "g_grid": [0.0, 2.0, 120]}
    parameters = checked_parameters(EXPERIMENT, values)
    monkeypatch.setattr(solutions, "CHECK_SECONDS", 0.05)
    results = EXPERIMENT.run(parameters, Streams(0)).results
    unchecked, whole = map(
        int, results["exact_left_out"].split(" chains")[0].split(" of ")
    )
    assert whole == 121
    assert 0 < unchecked < whole
