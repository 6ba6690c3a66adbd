"""What icons say that has no meaning in a register, or in registers only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.model import FrozenMapping, Violation
from spacewheat_sim.content.problems import KeyPath
from spacewheat_sim.content.register.transfer import as_transfer
from spacewheat_sim.content.rules.any_biome import AnyBiome


def icon_violations(
    biome: AnyBiome, icons: Mapping[str, Sequence[Icon]]
) -> Iterator[Violation]:
    """Yield what an icon says that has no meaning in this kind of biome.

    In a register: a pair coupling or an alignment of two poles of one axis, and a gate
    on an axis that its transfer is of. In a level biome what its own icons say for
    registers alone; of shared icons, that is left out.

    Args:
        biome: The biome.
        icons: The icons of each of its emojis that act, by canonical emoji.
    """
    for icon in (icon for each in icons.values() for icon in each):
        is_own = icon in biome.icons
        found = _own_axis(biome, icon) if biome.register_axes else ()
        if not biome.register_axes and is_own:
            found = _registers_only(icon)
        for inner, message, wanted in found:
            path: KeyPath = ("register",)
            if is_own:
                path = ("icons", biome.icons.index(icon), *inner)
            whose = "" if is_own else f"the shared icon of {icon.emoji}: "
            yield Violation(path, whose + message, wanted, at_key=is_own)


def without_register_terms(icon: Icon) -> Icon:
    """Return ``icon`` without what has a meaning in registers only."""
    kept = {
        field: FrozenMapping(
            {
                partner: value
                for partner, value in getattr(icon, field).items()
                if not as_transfer(value).is_gated
            }
        )
        for field in ("transfers_to", "transfers_from")
    }
    nothing = FrozenMapping[str, complex]({})
    update = {"pair_couplings": nothing, "alignments": nothing, **kept}
    return icon.model_copy(update=update)


Finding = tuple[KeyPath, str, str]


def _own_axis(biome: AnyBiome, icon: Icon) -> Iterator[Finding]:
    partners = biome.partners
    other = partners[icon.key]
    for field in ("pair_couplings", "alignments"):
        if other in getattr(icon, field):
            yield (
                (field, other),
                f"{icon.emoji} and {other} are the two poles of one axis",
                "a pole of another axis, or `couplings` for a term on one axis",
            )
    for field in ("transfers_to", "transfers_from"):
        for partner, value in getattr(icon, field).items():
            transfer = as_transfer(value)
            moved = {icon.key, other, partner, partners.get(partner)}
            gates = {"when": transfer.when, "unless": transfer.unless}
            if partner not in partners:
                continue
            for name, gate in gates.items():
                if gate in moved:
                    yield (
                        (field, partner, name),
                        f"{gate} is on an axis that the transfer itself moves",
                        "a pole of a third axis",
                    )
            when, unless = transfer.when, transfer.unless
            if when is not None and unless in (when, partners.get(when, when)):
                yield (
                    (field, partner, "unless"),
                    "both gates are on one axis",
                    "gates on two axes, or one of them",
                )


def _registers_only(icon: Icon) -> Iterator[Finding]:
    for field in ("pair_couplings", "alignments"):
        if getattr(icon, field):
            yield (field,), f"`{field}` has a meaning in registers only", "no such key"
    for field in ("transfers_to", "transfers_from"):
        for partner, value in getattr(icon, field).items():
            transfer = as_transfer(value)
            if transfer.is_gated:
                name = "when" if transfer.when is not None else "unless"
                yield (
                    (field, partner, name),
                    f"`{name}` has a meaning in registers only",
                    "a rate alone",
                )
