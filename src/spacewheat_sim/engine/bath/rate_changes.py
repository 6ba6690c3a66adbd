"""Rates that change with time: in a rhythm, or as a function of the caller's own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast, get_args

from spacewheat_sim.choices import DriverShape
from spacewheat_sim.errors import ArgumentError, UnknownNameError
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum.driving.driver import WAVES, Driver

FORMS = (
    "a number, a function of t, (rate, depth, shape, frequency, phase), or {rate, "
    "rhythm: {shape, period …}, depth}"
)
_KEYS = ("rate", "rhythm", "depth")
_RHYTHM_KEYS = ("shape", "period", "over", "phase", "duty")


@dataclass(frozen=True, slots=True)
class RateChange:
    """γ(t) = constant + what ``driver`` adds, in 1/s.

    Attributes:
        constant: The part that does not change.
        driver: The rest; its state is to be the number of the jump operator.
    """

    constant: float
    driver: Driver

    @classmethod
    def in_rhythm(cls, rate: float, depth: float, rhythm: Driver) -> RateChange:
        """Return γ(t) = rate · (1 − depth + depth · f₊(t)).

        f₊ is (1 + f)/2 of a cosine or a sine, and f of other shapes; ``rhythm`` is f,
        whatever its amplitude.
        """
        share = 0.5 if rhythm.shape in WAVES else 1.0
        swing = rate * depth * share
        constant = rate * (1.0 - depth) + (swing if share == 0.5 else 0.0)
        return cls(constant, replace(rhythm, amplitude=swing, quantity="rate"))

    def of(self, jump: int) -> Driver:
        """Return the driver of the jump operator of that number."""
        return replace(self.driver, state=jump)


def read_rate(given: Any, jump: str, where: str) -> tuple[float, RateChange | None]:
    """Return the rate of a ``jump`` in 1/s, and how it changes, if it does.

    Args:
        given: A number; a function of t in seconds; ``(rate, depth, shape, frequency,
            phase)`` with f in Hz, of a ramp or fade the inverse of how long it takes;
            or ``{rate, rhythm, depth}`` as in icons, with a rhythm written out.
        jump: What errors call it, e.g. ``🐇 → 🐺``.
        where: Where it was given, e.g. ``in jumps[2]``.

    Raises:
        ArgumentError: it is none of these, or a number is out of its range.
        UnknownNameError: there is no such shape, or no such key.
    """
    if callable(given):
        driver = Driver(-1, function=given, name=jump, quantity="rate")
        return driver(0.0), RateChange(0.0, driver)
    if isinstance(given, Mapping):
        given = _listed(given, jump, where)
    if not isinstance(given, tuple | list):
        return _checked_rate(given, jump, where), None
    if len(given) not in (5, 6):
        raise ArgumentError(
            f"The rate of {jump} {where} must be {FORMS}, but is {shown(given)}"
        )
    shape = checked_shape(given[2], where)
    rate = _checked_rate(given[0], jump, where)
    depth, frequency, phase = (real(given[i]) for i in (1, 3, 4))
    duty = real(given[5]) if len(given) == 6 else 0.5
    if not 0.0 <= depth <= 1.0:
        raise ArgumentError(
            f"The depth of the rate of {jump} {where} must be from 0 to 1, but is "
            f"{shown(given[1])}"
        )
    check_rhythm(frequency, phase, duty, f"The rhythm of {jump} {where}")
    rhythm = Driver(-1, 1.0, shape, frequency, phase, name=jump, duty=duty)
    change = RateChange.in_rhythm(rate, depth, rhythm)
    if change.driver.is_constant:
        return change.constant + change.driver(0.0), None
    return rate, change


def checked_shape(shape: Any, where: str) -> DriverShape:
    """Return ``shape`` if it is one of a rhythm.

    Raises:
        UnknownNameError: it is none.
    """
    known = get_args(DriverShape)
    if not isinstance(shape, str) or shape not in known:
        raise UnknownNameError("driver shape", shape, known, where)
    return cast("DriverShape", shape)


def check_rhythm(frequency: float, phase: float, duty: float, what: str) -> None:
    """Refuse a rhythm that is none.

    Raises:
        ArgumentError: a negative frequency, or a number that is not finite.
    """
    if not 0.0 <= frequency < math.inf:
        raise ArgumentError(f"{what} must have a frequency of at least 0, not negative")
    if not math.isfinite(phase):
        raise ArgumentError(f"{what} must have a finite phase")
    if not 0.0 < duty < 1.0:
        raise ArgumentError(f"{what} must have a duty between 0 and 1")


def _checked_rate(given: Any, jump: str, where: str) -> float:
    rate = real(given)
    if not 0.0 <= rate < math.inf:
        raise ArgumentError(
            f"The rate of {jump} {where} must be finite and not negative, but is "
            f"{shown(given)}"
        )
    return rate


def _listed(given: Mapping[str, Any], jump: str, where: str) -> tuple[Any, ...] | Any:
    """Return ``{rate, rhythm, depth}`` as a tuple, or as a number without a rhythm."""
    for key in given:
        if key not in _KEYS:
            raise UnknownNameError("key of a rate", key, _KEYS, where)
    rate, rhythm = given.get("rate"), given.get("rhythm")
    if rhythm is None:
        return rate
    if not isinstance(rhythm, Mapping):
        raise ArgumentError(
            f"The rhythm of {jump} {where} must be written out, {{shape, period …}}, "
            f"but is {shown(rhythm)}"
        )
    for key in rhythm:
        if key not in _RHYTHM_KEYS:
            raise UnknownNameError("key of a rhythm", key, _RHYTHM_KEYS, where)
    seconds = real(rhythm.get("period", rhythm.get("over")))
    if not 0.0 < seconds < math.inf:
        raise ArgumentError(
            f"The rhythm of {jump} {where} must have a period, or a time `over` which "
            f"it goes, above 0 s, but is {dict(rhythm)!r:.60}"
        )
    depth, phase = given.get("depth", 1.0), rhythm.get("phase", 0.0)
    duty = rhythm.get("duty", 0.5)
    return rate, depth, rhythm.get("shape"), 1.0 / seconds, phase, duty
