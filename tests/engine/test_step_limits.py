"""Steps that would not end are refused, and what they would cost is said."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from spacewheat_sim import BathBatch, BathOperators, QuantumBath, World, load_biome
from spacewheat_sim.choices import Method
from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.rhythms.rhythm import HIGHEST_FREQUENCY
from spacewheat_sim.engine.bath.longest_step import MOST_DRIVE_STEPS
from spacewheat_sim.errors import ArgumentError, SpacewheatError

H = np.array([[0.0, 0.5], [0.5, 0.0]])


def driven(shape: str, frequency: float, amplitude: float = 1.0) -> BathOperators:
    driver = ("🌾", amplitude, shape, frequency, 0.3)
    return BathOperators.from_terms("🌾💀", H, [("🌾", "💀", 0.1)], [driver])


@pytest.mark.parametrize("shape", ["cosine", "sine", "pulse"])
@pytest.mark.parametrize("frequency", [1e10, 1e300])
def test_a_driver_too_fast_for_a_step_is_refused(shape: str, frequency: float) -> None:
    operators = driven(shape, frequency)
    words = rf"🌾.*{frequency:g} Hz.*steps|🌾.*Hz is too fast.*largest dt".replace(
        "+", r"\+"
    )
    for method in ("trajectory", "master"):
        bath = QuantumBath(operators, method, seed=0)
        before = bath.state
        for call in (
            lambda bath=bath: bath.evolve(1 / 60),
            lambda bath=bath: bath.evolve_many(1 / 60, 3),
            lambda bath=bath: bath.ensemble(1.0, 8, dt=0.5),
            lambda bath=bath: bath.ensemble(1 / 60, 8),
        ):
            with pytest.raises(ArgumentError, match=words):
                call()
        assert bath.time == 0.0
        assert np.array_equal(bath.state, before)
        with pytest.raises(ArgumentError, match=words):
            BathBatch(operators, 2, method).evolve(1 / 60)


@pytest.mark.parametrize("shape", ["cosine", "pulse"])
def test_the_largest_dt_that_is_told_is_allowed(shape: str) -> None:
    bath = QuantumBath(driven(shape, 1e9), seed=0)
    with pytest.raises(ArgumentError) as caught:
        bath.evolve(1.0)
    largest = float(str(caught.value).split()[-2])
    bath.check_step(largest * 0.999)
    with pytest.raises(ArgumentError):
        bath.check_step(largest * 1.01)


def test_what_can_be_resolved_is_evolved() -> None:
    frequency, amplitude = 1e4, 2000.0
    bath = QuantumBath(driven("cosine", frequency, amplitude), "master", seed=0)
    bath.initialize_uniform()
    bath.evolve(0.05)
    # Far off resonance the drive dresses the coupling: J0(amplitude/ω) ≈ 1.
    still = QuantumBath(driven("cosine", 0.0, 0.0), "master", seed=0)
    still.evolve(0.05)
    assert bath.populations() == pytest.approx(still.populations(), abs=2e-3)


def test_max_step_too_small_for_a_step_is_refused() -> None:
    operators = BathOperators.from_terms("🌾💀", H, [], [("🌾", math.sin)])
    bath = QuantumBath(operators, max_step=1e-12)
    with pytest.raises(ArgumentError, match=r"`max_step`.*1e\+12 times"):
        bath.evolve(1.0)
    bath.evolve(1e-7)


@pytest.mark.parametrize(
    "function",
    [
        lambda _: 1e308,
        lambda t: -1e200 if t > 3 else 0.0,
        lambda t: 1e300 * t,
    ],
)
@pytest.mark.parametrize("method", ["trajectory", "master"])
def test_a_function_of_energies_that_no_step_is_short_enough_for_is_refused(
    function: Callable[[float], float], method: Method
) -> None:
    operators = BathOperators.from_terms("🌾💀", H, [], [("🌾", function)])
    bath = QuantumBath(operators, method, seed=0)
    before = bath.state
    for call in (lambda: bath.evolve(10.0), lambda: bath.ensemble(10.0, 3)):
        with pytest.raises(
            SpacewheatError, match=r"🌾.*would not end|no longer finite"
        ):
            call()
    assert np.array_equal(bath.state, before)


def test_a_brief_strong_function_is_not_refused() -> None:
    def kick(time: float) -> float:
        return math.pi / 1e-7 if 3e-3 <= time < 3e-3 + 1e-7 else 0.0

    operators = BathOperators.from_terms("🌾💀", np.zeros((2, 2)), [], [("🌾", kick)])
    bath = QuantumBath(operators, seed=0, max_step=1e-7)
    bath.evolve(2.9e-3)
    bath.evolve(2e-4)
    assert bath.project_onto_axis("🌾", "💀").bloch[0] == pytest.approx(-1, abs=1e-8)


def test_content_checks_what_running_accepts(tmp_path: Path) -> None:
    def biome(frequency: float) -> Path:
        path = tmp_path / f"f{frequency:g}.yaml"
        path.write_text(
            f"schema: 1\nname: Fast\nemojis: [🌾, 💀]\nicons:\n"
            f"  - {{emoji: 🌾, name: a, self_energy: 1.0, couplings: {{💀: 0.5}}, "
            f"drivers: [{{shape: cosine, period: {1 / frequency!r}}}]}}\n"
            f"  - {{emoji: 💀, name: b}}\n",
            encoding="utf-8",
        )
        return path

    assert check_content([biome(HIGHEST_FREQUENCY)]).errors == 0
    compiled = load_biome(biome(HIGHEST_FREQUENCY))
    for dt in (1 / 240, 1 / 60, 1.0):
        compiled.bath(seed=0).check_step(dt)
    compiled.bath(seed=0).evolve(1 / 240)
    World([compiled], seed=0).tick()

    too_fast = biome(HIGHEST_FREQUENCY * 1.01)
    (problem,) = check_content([too_fast]).problems
    assert problem.rule == "fast-rhythm"
    assert "steps for each second" in problem.message
    with pytest.raises(SpacewheatError):
        load_biome(too_fast)
    with pytest.raises(ValueError, match="steps for each second"):
        Icon.model_validate(
            {
                "emoji": "🌾",
                "name": "Wheat",
                "self_energy": 1.0,
                "drivers": [{"shape": "sine", "period": 1e-10}],
            }
        )


def test_a_frame_of_the_fastest_driver_is_far_from_the_limit() -> None:
    assert 2 * math.pi * HIGHEST_FREQUENCY / 60 < MOST_DRIVE_STEPS / 50


def test_a_phase_beyond_the_spacing_of_doubles_runs() -> None:
    driver = ("🌾", 1.0, "pulse", 0.1, 1e17)
    bath = QuantumBath(BathOperators.from_terms("🌾💀", H, [], [driver]), seed=0)
    bath.evolve_many(1.0, 30)
    assert bath.populations().sum() == pytest.approx(1.0)
