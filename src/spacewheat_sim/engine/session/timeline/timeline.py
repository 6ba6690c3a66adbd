"""Plays a world whose past can be returned to; acting there begins a branch."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.session.log import SessionLog, SessionWriteError
from spacewheat_sim.engine.session.recorded import GivenCommands
from spacewheat_sim.engine.session.timeline.branch import Branch, Position
from spacewheat_sim.engine.session.timeline.checkpoints import Checkpoint, Checkpoints
from spacewheat_sim.engine.session.timeline.follower import Follower
from spacewheat_sim.engine.world.commands import CHANGES_CONTENT, Command
from spacewheat_sim.engine.world.events import Refused, WorldEvent
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError

T = TypeVar("T")

EVERY = 60  # ticks between two checkpoints
# Obeying a record takes as long as this many ticks: an edit compiles the operators.
TICKS_OF_A_RECORD = 40
MOST_BYTES = 2**27  # of all checkpoints; beyond it every other one is forgotten
# What a checkpoint takes beside the states of the baths, and what edited operators do.
BYTES, EDITED_BYTES = 12_000, 64_000
MOST_EVENTS = 20_000


class Timeline:
    """The worlds of a session, and all branches of their pasts.

    The world is *at* a position of a *line*, the way to the end of one branch. At the
    end, ticks and commands are new: they make the line longer, and go to the log. In
    the past a tick does again what happened, commands included; a command begins a
    branch there, and the old one keeps its future. Every moment is reached from the
    checkpoint before it, by at most some ticks and commands.

    Args:
        world: The first world.
        follower: What goes along with the world, or None.
        log: The log of the session, or None; it is not closed here.
        on_failure: Called once if the log cannot be written any further; the session
            goes on without it.

    Attributes:
        world: The world, where it is now.
        branches: All branches, in the order of their beginnings.
        line: The branch whose way is shown.
        at: Where the world is on it.
        events: What happened on the way to the end of the line, oldest first; if
            there was too much, its latest part.

    Example:
        >>> from spacewheat_sim import World
        >>> from spacewheat_sim.engine.world.commands import Collapse
        >>> timeline = Timeline(World(["two_level"], seed=0))
        >>> for _ in range(100):
        ...     events = timeline.tick()
        ...     timeline.keep()
        >>> timeline.go_to(timeline.line.at_tick(50))
        >>> events = timeline.obey([Collapse("two_level", "🌕")])
        >>> [(branch.number, branch.tip.tick) for branch in timeline.branches]
        [(1, 100), (2, 50)]
        >>> timeline.swap()
        >>> timeline.line.number, timeline.at.tick
        (1, 50)
    """

    world: World
    branches: list[Branch]
    line: Branch
    at: Position
    events: list[WorldEvent]

    def __init__(
        self,
        world: World,
        follower: Follower | None = None,
        log: SessionLog | None = None,
        on_failure: Callable[[SessionWriteError], object] = lambda _error: None,
    ) -> None:
        self._follower = follower
        self._log = log
        self._on_failure = on_failure
        self._worlds: dict[Branch, World] = {}
        self._checkpoints: dict[Branch, Checkpoints] = {}
        self._events: dict[Branch, list[WorldEvent]] = {}
        self._numbers: dict[Branch, int] = {}  # in the log
        self._cost = 0  # of what happened since the last checkpoint, in ticks
        self._is_edited = False
        self.branches = []
        self.begin(world)

    @property
    def is_past(self) -> bool:
        """Whether the world is before the end of its line."""
        return self.at != self.line.tip

    @property
    def events_done(self) -> int:
        """How many of :attr:`events` have happened where the world is."""
        return self._happened(self.at)

    # --- how it goes on -----------------------------------------------------------

    def begin(self, world: World) -> None:
        """Go on with another world, as it is; what was before stays a branch."""
        if self.branches:
            self.leave()
        start = Position(world.tick_count, 0)
        branch = Branch(len(self.branches) + 1, None, start)
        self._worlds[branch] = self.world = world
        number = self._logged(lambda log: log.begin(world))
        self._grow(branch, number, [])

    def obey(self, commands: Sequence[Command]) -> tuple[WorldEvent, ...]:
        """Have the world obey ``commands``; in the past this begins a branch.

        There, commands that are all refused change nothing, and begin none.

        Raises:
            ArgumentError: something in ``commands`` is no command; nothing was done.
        """
        if self.is_past:
            back = self.world.way_back()
            events = self.world.obey(commands)
            if all(isinstance(event.event, Refused) for event in events):
                return events
            back()
            self.branch()
        world = self.world
        events_or_none = self._logged(
            lambda log: self._about(log).obey(world, commands)
        )
        events = world.obey(commands) if events_or_none is None else events_or_none
        if commands:
            tick, given = self.at
            self.line.given.append(GivenCommands(tick, tuple(commands)))
            self._move(Position(tick, given + 1), TICKS_OF_A_RECORD)
            self._is_edited |= any(isinstance(c, CHANGES_CONTENT) for c in commands)
            self._remember(events)
        return events

    @property
    def has_commands_here(self) -> bool:
        """Whether something was commanded at this moment of the past."""
        return self._is_record_due(self.line.tip)

    def obey_again(self) -> tuple[WorldEvent, ...]:
        """In the past, have the world obey again what was commanded at this moment."""
        events: list[WorldEvent] = []
        while self._is_record_due(self.line.tip):
            events += self._obey_again()
        return tuple(events)

    def tick(self) -> tuple[WorldEvent, ...]:
        """Have the world do one tick: again what it did, or at the end a new one.

        Raises:
            RunError: a bath's state has left double precision; the world is as before.
        """
        again = self.obey_again()
        if not self.is_past:
            return (*again, *self._new_tick())
        events = self.world.tick()
        self.at = self.at._replace(tick=self.at.tick + 1)
        return (*again, *events)

    def keep(self) -> None:
        """Keep a way back to here where the last one is far; call it between frames.

        The follower must have come as far as the world has.
        """
        if not self.is_past and self._cost >= EVERY:
            self._keep()

    def branch(self) -> Branch:
        """Begin a branch where the world is, and go on with it."""
        self.leave()
        branch = self.line.leave(self.at, len(self.branches) + 1)
        self._worlds[branch] = self.world
        owner = branch.parent
        assert owner is not None  # noqa: S101 - only the first of a world has none
        at, world, of = self.at, self.world, self._numbers.get(owner, 0)
        number = self._logged(lambda log: log.branch(world, of, *at))
        self._grow(branch, number, self.events[: self._happened(at)])
        return branch

    @property
    def is_last(self) -> bool:
        """Whether the log was last about one of these branches."""
        log = self._log
        return log is not None and log.branch_number in self._numbers.values()

    def resume(self) -> None:
        """Have the log be about the line again, after it was about another session."""
        if not self.is_past:
            self._logged(self._about)

    def release_log(self) -> None:
        """Have the log write what it kept back: something new is about to happen."""
        self._logged(SessionLog.release)

    def note_left(self, window: Mapping[str, Any]) -> None:
        """Have the log tell where the world is, and how the window is set."""
        number, at = self._numbers.get(self.line, 0), self.at
        self._logged(lambda log: log.note_left(number, *at, window))

    def end(self, window: Mapping[str, Any] | None = None) -> None:
        """Bring the log to its end, at the end of the line.

        Args:
            window: How the window is set; the log tells it with where the world is.
        """
        number, at = self._numbers.get(self.line, 0), self.at
        self.go_to(self.line.tip)
        self._logged(self._about)
        if window is not None:
            self._logged(lambda log: log.note_left(number, *at, window))
        self._logged(lambda log: log.end(self.world))

    # --- how it goes back ---------------------------------------------------------

    def leave(self) -> None:
        """Leave the end of the line, if the world is there; it is found again."""
        if self.is_past:
            return
        world = self.world
        if self._cost:
            self._keep()
        self._logged(lambda log: log.leave(world))

    def after(self, number: int) -> Position:
        """Return where the world was right after event ``number`` of :attr:`events`."""
        event, given = self.events[number], self.line.given
        if isinstance(event.event, Jumped):
            return self.line.at_tick(event.tick + 1)
        ticks = [each.tick for each in given]
        record = bisect_left(ticks, event.tick)
        left = number - bisect_left(self.events, event.tick, key=attrgetter("tick"))
        while record < len(given) - 1 and left >= len(given[record].commands):
            left -= len(given[record].commands)
            record += 1
        return Position(event.tick, record + 1)

    def go_to(self, position: Position, line: Branch | None = None) -> None:
        """Bring the world to ``position`` of ``line``, by default the present one.

        Nothing is written: to look at the past changes nothing.

        Raises:
            ArgumentError: the world was never there.
        """
        line = self.line if line is None else line
        if not line.holds(position):
            raise ArgumentError(
                f"Argument `position` must be on the way to the end of branch "
                f"{line.number}, {tuple(line.tip)}, but is {tuple(position)}"
            )
        self.leave()
        owner = line.owner(position)
        checkpoint = self._checkpoints[owner].before(position)
        checkpoint.go_back()
        self.world, self.line = self._worlds[line], line
        self.at, self.events = checkpoint.position, self._events[line]
        self._retrace(position)

    def swap(self, step: int = 1) -> None:
        """Show the branch ``step`` places further, at the same tick if it has it."""
        place = self.branches.index(self.line) + step
        line = self.branches[place % len(self.branches)]
        if line is not self.line:
            tick = self.at.tick
            ended = tick >= line.end
            self.go_to(line.tip if ended else line.at_tick(tick), line)

    # --- inside -------------------------------------------------------------------

    def _grow(
        self, branch: Branch, number: int | None, events: list[WorldEvent]
    ) -> None:
        """Make ``branch``, which begins where the world is, the line."""
        if number is not None:
            self._numbers[branch] = number
        self.branches.append(branch)
        self.line, self.at = branch, branch.start
        self.events = self._events[branch] = events
        self._checkpoints[branch] = Checkpoints(self._checkpoint())

    def _new_tick(self) -> tuple[WorldEvent, ...]:
        world = self.world
        logged = self._logged(lambda log: self._about(log).tick(world))
        events = world.tick() if logged is None else logged
        tick, given = self.at
        self.line.end = tick + 1
        self._move(Position(tick + 1, given), 1)
        if events:
            self._remember(events)
        return events

    def _move(self, at: Position, cost: int) -> None:
        self.at = at
        self._cost += cost

    def _remember(self, events: Sequence[WorldEvent]) -> None:
        self.events += events
        if len(self.events) >= 2 * MOST_EVENTS:
            del self.events[:-MOST_EVENTS]

    def _happened(self, at: Position) -> int:
        """Return how many events were before ``at``; a tick's commands come first."""
        count = bisect_left(self.events, at.tick, key=attrgetter("tick"))
        given, place = self.line.given, at.given - 1
        while place >= 0 and given[place].tick == at.tick:
            count += len(given[place].commands)
            place -= 1
        return min(count, len(self.events))

    def _is_record_due(self, to: Position) -> bool:
        tick, given = self.at
        return given < to.given and bool(self.line.given[given].tick == tick)

    def _obey_again(self) -> tuple[WorldEvent, ...]:
        tick, given = self.at
        events = self.world.obey(self.line.given[given].commands)
        self.at = Position(tick, given + 1)
        return events

    def _retrace(self, to: Position) -> None:
        """Do again what happened from here to ``to``, with the follower."""
        ticks, follower = 0, self._follower
        while self.at != to:
            if not self._is_record_due(to):
                self.world.tick()
                self.at = self.at._replace(tick=self.at.tick + 1)
                ticks += 1
                continue
            if follower is not None and ticks:
                follower.advance(self.world, ticks)
            ticks, events = 0, self._obey_again()
            if follower is not None:
                follower.note(self.world, events)
        if follower is not None and ticks:
            follower.advance(self.world, ticks)

    def _keep(self) -> None:
        owner = self._checkpoints[self.line]
        if owner.last.position != self.at:
            owner.add(self._checkpoint())
        if sum(each.size for each in self._checkpoints.values()) > MOST_BYTES:
            for each in self._checkpoints.values():
                each.thin()

    def _checkpoint(self) -> Checkpoint:
        size = BYTES + sum(bath.state.nbytes for bath in self.world.baths.values())
        size += EDITED_BYTES if self._is_edited else 0
        self._cost, self._is_edited = 0, False
        world_back = self.world.way_back()
        if self._follower is None:
            return Checkpoint(self.at, world_back, size)
        follower_back, more = self._follower.way_back()

        def go_back() -> None:
            world_back()
            follower_back()

        return Checkpoint(self.at, go_back, size + more)

    def _about(self, log: SessionLog) -> SessionLog:
        """Return the log, made to be about the line."""
        log.resume(self.world, self._numbers[self.line], *self.at)
        return log

    def _logged(self, act: Callable[[SessionLog], T]) -> T | None:
        """Do ``act`` with the log; return None if there is no log or it failed.

        A log that fails has not changed the world, and is not used again.
        """
        if self._log is None:
            return None
        try:
            return act(self._log)
        except SessionWriteError as error:
            self._log = None
            self._on_failure(error)
            return None
