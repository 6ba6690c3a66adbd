"""A session of a biome: its world, its clock, and the player's actions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from spacewheat_sim import seeding
from spacewheat_sim.arrays import ComplexArray
from spacewheat_sim.choices import DEFAULT_DT, DEFAULT_STRENGTH, MeasurementKind, Method
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import ResolvedIcon, resolve_icons
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import Harvested
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.world.clock import Clock
from spacewheat_sim.engine.world.commands import (
    Command,
    EditBiome,
    EditIcon,
    Plant,
    SetStep,
    SetWeight,
)
from spacewheat_sim.engine.world.events import (
    BiomeEdited,
    Planted,
    Removed,
    WorldEvent,
)
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import RunError
from spacewheat_sim.sandbox.biome.beginning import Begun, Branched
from spacewheat_sim.sandbox.biome.ghost import BEGIN_ANEW, Ghost
from spacewheat_sim.sandbox.biome.reading import BiomeReading, read_biome
from spacewheat_sim.sandbox.biome.replaying import Replaying
from spacewheat_sim.sandbox.biome.river.past import Past, Place
from spacewheat_sim.sandbox.biome.trails import POINTS_OF_A_FRAME, Trails
from spacewheat_sim.sandbox.biome.wiring import Wiring
from spacewheat_sim.sandbox.pace import Pace

EVENTS_KEPT = 500
Happened = WorldEvent | Begun | Branched


class BiomeSession:
    """One biome in a world of its own, with the state of its controls.

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
        world: The world, which has only this biome; a restart makes a new one.
        name: Name of the biome's bath in the world.
        clock: Converts real time to ticks.
        wiring: The links between the emojis.
        past: The world's past and its branches; it has the log.
        events: The last events, oldest first, with rows where another life began.
        listeners: Called with every event.
        beginners: Called whenever another life begins.
        measurement: Selected kind of measurement.
        strengths: Strength of each kind that has one, by kind.
        problem: The error that stopped the world, or None.
        pace: Limits the time for ticks, and knows how fast the world goes.
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
        self.clock = Clock(dt)
        self.events: deque[Happened] = deque(maxlen=EVENTS_KEPT)
        self.listeners: list[Callable[[WorldEvent], None]] = []
        self.beginners: list[Callable[[], None]] = []
        self.measurement: MeasurementKind = "projective"
        self.strengths: dict[MeasurementKind, float] = dict.fromkeys(
            ("game", "weak"), DEFAULT_STRENGTH
        )
        self.problem: str | None = None
        self.pace = Pace()
        self._ghost = Ghost()
        self._layers: tuple[str, ...] = ()
        self._layers_of: Biome | None = None
        self.notice = notice
        self._anew = anew
        self._places: dict[int, Place] = {}
        self.past = Past(self._ghost, log, notice, self._arrive)
        self._replaying: Replaying | None = None
        if world is not None:
            self.go_on_with(world)
            return
        self._begin(biome, registry, seeding.resolve_seed(seed))
        watched = [(axis.north, axis.south) for axis in biome.axes]
        self._set_up(watched or list(self.bath.operators.axes))

    # --- properties ---------------------------------------------------------------

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
    def layers(self) -> tuple[str, ...]:
        """The layers that icons of the biome's emojis are in."""
        biome = self.biome
        if self._layers_of is not biome:
            keys = set(biome.emoji_keys)
            icons = (*self.world.icons, *biome.icons)
            found = (icon.layer for icon in icons if icon.key in keys)
            self._layers, self._layers_of = tuple(dict.fromkeys(found)), biome
        return self._layers

    @property
    def is_replay(self) -> bool:
        """Whether a recorded session is shown."""
        return self._replaying is not None

    def reading(self) -> BiomeReading:
        """Return the numbers to show at this moment."""
        self._follow_operators()
        mean = self._ghost.populations()
        return read_biome(self.world, self.name, self.wiring, mean, self._trails)

    def mean_density(self) -> ComplexArray | None:
        """Return the density matrix averaged over histories, (D, D), or None."""
        return self._ghost.density()

    # --- evolution ----------------------------------------------------------------

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds`` of real time."""
        before = self.world.time
        self.pace.begin(real_seconds)
        self._tick(self.clock.advance(real_seconds))
        if self.clock.paused or self.world.time < before:
            self.pace.forget()
        else:
            self.pace.note(real_seconds, self.world.time - before)

    def step_once(self) -> None:
        """Pause, and take one tick."""
        self.clock.step_once()
        self._tick(self.clock.advance(0.0))

    def go_on_to(self, tick: int) -> None:
        """Go on by ticks, at once, until ``tick`` of them are done."""
        while self.problem is None and self.world.tick_count < tick:
            self._tick(1)

    def go_with(self, time: float) -> None:
        """Be where another session on the same clock is, at ``time`` in seconds."""
        past = self.past
        if past.is_past and time < past.end_time() - self.world.dt / 2:
            past.go_to_time(time)
            return
        if past.is_past:
            past.go_to_end()
        if time < self.world.time - self.world.dt / 2:
            past.go_to_time(time)
        while self.problem is None and self.world.time < time - self.world.dt / 2:
            self._tick(1)

    def note_tick(self, events: Iterable[WorldEvent]) -> None:
        """Take note of a tick of the world that somebody else took, with its events."""
        for event in events:
            self._take(event)
        self.past.note()
        self._trails.extend(self.world)
        self._follow_operators()
        self._ghost.advance(self.world, 1)

    def do(self, *commands: Command) -> tuple[WorldEvent, ...]:
        """Carry out ``commands`` in the world now; return the events."""
        if self._replaying is not None:
            self.notice("This is a replay, which cannot be changed")
            return ()
        if self._is_settled:
            return ()
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
            self.past.branch()
            self._tell_branch()
            self.clock.paused = False

    def place_of(self, event: Happened) -> Place | None:
        """Return where one of the :attr:`events` happened, if that is known."""
        return self._places.get(id(event))

    def restart(self, *, new_seed: bool = False) -> None:
        """Restart with the same seed, or a fresh one; edits and axes are kept.

        The axes are those that the player left planted, harvested ones included. A
        replay restarts from its beginning.
        """
        if self._replaying is not None:
            self._replaying.rewind()
            self.clock.paused = False
            return
        axes = self._planted
        seed = seeding.resolve_seed(None) if new_seed else self.world.seed
        how = f"restarted with {'a new' if new_seed else 'the same'} seed, {seed}"
        if self._anew is None:
            self._begin(self.biome, self.world.registry(), seed, how)
        else:
            self.go_on_with(self._anew(seed), how)
            self.clock.paused = False  # it stood still at the end
        self._set_up(axes)

    def play(self, biome: Biome, registry: IconRegistry) -> None:
        """Restart with another biome, or with one whose emojis changed."""
        kept = self._planted
        self._anew = None
        how = f"restarted with other content, seed {self.world.seed}"
        self._begin(biome, registry, self.world.seed, how)
        present = set(self.bath.emojis)
        self._set_up([axis for axis in kept if set(axis) <= present])

    def go_on_with(self, world: World, how: str = "") -> None:
        """Play ``world`` from now on, as it is; the log says ``how``, if it says so."""
        self._show(world, how)
        self.past.begin(world)

    def enter(self) -> None:
        """Go on after another session was played, which the log is about now."""
        self.past.timeline.resume()

    def follow(self, replaying: Replaying) -> None:
        """From now on, replay a recorded session and take no commands."""
        self.events.clear()
        self._replaying = replaying

    # --- actions of the player ----------------------------------------------------

    def plant(self, north: str, south: str) -> tuple[WorldEvent, ...]:
        """Plant an axis on the first free plot."""
        number = 1
        while number in self.world.plots:
            number += 1
        return self.do(Plant(self.name, number, north, south))

    def plant_axes(self, axes: list[tuple[str, str]]) -> None:
        """Plant several axes."""
        for north, south in axes:
            self.plant(north, south)

    def strength(self) -> float | None:
        """Return the strength of the next measurement, or None if it has none."""
        return self.strengths.get(self.measurement)

    def set_method(self, method: Method) -> None:
        """Continue under another method, from the present state."""
        evolution = self.biome.evolution.model_copy(update={"method": method})
        self.edit_biome(self.biome.model_copy(update={"evolution": evolution}))

    def set_weight(self, layer: str, weight: float) -> None:
        """Give the icons of a layer another weight."""
        if self.biome.weight_of(layer) != weight:
            self.do(SetWeight(self.name, layer, weight))

    def set_dt(self, dt: float) -> None:
        """Set the length of a tick to ``dt`` seconds."""
        self.do(SetStep(dt))
        self._set_clock(self.world.dt)

    def edit_icon(self, icon: Icon) -> None:
        """Replace an icon: the biome's own if it has one, else the shared one."""
        self.do(self.edit_of(icon))

    def edit_of(self, icon: Icon) -> EditBiome | EditIcon:
        """Return the command that replaces an icon; see :meth:`edit_icon`."""
        same = icon.key, icon.layer, icon.extends
        own = [
            i
            for i, mine in enumerate(self.biome.icons)
            if (mine.key, mine.layer, mine.extends) == same
        ]
        if not own:
            return EditIcon(icon)
        icons = list(self.biome.icons)
        icons[own[0]] = icon
        content = self.biome.model_copy(update={"icons": tuple(icons)})
        return EditBiome(self.name, content)

    def edit_biome(self, content: Biome) -> bool:
        """Replace the biome by ``content``; return whether the world did it.

        It refuses to leave out an emoji that is still there, or that a plot is on.
        """
        events = self.do(EditBiome(self.name, content))
        return any(isinstance(event.event, BiomeEdited) for event in events)

    # --- inside -------------------------------------------------------------------

    @property
    def _is_settled(self) -> bool:
        """Whether this is the past of a challenge, which is said."""
        is_settled = self.past.is_past and self.world.attempt is not None
        if is_settled:
            self.notice("The past of a challenge can be looked at, but not changed")
        return is_settled

    def _begin(
        self, biome: Biome, registry: IconRegistry, seed: int, how: str = ""
    ) -> None:
        self.go_on_with(World([biome], seed, self.clock.dt, registry), how)

    def _show(self, world: World, how: str) -> None:
        """Play ``world``; if it has several baths, show the first."""
        self.world = world
        self.name = next(iter(world.baths))
        self.problem = None
        self._set_clock(world.dt)
        self._trails = Trails()
        self._planted = [(p.north, p.south) for p in world.plots.values()]
        self._taken: list[tuple[str, str]] = []
        self._fit()
        if how:
            self.events.append(Begun(world.time, how))
        for forget in self.beginners:
            forget()

    def _fit(self) -> None:
        """Begin anew what has a place for each emoji."""
        self._width = len(self.bath.emojis)
        self.wiring = Wiring(self.bath.operators)
        self._ghost.restart(self.bath)

    def _tick(self, ticks: int) -> None:
        if self.problem is not None:
            return
        done = 0
        try:
            for left in range(ticks, 0, -1):
                events = self._next_tick()
                if events is None:
                    self.clock.paused = True
                    break
                for event in events:
                    self._take(event)
                self.past.note()
                if left % max(1, ticks // POINTS_OF_A_FRAME) == 0:
                    self._trails.extend(self.world)
                done += 1
                if left > 1 and self.pace.spent:
                    self.clock.hand_back(left - 1)
                    break
        except RunError as error:
            self.problem = str(error)
            self.clock.paused = True
            return
        self._follow_operators()
        self._ghost.advance(self.world, done)
        if self._replaying is None:
            self.past.timeline.keep()

    def _next_tick(self) -> tuple[WorldEvent, ...] | None:
        """Take one tick; return its events, or None at the end.

        A replay has one, and so has a challenge.
        """
        if self._replaying is not None:
            return self._replaying.tick(
                lambda world: self.go_on_with(world, "the log goes on from here")
            )
        if self.past.is_past:
            return self._tick_again()
        attempt = self.world.attempt
        if attempt is not None and self.world.tick_count >= attempt.challenge.steps:
            return None
        return self.past.timeline.tick()

    def _tick_again(self) -> tuple[WorldEvent, ...]:
        """Do again what happened in a tick of the past; return events that are new."""
        timeline = self.past.timeline
        for event in timeline.obey_again():
            self._show_event(event)
        if not timeline.is_past:
            return timeline.tick()
        for event in timeline.tick():
            self._show_event(event)
        return ()

    def _take(self, event: WorldEvent) -> None:
        """Take note of an event that is new."""
        self._append(event)
        self._show_event(event)

    def _append(self, event: Happened) -> None:
        self.events.append(event)
        if len(self._places) >= 2 * EVENTS_KEPT:
            kept = {id(event) for event in self.events}
            self._places = {k: v for k, v in self._places.items() if k in kept}
        self._places[id(event)] = self.past.place

    def _tell_branch(self) -> None:
        self._append(Branched(self.world.time, self.past.line.number))

    def _show_event(self, event: WorldEvent) -> None:
        what = event.event
        if isinstance(what, BiomeEdited) and len(self.bath.emojis) != self._width:
            self._fit()
        if isinstance(what, BEGIN_ANEW):
            self._ghost.restart(self.bath)
        if isinstance(what, Planted | Harvested | Removed) and event.plot is not None:
            self._trails.forget(event.plot)
            self._keep_axis(what)
        for listener in self.listeners:
            listener(event)

    def _keep_axis(self, event: Planted | Harvested | Removed) -> None:
        """Keep which axes a restart plants, in order: all but the removed ones."""
        axis = event.north, event.south
        if isinstance(event, Harvested):
            if event.outcome is not None:
                self._taken.append(axis)
        elif isinstance(event, Removed):
            self._planted.remove(axis)
        elif axis in self._taken:
            self._taken.remove(axis)
        else:
            self._planted.append(axis)

    def _arrive(self) -> None:
        """Show the world, which was brought to another moment."""
        self.world = self.past.timeline.world
        self.name = next(iter(self.world.baths))
        self.problem = None
        self.clock.paused = True
        self._set_clock(self.world.dt)
        self._trails = Trails()
        self._planted = [(p.north, p.south) for p in self.world.plots.values()]
        self._taken = []
        self._width = len(self.bath.emojis)
        self.wiring = Wiring(self.bath.operators)
        for forget in self.beginners:
            forget()

    def _set_up(self, axes: list[tuple[str, str]]) -> None:
        """Plant the axes with which a world begins, which no undo takes away."""
        self.plant_axes(axes)
        self.past.set_up()

    def _follow_operators(self) -> None:
        """Update what depends on the operators, if an edit replaced them."""
        if self.bath.operators is not self.wiring.operators:
            self.wiring = Wiring(self.bath.operators)

    def _set_clock(self, dt: float) -> None:
        speed, paused = self.clock.speed, self.clock.paused
        self.clock = Clock(dt, speed=speed)
        self.clock.paused = paused
