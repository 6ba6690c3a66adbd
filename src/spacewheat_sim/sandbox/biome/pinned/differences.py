"""The numbers in which two sessions differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from spacewheat_sim.content.icon import Icon
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.sandbox.biome.inspector.numbers import icon_numbers
from spacewheat_sim.sandbox.biome.layers import layers_of
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.words.number_text import (
    NONE,
    fixed,
    percent,
    short,
    step_text,
)

# Populations closer than this are called the same.
SAME = 5e-4
MOST_POPULATIONS = 6


class Difference(NamedTuple):
    """A number that differs.

    Attributes:
        name: What it is of.
        first: In A.
        second: In B.
    """

    name: str
    first: str
    second: str


def set_differences(a: BiomeSession, b: BiomeSession) -> list[Difference]:
    """Return what was set otherwise: numbers of icons, method, tick, weights."""
    found = list(_icon_differences(a, b))
    pairs = [
        ("method", a.bath.method, b.bath.method),
        ("tick", step_text(a.world.dt), step_text(b.world.dt)),
        ("emojis", f"{len(a.bath.emojis)}", f"{len(b.bath.emojis)}"),
    ]
    layers = dict.fromkeys((*layers_of(a), *layers_of(b)))
    pairs += [
        (
            f"weight of {layer}",
            short(a.biome.weight_of(layer)),
            short(b.biome.weight_of(layer)),
        )
        for layer in layers
    ]
    return [*found, *(Difference(*pair) for pair in pairs if pair[1] != pair[2])]


def population_differences(a: BiomeSession, b: BiomeSession) -> list[Difference]:
    """Return the populations that differ most, largest first, and the harvests."""
    mine, others = a.bath.probabilities(), b.bath.probabilities()
    emojis = list(dict.fromkeys((*mine, *others)))
    off = np.array([mine.get(e, 0.0) - others.get(e, 0.0) for e in emojis])
    found = []
    for place in np.argsort(-np.abs(off), kind="stable")[:MOST_POPULATIONS].tolist():
        if abs(off[place]) >= SAME:
            emoji = emojis[place]
            shares = (percent(p.get(emoji, 0.0)) for p in (mine, others))
            icon = a.icons.get(canonical_emoji(emoji))
            name = f"{emoji} {icon.name}" if icon else emoji
            found.append(Difference(name, *shares))
    harvests = [fixed(sum(s.world.inventory.values())) for s in (a, b)]
    if harvests[0] != harvests[1]:
        found.append(Difference("harvested", *harvests))
    return found


def _icon_differences(a: BiomeSession, b: BiomeSession) -> Iterator[Difference]:
    mine, others = a.icons, b.icons
    keys = {canonical_emoji(e): e for e in (*a.bath.emojis, *b.bath.emojis)}
    for key, emoji in keys.items():
        icon, other = mine.get(key), others.get(key)
        if icon is None or other is None or icon == other:
            continue
        numbers = _numbers(icon, keys), _numbers(other, keys)
        for name in dict.fromkeys((*numbers[0], *numbers[1])):
            values = [short(n[name], 4) if name in n else NONE for n in numbers]
            if values[0] != values[1]:
                yield Difference(f"{emoji} {name}", *values)


def _numbers(icon: Icon, partners: dict[str, str]) -> dict[str, float]:
    return {n.label: n.read(icon) for n in icon_numbers(icon, partners)}
