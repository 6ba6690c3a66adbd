"""A recorded session as a source of ticks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from spacewheat_sim.engine.session.recorded import RecordedSession
from spacewheat_sim.engine.session.replay import (
    Began,
    Compared,
    Obeyed,
    Step,
    Ticked,
    Turned,
    replay,
)
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.engine.world.world import World


class Replaying:
    """Replays a recorded session, tick by tick.

    Args:
        recorded: The session of a log.
        notice: Shows the player a line of text: a digest that differs, or the end.
    """

    def __init__(
        self, recorded: RecordedSession, notice: Callable[[str], object]
    ) -> None:
        self._recorded = recorded
        self._notice = notice
        self.rewind()

    def rewind(self) -> None:
        """Go back to the beginning."""
        self._steps: Iterator[Step] = replay(self._recorded)
        self._equal = 0

    def tick(self, show: Callable[[World], object]) -> tuple[WorldEvent, ...] | None:
        """Replay up to and including the next tick; return its events, None at the end.

        Args:
            show: Called with the world of each chapter and branch at its start.
        """
        events: list[WorldEvent] = []
        for step in self._steps:
            match step:
                case Began() | Turned():
                    show(step.world)
                case Obeyed():
                    events += step.events
                case Compared():
                    self._compare(step)
                case Ticked():
                    return (*events, *step.events)
        left = "; the log was cut short" if self._recorded.cut_short else ""
        self._notice(f"The session ends here: {self._equal} digests were equal{left}")
        return None

    def _compare(self, step: Compared) -> None:
        if step.equal:
            self._equal += 1
        else:
            self._notice(f"The digest after tick {step.tick} differs from the log's")
