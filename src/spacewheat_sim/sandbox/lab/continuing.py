"""From a file to the scene with which a session goes on."""

from __future__ import annotations

from pathlib import Path

from spacewheat_sim.engine.session.listing import kind_of
from spacewheat_sim.engine.session.reading import SessionLogError, read_session
from spacewheat_sim.engine.session.recorded import (
    Chapter,
    Record,
    RecordedSession,
    Turn,
)
from spacewheat_sim.engine.session.replay import Compared, SceneShown, replay
from spacewheat_sim.engine.session.scene import Scene
from spacewheat_sim.engine.world.saves import load_save
from spacewheat_sim.sandbox.lab.recorded import (
    RecordedScene,
    is_scene,
    open_recorded,
)


def scene_to_continue(path: str | Path) -> RecordedScene | None:
    """Return the scene of a save, or that with which a session log ends.

    It is None where that is a world.

    Raises:
        SnapshotError: neither the save nor its backup is whole.
        SessionLogError: the log is damaged, or its replay differs from it.
    """
    file = Path(path)
    if kind_of(file) != "session":
        return load_save(file, _of_save)[0]
    alone = last_scene_alone(read_session(file, scenes=True))
    if alone is None:
        return None
    scene: Scene | None = None
    for step in replay(alone, open_recorded):
        match step:
            case SceneShown():
                scene = step.scene
            case Compared(equal=False):
                raise SessionLogError(
                    f"{file} cannot be continued: its replay differs after tick "
                    f"{step.tick:,}"
                )
    return scene if isinstance(scene, RecordedScene) else None


def _of_save(data: bytes) -> RecordedScene | None:
    return open_recorded(data) if is_scene(data) else None


def last_scene_alone(session: RecordedSession) -> RecordedSession | None:
    """Return what happened to the scene with which a session ends, if it does.

    Args:
        session: As it was read with its scenes.
    """
    heads: dict[int, Chapter] = {}
    records: dict[int, list[Record]] = {}
    branch = 0
    for chapter in session.chapters:
        branch = chapter.branch
        heads[branch] = chapter
        for record in chapter.records:
            if isinstance(record, Turn):
                branch = record.branch
            else:
                records.setdefault(branch, []).append(record)
    head = heads.get(branch)
    if head is None or not head.is_scene:
        return None
    alone = Chapter(
        head.number,
        head.branch,
        head.version,
        head.snapshot,
        head.start,
        tuple(records.get(branch, ())),
        is_scene=True,
    )
    return RecordedSession(session.path, (alone,), session.cut_short)
