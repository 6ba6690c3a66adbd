"""The lesson of each built-in register."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from spacewheat_sim import QuantumBath, World, load_biome

LN2 = float(np.log(2))


def test_bell_pair_is_made_by_two_gates_and_told_by_measurements():
    """Neither axis has a pole; information 2 ln 2, negativity 1/2; outcomes agree."""
    compiled = load_biome("bell_pair")
    first, second = compiled.axes
    agree = []
    for seed in range(40):
        bath = compiled.bath(seed=seed)
        bath.apply_gate("H", first)
        bath.apply_gate("CNOT", first, second)
        assert bath.probability("🔮") == pytest.approx(0.5)
        assert bath.project_onto_axis(*first).coherence == pytest.approx(0, abs=1e-15)
        assert bath.mutual_information(first, second) == pytest.approx(2 * LN2)
        assert bath.negativity(first, second) == pytest.approx(0.5)
        outcome = bath.measure_axis(*first, kind="projective")
        assert bath.entanglement_entropy(second) == pytest.approx(0, abs=1e-12)
        other = bath.measure_axis(*second, kind="projective")
        agree.append((outcome, other))
    assert set(agree) == {("🔮", "💎"), ("💤", "🪨")}


def test_three_bells_are_entangled_all_together_only():
    """Each pair shares ln 2 and has no negativity; each axis has ln 2 of entropy."""
    bath = load_biome("three_bells").bath(seed=1)
    a, b, c = load_biome("three_bells").axes
    bath.apply_gate("H", a)
    bath.apply_gate("CNOT", a, b)
    bath.apply_gate("CNOT", a, c)
    for pair in ((a, b), (a, c), (b, c)):
        assert bath.mutual_information(*pair) == pytest.approx(LN2)
        assert bath.negativity(*pair) == pytest.approx(0.0, abs=1e-15)
    for axis in (a, b, c):
        assert bath.entanglement_entropy(axis) == pytest.approx(LN2)
    # Measured across its poles, one axis leaves the others a Bell pair.
    bath.apply_gate("H", c)
    bath.measure_axis(*c, kind="projective")
    assert bath.negativity(a, b) == pytest.approx(0.5)


def test_a_catalyst_is_needed_and_not_used_up():
    """P(🌾) = 0.4 (1 − e^{−t/2}), and the sun keeps its 0.4."""
    bath = load_biome("catalyst").bath(method="master")
    recording = bath.evolve_many(0.5, 40)
    ripe = recording.populations[:, bath.emojis.index("🌾")]
    assert ripe == pytest.approx(0.4 * (1 - np.exp(-recording.time / 2)), abs=1e-9)
    assert recording.populations[:, 0] == pytest.approx(np.full(41, 0.4), abs=1e-12)
    dark = load_biome("catalyst").bath(method="master")
    dark.initialize_poles(["🌙", "🌱"])
    dark.evolve(20.0)
    assert dark.probability("🌾") == 0.0


def test_an_alignment_locks_the_gate():
    """The flock swings wholly without the dog, and by 1/17 at most with it."""
    compiled = load_biome("locked_gate")
    through = {}
    for poles in (["🐶", "🐑"], ["🦴", "🐑"]):
        bath = compiled.bath(seed=0)
        bath.initialize_poles(poles)
        populations = bath.evolve_many(0.01, 700).populations
        through[poles[0]] = populations[:, bath.emojis.index("🌷")].max()
    assert through["🐶"] == pytest.approx(1 / 17, rel=1e-4)
    assert through["🦴"] == pytest.approx(1.0, rel=1e-4)


def test_twins_entangle_and_fade_while_no_population_moves():
    """What they share at t = 1, 3, 5, … falls, and every pole stays at one half."""
    compiled = load_biome("fading_twins")
    bath = compiled.bath()
    shared = []
    for _ in range(4):
        bath.evolve(1.0)
        shared.append(bath.negativity(*compiled.axes))
        bath.evolve(1.0)
        assert bath.populations() == pytest.approx([0.5] * 4, abs=1e-12)
    assert shared[0] > 0.4
    assert all(0.85 * a > b for a, b in pairwise(shared))
    # Without dephasing the first second makes a Bell pair of them.
    still = QuantumBath(compiled.operators)
    still.apply_gate("RZ", compiled.axes[0], angle=0.3)
    assert still.negativity(*compiled.axes) == pytest.approx(0.0, abs=1e-15)


def test_without_rain_the_farm_bears_nothing():
    """Grain and locusts come with the rain, and neither comes without it."""
    compiled = load_biome("qubit_farm")
    ends = {}
    for water in ("🌧", "🌵"):
        bath = compiled.bath(method="master")
        poles = ["☀", water, "🐦"]
        bath.initialize_poles(poles)
        ends[water] = bath.evolve_many(0.5, 12).populations[-1]
    grain, locust = (compiled.emojis.index(emoji) for emoji in "🌾🦗")
    assert ends["🌧"][grain] > 3 * ends["🌵"][grain]
    assert ends["🌧"][locust] > 3 * ends["🌵"][locust]


def test_the_mean_of_the_farm_is_that_of_its_trajectories():
    """Every pole after 5 s within 4.5 standard errors (10 numbers: 7e-5)."""
    compiled = load_biome("qubit_farm")
    bath = compiled.bath(method="master")
    bath.evolve_many(0.5, 10)
    ensemble = compiled.bath(seed=1).ensemble(5.0, 1500, dt=2.5, seed=3)
    off = np.abs(ensemble.populations[-1] - bath.populations())
    assert (off <= 4.5 * ensemble.standard_error[-1]).all()


def test_worlds_of_registers_restore_and_go_on_bit_for_bit():
    """Snapshot, digest and the jumps after it."""
    world = World(["qubit_farm"] * 3 + ["two_level"], seed=4)
    world.run(1.0)
    again = World.restore(world.snapshot())
    assert again.digest() == world.digest()
    first, second = world.run(1.0), again.run(1.0)
    assert first == second
    assert again.digest() == world.digest()
    assert world.baths["qubit_farm"].populations().shape == (10,)
