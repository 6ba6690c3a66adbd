"""What a player did, in steps that are undone and done again as one."""

from __future__ import annotations

from collections.abc import Sequence

from spacewheat_sim.engine.session.recorded import GivenCommands
from spacewheat_sim.engine.session.timeline.branch import Branch, Position
from spacewheat_sim.engine.world.commands import (
    Command,
    EditBiome,
    EditIcon,
    Look,
    SetWeight,
)

# Ticks between two edits of one thing that belong to one pull of a slider.
PULL = 30


def undone(line: Branch, at: Position) -> Position | None:
    """Return where a world is before the last act before ``at``, or None.

    Args:
        line: The branch that it is on.
        at: Where it is.
    """
    given, first = at.given, line.floor.given
    while given > first:
        given -= 1
        record = line.given[given]
        if _is_act(record):
            while given > first and _belong(line.given[given - 1], record):
                given -= 1
                record = line.given[given]
            return Position(record.tick, given)
    return None


def redone(line: Branch, at: Position) -> Position | None:
    """Return where a world is after the next act after ``at``, or None."""
    given = at.given
    while given < len(line.given):
        record = line.given[given]
        given += 1
        if _is_act(record):
            while given < len(line.given) and _belong(record, line.given[given]):
                record = line.given[given]
                given += 1
            return Position(record.tick, given)
    return None


def _is_act(record: GivenCommands) -> bool:
    return not all(isinstance(command, Look) for command in record.commands)


def _belong(before: GivenCommands, after: GivenCommands) -> bool:
    """Return whether two records are of one pull of a slider."""
    things = _thing(before.commands), _thing(after.commands)
    return (
        None not in things
        and things[0] == things[1]
        and (after.tick - before.tick <= PULL)
    )


def _thing(commands: Sequence[Command]) -> tuple[object, ...] | None:
    """Return what commands edit, if it is one thing."""
    if len(commands) != 1:
        return None
    match commands[0]:
        case EditIcon(icon):
            return "icon", icon.key, icon.layer
        case SetWeight(biome, layer):
            return "weight", biome, layer
        case EditBiome(biome, content):
            return "biome", biome, content.emoji_keys, content.evolution
    return None
