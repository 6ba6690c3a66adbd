"""What built-in biomes claim is true, and is no longer true of other numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from spacewheat_sim import load_biome
from spacewheat_sim.content.files import list_biomes
from spacewheat_sim.content.folders import content_folder
from spacewheat_sim.engine.quantities.claims import check_claims

NAMES = [biome.key for biome in list_biomes()]
# A biome, what is changed in its numbers, and what its description is then wrong about.
# A number of a shared icon is changed by its path, one of the biome's file in its text.
WRONG: dict[str, tuple[str, float] | tuple[str, str]] = {
    "bell_pair": ("name: Crystal Ball,", "name: X, couplings: {💤: 0.3},"),
    "berry_bush": ("{🫐: 0.25}", "{🫐: 0.02}"),
    "biotic_flux": ("☀.couplings.🌙", 3.0),
    "catalyst": ("rate: 0.5, when: ☀", "rate: 0.5"),
    "cheese_cellar": ("🐀.transfers_to.🐈", 0.02),
    "decay_chain": ("rate: 0.125", "rate: 0.0125"),
    "desert_bloom": ("🌺.transfers_from.🏜.depth", 0.0),
    "fading_twins": ("3.141592653589793", "0.1"),
    "forest": ("🐺.transfers_from.🐇", 0.01),
    "forest_small": ("🐺.transfers_from.🐇", 0.01),
    "harbor": ("⛈: 0.06", "⛈: 0.6"),
    "hiding_place": ("🪷.dephasing", 1.0),
    "kitchen": ("🍞.transfers_from.🌾", 0.01),
    "locked_gate": ("{🐑: 4.0}", "{🐑: 0.4}"),
    "market": ("🐂.drivers.0.amplitude", 4.0),
    "migration": ("🏔.couplings.🏝", 0.1),
    "night_sky": ("{✨: 0.5}", "{✨: 0.8}"),
    "night_shift": ("rate: 0.8, rhythm: night", "rate: 0.8, rhythm: day"),
    "predator_prey": ("{🦊: {re: 0.0", "{🦊: {re: 0.3"),
    "qubit_farm": ("rate: 0.4, when: 🌧", "rate: 0.01, when: 🌧"),
    "three_bells": ("name: Song,", "name: X, couplings: {🪶: 0.2},"),
    "tidal_pool": ("🦀.transfers_from.🐟.depth", 0.0),
    "trembling_pair": ("dephasing: 0.25}", "dephasing: 0.5}"),
    "two_level": ("1.5707963267948966", "1.2"),
    "two_meadows": ("{re: 0.7853981633974483, im", "{re: -0.7853981633974483, im"),
    "two_paths": ("{🏝: -1.1", "{🏝: 1.1"),
    "watched_pot": ("{♨: 0.8}", "{♨: 0.05}"),
}
FAILS = {
    "bell_pair": "population 🔮",
    "berry_bush": "first 🫐→🐦",
    "biotic_flux": "population ☀ at 2 s",
    "catalyst": "population 🌾 over 0–60 s: max",
    "cheese_cellar": "first 🐀→🐈",
    "decay_chain": "population 🐔 at 60 s",
    "desert_bloom": "population 🏜 at 6 s",
    "fading_twins": "coherence 💚/💙 at 1 s",
    "forest": "jumps 🐇→🐺",
    "forest_small": "jumps 🐇→🐺",
    "harbor": "first 🌤→⛈ before 10 s",
    "hiding_place": "coherence 🪷/🍃",
    "kitchen": "jumps 🌾→🍞",
    "locked_gate": "population 🌷",
    "market": "population 🐂",
    "migration": "population 🏔 at 10 s",
    "night_shift": "population 🍄 over 100–120 s: peak time",
    "night_sky": "jumps 🌌→✨",
    "predator_prey": "population 🦊 over 108–120 s: swing",
    "qubit_farm": "population 🌾 over 0–40 s: max",
    "three_bells": "population 🎵",
    "tidal_pool": "population 🦀 over 48–60 s: peak time",
    "trembling_pair": "coherence 🦋/🌸",
    "two_level": "population 🌑 at 2 s",
    "two_meadows": "population 🍯 at 4 s",
    "two_paths": "population 🏝",
    "watched_pot": "first ♨→☕",
}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_biome_claims_is_true(name: str) -> None:
    results = check_claims(load_biome(name))

    assert len(results) >= 2
    assert [str(result) for result in results if not result.holds] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_number_that_makes_a_description_false_fails_a_claim(
    name: str, tmp_path: Path
) -> None:
    given, changed = WRONG[name]
    if isinstance(changed, float):
        biome = load_biome(name).with_(given, changed)
    else:
        text = (content_folder("biomes") / f"{name}.yaml").read_text(encoding="utf-8")
        assert given in text
        path = tmp_path / f"{name}.yaml"
        path.write_text(text.replace(given, changed), encoding="utf-8")
        biome = load_biome(path)
    failed = [result.claim for result in check_claims(biome) if not result.holds]

    assert any(claim.startswith(FAILS[name]) for claim in failed), failed
