from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.checks.check import check_content
from spacewheat_sim.content.files import list_biomes, read_biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import ResolvedIcon, resolve_icons
from spacewheat_sim.content.yaml.loader import parse_yaml
from spacewheat_sim.content.yaml.messages import flow_list, number, phrase, word
from spacewheat_sim.content.yaml.writer import biome_yaml
from spacewheat_sim.engine.compile import compile_biome
from spacewheat_sim.plain_values import CONTROL

NO_ICONS = IconRegistry()


def written_and_read(biome, icons, folder, rhythms=None):
    path = folder / "written.yaml"
    path.write_text(biome_yaml(biome, icons, rhythms or {}), encoding="utf-8")
    report = check_content([path])
    assert [p for p in report.problems if p.severity == "error"] == []
    return read_biome(path)


@pytest.mark.parametrize("entry", list_biomes(), ids=lambda entry: entry.key)
def test_a_built_in_biome_read_back_has_the_same_operators(entry, tmp_path):
    registry = IconRegistry.builtin()
    biome = read_biome(entry.path, registry)
    icons = resolve_icons(biome, registry)

    again = written_and_read(biome, icons.values(), tmp_path, registry.rhythms)

    before = compile_biome(biome, registry)
    after = compile_biome(again, NO_ICONS)  # the file stands on its own
    assert (before.operators.hamiltonian != after.operators.hamiltonian).nnz == 0
    assert after.operators.jumps == before.operators.jumps
    assert after.operators.drive.drivers == before.operators.drive.drivers
    assert list(resolve_icons(again, NO_ICONS)) == list(icons)


@pytest.mark.parametrize("entry", list_biomes(), ids=lambda entry: entry.key)
def test_a_built_in_biome_read_back_begins_and_evolves_in_the_same_way(entry, tmp_path):
    registry = IconRegistry.builtin()
    biome = read_biome(entry.path, registry)

    icons = resolve_icons(biome, registry).values()

    again = written_and_read(biome, icons, tmp_path, registry.rhythms)

    parts = ("name", "description", "emojis", "register_axes", "initial", "evolution")
    for part in (*parts, "axes"):
        assert getattr(again, part) == getattr(biome, part)
    assert again.markov == biome.markov


@pytest.mark.parametrize("method", ["trajectory", "master", "spec"])
def test_a_method_chosen_while_playing_leaves_out_the_options_of_others(
    method, tmp_path
):
    biome = read_biome("two_level")
    evolution = biome.evolution.model_copy(update={"method": method})

    again = written_and_read(
        biome.model_copy(update={"evolution": evolution}), [], tmp_path
    )

    assert again.evolution.method == method


def test_everything_that_an_icon_can_say_is_read_back(tmp_path):
    icon = Icon.model_validate(
        {
            "emoji": "☀\ufe0f",
            "name": "yes",
            "description": 'A "quoted": #1 - line,\nand another\u2028one.',
            "tags": ("1e3", "two words", "[x]"),
            "trophic_level": 3,
            "self_energy": -0.1 - 1e-17,
            "drivers": [
                {"shape": "pulse", "period": 10, "phase": 3, "amplitude": -2},
                {"rhythm": {"shape": "fade", "over": 3}},
            ],
            "couplings": {"🌙": {"re": 0.1, "im": -1e-9}, "#️⃣": 1 / 3},
            "transfers_to": {
                "🌙": {"rate": 1e-300, "rhythm": {"shape": "sine", "period": 2}}
            },
            "transfers_from": {"👩‍🌾": 5e22},
            "decay": {"rate": 0.01, "target": "🌙"},
            "dephasing": {"rate": 0.2, "rhythm": {"shape": "ramp", "over": 1}},
            "layer": "wolves",
            "extends": True,
        }
    )
    biome = Biome(
        name="null", emojis=("☀\ufe0f", "🌙", "#️⃣", "👩‍🌾"), initial={"emoji": "#️⃣"}
    )

    biome = biome.with_fields(layers={"wolves": 0.25})

    again = written_and_read(biome, [ResolvedIcon("☀", ((icon, 0.25),))], tmp_path)

    assert again.icons == (icon,)
    assert (again.name, dict(again.layers)) == ("null", {"wolves": 0.25})
    assert again.initial == biome.initial


