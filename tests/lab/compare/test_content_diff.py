"""What an edit changes in the dynamics of a biome."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spacewheat_sim import load_biome
from spacewheat_sim.cli import main
from spacewheat_sim.content.folders import content_folder
from spacewheat_sim.lab.compare.content import content_difference
from spacewheat_sim.lab.simulation.content import composed_text

PATH = "🐣.decay.rate"
BIOME = """\
schema: 1
name: Pond
emojis: [🐸, 🪰]
initial: {weights: {🐸: 1.0}}
icons:
  - {emoji: 🐸, name: Frog, couplings: {🪰: 0.4}, transfers_to: {🪰: RATE}}
  - {emoji: 🪰, name: Fly, transfers_to: {🐸: 0.3}}
claims:
  - {steady: 🐸, value: {at_least: 0.4}}
"""


def test_a_faster_decay_is_told_as_rate_and_time_scale() -> None:
    old = load_biome("decay_chain")
    found = content_difference(old, old.with_(PATH, 0.75))
    assert found.numbers == {PATH: (0.25, 0.75)}
    assert found.rates == {"🐣→🐥": (0.25, 0.75)}
    assert found.hamiltonian == {}
    assert found.steady == {}  # all end as hens, however fast
    assert not found.is_same


def test_a_description_changes_nothing(tmp_path: Path) -> None:
    file = content_folder("biomes") / "decay_chain.yaml"
    text = file.read_text(encoding="utf-8")
    other = tmp_path / "other.yaml"
    other.write_text(text.replace("name: ", "name: Another ", 1), encoding="utf-8")
    found = content_difference(load_biome("decay_chain"), load_biome(other))
    assert found.is_same


def test_a_rhythm_written_out_is_the_rhythm_that_was_named(tmp_path: Path) -> None:
    """As in the biome.yaml of a bundle; another period is still told."""
    named = load_biome("biotic_flux")
    file = tmp_path / "biome.yaml"
    file.write_text(composed_text(named), encoding="utf-8")
    alone = load_biome(file)
    assert content_difference(named, alone).is_same
    period = "☀.drivers.0.rhythm.period"
    slower = content_difference(named, alone.with_(period, 25.0))
    assert slower.numbers == {period: (0.0, 25.0)}


def test_a_rate_that_follows_a_rhythm_is_told_by_its_jump() -> None:
    """In this biome there are more such rates than emojis, and no changing energy."""
    old = load_biome("night_shift")
    found = content_difference(old, old.with_("🌻.transfers_to.🍂.depth", 0.5))
    assert found.drivers.keys() == {"🌻→🍂"}
    assert found.drivers["🌻→🍂"][0].startswith("cosine of 0.25 /s every 20 s")


def test_steady_state_settling_and_claims_follow_the_formulas(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for rate in (0.3, 0.9):
        file = tmp_path / f"pond_{rate}.yaml"
        file.write_text(BIOME.replace("RATE", str(rate)), encoding="utf-8")
        files.append(str(file))
    assert main(["content", "diff", *files, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["rates"] == {"🐸→🪰": [0.3, 0.9]}

    # H couples both with half of 0.4: V = 0.2. With Γ = (a + b)/2 the coherence decays
    # at Γ, and the populations mix at w = 2 V²/Γ: steady p = (b + w)/(a + b + 2 w).
    def steady(a: float, b: float = 0.3) -> float:
        w = 2 * 0.2**2 / ((a + b) / 2)
        return (b + w) / (a + b + 2 * w)

    assert report["steady"]["🐸"] == pytest.approx([steady(0.3), steady(0.9)], rel=1e-9)
    (claim,) = report["claims"].values()
    assert [each["holds"] for each in claim] == [True, False]
    assert report["settling_time"][0] > report["settling_time"][1] > 0
    assert main(["content", "diff", *files]) == 0
    said = capsys.readouterr().out
    assert "🐸→🪰: 0.3 → 0.9 (× 3)" in said
    assert "holds (0.5) → FAILS" in said


FARM = (content_folder("biomes") / "qubit_farm.yaml").read_text(encoding="utf-8")
CHAIN = (content_folder("biomes") / "decay_chain.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "old", "new", "said"),
    [
        (FARM, "when: 🌊", "when: 🏜", ["🌱→🌾 when 🌊: 0.5 → none", "none → 0.5"]),
        (FARM, "when: 🌊", "unless: 🌊", ["🌱→🌾 unless 🌊: none → 0.5"]),
        (
            FARM,
            "rhythm: day",
            "rhythm: night",
            ["☀: cosine of 0.4 rad/s every 20 s → cosine of 0.4"],
        ),
        (FARM, "{🌙: 0.3}", "{🌙: 0.4}", ["☀🌊🌧🌾🦗–🌙🌊🌧🌾🦗: 0.15 → 0.2"]),
        (FARM, "🌊, south: 🏜", "🏜, south: 🌊", ["register: ☀/🌙 🌊/🏜", "☀/🌙 🏜/🌊"]),
        (CHAIN, "to: 🥚", "to: 🐔", ["harvest to: 🥚 → 🐔"]),
    ],
    ids=["when", "unless", "rhythm", "coupling", "poles", "harvest"],
)
def test_what_no_number_says_is_told_too(
    text: str,
    old: str,
    new: str,
    said: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = tmp_path / "old.yaml", tmp_path / "new.yaml"
    files[0].write_text(text, encoding="utf-8")
    files[1].write_text(text.replace(old, new, 1), encoding="utf-8")
    assert main(["content", "diff", *map(str, files)]) == 0
    out = capsys.readouterr().out
    assert "are the same" not in out
    for line in said:
        assert line in out


def test_a_claim_that_alone_has_changed_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = tmp_path / "old.yaml", tmp_path / "new.yaml"
    for file, bound in zip(files, ("0.4", "0.6"), strict=True):
        text = BIOME.replace("RATE", "0.3").replace("least: 0.4", f"least: {bound}")
        file.write_text(text, encoding="utf-8")
    assert main(["content", "diff", *map(str, files)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("The dynamics are the same\nClaims:\n")
    assert "value at least 0.6: not claimed → FAILS (0.5)" in out


def test_emojis_and_settings_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "diff", "forest_small", "decay_chain"]) == 0
    said = capsys.readouterr().out
    assert "🐺 is gone" in said
    assert "🥚 is new" in said
    assert "The time scales cannot be told" in said  # forest_small is driven


def test_a_base_layer_that_is_not_named_weighs_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, named = tmp_path / "plain.yaml", tmp_path / "named.yaml"
    plain.write_text(BIOME.replace("RATE", "0.3"), encoding="utf-8")
    layers = "\nlayers: {base: 1.0, winter: 0.5}\n"
    named.write_text(plain.read_text(encoding="utf-8") + layers, encoding="utf-8")
    assert main(["content", "diff", str(plain), str(named), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["numbers"] == {"layers.winter": [0.0, 0.5]}


LAYERED = (
    BIOME.replace("RATE", "0.3")
    + """\
