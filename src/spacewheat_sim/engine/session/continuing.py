"""From a file to the world with which a session goes on: a save, or a session log."""

from __future__ import annotations

from pathlib import Path

from spacewheat_sim.engine.session.reading import SessionLogError, read_session
from spacewheat_sim.engine.session.replay import Began, Compared, Turned, replay
from spacewheat_sim.engine.world.saves import Loaded, load_world
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError

LOG = ".jsonl"


def world_to_continue(path: str | Path) -> Loaded:
    """Return the world of a save, or that at the end of a session log.

    A log is replayed, and each of its digests compared.

    Raises:
        SnapshotError: neither the save nor its backup is whole.
        SessionLogError: the log is damaged, or its replay differs from it.
    """
    file = Path(path)
    if file.suffix != LOG:
        return load_world(file)
    world: World | None = None
    for step in replay(read_session(file)):
        match step:
            case Began() | Turned():
                world = step.world
            case Compared(equal=False):
                raise SessionLogError(
                    f"{file} cannot be continued: its replay differs after tick "
                    f"{step.tick:,}"
                )
    if world is None:
        raise ArgumentError(f"{file} has no world")
    return Loaded(world, file, "")
