"""Claims of registers, by exact answers and by the bath's own measures."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spacewheat_sim import ArgumentError, load_biome, tune
from spacewheat_sim.engine.quantities.evaluate import evaluate
from spacewheat_sim.engine.quantities.problem import Problem, read_asked

COUNTED = [
    {"jumps": "🌱→🌾", "over": [0, 3]},
    {"first": "🌱→🌾", "before": 3},
    {"population": "🌾", "at": 3},
]


def values(name: str, *quantities: dict[str, object]) -> list[float]:
    return evaluate(Problem.of(load_biome(name)), [read_asked(q) for q in quantities])


def test_each_seedling_ripens_once_and_under_the_sun_alone() -> None:
    rate, first, ripe = values("catalyst", *COUNTED)

    exact = 0.4 * (1 - math.exp(-1.5))
    assert [3 * rate, first, ripe] == pytest.approx([exact] * 3, abs=1e-10)


def test_coherence_and_populations_are_those_of_the_bath() -> None:
    bath = load_biome("qubit_farm").bath(seed=0, method="master")
    recording = bath.evolve_many(0.01, 600)
    sun, mean, entropy = values(
        "qubit_farm",
        {"coherence": "☀/🌙", "at": 6},
        {"population": "🌾", "over": [0, 6]},
        {"purity": True, "at": 6},
    )

    grain = recording.populations[:, bath.operators.index("🌾")]
    rho = bath.density_matrix()
    assert sun == pytest.approx(bath.project_onto_axis("☀", "🌙").coherence, abs=1e-9)
    assert mean == pytest.approx(np.trapezoid(grain, dx=0.01) / 6, abs=1e-5)
    assert entropy == pytest.approx(np.trace(rho @ rho).real, abs=1e-9)


def test_poles_of_two_axes_are_refused() -> None:
    with pytest.raises(ArgumentError, match="poles of two axes of this register"):
        values("catalyst", {"coherence": "☀/🌾", "at": 1})


def test_a_weight_of_a_register_is_tuned_up_to_one_and_no_further() -> None:
    """🌱 begins at 1, and a search that went beyond ended in an error."""
    claim = {"population": "🌾", "at": 5, "value": {"near": 0.2, "within": 1e-6}}
    tuned = tune(load_biome("catalyst"), [claim], free=["*"])
    assert tuned.holds
    assert tuned.biome.number("initial.weights.🌱") <= 1.0
