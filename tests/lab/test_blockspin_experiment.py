"""The experiment of coarse-graining: its table, its results, what it refuses."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.experiment import Outcome, Streams, grid_values
from spacewheat_sim.lab.experiments import get_experiment
from spacewheat_sim.lab.experiments.blockspin_rg_ising import COLUMNS, EXPERIMENT
from spacewheat_sim.lab.figures.style import save_figure
from spacewheat_sim.lab.run_experiment import checked_parameters, run_experiment
from spacewheat_sim.statmech.ising.kaufman import CRITICAL_COUPLING

QUICK: dict[str, Any] = {"K_grid": (0.2, 0.8, 4), "n_iter": 3, "sweeps": 2000}
EXAMPLE = "run blockspin_rg_ising --L 16 --K_grid 0.1 1.0 20 --n_iter 4 --seed 0"


def outcome_of(seed: int = 1, **values: Any) -> Outcome:
    parameters = checked_parameters(EXPERIMENT, values)
    return EXPERIMENT.run(parameters, Streams(seed))


def column(outcome: Outcome, name: str) -> np.ndarray:
    place = list(outcome.columns).index(name)
    return np.array([row[place] for row in outcome.rows])


def flows(outcome: Outcome) -> tuple[np.ndarray, np.ndarray]:
    """K and K' by iteration and flow, each (n_iter, flows)."""
    iterations = int(column(outcome, "iteration").max())
    shape = (iterations, -1)
    K, new = column(outcome, "K"), column(outcome, "K_prime")
    return K.reshape(shape), new.reshape(shape)


def test_the_name_of_the_experiment_finds_it() -> None:
    assert get_experiment("blockspin_rg_ising") is EXPERIMENT


@pytest.mark.parametrize(
    "values",
    [
        {"dimension": 1},
        {"dimension": 1, "h": 0.3},
        {"dimension": 1, "method": "monte_carlo", "h": 0.1},
        {"dimension": 2},
        {"dimension": 2, "method": "migdal_kadanoff"},
    ],
)
def test_each_step_starts_where_the_last_one_ended(values: dict[str, Any]) -> None:
    outcome = outcome_of(**QUICK, **values)
    K, new = flows(outcome)
    assert tuple(outcome.columns) == COLUMNS
    assert K[0].tolist() == grid_values(QUICK["K_grid"])
    assert (K[1:] == new[:-1]).all()
    h, new_h = column(outcome, "h"), column(outcome, "h_prime")
    assert (h.reshape(K.shape)[1:] == new_h.reshape(K.shape)[:-1]).all()
    assert set(column(outcome, "iteration")) == {1, 2, 3}


def test_chain_follows_the_closed_form() -> None:
    outcome = outcome_of(dimension=1, b=3)
    exact = np.arctanh(np.tanh(column(outcome, "K")) ** 3)
    assert outcome.results["method"] == "exact"
    assert np.abs(column(outcome, "K_prime") - exact).max() < 1e-12
    assert outcome.results["y_t"] == pytest.approx(1.0, abs=1e-12)
    assert outcome.results["largest_difference_from_transfer_matrix"] < 1e-12
    assert not column(outcome, "K_prime_error").any()


def test_field_follows_the_power_of_the_transfer_matrix() -> None:
    outcome = outcome_of(dimension=1, h=0.3, n_iter=1)
    for K, new, h, new_h in zip(
        *(column(outcome, name) for name in ("K", "K_prime", "h", "h_prime")),
        strict=True,
    ):
        V = np.array([[math.exp(K + h), math.exp(-K)], [math.exp(-K), math.exp(K - h)]])
        W = V @ V
        told = 0.25 * math.log(W[0, 0] * W[1, 1] / W[0, 1] ** 2)
        assert new == pytest.approx(told, abs=1e-12)
        assert new_h == pytest.approx(0.5 * math.log(W[0, 0] / W[1, 1]), abs=1e-12)


def test_sampled_chains_agree_with_decimation() -> None:
    outcome = outcome_of(dimension=1, method="monte_carlo")
    K, error = column(outcome, "K"), column(outcome, "K_prime_error")
    pulls = (column(outcome, "K_prime") - np.arctanh(np.tanh(K) ** 2)) / error
    # 80 steps: one beyond 4.5 errors has a false alarm of 5e-4.
    assert np.abs(pulls).max() < 4.5
    assert np.abs(pulls).max() == pytest.approx(
        outcome.results["largest_deviation_in_errors"]
    )
    results = outcome.results
    assert abs(results["y_t"] - 1) < 4 * results["y_t_error"] < 0.05


def test_moved_bonds_find_their_fixed_point() -> None:
    results = outcome_of(method="migdal_kadanoff").results
    assert results["migdal_kadanoff_fixed_point"] == pytest.approx(0.3047, abs=5e-5)
    assert results["critical_coupling"] == results["migdal_kadanoff_fixed_point"]
    assert results["y_t"] == pytest.approx(0.7472, abs=5e-5)


