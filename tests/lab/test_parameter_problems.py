"""Parameters that cannot be, told in the words of the command line."""

from __future__ import annotations

import pytest

from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.lab.experiments import NAMES, get_experiment
from spacewheat_sim.lab.run_experiment import checked_parameters

WRONG: tuple[object, ...] = (None, "x!", {}, [1, 2], float("nan"), 1.5, b"x", object)


@pytest.mark.parametrize("name", NAMES)
def test_no_parameter_is_refused_in_words_of_a_library(name: str) -> None:
    experiment = get_experiment(name)
    told = []
    for field in experiment.parameters.model_fields:
        for value in WRONG:
            try:
                checked_parameters(experiment, {field: value})
            except ArgumentError as error:
                told.append(str(error))
    assert len(told) > len(experiment.parameters.model_fields)
    for each in told:
        assert each.startswith("--")
        assert "Input" not in each
        assert "valid" not in each
        assert "pydantic" not in each


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("ising_1d", {"method": "x"}, "enumeration, transfer_matrix, exact, trg, "),
        (
            "ising_1d",
            {"T": "warm"},
            "--T cannot be 'warm'; allowed: finite numbers > 0",
        ),
        ("ising_1d", {"L": 3.5}, "--L cannot be 3.5; allowed: whole numbers ≥ 1"),
        (
            "ising_1d",
            {"T_grid": (1, 2)},
            "--T_grid cannot be (1, 2); allowed: 3 numbers",
        ),
        ("bath_ensemble", {"biome": 3}, "--biome cannot be 3; allowed: text"),
    ],
)
def test_what_is_allowed_is_told(
    name: str, values: dict[str, object], told: str
) -> None:
    with pytest.raises(ArgumentError) as caught:
        checked_parameters(get_experiment(name), values)
    assert told in str(caught.value)
