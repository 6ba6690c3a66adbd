"""The original game's JSON: biomes and factions, and what cannot be used of them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from spacewheat_sim.content.folders import MAX_BYTES, show_path
from spacewheat_sim.errors import ArgumentError, os_reason
from spacewheat_sim.jsonio import open_regular


@dataclass(frozen=True)
class Lost:
    """Something of a file that the pack does not have.

    Attributes:
        place: File and keys, e.g. ``biomes.json: biomes[0].icon_components.🌾.shade``.
        reason: Why, or what stands there instead.
    """

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass
class Losses:
    """Collects what is lost, each with its place."""

    found: list[Lost] = field(default_factory=list)

    def note(self, place: str, reason: str) -> None:
        """Add one."""
        self.found.append(Lost(place, reason))


@dataclass(frozen=True)
class Part:
    """A value of a file, with its place.

    Attributes:
        value: The value.
        place: File and keys.
        losses: Where to note what cannot be used of it.
    """

    value: Any
    place: str
    losses: Losses

    def at(self, key: str | int) -> Part:
        """Return what is below ``key``."""
        name = f"[{key}]" if isinstance(key, int) else f".{key}"
        joint = "" if self.place.endswith(": ") and not isinstance(key, int) else None
        place = f"{self.place}{name if joint is None else key}"
        return Part(self.value[key], place, self.losses)

    def lose(self, reason: str) -> None:
        """Note that this is lost."""
        self.losses.note(self.place, reason)

    def items(self) -> Iterator[tuple[str, Part]]:
        """Yield the entries of a mapping; of anything else none, and note it."""
        if self.value is None:
            return
        if not isinstance(self.value, Mapping):
            self.lose("is no mapping")
            return
        for key in self.value:
            yield str(key), self.at(key)

    def entries(self) -> Iterator[Part]:
        """Yield the entries of a list; of anything else none, and note it."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self.lose("is no list")
            return
        for position in range(len(self.value)):
            yield self.at(position)

    def keys(self, known: tuple[str, ...]) -> dict[str, Part]:
        """Return the ``known`` entries of a mapping, and note all others as lost."""
        found = dict(self.items())
        for key, part in found.items():
            if key not in known:
                part.lose("is not known")
        return {key: part for key, part in found.items() if key in known}

    def number(self, least: float = -math.inf) -> float | None:
        """Return a finite number of at least ``least``; note anything else."""
        value = self.value
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and math.isfinite(value) and value >= least:
            return float(value)
        self.lose(f"{value!r:.40} is no such number")
        return None

    def energy(self) -> complex | None:
        """Return a number, or a pair ``[re, im]``, as a complex number."""
        if isinstance(self.value, list) and len(self.value) == 2:
            re, im = (self.at(i).number() for i in (0, 1))
            return None if re is None or im is None else complex(re, im)
        number = self.number()
        return None if number is None else complex(number)


def read_source(path: Path, losses: Losses) -> Part:
    """Return what a JSON file holds.

    Raises:
        ArgumentError: It cannot be read, or is no JSON.
    """
    try:
        with open_regular(path) as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ArgumentError(f"{path} cannot be read: {os_reason(error)}") from None
    if len(raw) > MAX_BYTES:
        raise ArgumentError(f"{path} is too large; at most {MAX_BYTES} bytes are read")
    try:
        value = json.loads(raw.decode("utf-8-sig"))
        # Escapes may tell half a character, which no file can hold.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise ArgumentError(f"{path} is no JSON: {error}") from None
    return Part(value, f"{show_path(path)}: ", losses)
