"""Commands that add a term between two emojis, or remove all that there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.resolved_icons import ResolvedIcon
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.world.commands import Command, EditBiome, EditIcon

PARTNERS = ("couplings", "transfers_to", "transfers_from")


def coupled(
    icons: Mapping[str, ResolvedIcon], first: str, second: str, energy: float
) -> list[Icon]:
    """Return both icons with a coupling of ``energy``, in rad/s, to each other.

    The Hamiltonian gets half from each of the two.

    Args:
        icons: What acts for each emoji, by canonical emoji.
        first: An emoji.
        second: Another emoji.
        energy: H of the two, in rad/s.
    """
    return [
        _with_partner(_main(icons, one), "couplings", other, energy)
        for one, other in ((first, second), (second, first))
    ]


def transferring(
    icons: Mapping[str, ResolvedIcon], source: str, target: str, rate: float
) -> list[Icon]:
    """Return the icon of ``source`` with a transfer to ``target``, rate in 1/s."""
    return [_with_partner(_main(icons, source), "transfers_to", target, rate)]


def cut(icons: Mapping[str, ResolvedIcon], first: str, second: str) -> list[Icon]:
    """Return the icons that have a term between two emojis, without it."""
    found = []
    for one, other in ((first, second), (second, first)):
        key, partner = canonical_emoji(one), canonical_emoji(other)
        if key in icons:
            found += [
                bare
                for part, _ in icons[key].parts
                if (bare := _without_partner(part, partner)) != part
            ]
    return found


def edits(name: str, biome: Biome, icons: Iterable[Icon]) -> list[Command]:
    """Return the commands that put ``icons`` in the place of present ones.

    Those of the biome's own stay its own; all others are shared.

    Args:
        name: Name of the biome's bath.
        biome: The biome as it is.
        icons: The icons, at most one of an emoji in a layer.
    """
    own, commands = list(biome.icons), list[Command]()
    for icon in icons:
        places = [i for i, mine in enumerate(own) if _place(mine) == _place(icon)]
        if places:
            own[places[0]] = icon
        else:
            commands.append(EditIcon(icon))
    if own != list(biome.icons):
        content = biome.model_copy(update={"icons": tuple(own)})
        commands.append(EditBiome(name, content))
    return commands


def joined(name: str, biome: Biome, emoji: str) -> list[Command]:
    """Return the command with which an emoji joins, with probability 0."""
    content = biome.model_copy(update={"emojis": (*biome.emojis, emoji)})
    return [EditBiome(name, content)]


def addable(
    emojis: Sequence[str], icons: Iterable[Icon], pictures: Iterable[str]
) -> list[str]:
    """Return the emojis that may join: those with an icon first.

    Args:
        emojis: Those of the biome.
        icons: The shared icons.
        pictures: Other emojis that can be drawn.
    """
    present = {canonical_emoji(emoji) for emoji in emojis}
    found = {icon.key: icon.emoji for icon in icons}
    for emoji in pictures:
        found.setdefault(canonical_emoji(emoji), emoji)
    return [emoji for key, emoji in found.items() if key not in present]


def _place(icon: Icon) -> tuple[str, str, bool]:
    return icon.key, icon.layer, icon.extends


def _main(icons: Mapping[str, ResolvedIcon], emoji: str) -> Icon:
    """Return the icon that acts for an emoji, or a new one that does nothing."""
    found = icons.get(canonical_emoji(emoji))
    return Icon(emoji=emoji, name=emoji) if found is None else found.main


def _with_partner(icon: Icon, field: str, partner: str, number: float) -> Icon:
    terms = {**getattr(icon, field), canonical_emoji(partner): number}
    return _with(icon, {field: terms})


def _without_partner(icon: Icon, partner: str) -> Icon:
    changed: dict[str, object] = {}
    for field in PARTNERS:
        terms = getattr(icon, field)
        if partner in terms:
            changed[field] = {k: v for k, v in terms.items() if k != partner}
    if icon.decay is not None and icon.decay.target == partner:
        changed["decay"] = None
    return _with(icon, changed) if changed else icon


def _with(icon: Icon, changed: Mapping[str, object]) -> Icon:
    """Return a checked copy with other fields."""
    fields = {name: getattr(icon, name) for name in icon.model_fields_set}
    return Icon.model_validate({**fields, **changed})
