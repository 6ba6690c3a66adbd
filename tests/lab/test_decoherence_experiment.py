"""The experiment of the central spin: its table, its bundle, what it refuses."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import digest
from spacewheat_sim.lab.decoherence.course import Course
from spacewheat_sim.lab.decoherence.curves import drawn_curve
from spacewheat_sim.lab.decoherence.parameters import LARGEST_STATE_VECTOR
from spacewheat_sim.lab.decoherence.table import COLUMNS
from spacewheat_sim.lab.experiment import Outcome, Streams
from spacewheat_sim.lab.experiments import get_experiment
from spacewheat_sim.lab.experiments.decoherence_spin_bath import EXPERIMENT
from spacewheat_sim.lab.figures.style import save_figure
from spacewheat_sim.lab.memory import memory_notice
from spacewheat_sim.lab.run_experiment import checked_parameters
from spacewheat_sim.quantum.spin_bath import state_vector

FIGURES = ("coherence_vs_time", "partial_information", "purity_vs_time")
INTERACTING = {"n_env": 9, "h_env": 0.5, "J_env": 0.4, "coupling_spread": 0.3}


def outcome_of(seed: int = 1, **values: Any) -> Outcome:
    parameters = checked_parameters(EXPERIMENT, values)
    return EXPERIMENT.run(parameters, Streams(seed))


def column(outcome: Outcome, name: str) -> np.ndarray:
    place = list(outcome.columns).index(name)
    return np.array([row[place] for row in outcome.rows])


def test_the_name_of_the_experiment_finds_it() -> None:
    assert get_experiment("decoherence_spin_bath") is EXPERIMENT


def test_the_largest_state_vector_is_that_of_the_library() -> None:
    assert LARGEST_STATE_VECTOR == state_vector.LARGEST_SIZE


def test_the_table_holds_the_closed_form() -> None:
    outcome = outcome_of(n_env=8, coupling=0.4, t_max=10)
    t = column(outcome, "t")
    exact = 0.5 * np.cos(0.8 * t) ** 8
    assert tuple(outcome.columns) == COLUMNS
    assert t.size == 201
    assert (t[0], t[-1]) == (0.0, 10.0)
    assert np.abs(column(outcome, "rho01_re") - exact).max() < 1e-14
    assert np.abs(column(outcome, "coherence") - np.abs(exact)).max() < 1e-14
    assert not column(outcome, "rho01_im").any()
    assert np.allclose(column(outcome, "purity"), 0.5 + 2 * exact**2)
    entropy = column(outcome, "entropy")
    assert np.array_equal(column(outcome, "mutual_information"), 2 * entropy)
    assert (entropy >= 0).all()
    assert (entropy <= np.log(2) + 1e-15).all()
    assert outcome.results["couplings"] == [0.4] * 8
    assert outcome.results["final_coherence"] == column(outcome, "coherence")[-1]


@pytest.mark.parametrize(
    ("values", "method", "exact_method"),
    [
        ({}, "product", "product of cosines"),
        ({"h_env": 0.3}, "product", "state vector"),
        ({"h_env": 0.3, "env_state": "random"}, "product", "state vector"),
        ({"method": "state_vector"}, "state_vector", "product of cosines"),
        (
            {"method": "state_vector", "h_env": 0.3},
            "state_vector",
            "product of overlaps",
        ),
        (
            {"J_env": 0.3, "env_state": "random"},
            "state_vector",
            "product of overlaps",
        ),
        (
            {"J_env": 0.3, "h_env": 0.3, "n_env": 7},
            "state_vector",
            "exact diagonalization",
        ),
        ({"J_env": 0.3, "h_env": 0.3}, "state_vector", None),
        ({"h_env": 0.3, "n_env": 30}, "product", None),
    ],
)
def test_an_independent_route_stands_beside_each_answer(
    values: dict[str, Any], method: str, exact_method: str | None
) -> None:
    results = outcome_of(**{"coupling_spread": 0.5, **values}).results
    assert (results["method"], results["exact_method"]) == (method, exact_method)
    if exact_method is None:
        assert results["final_coherence_exact"] is None
        assert results["largest_rho01_error"] is None
    else:
        assert results["largest_rho01_error"] < 1e-10
        for name in ("coherence", "purity", "entropy", "mutual_information"):
            value, exact = (results[f"final_{name}{end}"] for end in ("", "_exact"))
            assert results[f"final_{name}_error"] == abs(value - exact) < 1e-10


def test_the_decoherence_time_is_that_of_the_closed_form() -> None:
    results = outcome_of(n_env=2000, coupling=0.05, t_max=1, n_steps=1000).results
    exact = np.arccos(np.exp(-1 / 2000)) / 0.1
    assert results["decoherence_time"] == pytest.approx(exact, rel=1e-4)
    assert results["gaussian_time"] == pytest.approx(exact, rel=1e-3)
    assert outcome_of(coupling=0.001).results["decoherence_time"] is None
    assert outcome_of(coupling=0).results["gaussian_time"] == np.inf


@pytest.mark.parametrize("n_steps", [1, 3, 5, 200])
def test_the_rows_do_not_move_the_decoherence_time(n_steps: int) -> None:
    results = outcome_of(n_steps=n_steps).results
    exact = np.arccos(np.exp(-0.1)) / 0.8
    assert results["decoherence_time"] == pytest.approx(exact, rel=1e-14)
    told = [each["t"] for each in results["partial_information"]]
    tau = results["gaussian_time"]
    assert told == pytest.approx([0.5 * tau, tau, 2 * tau, 10.0], rel=1e-14)


def test_the_decoherence_time_is_found_far_below_the_rows() -> None:
    results = outcome_of(coupling=1000, t_max=1e6).results
    exact = np.arccos(np.exp(-0.1)) / 2000
    assert results["decoherence_time"] == pytest.approx(exact, rel=1e-14)
    assert results["largest_rho01_error"] < 1e-13


def test_interacting_spins_have_one_decoherence_time_whatever_the_rows() -> None:
    times = {
        outcome_of(**INTERACTING, n_steps=n).results["decoherence_time"]
        for n in (1, 7, 400)
    }
    assert len(times) == 1


def test_a_check_that_would_take_long_is_left_out_and_says_so() -> None:
    results = outcome_of(h_env=1, t_max=1_000_000, n_steps=1).results
    assert results["exact_method"] is None
    assert results["final_coherence_exact"] is None
    assert re.fullmatch(r"state vector: about \d+ minutes", results["exact_left_out"])
    assert "exact_left_out" not in outcome_of(h_env=1).results


def test_lines_join_only_what_the_rows_or_more_points_resolve() -> None:
    from spacewheat_sim.quantum.spin_bath.model import spin_bath
    from spacewheat_sim.quantum.spin_bath.product import decoherence_factor

    def curve_of(end: float, rows: int, chain: float = 0.0) -> Any:
        bath = spin_bath([0.4] * 10, field=chain, chain=chain)
        times = np.linspace(0.0, end, rows)
        r = decoherence_factor(spin_bath([0.4] * 10), times)
        return drawn_curve(bath, Course(times, r.value, r.log_magnitude, ()))

    assert curve_of(10.0, 201).times.size == 201
    few = curve_of(10.0, 4)
    assert few.joined
    assert few.times.size > 400
    assert not curve_of(1e6, 201).joined
    # Interacting spins have no quick course to draw.
    assert not curve_of(10.0, 4, chain=0.3).joined


def test_an_underflowing_coherence_keeps_its_logarithm() -> None:
    outcome = outcome_of(n_env=5000, coupling=0.5, t_max=1.2, n_steps=6)
    assert outcome.results["final_coherence"] == 0.0
    expected = np.log10(0.5) + 5000 * np.log10(np.cos(1.2))
    assert outcome.results["final_log10_coherence"] == pytest.approx(expected)


def test_fragments_are_told_early_and_at_the_end() -> None:
    results = outcome_of(**INTERACTING).results
    told = results["partial_information"]
    assert [each["t"] for each in told] == sorted({each["t"] for each in told})
    assert told[-1]["t"] == 10.0
    for each in told:
        assert each["fragment_sizes"] == list(range(10))
        entropy = each["system_entropy"]
        assert each["information"][-1] == pytest.approx(2 * entropy, abs=1e-10)
    assert told[-1]["system_entropy"] == pytest.approx(results["final_entropy"])


@pytest.mark.parametrize(
    "values",
    [
        {},
        INTERACTING | {"env_state": "random"},
        {"n_env": 1, "n_steps": 1},
        {"coupling": 0},
        {"n_env": 3000, "n_steps": 4000, "coupling_spread": 1},
        {"coupling": 3.141592653589793, "t_max": 0.25, "n_steps": 1},
    ],
)
def test_every_figure_draws(values: dict[str, Any], tmp_path: Path) -> None:
    outcome = outcome_of(**values)
    assert tuple(sorted(outcome.figures)) == FIGURES
    for name, draw in outcome.figures.items():
        save_figure(draw(), tmp_path / f"{name}.png")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"method": "product", "J_env": 0.1}, "--method product cannot be used with"),
        ({"method": "state_vector", "n_env": 21}, r"dimension 2\^21, 0.0625 GiB"),
        ({"J_env": 0.1, "n_env": 100_000}, r"--n_env cannot be 100000.*allowed: ≤ 20"),
        ({"n_env": 0}, "--n_env cannot be 0; allowed: ≥ 1"),
        ({"t_max": 0}, "--t_max cannot be 0; allowed: > 0"),
        ({"n_steps": 0}, "--n_steps cannot be 0"),
        ({"coupling_spread": 1.5}, "--coupling_spread cannot be 1.5"),
        ({"coupling": float("nan")}, "--coupling cannot be nan"),
        ({"env_state": "minus"}, "plus, random"),
        ({"couplings": 1}, "did you mean 'coupling'"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    values: dict[str, Any], message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        checked_parameters(EXPERIMENT, values)


def test_a_state_vector_is_announced() -> None:
    assert EXPERIMENT.memory is not None
    small = checked_parameters(EXPERIMENT, {"J_env": 0.1})
    large = checked_parameters(EXPERIMENT, {"J_env": 0.1, "n_env": 20, "h_env": 1})
    assert "dimension 1,024" in memory_notice(EXPERIMENT.memory(small))
    said = memory_notice(EXPERIMENT.memory(large))
    assert re.search(r"dimension 1,048,576, .* GiB of memory, about \d+ s", said)


def test_one_seed_is_one_bundle_whatever_the_threads(tmp_path: Path) -> None:
    seen = []
    for threads in ("1", "2"):
        out = tmp_path / threads
        values = INTERACTING | {"n_env": 11, "env_state": "random", "seed": 3}
        words = [f"--{name}={value}" for name, value in values.items()]
        words += [f"--out={out}"]
        subprocess.run(
            [sys.executable, "-m", "experiments", "run", EXPERIMENT.name, *words],
            check=True,
            capture_output=True,
            env=os.environ
            | {f"{x}_NUM_THREADS": threads for x in ("OMP", "OPENBLAS", "MKL")},
        )
        (bundle,) = out.iterdir()
        files = json.loads((bundle / "meta.json").read_text(encoding="utf-8"))["files"]
        assert sorted(files) == [
            *(f"figures/{name}.png" for name in FIGURES),
            "results.json",
            "table.csv",
        ]
        assert digest((bundle / "table.csv").read_bytes()) == files["table.csv"]
        rows = list(csv.reader((bundle / "table.csv").read_text().splitlines()))
        assert len(rows) == 202
        seen.append(files)
    assert seen[0] == seen[1]


def test_another_seed_is_another_environment() -> None:
    values = {"coupling_spread": 0.5}
    one, again, other = (outcome_of(seed, **values) for seed in (1, 1, 2))
    assert one.results == again.results
    assert one.results["couplings"] != other.results["couplings"]
