"""What the built-in biomes are there to show, by exact answers and by other routes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spacewheat_sim import BathBatch, analysis, load_biome


def poured(looks_per_second: int, count: int = 400) -> float:
    """Return the share of pots that were poured within 8 s, looked at so often."""
    pot = load_biome("watched_pot").with_("♨.transfers_to.☕", 1.0)
    calm = pot.with_("☕.transfers_to.🫖", 0.0)
    batch = BathBatch(calm.operators, count, seed=3)
    batch.initialize_emoji("🫖")
    for _ in range(8 * max(looks_per_second, 1)):
        batch.evolve(1.0 / max(looks_per_second, 1))
        if looks_per_second:
            batch.measure_axis("🫖", "♨", kind="projective")
    return float(batch.populations()[:, calm.operators.index("☕")].mean())


def test_a_pot_that_is_watched_does_not_boil() -> None:
    alone, watched = poured(0), poured(20)

    assert alone > 0.85
    assert watched < 0.1


@pytest.mark.parametrize("looks", [4, 16, 64])
def test_each_look_starts_the_swing_anew(looks: int) -> None:
    dry = load_biome("watched_pot").with_("♨.transfers_to.☕", 0.0)
    half = math.pi / 0.8
    bath = dry.bath(seed=0, method="master")
    bath.evolve(half / looks)
    stays = bath.probability("🫖")

    assert stays**looks == pytest.approx(math.cos(math.pi / (2 * looks)) ** (2 * looks))


@pytest.mark.parametrize(("phase", "arrives"), [(0.0, 1.0), (math.pi, 0.0)])
def test_a_phase_decides_whether_there_is_honey(phase: float, arrives: float) -> None:
    c = math.pi / 4
    meadows = load_biome("two_meadows").with_("🍯.transfers_to.🐝", 0.0)
    turned = meadows.with_("🍯.couplings.🌻.re", c * math.cos(phase))
    turned = turned.with_("🍯.couplings.🌻.im", c * math.sin(phase))
    bath = turned.bath(seed=0, method="master")
    bath.evolve(4.0)

    assert bath.probability("🍯") == pytest.approx(arrives, abs=1e-9)


def test_a_gate_in_mid_flight_keeps_the_bee_among_the_flowers() -> None:
    meadows = load_biome("two_meadows").with_("🍯.transfers_to.🐝", 0.0)
    bath = meadows.bath(seed=0)
    bath.evolve(2.0)
    bath.apply_gate("Z", ("🌷", "🌻"))
    halfway = bath.probability("🌷") + bath.probability("🌻")
    bath.evolve(7.3)

    assert bath.probability("🌷") + bath.probability("🌻") == pytest.approx(halfway)
    assert halfway == pytest.approx(0.5, abs=1e-9)


def test_the_ring_of_prey_and_predator_goes_round_like_a_top() -> None:
    bath = load_biome("predator_prey").bath(seed=0)
    recording = bath.evolve_many(0.5, 2400)
    angles = 2 * np.pi * recording.time[:, None] / 12 - np.arange(3) * 2 * np.pi / 3

    expected = ((1 + 2 * np.cos(angles)) / 3) ** 2
    assert np.allclose(recording.populations, expected, atol=1e-6)


def test_a_mood_of_the_harbor_outlasts_all_else_by_far() -> None:
    slow, next_slowest = -analysis.modes(load_biome("harbor"), 3).eigenvalues.real[1:]

    assert 1 / slow > 15.0
    assert next_slowest > 10 * slow
