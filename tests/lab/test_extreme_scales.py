"""Numbers at the ends of what floats hold: right, or refused in words, never a warning.

Warnings are errors in all tests; here they would come out as a defect.
"""

from __future__ import annotations

import json
import math

import pytest

from spacewheat_sim.cli import main

SMALLEST, TINY, HUGE, LARGEST = "5e-324", "1e-320", "1e300", "1.7e308"
SMALL_RUNS = {
    "ising_1d": ["--L", "4", "--sweeps", "200"],
    "ising_2d": ["--Lx", "4", "--Ly", "4", "--sweeps", "200", "--chi_max", "4"],
    "tfim_entanglement": ["--L", "6"],
    "decoherence_spin_bath": ["--n_env", "3", "--n_steps", "3"],
    "trg_convergence": ["--L", "8", "--chi_grid", "4", "8", "2"],
    "blockspin_rg_ising": ["--dimension", "1", "--n_iter", "1"],
    "counting_statistics": ["--trajectories", "5", "--dephasing_grid", "0", "1", "2"],
    "zeno": ["--trajectories", "5", "--most_looks", "2"],
    "bath_unravelling": ["--biome", "two_level", "--trajectories", "2"],
}
FOUND = [
    ("tfim_entanglement", "J", [TINY]),
    ("ising_2d", "T", [HUGE]),
    ("ising_2d", "J", [TINY]),
    ("decoherence_spin_bath", "coupling", [SMALLEST]),
    ("decoherence_spin_bath", "coupling", ["1e-308"]),
    ("blockspin_rg_ising", "K_grid", [LARGEST, LARGEST, "1"]),
    ("counting_statistics", "coupling", ["1e160"]),
    ("counting_statistics", "rate", ["1e-160"]),
    ("counting_statistics", "dephasing_grid", ["-1", "1", "2"]),
    ("zeno", "coupling", [LARGEST]),
    ("bath_unravelling", "dt_grid", ["1e-308", "1e-308", "1"]),
]
ALL = [
    (experiment, name, [value])
    for experiment, names in {
        "ising_1d": ("T", "J", "h"),
        "ising_2d": ("T", "J", "h"),
        "tfim_entanglement": ("J", "g"),
        "decoherence_spin_bath": ("coupling", "h_env", "J_env", "t_max"),
        "trg_convergence": ("T",),
        "blockspin_rg_ising": ("h",),
        "counting_statistics": ("coupling", "rate", "duration"),
        "zeno": ("coupling", "duration"),
    }.items()
    for name in names
    for value in (SMALLEST, TINY, "1e-308", "1e-160", "1e160", HUGE, LARGEST)
]


def run(experiment, name, values, folder, capsys, *more):
    words = ["lab", "run", experiment, *SMALL_RUNS[experiment], "--seed", "0"]
    code = main([*words, f"--{name}", *values, "--out", str(folder), "--json", *more])
    output, errors = capsys.readouterr()
    assert code in (0, 1, 2)
    assert "defect" not in errors
    assert code == 0 or "error: " in errors
    return json.loads(output)["results"] if code == 0 else None


@pytest.mark.parametrize(("experiment", "name", "values"), FOUND)
def test_an_extreme_parameter_is_no_defect(experiment, name, values, tmp_path, capsys):
    run(experiment, name, values, tmp_path, capsys, "--no-figures")


@pytest.mark.slow
@pytest.mark.parametrize(("experiment", "name", "values"), ALL)
def test_no_extreme_parameter_is_a_defect(experiment, name, values, tmp_path, capsys):
    run(experiment, name, values, tmp_path, capsys)


def test_spins_that_hardly_couple_take_no_coherence(tmp_path, capsys):
    given = "decoherence_spin_bath", "coupling", [SMALLEST]
    results = run(*given, tmp_path, capsys, "--no-figures")
    assert results["gaussian_time"] is None
    assert results["decoherence_time"] is None
    assert results["final_coherence"] == 0.5


def test_a_lattice_that_is_all_but_infinitely_hot_is_free(tmp_path, capsys):
    results = run("ising_2d", "T", [HUGE], tmp_path, capsys, "--no-figures")
    for method in ("enumeration", "transfer_matrix", "trg"):
        found = results[method]
        assert found["free_energy"] == pytest.approx(-1e300 * math.log(2.0), rel=1e-12)
        # χ of free spins is 1/T; renormalization may say that rounding is all it has.
        if found["susceptibility"] is not None:
            assert found["susceptibility"] == pytest.approx(1e-300, rel=1e-12)
