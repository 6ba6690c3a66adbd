"""How likely a history of jumps is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from spacewheat_sim.engine.analysis.subject import Subject, operators_of, static_bath
from spacewheat_sim.engine.bath.arguments import checked_items
from spacewheat_sim.engine.bath.events import Jumped
from spacewheat_sim.engine.bath.operators import BathOperators
from spacewheat_sim.errors import ArgumentError
from spacewheat_sim.plain_values import real, shown
from spacewheat_sim.quantum.analysis.histories import likelihood as waits
from spacewheat_sim.quantum.analysis.histories.likelihood import Waits

JumpRecord = tuple[float, str, str] | Jumped


def log_likelihood(
    subject: Subject, jumps: Iterable[JumpRecord], start: str, duration: float
) -> float:
    """Return ln of the probability density of a history of jumps.

    Σ_n ln(W_ts |⟨s|e^{Bτ_n}|j_n⟩|²) + ln ‖e^{Bτ}|j⟩‖² with the waits τ_n between jumps,
    the landing j_n in which each began, and the rest τ after the last: the waits are
    independent given their landings. All channels of a pair count together.

    Args:
        subject: Operators, a biome or a bath.
        jumps: ``(time, source, target)`` in order of time, in s since the start, or the
            jumps of a bath that began then, as ``evolve`` returns them.
        start: The emoji that the last jump before landed on, at time 0.
        duration: Seconds that were watched.

    Returns:
        The logarithm, densities in 1/s; −∞ where the history is impossible.

    Raises:
        ArgumentError: the biome is driven or a register; a time out of order, or
            outside of the duration.
        UnknownNameError: an emoji that is not there.
    """
    operators = operators_of(subject)
    bath = static_bath(subject, "likelihood")
    return waits.log_likelihood(bath, read_waits(operators, jumps, start, duration))


def read_waits(
    operators: BathOperators,
    jumps: Iterable[JumpRecord],
    start: str,
    duration: float,
) -> Waits:
    """Return a history as waits; see :func:`log_likelihood`."""
    seconds = real(duration)
    if not 0.0 <= seconds < np.inf:
        raise ArgumentError(
            "Argument `duration` must be a finite number of seconds, but is "
            f"{shown(duration)}"
        )
    landing, before = operators.index(start), 0.0
    rows: list[tuple[int, int, int, float]] = []
    for number, jump in enumerate(checked_items(jumps, "jumps", "jumps")):
        given, *names = _time_and_names(jump, f"jumps[{number}]")
        time = real(given)
        if not before <= time <= seconds:
            raise ArgumentError(
                f"jumps[{number}] is at {shown(given)} s, but jumps must be in order "
                f"of time, from 0 to {seconds:g} s"
            )
        source, target = map(operators.index, names)
        rows.append((landing, source, target, time - before))
        landing, before = target, time
    landings, sources, targets, times = zip(*rows, strict=True) if rows else ((),) * 4
    return Waits(
        np.array(landings, dtype=np.int64),
        np.array(sources, dtype=np.int64),
        np.array(targets, dtype=np.int64),
        np.array(times, dtype=np.float64),
        np.array([landing], dtype=np.int64),
        np.array([seconds - before]),
    )


def _time_and_names(jump: object, where: str) -> Sequence[Any]:
    if isinstance(jump, Jumped):
        return jump.time, jump.source, jump.target
    if not isinstance(jump, tuple | list) or len(jump) != 3:
        raise ArgumentError(
            f"{where} must be (time, source, target), but is {shown(jump)}"
        )
    return jump
