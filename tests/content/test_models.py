"""Icons and biomes are validated, canonical and immutable."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from spacewheat_sim.content.biome import Biome, BiomeFile
from spacewheat_sim.content.icon import Decay, Icon, IconFile
from spacewheat_sim.content.scenario import Scenario


def sun(**fields: object) -> Icon:
    return Icon.model_validate({"emoji": "☀️", "name": "Sol", **fields})


def test_references_are_canonical_and_the_emoji_is_as_authored() -> None:
    icon = sun(couplings={"❄️": 1.0}, decay={"rate": 1, "target": "⛰️"})
    assert (icon.emoji, icon.key) == ("☀️", "☀")
    assert list(icon.couplings) == ["❄"]
    assert icon.decay == Decay(rate=1.0, target="⛰")


def test_decay_ends_in_leaves_by_default() -> None:
    assert Decay(rate=0.1).target == "🍂"


def test_couplings_are_real_or_complex() -> None:
    icon = sun(couplings={"🌙": 1, "🌿": {"re": 0.3, "im": 0.1}, "🌾": 2j})
    assert dict(icon.couplings) == {"🌙": 1 + 0j, "🌿": 0.3 + 0.1j, "🌾": 2j}


@pytest.mark.parametrize("bad", [True, "1", None, {}, {"re": "1"}, {"a": 1}, [1]])
def test_other_values_are_no_couplings(bad: object) -> None:
    with pytest.raises(ValidationError):
        sun(couplings={"🌙": bad})


@pytest.mark.parametrize("bad", [True, "1", None, float("nan"), float("inf"), -1.0])
def test_other_values_are_no_rates(bad: object) -> None:
    with pytest.raises(ValidationError):
        sun(transfers_to={"🌙": bad})


def test_a_rate_of_zero_is_fine() -> None:
    assert sun(transfers_to={"🌙": 0}).transfers_to["🌙"] == 0.0


@pytest.mark.parametrize("emoji", ["", "sun", "☀ 🌙", "\ufe0f", "\u200d", "☀" * 40])
def test_what_is_no_emoji(emoji: str) -> None:
    with pytest.raises(ValidationError):
        Icon(emoji=emoji, name="x")


@pytest.mark.parametrize("emoji", ["👩‍🌾", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "🇩🇪", "🏳️‍🌈"])
def test_what_is_an_emoji(emoji: str) -> None:
    assert Icon(emoji=emoji, name="x").emoji == emoji


def test_rules_hold_for_icons_made_in_python() -> None:
    with pytest.raises(ValidationError, match="couples to itself"):
        sun(couplings={"☀": 1.0})


def test_rules_hold_for_biomes_made_in_python() -> None:
    with pytest.raises(ValidationError, match="same emoji as an earlier one"):
        Biome(name="x", emojis=("☀", "☀️"))


def test_two_forms_of_one_emoji_are_refused_in_python_too() -> None:
    with pytest.raises(ValidationError, match="twice"):
        sun(couplings={"❄": 1.0, "❄️": 2.0})


def test_models_are_frozen() -> None:
    icon = sun(couplings={"🌙": 1.0})
    with pytest.raises(ValidationError):
        icon.name = "Other"
    with pytest.raises(TypeError):
        icon.couplings["🌙"] = 2.0  # type: ignore[index]


def test_equal_models_are_equal_and_hash_alike() -> None:
    one, other = sun(couplings={"🌙": 1.0}), sun(couplings={"🌙": 1})
    assert one == other
    assert hash(one) == hash(other)
    assert one != sun(couplings={"🌙": 2.0})


def test_models_can_be_sent_to_another_process() -> None:
    biome = Biome(name="x", emojis=("☀", "🌙"), icons=(sun(couplings={"🌙": 1j}),))
    assert pickle.loads(pickle.dumps(biome)) == biome  # noqa: S301
    assert copy.deepcopy(biome) == biome


def test_an_icon_survives_json() -> None:
    icon = sun(
        couplings={"🌙": 0.8, "🌿": {"re": 0.3, "im": 0.1}},
        drivers=[{"shape": "pulse", "period": 1.0}, {"rhythm": "day"}],
        dephasing={"rate": 0.1, "rhythm": "day", "depth": 0.5},
        self_energy=1.0,
    )
    assert Icon.model_validate_json(icon.model_dump_json()) == icon


@given(
    st.dictionaries(
        st.sampled_from(["❄", "❄️", "🌙", "🌾"]),
        st.complex_numbers(allow_nan=False, allow_infinity=False),
        max_size=1,
    )
)
def test_every_finite_coupling_survives_json(couplings: dict[str, complex]) -> None:
    icon = sun(couplings=couplings)
    assert Icon.model_validate_json(icon.model_dump_json()) == icon


@pytest.mark.parametrize("model", [IconFile, BiomeFile, Scenario])
def test_the_json_schema_forbids_other_keys_and_knows_the_version(
    model: type[IconFile | BiomeFile | Scenario],
) -> None:
    schema = model.model_json_schema()
    assert schema["additionalProperties"] is False
    assert schema["properties"]["schema"]["const"] == 1
    assert "schema" in schema["required"]


def test_a_biome_knows_no_place_when_made_in_python() -> None:
    biome = Biome(name="x", emojis=("☀",))
    assert (biome.key, biome.source, biome.initial.uniform) == ("", None, True)
    assert biome.evolution.method == "trajectory"


@pytest.mark.parametrize("emoji", ["\U0001fabf", "\U0001fae8", "\U0001fac6"])
def test_an_emoji_may_be_younger_than_pythons_unicode_tables(emoji):
    assert Icon(emoji=emoji, name="Young").key == emoji
