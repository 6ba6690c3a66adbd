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
    # An approximation that does not know how far it is off.
    assert results["y_t_error"] is results["critical_coupling_error"] is None


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
    assert 0.0 < results["y_t_error"] < 0.03
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
        ({"b": 8}, "of at most 4 spins per side"),
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


def test_chains_without_broken_bonds_follow_the_low_temperature_term() -> None:
    outcome = outcome_of(dimension=1, method="monte_carlo", K_grid=(0.5, 12, 4))
    K, new = flows(outcome)
    assert K.shape == (4, 4)
    assert np.abs(new - np.arctanh(np.tanh(K) ** 2))[:, 0].max() < 0.05
    assert new[0, -1] == pytest.approx(12 - 0.5 * math.log(2), abs=1e-12)
    assert 4 < outcome.results["low_temperature_steps"] < 16
    assert outcome.results["unknown_steps"] == 0
    # 16 steps: one beyond 4.5 errors has a false alarm of 2e-4.
    assert outcome.results["largest_deviation_in_errors"] < 4.5
    assert column(outcome, "K_prime_error").min() > 0.0


def test_a_flow_that_samples_do_not_tell_is_unknown_and_stops_no_other(
    tmp_path: Path,
) -> None:
    values = {"dimension": 1, "method": "monte_carlo", "h": 2.5, "n_iter": 3}
    outcome = outcome_of(**values, K_grid=(0.0, 12.0, 3))
    K, new = flows(outcome)
    # Spins that the strong field alone holds: nothing says what couples them.
    assert np.isnan(new[:, 0]).all()
    assert np.isnan(K[1:, 0]).all()
    assert np.isfinite(new[:, 2]).all()
    assert outcome.results["unknown_steps"] >= 1
    parameters = checked_parameters(EXPERIMENT, {**values, "K_grid": (0.0, 12.0, 3)})
    done = run_experiment(EXPERIMENT, parameters, 1, tmp_path)
    assert (done.path / "figures" / "rg_flow.png").exists()
    with (done.path / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["K_prime"] == rows[0]["K_prime_error"] == ""
    none = checked_parameters(EXPERIMENT, {**values, "K_grid": (0.0, 0.0, 1)})
    assert run_experiment(EXPERIMENT, none, 1, tmp_path).status == "complete"


@pytest.mark.parametrize(("L", "b"), [(4, 2), (8, 2), (9, 3)])
def test_errors_of_a_single_blocking_hold_its_truncation(L: int, b: int) -> None:
    results = outcome_of(seed=0, L=L, b=b, K_grid=(0.4, 0.4, 1), n_iter=1).results
    assert results["y_t_level"] == results["matching_level"] == 1
    # At the fixed seed: at most two errors.
    assert abs(results["y_t_deviation"]) < 2 * results["y_t_error"] < 0.2
    deviation = abs(results["critical_coupling_deviation"])
    assert deviation < 2 * results["critical_coupling_error"] < 0.1
    for name in ("y_t", "critical_coupling"):
        parts = [
            results[f"{name}_{part}"] for part in ("statistical_error", "truncation")
        ]
        assert results[f"{name}_error"] == pytest.approx(math.hypot(*parts))
    # What truncation is put at is not how far the answer is away.
    truncation = results["critical_coupling_truncation"]
    assert truncation != pytest.approx(deviation, rel=1e-3)


@pytest.mark.parametrize("steps", [1, 5, 9])
def test_an_interrupted_run_keeps_the_steps_it_took(
    steps: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spacewheat_sim.statmech.rg import block_spin

    taken = 0
    step = block_spin.block_step

    def interrupted(*args: Any) -> Any:
        nonlocal taken
        if taken == steps:
            raise KeyboardInterrupt
        taken += 1
        return step(*args)

    monkeypatch.setattr(block_spin, "block_step", interrupted)
    parameters = checked_parameters(EXPERIMENT, {**QUICK, "sweeps": 1000})
    done = run_experiment(EXPERIMENT, parameters, 1, tmp_path)
    assert done.status == "interrupted"
    meta = json.loads((done.path / "meta.json").read_text(encoding="utf-8"))
    assert meta["status"] == "interrupted"
    assert set(meta["files"]) == {"results.json", "table.csv"}
    with (done.path / "table.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == steps
    assert done.results["method"] == "monte_carlo"


def test_a_run_that_is_interrupted_at_once_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from spacewheat_sim.statmech.rg import block_spin

    def interrupted(*_args: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(block_spin, "block_step", interrupted)
    parameters = checked_parameters(EXPERIMENT, QUICK)
    done = run_experiment(EXPERIMENT, parameters, 1, tmp_path)
    assert done.status == "interrupted"
    assert [path.name for path in done.path.iterdir()] == ["meta.json"]


@pytest.mark.parametrize("values", [{}, {"dimension": 1, "method": "monte_carlo"}])
def test_progress_grows_from_the_first_step_to_the_end(values: dict[str, Any]) -> None:
    from spacewheat_sim.lab.progress import Progress

    told: list[float] = []
    parameters = checked_parameters(EXPERIMENT, {**QUICK, **values})
    EXPERIMENT.run(parameters, Streams(1, Progress(told.append)))
    assert told == sorted(told)
    assert 0.0 < told[0] < 0.1
    assert told[-1] == 1.0


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
def test_figure_is_drawn_for_every_method(
    values: dict[str, Any], tmp_path: Path
) -> None:
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


@pytest.mark.parametrize(
    "fewer", [["--sweeps", "2000"], pytest.param([], marks=pytest.mark.slow)]
)
def test_example_of_the_document_writes_its_bundle(
    fewer: list[str], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "experiments", *EXAMPLE.split(), *fewer]
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
