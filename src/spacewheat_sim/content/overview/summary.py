"""Summaries of biomes and icons, as plain data for text and JSON."""

from __future__ import annotations

import math
from typing import Any

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.challenge.files import (
    is_challenge_file,
    read_challenge_file,
)
from spacewheat_sim.content.entries import as_path
from spacewheat_sim.content.icon import BASE_LAYER, Icon
from spacewheat_sim.content.packs.library import Library
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import (
    DERIVED_TAG,
    ResolvedIcon,
    resolve_icons,
)
from spacewheat_sim.content.rhythms.driver import Driver
from spacewheat_sim.content.terms import Term, biome_terms, icon_terms
from spacewheat_sim.errors import UnknownNameError


def find_subject(
    name: str, library: Library
) -> tuple[Icon | Biome | Challenge, IconRegistry]:
    """Return the icon of an emoji or of that name, else the biome called ``name``.

    Where there is neither it is the challenge of that name. With it come the shared
    icons that it belongs to. A second layer's icon of an emoji is found by its own
    name.

    Raises:
        UnknownNameError: There is none; the message suggests the nearest names.
        ContentError: The biome's or the challenge's file is invalid.
    """
    registry = library.registry()
    by_name = {icon.name.lower(): icon for icon in registry}
    icon = registry.get(name) or by_name.get(name.lower())
    if icon is None and name in registry:
        icon = registry.all_of(name)[0]
    if icon is not None:
        return icon, registry
    path = as_path(name)
    if path is not None and is_challenge_file(path):
        return read_challenge_file(path), registry
    try:
        return library.open(name)
    except UnknownNameError as unknown:
        hint = unknown.hint
    try:
        return read_challenge_file(library.find_challenge(name)), registry
    except UnknownNameError:
        known = [entry.key for entry in (*library.biomes, *library.challenges)]
        known += [icon.name for icon in registry]
        kinds = "biome, challenge or icon"
        raise UnknownNameError(kinds, name, known, "in the content", hint) from None


def biome_summary(biome: Biome, registry: IconRegistry) -> dict[str, Any]:
    """Return the terms of a biome, and the dropped ones.

    A coupling is that of the icon, in rad/s; the Hamiltonian gets half of it. A weight
    is None if it follows from the chain; in a register it is that of a pole on its
    axis.
    """
    icons = resolve_icons(biome, registry)
    terms = biome_terms(biome, icons.values())
    return {
        "key": biome.key,
        "name": biome.name,
        "description": biome.description,
        "evolution": biome.evolution.model_dump(mode="json"),
        "emojis": _emojis(biome, icons),
        "couplings": [_term(t) for t in terms.present if not t.is_jump],
        "jumps": [_term(t) for t in terms.present if t.is_jump],
        "axes": [axis.model_dump(mode="json") for axis in biome.axes],
        "register": [
            axis.model_dump(mode="json", exclude_none=True)
            for axis in biome.register_axes
        ],
        "layers": {layer: biome.weight_of(layer) for layer in _known(biome, registry)},
        "inert": [
            emoji
            for emoji, key in zip(biome.members, biome.emoji_keys, strict=True)
            if key not in icons
        ],
        "dropped": [_term(t) for t in terms.dropped],
        "of_registers": [_term(t) for t in terms.of_registers],
    }


def _known(biome: Biome, registry: IconRegistry) -> dict[str, None]:
    """Return the layers that a biome may give a weight, the base first."""
    own = (icon.layer for icon in biome.icons)
    return dict.fromkeys((BASE_LAYER, *registry.layers, *own, *biome.layers))


def icon_summary(icon: Icon) -> dict[str, Any]:
    """Return the fields of an icon, and its terms as those of a biome."""
    fields = icon.model_dump(mode="json", exclude={"extends"})
    fields["drivers"] = _drivers(icon.drivers)
    return {**fields, "terms": [_term(term) for term in icon_terms(icon)]}


