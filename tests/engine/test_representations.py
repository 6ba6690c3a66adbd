"""What a Python prompt shows of things."""

import numpy as np

from spacewheat_sim import (
    BathOperators,
    IconRegistry,
    QuantumBath,
    analysis,
    load_biome,
)


def test_a_result_shows_as_its_table():
    chain = load_biome("decay_chain")
    bath = chain.bath(seed=0)
    recording = bath.evolve_many(0.5, 4)
    ensemble = chain.bath(seed=0).ensemble(1.0, 10, dt=0.5, seed=1)
    modes = analysis.modes(chain.operators)
    for shown in (recording, ensemble, modes):
        assert repr(shown) == str(shown)
        assert len(repr(shown).splitlines()) <= 8
    assert repr(recording).splitlines()[0] == "5 rows from 0 to 2 s, 2 events"
    assert repr(ensemble).splitlines()[0] == "10 trajectories, 3 rows from 0 to 1 s"
    rows = repr(recording).splitlines()[2:]
    assert [row.split()[0] for row in rows] == ["🥚", "🐣", "🐥", "🐔"]


def test_what_is_large_shows_as_a_line():
    chain, register = load_biome("decay_chain"), load_biome("qubit_farm")
    assert repr(chain) == "CompiledBiome(DecayChain: 🥚 🐣 🐥 🐔)"
    assert repr(chain.operators) == "BathOperators(4 states of 🥚 🐣 🐥 🐔)"
    assert repr(register.operators).startswith("BathOperators(32 states of ☀ 🌙 ")
    assert repr(IconRegistry()) == "IconRegistry(0 icons, 0 rhythms)"


def test_a_forecast_says_where_no_jump_may_come():
    chain = load_biome("decay_chain").bath(seed=0)
    chain.initialize_emoji("🐔")
    assert str(chain.forecast()).splitlines()[0] == "No jump comes from here"
    terms = [("A", "B", 0.5)]
    pair = QuantumBath(BathOperators.from_terms("AB", np.zeros((2, 2)), terms), seed=0)
    pair.initialize_weighted({"A": 0.25, "B": 0.75})
    said = "Next jump, if one comes, which has the probability 0.25"
    assert str(pair.forecast()).splitlines()[0] == said