layers: {base: 1.0, winter: 0.5, spring: 0.0}
"""
)
WINTER = """\
schema: 1
layer: winter
icons:
  - {emoji: 🐸, name: Cold Frog, dephasing: COLD, couplings: {🪰: 0.2}}
"""


def test_a_number_of_a_further_layer_is_told_with_its_layer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It adds to those of the first, whose path says nothing of it."""
    files = []
    for name, cold in (("old", "0.1"), ("new", "0.4")):
        pack = tmp_path / name
        (pack / "icons").mkdir(parents=True)
        (pack / "biomes").mkdir()
        biome = LAYERED.split("icons:")
        icons, rest = biome[1].split("claims:")
        base = f"schema: 1\nicons:{icons}"
        (pack / "icons" / "base.yaml").write_text(base, encoding="utf-8")
        winter = WINTER.replace("COLD", cold)
        (pack / "icons" / "winter.yaml").write_text(winter, encoding="utf-8")
        spring = winter.replace("layer: winter", "layer: spring")
        (pack / "icons" / "spring.yaml").write_text(spring, encoding="utf-8")
        files.append(pack / "biomes" / "pond.yaml")
        text = f"{biome[0]}claims:{rest}"
        files[-1].write_text(text, encoding="utf-8")
    assert main(["content", "diff", *map(str, files), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    # Spring has no weight, and what changes in it changes nothing.
    assert report["numbers"] == {"🐸.dephasing in winter": [0.1, 0.4]}
    assert report["rates"] == {"🐸→🐸": [0.05, 0.2]}


def test_bounds_are_told_with_all_of_their_digits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for name, least in (("old", "0.3999999"), ("new", "0.39999991")):
        text = BIOME.replace("RATE", "0.3").replace("0.4}}", f"{least}}}}}")
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(text, encoding="utf-8")
    assert main(["content", "diff", *map(str, files)]) == 0
    said = capsys.readouterr().out
    assert "at least 0.3999999: holds" in said
    assert "at least 0.39999991: not claimed" in said


def test_a_factor_close_to_1_has_the_digits_that_tell_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for name, rate in (("old", "0.3"), ("new", "0.300003")):
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(BIOME.replace("RATE", rate), encoding="utf-8")
    assert main(["content", "diff", *map(str, files)]) == 0
    assert "🐸→🪰: 0.3 → 0.300003 (× 1.00001)" in capsys.readouterr().out


def test_a_biome_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["content", "diff", "forest", "forrest"]) == 2
    assert "did you mean 'forest'" in capsys.readouterr().err
