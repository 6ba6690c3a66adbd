"""The past of a session: where it is on which branch, and how a player moves in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from spacewheat_sim.engine.session.log import SessionLog, SessionWriteError
from spacewheat_sim.engine.session.timeline.branch import Branch, Position
from spacewheat_sim.engine.session.timeline.timeline import Timeline
from spacewheat_sim.engine.world.commands import Command
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.sandbox.biome.ghost import Ghost
from spacewheat_sim.sandbox.biome.river.courses import Courses
from spacewheat_sim.sandbox.biome.river.undo import redone, undone
from spacewheat_sim.sandbox.words.number_text import fixed


class Place(NamedTuple):
    """Where something happened.

    Attributes:
        branch: On which branch.
        position: Where the world was right after it.
    """

    branch: Branch
    position: Position


class Past:
    """A timeline with the populations of its past, and the ways of a player in it.

    Args:
        ghost: The mean, which goes back and forth with the world.
        log: The log of the session, or None.
        notice: Shows the player a line of text.
        arrive: Called whenever the world is elsewhere than it was.

    Attributes:
        timeline: The branches, once a world was begun.
        courses: The populations on each of them.
    """

    timeline: Timeline

    def __init__(
        self,
        ghost: Ghost,
        log: SessionLog | None,
        notice: Callable[[str], object],
        arrive: Callable[[], object],
    ) -> None:
        self.courses = Courses()
        self._ghost = ghost
        self._log = log
        self._notice = notice
        self._arrive = arrive
        self._is_begun = False

    @property
    def line(self) -> Branch:
        """The branch whose way is shown."""
        return self.timeline.line

    @property
    def at(self) -> Position:
        """Where the world is on it."""
        return self.timeline.at

    @property
    def world(self) -> World:
        """The world, where it is now."""
        return self.timeline.world

    @property
    def is_past(self) -> bool:
        """Whether the world is before the end of its line."""
        return self._is_begun and self.timeline.is_past

    @property
    def place(self) -> Place:
        """Where the world is."""
        return Place(self.line, self.at)

    # --- how it goes on -----------------------------------------------------------

    def leave(self) -> None:
        """Leave the end of the line for another world; it is found again."""
        if self._is_begun:
            self.timeline.leave()

    def begin(self, world: World) -> None:
        """Go on with another world."""
        if self._is_begun:
            self.timeline.begin(world)
        else:
            self._is_begun = True
            self.timeline = Timeline(world, self._ghost, self._log, self._tell)
        self._begin_course()

    def set_up(self) -> None:
        """From now on, what is done is an act of the player, which can be undone."""
        self.line.root.setup = self.at.given

    def obey(self, commands: Sequence[Command]) -> tuple[WorldEvent, ...]:
        """Have the world obey; in the past, another future begins."""
        line = self.line
        events = self.timeline.obey(commands)
        if self.line is not line:
            self._begin_course()
        return events

    def note(self) -> None:
        """Keep a row of the populations, if one is due and none is there."""
        course, world = self.courses.of(self.line), self.timeline.world
        if not self.timeline.is_past and course.is_due(world.time):
            bath = next(iter(world.baths.values()))
            course.add(world.time, self.at.tick, bath.emojis, bath.populations())

    def is_on_the_way(self, place: Place) -> bool:
        """Return whether what happened at ``place`` led to where the world is."""
        branch, position = place
        return position <= self.at and self.line.owner(position) is branch

    # --- where a player goes ------------------------------------------------------

    def go_to(self, position: Position, line: Branch | None = None) -> None:
        """Bring the world to a moment, as it was then."""
        line = self.line if line is None else line
        self.timeline.go_to(max(position, line.floor), line)
        self._arrive()

    def go_to_place(self, place: Place) -> None:
        """Go to where something happened, on the present line if that has it."""
        branch, position = place
        is_shared = self.line.holds(position) and self.line.owner(position) is branch
        self.go_to(position, self.line if is_shared else branch)

    def go_to_time(self, time: float) -> None:
        """Go to the tick that is nearest to ``time`` in seconds."""
        self.go_to(self.line.at_tick(self.tick_at(time)))

    def step(self, ticks: int) -> None:
        """Go ``ticks`` ticks further, back if below 0."""
        if self.at.tick + ticks >= self.line.end:
            self.go_to(self.line.tip)
        else:
            self.go_to(self.line.at_tick(self.at.tick + ticks))

    def go_to_end(self) -> None:
        """Go to the end of the line."""
        self.go_to(self.line.tip)

    def undo(self) -> None:
        """Go to before the last act of the player."""
        position = undone(self.line, self.at)
        if position is None:
            self._undo_beginning()
            return
        self.go_to(position)
        self._notice(
            f"Back to {fixed(self.timeline.world.time)} s, before what you did; Run "
            "does it again, Branch goes on without it"
        )

    def redo(self) -> None:
        """Go to after the next act of the player, or to the end."""
        if not self.timeline.is_past:
            self._notice("This is the end: there is nothing to do again")
            return
        self.go_to(redone(self.line, self.at) or self.line.tip)

    def branch(self) -> None:
        """Go on from here in another way than before."""
        if self.timeline.is_past:
            self.timeline.branch()
            self._begin_course()
            self._arrive()

    def swap(self, step: int = 1) -> None:
        """Show the next branch."""
        if len(self.timeline.branches) == 1:
            self._notice("There is one branch only: go back and act, to begin another")
            return
        self.timeline.swap(step)
        self._arrive()

    def tick_at(self, time: float) -> int:
        """Return the tick that is nearest to ``time`` in seconds on the line."""
        times, ticks, _ = self.courses.along(self.line, (), time, time)
        if not len(times):
            return self.at.tick
        times = np.append(times, self.end_time())
        ticks = np.append(ticks, self.line.end)
        return round(float(np.interp(time, times, ticks)))

    def end_time(self) -> float:
        """Return the time at the end of the line in seconds, about."""
        world, end = self.timeline.world, self.line.end
        if not self.timeline.is_past:
            return world.time
        times, ticks, _ = self.courses.along(self.line, (), np.inf, np.inf)
        if not len(times):
            return world.time
        return float(times[-1] + (end - ticks[-1]) * world.dt)

    def _undo_beginning(self) -> None:
        """Return to the world before this one, if there was one."""
        branches = self.timeline.branches
        place = branches.index(self.line.root)
        if place == 0:
            self._notice("There is nothing to undo")
            return
        before = branches[place - 1]
        self.go_to(before.tip, before)
        self._notice("Back in the world before the restart, where it was left")

    def _begin_course(self) -> None:
        world = self.timeline.world
        bath = next(iter(world.baths.values()))
        self.courses.begin(self.line, bath.emojis)
        self.note()

    def _tell(self, error: SessionWriteError) -> None:
        self._notice(f"{error}; the session continues without a log")
