"""A trajectory's history, verified draw by draw.

The n-th draw of a bath's stream is known. Between jumps the ket is the no-jump
evolution from the last landing, and a jump comes where the survival probability has
fallen to 1 − u of the next draw u: so a whole history can be verified, not only its
statistics.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from expected import NoJump, promised, pure, turning
from generated_bath import GeneratedBath
from verdicts import Ledger

from spacewheat_sim.arrays import ComplexArray, FloatArray

Looks = list[tuple[float, FloatArray]]

# How many spans between jumps are verified, from the first on.
SPANS = 5
# Rounding of a reference's ket, before it is normalized.
REFERENCE_ROUNDING = 1e-14
# Draws from the present one among which the threshold of a jump is looked for: how the
# channel is drawn, and whether it is where there is only one, is the product's own.
WINDOW = 4


@dataclass(frozen=True)
class History:
    """What one bath did.

    Attributes:
        ket: Where it started, (N,).
        jumps: Time, source and target of each jump.
        looks: Times, increasing, and the populations seen then.
        end: When it ended, in seconds.
        final: The normalized ket at the end, (N,).
        draws: The first draws of its stream.
    """

    ket: ComplexArray
    jumps: list[tuple[float, int, int]]
    looks: Looks
    end: float
    final: ComplexArray
    draws: FloatArray


@dataclass(frozen=True)
class Span:
    """What lies between two jumps; ``jump`` ends it, or it ends in ``final``."""

    ket: ComplexArray
    begin: float
    stop: float
    looks: Looks
    jump: tuple[float, int, int] | None
    final: ComplexArray


def verify_history(
    ledger: Ledger, case: GeneratedBath, history: History, rounding: float
) -> None:
    """Verify the first spans of a history, each with its jump, and the last one."""
    ket, begin, pointer = history.ket, 0.0, 0
    for number, jump in enumerate([*history.jumps, None]):
        stop = history.end if jump is None else jump[0]
        if number < SPANS or jump is None:
            here = [look for look in history.looks if begin <= look[0] <= stop]
            span = Span(ket, begin, stop, here, jump, history.final)
            draws = history.draws[pointer : pointer + WINDOW]
            if number >= SPANS:
                draws = draws[:0]  # which draw it has come to is not known
            pointer += verify_span(ledger, case, span, draws, rounding)
        if jump is not None:
            begin = stop
            ket = np.zeros(case.bath.size, dtype=complex)
            ket[jump[2]] = 1.0


def verify_span(
    ledger: Ledger, case: GeneratedBath, span: Span, draws: FloatArray, rounding: float
) -> int:
    """Verify one span; return how many of the next ``draws`` it has used."""
    seen = span.looks
    seen = seen if len(seen) <= 3 else [seen[0], seen[len(seen) // 2], seen[-1]]
    times = [time for time, _ in seen] + [span.stop]
    kets = NoJump(case.bath).kets(span.ket, span.begin, times)
    weights = np.abs(kets) ** 2
    survived = weights.sum(axis=1)
    # A state that has all but died out is known to fewer digits.
    left = max(float(survived.min()), 1e-12)
    worn = rounding * min(1 / left, 100.0) + REFERENCE_ROUNDING / left
    allowed_error = promised(case, max(span.stop, case.schedule.dt))
    if seen:
        right = weights[:-1] / np.maximum(survived[:-1, None], 1e-300)
        got = np.array([populations for _, populations in seen])
        loose = 100 * case.tolerance
        ledger.compare(
            "populations between jumps", got, right, allowed_error, worn, loose
        )
    fastest = float(case.bath.decay.max())
    slack = allowed_error + worn + 8 * fastest * float(np.spacing(span.stop))
    thresholds = 1.0 - draws
    if span.jump is None:
        gap = np.abs(pure(span.final) - pure(kets[-1]) / survived[-1]).max()
        allowed = 4 * (allowed_error + worn) + turning(case)
        ledger.judge("coherences", float(gap), allowed)
        if draws.size:
            # After a jump the next draws may have been for its channel.
            below = float(thresholds[: 1 if span.begin == 0.0 else 3].min())
            below -= float(survived[-1])
            ledger.judge("no jump since", max(below, 0.0), slack)
        return 0
    _verify_channel(ledger, case, span, weights[-1] / survived[-1], slack)
    gaps = np.abs(thresholds - survived[-1])
    fitting = np.flatnonzero(gaps <= slack)
    if fitting.size:
        used = int(fitting[0])
        ledger.add("right", "jump time", error=float(gaps[used]), allowed=slack)
        return used + 1
    used = int(gaps.argmin())
    detail = f"survival {survived[-1]:.9g} at {span.stop:.9g} s, draws {thresholds}"
    ledger.add("WRONG", "jump time", float(gaps[used]), slack, detail)
    return used + 1


def _verify_channel(
    ledger: Ledger,
    case: GeneratedBath,
    span: Span,
    populations: FloatArray,
    slack: float,
) -> None:
    """A jump needs a channel, and something in its source."""
    assert span.jump is not None
    _, source, target = span.jump
    if not any((s, t) == (source, target) and r > 0 for s, t, r in case.bath.jumps):
        ledger.add("WRONG", "jump of no channel", detail=f"{span.jump}")
    if populations[source] < 1e-14 and slack < 1e-3:
        ledger.add("WRONG", "jump from an empty state", detail=f"{span.jump}")
