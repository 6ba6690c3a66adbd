"""What an edit of a biome changes in its dynamics, not only in its text."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from spacewheat_sim.content.numbers.biome import LAYERS, RHYTHMS, split
from spacewheat_sim.content.numbers.paths import numbers_of
from spacewheat_sim.content.resolved_icons import resolve_icons
from spacewheat_sim.content.yaml.writer import written_out
from spacewheat_sim.engine.analysis.modes import modes
from spacewheat_sim.engine.compile import CompiledBiome
from spacewheat_sim.engine.quantities.claims import ClaimResult, check_claims
from spacewheat_sim.engine.quantities.evaluate import settled
from spacewheat_sim.engine.quantities.problem import Problem, read_asked
from spacewheat_sim.errors import SpacewheatError
from spacewheat_sim.lab.compare.operators import (
    drivers_of,
    hamiltonian_of,
    rates_of,
    settings_of,
)

T = TypeVar("T")
Pair = tuple[Any, Any]
# Relative difference below which a computed number is the same.
SAME = 1e-6


@dataclass(frozen=True)
class ContentDifference:
    """What differs between two biomes; each pair is (old, new), None where absent.

    Attributes:
        emojis: Whether each has an emoji that only one of them has.
        settings: The initial state, the method with its options, the axes of a register
            and where harvests go, as text.
        numbers: Authored numbers, by path; those that are not written are 0, but the
            weight of the layer ``base`` is 1. What a further layer adds to a number is
            ``🐺.dephasing in wolves``.
        hamiltonian: Entries of H in rad/s, by ``🌾–☀``, and energies by emoji; of a
            register by states such as ``🔮💎``.
        rates: Jump rates in 1/s, by ``🐇→🐺`` or ``🐇→🐺 when 🌕``, those of all icons
            together.
        drivers: What changes energies and rates with time, as text.
        steady: Steady populations; of a driven biome, means over its cycle.
        settling_time: 1/|Re λ| in s of the slowest mode that decays.
        claims: Claims with their values, by claim, where the value or verdict differs.
        unknown: What could not be computed, and why, by name.
    """

    emojis: dict[str, Pair] = field(default_factory=dict)
    settings: dict[str, Pair] = field(default_factory=dict)
    numbers: dict[str, Pair] = field(default_factory=dict)
    hamiltonian: dict[str, Pair] = field(default_factory=dict)
    rates: dict[str, Pair] = field(default_factory=dict)
    drivers: dict[str, Pair] = field(default_factory=dict)
    steady: dict[str, Pair] = field(default_factory=dict)
    settling_time: Pair | None = None
    claims: dict[str, Pair] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)

    @property
    def is_same(self) -> bool:
        """Whether the operators are the same, and so is all that happens."""
        changed = self.hamiltonian or self.rates or self.drivers or self.numbers
        return not (self.emojis or self.settings or changed)


def content_difference(old: CompiledBiome, new: CompiledBiome) -> ContentDifference:
    """Return what an edit from ``old`` to ``new`` changes."""
    unknown: dict[str, str] = {}
    steady = _both(_steady, old, new, unknown, "steady state")
    settling = _both(_settling, old, new, unknown, "time scales")
    claims = _both(_claims, old, new, unknown, "claims")
    times = settling[0].get("s"), settling[1].get("s")
    return ContentDifference(
        emojis={
            emoji: (emoji in old.emojis, emoji in new.emojis)
            for emoji in dict.fromkeys((*old.emojis, *new.emojis))
            if (emoji in old.emojis) != (emoji in new.emojis)
        },
        settings=_changed(settings_of(old), settings_of(new), same=0.0),
        numbers=_numbers(old, new),
        hamiltonian=_changed(hamiltonian_of(old), hamiltonian_of(new), same=0.0),
        rates=_changed(rates_of(old), rates_of(new), same=0.0),
        drivers=_changed(drivers_of(old), drivers_of(new), same=0.0),
        steady=_changed(*steady, same=SAME),
        settling_time=None if _equal(*times, SAME) else times,
        claims={
            claim: pair
            for claim, pair in _pairs(*claims).items()
            if not _same_claim(*pair)
        },
        unknown=unknown,
    )


def _numbers(old: CompiledBiome, new: CompiledBiome) -> dict[str, Pair]:
    """Return the numbers that differ and change more than what players read."""
    before, after = ({**each.numbers, **_added(each)} for each in (old, new))
    alone = _standing_alone(old), _standing_alone(new)
    named = {
        path: (_number_of(old, before, path), _number_of(new, after, path))
        for path in (*before, *after)
    }
    rhythms = {path for path in named if path.startswith(f"{RHYTHMS}.")}
    elsewhere = rhythms - (before.keys() & after.keys())  # one of them writes it out
    return {
        path: pair
        for path, pair in named.items()
        if pair[0] != pair[1]
        and not _is_worth(path)
        and path not in elsewhere
        and (path not in alone[0] or alone[0][path] != alone[1].get(path))
    }


def _number_of(biome: CompiledBiome, numbers: dict[str, float], path: str) -> float:
    """Return a number; one that is not written has no effect, or is a layer's own."""
    first, rest = split(path)
    unwritten = biome.biome.weight_of(rest) if first == LAYERS else 0.0
    return numbers.get(path, unwritten)


