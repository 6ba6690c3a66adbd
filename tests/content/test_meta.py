"""``meta``: what an author keeps with a biome, and what changes nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.yaml.builder import MAX_DEPTH
from spacewheat_sim.content.yaml.free_data import LONGEST_KEY
from spacewheat_sim.content.yaml.loader import parse_yaml
from spacewheat_sim.content.yaml.writer import biome_yaml
from spacewheat_sim.engine.compile import compile_biome, load_biome
from spacewheat_sim.engine.world.content_text import content_of, text_of
from spacewheat_sim.lab.simulation.content import content_digest
from spacewheat_sim.plain_values import CONTROL

TEXT = st.text(max_size=8).filter(lambda text: not CONTROL.search(text))
DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=12,
)


def a_biome(meta):
    return Biome(name="T", emojis=["🐇", "🐺"], meta=meta)


def plain(biome):
    return biome.model_dump(mode="json")["meta"]


@given(meta=st.dictionaries(TEXT, DATA, max_size=4))
def test_any_data_is_kept_by_copies_files_and_logs(meta):
    biome = a_biome(meta)

    copied = biome.with_fields(name="U")
    logged = content_of(Biome, text_of(biome))
    written = parse_yaml(biome_yaml(biome, [], {}).encode(), "written.yaml")

    assert plain(biome) == plain(copied) == plain(logged) == meta
    assert written.problems == ()
    assert written.data.get("meta", {}) == meta


def test_it_cannot_be_changed_and_has_a_hash():
    given = {"years": [1842, {"of": "Ada"}]}
    biome = a_biome(given)
    given["years"].append(1843)

    assert plain(biome) == {"years": [1842, {"of": "Ada"}]}
    assert hash(biome.meta) == hash(a_biome(plain(biome)).meta)


def test_it_changes_neither_operators_nor_the_digest_of_content():
    bare = load_biome("two_level")
    noted = compile_biome(bare.biome.with_fields(meta={"by": "Ada"}), bare.registry)

    assert content_digest(noted) == content_digest(bare)
    assert (noted.operators.hamiltonian != bare.operators.hamiltonian).nnz == 0
    assert noted.operators.jumps == bare.operators.jumps


def test_without_it_the_text_of_a_biome_is_what_it_was_before_there_was_any():
    assert "meta" not in text_of(a_biome({}))
    assert "meta" not in biome_yaml(a_biome({}), [], {})


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        ({"a": [0, {"b": math.nan}]}, r"a\[1\].b: nan is not a finite number"),
        ({"a": {1, 2}}, "a: .* cannot be in a file"),
        ({"a": {1: 2}}, "a: 1 is no key"),
        ({"k" * (LONGEST_KEY + 1): 1}, "is no key"),
        ({"a": "\x1b[31m"}, "a: .* cannot be in a file"),
        ({"a\x07": 1}, "is no key"),
        ([1], "valid dictionary"),
    ],
)
def test_what_no_file_can_hold_is_refused(meta, said):
    with pytest.raises(ValidationError, match=said):
        a_biome(meta)


def test_data_as_deep_as_a_file_may_be_is_kept_and_deeper_data_is_refused():
    deepest = 0
    for _ in range(MAX_DEPTH - 2):
        deepest = [deepest]
    biome = a_biome({"a": deepest})

    written = parse_yaml(biome_yaml(biome, [], {}).encode(), "written.yaml")
    assert written.problems == ()
    assert written.data["meta"] == plain(biome) == {"a": deepest}
    with pytest.raises(ValidationError, match="nested too deeply"):
        a_biome({"a": [deepest]})


def test_the_longest_key_can_be_read_however_it_is_escaped():
    meta = {"\U000e0001" * LONGEST_KEY: {"\ufeff" * LONGEST_KEY: 1}}

    written = parse_yaml(biome_yaml(a_biome(meta), [], {}).encode(), "written.yaml")
    assert written.problems == ()
    assert written.data["meta"] == meta
