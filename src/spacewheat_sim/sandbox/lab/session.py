"""A session of a scene: its clock, and what the player does, which the log has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from spacewheat_sim import seeding
from spacewheat_sim.choices import DEFAULT_DT
from spacewheat_sim.engine.session.log import SessionLog, SessionWriteError
from spacewheat_sim.engine.session.scene import Restart, SceneCommand, SetParameter
from spacewheat_sim.engine.world.clock import Clock
from spacewheat_sim.sandbox.lab.recorded import RecordedScene
from spacewheat_sim.sandbox.lab.replay import SceneReplay
from spacewheat_sim.sandbox.lab.state import SceneState
from spacewheat_sim.sandbox.pace import Pace

T = TypeVar("T")


class SceneSession:
    """One scene with a clock.

    Every change is a command that goes through the log. So seed and commands determine
    the history, for any frame rate.

    Args:
        scene: The scene.
        notice: Shows the player a line of text.
        log: The log of the session, or None; it is not closed here.
        replay: A recorded session of the scene, which is shown until the player acts;
            the log then keeps back what it is to write until then.

    Attributes:
        scene: The scene.
        clock: Converts real time to ticks.
    """

    def __init__(
        self,
        scene: RecordedScene,
        notice: Callable[[str], object],
        log: SessionLog | None = None,
        replay: SceneReplay | None = None,
    ) -> None:
        self.scene = scene
        self.clock = Clock(DEFAULT_DT)
        self.clock.paused = self.state.starts_paused and replay is None
        self._replay = replay
        self._pace = Pace()
        self._notice = notice
        self._log = log
        self._given = 0  # records of commands
        if log is not None and replay is not None:
            log.hold()
        self._branch = self._logged(lambda log: log.begin(scene)) or 0

    @property
    def state(self) -> SceneState:
        """The scene's state, for reading."""
        return self.scene.state

    @property
    def moving(self) -> bool:
        """Whether what is shown changes by itself."""
        return not self.clock.paused or self.state.is_refining

    @property
    def is_last(self) -> bool:
        """Whether the log was last about this scene."""
        if self._log is None or self._replay is not None:
            return False
        return self._log.branch_number == self._branch

    def advance(self, real_seconds: float) -> None:
        """Advance by ``real_seconds`` of real time."""
        self._pace.begin(real_seconds)
        self._tick(self.clock.advance(real_seconds))
        self.state.refine(real_seconds)

    def step_once(self) -> None:
        """Pause, and take one tick."""
        self.clock.step_once()
        self._tick(self.clock.advance(0.0))
        self.state.refine(0.0)

    def restart(self, *, new_seed: bool = False) -> None:
        """Restart, with another seed if so wanted."""
        seed = seeding.resolve_seed(None) if new_seed else self.state.seed
        self._do(Restart(seed))

    def set(self, name: str, value: float | str) -> None:
        """Give a parameter another value."""
        if self.state.get(name) != value:
            self._do(SetParameter(name, value))

    def enter(self) -> None:
        """Have the log be about this scene again, after it was about another one."""
        self._logged(self._about)

    def end(self) -> None:
        """Bring the log to its end."""
        self._logged(lambda log: self._about(log).end(self.scene))

    # --- inside -------------------------------------------------------------------

    def _tick(self, ticks: int) -> None:
        scene = self.scene
        for left in range(ticks, 0, -1):
            if self._replay is not None and not self._follow(self._replay):
                break
            if self._logged(lambda log: self._about(log).tick(scene)) is None:
                scene.tick()
            if left > 1 and self._pace.spent:
                self.clock.hand_back(left - 1)
                break

    def _follow(self, replay: SceneReplay) -> bool:
        """Do what is told of this moment; return whether more is told."""
        while commands := replay.due():
            self._obey(commands)
        if replay.is_over:
            self.clock.paused = True
            self._notice(replay.ending)
        return not replay.is_over

    def _do(self, command: SceneCommand) -> None:
        if self._replay is not None:
            self._take_over()
        self._obey([command])
        if self.scene.refusal:
            self._notice(self.scene.refusal)

    def _take_over(self) -> None:
        """Act in a replay: it becomes a session of the player's own."""
        self._replay = None
        self._logged(SessionLog.release)
        where = "" if self._log is None else f", recorded in {self._log.path}"
        self._notice(f"From here on this is a session of your own{where}")

    def _obey(self, commands: list[SceneCommand]) -> None:
        scene = self.scene
        if self._logged(lambda log: self._about(log).obey(scene, commands)) is None:
            scene.obey(commands)
        self._given += 1

    def _about(self, log: SessionLog) -> SessionLog:
        log.resume(self.scene, self._branch, self.scene.tick_count, self._given)
        return log

    def _logged(self, act: Callable[[SessionLog], T]) -> T | None:
        """Do ``act`` with the log; return None if there is no log or it failed.

        A log that fails has not changed the scene, and is not used again.
        """
        if self._log is None:
            return None
        try:
            return act(self._log)
        except SessionWriteError as error:
            self._log = None
            self._notice(f"{error}; the session continues without a log")
            return None
