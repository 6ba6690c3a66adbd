"""Quantities of single histories: what they are, and the same alone as among others."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spacewheat_sim import BathBatch, load_biome
from spacewheat_sim.engine.quantities.evaluate import evaluate
from spacewheat_sim.engine.quantities.histories import evaluate_histories
from spacewheat_sim.engine.quantities.problem import Problem, read_asked
from spacewheat_sim.errors import ArgumentError, UnknownNameError

ASKED = [
    read_asked(quantity)
    for quantity in (
        {"population": "🥚", "at": 2},
        {"population": "🥚", "over": [0, 4], "mean": None},
        {"population": "🐣", "over": [1, 4], "swing": None},
        {"population": "🐣", "over": [0, 4], "peak_time": None},
        {"coherence": "🥚/🐣", "over": [0, 4], "max": None},
        {"purity": True, "at": 3},
        {"jumps": "🥚→🐣", "over": [0, 4]},
        {"first": "🥚→🐣", "before": 3},
        {"steady": "🥚"},
    )
]


def test_a_history_is_the_same_to_the_last_bit_alone_and_among_others() -> None:
    biome = load_biome("decay_chain")
    many = evaluate_histories(biome, ASKED, 5, 0, 40, 0.1)
    some = evaluate_histories(biome, ASKED, 5, 2, 7, 0.1)
    assert many[2:9].tobytes() == some.tobytes()
    for number in (0, 17, 39):
        alone = evaluate_histories(biome, ASKED, 5, number, 1, 0.1)
        assert many[number].tobytes() == alone[0].tobytes()


def test_the_mean_of_histories_is_that_of_all() -> None:
    biome = load_biome("decay_chain")
    count = 2000
    linear = [ASKED[i] for i in (0, 1, 6, 7)]
    found = evaluate_histories(biome, linear, 1, 0, count, 1 / 60)
    errors = found.std(axis=0) / math.sqrt(count)
    expected = np.array(evaluate(Problem.of(biome), linear))
    # 4.5 standard errors: false alarms in one of 40,000 seeds, all four together.
    assert (np.abs(found.mean(axis=0) - expected) < 4.5 * errors).all()


def test_each_number_is_what_the_jump_times_say() -> None:
    """An egg hatches once, at its jump: all quantities follow from when that is."""
    biome = load_biome("decay_chain")
    batch = BathBatch(biome.operators, 20, seed=3)
    batch.initialize_emoji("🥚")
    hatched = {
        bath: jump.time
        for bath, jump in batch.evolve(4.0)
        if (jump.source, jump.target) == ("🥚", "🐣")
    }
    dt = 0.01
    found = evaluate_histories(biome, ASKED, 3, 0, 20, dt)
    for bath in range(20):
        time = hatched.get(bath, math.inf)
        assert found[bath, 0] == pytest.approx(float(time > 2.0), abs=1e-9)
        assert found[bath, 1] == pytest.approx(min(time, 4.0) / 4.0, abs=dt)
        assert found[bath, 6] == (0.25 if time <= 4.0 else 0.0)
        assert found[bath, 7] == float(time <= 3.0)
        assert found[bath, 8] == pytest.approx(0.0, abs=1e-9)


def test_a_swing_and_its_period_are_those_of_rabi_oscillations() -> None:
    biome = load_biome("two_level")
    emoji = biome.emojis[0]
    asked = [
        read_asked({"population": emoji, "over": [0, 60], "swing": None}),
        read_asked({"population": emoji, "over": [0, 60], "period": None}),
    ]
    (found,) = evaluate_histories(biome, asked, 0, 0, 1, 0.02)
    assert found == pytest.approx(evaluate(Problem.of(biome), asked), abs=1e-3)


def test_names_that_are_not_there_and_too_many_looks_are_refused() -> None:
    biome = load_biome("decay_chain")
    with pytest.raises(UnknownNameError, match="🐺"):
        evaluate_histories(
            biome, [read_asked({"population": "🐺", "at": 1})], 0, 0, 1, 1
        )
    with pytest.raises(ArgumentError, match="choose a larger dt"):
        evaluate_histories(biome, ASKED[:2], 0, 0, 1, 1e-9)


def test_histories_of_a_register_average_to_its_mean() -> None:
    """By 4.5 standard errors each: false alarms in 2 of 100,000 runs."""
    farm = load_biome("qubit_farm")
    asked = [
        read_asked({"population": "🌊", "at": 3}),
        read_asked({"jumps": "🏜→🌊", "over": [0, 3], "rate": None}),
    ]
    found = evaluate_histories(farm, asked, 1, 0, 400, 0.1)
    errors = found.std(axis=0, ddof=1) / 20.0
    exact = np.array(evaluate(Problem.of(farm), asked))
    assert (np.abs(found.mean(axis=0) - exact) < 4.5 * errors).all()
