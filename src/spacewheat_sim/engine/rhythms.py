"""Rhythms of icons as drivers of energies and rates."""

from __future__ import annotations

from collections.abc import Mapping

from spacewheat_sim.content.rhythms.driver import Driver as AuthoredDriver
from spacewheat_sim.content.rhythms.rhythm import Rhythm
from spacewheat_sim.content.terms import Term
from spacewheat_sim.engine.bath.rate_changes import RateChange
from spacewheat_sim.errors import UnknownNameError
from spacewheat_sim.quantum.driving.driver import Driver


class Rhythms:
    """Finds rhythms by name, and turns them into what operators take.

    Args:
        named: Rhythms by name.
    """

    def __init__(self, named: Mapping[str, Rhythm]) -> None:
        self._named = named

    def find(self, rhythm: str | Rhythm, emoji: str) -> Rhythm:
        """Return a rhythm; ``emoji`` is that of the icon that names it.

        Raises:
            UnknownNameError: there is none of this name.
        """
        if isinstance(rhythm, Rhythm):
            return rhythm
        if rhythm not in self._named:
            where = f"in the icon of {emoji}"
            raise UnknownNameError("rhythm", rhythm, self._named, where)
        return self._named[rhythm]

    def driver(self, driver: AuthoredDriver, state: int, emoji: str) -> Driver:
        """Return amplitude · f(t) on the energy of ``state``."""
        rhythm = self.find(driver.rhythm, emoji)
        return _driver(rhythm, state, driver.amplitude, emoji)

    def change(self, term: Term) -> RateChange | None:
        """Return how the rate of a jump changes, or None."""
        if term.rhythm is None or term.rate == 0.0:
            return None
        rhythm = self.find(term.rhythm, term.icon)
        name = f"{term.source} → {term.target}"
        shape = _driver(rhythm, -1, 1.0, name)
        return RateChange.in_rhythm(term.rate, term.depth, shape)


def _driver(rhythm: Rhythm, state: int, amplitude: float, name: str) -> Driver:
    return Driver(
        state,
        amplitude,
        rhythm.shape,
        rhythm.frequency,
        rhythm.phase,
        name=name,
        duty=rhythm.duty,
    )
