"""A session of a biome: its world, its clock, and the player's actions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeVar

from spacewheat_sim import seeding
from spacewheat_sim.choices import DEFAULT_DT, DEFAULT_STRENGTH, MeasurementKind, Method
from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.icon import Icon
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.content.resolved_icons import ResolvedIcon, resolve_icons
from spacewheat_sim.engine.bath.bath import QuantumBath
from spacewheat_sim.engine.bath.events import Collapsed, Gated, Harvested, Measured
from spacewheat_sim.engine.session.log import SessionLog, SessionWriteError
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
from spacewheat_sim.sandbox.biome.ghost import Ghost
from spacewheat_sim.sandbox.biome.reading import BiomeReading, read_biome
from spacewheat_sim.sandbox.biome.replaying import Replaying
from spacewheat_sim.sandbox.biome.trails import POINTS_OF_A_FRAME, Trails
from spacewheat_sim.sandbox.biome.wiring import Wiring
from spacewheat_sim.sandbox.history import History

T = TypeVar("T")

EVENTS_KEPT = 500


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
        history: The values of the last minute.
        events: The last events, oldest first.
        listeners: Called with every event.
        measurement: Selected kind of measurement.
        strengths: Strength of each kind that has one, by kind.
        problem: The error that stopped the world, or None.
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
        self.events: deque[WorldEvent] = deque(maxlen=EVENTS_KEPT)
        self.listeners: list[Callable[[WorldEvent], None]] = []
        self.measurement: MeasurementKind = "projective"
        self.strengths: dict[MeasurementKind, float] = dict.fromkeys(
            ("game", "weak"), DEFAULT_STRENGTH
        )
        self.problem: str | None = None
        self._ghost = Ghost()
        self._layers: tuple[str, ...] = ()
        self._layers_of: Biome | None = None
        self._log = log
        self._notice = notice
        self._anew = anew
        self._replaying: Replaying | None = None
        if world is not None:
            self.go_on_with(world)
            return
        self._begin(biome, registry, seeding.resolve_seed(seed))
        watched = [(axis.north, axis.south) for axis in biome.axes]
        self.plant_axes(watched or list(self.bath.operators.axes))

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

    # --- evolution ----------------------------------------------------------------

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds`` of real time."""
        self._tick(self.clock.advance(real_seconds))

    def step_once(self) -> None:
        """Pause, and take one tick."""
        self.clock.step_once()
        self._tick(self.clock.advance(0.0))

    def note_tick(self, events: Iterable[WorldEvent]) -> None:
        """Take note of a tick of the world that somebody else took, with its events."""
        for event in events:
            self._take(event)
        self.history.note(self.world.time, self.bath.populations())
        self._trails.extend(self.world)
        self._follow_operators()
        self._ghost.advance(self.world.dt, 1)

    def do(self, *commands: Command) -> tuple[WorldEvent, ...]:
        """Carry out ``commands`` in the world now; return the events."""
        if self._replaying is not None:
            self._notice("This is a replay, which cannot be changed")
            return ()
        events = self._logged(lambda log: log.obey(self.world, commands))
        if events is None:
            events = self.world.obey(commands)
        for event in events:
            self._take(event)
        return events

    def restart(self, *, new_seed: bool = False) -> None:
        """Restart with the same seed, or a fresh one; edits and plots are kept.

        A replay restarts from its beginning.
        """
        if self._replaying is not None:
            self._replaying.rewind()
            self.clock.paused = False
            return
        axes = [(plot.north, plot.south) for plot in self.world.plots.values()]
        seed = seeding.resolve_seed(None) if new_seed else self.world.seed
        if self._anew is None:
            self._begin(self.biome, self.world.registry(), seed)
        else:
            self.go_on_with(self._anew(seed))
        self.plant_axes(axes)

    def play(self, biome: Biome, registry: IconRegistry) -> None:
        """Restart with another biome, or with one whose emojis changed."""
        kept = [(plot.north, plot.south) for plot in self.world.plots.values()]
        self._anew = None
        self._begin(biome, registry, self.world.seed)
        present = set(self.bath.emojis)
        self.plant_axes([axis for axis in kept if set(axis) <= present])

    def go_on_with(self, world: World) -> None:
        """Play ``world`` from now on, as it is."""
        self._show(world)
        self._logged(lambda log: log.begin(self.world))

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
        same = icon.key, icon.layer, icon.extends
        own = [
            i
            for i, mine in enumerate(self.biome.icons)
            if (mine.key, mine.layer, mine.extends) == same
        ]
        if own:
            icons = list(self.biome.icons)
            icons[own[0]] = icon
            self.edit_biome(self.biome.model_copy(update={"icons": tuple(icons)}))
        else:
            self.do(EditIcon(icon))

    def edit_biome(self, content: Biome) -> bool:
        """Replace the biome by ``content``; return whether the world did it.

        It refuses to leave out an emoji that is still there, or that a plot is on.
        """
        events = self.do(EditBiome(self.name, content))
        return any(isinstance(event.event, BiomeEdited) for event in events)

    # --- inside -------------------------------------------------------------------

    def _begin(self, biome: Biome, registry: IconRegistry, seed: int) -> None:
        self.go_on_with(World([biome], seed, self.clock.dt, registry))

    def _show(self, world: World) -> None:
        """Play ``world``; if it has several baths, show the first."""
        self.world = world
        self.name = next(iter(world.baths))
        self.problem = None
        self._set_clock(world.dt)
        self._trails = Trails()
        self._fit()

    def _fit(self) -> None:
        """Begin anew what has a place for each emoji."""
        self._width = len(self.bath.emojis)
        self.history = History(self._width)
        self.wiring = Wiring(self.bath.operators)
        self._ghost.restart(self.bath)
        self.history.note(self.world.time, self.bath.populations())

    def _tick(self, ticks: int) -> None:
        if self.problem is not None:
            return
        try:
            for left in range(ticks, 0, -1):
                events = self._next_tick()
                if events is None:
                    self.clock.paused = True
                    return
                for event in events:
                    self._take(event)
                self.history.note(self.world.time, self.bath.populations())
                if left % max(1, ticks // POINTS_OF_A_FRAME) == 0:
                    self._trails.extend(self.world)
        except RunError as error:
            self.problem = str(error)
            self.clock.paused = True
            return
        self._follow_operators()
        self._ghost.advance(self.world.dt, ticks)

    def _next_tick(self) -> tuple[WorldEvent, ...] | None:
        """Take one tick; return its events, or None at the end of a replay."""
        if self._replaying is not None:
            return self._replaying.tick(self._show)
        events = self._logged(lambda log: log.tick(self.world))
        return self.world.tick() if events is None else events

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
            self._notice(f"{error}; the session continues without a log")
            return None

    def _take(self, event: WorldEvent) -> None:
        self.events.append(event)
        what = event.event
        if isinstance(what, BiomeEdited) and len(self.bath.emojis) != self._width:
            self._fit()
        if isinstance(what, Measured | Collapsed | Gated | Harvested | BiomeEdited):
            self._ghost.restart(self.bath)
        if isinstance(what, Planted | Harvested | Removed) and event.plot is not None:
            self._trails.forget(event.plot)
        for listener in self.listeners:
            listener(event)

    def _follow_operators(self) -> None:
        """Update what depends on the operators, if an edit replaced them."""
        if self.bath.operators is not self.wiring.operators:
            self.wiring = Wiring(self.bath.operators)
            self._ghost.go_under(self.bath)

    def _set_clock(self, dt: float) -> None:
        speed, paused = self.clock.speed, self.clock.paused
        self.clock = Clock(dt, speed=speed)
        self.clock.paused = paused
