"""The content that comes with the project, against numbers typed in by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.files import list_biomes, read_biome
from spacewheat_sim.content.folders import content_folder
from spacewheat_sim.content.icon import Decay, Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.engine.compile import load_biome

GOOD = Path(__file__).parents[1] / "content_good"
ALL_EMOJIS = "☀🌙🌾🍄🌿🌱🐺🐇🦌🦅💧⛰🍂💀👥🌳🐭🐦🐜🏪🐂🐻💰📦🏛🏚🔥❄🍞🏜💨"

# self-energy, couplings, incoming rates, outgoing rates, decay
NUMBERS: dict[str, tuple[float, dict, dict, dict, tuple[float, str] | None]] = {
    "☀": (0.0, {"🌙": 0.8, "🌿": 0.3, "🌾": 0.4, "🌱": 0.2}, {}, {}, None),
    "🌙": (0.0, {"☀": 0.8, "🍄": 0.5}, {}, {}, None),
    "🌾": (0.1, {"☀": 0.5, "💧": 0.2}, {"☀": 0.15}, {}, (0.01, "💀")),
    "🌱": (0.05, {"☀": 0.3, "💧": 0.4}, {"☀": 0.08, "💧": 0.06}, {"🌿": 0.05}, None),
    "🐺": (
        -0.05,
        {"🐇": 0.5, "🦌": 0.4, "🌳": 0.2},
        {"🐇": 0.15, "🦌": 0.12},
        {},
        (0.03, "🍂"),
    ),
    "🍂": (0.0, {"⛰": 0.2, "🍄": 0.3}, {}, {"⛰": 0.03, "🍄": 0.05}, None),
    "🐭": (0.01, {"🌿": 0.4, "🦅": 0.5, "🐜": 0.2}, {"🌿": 0.06}, {}, (0.06, "💀")),
    "🐻": (0.0, {"🐂": 0.9, "📦": 0.4, "🏚": 0.3}, {"📦": 0.06}, {}, None),
    "🏚": (-0.1, {"🏛": 0.7, "🐻": 0.4}, {}, {"🏛": 0.03}, (0.02, "🏛")),
    "🍞": (0.0, {"🌾": 0.5, "🔥": 0.4}, {"🌾": 0.08, "🔥": 0.05}, {}, None),
}
DRIVERS = {
    "☀": ("day", 1.0),
    "🌙": ("day", -0.5),
    "🐂": ("mood", 0.4),
    "🐻": ("mood", -0.4),
    "🔥": ("hearth", 0.8),
    "❄": ("hearth", -0.24),
}
SIZES = {
    "berry_bush": 4,
    "biotic_flux": 6,
    "decay_chain": 4,
    "forest": 22,
    "forest_small": 10,
    "kitchen": 4,
    "market": 6,
    "night_sky": 2,
    "trembling_pair": 2,
    "two_level": 2,
    "two_paths": 4,
}
# Number of axes.
REGISTERS = {
    "bell_pair": 2,
    "catalyst": 2,
    "fading_twins": 2,
    "locked_gate": 3,
    "qubit_farm": 5,
    "three_bells": 3,
}


@pytest.fixture(scope="module")
def registry() -> IconRegistry:
    return IconRegistry.builtin()


def icon_of(registry: IconRegistry, emoji: str) -> Icon:
    icon = registry.get(emoji)
    assert icon is not None
    return icon


def test_built_in_content_has_no_errors_and_only_known_warnings() -> None:
    report = check_content()
    assert report.errors == 0
    assert {(Path(p.path).stem, p.rule) for p in report.problems} == {
        ("decay_chain", "trap"),
        ("forest", "row-sum"),
    }
    assert [p.key_path[-1] for p in report.problems][1:] == [
        "🌳",
        "🌲",
        "🐇",
        "🦌",
        "🐦",
    ]


def test_every_icon_is_there_and_described(registry: IconRegistry) -> None:
    assert {icon.key for icon in registry} == set(ALL_EMOJIS)
    assert len({icon.name for icon in registry}) == len(registry)
    assert all(len(icon.description) > 20 for icon in registry)


@pytest.mark.parametrize("emoji", NUMBERS)
def test_numbers_of_icons(registry: IconRegistry, emoji: str) -> None:
    icon = icon_of(registry, emoji)
    energy, couplings, incoming, outgoing, decay = NUMBERS[emoji]
    assert icon.self_energy == energy
    assert dict(icon.couplings) == couplings
    assert dict(icon.transfers_from) == incoming
    assert dict(icon.transfers_to) == outgoing
    expected = Decay(rate=decay[0], target=decay[1]) if decay else None
    assert icon.decay == expected


def test_drivers(registry: IconRegistry) -> None:
    driven = {
        icon.key: (driver.rhythm, driver.amplitude)
        for icon in registry
        for driver in icon.drivers
    }
    assert driven == DRIVERS
    assert {name: (r.shape, r.period) for name, r in registry.rhythms.items()} == {
        "day": ("cosine", 20.0),
        "mood": ("cosine", 30.0),
        "hearth": ("cosine", 15.0),
    }


@pytest.mark.parametrize(
    ("name", "one", "other", "share"),
    [("market", "🐂", "🐻", -1.0), ("kitchen", "🔥", "❄", -0.3)],
)
def test_opposed_moods_are_opposed_at_every_time(
    name: str, one: str, other: str, share: float
) -> None:
    operators = load_biome(name).operators
    for time in np.linspace(0.0, 40.0, 81):
        energies = operators.hamiltonian_at(time).diagonal().real
        first, second = energies[operators.index(one)], energies[operators.index(other)]
        assert second == pytest.approx(share * first, abs=1e-15)


def test_what_is_eternal_never_leaves(registry: IconRegistry) -> None:
    eternal = {icon.key for icon in registry if "eternal" in icon.tags}
    assert eternal == set("☀🌙💧⛰")
    assert all(icon_of(registry, emoji).decay is None for emoji in eternal)


def test_trophic_levels(registry: IconRegistry) -> None:
    levels = {emoji: icon_of(registry, emoji).trophic_level for emoji in "⛰🌿🍄🐇🐺🦅"}
    assert levels == {"⛰": 0, "🌿": 1, "🍄": 1, "🐇": 2, "🐺": 3, "🦅": 3}


def test_biomes_and_their_sizes(registry: IconRegistry) -> None:
    read = {e.key: read_biome(e.key, registry) for e in list_biomes()}
    levels = {key: b for key, b in read.items() if not b.register_axes}
    assert {key: len(biome.emojis) for key, biome in levels.items()} == SIZES
    assert all(2 <= len(biome.axes) <= 4 for biome in levels.values())
    assert all(biome.evolution.method == "trajectory" for biome in levels.values())
    registers = {
        key: len(b.register_axes) for key, b in read.items() if key not in levels
    }
    assert registers == REGISTERS


@pytest.mark.parametrize("name", [*SIZES, *REGISTERS])
def test_no_built_in_emoji_is_inert(registry: IconRegistry, name: str) -> None:
    biome = read_biome(name, registry)
    assert tuple(resolve_icons(biome, registry)) == biome.emoji_keys


def test_initial_weights() -> None:
    weights = read_biome("biotic_flux").initial.weights
    assert weights is not None
    expected = {"☀": 0.25, "🌙": 0.15, "🌾": 0.2, "🍄": 0.2, "💀": 0.1, "🍂": 0.1}
    assert dict(weights) == expected
    forest = read_biome("forest").initial.weights
    assert forest is not None
    assert (len(forest), forest["🐺"], forest["🌿"]) == (22, 0.02, 0.1)


def test_the_forest_chain_has_seventy_edges() -> None:
    markov = read_biome("forest").markov
    assert markov is not None
    assert len(markov.chain) == 22
    assert sum(len(row) for row in markov.chain.values()) == 70
    assert (markov.coupling_scale, markov.rate_scale) == (0.3, 0.015)


def test_good_fixtures_have_no_problems() -> None:
    assert check_content([GOOD]).problems == ()


def test_everything_an_icon_can_say() -> None:
    icon = icon_of(
        IconRegistry.load(
            [GOOD / "driven_pair.yaml", content_folder("icons") / "rhythms.yaml"]
        ),
        "🌋",
    )
    assert icon.tags == ("on", "no", "yes")
    assert icon.self_energy == 1e-3
    pulse, day = icon.drivers
    assert (pulse.rhythm.shape, pulse.rhythm.period, day.rhythm) == (
        "pulse",
        4.0,
        "day",
    )
    assert dict(icon.couplings) == {"🪸": 0.3 - 0.1j, "💧": 1.0}
    assert icon.decay == Decay(rate=15.0)
    fed = icon.transfers_from["💧"]
    assert (fed.rate, fed.rhythm, fed.depth, icon.dephasing) == (0.5, "day", 0.8, 10.0)


def test_a_biome_may_be_called_no() -> None:
    assert read_biome(GOOD / "reef.yaml").name == "no"


def test_folders_hold_the_content() -> None:
    assert (content_folder("icons") / "celestial.yaml").is_file()
    assert (content_folder("biomes") / "forest.yaml").is_file()