def show_energy(value: float | dict[str, float]) -> str:
    """Return an energy as text, e.g. ``0.3`` or ``0.3+0.1i``."""
    if isinstance(value, dict):
        return f"{value['re']:g}{value['im']:+g}i"
    return f"{value:g}"


def show_drivers(drivers: list[dict[str, Any]]) -> str:
    """Return drivers as text, e.g. ``0.5 day + 0.1 sine 3 s``; empty for none."""
    return " + ".join(f"{d['amplitude']:g} {d['rhythm']}" for d in drivers)


def show_rate(term: dict[str, Any]) -> str:
    """Return the value of a term as text, e.g. ``0.1 day (depth 0.8)``."""
    text = show_energy(term["value"])
    if term["rhythm"] is not None:
        depth = "" if term["depth"] == 1.0 else f" (depth {term['depth']:g})"
        text += f" {term['rhythm']}{depth}"
    gates = [(name, term[name]) for name in ("when", "unless")]
    return text + "".join(f" {name} {gate}" for name, gate in gates if gate)


def _emojis(biome: Biome, icons: dict[str, ResolvedIcon]) -> list[dict[str, Any]]:
    weights = _weights(biome)
    rows = []
    for emoji, key in zip(biome.members, biome.emoji_keys, strict=True):
        icon = icons.get(key)
        rows.append(
            {
                "emoji": emoji,
                "name": icon.name if icon else None,
                "icon": _origin(biome, icon),
                "layers": _layers(icon),
                "self_energy": icon.self_energy if icon else 0.0,
                "drivers": _drivers(icon.drivers if icon else ()),
                "weight": weights[key],
            }
        )
    return rows


def _origin(biome: Biome, icon: ResolvedIcon | None) -> str:
    """Return where an emoji's physics is from, e.g. ``shared + own``."""
    if icon is None:
        return "inert"
    found = dict.fromkeys(
        "own"
        if part in biome.icons
        else "derived"
        if DERIVED_TAG in part.tags
        else "shared"
        for part, weight in icon.parts
        if weight > 0.0
    )
    return " + ".join(found)


def _layers(icon: ResolvedIcon | None) -> dict[str, float]:
    """Return the weight of each layer that an emoji has icons in."""
    return {part.layer: weight for part, weight in icon.parts} if icon else {}


def _drivers(drivers: tuple[Driver, ...]) -> list[dict[str, Any]]:
    return [{"rhythm": str(d.rhythm), "amplitude": d.amplitude} for d in drivers]


def _weights(biome: Biome) -> dict[str, float | None]:
    """Return the initial probability of each emoji."""
    keys, initial = biome.emoji_keys, biome.initial
    if biome.register_axes:
        return _pole_weights(biome)
    if initial.weights is not None:
        total = math.fsum(initial.weights.values())
        return {key: initial.weights.get(key, 0.0) / total for key in keys}
    if initial.emoji is not None:
        return {key: float(key == initial.emoji) for key in keys}
    if initial.markov is not None:
        return dict.fromkeys(keys)
    return dict.fromkeys(keys, 1 / len(keys))


def _pole_weights(biome: Biome) -> dict[str, float | None]:
    """Return the initial probability of each pole on its axis."""
    initial, partners = biome.initial, biome.partners
    poles = initial.poles
    if initial.emoji is not None:
        poles = (initial.emoji,)
    found: dict[str, float | None] = {}
    for north in biome.emoji_keys[::2]:
        south = partners[north]
        if poles is not None:
            up = float(north in poles)
        else:
            weights = initial.weights or {}
            up = weights.get(north, 1.0 - weights.get(south, 0.5))
        found[north], found[south] = up, 1.0 - up
    return found


def _term(term: Term) -> dict[str, Any]:
    value = complex(term.value)
    real = term.is_jump or value.imag == 0
    return {
        "icon": term.icon,
        "kind": term.kind,
        "source": term.source,
        "target": term.target,
        "value": value.real if real else {"re": value.real, "im": value.imag},
        "rhythm": None if term.rhythm is None else str(term.rhythm),
        "depth": term.depth,
        "when": term.when,
        "unless": term.unless,
    }
