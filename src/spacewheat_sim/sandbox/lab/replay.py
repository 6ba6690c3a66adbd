"""A recorded scene that is shown: what was done to it, at the same ticks again."""

from __future__ import annotations

from collections import deque

from spacewheat_sim.engine.session.reading import SessionLogError
from spacewheat_sim.engine.session.recorded import Check, GivenToScene, RecordedSession
from spacewheat_sim.engine.session.scene import SceneCommand
from spacewheat_sim.engine.world.snapshot import SnapshotError
from spacewheat_sim.sandbox.lab.recorded import RecordedScene, open_recorded


class SceneReplay:
    """Gives a scene the commands of a log, and compares the digests.

    Args:
        session: One chapter, which is about a scene.

    Attributes:
        scene: The scene, as it was at the beginning.

    Raises:
        SessionLogError: the snapshot of the scene is damaged.
    """

    def __init__(self, session: RecordedSession) -> None:
        (chapter,) = session.chapters
        try:
            self.scene: RecordedScene = open_recorded(chapter.snapshot)
        except SnapshotError as error:
            place = f"{session.path}: chapter {chapter.number}"
            raise SessionLogError(f"{place}: {error}") from None
        told = (r for r in chapter.records if isinstance(r, GivenToScene | Check))
        self._records = deque(told)
        self._cut_short = session.cut_short
        self._equal, self._differs = 0, -1

    def due(self) -> list[SceneCommand]:
        """Return the commands that the scene was given where it is now, in order."""
        commands: list[SceneCommand] = []
        while self._records and self._records[0].tick <= self.scene.tick_count:
            record = self._records[0]
            if isinstance(record, GivenToScene):
                commands += record.commands
            elif commands:
                break  # this digest is of the scene after them
            else:
                self._compare(record)
            self._records.popleft()
        return commands

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left to be shown."""
        return not self._records

    @property
    def ending(self) -> str:
        """What is said at its end."""
        found = f"{self._equal} digests were equal"
        if self._differs >= 0:
            found += f", but not that after tick {self._differs:,}"
        left = "; the log was cut short" if self._cut_short else ""
        return f"The session ends here: {found}{left}. What you do goes on from it"

    def _compare(self, check: Check) -> None:
        if self.scene.digest() == check.digest:
            self._equal += 1
        elif self._differs < 0:
            self._differs = check.tick
