"""The catalog of screens, and how to open them."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from spacewheat_sim.content.biome import Biome
from spacewheat_sim.content.challenge.challenge import HARDEST
from spacewheat_sim.content.challenge.files import (
    is_challenge_file,
    read_challenge_file,
)
from spacewheat_sim.content.entries import as_path, find_entry
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
from spacewheat_sim.engine.session.listing import AUTOSAVE, SAVE, Listed, kind_of
from spacewheat_sim.engine.session.log import SessionLog
from spacewheat_sim.engine.session.reading import read_session
from spacewheat_sim.engine.session.recorded import RecordedSession
from spacewheat_sim.engine.world.saves import load_world
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.sandbox.app import App, Catalog
from spacewheat_sim.sandbox.autosave import Autosave
from spacewheat_sim.sandbox.biome.challenge.best_runs import MOST, BestRuns, star_text
from spacewheat_sim.sandbox.biome.challenge.ending import Following
from spacewheat_sim.sandbox.biome.screen import BiomeScreen
from spacewheat_sim.sandbox.biome.session.saves import Saves
from spacewheat_sim.sandbox.biome.session.session import BiomeSession
from spacewheat_sim.sandbox.entry import CHALLENGE, SCENE, SESSION
from spacewheat_sim.sandbox.lab.continuing import last_scene_alone, scene_to_continue
from spacewheat_sim.sandbox.lab.recorded import RecordedScene
from spacewheat_sim.sandbox.lab.replay import SceneReplay
from spacewheat_sim.sandbox.lab.scenes import SCENES, show_scene
from spacewheat_sim.sandbox.lab.screen import LabScreen
from spacewheat_sim.sandbox.lab.session import SceneSession
from spacewheat_sim.sandbox.recorded import (
    continued_session,
    replayed_session,
    session_of,
)
from spacewheat_sim.sandbox.screen import Screen
from spacewheat_sim.sandbox.words.number_text import fixed

SAVES = Path("runs") / "saves"


class Screens:
    """Opens biomes by name or file, and the scenarios that have a scene.

    Args:
        seed: Root seed of each screen; None draws one for each.
        log: The log of all sessions, or None; :meth:`close` closes it.
        left: The last session, if it was never brought to its end, or None.
        replayed: A recorded session that is shown when its file is opened, or None.
        best_runs: The best runs of challenges; None keeps none.

    Attributes:
        best_runs: The best runs of challenges.
        catalog: Key and title of each built-in screen.
    """

    def __init__(
        self,
        seed: int | None = None,
        log: SessionLog | None = None,
        left: Listed | None = None,
        replayed: RecordedSession | None = None,
        best_runs: BestRuns | None = None,
    ) -> None:
        self._seed = seed
        self._log = log
        self._replayed = replayed
        self.best_runs = BestRuns() if best_runs is None else best_runs
        self._screens: list[BiomeScreen] = []
        self._saves: Saves | None = None
        self._scenes: list[SceneSession] = []
        self._autosaves: list[Autosave] = []
        scenes = [
            (entry.key, f"{SCENE}{entry.name}")
            for entry in list_scenarios()
            if read_scenario(entry.path).experiment in SCENES
        ]
        self._challenges = _challenges()
        self.catalog: Catalog = (
            *((entry.key, entry.name) for entry in list_biomes()),
            *scenes,
            *((each.key, each.title) for each in self._challenges),
        )
        if left is not None:
            title = f"{SESSION}{left.biome}, tick {left.ticks:,}"
            self.catalog = (*self.catalog, (str(left.path), title))

    def open(self, name: str, app: App) -> Screen:
        """Return the screen of a biome or scenario, by its name or file.

        Raises:
            UnknownNameError, ContentError, ArgumentError: as in :func:`find_screen`.
        """
        if self._replayed is not None and name == str(self._replayed.path):
            return self._open_replay(self._replayed, app)
        kind = kind_of(name)
        if kind is not None:
            scene = scene_to_continue(name)
            if scene is not None:
                app.notice(f"Continues {name} at tick {scene.tick_count:,}")
                return self._show_scene(scene, name, app)
            opened = self._open_log if kind == "session" else self._open_saved
            return opened(name, app)
        path = find_screen(name)
        if is_challenge_file(path):
            return self._open_challenge(name, path, app)
        if is_scenario(path):
            scenario = read_scenario(path)
            seed = scenario.seed if self._seed is None else self._seed
            return self._show_scene(RecordedScene(scenario, seed), name, app)
        return self._open_biome(name, path, app)

    def close(self) -> None:
        """Close the log, if a session was recorded: at the end of its line."""
        for scene in self._scenes:
            if scene.is_last:
                scene.end()
                return
        for screen in self._screens:
            timeline = screen.session.past.timeline
            if timeline.is_last:
                timeline.end(screen.state.record())
                return

    def forget_autosave(self) -> None:
        """Remove what was saved in case of a crash."""
        if self._saves is not None:
            self._saves.forget()
        for autosave in self._autosaves:
            autosave.forget()

    def _show_scene(self, scene: RecordedScene, name: str, app: App) -> LabScreen:
        """Return the screen of a scene of the lab."""
        session = SceneSession(scene, app.notice, self._live_log())
        self._scenes.append(session)
        if self._log is None:
            return show_scene(name, session)
        file = self._log.path.with_suffix(AUTOSAVE)
        self._autosaves.append(Autosave(lambda: scene, file, app.notice))
        return show_scene(name, session, self._autosaves[-1])

    def _open_saved(self, name: str, app: App) -> BiomeScreen:
        """Return the screen of a save."""
        loaded = load_world(name)
        session = session_of(loaded.world, self._live_log(), app.notice)
        screen = self._screen_of(session, name, app)
        damage = f"; {loaded.damage}" if loaded.damage else ""
        at = fixed(session.world.time)
        app.notice(f"Continues {loaded.path} at {at} s{_waits(session)}{damage}")
        return screen

    def _open_log(self, name: str, app: App) -> BiomeScreen:
        """Return the screen of a session as its player left it."""
        recorded, log = read_session(name), self._live_log()
        session, state = continued_session(recorded, log, app.notice)
        screen = self._screen_of(session, name, app)
        if state is not None:
            screen.restore(state)
        if session.world.attempt is not None:
            session.clock.paused = True  # as at its beginning, however it was left
        branches = len(session.past.timeline.branches)
        with_all = f", with {branches} branches" if branches > 1 else ""
        at = fixed(session.world.time)
        app.notice(f"Continues {name} at {at} s{with_all}{_waits(session)}")
        return screen

    def _open_replay(self, recorded: RecordedSession, app: App) -> Screen:
        """Return a screen that shows a recorded session."""
        scene = last_scene_alone(recorded)
        if scene is not None:
            return self._show_scene_again(scene, app)
        session = replayed_session(recorded, self._log, app.notice)
        title = f"Replay of {recorded.path.name}"
        return self._screen_of(session, str(recorded.path), app, title)

    def _show_scene_again(self, recorded: RecordedSession, app: App) -> LabScreen:
        """Return a screen that shows what happened to a scene."""
        replay = SceneReplay(recorded)
        session = SceneSession(replay.scene, app.notice, self._log, replay)
        self._scenes.append(session)
        path = recorded.path
        return show_scene(str(path), session, title=f"Replay of {path.name}")

    def _live_log(self) -> SessionLog | None:
        """Return the log for something that is played now."""
        if self._log is not None:
            self._log.release()
        return self._log

    def _open_biome(self, name: str, path: Path, app: App) -> BiomeScreen:
        biome, registry = open_biome(path)
        notice = compile_biome(biome, registry).notice
        if notice:
            sys.stderr.write(f"{notice}\n")
        session = BiomeSession(
            biome, registry, seed=self._seed, log=self._live_log(), notice=app.notice
        )
        return self._screen(session, biome, registry, name, app)

    def _open_challenge(self, name: str, path: Path, app: App) -> BiomeScreen:
        compiled = load_challenge(path)
        biome, registry = compiled.biome.biome, compiled.biome.registry
        session = BiomeSession(
            biome,
            registry,
            world=compiled.world(self._seed),
            anew=compiled.world,
            log=self._live_log(),
            notice=app.notice,
        )
        axes = {act.subject: None for act in compiled.challenge.acts if act.is_on_plot}
        session.plant_axes(list(axes))
        session.past.set_up()
        still = biome.model_copy(update={"source": None})  # no file is followed
        title = compiled.challenge.name
        screen = self._screen(session, still, registry, name, app, title)
        app.notice(f"{compiled.challenge.name} waits for you: Space begins it")
        return screen

    def _screen_of(
        self, session: BiomeSession, key: str, app: App, title: str = ""
    ) -> BiomeScreen:
        """Return the screen of a session whose world no file is followed by."""
        biome, registry = session.biome, session.world.registry()
        return self._screen(session, biome, registry, key, app, title)

    def _screen(
        self,
        session: BiomeSession,
        biome: Biome,
        registry: IconRegistry,
        key: str,
        app: App,
        title: str = "",
    ) -> BiomeScreen:
        attempt, named = session.world.attempt, biome.key or biome.name
        if attempt is not None:
            named = attempt.challenge.key or attempt.challenge.name
            title = title or attempt.challenge.name
        plain = re.sub(r"[^\w-]+", "_", named)
        quick = SAVES / f"{plain}{SAVE}"
        log = None if self._log is None else self._log.path.with_suffix(AUTOSAVE)
        saves = self._saves = Saves(session, quick, log, app.notice)
        session.listeners.append(app.hear)
        screen = BiomeScreen(
            session,
            biome,
            registry,
            key=key,
            saves=saves,
            frame_rate=lambda: app.frames_per_second,
            notice=app.notice,
            title=title,
            settings=app.settings,
            best_runs=self.best_runs,
            following=lambda: self._following(key, app),
        )
        self._screens.append(screen)
        return screen

    def _following(self, key: str, app: App) -> Following | None:
        """Return the next challenge in which stars are to be earned, if there is one.

        It is the next in the order of the list, which is from easy to hard.
        """
        listed = self._challenges
        here = next((i for i, each in enumerate(listed) if each.key == key), -1)
        after = [*listed[here + 1 :], *listed[: max(here, 0)]]
        earned = star_text(MOST)
        for each in after:
            if self.best_runs.stars(each.key) != earned:
                act = partial(app.open, each.key)
                return Following(each.name, each.hardness, act)
        return None


def _waits(session: BiomeSession) -> str:
    """Return that an attempt stands still, if one is played."""
    return "" if session.world.attempt is None else "; Space goes on with the attempt"


class _ListedChallenge(NamedTuple):
    """A challenge as the list of screens has it.

    Attributes:
        place: Its place from easy to hard.
        key: What opens it.
        name: Its name.
        hardness: How hard it is, and what it takes, if that is told.
    """

    place: int
    key: str
    name: str
    hardness: str = ""

    @property
    def title(self) -> str:
        level = f", level {self.place}" if self.place <= HARDEST else ""
        return f"{CHALLENGE}{self.name}{level}"


def _challenges() -> list[_ListedChallenge]:
    """Return all challenges, from easy to hard.

    One that is called as a biome or a scenario is opened by its file; broken ones are
    the last, and whoever opens one is told why.
    """
    library = Library()
    taken = {entry.key for entry in (*library.biomes, *library.scenarios)}
    found = []
    for entry in library.challenges:
        key = str(entry.path) if entry.key in taken else entry.key
        listed = _ListedChallenge(HARDEST + 2, key, entry.name)
        with suppress(ContentError, ArgumentError):
            read = read_challenge_file(entry.path)
            listed = listed._replace(place=read.place, hardness=read.hardness)
        found.append(listed)
    return sorted(found, key=lambda each: each.place)


def find_screen(name: str) -> Path:
    """Return the file of the biome, scenario or challenge ``name``, a name or a path.

    A challenge that is called as a biome is found by its path alone.

    Raises:
        UnknownNameError: there is none of this name.
        ContentError: the file of a scenario is invalid.
        ArgumentError: a scenario whose experiment has no scene.
    """
    library = Library()
    known = (*library.biomes, *library.scenarios, *library.challenges)
    kind = "biome, lab scene or challenge"
    path = as_path(name) or find_entry(kind, name, known).path
    if is_scenario(path):
        scenario = read_scenario(path)
        if scenario.experiment not in SCENES:
            raise ArgumentError(
                f"The scenario {scenario.name!r} runs the experiment "
                f"{scenario.experiment}, which has no scene to play; those that have "
                f"one are {', '.join(SCENES)}. Run it with `spacewheat simulate {name}`"
            )
    return path
