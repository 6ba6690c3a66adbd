"""The icons of each emoji of a biome: its own, shared ones, or a derived one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from spacewheat_sim.content.biome import Biome, Markov
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.rhythms.driver import Driver

DERIVED_TAG = "derived"

Chain = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class ResolvedIcon:
    """What acts for one emoji of a biome: icons that add, each times its weight.

    Attributes:
        emoji: The emoji as the biome shows it.
        parts: Icons and the weights of their layers, of which one at least is not 0.
    """

    emoji: str
    parts: tuple[tuple[Icon, float], ...]

    @property
    def main(self) -> Icon:
        """The first of them that acts, which names the emoji."""
        return next(icon for icon, weight in self.parts if weight > 0.0)

    @property
    def name(self) -> str:
        """What players read."""
        return self.main.name

    @property
    def self_energy(self) -> float:
        """Σ weight · E in rad/s."""
        return sum(weight * icon.self_energy for icon, weight in self.parts)

    @property
    def drivers(self) -> tuple[Driver, ...]:
        """The drivers of all of them, with amplitudes times their weights."""
        return tuple(
            driver.model_copy(update={"amplitude": weight * driver.amplitude})
            for icon, weight in self.parts
            if weight > 0.0
            for driver in icon.drivers
        )


def resolve_icons(biome: Biome, registry: IconRegistry) -> dict[str, ResolvedIcon]:
    """Return what acts for each emoji of ``biome``, by canonical emoji, in basis order.

    The biome's own icons replace shared ones, or add to them where they extend. An
    emoji with neither gets an icon that is derived from the biome's chain, if it is in
    the chain. An emoji without any icon whose layer has a weight is left out.
    """
    chain = _normalized(biome.markov.chain) if biome.markov is not None else {}
    icons = {}
    for emoji, key in zip(biome.members, biome.emoji_keys, strict=True):
        own = [icon for icon in biome.icons if icon.key == key]
        acting = [icon for icon in own if not icon.extends]
        acting = acting or list(registry.all_of(key))
        if not acting and biome.markov is not None and _takes_part(chain, key):
            acting = [derive_icon(emoji, key, chain, biome.markov)]
        acting += [icon for icon in own if icon.extends]
        weighted = [(icon, biome.weight_of(icon.layer)) for icon in acting]
        if any(weight > 0.0 for _, weight in weighted):
            icons[key] = ResolvedIcon(emoji, tuple(weighted))
    return icons


def acting_icons(icons: Mapping[str, ResolvedIcon]) -> dict[str, tuple[Icon, ...]]:
    """Return the icons that act for each emoji, whatever they weigh."""
    return {
        key: tuple(part for part, weight in icon.parts if weight > 0.0)
        for key, icon in icons.items()
    }


def derive_icon(emoji: str, key: str, chain: Chain, markov: Markov) -> Icon:
    """Return the icon of emoji a that follows from ``chain``.

    For every other emoji b, with p = P(a→b), r = P(b→a) and s = (p + r)/2::

        coupling a–b      s · coupling_scale,     where s > symmetric_threshold
        transfer a→b      (p − s) · rate_scale,   where p − s > asymmetric_threshold

    s is the same from both sides, and the Hamiltonian gets half of a coupling from each
    icon. So between two derived icons it gets s · coupling_scale in all; if b has a
    handwritten icon that does not name a, it gets half of that. Only one of p − s and
    r − s is positive, so no transfer is counted twice.

    Args:
        emoji: The emoji as it is shown.
        key: The emoji in canonical form.
        chain: Rows that sum to 1, by canonical emoji.
        markov: Scales and thresholds.
    """
    couplings, transfers = {}, {}
    for other in _neighbors(chain, key):
        outgoing = chain.get(key, {}).get(other, 0.0)
        incoming = chain.get(other, {}).get(key, 0.0)
        symmetric = (outgoing + incoming) / 2
        if symmetric > markov.symmetric_threshold:
            couplings[other] = symmetric * markov.coupling_scale
        if outgoing - symmetric > markov.asymmetric_threshold:
            transfers[other] = (outgoing - symmetric) * markov.rate_scale
    return Icon.model_validate(
        {
            "emoji": emoji,
            "name": f"{emoji} of the chain",
            "description": "Derived from the transition probabilities of its biome.",
            "tags": (DERIVED_TAG,),
            "couplings": couplings,
            "transfers_to": transfers,
        }
    )


def _normalized(chain: Chain) -> dict[str, dict[str, float]]:
    normalized = {}
    for start, row in chain.items():
        total = math.fsum(row.values())
        normalized[start] = {end: weight / total for end, weight in row.items()}
    return normalized


def _neighbors(chain: Chain, key: str) -> list[str]:
    """Return the emojis with a transition from or to ``key``, in order of the rows."""
    outgoing = [end for end in chain.get(key, {}) if end != key]
    incoming = [start for start, row in chain.items() if key in row and start != key]
    return list(dict.fromkeys(outgoing + incoming))


def _takes_part(chain: Chain, key: str) -> bool:
    return bool(chain.get(key)) or any(key in row for row in chain.values())
