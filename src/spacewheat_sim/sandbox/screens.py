"""The catalog of screens, and how to open them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.challenge.files import is_challenge_file
from spacewheat_sim.content.files import (
    is_scenario,
    list_biomes,
    list_scenarios,
    read_scenario,
)
from spacewheat_sim.content.packs.library import Library, open_biome
from spacewheat_sim.content.problems import ContentError
from spacewheat_sim.content.registry import IconRegistry
from spacewheat_sim.engine.challenges.compiled import load_challenge
from spacewheat_sim.engine.compile import compile_biome
from spacewheat_sim.engine.session.continuing import world_to_continue
from spacewheat_sim.engine.session.listing import AUTOSAVE, KINDS, SAVE, Listed
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.recorded import RecordedSession
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.sandbox.app import App, Catalog
from spacewheat_sim.sandbox.biome.replaying import Replaying
from spacewheat_sim.sandbox.biome.saves import Saves
from spacewheat_sim.sandbox.biome.screen import BiomeScreen
from spacewheat_sim.sandbox.biome.session import BiomeSession
from spacewheat_sim.sandbox.lab.autosave import Autosave
from spacewheat_sim.sandbox.lab.continuing import scene_to_continue
from spacewheat_sim.sandbox.lab.recorded import RecordedScene
from spacewheat_sim.sandbox.lab.scenes import SCENES, show_scene
from spacewheat_sim.sandbox.lab.screen import LabScreen
from spacewheat_sim.sandbox.lab.session import SceneSession
from spacewheat_sim.sandbox.screen import Screen
from spacewheat_sim.sandbox.words.number_text import fixed

SAVES = Path("runs") / "saves"


class Screens:
    """Opens biomes by name or file, and the scenarios that have a scene.

    Args:
        seed: Root seed of each screen; None draws one for each.
        log: The log of all sessions, or None; :meth:`close` closes it.
        left: The last session, if it was never brought to its end, or None.

    Attributes:
        catalog: Key and title of each built-in screen.
    """

    def __init__(
        self,
        seed: int | None = None,
        log: SessionLog | None = None,
        left: Listed | None = None,
    ) -> None:
        self._seed = seed
        self._log = log
        self._sessions: list[BiomeSession] = []
        self._saves: Saves | None = None
        self._scenes: list[SceneSession] = []
        self._autosaves: list[Autosave] = []
        scenes = [
            (entry.key, f"lab: {entry.name}")
            for entry in list_scenarios()
            if read_scenario(entry.path).experiment in SCENES
        ]
        self.catalog: Catalog = (
            *((entry.key, entry.name) for entry in list_biomes()),
            *scenes,
            *_challenges(),
        )
        if left is not None:
            title = f"continue {left.biome}, tick {left.ticks:,}"
            self.catalog = (*self.catalog, (str(left.path), title))

    def open(self, name: str, app: App) -> Screen:
        """Return the screen of a biome or scenario, by its name or file.

        Raises:
            UnknownNameError, ContentError, ArgumentError: as in :func:`find_screen`.
        """
        if Path(name).suffix in KINDS:
            scene = scene_to_continue(name)
            if scene is not None:
                app.notice(f"Continues {name} at tick {scene.tick_count:,}")
                return self._show_scene(scene, name, app)
            return self._open_saved(name, app)
        path = find_screen(name)
        if is_challenge_file(path):
            return self._open_challenge(name, path, app)
        if is_scenario(path):
            scenario = read_scenario(path)
            seed = scenario.seed if self._seed is None else self._seed
            return self._show_scene(RecordedScene(scenario, seed), name, app)
        return self._open_biome(name, path, app)

    def replay(self, recorded: RecordedSession, app: App) -> BiomeScreen:
        """Return a screen that replays a recorded session."""
        world = recorded.chapters[0].world()
        biome = next(iter(world.biomes.values()))
        registry = world.registry()
        session = BiomeSession(
            biome, registry, seed=world.seed, dt=world.dt, notice=app.notice
        )
        session.follow(Replaying(recorded, app.notice))
        title = f"Replay of {recorded.path.name}"
        return self._screen(session, biome, registry, str(recorded.path), app, title)

    def close(self) -> None:
        """Close the log, if a session was recorded: at the end of its line."""
        for scene in self._scenes:
            if scene.is_last:
                scene.end()
                return
        for session in self._sessions:
            if session.past.timeline.is_last:
                session.past.timeline.end()
                return

    def forget_autosave(self) -> None:
        """Remove what was saved in case of a crash."""
        if self._saves is not None:
            self._saves.forget()
        for autosave in self._autosaves:
            autosave.forget()

    def _show_scene(self, scene: RecordedScene, name: str, app: App) -> LabScreen:
        """Return the screen of a scene of the lab."""
        session = SceneSession(scene, app.notice, self._log)
        self._scenes.append(session)
        if self._log is None:
            return show_scene(name, session)
        file = self._log.path.with_suffix(AUTOSAVE)
        self._autosaves.append(Autosave(scene, file, app.notice))
        return show_scene(name, session, self._autosaves[-1])

    def _open_saved(self, name: str, app: App) -> BiomeScreen:
        """Return the screen of a save, or of the end of a session log."""
        loaded = world_to_continue(name)
        world = loaded.world
        biome, registry = next(iter(world.biomes.values())), IconRegistry(world.icons)
        session = BiomeSession(
            biome,
            registry,
            world=world,
            anew=_beginning(world),
            log=self._log,
            notice=app.notice,
        )
        self._sessions.append(session)
        screen = self._screen(session, biome, registry, name, app)
        damage = f"; {loaded.damage}" if loaded.damage else ""
        app.notice(f"Continues {loaded.path} at {fixed(world.time)} s{damage}")
        return screen

    def _open_biome(self, name: str, path: Path, app: App) -> BiomeScreen:
        biome, registry = open_biome(path)
        notice = compile_biome(biome, registry).notice
        if notice:
            sys.stderr.write(f"{notice}\n")
        session = BiomeSession(
            biome, registry, seed=self._seed, log=self._log, notice=app.notice
        )
        self._sessions.append(session)
        return self._screen(session, biome, registry, name, app)

    def _open_challenge(self, name: str, path: Path, app: App) -> BiomeScreen:
        compiled = load_challenge(path)
        biome, registry = compiled.biome.biome, compiled.biome.registry
        session = BiomeSession(
            biome,
            registry,
            world=compiled.world(self._seed),
            anew=compiled.world,
            log=self._log,
            notice=app.notice,
        )
        axes = {act.subject: None for act in compiled.challenge.acts if act.is_on_plot}
        session.plant_axes(list(axes))
        session.past.set_up()
        self._sessions.append(session)
        still = biome.model_copy(update={"source": None})  # no file is followed
        title = compiled.challenge.name
        screen = self._screen(session, still, registry, name, app, title)
        app.notice(compiled.challenge.description)
        return screen

    def _screen(
        self,
        session: BiomeSession,
        biome: Biome,
        registry: IconRegistry,
        key: str,
        app: App,
        title: str = "",
    ) -> BiomeScreen:
        plain = re.sub(r"[^\w-]+", "_", biome.key or biome.name)
        quick = SAVES / f"{plain}{SAVE}"
        log = None if self._log is None else self._log.path.with_suffix(AUTOSAVE)
        saves = self._saves = Saves(session, quick, log, app.notice)
        session.listeners.append(app.hear)
        return BiomeScreen(
            session,
            biome,
            registry,
            key=key,
            saves=saves,
            frame_rate=lambda: app.frames_per_second,
            notice=app.notice,
            title=title,
            settings=app.settings,
        )


def _challenges() -> Iterator[tuple[str, str]]:
    """Yield what each challenge is opened by, and its title.

    One that is called as a biome or a scenario is opened by its file.
    """
    library = Library()
    taken = {entry.key for entry in (*library.biomes, *library.scenarios)}
    for entry in library.challenges:
        key = str(entry.path) if entry.key in taken else entry.key
        yield key, f"challenge: {entry.name}"


def _beginning(world: World) -> Callable[[int], World] | None:
    """Return what makes the worlds in which attempts at its challenge begin.

    It is None where none is played, or one that is not here.
    """
    if world.attempt is None:
        return None
    try:
        return load_challenge(world.attempt.challenge.key).world
    except (UnknownNameError, ContentError):
        return None


def find_screen(name: str) -> Path:
    """Return the file of the biome, scenario or challenge ``name``, a name or a path.

    A challenge that is called as a biome is found by its path alone.

    Raises:
        UnknownNameError: there is none of this name.
        ContentError: the file of a scenario is invalid.
        ArgumentError: a scenario whose experiment has no scene.
    """
    library = Library()
    try:
        path = library.find(name, scenarios=True)
    except UnknownNameError:
        if name not in {entry.key for entry in library.challenges}:
            raise
        path = library.find_challenge(name)
    if is_scenario(path):
        scenario = read_scenario(path)
        if scenario.experiment not in SCENES:
            raise ArgumentError(
                f"The scenario {scenario.name!r} runs the experiment "
                f"{scenario.experiment}, which has no scene to play; those that have "
                f"one are {', '.join(SCENES)}. Run it with `spacewheat simulate {name}`"
            )
    return path