def _standing_alone(biome: CompiledBiome) -> dict[str, float]:
    """Return the numbers of all icons, with the rhythms that they name written out."""
    rhythms = biome.registry.rhythms
    icons = resolve_icons(biome.biome, biome.registry)
    return {
        f"{emoji}.{path}": value
        for emoji, icon in icons.items()
        for part, _ in reversed(icon.parts)
        for path, value in numbers_of(written_out(part, rhythms)).items()
    }


def _added(biome: CompiledBiome) -> dict[str, float]:
    """Return the numbers that further icons of an emoji add to those of its first.

    A path alone is of the first icon that has it, so that these have another name:
    ``🐺.dephasing in wolves``.
    """
    rhythms = biome.registry.rhythms
    found: dict[str, float] = {}
    for emoji, icon in resolve_icons(biome.biome, biome.registry).items():
        seen: set[str] = set()
        for part, weight in icon.parts:
            numbers = numbers_of(written_out(part, rhythms))
            for path, value in numbers.items():
                if path in seen and path != "value" and weight > 0.0:
                    found[f"{emoji}.{path} in {part.layer}"] = value
            seen |= numbers.keys()
    return found


def _is_worth(path: str) -> bool:
    """Return whether a number is what an icon's emoji is worth."""
    return path.endswith(".value") and not path.startswith(f"{RHYTHMS}.")


def _steady(biome: CompiledBiome) -> dict[str, float]:
    problem = Problem.of(biome)
    return {
        emoji: settled(problem, read_asked({"steady": emoji})) for emoji in biome.emojis
    }


def _settling(biome: CompiledBiome) -> dict[str, float]:
    return {"s": modes(biome, min(6, len(biome.emojis) ** 2)).settling_time}


def _claims(biome: CompiledBiome) -> dict[str, ClaimResult]:
    if not biome.biome.claims:
        return {}
    return {f"{own.claim} {own.bound}": own for own in check_claims(biome)}


def _both(
    compute: Callable[[CompiledBiome], dict[str, T]],
    old: CompiledBiome,
    new: CompiledBiome,
    unknown: dict[str, str],
    name: str,
) -> tuple[dict[str, T], dict[str, T]]:
    """Return what is computed of both; nothing of either where one is not known."""
    try:
        return compute(old), compute(new)
    except SpacewheatError as error:
        unknown[name] = str(error)
        return {}, {}


def _pairs(old: Mapping[str, T], new: Mapping[str, T]) -> dict[str, Pair]:
    return {name: (old.get(name), new.get(name)) for name in {**old, **new}}


def _changed(
    old: Mapping[str, T], new: Mapping[str, T], same: float
) -> dict[str, Pair]:
    pairs = _pairs(old, new)
    return {name: pair for name, pair in pairs.items() if not _equal(*pair, same)}


def _equal(a: Any, b: Any, same: float) -> bool:
    if a is None or b is None or a == b or isinstance(a, str):
        return bool(a == b)
    return bool(abs(a - b) <= same * max(abs(a), abs(b), 1e-3))


def _same_claim(a: ClaimResult | None, b: ClaimResult | None) -> bool:
    if a is None or b is None:
        return False
    both_none = math.isnan(a.value) and math.isnan(b.value)
    return a.holds == b.holds and (both_none or _equal(a.value, b.value, SAME))


def record(difference: ContentDifference) -> dict[str, Any]:
    """Return a difference as JSON data."""

    def plain(value: Any) -> Any:
        if isinstance(value, ClaimResult):
            return plain(asdict(value))
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, tuple):
            return [plain(inner) for inner in value]
        if isinstance(value, complex):
            return {"re": value.real, "im": value.imag} if value.imag else value.real
        if isinstance(value, float) and not math.isfinite(value):
            return None
        return value

    names = ContentDifference.__dataclass_fields__
    return {"is_same": difference.is_same} | {
        name: plain(getattr(difference, name)) for name in names
    }
