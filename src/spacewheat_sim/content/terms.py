"""An icon's couplings and jumps as a flat list of terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.register.transfer import as_transfer

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
        when: The pole that must be on for a jump of a register to act, if any.
        unless: The pole that must be off, if any.
    """

    icon: str
    kind: TermKind
    source: str
    target: str
    value: complex
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
    for target, value in icon.transfers_to.items():
        t = as_transfer(value)
        yield Term(key, "transfers_to", key, target, t.rate, t.when, t.unless)
    if icon.decay is not None:
        yield Term(key, "decay", key, icon.decay.target, icon.decay.rate)
    for source, value in icon.transfers_from.items():
        t = as_transfer(value)
        yield Term(key, "transfers_from", source, key, t.rate, t.when, t.unless)
    if icon.dephasing > 0:
        yield Term(key, "dephasing", key, key, icon.dephasing)


def biome_terms(biome: Biome, icons: Iterable[Icon]) -> BiomeTerms:
    """Return the terms of ``icons``, split by what they mean in ``biome``.

    What an emoji that is not there gates with ``when`` never acts; what it gates with
    ``unless`` always does.
    """
    members = set(biome.emoji_keys)
    present, dropped, of_registers = list[Term](), list[Term](), list[Term]()
    for term in (term for icon in icons for term in icon_terms(icon)):
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
