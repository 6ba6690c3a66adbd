"""The moves of the challenge that is played, as buttons and menus offer them."""

from __future__ import annotations

from functools import partial

from spacewheat_sim.content.challenge.act import Act
from spacewheat_sim.content.challenge.challenge import Move
from spacewheat_sim.emoji import canonical_emoji
from spacewheat_sim.engine.challenges.episode import commands_of, why_not
from spacewheat_sim.sandbox.biome.session.session import PAST_OF_CHALLENGE, BiomeSession
from spacewheat_sim.sandbox.entry import Entry
from spacewheat_sim.sandbox.inputs import Key

SHORTER = (
    ("edit ", ""),
    (".transfers_from.", " from "),
    (".transfers_to.", " to "),
    (".couplings.", " with "),
    (".decay.rate", " decays"),
)
DIGITS = "123456789"
KINDS_OF_KEY = {"h": ("harvest",), "m": ("measure", "weak")}


class Moves:
    """What can be done in a challenge, what it costs, and why not now.

    Args:
        session: The session, in whose world a challenge may be played.
    """

    def __init__(self, session: BiomeSession) -> None:
        self._session = session

    def all(self) -> tuple[Move, ...]:
        """Return every move but to wait; () where no challenge is played."""
        attempt = self._session.world.attempt
        return () if attempt is None else attempt.challenge.moves[1:]

    def on(self, emoji: str) -> tuple[Move, ...]:
        """Return the moves that are on an emoji: on its axis, or on its numbers."""
        key = canonical_emoji(emoji)
        return tuple(m for m in self.all() if m.act is not None and key in _on(m.act))

    def of_key(self, key: Key) -> Move | None:
        """Return the move that a key makes, or None.

        1 to 9 are the moves in their order; H and M the harvest and the measurement,
        where there is one alone, so that no axis has to be chosen for it.
        """
        moves = self.all()
        if key.ctrl or key.shift:
            return None
        if key.name in DIGITS:
            return dict(zip(DIGITS, moves, strict=False)).get(key.name)
        kinds = KINDS_OF_KEY.get(key.name, ())
        found = [m for m in moves if m.act is not None and m.act.kind in kinds]
        return found[0] if len(found) == 1 else None

    def do(self, move: Move) -> None:
        """Do a move, or say why it cannot be done now."""
        why = self.why_not(move)
        if why:
            self._session.notice(why)
        else:
            self._session.do(*commands_of(move, self._session.world))

    def entries(self) -> list[Entry]:
        """Return the moves, to be found by their names."""
        keys = [*DIGITS, *[""] * len(self.all())]
        return [
            Entry("move", str(move), key, partial(self.do, move))
            for move, key in zip(self.all(), keys, strict=False)
        ]

    def why_not(self, move: Move) -> str:
        """Return why a move cannot be done now; "" where it can be."""
        session = self._session
        if session.past.is_past:
            return PAST_OF_CHALLENGE
        return why_not(move, session.world)

    def can(self, move: Move) -> bool:
        """Return whether a move can be done now."""
        return not self.why_not(move)

    def hint(self, move: Move) -> str:
        """Return what a move costs, and why it cannot be done now if it cannot."""
        attempt = self._session.world.attempt
        every = "" if attempt is None else f"; one act every {attempt.challenge.step:g}"
        number = self.all().index(move)
        key = f"  ({DIGITS[number]})" if number < len(DIGITS) else ""
        told = f"{move}: costs {move.cost:g}{every} s{key}"
        why = self.why_not(move)
        return f"{told}\n{why}" if why else told


def label_of(move: Move) -> str:
    """Return what a button says: a short name, so that its value is to be seen."""
    said = str(move)
    if move.act is not None and move.act.edit is not None:
        for long, short in SHORTER:
            said = said.replace(long, short)
    return said if move.cost == 0.0 else f"{said}  −{move.cost:g}"


def _on(act: Act) -> frozenset[str]:
    """Return the emojis that an act is on, in canonical form."""
    if act.edit is not None:
        named = tuple(act.edit.split("."))
    elif act.weight is not None or act.guess:
        named = ()
    else:
        named = (*act.subject, *(act.other or ()))
    return frozenset(map(canonical_emoji, named))
