"""An icon's couplings and jumps as a flat list of terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.register.transfer import Transfer
from spacewheat_sim.content.resolved_icons import ResolvedIcon
from spacewheat_sim.content.rhythms.rate import ChangingRate, as_changing
from spacewheat_sim.content.rhythms.rhythm import Rhythm

TermKind = Literal[
    "coupling",
    "pair_coupling",
    "alignment",
    "transfers_to",
    "decay",
    "transfers_from",
    "dephasing",
]
JUMPS: frozenset[TermKind] = frozenset(
    ("transfers_to", "decay", "transfers_from", "dephasing")
)


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
        when: The pole that must be on for a jump of a register to act, if any.
        unless: The pole that must be off, if any.
    """

    icon: str
    kind: TermKind
    source: str
    target: str
    value: complex
    rhythm: str | Rhythm | None = None
    depth: float = 0.0
    when: str | None = None
    unless: str | None = None

    @property
    def is_jump(self) -> bool:
        """Whether this is a jump rather than an energy."""
        return self.kind in JUMPS

    @property
    def needs_register(self) -> bool:
        """Whether this has a meaning in registers only."""
        gated = self.when is not None or self.unless is not None
        return gated or self.kind in ("pair_coupling", "alignment")

    @property
    def rate(self) -> float:
        """Rate of the jump in 1/s."""
        return self.value.real


@dataclass(frozen=True)
class BiomeTerms:
    """The terms of a biome's icons.

    Attributes:
        present: Terms whose emojis are all in the biome.
        dropped: Terms whose partner, or whose ``when``, is not in the biome.
        of_registers: Terms of a level biome that have a meaning in registers only.
    """

    present: tuple[Term, ...]
    dropped: tuple[Term, ...]
    of_registers: tuple[Term, ...] = ()


def icon_terms(icon: Icon) -> Iterator[Term]:
    """Yield an icon's terms: energies, outgoing jumps, decay, incoming, dephasing."""
    key = icon.key
    for partner, energy in icon.couplings.items():
        yield Term(key, "coupling", key, partner, energy)
    for partner, energy in icon.pair_couplings.items():
        yield Term(key, "pair_coupling", key, partner, energy)
    for partner, energy in icon.alignments.items():
        yield Term(key, "alignment", key, partner, energy)
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
    term = Term(icon, kind, source, target, given.rate)
    if isinstance(given, Transfer):
        term = replace(term, when=given.when, unless=given.unless)
    if given.rhythm is None or given.depth == 0.0:
        return term
    return replace(term, rhythm=given.rhythm, depth=given.depth)


def biome_terms(biome: Biome, icons: Iterable[ResolvedIcon]) -> BiomeTerms:
    """Return the terms of ``icons``, split by what they mean in ``biome``.

    What an emoji that is not there gates with ``when`` never acts; what it gates with
    ``unless`` always does.
    """
    members = set(biome.emoji_keys)
    present, dropped, of_registers = list[Term](), list[Term](), list[Term]()
    for term in (term for icon in icons for term in resolved_terms(icon)):
        needed = {term.source, term.target} | ({term.when} - {None})
        if not biome.register_axes and term.needs_register:
            of_registers.append(term)
        elif not needed <= members:
            dropped.append(term)
        elif term.unless is not None and term.unless not in members:
            present.append(replace(term, unless=None))
        else:
            present.append(term)
    return BiomeTerms(tuple(present), tuple(dropped), tuple(of_registers))


def resolved_terms(icon: ResolvedIcon) -> tuple[Term, ...]:
    """Return the terms of an emoji's icons, each times the weight of its layer.

    Those that say the same add up to one: layers give what one icon of the sums would.
    """
    order = get_args(TermKind)
    parts = [(part, weight) for part, weight in icon.parts if weight > 0.0]
    if len(parts) == 1 and parts[0][1] == 1.0:
        return tuple(sorted(icon_terms(parts[0][0]), key=lambda t: order.index(t.kind)))
    sums: dict[Term, complex] = {}
    for part, weight in parts:
        for term in icon_terms(part):
            same = replace(term, value=0.0)
            value = term.value * weight
            sums[same] = sums[same] + value if same in sums else value
    found = (replace(term, value=value) for term, value in sums.items())
    return tuple(sorted(found, key=lambda term: order.index(term.kind)))


def pair_energies(
    terms: tuple[Term, ...], kind: TermKind = "coupling"
) -> dict[tuple[str, str], complex]:
    """Return the energy in rad/s of each pair (i, j), i being the first icon.

    Of couplings it is H_ij: half of what each side declares, with that of the second
    side conjugated. An alignment is whole.
    """
    share = 1.0 if kind == "alignment" else 0.5
    pairs: dict[tuple[str, str], complex] = {}
    for term in terms:
        if term.kind != kind:
            continue
        pair, value = (term.source, term.target), complex(term.value) * share
        if pair[::-1] in pairs:
            # Both on from both off is the same from either side.
            pairs[pair[::-1]] += value if kind != "coupling" else value.conjugate()
        else:
            pairs[pair] = pairs.get(pair, 0) + value
    return pairs
