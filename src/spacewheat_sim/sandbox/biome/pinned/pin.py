"""Pins what would have been: B goes on beside A from one moment, on the same clock."""

from __future__ import annotations

from spacewheat_sim.engine.session.timeline.branch import Branch, Position
from spacewheat_sim.engine.world.world import World
from spacewheat_sim.sandbox.biome.session.session import BiomeSession


class Pin:
    """B, which leaves A where it was pinned, with the seed and the clock of A.

    What a player does happens to A. B is a branch of the same past, so that a swap
    turns to it, and the log of the session has both.

    Args:
        session: A, in which the player acts.

    Attributes:
        other: B, a session of its own, or None where nothing is pinned.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session
        self.other: BiomeSession | None = None
        self._snapshot = b""
        self._at = Position(0, 0)
        self._line: Branch | None = None  # of B, once it was in front

    def pin(self) -> None:
        """Let B begin here: from now on it goes its own way."""
        session = self._session
        if session.replay is not None:
            session.notice("This is a replay: nothing can be pinned before you act")
            return
        self._snapshot = session.world.snapshot()
        self._at = session.past.at
        self._line = None
        self.other = self._new_session()
        session.notice("B goes on from here; what you do happens to A")

    def unpin(self) -> None:
        """Keep what is in front, and forget the other."""
        self.other = None

    def keep_up(self) -> None:
        """Bring B to the time of A."""
        if self.other is not None:
            self.other.ticks.go_with(self._session.world.time)

    def swap(self) -> None:
        """Bring B to the front: from now on, what the player does happens to it."""
        if self.other is None:
            return
        past, time = self._session.past, self._session.world.time
        front, at = past.line, past.at
        behind = self._again(front, at)
        if self._line is not None:
            past.go_to(self._line.tip, self._line)
        else:
            past.go_to(self._at, front)
            past.branch()
        self._line = front
        self._session.ticks.go_with(time)
        self.other = behind
        behind.ticks.go_with(time)

    def keep_other(self) -> None:
        """Keep B, in front."""
        self.swap()
        self.unpin()

    def _new_session(self) -> BiomeSession:
        """Return a session that begins where B was pinned, without a log."""
        world = World.restore(self._snapshot)
        biome = next(iter(world.biomes.values()))
        return BiomeSession(
            biome, world.registry(), world=world, notice=lambda _text: None
        )

    def _again(self, line: Branch, at: Position) -> BiomeSession:
        """Return a session in which happened what did on ``line`` since the pin."""
        session = self._new_session()
        for record in line.given[self._at.given : at.given]:
            session.ticks.go_on_to(record.tick)
            session.do(*record.commands)
        session.ticks.go_on_to(at.tick)
        return session
