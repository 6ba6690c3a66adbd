"""The convergence experiment of tensor renormalization."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.experiment import Streams
from spacewheat_sim.lab.experiments import get_experiment
from spacewheat_sim.lab.experiments.trg_convergence import (
    COLUMNS,
    EXPERIMENT,
    ConvergenceParameters,
    chi_values,
    run,
)

SMALL = ConvergenceParameters(L=64, chi_grid=(8, 16, 3))


def test_it_is_in_the_table() -> None:
    assert get_experiment("trg_convergence") is EXPERIMENT


def test_rows_cover_schemes_values_and_sizes() -> None:
    outcome = run(SMALL, Streams(0))

    assert [row[:3] for row in outcome.rows] == [
        (scheme, chi_max, L)
        for scheme in ("levin_nave", "bond_weighted")
        for chi_max in (8, 12, 16)
        for L in (4, 8, 16, 32, 64)
    ]
    assert {len(row) for row in outcome.rows} == {len(COLUMNS)}


def test_results_show_value_exact_value_and_error() -> None:
    results = run(SMALL, Streams(0)).results

    for scheme, error in results["error"].items():
        found = results["log_z_per_site"][scheme]
        assert found - results["log_z_per_site_exact"] == pytest.approx(error)
    assert results["improvement"] > 5.0
    assert results["scaling_L"] == 64
    assert results["central_charge"]["bond_weighted"] == pytest.approx(0.5, abs=0.01)
    assert results["scaling_dimensions"]["bond_weighted"][0] == pytest.approx(
        0.125, abs=0.002
    )


def test_conformal_data_are_of_the_critical_point_alone() -> None:
    outcome = run(SMALL.model_copy(update={"T": 2.0}), Streams(0))

    assert "central_charge" not in outcome.results
    assert all(row[8:] == (None,) * 9 for row in outcome.rows)
    assert list(outcome.figures) == ["error"]


def test_equal_parameters_give_equal_rows() -> None:
    assert run(SMALL, Streams(0)).rows == run(SMALL, Streams(1)).rows


@pytest.mark.parametrize("changes", [{}, {"scheme": "levin_nave"}, {"L": 4}])
def test_figures_can_be_drawn(changes: dict) -> None:
    outcome = run(SMALL.model_copy(update=changes), Streams(0))

    for draw in outcome.figures.values():
        assert draw().axes


@pytest.mark.parametrize(
    ("grid", "values"),
    [((8, 32, 4), [8, 16, 24, 32]), ((5, 9, 1), [5]), ((2, 3, 5), [2, 3])],
)
def test_grid_of_chi_max(grid: tuple[int, int, int], values: list[int]) -> None:
    assert chi_values(grid) == values


@pytest.mark.parametrize("grid", [(1, 8, 2), (9, 8, 2), (8, 9, 0)])
def test_bad_grids_are_refused(grid: tuple[int, int, int]) -> None:
    with pytest.raises(ArgumentError, match="START STOP COUNT"):
        run(ConvergenceParameters(L=8, chi_grid=grid), Streams(0))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"L": 100}, "`L` must be a power of two .* nearest is 128"),
        ({"chi_grid": (8, 1000, 2)}, "at most 96"),
    ],
)
def test_what_the_method_cannot_do_is_refused(changes: dict, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        run(ConvergenceParameters(**changes), Streams(0))


@pytest.mark.parametrize("changes", [{"L": 2}, {"T": 0.0}, {"scheme": "better"}])
def test_values_out_of_bounds_are_refused(changes: dict) -> None:
    with pytest.raises(ValidationError):
        ConvergenceParameters(**changes)
