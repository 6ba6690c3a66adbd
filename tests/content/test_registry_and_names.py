"""Icons are looked up by emoji, biomes by name."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from spacewheat_sim.content.files import find_biome, list_biomes, read_biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.problems import ContentError
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.errors import SpacewheatError, UnknownNameError, nearest

BAD = Path(__file__).parents[1] / "content_bad"


def test_lookup_ignores_the_selector() -> None:
    registry = IconRegistry([Icon(emoji="☀️", name="Sol")])
    assert registry.get("☀") is registry.get("☀️") is not None
    assert "☀" in registry
    assert registry.get("🌙") is None
    assert 7 not in registry


def test_replacing_signals_to_this_registry_alone() -> None:
    heard: list[tuple[object, Icon]] = []
    registry, other = IconRegistry(), IconRegistry()

    def listen(sender: object, icon: Icon) -> None:
        heard.append((sender, icon))

    registry.icon_replaced.connect(listen)
    icon = Icon(emoji="☀", name="Sol")
    other.replace(icon)
    assert heard == []
    registry.replace(icon)
    assert heard == [(registry, icon)]
    assert list(registry) == [icon]


def test_replacing_keeps_the_order() -> None:
    registry = IconRegistry([Icon(emoji=e, name=e) for e in "🌾🌿🌱"])
    registry.replace(Icon(emoji="🌿", name="new"))
    assert [icon.name for icon in registry] == ["🌾", "new", "🌱"]


def test_a_broken_pack_names_all_its_problems() -> None:
    with pytest.raises(ContentError) as caught:
        IconRegistry.load([BAD / "self_coupling.yaml", BAD / "negative_rate.yaml"])
    rules = sorted(problem.rule for problem in caught.value.problems)
    assert rules == [*["greater_than_equal"] * 2, "self-coupling", "twin-icons"]
    places = [(p.path, p.line, p.column) for p in caught.value.problems]
    assert places == sorted(places)
    assert caught.value.exit_code == 2
    assert isinstance(caught.value, SpacewheatError)
    assert str(caught.value).count("\n") == 3


def test_the_report_can_be_sent_to_another_process() -> None:
    with pytest.raises(ContentError) as caught:
        read_biome(BAD / "many_at_once.yaml")
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert again.problems == caught.value.problems


@pytest.mark.parametrize(
    "name", ["biotic_flux", "BioticFlux", "biotic-flux", "BIOTIC FLUX"]
)
def test_names_are_forgiving(name: str) -> None:
    biome = read_biome(name)
    assert (biome.key, biome.name) == ("biotic_flux", "BioticFlux")
    assert biome.source == find_biome(name).path


def test_a_path_is_taken_as_text_or_path() -> None:
    path = find_biome("market").path
    assert read_biome(str(path)) == read_biome(path) == read_biome("market")


def test_an_unknown_name_gets_suggestions() -> None:
    with pytest.raises(UnknownNameError, match=r"did you mean 'biotic_flux'\?"):
        read_biome("biotic_flx")
    with pytest.raises(UnknownNameError, match=r"known: bell_pair, .*biotic_flux, "):
        read_biome("zzz")


def test_emojis_are_as_near_as_their_names() -> None:
    """As text, 🐰 is as far from 🐇 as from 🦌; but it is a rabbit's face."""
    known = [f"🐺.transfers_from.{prey}" for prey in "🦌🐇🐦"]
    assert nearest("🐺.transfers_from.🐰", known)[0] == "🐺.transfers_from.🐇"
    assert nearest("🐺.transfer_from.🦌", known)[0] == "🐺.transfers_from.🦌"


def test_a_broken_biome_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_bytes(b"name: [\xff")
    good = "schema: 1\nname: 'Sunny Side'  # why not\nemojis: [☀]\n"
    (tmp_path / "good.yaml").write_text(good, encoding="utf-8")
    entries = list_biomes([tmp_path])
    assert [(e.key, e.name) for e in entries] == [
        ("broken", "broken"),
        ("good", "Sunny Side"),
    ]
    assert read_biome("sunny_side", folders=[tmp_path]).key == "good"
    with pytest.raises(ContentError):
        read_biome("broken", folders=[tmp_path])


def test_a_missing_path_is_reported_as_content(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no such file"):
        read_biome(tmp_path / "nowhere.yaml")
    with pytest.raises(ContentError, match="cannot be read"):
        read_biome(tmp_path)


def test_names_of_icons_help_a_biome() -> None:
    registry = IconRegistry([Icon(emoji="🪨", name="Sol")])
    with pytest.raises(ContentError, match=r"did you mean 🪨\?"):
        read_biome(BAD / "icon_name_as_emoji.yaml", registry)


def test_a_file_that_was_edited_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "icons.yaml"
    path.write_text("schema: 1\nicons: [{emoji: ☀, name: Sun}]\n", encoding="utf-8")
    first = IconRegistry.load([path])
    path.write_text("schema: 1\nicons: [{emoji: ☀, name: Sol}]\n", encoding="utf-8")
    assert [icon.name for icon in IconRegistry.load([path])] == ["Sol"]
    path.unlink()
    with pytest.raises(ContentError, match=r"icons\.yaml.*cannot be read"):
        IconRegistry.load([path])
    assert [icon.name for icon in first] == ["Sun"]


def test_what_one_registry_replaces_no_other_has(tmp_path: Path) -> None:
    path = tmp_path / "icons.yaml"
    path.write_text("schema: 1\nicons: [{emoji: ☀, name: Sun}]\n", encoding="utf-8")
    IconRegistry.load([path]).replace(Icon(emoji="☀", name="Sol"))
    assert [icon.name for icon in IconRegistry.load([path])] == ["Sun"]
