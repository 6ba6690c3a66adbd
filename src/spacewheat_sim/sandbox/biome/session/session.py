"""A session of a biome: its world with its past, and what a player may do to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from spacewheat_sim import seeding
from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.choices import DEFAULT_DT
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import ResolvedIcon, resolve_icons
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.world.clock import Clock
from spacewheat_sim.engine.world.commands import Command, Plant
from spacewheat_sim.engine.world.events import WorldEvent
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.sandbox.biome.river.past import Past
from spacewheat_sim.sandbox.biome.session.beginning import Branched
from spacewheat_sim.sandbox.biome.session.happenings import Happened, Happenings
from spacewheat_sim.sandbox.biome.session.kept_axes import Axis
from spacewheat_sim.sandbox.biome.session.lives import Lives
from spacewheat_sim.sandbox.biome.session.measuring import Measuring
from spacewheat_sim.sandbox.biome.session.reading import BiomeReading
from spacewheat_sim.sandbox.biome.session.replay import Replay
from spacewheat_sim.sandbox.biome.session.shown import Shown
from spacewheat_sim.sandbox.biome.session.ticks import Ticks
from spacewheat_sim.sandbox.biome.wiring import Wiring

PAST_OF_CHALLENGE = "The past of a challenge can be looked at, but not changed"
NOT_HERE = "The challenge is not here as it is played: open its file to begin it anew"


class BiomeSession:
    """One biome in a world of its own, with its past.

    Every change of the world is a command that goes through :meth:`do`. So seed and
    commands determine the history, for any frame rate.

    Args:
        biome: The biome.
        registry: The shared icons.
        seed: Root seed; None draws one.
        dt: Length of a tick in seconds.
        log: The log of the session, or None; it is not closed here.
        world: A world to go on with, instead of a new one.
        anew: Returns the world of a seed with which a restart begins; by default one
            of the biome as it is.
        notice: Shows the player a line of text.

    Attributes:
        past: The world's past and its branches; it has the log.
        shown: What follows the world: links, trails, and the mean.
        ticks: The clock, and the ticks of the world.
        happenings: The last events, and where each happened.
        listeners: Called with every event.
        lives: One world after another.
        measuring: How the next measurement is made.
        replay: The recorded session that is shown, or None.
        notice: Shows the player a line of text.
    """

    def __init__(
        self,
        biome: Biome,
        registry: IconRegistry,
        *,
        seed: int | None = None,
        dt: float = DEFAULT_DT,
        log: SessionLog | None = None,
        world: World | None = None,
        anew: Callable[[int], World] | None = None,
        notice: Callable[[str], object] = print,
    ) -> None:
        self.happenings = Happenings()
        self.listeners: list[Callable[[WorldEvent], None]] = []
        self.measuring = Measuring()
        self.notice = notice
        self.shown = Shown()
        self.past = Past(self.shown.ghost, log, notice, self._arrive)
        self.ticks = Ticks(self.past, self.shown, dt, self._take, self._show_event)
        self.lives = Lives(self.past, self.shown, self.ticks, self.happenings, anew)
        self.replay: Replay | None = None
        if world is not None:
            self.go_on_with(world)
            return
        self.lives.begin(biome, registry, seeding.resolve_seed(seed))
        watched = [(axis.north, axis.south) for axis in biome.axes]
        self._set_up(watched or list(self.bath.operators.axes))

    # --- properties ---------------------------------------------------------------

    @property
    def world(self) -> World:
        """The world, which has only this biome; a restart makes a new one."""
        return self.past.world

    @property
    def name(self) -> str:
        """Name of the biome's bath in the world."""
        return self.lives.name

    @property
    def bath(self) -> QuantumBath:
        """The biome's bath, for reading."""
        return self.world.baths[self.name]

    @property
    def biome(self) -> Biome:
        """The biome, with all edits."""
        return self.world.biomes[self.name]

    @property
    def icons(self) -> dict[str, Icon]:
        """The first icon of each emoji that has one, with all edits, by emoji."""
        return {key: icon.main for key, icon in self.resolved_icons.items()}

    @property
    def resolved_icons(self) -> dict[str, ResolvedIcon]:
        """What acts for each emoji that has an icon, by canonical emoji."""
        return resolve_icons(self.biome, self.world.registry())

    @property
    def wiring(self) -> Wiring:
        """The links between the emojis."""
        return self.shown.wiring

    @property
    def events(self) -> deque[Happened]:
        """The last events, oldest first, with rows where another life began."""
        return self.happenings.rows

    @property
    def keeps_secret(self) -> bool:
        """Whether a challenge is played whose hidden number was not guessed yet."""
        attempt = self.world.attempt
        return attempt is not None and bool(attempt.secret)

    @property
    def clock(self) -> Clock:
        """Converts real time to ticks."""
        return self.ticks.clock

    @property
    def problem(self) -> str | None:
        """The error that stopped the world, or None."""
        return self.ticks.problem

    def reading(self) -> BiomeReading:
        """Return the numbers to show at this moment."""
        return self.shown.reading(self.world, self.name)

    def mean_density(self) -> ComplexArray | None:
        """Return the density matrix averaged over histories, (D, D), or None."""
        return self.shown.ghost.density()

    # --- time ---------------------------------------------------------------------

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds`` of real time."""
        self.ticks.advance(real_seconds)

    def step_once(self) -> None:
        """Pause, and take one tick."""
        self.ticks.step_once()

    def note_tick(self, events: Iterable[WorldEvent]) -> None:
        """Take note of a tick of the world that somebody else took, with its events."""
        for event in events:
            self._take(event)
        self.past.note()
        self.shown.trails.extend(self.world)
        self.shown.advance(self.world, 1)

    # --- what is done -------------------------------------------------------------

    def do(self, *commands: Command) -> tuple[WorldEvent, ...]:
        """Carry out ``commands`` in the world now; return the events."""
        if self._is_settled:
            return ()
        self._take_over()
        line = self.past.line
        events = self.past.obey(commands)
        if self.past.line is not line:
            self._tell_branch()
        for event in events:
            self._take(event)
        self.past.timeline.keep()
        return events

    def branch(self) -> None:
        """Go on from a moment of the past in another way than before."""
        if self.past.is_past and not self._is_settled:
            self._take_over()
            self.past.branch()
            self._tell_branch()
            self.clock.paused = False

    def plant(self, north: str, south: str) -> tuple[WorldEvent, ...]:
        """Plant an axis on the first free plot."""
        number = 1
        while number in self.world.plots:
            number += 1
        return self.do(Plant(self.name, number, north, south))

    def plant_axes(self, axes: list[Axis]) -> None:
        """Plant several axes."""
        for north, south in axes:
            self.plant(north, south)

    # --- lives --------------------------------------------------------------------

    def restart(self, *, new_seed: bool = False) -> None:
        """Restart with the same seed, or a fresh one; edits and axes are kept.

        The axes are those that the player left planted, harvested ones included. A
        replay restarts from its beginning. An attempt at a challenge that is not here
        goes on, and it is said.
        """
        if self.replay is not None:
            self.replay.rewind()
            return
        if self.lives.is_last_attempt:
            self.notice(NOT_HERE)
            return
        self._set_up(self.lives.restart(new_seed=new_seed))

    def play(self, biome: Biome, registry: IconRegistry) -> None:
        """Restart with another biome, or with one whose emojis changed."""
        self._set_up(self.lives.play(biome, registry))

    def go_on_with(self, world: World, how: str = "") -> None:
        """Play ``world`` from now on, as it is; the log says ``how``, if it says so."""
        self.lives.go_on_with(world, how)

    def show_replay(self, replay: Replay) -> None:
        """Play a recorded session from its beginning, until the player acts."""
        self.replay = replay
        self.ticks.at_end = replay.go_on
        replay.rewind()

    def enter(self) -> None:
        """Go on after another session was played, which the log is about now."""
        self.past.timeline.resume()

    # --- inside -------------------------------------------------------------------

    @property
    def _is_settled(self) -> bool:
        """Whether this is the past of a challenge, which is said."""
        is_settled = self.past.is_past and self.world.attempt is not None
        if is_settled:
            self.notice(PAST_OF_CHALLENGE)
        return is_settled

    def _take_over(self) -> None:
        """Act in a replay: it becomes a session of the player's own."""
        replay, self.replay, self.ticks.at_end = self.replay, None, None
        if replay is not None:
            self.past.timeline.release_log()
            replay.tell_taken_over()

    def _set_up(self, axes: list[Axis]) -> None:
        """Plant the axes with which a world begins, which no undo takes away."""
        self.plant_axes(axes)
        self.past.set_up()

    def _arrive(self) -> None:
        """Show the world, which the past has brought to another moment."""
        self.lives.arrive()

    def _take(self, event: WorldEvent) -> None:
        """Take note of an event that is new."""
        self.happenings.add(event, self.past.place)
        self._show_event(event)

    def _tell_branch(self) -> None:
        began = Branched(self.world.time, self.past.line.number)
        self.happenings.add(began, self.past.place)

    def _show_event(self, event: WorldEvent) -> None:
        self.shown.note(self.world, event)
        if self.clock.dt != self.world.dt:
            self.ticks.set_clock(self.world.dt)
        if event.plot is not None:
            self.lives.note(event.event)
        for listener in self.listeners:
            listener(event)
