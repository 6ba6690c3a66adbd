"""Rules of what a biome is made of: its emojis and their icons."""

from __future__ import annotations

from collections.abc import Iterator

from spacewheat_sim.content.icon import BASE_LAYER
from spacewheat_sim.content.model import Rule, Violation
from spacewheat_sim.content.problems import KeyPath
from spacewheat_sim.content.rules.any_biome import AnyBiome
from spacewheat_sim.emoji import canonical_emoji


def absent(
    biome: AnyBiome, key_path: KeyPath, emoji: str, *, at_key: bool = False
) -> Iterator[Violation]:
    """Yield a violation at ``key_path`` if the biome has no such ``emoji``."""
    if emoji not in biome.emoji_keys:
        yield Violation(
            key_path,
            f"{emoji} is not in the biome",
            f"one of {' '.join(biome.members)}",
            at_key=at_key,
        )


def _twin_emojis(biome: AnyBiome) -> Iterator[Violation]:
    first: dict[str, int] = {}
    for position, emoji in enumerate(biome.emojis):
        earlier = first.setdefault(canonical_emoji(emoji), position)
        if earlier != position:
            same = emoji == biome.emojis[earlier]
            how = "appears twice" if same else "is the same emoji as an earlier one"
            yield Violation(
                ("emojis", position),
                f"{emoji} {how}",
                "each emoji once",
                first=("emojis", earlier),
            )


def _twin_icons(biome: AnyBiome) -> Iterator[Violation]:
    first: dict[tuple[str, str, bool], int] = {}
    for position, icon in enumerate(biome.icons):
        same = icon.key, icon.layer, icon.extends
        earlier = first.setdefault(same, position)
        if earlier != position:
            where = "" if icon.layer == BASE_LAYER else f" in layer {icon.layer}"
            yield Violation(
                ("icons", position, "emoji"),
                f"{icon.emoji} has two icons{where}",
                "one icon for each emoji in a layer, and one that extends it",
                first=("icons", earlier, "emoji"),
            )


def _idle_icons(biome: AnyBiome) -> Iterator[Violation]:
    for position, icon in enumerate(biome.icons):
        if icon.key not in biome.emoji_keys:
            yield Violation(
                ("icons", position, "emoji"),
                f"the icon of {icon.emoji} is never used",
                "an icon of an emoji in `emojis`, or of a pole of the `register`",
            )


MEMBER_RULES = (
    Rule("twin-emojis", ("emojis",), _twin_emojis),
    Rule("twin-icons", ("icons",), _twin_icons),
    Rule("idle-icon", ("emojis", "register", "icons"), _idle_icons, "warning"),
)
