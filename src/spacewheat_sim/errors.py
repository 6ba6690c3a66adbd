"""Exceptions that spacewheat_sim raises on purpose, and the words they share."""

from __future__ import annotations

from collections.abc import Iterable

from spacewheat_sim.exit_codes import FAILED, UNUSABLE
from spacewheat_sim.plain_values import shown


class SpacewheatError(Exception):
    """Root of every error raised on purpose; a command returns its ``exit_code``."""

    exit_code = FAILED


class ArgumentError(SpacewheatError, ValueError):
    """A value given by the caller cannot be used."""

    exit_code = UNUSABLE


class UnknownNameError(ArgumentError, KeyError):
    """A name that was asked for does not exist; the message offers the nearest ones.

    Attributes:
        name: What was asked for.
        hint: What else may have been meant, where it is known.
    """

    def __init__(
        self,
        kind: str,
        name: object,
        known: Iterable[str],
        where: str = "",
        hint: str = "",
    ) -> None:
        """Say which ``kind`` of thing is called ``name`` in vain, and ``where``.

        What is no text at all is no name either: it is shown as it is. A ``hint``
        takes the place of the nearest names.
        """
        self.name, self.hint = name, hint
        place = f" {where}" if where else ""
        near = did_you_mean(name if isinstance(name, str) else "", known)
        nearest = f"; {hint}" if hint else near
        super().__init__(f"Unknown {kind} {shown(name)}{place}{nearest}")

    def __str__(self) -> str:
        # KeyError would show the repr of the message.
        return str(self.args[0])


class ImpossibleOutcomeError(ArgumentError):
    """A collapse was asked for onto a state of probability zero."""


class RunError(SpacewheatError):
    """A run that began could not be finished."""


class BusyError(RunError):
    """A bath or a world is in the middle of a step, and cannot be changed or read."""


class OutputError(RunError):
    """What a command has to say cannot be written where it was told to."""


class RunStoppedError(RunError):
    """A run was stopped by ``reason``; what it had is kept in ``place``."""

    def __init__(self, reason: SpacewheatError, place: object) -> None:
        """Say both; the exit code is that of ``reason``."""
        self.exit_code = reason.exit_code
        super().__init__(f"{reason}; the run until then is in {place}")


MANY = 40  # as many names are looked at, and three of them offered


def os_reason(error: OSError) -> str:
    """Return why the operating system refused, as the part of a sentence."""
    reason = error.strerror or str(error) or type(error).__name__
    return reason[:1].lower() + reason[1:] if reason[1:2].islower() else reason


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return the known names that may have been meant, the likeliest first.

    Of those that are equally near as text, the nearest are those whose emojis have
    names like the wanted ones: 🐰 is a rabbit face, 🐇 a rabbit.
    """
    import difflib

    from spacewheat_sim.emoji import spelled_out

    def likeness(other: str) -> float:
        return difflib.SequenceMatcher(None, name, other).ratio()

    def likeness_of_words(other: str) -> float:
        return difflib.SequenceMatcher(None, words, spelled_out(other)).ratio()

    words = spelled_out(name)
    near = difflib.get_close_matches(name, sorted(set(known)), n=MANY, cutoff=0.6)
    near.sort(key=lambda n: (-likeness(n), -likeness_of_words(n)))
    return [n for n in near[:3] if likeness(n) > likeness(near[0]) - 0.1]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean …?"``, or the known names where none is near."""
    names = sorted(set(known))
    near = nearest(name, names)
    if near:
        return "; did you mean " + " or ".join(repr(n) for n in near) + "?"
    if names and len(names) <= 40:
        return "; known: " + ", ".join(names)
    return ""