LETTERS = st.characters(exclude_categories=["Cs"]).filter(
    lambda letter: not CONTROL.match(letter)
)


@given(st.text(LETTERS, max_size=12))
def test_any_text_is_read_back_as_it_was(text):
    for line in (f"a: {phrase(text)}", f"a: [{word(text)}]", f"a: {{k: {word(text)}}}"):
        document = parse_yaml(line.encode(), "text")
        assert document.problems == ()
        assert document.data["a"] in (text, [text], {"k": text})


@given(st.text(LETTERS, min_size=1, max_size=12))
def test_any_text_is_read_back_as_a_key(text):
    document = parse_yaml(f"{{{word(text)}: 1}}".encode(), "text")

    assert document.problems == ()
    assert document.data == {text: 1}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_is_read_back_to_the_last_bit(value):
    assert parse_yaml(f"a: {number(value)}".encode(), "text").data == {"a": value}


@given(st.lists(st.sampled_from(["🌾", "a word", "no", "👩‍🌾"]), max_size=70))
def test_a_long_list_is_read_back_from_several_lines(words):
    text = "\n".join(flow_list("a", words))

    assert parse_yaml(text.encode(), "text").data == {"a": words}
    assert max(map(len, text.splitlines())) <= 90


def test_a_level_biome_is_written_without_what_only_registers_know(tmp_path):
    """Shared icons may say it; as the biome's own it would be an error."""
    sun = {
        "emoji": "☀",
        "name": "Sun",
        "couplings": {"🌙": 0.5},
        "pair_couplings": {"🌙": 0.2},
        "alignments": {"🌙": 0.1},
        "transfers_to": {"🌙": {"rate": 0.3, "when": "🌾"}, "🌾": 0.4},
    }
    registry = IconRegistry([Icon.model_validate(sun)])
    biome = Biome.model_validate({"name": "x", "emojis": ["☀", "🌙", "🌾"]})
    before = compile_biome(biome, registry)

    again = written_and_read(biome, resolve_icons(biome, registry).values(), tmp_path)

    after = compile_biome(again, NO_ICONS)
    assert len(before.dropped) == 3
    assert after.dropped == ()
    assert (before.operators.hamiltonian != after.operators.hamiltonian).nnz == 0
    assert after.operators.jumps == before.operators.jumps


def test_a_register_is_written_with_its_gates(tmp_path):
    """Rates with gates, pair couplings, alignments and poles come back the same."""
    sun = {
        "emoji": "☀",
        "name": "Sun",
        "pair_couplings": {"🌾": {"re": 0.2, "im": -0.1}},
        "alignments": {"🐇": 0.1},
        "transfers_to": {
            "🌙": {"rate": 0.3, "when": "🌾", "unless": "🐇"},
            "🐇": {"rate": 0.25},
        },
        "transfers_from": {"🌙": 0.5},
    }
    icon = Icon.model_validate(sun)
    axes = [("☀", "🌙"), ("🌾", "🍄"), ("🐇", "🐺")]
    register = [{"north": north, "south": south} for north, south in axes]
    for initial in ({"poles": ["☀", "🐺"]}, {"weights": {"🌾": 0.25}}, {"emoji": "🐇"}):
        biome = Biome.model_validate(
            {"name": "x", "register": register, "initial": initial}
        )
        again = written_and_read(
            biome, [ResolvedIcon(icon.emoji, ((icon, 1.0),))], tmp_path
        )
        assert again.icons == (icon,)
        assert again.register_axes == biome.register_axes
        assert again.initial == biome.initial
