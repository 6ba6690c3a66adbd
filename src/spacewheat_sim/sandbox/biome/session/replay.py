"""A recorded session that is shown: where it goes on, and where it ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spacewheat_sim.sandbox.biome.river.past import Past
from spacewheat_sim.sandbox.biome.session.ticks import Ticks


class Replay:
    """Plays the branches of a recorded session one after the other.

    All of them are known, so that a player can go to any moment of each; none is made
    longer.

    Args:
        past: The session, retold.
        ticks: Lets it go on.
        digests: How many digests of the log were equal.
        cut_short: Whether the log was never brought to its end.
        log: The file in which it is recorded once somebody acts in it, or None.
        notice: Shows the player a line of text.
    """

    def __init__(
        self,
        past: Past,
        ticks: Ticks,
        *,
        digests: int,
        cut_short: bool,
        log: Path | None,
        notice: Callable[[str], object],
    ) -> None:
        self._past, self._ticks = past, ticks
        self._digests, self._cut_short = digests, cut_short
        self._log, self._notice = log, notice

    @property
    def is_at_end(self) -> bool:
        """Whether nothing of it is left to be shown."""
        past = self._past
        return not past.is_past and past.line is past.timeline.branches[-1]

    def rewind(self) -> None:
        """Play it from its beginning."""
        first = self._past.timeline.branches[0]
        self._past.go_to(first.floor, first)
        self._ticks.clock.paused = False

    def go_on(self) -> bool:
        """At the end of a branch, go to the next one; return whether there is one."""
        branches = self._past.timeline.branches
        for branch in branches[branches.index(self._past.line) + 1 :]:
            self._past.go_to(branch.start, branch)
            self._ticks.clock.paused = False
            return True
        left = "; the log was cut short" if self._cut_short else ""
        self._notice(
            f"The session ends here: {self._digests} digests were equal{left}. What "
            "you do goes on from it"
        )
        return False

    def tell_taken_over(self) -> None:
        """Say that it is a session of the player's own from now on."""
        where = "" if self._log is None else f", recorded in {self._log}"
        self._notice(f"From here on this is a session of your own{where}")
