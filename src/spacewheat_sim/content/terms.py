"""An icon's couplings and jumps as a flat list of terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon

TermKind = Literal["coupling", "transfers_to", "decay", "transfers_from", "dephasing"]


@dataclass(frozen=True)
class Term:
    """One coupling or jump, in canonical emojis.

    Attributes:
        icon: The emoji whose icon declares it.
        kind: The icon's key that declares it.
        source: Source of a jump; for a coupling, the icon's emoji.
        target: Target of a jump; for a coupling, the partner.
        value: Energy of a coupling in rad/s, rate of a jump in 1/s.
    """

    icon: str
    kind: TermKind
    source: str
    target: str
    value: complex

    @property
    def is_jump(self) -> bool:
        """Whether this is a jump rather than a coupling."""
        return self.kind != "coupling"

    @property
    def rate(self) -> float:
        """Rate of the jump in 1/s."""
        return self.value.real


@dataclass(frozen=True)
class BiomeTerms:
    """The terms of a biome's icons.

    Attributes:
        present: Terms whose emojis are all in the biome.
        dropped: Terms whose partner is not in the biome.
    """

    present: tuple[Term, ...]
    dropped: tuple[Term, ...]


def icon_terms(icon: Icon) -> Iterator[Term]:
    """Yield an icon's terms: couplings, outgoing jumps, decay, incoming, dephasing."""
    key = icon.key
    for partner, energy in icon.couplings.items():
        yield Term(key, "coupling", key, partner, energy)
    for target, rate in icon.transfers_to.items():
        yield Term(key, "transfers_to", key, target, rate)
    if icon.decay is not None:
        yield Term(key, "decay", key, icon.decay.target, icon.decay.rate)
    for source, rate in icon.transfers_from.items():
        yield Term(key, "transfers_from", source, key, rate)
    if icon.dephasing > 0:
        yield Term(key, "dephasing", key, key, icon.dephasing)


def biome_terms(biome: Biome, icons: Iterable[Icon]) -> BiomeTerms:
    """Return the terms of ``icons``, split by whether ``biome`` has the partner."""
    members = set(biome.emoji_keys)
    terms = [term for icon in icons for term in icon_terms(icon)]
    present = tuple(t for t in terms if {t.source, t.target} <= members)
    dropped = tuple(t for t in terms if not {t.source, t.target} <= members)
    return BiomeTerms(present, dropped)
