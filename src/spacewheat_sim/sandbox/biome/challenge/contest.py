"""The attempt that is played against the best run: what is kept, and what is known."""

from __future__ import annotations

from spacewheat_sim.content.challenge.challenge import Challenge
from spacewheat_sim.content.problems import ContentError
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge, load_challenge
from spacewheat_sim.engine.challenges.course import AttemptCourse
from spacewheat_sim.engine.challenges.optimum import known_optimum
from spacewheat_sim.engine.session.timeline.branch import Branch
from spacewheat_sim.engine.world.content_text import text_of
from spacewheat_sim.errors import UnknownNameError
from spacewheat_sim.sandbox.biome.challenge.best_runs import BestRun, BestRuns
from spacewheat_sim.sandbox.biome.outlook.desk import Desk, Question
from spacewheat_sim.sandbox.biome.session.session import BiomeSession


class Contest:
    """What an attempt is compared with: the best finished run, and the optimum.

    Args:
        session: The session, in whose world a challenge may be played.
        runs: The best runs of all challenges.
        desk: Where the optimum is worked out.

    Attributes:
        best: The best run but the one that is played, or None.
        is_new_best: Whether the finished run was better.
    """

    def __init__(self, session: BiomeSession, runs: BestRuns, desk: Desk) -> None:
        self._session = session
        self._runs = runs
        self._optimum = Question[tuple[float | None]](desk)
        self._of: Challenge | None = None
        self._compiled: CompiledChallenge | None = None
        self._finished: Branch | None = None
        self.is_new_best = False
        self.best: BestRun | None = None
        self.look()

    @property
    def is_over(self) -> bool:
        """Whether all steps of an attempt are done."""
        world = self._session.world
        attempt = world.attempt
        return attempt is not None and world.tick_count >= attempt.challenge.steps

    @property
    def course(self) -> AttemptCourse | None:
        """What became of the best run, while its challenge is played."""
        return None if self.best is None else self.best.course

    @property
    def optimum(self) -> float | None:
        """The mean score of the best that can be done, if it is known."""
        answer = self._optimum.answer
        return None if answer is None else answer[0]

    @property
    def is_optimum_awaited(self) -> bool:
        """Whether the optimum is being worked out."""
        return self._compiled is not None and not self._optimum.is_fresh

    def look(self) -> None:
        """Follow what is played; at its end keep the run, and ask for the optimum."""
        self._follow()
        compiled, past = self._compiled, self._session.past
        if compiled is None or not self.is_over:
            return
        self._optimum.want(self._of, lambda: lambda: (_optimum_of(compiled),))
        if past.line is self._finished or past.is_past:
            return
        self._finished = past.line
        if self._session.replay is None:
            world = self._session.world
            self.is_new_best = self._runs.keep(compiled, world, past.line.given)
            if not self.is_new_best:  # as another window may have kept one meanwhile
                self.best = self._runs.best(compiled)

    def begin_anew(self) -> None:
        """Look against what another attempt begins: the best run until now."""
        if self.is_new_best and self._session.past.line is not self._finished:
            self._renew()

    def _follow(self) -> None:
        """Find the challenge that is played, if it is another than before."""
        attempt = self._session.world.attempt
        played = None if attempt is None else attempt.challenge
        if played is not self._of:
            self._of, self._finished = played, None
            self._compiled = None if played is None else _compiled(played)
            self._renew()

    def _renew(self) -> None:
        compiled = self._compiled
        self.is_new_best = False
        self.best = None if compiled is None else self._runs.best(compiled)


def _compiled(played: Challenge) -> CompiledChallenge | None:
    """Return the challenge that is played, if it is here as it is played."""
    try:
        found = load_challenge(played.source or played.key)
    except (UnknownNameError, ContentError):
        return None
    is_same = text_of(found.challenge) == text_of(played)
    return found if is_same else None


def _optimum_of(compiled: CompiledChallenge) -> float | None:
    found = known_optimum(compiled)
    return None if found is None else found.value
