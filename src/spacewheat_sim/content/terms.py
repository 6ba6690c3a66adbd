"""An icon's couplings and jumps as a flat list of terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.resolved_icons import ResolvedIcon
from spacewheat_sim.content.rhythms.rate import ChangingRate, as_changing
from spacewheat_sim.content.rhythms.rhythm import Rhythm

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
        rhythm: In which a rate changes, or None: its name, or itself.
        depth: Share of the rate that changes.
    """

    icon: str
    kind: TermKind
    source: str
    target: str
    value: complex
    rhythm: str | Rhythm | None = None
    depth: float = 0.0

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
        yield _jump(key, "transfers_to", key, target, rate)
    if icon.decay is not None:
        yield _jump(key, "decay", key, icon.decay.target, icon.decay)
    for source, rate in icon.transfers_from.items():
        yield _jump(key, "transfers_from", source, key, rate)
    dephasing = _jump(key, "dephasing", key, key, icon.dephasing)
    if dephasing.rate > 0:
        yield dephasing


def _jump(
    icon: str, kind: TermKind, source: str, target: str, rate: float | ChangingRate
) -> Term:
    given = as_changing(rate)
    if given.rhythm is None or given.depth == 0.0:
        return Term(icon, kind, source, target, given.rate)
    return Term(icon, kind, source, target, given.rate, given.rhythm, given.depth)


def biome_terms(biome: Biome, icons: Iterable[ResolvedIcon]) -> BiomeTerms:
    """Return the terms of ``icons``, split by whether ``biome`` has the partner."""
    members = set(biome.emoji_keys)
    terms = [term for icon in icons for term in resolved_terms(icon)]
    present = tuple(t for t in terms if {t.source, t.target} <= members)
    dropped = tuple(t for t in terms if not {t.source, t.target} <= members)
    return BiomeTerms(present, dropped)


def resolved_terms(icon: ResolvedIcon) -> tuple[Term, ...]:
    """Return the terms of an emoji's icons, each times the weight of its layer.

    Those that say the same add up to one: layers give what one icon of the sums would.
    """
    sums: dict[Term, complex] = {}
    for part, weight in icon.parts:
        for term in icon_terms(part) if weight > 0.0 else ():
            same = replace(term, value=0.0)
            value = term.value * weight
            sums[same] = sums[same] + value if same in sums else value
    order = get_args(TermKind)
    found = (replace(term, value=value) for term, value in sums.items())
    return tuple(sorted(found, key=lambda term: order.index(term.kind)))


def pair_energies(terms: tuple[Term, ...]) -> dict[tuple[str, str], complex]:
    """Return H_ij in rad/s for each coupled pair (i, j), i being the first icon.

    It is half of the coupling of each side, with that of the second side conjugated.
    """
    pairs: dict[tuple[str, str], complex] = {}
    for term in terms:
        if term.is_jump:
            continue
        pair = (term.source, term.target)
        if pair[::-1] in pairs:
            pairs[pair[::-1]] += complex(term.value).conjugate() / 2
        else:
            pairs[pair] = pairs.get(pair, 0) + term.value / 2
    return pairs
