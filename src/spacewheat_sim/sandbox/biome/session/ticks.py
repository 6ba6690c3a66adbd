"""The clock of a session, and the ticks that its world takes."""

from __future__ import annotations

from collections.abc import Callable

from spacewheat_sim.engine.session.timeline.timeline import EVERY
from spacewheat_sim.engine.world.clock import Clock
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.errors import RunError
from spacewheat_sim.sandbox.biome.river.past import Past
from spacewheat_sim.sandbox.biome.session.shown import Shown
from spacewheat_sim.sandbox.biome.trails import POINTS_OF_A_FRAME
from spacewheat_sim.sandbox.pace import Pace


class Ticks:
    """Lets a world go on: new ticks at the end of its line, known ones in the past.

    Args:
        past: The world's past.
        shown: What follows it.
        dt: Length of a tick in seconds.
        take: Called with every event that is new.
        show: Called with every event that happens again.

    Attributes:
        clock: Converts real time to ticks; a tick of another length gets another.
        pace: Limits the time for ticks, and knows how fast the world goes.
        problem: The error that stopped the world, or None.
        at_end: Called at the end of a line in the place of a new tick; returns whether
            time goes on elsewhere. None is where new ticks can be taken.
    """

    def __init__(
        self,
        past: Past,
        shown: Shown,
        dt: float,
        take: Callable[[WorldEvent], object],
        show: Callable[[WorldEvent], object],
    ) -> None:
        self._past, self._shown = past, shown
        self._take, self._show = take, show
        self.clock = Clock(dt)
        self.pace = Pace()
        self.problem: str | None = None
        self.at_end: Callable[[], bool] | None = None
        self._unfollowed = 0  # ticks that what is shown has not followed yet

    def set_clock(self, dt: float) -> None:
        """Go on by ticks of ``dt`` seconds, at the same speed."""
        speed, paused = self.clock.speed, self.clock.paused
        self.clock = Clock(dt, speed=speed)
        self.clock.paused = paused

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds`` of real time."""
        clock = self.clock  # a tick may bring another
        done, lost = clock.tick, clock.dropped
        self.pace.begin(real_seconds)
        self._tick(clock.advance(real_seconds))
        if self.clock.paused:
            self.pace.forget()
        else:
            self.pace.note(real_seconds, clock.tick - done, clock.dropped - lost)

    def step_once(self) -> None:
        """Pause, and take one tick."""
        self.clock.step_once()
        self._tick(self.clock.advance(0.0))

    def go_on_to(self, tick: int) -> None:
        """Go on by ticks, at once, until ``tick`` of them are done."""
        while self.problem is None and self._past.world.tick_count < tick:
            before, left = self._past.at, tick - self._past.world.tick_count
            self._tick(min(left, EVERY), hurries=False)
            if self._past.at == before:
                return  # a challenge is over

    def go_with(self, time: float) -> None:
        """Be where another session on the same clock is, at ``time`` in seconds."""
        past = self._past
        half = past.world.dt / 2
        if past.is_past and time < past.end_time() - half:
            past.go_to_time(time)
            return
        if past.is_past:
            past.go_to_end()
        if time < past.world.time - half:
            past.go_to_time(time)
        while self.problem is None and past.world.time < time - half:
            before = past.at
            self._tick(1)
            if past.at == before:
                return  # a challenge is over

    def _tick(self, ticks: int, *, hurries: bool = True) -> None:
        """Take ``ticks`` ticks; in a hurry, as many as a frame has time for."""
        if self.problem is not None:
            return
        clock = self.clock
        try:
            for left in range(ticks, 0, -1):
                events = self._next_tick()
                if events is None:
                    self._end()
                    break
                self._unfollowed += 1
                for event in events:
                    self._take(event)
                self._past.note()
                if left % max(1, ticks // POINTS_OF_A_FRAME) == 0:
                    self._shown.trails.extend(self._past.world)
                if hurries and left > 1 and self.pace.spent:
                    clock.hand_back(left - 1)
                    break
        except RunError as error:
            self.problem = str(error)
            self.clock.paused = True
            return
        self._follow()
        self._past.timeline.keep()

    def _follow(self) -> None:
        """Let what is shown follow the ticks that were taken."""
        self._shown.advance(self._past.world, self._unfollowed)
        self._unfollowed = 0

    def _end(self) -> None:
        """Stop at the end of a line, or go on where the next one begins."""
        self._follow()
        if self.at_end is None or not self.at_end():
            self.clock.paused = True

    def _next_tick(self) -> tuple[WorldEvent, ...] | None:
        """Take one tick; return the events that are new, or None at the end.

        A replay has an end, and so has a challenge.
        """
        past = self._past
        if past.is_past:
            return self._tick_again()
        if self.at_end is not None:
            return None
        attempt = past.world.attempt
        if attempt is not None and past.world.tick_count >= attempt.challenge.steps:
            return None
        return past.timeline.tick()

    def _tick_again(self) -> tuple[WorldEvent, ...] | None:
        """Do again what happened in a tick of the past; return events that are new."""
        timeline = self._past.timeline
        if timeline.has_commands_here:
            self._follow()
        for event in timeline.obey_again():
            self._show(event)
        if not timeline.is_past:
            return self._next_tick()
        for event in timeline.tick():
            self._show(event)
        return ()
