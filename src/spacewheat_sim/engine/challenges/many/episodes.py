"""EpisodeBatch: many attempts at one challenge, played side by side."""

from __future__ import annotations

import numpy as np

from spacewheat_sim.arrays import BoolArray, FloatArray, IndexArray, IntArray
from spacewheat_sim.engine.bath.arguments import checked_count
from spacewheat_sim.engine.challenges.compiled import CompiledChallenge
from spacewheat_sim.engine.challenges.many.contents import Content
from spacewheat_sim.engine.challenges.many.running import RunningEpisodes
from spacewheat_sim.engine.challenges.many.standings import Standings
from spacewheat_sim.errors import ArgumentError


class EpisodeBatch:
    """B attempts at a challenge, each at its own step, played by numbers of moves.

    Attempt i of seed s and number n has the history and the scores of
    ``Episode(compiled, s, n)`` under the same moves, to the bit. All are over until
    they :meth:`begin`. A call that raises leaves all as they were.

    Args:
        compiled: What is played.
        count: Number of attempts, B.

    Attributes:
        compiled: What is played.
        table: What each move is.

    Example:
        >>> import numpy as np
        >>> from spacewheat_sim.engine.challenges.compiled import load_challenge
        >>> many = EpisodeBatch(load_challenge("first_harvest"), 3)
        >>> many.begin(np.arange(3), seeds=[0, 1, 2], numbers=[0, 0, 0])
        >>> many.step(np.array([1, 0, 1]))
        >>> many.scores().tolist()
        [0.9, 0.0, 0.9]
    """

    def __init__(self, compiled: CompiledChallenge, count: int) -> None:
        number = checked_count(count, "count", at_least=1)
        self._running = RunningEpisodes(compiled, number)
        self._changes = self._running.clock.changes
        self.compiled, self.table = compiled, self._running.table

    def __len__(self) -> int:
        return self._running.everyone.size

    @property
    def standings(self) -> Standings:
        """Where the attempts stand; to be looked at only."""
        return self._running.standings

    @property
    def contents(self) -> list[tuple[Content, IndexArray]]:
        """What baths are made of, and which attempts are in each."""
        return self._running.contents

    # --- how they are played ------------------------------------------------------

    def begin(self, which: IndexArray, seeds: list[int], numbers: list[int]) -> None:
        """Let the attempts ``which`` (W,) begin.

        Args:
            which: Which of them, each once.
            seeds: The root seed of each, W.
            numbers: Which of the attempts under its seed each is, W.
        """
        running = self._running
        given = which, seeds, numbers
        self._changes.make(running.memory, running.recall, running.begin, *given)

    def step(self, moves: IntArray, chosen: BoolArray | None = None) -> None:
        """Do a move of each attempt that is ``chosen`` (B,), then let a step pass.

        A move that the mask does not hold is refused: the step passes all the same.

        Args:
            moves: The number of the move of each, (B,); of those not chosen it is not
                looked at.
            chosen: Which attempts go on; all by default.

        Raises:
            ArgumentError: there is no such move, or an attempt is over.
        """
        running = self._running
        which = running.everyone if chosen is None else np.flatnonzero(chosen)
        given = self._checked(moves, which)
        self._changes.make(running.memory, running.recall, running.go_on, given, which)

    # --- how they are looked at ---------------------------------------------------

    @property
    def are_over(self) -> BoolArray:
        """Which have done all of their steps, (B,)."""
        return np.asarray(self.standings.steps >= self.compiled.challenge.steps)

    def masks(self) -> BoolArray:
        """Return which moves can be done now, (B, M): of one that is over, none."""
        found = self._running.payable(self.table.costs[None])
        found[:, self.table.is_guess] &= np.isnan(self.standings.guess)[:, None]
        found[self.are_over] = False
        return found

    def scores(self) -> FloatArray:
        """Return the scores so far, (B,)."""
        return self._running.scores.scores(self.standings)

    def are_reached(self) -> BoolArray:
        """Return in which all that the goal asks for is so, as it stands, (B,)."""
        return self._running.scores.are_reached(self.standings)

    def values(self) -> FloatArray:
        """Return what each quantity of the goal is so far, 0 before it is, (B, Q)."""
        found = np.zeros((len(self), len(self._running.scores.tallies)))
        for q in range(found.shape[1]):
            value, counts = self._running.scores.value(self.standings, q)
            found[:, q] = np.where(counts, value, 0.0)
        return found

    def _checked(self, moves: IntArray, which: IndexArray) -> IntArray:
        """Return ``moves`` (B,), 0 for those not in ``which``, which can all go on."""
        own, most = moves[which], len(self.table.moves) - 1
        wrong = (own < 0) | (own > most)
        if wrong.any():
            first = which[wrong][0]
            raise ArgumentError(
                f"A move must be 0 to {most}, but that of attempt {first} is "
                f"{moves[first]}"
            )
        over = self.are_over[which]
        if over.any():
            raise ArgumentError(
                f"Attempt {which[over][0]} is over: all of its "
                f"{self.compiled.challenge.steps} steps are done"
            )
        if which.size == len(self):
            return moves
        given = np.zeros_like(moves)
        given[which] = own
        return given
