import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from spacewheat_sim import kernel_cache
from spacewheat_sim.cli import main
from spacewheat_sim.lab.comparison import compare
from spacewheat_sim.lab.experiment import Tolerance

SMALL = ["--biome", "decay_chain", "--duration", "4", "--trajectories", "40"]


def run(capsys, tmp_path, *words):
    assert main(["lab", "run", *words, "--out", str(tmp_path), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    return report, Path(report["bundle"])


@pytest.fixture
def bundle(capsys, tmp_path):
    return run(capsys, tmp_path, "bath_ensemble", *SMALL, "--seed", "7")[1]


def test_a_run_leaves_parameters_by_flag_name_and_figures(capsys, tmp_path):
    report, bundle = run(capsys, tmp_path, "bath_ensemble", *SMALL, "--n_times", "4")

    meta = json.loads((bundle / "meta.json").read_text())
    assert meta["experiment"] == "bath_ensemble"
    assert meta["parameters"]["n_times"] == 4
    assert meta["parameters"]["trajectories"] == 40
    assert meta["seed"] == report["seed"]
    assert {"figures/ensemble.png", "figures/waiting_times.png"} <= set(meta["files"])
    rows = list(csv.DictReader((bundle / "table.csv").read_text().splitlines()))
    assert len(rows) == 5 * 4


def test_a_rerun_is_identical(bundle, capsys):
    assert main(["lab", "rerun", str(bundle / "meta.json")]) == 0
    assert capsys.readouterr().out.startswith("identical")


def test_the_same_seed_gives_the_same_bytes_in_two_processes(tmp_path):
    files = []
    words = ["run", "bath_ensemble", *SMALL, "--seed", "3", "--json"]
    words += ["--out", str(tmp_path)]
    kernels = str(kernel_cache.folder().parent)  # which another home has not
    for threads in ("1", "2"):
        environment = {
            "PATH": "",
            "OMP_NUM_THREADS": threads,
            "HOME": str(tmp_path),
            kernel_cache.VARIABLE: kernels,
        }
        done = subprocess.run(
            [sys.executable, "-m", "experiments", *words],
            capture_output=True,
            env=environment,
            check=True,
        )
        folder = Path(json.loads(done.stdout)["bundle"])
        files.append({p.name: p.read_bytes() for p in folder.rglob("*.[cjp]*")})
        files[-1].pop("meta.json")
    assert files[0] == files[1]
    assert len(files[0]) == 4


def test_a_changed_file_is_refused(bundle, capsys):
    with (bundle / "table.csv").open("a") as table:
        table.write("1,2,3\n")
    assert main(["lab", "rerun", str(bundle / "meta.json")]) == 2
    assert "table.csv does not match its hash" in capsys.readouterr().err


def test_a_missing_file_is_refused(bundle, capsys):
    (bundle / "results.json").unlink()
    assert main(["lab", "rerun", str(bundle / "meta.json")]) == 2
    assert "results.json is missing" in capsys.readouterr().err


def change_meta(bundle, **changes):
    path = bundle / "meta.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    return path


def test_a_newer_schema_is_refused(bundle, capsys):
    assert main(["lab", "rerun", str(change_meta(bundle, schema_version=99))]) == 2
    assert "schema version 99" in capsys.readouterr().err


def test_another_seed_is_judged_different_with_the_worst_place(bundle, capsys):
    assert main(["lab", "rerun", str(change_meta(bundle, seed=8))]) == 3
    said = capsys.readouterr().out
    assert said.startswith("different; worst: ")
    assert "table.csv row" in said or "results.json" in said


def test_metadata_with_an_unknown_parameter_is_refused(bundle, capsys):
    path = change_meta(bundle, parameters={"trajectoris": 3})
    assert main(["lab", "rerun", str(path)]) == 2
    assert "did you mean 'trajectories'" in capsys.readouterr().err


def write_bundle(folder, value):
    folder.mkdir()
    (folder / "results.json").write_text(json.dumps({"x": [1.0, value], "name": "a"}))
    (folder / "table.csv").write_text(f"t,y\n0,1\n1,{value}\n")
    return folder


def test_a_comparison_knows_identical_equal_and_different(tmp_path):
    old = write_bundle(tmp_path / "old", 2.0)
    same = write_bundle(tmp_path / "same", 2.0)
    near = write_bundle(tmp_path / "near", 2.0 + 1e-12)
    far = write_bundle(tmp_path / "far", 2.1)

    tolerance = Tolerance(relative=1e-9)
    assert compare(same, old, tolerance).judgment == "identical"
    assert compare(near, old, tolerance).judgment == "equal"
    verdict = compare(far, old, tolerance)
    assert verdict.judgment == "different"
    assert "2.1 instead of 2.0" in verdict.worst


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bath_ensembel"], "did you mean 'bath_ensemble'?"),
        (["bath_ensemble", "--trajectoris", "5"], "Did you mean --trajectories?"),
        (["bath_ensemble", "--trajectories", "5"], "≥ 10"),
        (["bath_ensemble", "--trajectories", "many"], "--trajectories"),
        (["bath_ensemble", "--duration", "-1"], "> 0"),
        (["bath_ensemble", "--duration", "nan"], "--duration"),
        (["bath_ensemble", "--biome", "forrest"], "did you mean 'forest'?"),
        (["bath_unravelling", "--dt_grid", "1", "0.1", "3"], "--dt_grid"),
        (["bath_unravelling", "--dt_grid", "100", "200", "2"], "longer than the"),
    ],
)
def test_a_mistake_exits_with_2_and_writes_nothing(words, said, capsys, tmp_path):
    assert main(["lab", "run", *words, "--out", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


def test_flags_work_with_underscores_and_with_hyphens(capsys, tmp_path):
    for flag in ("--n_times", "--n-times"):
        report, _ = run(capsys, tmp_path, "bath_ensemble", *SMALL, flag, "3")
        assert report["status"] == "complete"


def test_spec_stays_wrong_as_dt_shrinks_and_the_others_do_not(capsys, tmp_path):
    words = ["--biome", "decay_chain", "--duration", "1.6", "--trajectories", "300"]
    grid = ["--dt_grid", "0.002", "0.4", "4", "--seed", "0"]
    report, _ = run(capsys, tmp_path, "bath_unravelling", *words, *grid)

    results = report["results"]
    assert results["distance_at_smallest_dt"]["spec"] > 0.3
    assert results["master_largest_deviation"] < 1e-9
    # Distances of a mean of 300 from the truth stay below a few of their own noise.
    noise = results["expected_trajectory_distance"]
    assert results["distance_at_smallest_dt"]["trajectory"] < 4 * noise


def test_listing_the_experiments_loads_no_physics():
    code = (
        "import sys; from spacewheat_sim.cli import main; main(['lab', 'list']);"
        "print([m for m in ('numpy','scipy','numba','matplotlib') if m in sys.modules],"
        " file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"
    assert "--trajectories" in done.stdout


def test_steps_that_become_equal_are_one_point() -> None:
    from spacewheat_sim.lab.experiments.bath_unravelling import (
        UnravellingParameters,
        step_lengths,
    )

    grid = UnravellingParameters(duration=20.0, dt_grid=(8.0, 20.0, 5))
    points = step_lengths(grid)
    assert [(point.dt, point.steps) for point in points] == [(10.0, 2), (20.0, 1)]
    assert points[0].asked == 8.0


def test_a_method_left_out_of_some_steps_says_so(capsys, tmp_path) -> None:
    words = ["bath_unravelling", "--dt_grid", "1", "20", "2", "--trajectories", "2"]
    report, _ = run(capsys, tmp_path, *words, "--no-figures", "--seed", "0")
    steps = report["results"]["steps"]
    assert [step["dt"] for step in steps] == [1.0, 20.0]
    assert "from dt = 20 s on" in report["results"]["left_out"]["spec"]
