"""A world as bytes: canonical JSON that holds all that decides how it goes on.

It has two parts. The content (seed, dt, icons, biomes) changes only when an icon is
edited; the state (tick, plots, inventory, baths) changes with every tick. The digest of
both is the digest of the world, and guards the bytes against damage.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.engine.bath.possible_state import check_possible
from spacewheat_sim.engine.bath.state import (
    BathState,
    bath_state_from_record,
    bath_state_record,
)
from spacewheat_sim.engine.bath.step_clock import ClockReading
from spacewheat_sim.engine.world.commands import PlotId
from spacewheat_sim.engine.world.content_text import content_of, text_of
from spacewheat_sim.engine.world.plots import Plot
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.jsonio import canonical_json, digest
from spacewheat_sim.plain_values import real, shown

SCHEMA_VERSION = 1


class SnapshotError(ArgumentError):
    """Bytes that are no snapshot of a world, or one that was altered."""


@dataclass(frozen=True)
class WorldContent:
    """What a world is made of.

    Attributes:
        seed: Root of all streams.
        dt: Length of a tick in seconds.
        icons: The shared icons.
        rhythms: The shared rhythms by name.
        biomes: The biome of each bath, in order; baths of one biome share the object.
        challenge: What is played in it, if anything.
    """

    seed: int
    dt: float
    icons: tuple[Icon, ...]
    rhythms: Mapping[str, Rhythm]
    biomes: tuple[Biome, ...]
    challenge: Challenge | None = None


@dataclass(frozen=True)
class WorldState:
    """Where a world is.

    Attributes:
        tick: Ticks done.
        plots: Plots by id, in the order of planting.
        inventory: Energy by emoji.
        baths: The states of the baths of each biome, in the order of the biomes. They
            are all at one time, which is that of the world.
        attempt: Where the attempt at its challenge stands, as a record.
    """

    tick: int
    plots: Mapping[PlotId, Plot]
    inventory: Mapping[str, float]
    baths: tuple[BathState, ...]
    attempt: Mapping[str, Any] | None = None


def content_json(content: WorldContent) -> str:
    """Return ``content`` as canonical JSON."""
    texts = {id(biome): text_of(biome) for biome in content.biomes}
    distinct = list(dict.fromkeys(texts.values()))
    place = {text: index for index, text in enumerate(distinct)}
    played: dict[str, Any] = {}
    if content.challenge is not None:
        played["challenge"] = text_of(content.challenge)
    return canonical_json(
        {
            "seed": content.seed,
            "dt": content.dt,
            "icons": [text_of(icon) for icon in content.icons],
            "rhythms": [
                [name, text_of(rhythm)] for name, rhythm in content.rhythms.items()
            ],
            "biomes": distinct,
            "baths": [place[texts[id(biome)]] for biome in content.biomes],
            **played,
        }
    )


def state_json(state: WorldState) -> str:
    """Return ``state`` as canonical JSON."""
    played = {} if state.attempt is None else {"attempt": state.attempt}
    clock = state.baths[0].time  # without a rest where there is none
    return canonical_json(
        {
            "tick": state.tick,
            "clock": list(clock if clock.rest else clock[:-1]),
            "plots": [
                [plot_id, plot.biome, plot.north, plot.south]
                for plot_id, plot in state.plots.items()
            ],
            "inventory": dict(state.inventory),
            "baths": [bath_state_record(group) for group in state.baths],
            **played,
        }
    )


def world_digest(content: str, state: str) -> str:
    """Return the SHA-256 of a world, given both its parts as canonical JSON."""
    return digest(content + "\n" + state)


def snapshot_bytes(content: str, state: str) -> bytes:
    """Return the snapshot of a world, given both its parts as canonical JSON."""
    head = canonical_json(
        {"schema_version": SCHEMA_VERSION, "digest": world_digest(content, state)}
    )
    return f'{head[:-1]},"content":{content},"state":{state}}}\n'.encode()


def read_snapshot(data: bytes) -> tuple[WorldContent, WorldState]:
    """Return what :func:`snapshot_bytes` was given.

    Raises:
        SnapshotError: ``data`` is truncated, altered, no snapshot at all, or was
            written by a newer version.
    """
    document = _document(data)
    try:
        content, state = document["content"], document["state"]
        found = world_digest(canonical_json(content), canonical_json(state))
        if found != document["digest"]:
            raise SnapshotError(
                "The snapshot was altered: its content and state have the digest "
                f"{found[:12]}…, but it was written with {document['digest'][:12]}…"
            )
        return _content(content), _state(state)
    except SnapshotError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise SnapshotError(
            f"The snapshot does not hold a whole world: {type(error).__name__}: {error}"
        ) from None


def _document(data: bytes) -> dict[str, Any]:
    """Parse ``data``, and check its version before anything else is read."""
    if not isinstance(data, bytes | bytearray | memoryview):
        raise SnapshotError(
            "Argument `data` must be the bytes of a snapshot, but is " + shown(data)
        )
    try:
        document = json.loads(bytes(data).decode("utf-8"))
    except (TypeError, ValueError, RecursionError):
        raise SnapshotError(
            "The snapshot cannot be read: it is truncated, damaged or no snapshot"
        ) from None
    version = document.get("schema_version") if isinstance(document, dict) else None
    if not isinstance(version, int) or isinstance(version, bool):
        raise SnapshotError("The bytes are no snapshot of a world: no `schema_version`")
    if version != SCHEMA_VERSION:
        raise SnapshotError(
            f"The snapshot is of schema version {version}, but this version of "
            f"spacewheat_sim reads version {SCHEMA_VERSION}"
        )
    return dict(document)


def _content(record: Mapping[str, Any]) -> WorldContent:
    biomes = [content_of(Biome, text) for text in record["biomes"]]
    played = record.get("challenge")
    return WorldContent(
        record["seed"],
        record["dt"],
        tuple(content_of(Icon, text) for text in record["icons"]),
        {name: content_of(Rhythm, text) for name, text in record["rhythms"]},
        tuple(biomes[index] for index in record["baths"]),
        None if played is None else content_of(Challenge, played),
    )


def _state(record: Mapping[str, Any]) -> WorldState:
    origin, dt, steps, *rest = record["clock"]
    time = ClockReading(float(origin), float(dt), int(steps), *map(float, rest))
    baths = tuple(bath_state_from_record(group, time) for group in record["baths"])
    for group in baths:
        check_possible(group)
    inventory = {str(emoji): real(held) for emoji, held in record["inventory"].items()}
    if not all(0.0 <= held < math.inf for held in inventory.values()):
        raise ArgumentError("the inventory holds an amount that is none")
    plots = {plot_id: Plot(*axis) for plot_id, *axis in record["plots"]}
    attempt = record.get("attempt")
    return WorldState(record["tick"], plots, inventory, baths, attempt)
