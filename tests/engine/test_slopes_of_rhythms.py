"""Derivatives by how fast and how long rhythms are, late and near their edges."""

import pytest

from spacewheat_sim import analysis, load_biome

POND = """\
schema: 1
name: Pond
emojis: [🌿, 🐸, 🍂]
initial: {{emoji: 🌿}}
icons:
  - emoji: 🌿
    name: Reed
    couplings: {{🐸: 0.4}}
    drivers: [{{shape: {shape}, {length}, amplitude: 0.7}}]
  - emoji: 🐸
    name: Frog
    transfers_from:
      🍂: {{rate: 0.2, rhythm: {{shape: {shape}, {length}}}, depth: 0.6}}
    decay: {{rate: 0.1}}
"""
ENERGY, RATE = "🌿.drivers.0.rhythm", "🐸.transfers_from.🍂.rhythm"


def pond(folder, shape, length):
    file = folder / "pond.yaml"
    file.write_text(POND.format(shape=shape, length=length), encoding="utf-8")
    return load_biome(file)


def by_differences(biome, quantity, path, step):
    """Return a derivative from four values, right to the fourth order of ``step``."""
    here = biome.number(path)

    def value(k):
        moved = biome.with_(path, here + k * step)
        return analysis.sensitivities(moved, quantity, [path]).value

    return (8 * (value(1) - value(-1)) - (value(2) - value(-2))) / (12 * step)


@pytest.mark.parametrize("at", [7.0, 400.0])
@pytest.mark.parametrize("shape", ["cosine", "sine"])
@pytest.mark.parametrize("which", [ENERGY, RATE])
def test_a_slope_by_a_period_is_right_after_many_of_them(which, shape, at, tmp_path):
    biome = pond(tmp_path, shape, "period: 5, phase: 0.3")
    path, quantity = f"{which}.period", {"population": "🐸", "at": at}
    found = analysis.sensitivities(biome, quantity, [path])[path]
    # The phase at the end turns by a thousandth of a radian.
    step = 1e-3 * 25.0 / (2 * 3.14 * at)
    assert found == pytest.approx(
        by_differences(biome, quantity, path, step), rel=1e-7, abs=1e-12
    )


@pytest.mark.parametrize("at", [4.9, 5.001, 5.1, 12.0])
@pytest.mark.parametrize("shape", ["ramp", "fade"])
def test_a_slope_by_a_length_is_right_beside_the_end_of_a_ramp(shape, at, tmp_path):
    biome = pond(tmp_path, shape, "over: 5")
    path, quantity = f"{ENERGY}.over", {"population": "🐸", "at": at}
    found = analysis.sensitivities(biome, quantity, [path])[path]
    assert found == pytest.approx(
        by_differences(biome, quantity, path, 2e-4), rel=1e-7, abs=1e-12
    )


SHORT_RAIN = """\
schema: 1
name: ShortRain
emojis: [🌾, 🍄, 💀]
initial: {emoji: 🌾}
icons:
  - emoji: 🌾
    name: Grain
    self_energy: 0.2
    drivers: [{shape: pulse, period: 4, duty: 0.25, amplitude: 1.5}]
    couplings: {🍄: 0.9}
    transfers_to:
      💀: {rate: 0.5, rhythm: {shape: pulse, period: 4, duty: 0.25}, depth: 0.8}
  - emoji: 🍄
    name: Cap
    transfers_to: {💀: 0.25}
  - emoji: 💀
    name: Bones
    transfers_to: {🌾: 0.1}
"""


@pytest.mark.parametrize(
    "path", ["🌾.couplings.🍄", "🌾.self_energy", "💀.transfers_to.🌾"]
)
def test_a_peak_just_after_the_edge_of_a_pulse_moves_as_differences_say(path, tmp_path):
    """A polynomial across the edge at 5 s made its derivatives 20 times too small."""
    file = tmp_path / "rain.yaml"
    file.write_text(SHORT_RAIN, encoding="utf-8")
    biome = load_biome(file)
    peak = {"population": "💀", "over": [4.5, 6.5], "peak_time": {"at_least": 0}}
    found = analysis.sensitivities(biome, peak, [path])
    assert 5.0 < found.value < 5.2
    expected = by_differences(biome, peak, path, 1e-3)
    assert found[path] == pytest.approx(expected, rel=1e-4)