def test_block_spins_find_the_critical_point() -> None:
    outcome = outcome_of(seed=0, K_grid=(0.1, 1.0, 10))
    results = outcome.results
    K, new = flows(outcome)
    assert K.shape == (4, 10)
    assert (new[:, K[0] < 0.43] < K[:, K[0] < 0.43]).all()
    assert (new[:, K[0] > 0.46] > K[:, K[0] > 0.46]).all()
    assert results["critical_coupling_exact"] == CRITICAL_COUPLING
    for name in ("critical_coupling", "flow_crossing"):
        distance = abs(results[name] - CRITICAL_COUPLING)
        assert distance < 3 * results[f"{name}_error"]
    assert results["critical_coupling_error"] < 0.003
    assert abs(results["y_t"] - 1.0) < 0.03
    assert 0.0 < results["y_t_error"] < 0.02
    distance = results["critical_correlation"] - results["critical_correlation_exact"]
    assert abs(distance) < 4 * results["critical_correlation_error"]


@pytest.mark.parametrize(("L", "b"), [(4, 2), (6, 2), (9, 3), (12, 3), (8, 4)])
def test_small_lattices_and_other_blocks_run(L: int, b: int) -> None:
    outcome = outcome_of(L=L, b=b, K_grid=(0.3, 0.3, 1), n_iter=2, sweeps=1000)
    assert len(outcome.rows) == 2
    assert math.isfinite(outcome.results["y_t"])
    assert math.isfinite(outcome.results["critical_coupling_error"])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"method": "exact"}, "cannot be used with --dimension 2"),
        ({"h": 0.1}, "--h cannot be 0.1"),
        ({"h": 0.1, "dimension": 1, "method": "migdal_kadanoff"}, "--h cannot be 0.1"),
        ({"b": 3}, "allowed: 2, 4"),
        ({"L": 17}, "allowed: none with --L 17"),
        ({"b": 8}, "of 4 spins a side at most"),
        ({"b": 3, "dimension": 1, "method": "monte_carlo"}, "allowed: 2, 4, 8"),
        ({"K_grid": (-0.1, 1.0, 3)}, "couplings ≥ 0"),
        ({"K_grid": (0.1, 1.0, 0)}, "COUNT of at least 1"),
        ({"K_grid": (0.1, math.nan, 3)}, "--K_grid"),
        ({"sweeps": 10}, "≥ 1000"),
        ({"L": 0}, "≥ 4"),
        ({"n_iter": 0}, "≥ 1"),
        ({"h": math.inf, "dimension": 1}, "--h"),
    ],
)
def test_what_cannot_be_run_is_refused(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        checked_parameters(EXPERIMENT, values)
    assert said in str(caught.value)


def test_chain_without_broken_bonds_is_refused() -> None:
    with pytest.raises(ArgumentError, match="no broken bond"):
        outcome_of(dimension=1, method="monte_carlo", K_grid=(12, 12, 1))


@pytest.mark.parametrize(
    "values",
    [
        {"dimension": 2},
        {"dimension": 1, "h": 0.3},
        {"method": "migdal_kadanoff"},
        {"dimension": 1, "K_grid": (0.0, 0.0, 1)},
        {"dimension": 1, "K_grid": (30.0, 40.0, 2)},
    ],
)
def test_figure_is_drawn_for_every_road(values: dict[str, Any], tmp_path: Path) -> None:
    outcome = outcome_of(**{**QUICK, **values})
    for name in ("one", "two"):
        save_figure(outcome.figures["rg_flow"](), tmp_path / f"{name}.png")
    drawn = (tmp_path / "one.png").read_bytes()
    assert drawn == (tmp_path / "two.png").read_bytes()
    assert drawn.startswith(b"\x89PNG")


def test_equal_seeds_give_equal_bytes(tmp_path: Path) -> None:
    parameters = checked_parameters(EXPERIMENT, QUICK)
    one, two, other = (
        run_experiment(EXPERIMENT, parameters, seed, tmp_path).path
        for seed in (3, 3, 4)
    )
    for name in ("results.json", "table.csv", "figures/rg_flow.png"):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    assert (one / "table.csv").read_bytes() != (other / "table.csv").read_bytes()


def test_example_of_the_document_writes_its_bundle(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "experiments", *EXAMPLE.split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    (bundle,) = (tmp_path / "runs").iterdir()
    assert (bundle / "figures" / "rg_flow.png").stat().st_size > 10_000
    results = json.loads((bundle / "results.json").read_text(encoding="utf-8"))
    assert results["method"] == "monte_carlo"
    assert results["migdal_kadanoff_fixed_point"] == pytest.approx(0.3047, abs=5e-5)
    with (bundle / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 80
    assert all(math.isfinite(float(value)) for row in rows for value in row.values())
