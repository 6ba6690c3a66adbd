"""What a Python prompt shows of things."""

from spacewheat_sim import IconRegistry, analysis, load_biome


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
    assert repr(load_biome("decay_chain")) == "CompiledBiome(DecayChain: 🥚 🐣 🐥 🐔)"
    assert repr(IconRegistry()) == "IconRegistry(0 icons, 0 rhythms)"
