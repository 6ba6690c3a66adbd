"""Scalars and structure are read as YAML 1.2 says."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacewheat_sim.content.yaml.loader import parse_yaml
from spacewheat_sim.content.yaml.scalars import core_scalar
from spacewheat_sim.emoji import canonical_emoji

EMOJIS = st.sampled_from(["☀", "🌙", "🌾", "👩‍🌾", "1⃣", "🇩🇪", "❄"])
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]))
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(EMOJIS, inner),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 1e-3),
        ("1.0e-9", 1e-9),
        (".5", 0.5),
        ("-2", -2),
        ("+3", 3),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("true", True),
        ("~", None),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2024-01-01", "2024-01-01"),
        (".inf", math.inf),
        ("-.inf", -math.inf),
        ("9" * 5000, math.inf),
        ("0x" + "f" * 5000, math.inf),
    ],
)
def test_core_scalars(text: str, value: object) -> None:
    read = core_scalar(text)
    assert read == value
    assert type(read) is type(value)


def test_nan_is_read_so_that_it_can_be_reported() -> None:
    read = core_scalar(".nan")
    assert isinstance(read, float)
    assert math.isnan(read)


def test_quoted_scalars_are_text() -> None:
    assert parse_yaml(b"a: '1'\nb: \"no\"", "f").data == {"a": "1", "b": "no"}


def test_columns_count_units_of_utf_16_from_one_as_editors_do() -> None:
    document = parse_yaml("🌾: {🌙: 1, x: [a, b]}".encode(), "f")
    assert document.place(("🌾",), at_key=True) == (1, 1)
    assert document.place(("🌾", "🌙")) == (1, 10)
    assert document.place(("🌾", "x", 1)) == (1, 20)
    assert document.place(("🌾", "x", 1, "deeper")) == (1, 20)


def test_a_place_is_found_by_either_form_of_an_emoji() -> None:
    document = parse_yaml("☀️: 1".encode(), "f")
    assert document.place(("☀",)) == document.place(("☀️",)) == (1, 5)


def test_a_byte_order_mark_is_no_content() -> None:
    assert parse_yaml(b"\xef\xbb\xbfa: 1", "f").data == {"a": 1}


@given(DATA.filter(lambda data: data is not None))
def test_json_is_read_as_it_was_written(data: object) -> None:
    document = parse_yaml(json.dumps(data, ensure_ascii=False).encode(), "f")
    assert not document.problems
    assert document.data == data


@given(st.binary(max_size=200))
def test_no_bytes_raise(raw: bytes) -> None:
    document = parse_yaml(raw, "f")
    assert document.problems or document.data is not None


@given(st.text(alphabet="{}[],:&*!|>-#% \n\t'\"a1🌾\ufe0f", max_size=60))
def test_no_text_raises(text: str) -> None:
    document = parse_yaml(text.encode(), "f")
    assert document.problems or document.data is not None


@given(st.text(max_size=20))
def test_canonical_form_is_stable_and_ignores_the_selector(text: str) -> None:
    once = canonical_emoji(text)
    assert canonical_emoji(once) == once
    assert canonical_emoji(text + "\ufe0f") == once
