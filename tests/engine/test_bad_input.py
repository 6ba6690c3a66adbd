"""What makes no sense is refused, with words that name what was given."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from spacewheat_sim import (
    BathBatch,
    BathOperators,
    QuantumBath,
    SpacewheatError,
    World,
    load_biome,
)
from spacewheat_sim.content.evolution import Evolution
from spacewheat_sim.errors import ArgumentError

ZERO = np.zeros((2, 2))


def bath(method: Any = "trajectory", **options: Any) -> QuantumBath:
    operators = BathOperators.from_terms("🌾💀", ZERO, [("🌾", "💀", 0.1)])
    return QuantumBath(operators, method, seed=0, **options)


def terms(*args: Any, **kwargs: Any) -> Callable[[], Any]:
    return lambda: BathOperators.from_terms(*args, **kwargs)


def driven(*driver: Any) -> Callable[[], Any]:
    return terms("🌾💀", ZERO, (), [driver])


OPERATORS = {
    "not Hermitian": (terms("🌾💀", [[0, 1], [0.5, 0]]), "Hermitian.*0.5"),
    "imaginary diagonal": (terms("🌾💀", [[1j, 0], [0, 0]]), "Hermitian"),
    "not conjugate": (terms("🌾💀", [[0, 1j], [1j, 0]]), "Hermitian"),
    "NaN in H": (terms("🌾💀", [[math.nan, 0], [0, 0]]), "`hamiltonian`.*finite"),
    "infinite H": (terms("🌾💀", [[math.inf, 0], [0, 0]]), "`hamiltonian`.*finite"),
    "wrong shape": (terms("🌾💀", np.zeros((3, 3))), r"\(2, 2\).*\(3, 3\)"),
    "not square": (terms("🌾💀", np.zeros((2, 3))), r"\(2, 2\).*\(2, 3\)"),
    "a vector": (terms("🌾💀", np.zeros(2)), "`hamiltonian`"),
    "three axes": (terms("🌾💀", np.zeros((2, 2, 2))), "`hamiltonian`"),
    "ragged": (terms("🌾💀", [[0, 1], [1]]), "`hamiltonian`"),
    "words": (terms("🌾💀", [["x", 1], [1, 0]]), "`hamiltonian`"),
    "no emojis": (terms("", np.zeros((0, 0))), "`emojis`"),
    "emoji twice": (terms("🌾🌾", ZERO), "🌾"),
    "with and without selector": (terms(["☀", "☀️"], ZERO), "☀"),
    "empty emoji": (terms(["", "🌾"], ZERO), "''"),
    "emoji no string": (terms([3, "🌾"], ZERO), "3"),
    "unknown source": (terms("🌾💀", ZERO, [("🦄", "💀", 1)]), r"🦄.*jumps\[0\]"),
    "unknown target": (
        terms("🌾💀", ZERO, [("🌾", "💀", 1), ("🌾", "🦄", 1)]),
        r"🦄.*jumps\[1\]",
    ),
    "negative rate": (terms("🌾💀", ZERO, [("🌾", "💀", -0.1)]), "🌾 → 💀.*-0.1"),
    "NaN rate": (terms("🌾💀", ZERO, [("🌾", "💀", math.nan)]), "🌾 → 💀.*nan"),
    "infinite rate": (terms("🌾💀", ZERO, [("🌾", "💀", math.inf)]), "🌾 → 💀.*inf"),
    "rate a word": (terms("🌾💀", ZERO, [("🌾", "💀", "fast")]), "🌾 → 💀.*fast"),
    "jump too short": (terms("🌾💀", ZERO, [("🌾", "💀")]), r"jumps\[0\]"),
    "jump a number": (terms("🌾💀", ZERO, [1.0]), r"jumps\[0\] must be a tuple.*1\.0"),
    "jump a text": (terms("🌾💀", ZERO, ["🌾💀1"]), r"jumps\[0\] must be a tuple"),
    "jump nothing": (terms("🌾💀", ZERO, [None]), r"jumps\[0\].*None"),
    "jumps nothing": (terms("🌾💀", ZERO, None), "`jumps`.*list of tuples.*None"),
    "one jump alone": (terms("🌾💀", ZERO, ("🌾", "💀", 1)), r"jumps\[0\].*tuple"),
    "source a list": (terms("🌾💀", ZERO, [(["🌾"], "💀", 1)]), r"emoji \['🌾'\]"),
    "endless rate": (terms("🌾💀", ZERO, [("🌾", "💀", 10**400)]), "401 digits"),
    "true rate": (terms("🌾💀", ZERO, [("🌾", "💀", True)]), "True"),
    "driver nothing": (terms("🌾💀", ZERO, (), [None]), r"drivers\[0\].*None"),
    "unknown driven": (driven("🦄", 1, "cosine", 1, 0), r"🦄.*drivers\[0\]"),
    "unknown shape": (driven("🌾", 1, "cosin", 1, 0), "'cosin'.*'cosine'"),
    "NaN energy": (driven("🌾", math.nan, "sine", 1, 0), r"drivers\[0\].*nan"),
    "infinite frequency": (driven("🌾", 1, "sine", math.inf, 0), "inf"),
    "negative frequency": (driven("🌾", 1, "sine", -1, 0), "frequency"),
    "energy a word": (driven("🌾", "big", "sine", 1, 0), r"drivers\[0\].*big"),
    "driver too short": (driven("🌾", 1, "sine"), "3 entries"),
    "no function": (driven("🌾", 3.0), "3.0"),
}

STEPS = [0, -1 / 60, math.nan, math.inf, -math.inf, "soon", None, 1j]

CALLS: dict[str, tuple[Callable[[], Any], str]] = {
    "unknown method": (lambda: bath("trajectry"), "'trajectry'.*'trajectory'"),
    "unknown hamiltonian_step": (
        lambda: bath("spec", hamiltonian_step="cayly"),
        "'cayly'.*'cayley'",
    ),
    "hamiltonian_step elsewhere": (
        lambda: bath("master", hamiltonian_step="cayley"),
        "`hamiltonian_step`.*'spec'.*'master'",
    ),
    "active_threshold elsewhere": (
        lambda: bath("master", active_threshold=1e-4),
        "`active_threshold`.*'trajectory'.*'master'",
    ),
    "active_threshold of one": (lambda: bath(active_threshold=1.0), "1.0"),
    "active_threshold of zero": (lambda: bath(active_threshold=0.0), "0.0"),
    "tolerance of zero": (lambda: bath(tolerance=0.0), "`tolerance`.*0.0"),
    "tolerance of NaN": (lambda: bath(tolerance=math.nan), "`tolerance`.*nan"),
    "negative seed": (lambda: QuantumBath(bath().operators, seed=-1), "`seed`.*-1"),
    "fractional seed": (lambda: QuantumBath(bath().operators, seed=0.5), "0.5"),
    "unknown biome": (lambda: load_biome("biotic_flax"), "'biotic_flux'"),
    "weights all zero": (
        lambda: bath().initialize_weighted({"🌾": 0, "💀": 0.0}),
        "`weights`.*0",
    ),
    "no weights": (lambda: bath().initialize_weighted({}), "`weights`"),
    "weight for an absent emoji": (
        lambda: bath().initialize_weighted({"🌾": 1, "🦄": 1}),
        "🦄",
    ),
    "negative weight": (
        lambda: bath().initialize_weighted({"🌾": 1, "💀": -0.5}),
        "💀.*-0.5",
    ),
    "NaN weight": (lambda: bath().initialize_weighted({"💀": math.nan}), "💀.*nan"),
    "weight a word": (lambda: bath().initialize_weighted({"💀": "some"}), "💀.*some"),
    "infinite weight": (lambda: bath().initialize_weighted({"💀": math.inf}), "inf"),
    "unknown start": (lambda: bath().initialize_emoji("🦄"), "🦄"),
    "ket too long": (lambda: bath().initialize_ket([1, 0, 0]), r"\(2,\).*\(3,\)"),
    "ket a column": (lambda: bath().initialize_ket([[1], [0]]), r"\(2,\).*\(2, 1\)"),
    "ket a number": (lambda: bath().initialize_ket(1.0), r"\(2,\)"),
    "ket of words": (lambda: bath().initialize_ket(["x", "y"]), "`ket`"),
    "ket ragged": (lambda: bath().initialize_ket([[1], 0]), "`ket`"),
    "ket of zeros": (lambda: bath().initialize_ket([0, 0]), "zero"),
    "ket with NaN": (lambda: bath().initialize_ket([1, math.nan]), "finite"),
    "rho for a ket": (
        lambda: bath().initialize_density_matrix(np.eye(2) / 2),
        "'master'.*'trajectory'",
    ),
    "rho not Hermitian": (
        lambda: bath("master").initialize_density_matrix([[0.5, 0.5], [0, 0.5]]),
        "Hermitian",
    ),
    "rho with a negative eigenvalue": (
        lambda: bath("master").initialize_density_matrix(np.diag([1.5, -0.5])),
        "-0.5",
    ),
    "rho of the wrong shape": (
        lambda: bath("master").initialize_density_matrix(np.eye(3)),
        r"\(2, 2\).*\(3, 3\)",
    ),
    "rho without a trace": (
        lambda: bath("master").initialize_density_matrix(np.zeros((2, 2))),
        "trace",
    ),
    "rho ragged": (
        lambda: bath("master").initialize_density_matrix([[1, 0], [0]]),
        "`rho`",
    ),
    "amplitudes of master": (lambda: bath("master").amplitudes, "master"),
    "amplitude of master": (lambda: bath("master").amplitude("🌾"), "master"),
    "probability of a stranger": (lambda: bath().probability("🦄"), "🦄"),
    "amplitude of a stranger": (lambda: bath().amplitude("🦄"), "🦄"),
    "collapse of a stranger": (lambda: bath().full_collapse("🦄"), "🦄"),
    "partial collapse of a stranger": (
        lambda: bath().partial_collapse("🦄", 0.1),
        "🦄",
    ),
    "axis of one emoji": (lambda: bath().measure_axis("🌾", "🌾"), "🌾"),
    "axis of a stranger": (lambda: bath().measure_axis("🌾", "🦄"), "🦄"),
    "negative steps": (lambda: bath().evolve_many(0.1, -1), "`steps`.*-1"),
    "half a step": (lambda: bath().evolve_many(0.1, 1.5), "`steps`.*1.5"),
    "record_every zero": (
        lambda: bath().evolve_many(0.1, 2, record_every=0),
        "`record_every`.*0",
    ),
    "rows beyond all memory": (
        lambda: bath().evolve_many(0.1, 2**50),
        "recording of .* rows.* GiB",
    ),
    "baths beyond all memory": (
        lambda: BathBatch(bath().operators, 2**50),
        "batch of .* baths.* GiB",
    ),
    "trajectories beyond all memory": (
        lambda: bath().ensemble(1.0, 2**50),
        "trajectories.* GiB",
    ),
    "rows of an ensemble beyond all memory": (
        lambda: bath().ensemble(1.0, 2, dt=1e-300),
        "ensemble of .* rows.* GiB",
    ),
    "a second later than all time": (
        lambda: World(["two_level"], 0).run(1e300),
        "`seconds`.*2\\*\\*53 ticks",
    ),
    "no trajectories": (lambda: bath().ensemble(1.0, 0), "`trajectories`.*0"),
    "negative duration": (lambda: bath().ensemble(-1.0, 2), "`duration`.*-1"),
    "operators over others": (
        lambda: bath().replace_operators(BathOperators.from_terms("💀🍂", ZERO)),
        "cannot leave, because it is still there",
    ),
}


@pytest.mark.parametrize("case", OPERATORS)
def test_operators_that_make_no_sense_are_refused(case: str) -> None:
    make, words = OPERATORS[case]
    with pytest.raises(SpacewheatError, match=words) as caught:
        make()
    assert isinstance(caught.value, ArgumentError)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("case", CALLS)
def test_calls_that_make_no_sense_are_refused(case: str) -> None:
    call, words = CALLS[case]
    with pytest.raises(SpacewheatError, match=words) as caught:
        call()
    assert caught.value.exit_code == 2
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize("method", ["trajectory", "master", "spec"])
@pytest.mark.parametrize("dt", STEPS, ids=repr)
def test_a_step_must_be_a_finite_time_above_zero(method: str, dt: Any) -> None:
    here = bath(method)
    before = here.state
    for call in (lambda: here.evolve(dt), lambda: here.evolve_many(dt, 2)):
        with pytest.raises(SpacewheatError, match="`dt`") as caught:
            call()
        assert repr(dt) in str(caught.value)
    assert here.time == 0.0
    assert np.array_equal(here.state, before)


def test_a_refused_start_leaves_the_bath_as_it_was() -> None:
    here = bath()
    here.evolve(1.0)
    before = here.state
    with pytest.raises(SpacewheatError):
        here.initialize_ket([1, math.nan])
    assert here.time == 1.0
    assert np.array_equal(here.state, before)


def test_an_emoji_named_twice_among_weights_is_refused() -> None:
    here = QuantumBath(BathOperators.from_terms("☀🌙", ZERO), seed=0)
    with pytest.raises(SpacewheatError, match="☀"):
        here.initialize_weighted({"☀": 0.5, "☀️": 0.5})


def test_a_near_miss_is_suggested() -> None:
    operators = BathOperators.from_terms(["wolf", "rabbit"], ZERO)
    with pytest.raises(SpacewheatError, match="did you mean 'rabbit'"):
        QuantumBath(operators, seed=0).probability("rabit")


def test_energies_beyond_double_precision_end_with_an_error() -> None:
    huge = BathOperators.from_terms("ab", [[0, 1e200], [1e200, 0]])
    for method in ("trajectory", "master"):
        with pytest.raises(SpacewheatError, match="too large"):
            QuantumBath(huge, method, seed=0).evolve(1.0)


@pytest.mark.parametrize("tolerance", [1e-13, 1e-9, 0.01])
def test_files_and_calls_take_the_same_tolerances(tolerance: float) -> None:
    assert Evolution(tolerance=tolerance).tolerance == tolerance
    for method in ("trajectory", "master"):
        bath(method, tolerance=tolerance).evolve(1.0)


@pytest.mark.parametrize(
    "tolerance", [0.99e-13, 1e-100, 5e-324, 0.0, -1e-9, 0.0100001, math.inf]
)
def test_files_and_calls_refuse_the_same_tolerances(tolerance: float) -> None:
    with pytest.raises(ValidationError):
        Evolution(tolerance=tolerance)
    with pytest.raises(SpacewheatError, match=r"1e-13 to 0\.01 per second"):
        bath(tolerance=tolerance)
