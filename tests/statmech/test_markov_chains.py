"""Stationary distributions of Markov chains, and what stands in their way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacewheat_sim import BathOperators, QuantumBath, SpacewheatError
from spacewheat_sim.content.files import list_biomes, read_biome
from spacewheat_sim.statmech.markov import (
    MarkovRowWarning,
    closed_classes,
    stationary_distribution,
    transition_matrix,
)

CHAINS = {
    entry.key: dict(biome.markov.chain)
    for entry in list_biomes()
    if (biome := read_biome(entry.key)).markov is not None
}


def by_walking(matrix: np.ndarray) -> np.ndarray:
    """π of an irreducible chain by another method: a lazy walk, squared many times."""
    lazy = (matrix + np.eye(len(matrix))) / 2  # same π, never periodic
    for _ in range(60):
        lazy = lazy @ lazy
        lazy /= lazy.sum(axis=1, keepdims=True)
    return lazy[0]


@given(seed=st.integers(0, 10**6), n=st.integers(1, 7))
def test_the_stationary_distribution_is_where_a_walk_ends(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    matrix = rng.dirichlet(np.full(n, 0.5), size=n) + 0.01
    matrix /= matrix.sum(axis=1, keepdims=True)
    names = "abcdefg"[:n]
    chain = {
        a: dict(zip(names, row, strict=True))
        for a, row in zip(names, matrix.tolist(), strict=True)
    }
    pi = stationary_distribution(chain)
    assert list(pi) == list(names)
    assert list(pi.values()) == pytest.approx(by_walking(matrix).tolist(), abs=1e-10)


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.filterwarnings(
    "ignore::spacewheat_sim.statmech.markov.MarkovRowWarning"  # as they were authored
)
def test_the_chains_of_biomes_have_their_distribution(name: str) -> None:
    names, matrix = transition_matrix(CHAINS[name])
    pi = np.array([stationary_distribution(CHAINS[name])[a] for a in names])
    assert np.abs(pi @ matrix - pi).max() < 1e-14
    assert pi.sum() == pytest.approx(1, abs=1e-14)
    assert np.abs(pi - by_walking(matrix)).max() < 1e-12


def test_a_periodic_chain_has_its_distribution() -> None:
    chain = {"a": {"b": 1}, "b": {"c": 0.5, "d": 0.5}, "c": {"a": 1}, "d": {"a": 1}}
    pi = stationary_distribution(chain)
    assert pi == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 6, "d": 1 / 6})


def test_transient_states_hold_nothing() -> None:
    chain = {"a": {"b": 0.5, "a": 0.5}, "b": {"c": 1}, "c": {"b": 0.25, "c": 0.75}}
    pi = stationary_distribution(chain)
    assert pi["a"] == 0.0
    assert pi == pytest.approx({"a": 0, "b": 0.2, "c": 0.8})


def test_a_chain_that_rarely_moves_loses_no_digit() -> None:
    chain = {
        "a": {"a": 1 - 3e-13, "b": 3e-13},
        "b": {"b": 1 - 1e-13, "a": 1e-13},
    }
    pi = stationary_distribution(chain)
    assert pi == pytest.approx({"a": 0.25, "b": 0.75}, rel=1e-9)


def test_an_error_lists_the_closed_classes() -> None:
    chain = {
        "🌾": {"🍄": 1},
        "🍄": {"🌾": 1},
        "💀": {"💀": 1},
        "🍂": {"💀": 0.5, "🌾": 0.5},
    }
    with pytest.raises(SpacewheatError, match=r"2 closed classes, \{🌾, 🍄\}; \{💀\}"):
        stationary_distribution(chain)
    _, matrix = transition_matrix(chain)
    assert closed_classes(matrix) == [[0, 1], [2]]


def test_rows_are_normalized_with_a_warning_that_names_them() -> None:
    chain = {"☀": {"🌙": 2.0, "☀": 2.0}, "🌙": {"☀": 1.0}}
    with pytest.warns(MarkovRowWarning, match=r"☀ \(4\)") as caught:
        pi = stationary_distribution(chain)
    assert pi == pytest.approx({"☀": 2 / 3, "🌙": 1 / 3})
    assert len(caught) == 1
    assert "🌙" not in str(caught[0].message)


def test_rounding_of_a_row_is_no_reason_to_warn() -> None:
    third = 0.3333333333  # a warning would be an error here
    pi = stationary_distribution(
        {"a": {"a": third, "b": third, "c": third}, "b": {"a": 1.0}, "c": {"a": 1.0}}
    )
    assert pi == pytest.approx({"a": 0.6, "b": 0.2, "c": 0.2})


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        ({}, "at least one row"),
        ({"☀": {"🌙": 1.0}, "🌙": {}}, "row of 🌙 is empty"),
        ({"☀": {"🌙": 0.0}, "🌙": {"☀": 1.0}}, "row of ☀ is empty"),
        ({"☀": {"🌙": -0.5, "☀": 1.5}, "🌙": {"☀": 1.0}}, "☀ → 🌙.*-0.5"),
        ({"☀": {"🌙": float("nan")}, "🌙": {"☀": 1.0}}, "☀ → 🌙.*nan"),
        ({"☀": {"🌙": float("inf")}, "🌙": {"☀": 1.0}}, "☀ → 🌙.*inf"),
        ({"☀": {"🌙": 1.0}}, "no row for 🌙"),
        ({"☀": {"☀": 1.0}, "☀️": {"☀": 1.0}}, "two rows for ☀️"),
        ({"☀": {"☀": 10**400}}, "☀ → ☀.*401 digits"),
        ({"☀": {"☀": "1"}}, "☀ → ☀.*'1'"),
        ({"☀": {"☀": True}}, "☀ → ☀.*True"),
        ({"☀": {1: 1.0}}, "texts.*1"),
        ({"☀": ["☀"]}, "row of '☀' must map"),
        ([], "must map emojis to rows"),
        (
            {"☀": {"☀": 1e308, "🌙": 1e308}, "🌙": {"☀": 1.0}},
            "rows of ☀ .* double precision",
        ),
        (
            {"☀": {"☀": 1e300, "🌙": 1e-300}, "🌙": {"🌙": 1.0}},
            "rows of ☀ .* double precision",
        ),
    ],
    ids=[
        "none",
        "empty",
        "zero",
        "negative",
        "nan",
        "inf",
        "no-row",
        "twice",
        "endless",
        "text",
        "true",
        "number-as-name",
        "row-a-list",
        "a-list",
        "too-large",
        "too-far-apart",
    ],
)
def test_a_chain_that_makes_no_sense_is_refused(
    chain: dict[str, dict[str, float]], words: str
) -> None:
    with pytest.raises(SpacewheatError, match=words) as caught:
        stationary_distribution(chain)
    assert caught.value.exit_code == 2


def test_a_bath_starts_in_the_stationary_distribution() -> None:
    bath = QuantumBath(BathOperators.from_terms("☀🌙🌾", np.zeros((3, 3))))
    bath.initialize_from_markov({"🌙": {"☀️": 1.0}, "☀": {"🌙": 0.5, "☀": 0.5}})
    assert bath.probabilities() == pytest.approx({"☀": 2 / 3, "🌙": 1 / 3, "🌾": 0})
    assert bath.amplitudes.imag == pytest.approx(np.zeros(3))
    with pytest.raises(SpacewheatError, match="'🦄'"):
        bath.initialize_from_markov({"☀": {"🦄": 1.0}, "🦄": {"☀": 1.0}})
