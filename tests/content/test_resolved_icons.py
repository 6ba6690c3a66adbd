"""Each emoji's icon: own, shared, derived from the chain, or none."""

from __future__ import annotations

import pytest

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.files import read_biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import ResolvedIcon, resolve_icons
from spacewheat_sim.content.terms import biome_terms, icon_terms


def chain_biome(chain: dict[str, dict[str, float]], **markov: float) -> Biome:
    return Biome.model_validate(
        {"name": "x", "emojis": ["🅰", "🅱", "🆎"], "markov": {"chain": chain, **markov}}
    )


def test_own_icons_replace_shared_ones() -> None:
    shared = Icon(emoji="☀", name="shared")
    own = Icon(emoji="☀️", name="own")
    biome = Biome(name="x", emojis=("☀", "🌵"), icons=(own,))
    assert resolve_icons(biome, IconRegistry([shared])) == {
        "☀": ResolvedIcon("☀", ((own, 1.0),))
    }


def test_a_derived_icon_couples_by_the_mean_and_transfers_the_surplus() -> None:
    biome = chain_biome(
        {"🅰": {"🅱": 1.0}, "🅱": {"🅰": 0.4, "🆎": 0.6}, "🆎": {"🆎": 1.0}}
    )
    icons = resolve_icons(biome, IconRegistry())
    assert dict(icons["🅰"].main.couplings) == pytest.approx({"🅱": 0.7 * 0.5})
    assert dict(icons["🅰"].main.transfers_to) == pytest.approx({"🅱": 0.3 * 0.3})
    assert dict(icons["🅱"].main.couplings) == pytest.approx({"🅰": 0.35, "🆎": 0.15})
    assert dict(icons["🅱"].main.transfers_to) == pytest.approx({"🆎": 0.09})
    assert dict(icons["🆎"].main.couplings) == pytest.approx({"🅱": 0.15})
    assert dict(icons["🆎"].main.transfers_to) == {}


def test_rows_are_normalized_first() -> None:
    chain = {"🅰": {"🅱": 3.0, "🆎": 1.0}, "🅱": {"🅰": 2.0}, "🆎": {"🅰": 5.0}}
    icons = resolve_icons(chain_biome(chain, coupling_scale=1.0), IconRegistry())
    assert icons["🅰"].main.couplings["🅱"] == pytest.approx((0.75 + 1) / 2)
    assert icons["🅱"].main.couplings["🅰"] == pytest.approx((0.75 + 1) / 2)


def test_thresholds_are_exclusive() -> None:
    chain = {"🅰": {"🅱": 0.5, "🆎": 0.5}, "🅱": {"🅰": 0.5, "🆎": 0.5}}
    biome = chain_biome(chain, symmetric_threshold=0.5, asymmetric_threshold=0.25)
    icons = resolve_icons(biome, IconRegistry())
    assert not icons["🅰"].main.couplings
    assert not icons["🅰"].main.transfers_to


def test_an_emoji_outside_the_chain_stays_inert() -> None:
    icons = resolve_icons(chain_biome({"🅰": {"🅱": 1.0}}), IconRegistry())
    assert set(icons) == {"🅰", "🅱"}


def test_the_forest_derives_what_was_not_made_by_hand() -> None:
    registry = IconRegistry.builtin()
    icons = resolve_icons(read_biome("forest"), registry)
    derived = {key for key, icon in icons.items() if "derived" in icon.main.tags}
    assert derived == set("☔🌲🌰🐝🌼🍯🏡")
    # P(☔→💧) = 0.5 and P(💧→☔) = 0
    assert icons["☔"].main.couplings["💧"] == pytest.approx(0.25 * 0.3)
    assert icons["☔"].main.transfers_to["💧"] == pytest.approx(0.25 * 0.015)
    # P(🌲→🌳) = 0.2/1.4 and P(🌳→🌲) = 0.3/1.1
    mean = (0.2 / 1.4 + 0.3 / 1.1) / 2
    assert icons["🌲"].main.couplings["🌳"] == pytest.approx(mean * 0.3)


def test_terms_in_the_order_of_the_file() -> None:
    icon = Icon.model_validate(
        {
            "emoji": "☀",
            "name": "Sol",
            "couplings": {"🌙": 1j},
            "transfers_from": {"🌿": 0.1},
            "transfers_to": {"🌾": 0.2, "🌱": 0.3},
            "decay": {"rate": 0.4},
            "dephasing": 0.5,
        }
    )
    found = [(t.kind, t.source, t.target, t.value) for t in icon_terms(icon)]
    assert found == [
        ("coupling", "☀", "🌙", 1j),
        ("transfers_to", "☀", "🌾", 0.2),
        ("transfers_to", "☀", "🌱", 0.3),
        ("decay", "☀", "🍂", 0.4),
        ("transfers_from", "🌿", "☀", 0.1),
        ("dephasing", "☀", "☀", 0.5),
    ]


def test_terms_with_an_absent_partner_are_dropped() -> None:
    registry = IconRegistry.builtin()
    biome = read_biome("kitchen")
    terms = biome_terms(biome, resolve_icons(biome, registry).values())
    dropped = {(t.icon, t.kind, t.source, t.target) for t in terms.dropped}
    assert dropped == {
        ("🌾", "coupling", "🌾", "☀"),
        ("🌾", "coupling", "🌾", "💧"),
        ("🌾", "decay", "🌾", "💀"),
        ("🌾", "transfers_from", "☀", "🌾"),
    }
    assert len(terms.present) == 9
