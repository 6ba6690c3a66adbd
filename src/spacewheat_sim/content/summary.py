"""Summaries of biomes and icons, as plain data for text and JSON."""

from __future__ import annotations

import math
from typing import Any

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.files import list_biomes, read_biome
from spacewheat_sim.content.icon import Driver, Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import DERIVED_TAG, resolve_icons
from spacewheat_sim.content.terms import Term, biome_terms
from spacewheat_sim.errors import UnknownNameError


def find_subject(name: str, registry: IconRegistry) -> Icon | Biome:
    """Return the icon of an emoji or of that name, else the biome called ``name``.

    Raises:
        UnknownNameError: There is neither; the message suggests the nearest names.
        ContentError: The biome's file is invalid.
    """
    by_name = {icon.name.lower(): icon for icon in registry}
    icon = registry.get(name) or by_name.get(name.lower())
    if icon is not None:
        return icon
    try:
        return read_biome(name, registry)
    except UnknownNameError as unknown:
        known = [entry.key for entry in list_biomes()]
        known += [icon.name for icon in registry]
        raise UnknownNameError(
            "biome or icon", name, known, "in the content", unknown.hint
        ) from None


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
        "register": [axis.model_dump(mode="json") for axis in biome.register_axes],
        "dropped": [_term(t) for t in terms.dropped],
        "of_registers": [_term(t) for t in terms.of_registers],
    }


def icon_summary(icon: Icon) -> dict[str, Any]:
    """Return the fields of an icon."""
    return icon.model_dump(mode="json")


def show_energy(value: float | dict[str, float]) -> str:
    """Return an energy as text, e.g. ``0.3`` or ``0.3+0.1i``."""
    if isinstance(value, dict):
        return f"{value['re']:g}{value['im']:+g}i"
    return f"{value:g}"


def show_transfer(value: float | dict[str, Any]) -> str:
    """Return a transfer as text, e.g. ``0.3`` or ``0.3 when 🔥``."""
    if not isinstance(value, dict):
        return f"{value:g}"
    gates = [
        f" {name} {value[name]}"
        for name in ("when", "unless")
        if value.get(name) is not None
    ]
    return f"{value['rate']:g}" + "".join(gates)


def show_driver(driver: dict[str, Any] | None) -> str:
    """Return a driver as text, e.g. ``cosine 0.05 Hz``; empty for None."""
    if driver is None:
        return ""
    text = f"{driver['shape']} {driver['frequency']:.4g} Hz"
    if driver["phase"]:
        text += f", phase {driver['phase']:.4g}"
    if driver["amplitude"] != 1:
        text += f", amplitude {driver['amplitude']:g}"
    return text


def _emojis(biome: Biome, icons: dict[str, Icon]) -> list[dict[str, Any]]:
    weights = _weights(biome)
    rows = []
    for emoji, key in zip(biome.members, biome.emoji_keys, strict=True):
        icon = icons.get(key)
        rows.append(
            {
                "emoji": emoji,
                "name": icon.name if icon else None,
                "icon": _origin(biome, icon),
                "self_energy": icon.self_energy if icon else 0.0,
                "driver": _driver(icon.driver if icon else None),
                "weight": weights[key],
            }
        )
    return rows


def _origin(biome: Biome, icon: Icon | None) -> str:
    if icon is None:
        return "inert"
    if icon in biome.icons:
        return "own"
    return "derived" if DERIVED_TAG in icon.tags else "shared"


def _driver(driver: Driver | None) -> dict[str, Any] | None:
    return driver.model_dump(mode="json") if driver else None


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
        **{
            name: gate
            for name, gate in (("when", term.when), ("unless", term.unless))
            if gate is not None
        },
    }
