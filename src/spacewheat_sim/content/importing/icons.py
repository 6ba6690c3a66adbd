"""Icons of the original game as icons of a register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from spacewheat_sim.content.importing.axes import AxesOfBiomes
from spacewheat_sim.content.importing.source import Part
from spacewheat_sim.emoji import canonical_emoji

SHAPES = ("cosine", "sine", "pulse")
RATES = {"lindblad_outgoing": "transfers_to", "lindblad_incoming": "transfers_from"}


class Drafts:
    """Icons that are being put together.

    Args:
        axes: The axes of the biomes that they are for.
    """

    def __init__(self, axes: AxesOfBiomes) -> None:
        self._axes = axes
        self._drafts: dict[str, Draft] = {}

    def add(self, emoji: str, component: str, part: Part) -> None:
        """Take a component of an emoji's icon, such as ``hamiltonian``."""
        key = canonical_emoji(emoji)
        draft = self._drafts.setdefault(key, Draft(emoji, part, self._axes))
        if component == "self_energy":
            draft.add_energy(part)
        elif component == "hamiltonian":
            draft.add_couplings(part)
        elif component in RATES:
            draft.add_rates(component, part)
        elif component == "decay":
            draft.add_decay(part)
        elif component == "driver":
            draft.driver = part
        elif component == "alignment_couplings":
            draft.add_alignments(part)
        else:
            draft.gated += part.entries()

    def found(self) -> tuple[Draft, ...]:
        """Return the icons, with what depends on their other components."""
        for draft in self._drafts.values():
            if draft.driver is not None:
                draft.add_driver(draft.driver)
            for part in draft.gated:
                draft.add_gated(part, self._drafts)
            draft.driver, draft.gated = None, []
        return tuple(self._drafts.values())


@dataclass
class Draft:
    """What is known of an icon so far, under the keys of an icon's file.

    Attributes:
        emoji: Its emoji.
        first: Where the source speaks of it first.
        axes: The axes of the biomes that it is for.
        fields: What is known of it.
        driver: Its driver, which is taken last.
        gated: Its gated transfers, which are taken last.
    """

    emoji: str
    first: Part
    axes: AxesOfBiomes
    fields: dict[str, Any] = field(default_factory=dict)
    driver: Part | None = None
    gated: list[Part] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Its emoji in canonical form."""
        return canonical_emoji(self.emoji)

    def add_energy(self, part: Part) -> None:
        """Take ``self_energy``; a driver may turn it into an amplitude."""
        energy = part.number()
        if energy:
            self.fields["self_energy"] = energy

    def add_couplings(self, part: Part) -> None:
        """Take ``hamiltonian``.

        Across axes the original couples both on to both off: a pair coupling. On one
        axis it is a coupling.
        """
        for emoji, value in part.items():
            key, energy = canonical_emoji(emoji), value.energy()
            if energy is None or energy == 0.0:
                continue
            if key == self.key:
                if energy.imag:
                    value.lose("an energy of its own cannot be complex")
                    continue
                before = self.fields.get("self_energy", 0.0)
                self.fields["self_energy"] = before + energy.real
                continue
            on_one = self.axes.share(self.key, key)
            name = "couplings" if on_one else "pair_couplings"
            self.fields.setdefault(name, {})[key] = _coupling(energy)

    def add_rates(self, name: str, part: Part) -> None:
        """Take ``lindblad_outgoing`` or ``lindblad_incoming``."""
        for emoji, value in part.items():
            rate, key = value.number(0.0), canonical_emoji(emoji)
            if not rate:
                continue
            if key == self.key:
                before = self.fields.get("dephasing", 0.0)
                self.fields["dephasing"] = before + rate
                continue
            self.fields.setdefault(RATES[name], {})[key] = rate

    def add_decay(self, part: Part) -> None:
        """Take ``decay``."""
        known = part.keys(("rate", "target"))
        rate = known["rate"].number(0.0) if "rate" in known else None
        target = _emoji(known.get("target"))
        if rate is None:
            part.lose("has no rate")
        elif rate and target == self.key:
            part.lose("decays into itself")
        elif rate:
            self.fields["decay"] = {"rate": rate, "target": target or "🍂"}

    def add_driver(self, part: Part) -> None:
        """Take ``driver``: the original multiplies the self-energy by A f(t)."""
        if not part.value:
            return
        known = part.keys(("type", "frequency", "freq", "phase", "amplitude", "amp"))
        shape = known["type"].value if "type" in known else None
        hertz = known.get("frequency", known.get("freq"))
        frequency = None if hertz is None else hertz.number(0.0)
        if shape not in SHAPES or not frequency:
            part.lose("has no type or frequency that is known")
            return
        size = known.get("amplitude", known.get("amp"))
        amplitude = 1.0 if size is None else size.number()
        phase = known["phase"].number() if "phase" in known else 0.0
        if amplitude is None or phase is None:
            return
        energy = self.fields.pop("self_energy", 0.0)
        if energy == 0.0:
            part.lose("drives a self-energy of 0")
            return
        rhythm = {"shape": shape, "period": 1.0 / frequency}
        if phase:
            rhythm["phase"] = phase
        self.fields["drivers"] = [{"rhythm": rhythm, "amplitude": energy * amplitude}]

    def add_gated(self, part: Part, others: Mapping[str, Draft]) -> None:
        """Take one entry of ``gated_lindblad_source``: a transfer into this emoji."""
        known = part.keys(("source", "target", "gate", "rate", "power", "inverse"))
        if not {"source", "gate", "rate"} <= set(known):
            part.lose("has no source, gate or rate")
            return
        rate = known["rate"].number(0.0)
        source, gate = _emoji(known["source"]), _emoji(known["gate"])
        target = _emoji(known.get("target"))
        power = known["power"].value if "power" in known else 1
        if power not in (1, 1.0):
            known["power"].lose("a gate is on or off: its population has no power here")
        if target not in ("", self.key):
            part.lose(f"leads to {target}, not to the emoji that it stands under")
            return
        moved = (self.key, source)
        if source == self.key or any(
            gate == emoji or self.axes.share(gate, emoji) for emoji in moved
        ):
            part.lose("is gated by an axis that it moves")
            return
        name = "unless" if "inverse" in known and known["inverse"].value else "when"
        if rate:
            self._add_transfer(part, source, {"rate": rate, name: gate}, others)

    def add_alignments(self, part: Part) -> None:
        """Take ``alignment_couplings``: emoji to the energy of both being on."""
        for emoji, value in part.items():
            energy, key = value.number(), canonical_emoji(emoji)
            if key == self.key or self.axes.share(self.key, key):
                value.lose("two poles of one axis are never on together")
            elif energy:
                self.fields.setdefault("alignments", {})[key] = energy

    def _add_transfer(
        self,
        part: Part,
        source: str,
        transfer: dict[str, Any],
        others: Mapping[str, Draft],
    ) -> None:
        """Add it where there is room: here, or under its source."""
        places = [(self.fields.setdefault("transfers_from", {}), source)]
        if source in others:
            outgoing = others[source].fields.setdefault("transfers_to", {})
            places.append((outgoing, self.key))
        for transfers, key in places:
            if key not in transfers:
                transfers[key] = transfer
                return
        part.lose(f"there are transfers from {source} already, which are kept")


def _emoji(part: Part | None) -> str:
    return "" if part is None else canonical_emoji(str(part.value))


def _coupling(energy: complex) -> float | dict[str, float]:
    if energy.imag == 0.0:
        return energy.real
    return {"re": energy.real, "im": energy.imag}
