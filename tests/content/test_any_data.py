"""Whatever a file holds, the answer is a model or a report of its problems."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from spacewheat_sim.content.biome import Biome, BiomeFile
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.overview.summary import biome_summary
from spacewheat_sim.content.reading import Reader
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.content.yaml.loader import parse_yaml

EMOJI = st.sampled_from(["☀", "☀️", "🌙", "🌾"])
NUMBER = st.floats(0, allow_nan=False, allow_infinity=False) | st.integers(-1, 2)
ROW = st.dictionaries(EMOJI, NUMBER, max_size=3)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBER | EMOJI | st.just("uniform"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(EMOJI | st.sampled_from([*Icon.model_fields]), inner)
    ),
    max_leaves=8,
)
FIELDS = {
    "emojis": st.lists(EMOJI, min_size=1, max_size=3),
    "initial": st.fixed_dictionaries({"weights": ROW}) | st.just("uniform"),
    "axes": st.lists(st.fixed_dictionaries({"north": EMOJI, "south": EMOJI})),
    "markov": st.fixed_dictionaries(
        {"chain": st.dictionaries(EMOJI, ROW, max_size=3)},
        optional={"coupling_scale": NUMBER, "symmetric_threshold": NUMBER},
    ),
    "icons": st.lists(
        st.fixed_dictionaries(
            {"emoji": EMOJI, "name": st.just("x")},
            optional={
                "couplings": ROW,
                "transfers_to": ROW,
                "decay": st.fixed_dictionaries({"rate": NUMBER}) | ANYTHING,
            },
        ),
        max_size=2,
    ),
}
SOUND = st.fixed_dictionaries({}, optional=FIELDS)
SPOILED = st.dictionaries(st.sampled_from([*BiomeFile.model_fields]), ANYTHING)


def reader_of(data: object) -> Reader:
    return Reader(parse_yaml(json.dumps(data, ensure_ascii=False).encode(), "f"))


@given(SOUND, SPOILED)
def test_a_biome_is_read_or_reported(sound: Any, spoiled: Any) -> None:
    data = {"schema": 1, "name": "x", "emojis": ["☀", "🌙", "🌾"], **sound, **spoiled}
    reader = reader_of(data)
    biome = reader.biome_file()
    assert biome is not None or reader.failed


@given(SOUND)
def test_a_biome_without_errors_can_be_composed(sound: Any) -> None:
    reader = reader_of({"schema": 1, "name": "x", "emojis": ["☀", "🌙"], **sound})
    authored = reader.biome_file()
    if authored is not None and not reader.failed:
        biome = Biome.model_validate(dict(authored))
        assert set(resolve_icons(biome, IconRegistry())) <= set(biome.emoji_keys)
        assert biome_summary(biome, IconRegistry())["name"] == "x"


@given(ANYTHING)
def test_a_file_of_anything_is_read_or_reported(data: Any) -> None:
    for read in (Reader.icon_file, Reader.biome_file, Reader.scenario_file):
        reader = reader_of(data)
        read(reader)
        assert reader.failed
