"""Numbers of icons and biomes by path."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from spacewheat_sim import ArgumentError, SpacewheatError, load_biome
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.numbers.paths import matching, numbers_of
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.compile import compile_biome
from spacewheat_sim.errors import UnknownNameError

WOLF = Icon(
    emoji="🐺",
    name="Wolf",
    self_energy=0.5,
    drivers=[{"rhythm": {"shape": "pulse", "period": 3.0}, "amplitude": 0.25}],
    couplings={"🐇": 0.5, "🍂": 0.25j},
    transfers_from={"🐇": {"rate": 0.2, "rhythm": "day", "depth": 0.75}},
    decay={"rate": 0.1},
)


def test_the_numbers_of_an_icon() -> None:
    assert numbers_of(WOLF) == {
        "value": 1.0,
        "self_energy": 0.5,
        "drivers.0.rhythm.period": 3.0,
        "drivers.0.rhythm.phase": 0.0,
        "drivers.0.rhythm.duty": 0.5,
        "drivers.0.amplitude": 0.25,
        "couplings.🐇": 0.5,
        "couplings.🍂.re": 0.0,
        "couplings.🍂.im": 0.25,
        "transfers_from.🐇": 0.2,
        "transfers_from.🐇.depth": 0.75,
        "decay.rate": 0.1,
        "dephasing": 0.0,
    }


@pytest.mark.parametrize("path", numbers_of(WOLF))
def test_each_number_is_read_and_written_alone(path: str) -> None:
    changed = WOLF.with_(path, 0.375)
    assert changed.number(path) == 0.375
    assert numbers_of(changed) == {**numbers_of(WOLF), path: 0.375}
    assert WOLF.with_(path, WOLF.number(path)) == WOLF


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("transfers_from.🐇", -1.0, "a number of at least 0"),
        ("transfers_from.🐇.depth", 1.5, "a number of at most 1"),
        ("self_energy", float("nan"), "finite"),
        ("self_energy", "much", "must be a number"),
        ("self_energy", True, "must be a number"),
        ("self_enrgy", 1.0, "did you mean 'self_energy'"),
        ("couplings.🦌", 1.0, "Unknown number"),
        ("couplings", 1.0, "Unknown number"),
        ("name", 1.0, "Unknown number"),
        ("", 1.0, "Unknown number"),
        ("drivers.1.amplitude", 1.0, "Unknown number"),
    ],
)
def test_a_number_that_cannot_be_is_refused(path, value, told) -> None:
    with pytest.raises(ArgumentError, match=told):
        WOLF.with_(path, value)


@pytest.mark.parametrize(
    "value", [np.float64(0.5), np.float32(0.5), Fraction(1, 2), np.int64(2), 2]
)
def test_a_number_of_any_kind_is_taken(value) -> None:
    changed = WOLF.with_("self_energy", value).with_("decay.rate", value)
    assert changed.number("self_energy") == changed.number("decay.rate") == value
    assert type(changed.self_energy) is float


def test_a_complex_number_of_numpy_is_taken() -> None:
    changed = WOLF.with_("couplings.🐇", np.complex64(0.5 + 0.25j))
    assert changed.couplings["🐇"] == 0.5 + 0.25j


def test_a_loaded_biome_has_the_numbers_of_its_icons_rhythms_and_its_own() -> None:
    forest = load_biome("forest")
    changed = (
        forest.with_("🐺.transfers_from.🐇", 0.2)
        .with_("rhythms.day.period", 10.0)
        .with_("initial.weights.🐺", 0.5)
        .with_("☔.couplings.💧", 0.125)  # derived from the chain
    )
    rates = {
        (j.source, j.target, j.icon): j.rate
        for j in changed.operators.jumps
        if j.kind == "transfer"
    }
    wolf, rabbit, sun = map(changed.operators.index, "🐺🐇☀")
    assert rates[rabbit, wolf, wolf] == 0.2
    assert changed.operators.hamiltonian_at(5.0)[sun, sun] == pytest.approx(-1.0)
    assert changed.bath(seed=0).probability("🐺") > 0.3
    assert changed.number("☔.couplings.💧") == 0.125
    assert forest.number("🐺.transfers_from.🐇") == 0.15  # as it was
    assert set(changed.numbers) == set(forest.numbers)


def test_own_icons_of_a_biome_are_changed_in_it() -> None:
    biome = Biome(name="den", emojis=("🐺", "🐇"), icons=(WOLF,), layers={"x": 0.5})
    assert biome.with_("🐺.decay.rate", 0.5).icons[0].decay.rate == 0.5
    assert biome.with_("layers.x", 2.0).layers["x"] == 2.0
    with pytest.raises(ArgumentError, match="a number of at least 0"):
        biome.with_("layers.x", -1.0)
    with pytest.raises(ArgumentError, match="did you mean"):
        biome.with_("🐺.decay.rat", 0.5)


def test_patterns_match_any_name_and_at_the_end_all_that_follows() -> None:
    paths = [f"{emoji}.{path}" for emoji in "🐺🐇" for path in numbers_of(WOLF)]
    assert matching(["🐺.*"], paths) == tuple(p for p in paths if p[0] == "🐺")
    assert matching(["*.decay.rate"], paths) == ("🐺.decay.rate", "🐇.decay.rate")
    assert matching(["🐺.transfers_from.🐇", "*.self_energy"], paths) == (
        "🐺.self_energy",
        "🐺.transfers_from.🐇",
        "🐇.self_energy",
    )
    with pytest.raises(ArgumentError, match=r"did you mean.*decay\.rate"):
        matching(["*.decy.rate"], paths)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"dephasing": -1.0}, "dephasing: -1.0 is negative; wanted a number of at"),
        ({"extends": None}, "extends: nothing is not true or false; wanted true"),
        ({"couplings": {"🐺": 1.0}}, "couplings.🐺"),
    ],
)
def test_an_icon_altered_without_a_check_is_refused_where_it_enters(
    change: dict[str, object], told: str
) -> None:
    bad = WOLF.model_copy(update=change)
    biome = Biome(name="den", emojis=("🐺", "🐇"))
    with pytest.raises(SpacewheatError) as caught:
        compile_biome(biome, IconRegistry([bad]))
    assert "icon of 🐺 is not valid: " + told in str(caught.value)
    assert "Value error" not in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": 3}, "den cannot be changed so: name: 3 is not text; wanted text"),
        ({"emojis": ("🐺", "🐺")}, "emojis[1]"),
        ({"nmae": "lair"}, "unknown key nmae"),
    ],
)
def test_fields_that_cannot_be_are_told_in_the_words_of_authors(
    fields: dict[str, object], told: str
) -> None:
    biome = Biome(name="den", emojis=("🐺", "🐇"))
    with pytest.raises(ArgumentError) as caught:
        biome.with_fields(**fields)
    assert told in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_a_layer_that_no_file_names_has_a_weight_by_its_path(tmp_path: Path) -> None:
    text = (
        "schema: 1\nname: Den\nemojis: [🐇, 🐺]\nicons:\n"
        "  - {emoji: 🐇, name: Prey}\n"
        "  - {emoji: 🐺, name: Day, transfers_from: {🐇: 0.2}}\n"
        "  - {emoji: 🐺, name: Night, layer: night, transfers_from: {🐇: 0.6}}\n"
    )
    path = tmp_path / "den.yaml"
    path.write_text(text, encoding="utf-8")
    den = load_biome(path)
    assert (den.number("layers.base"), den.number("layers.night")) == (1.0, 0.0)
    assert {"layers.base", "layers.night"} <= den.numbers.keys()
    both = den.with_all({"layers.night": 0.5, "layers.base": 2.0})
    assert sum(jump.rate for jump in both.operators.jumps) == pytest.approx(0.7)
    with pytest.raises(UnknownNameError, match=r"layers\.nigth"):
        den.number("layers.nigth")


def test_the_base_has_a_weight_by_its_path_where_it_is_the_only_layer() -> None:
    chain = load_biome("decay_chain")
    assert chain.number("layers.base") == 1.0
    half = chain.with_("layers.base", 0.5)
    rates = [jump.rate for jump in half.operators.jumps]
    assert rates == [jump.rate / 2 for jump in chain.operators.jumps]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("🐥.foo", "known: 🐥.value, 🐥.self_energy, 🐥.decay.rate, 🐥.dephasing"),
        ("🐥.decay.rat", "did you mean '🐥.decay.rate'"),
        ("🐺.decay.rate", "did you mean '🥚.decay.rate'"),
        ("🐺.x", "paths begin with 🥚, 🐣, 🐥, 🐔"),
    ],
)
def test_an_unknown_number_is_told_the_nearest_ones(path: str, said: str) -> None:
    with pytest.raises(UnknownNameError) as raised:
        load_biome("decay_chain").number(path)
    assert said in str(raised.value)


def test_of_the_shared_rhythms_those_are_numbers_that_a_biome_follows() -> None:
    rhythms = {p for p in load_biome("kitchen").numbers if p.startswith("rhythms.")}
    assert rhythms == {"rhythms.hearth.period", "rhythms.hearth.phase"}
    assert not any("rhythms" in path for path in load_biome("decay_chain").numbers)
